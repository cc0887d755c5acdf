"""All checks of team chat, in the order in which one thing needs the other."""

import os
import re
import time
from collections.abc import Callable, Iterator

from qa import Settings
from web.access import address
from web.findings import Finding
from web.hook_checks import check_hooks
from web.probes import Prober, Unreachable
from web.replays import replay
from web.slack_checks import check_slack
from web.team import TeamSettings, team_file
from web.team_chat import SLACK_API

_HEX = re.compile("[0-9a-f]{32}")


def examine(
    settings: Settings,
    team: TeamSettings,
    *,
    url: str = "",
    api: str | None = None,
    clock: Callable[[], float] = time.time,
) -> Iterator[Finding]:
    """What is well with team chat and what is not, each as it is found.

    The server is the one at `url`, else at the public address, else on this machine.
    `api` is where Slack's methods are, if not at their usual place.
    """
    if not (team.signing_secret or team.bot_token or team.app_token or team.hook_tokens):
        yield Finding(
            "not set up",
            "team chat",
            "nothing is; begin with docs/slack.md: pincite slack manifest prints the app for "
            "Slack. For Mattermost and Rocket.Chat set PINCITE_HOOK_TOKENS",
        )
        return
    yield from _settings(settings, team)
    prober = Prober(clock)
    if team.bot_token or team.app_token:
        yield from check_slack(team, prober, api or SLACK_API)
    base = url or team.public_url or address(settings)
    try:
        yield from _server(base, settings, team, prober)
    except Unreachable as error:
        advice = _TRUSTED if error.by_tls else _THERE
        yield Finding("failed", "server", f"{base} cannot be asked: {error}. {advice}")


_THERE = (
    "Start pincite serve there, and check the address, the proxy and the firewall in front of it"
)
_TRUSTED = (
    "Slack trusts certificates of public authorities alone, with their chain, such as those of "
    "Let's Encrypt; they belong to the proxy in front of pincite serve"
)


def _settings(settings: Settings, team: TeamSettings) -> Iterator[Finding]:
    rules = team_file(os.environ, settings.library)
    if rules.is_file():
        counts = f"{len(team.channels)} channels, {len(team.teams)} teams"
        hosts = ", ".join(team.post_hosts) or "Slack alone"
        yield Finding("ok", "rules", f"{rules}: {counts}; posts go to {hosts}")
    else:
        yield Finding("not set up", "rules", f"{rules}, which can limit channels to documents")
    yield _public_address(team)
    if team.signing_secret and not _HEX.fullmatch(team.signing_secret):
        yield Finding(
            "warning",
            "signing secret",
            "Slack's have 32 digits from 0 to f, and this has not: copy the Signing Secret of "
            "the app's page Basic Information (not the Client Secret)",
        )
    elif team.signing_secret:
        yield Finding("ok", "signing secret", "it is set, and looks like one")
    else:
        said = "PINCITE_SLACK_SIGNING_SECRET, with which Slack asks over HTTP"
        yield Finding("not set up", "signing secret", said)
    if team.bot_token and not (team.signing_secret or team.app_token):
        yield Finding(
            "failed",
            "Slack",
            "it has no way to ask: set PINCITE_SLACK_SIGNING_SECRET (and a public address), or "
            "PINCITE_SLACK_APP_TOKEN for pincite slack",
        )
    if team.app_token and not team.bot_token:
        yield Finding("failed", "Slack", "set PINCITE_SLACK_BOT_TOKEN too: nothing can be posted")


def _public_address(team: TeamSettings) -> Finding:
    if not team.public_url:
        return Finding(
            "warning",
            "public address",
            "PINCITE_PUBLIC_URL is not set: answers do not link to their sources",
        )
    if team.signing_secret and not team.public_url.startswith("https://"):
        return Finding(
            "failed",
            "public address",
            f"{team.public_url} is not https, and Slack sends to https alone: put a proxy with "
            "TLS in front and set PINCITE_PUBLIC_URL to it, or use Socket Mode (pincite slack)",
        )
    return Finding("ok", "public address", team.public_url)


def _server(
    base: str, settings: Settings, team: TeamSettings, prober: Prober
) -> Iterator[Finding]:
    if team.signing_secret:
        yield from replay(base, team.signing_secret, prober, settings.library)
    if team.hook_tokens:
        yield from check_hooks(base, team.hook_tokens, prober)
    else:
        said = "PINCITE_HOOK_TOKENS, for Mattermost and Rocket.Chat"
        yield Finding("not set up", "hook tokens", said)
