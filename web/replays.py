"""What Slack would send to a running server, replayed without a workspace.

Nothing of it is ever seen by people. An address that is being verified is answered
and forgotten; a bot's message is acknowledged and ignored; a form that is no payload
is refused only after its signature was found right. One request alone goes all the
way: links that are not ours are kept in the inbox, once, until a worker finds nothing
there to unfold, and posts nothing. From outside one sees that it is acknowledged
each time; that it was kept the first time shows in the inbox, where the library of
this machine is the server's: what has come before is not taken in again.
"""

import json
import secrets
from collections.abc import Iterator, Mapping
from pathlib import Path
from urllib.parse import urlencode

from index import Inbox, LibraryError
from web.culprits import culprit
from web.findings import Finding
from web.manifest import EVENTS_PATH
from web.probes import Prober, Reply
from web.slack import signed
from web.slack_checks import check_clock

_JSON, _FORM = "application/json", "application/x-www-form-urlencoded"
_MUCH = 60.0
_TEN_MINUTES = 600.0
# As large as the message that a pressed button stands below.
_PADDING = 40_000

_REFUSED = (
    "the server has another signing secret: everything arrived as it was sent. Set "
    "PINCITE_SLACK_SIGNING_SECRET to the Signing Secret of the app's page Basic Information, here "
    "and where pincite serve is started, and restart it"
)


def replay(base: str, secret: str, prober: Prober, library: Path) -> Iterator[Finding]:
    """What a server does with Slack's requests; raises `Unreachable`.

    What depends on a signed request is left out if that is refused.
    """
    server = _Server(base, secret, prober)
    challenge = secrets.token_hex(16)
    body = _verification(challenge)
    reply = server.send(body)
    yield Finding("ok", "server", f"it answers at {base}")
    if reply.ahead is not None and abs(reply.ahead) > _MUCH:
        yield check_clock(-reply.ahead, "the server's clock", "this machine's")
    if reply.status != 200 or reply.json.get("challenge") != challenge:
        yield Finding("failed", "signed request", server.why(reply, body))
        return
    yield Finding("ok", "signed request", "taken: the server has this secret; nothing is altered")
    yield _form(server)
    yield from _forgeries(server)
    yield from _ignored(server)
    yield _once(server, library)


class _Server:
    """Where requests are sent to, signed as Slack signs them."""

    def __init__(self, base: str, secret: str, prober: Prober) -> None:
        self._url = base + EVENTS_PATH
        self._prober = prober
        self.secret = secret

    def send(self, body: bytes, *, kind: str = _JSON, **headers: str) -> Reply:
        """Send a body that is signed now."""
        return self.post(body, {"Content-Type": kind, **self.signed(body), **headers})

    def post(self, body: bytes, headers: Mapping[str, str]) -> Reply:
        """Send a body with those headers alone."""
        return self._prober.post(self._url, body, headers)

    def signed(self, body: bytes, *, later: float = 0, secret: str = "") -> dict[str, str]:
        """The headers of a signature that is so many seconds later than now."""
        return signed(secret or self.secret, body, f"{self._prober.clock() + later:.0f}")

    def why(self, reply: Reply, body: bytes) -> str:
        """Why a signed body was not taken."""
        return culprit(
            reply,
            body,
            path=EVENTS_PATH,
            setting="PINCITE_SLACK_SIGNING_SECRET and PINCITE_SLACK_BOT_TOKEN",
            refused=_REFUSED,
            sent=self._prober.clock(),
        )


def _form(server: _Server) -> Finding:
    """A form with fields, spaces and a length that must arrive as they are."""
    fields = {"z": "one two", "payload": "[]", "a": "é" * (_PADDING // 6)}
    body = urlencode(fields).encode() + b"&b=one%20two"
    reply = server.send(body, kind=_FORM)
    # It is refused for what it says, which is read only of what is signed.
    if reply.status == 400 and reply.is_problem:
        return Finding("ok", "signed form", f"{len(body):,} bytes arrive as they were sent")
    return Finding("failed", "signed form", server.why(reply, body))


def _forgeries(server: _Server) -> Iterator[Finding]:
    body = _verification("forged")
    cases: tuple[tuple[str, str, Mapping[str, str]], ...] = (
        ("unsigned", "a request without a signature", {}),
        ("forged", "one signed with another secret", server.signed(body, secret="0" * 32)),
        ("tampered", "one whose body is not the one signed", server.signed(body + b" ")),
        ("stale", "one of ten minutes ago", server.signed(body, later=-_TEN_MINUTES)),
        ("future", "one of ten minutes from now", server.signed(body, later=_TEN_MINUTES)),
        ("no time", "one whose time is no number", signed(server.secret, body, "soon")),
    )
    for name, what, headers in cases:
        reply = server.post(body, {"Content-Type": _JSON, **headers})
        if reply.status == 401:
            yield Finding("ok", name, f"{what} is refused")
        else:
            yield Finding(
                "failed",
                name,
                f"{what} is answered with {reply.status}, not 401: something in front of the "
                "server answers or signs in its place; requests must reach the server itself",
            )


def _ignored(server: _Server) -> Iterator[Finding]:
    """A bot's messages: acknowledged, whether late, early or again, and never answered."""
    number = secrets.token_hex(6)
    early, late = (_event(_bot_message(ts), f"Ev{number}{ts}") for ts in (1, 2))
    again = _retry(1)
    statuses = [server.send(late).status, server.send(early).status]
    yield _acknowledged("out of order", statuses, "a later event before an earlier one")
    yield _acknowledged("retried", [server.send(early, **again).status], "an event sent again")


def _acknowledged(name: str, statuses: list[int], what: str) -> Finding:
    if set(statuses) == {200}:
        return Finding("ok", name, f"{what} is acknowledged")
    told = ", ".join(map(str, statuses))
    return Finding("failed", name, f"{what} is not acknowledged ({told}); see the server's log")


def _once(server: _Server, library: Path) -> Finding:
    """An event that the server keeps and answers with nothing, sent twice."""
    number = f"EvDoctor{secrets.token_hex(8)}"
    link = {"domain": "nowhere.invalid", "url": "https://nowhere.invalid/"}
    shared = {"type": "link_shared", "channel": "C0DOCTOR", "message_ts": "1.1", "links": [link]}
    body = _event(shared, number)
    statuses = [server.send(body).status, server.send(body, **_retry(1)).status]
    if set(statuses) != {200}:
        return _acknowledged("once", statuses, "an event that is kept, and sent twice,")
    what = "an event sent twice is acknowledged twice"
    try:
        known = _is_known(library, f"slack/event/{number}")
    except LibraryError as error:
        return Finding("warning", "once", f"{what}; the inbox here cannot be read: {error}")
    if known is None:
        return Finding("ok", "once", f"{what} (that it is kept once, its own machine can see)")
    if known:
        return Finding("ok", "once", f"{what} and kept once, in this library's inbox")
    return Finding(
        "warning",
        "once",
        f"{what}, but not kept in {library}: the server has another library. Name it with "
        "--library, or check where the address leads",
    )


def _is_known(library: Path, key: str) -> bool | None:
    """Whether what has that key came before; None if there is no inbox here."""
    if not (library / "inbox.sqlite").is_file():
        return None
    inbox = Inbox(library)
    try:
        if not inbox.put(key, {}, door="doctor", line=key):
            return True
        inbox.finish(key)
        return False
    finally:
        inbox.close()


def _verification(challenge: str) -> bytes:
    """What Slack asks a new address, in letters that whatever writes it anew writes otherwise."""
    told = json.dumps({"type": "url_verification", "challenge": challenge})
    return told[:-1].encode() + b',  "note": "caf\xc3\xa9 \\u00e9 \\/", "a": 1.0}'


def _event(event: Mapping[str, object], number: str) -> bytes:
    told = {"type": "event_callback", "team_id": "T0DOCTOR", "event_id": number, "event": event}
    return json.dumps(told).encode()


def _bot_message(ts: int) -> dict[str, object]:
    said = {"text": "pincite doctor", "channel": "C0DOCTOR", "ts": f"{ts}.0"}
    return {"type": "message", "subtype": "bot_message", "bot_id": "B0DOCTOR", **said}


def _retry(number: int) -> dict[str, str]:
    return {"X-Slack-Retry-Num": str(number), "X-Slack-Retry-Reason": "http_timeout"}
