"""Checks that ask Slack itself: its clock, the tokens, and what they may do."""

from collections.abc import Iterator

from web.findings import Finding, ahead
from web.manifest import scopes
from web.probes import Prober, Reply, Unreachable
from web.team import TeamSettings

# Slack and this server take each other's requests for so long.
CLOCK_LIMIT = 300.0
_CLOCK_WARNING = 60.0
# A Date has no fractions of a second.
_CLOCK_FINE = 2.0

_SET_CLOCK = "let it set itself: timedatectl set-ntp true"
_PASSING = {"fatal_error", "internal_error", "service_unavailable", "request_timeout"}


def check_slack(team: TeamSettings, prober: Prober, api: str) -> Iterator[Finding]:
    """What Slack says of our clock and tokens; `api` has a slash at its end."""
    told_time = False
    for name, token, method in (
        ("bot token", team.bot_token, "auth.test"),
        ("app token", team.app_token, "apps.connections.open"),
    ):
        if not token:
            yield Finding("not set up", name, _WITHOUT[name])
            continue
        try:
            reply = prober.post(api + method, headers={"Authorization": f"Bearer {token}"})
        except Unreachable as error:
            yield Finding(
                "failed",
                "Slack",
                f"{api} cannot be asked: {error}. Nothing can be posted; let this machine reach "
                "slack.com over https (port 443), or wait if https://status.slack.com says so.",
            )
            return
        if not told_time:
            yield check_clock(reply.ahead, "this machine's clock", "Slack's")
            told_time = True
        if trouble := _trouble(reply):
            yield Finding("failed", "Slack", trouble)
            return
        yield from _bot(team, reply) if name == "bot token" else _app(reply)


_WITHOUT = {
    "bot token": "PINCITE_SLACK_BOT_TOKEN, with which answers are posted in Slack",
    "app token": "PINCITE_SLACK_APP_TOKEN, which only Socket Mode (pincite slack) needs",
}


def check_clock(seconds: float | None, whose: str, others: str) -> Finding:
    """How a clock that is ahead by so many seconds stands to another."""
    if seconds is None:
        return Finding("warning", "clock", f"no Date came with the answer: {others} is not known")
    if abs(seconds) < _CLOCK_FINE:
        return Finding("ok", "clock", f"{whose} agrees with {others}")
    told = f"{whose} is {ahead(seconds)} {others}"
    if abs(seconds) > CLOCK_LIMIT:
        return Finding(
            "failed", "clock", f"{told}; from 5 min on requests are refused: {_SET_CLOCK}"
        )
    if abs(seconds) > _CLOCK_WARNING:
        return Finding("warning", "clock", f"{told}; 5 min is the limit: {_SET_CLOCK}")
    return Finding("ok", "clock", told)


def _trouble(reply: Reply) -> str:
    """What is wrong if Slack did not get so far as to look at a token."""
    if reply.status == 429:
        return "Slack was asked too often; run this again in a minute."
    if reply.status >= 500 or reply.json.get("error") in _PASSING:
        return f"Slack is in trouble itself ({reply.status}); see https://status.slack.com"
    if not isinstance(reply.json.get("ok"), bool):
        return (
            f"what answers in Slack's place ({reply.status}) is not Slack: a proxy on the way "
            "out of this network must let https://slack.com pass"
        )
    return ""


def _bot(team: TeamSettings, reply: Reply) -> Iterator[Finding]:
    if not reply.json["ok"]:
        yield Finding(
            "failed",
            "bot token",
            f"Slack refuses it ({_code(reply)}): copy the Bot User OAuth Token from the app's "
            "page OAuth & Permissions to PINCITE_SLACK_BOT_TOKEN, and restart the server",
        )
        return
    user, workspace = (str(reply.json.get(name, "?"))[:60] for name in ("user", "team"))
    yield Finding("ok", "bot token", f"it is @{user}'s in the workspace {workspace}")
    told = reply.headers.get("X-OAuth-Scopes")
    if told is None:
        yield Finding("warning", "scopes", "Slack did not say what the token may do")
        return
    granted = {scope.strip() for scope in told.split(",")}
    if missing := [scope for scope in scopes(team.public_url) if scope not in granted]:
        yield Finding(
            "failed",
            "scopes",
            f"the token lacks {', '.join(missing)}: add that on the app's page "
            "OAuth & Permissions (or paste the manifest anew) and reinstall the app",
        )
    else:
        yield Finding("ok", "scopes", ", ".join(scopes(team.public_url)))


def _app(reply: Reply) -> Iterator[Finding]:
    if reply.json["ok"]:
        yield Finding("ok", "app token", "Slack would open a connection (Socket Mode)")
        return
    yield Finding(
        "failed",
        "app token",
        f"Slack refuses it ({_code(reply)}): make an App-Level Token with the scope "
        "connections:write on the app's page Basic Information, set PINCITE_SLACK_APP_TOKEN to "
        "it, and switch Socket Mode on",
    )


def _code(reply: Reply) -> str:
    return str(reply.json.get("error", "no reason given"))[:60]
