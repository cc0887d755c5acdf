"""Who is to blame for an answer that is not the one a request should get."""

import hashlib
from typing import Any

from web.findings import ahead, spell
from web.probes import Reply
from web.slack_checks import CLOCK_LIMIT

_COMPARE = "to ask it without what stands in front: pincite doctor --url http://127.0.0.1:8000"


def culprit(
    reply: Reply,
    body: bytes,
    *,
    path: str,
    setting: str,
    refused: str,
    sent: float | None = None,
) -> str:
    """Why a server did not take what it should have; a sentence, with what to do.

    `body` is what was sent to the `path`, which exists where the server is started with
    `setting`. `refused` is what to say where everything arrived as it was sent and the
    server does not take it. `sent` is the time that it was signed with, if it was.
    """
    told = reply.json.get("received")
    if reply.status == 401 and isinstance(told, dict):
        return _altered(told, body) or _off(told, sent) or refused
    if 300 <= reply.status < 400:
        return (
            f"it leads elsewhere ({reply.status} to {reply.headers.get('Location', '?')[:80]}): "
            "set PINCITE_PUBLIC_URL, and the addresses of the app, to where it ends"
        )
    if reply.status == 413:
        return (
            f"{len(body):,} bytes are too many for something in front of the server (413): let it "
            "take 1 MB (nginx: client_max_body_size 1m)"
        )
    if reply.status in {502, 503, 504} and not reply.is_problem:
        return (
            f"a proxy answers, and behind it no server ({reply.status}): start pincite serve, and "
            "check where the proxy passes requests on to"
        )
    if reply.is_problem and reply.status in {400, 401, 403, 404, 405}:
        return f"a Pincite answers, but it has no {path} ({reply.status}): start it with {setting}"
    if reply.status in {401, 403}:
        return (
            f"something in front of the server refuses the request ({reply.status}), such as a "
            f"login or a firewall: let {path} pass; {_COMPARE}"
        )
    return (
        f"what answers there is no Pincite ({reply.status}): check the address, and that a proxy "
        f"passes {path} on to pincite serve; {_COMPARE}"
    )


def _altered(told: dict[str, Any], body: bytes) -> str:
    """How something on the way changed a request; empty if it did not."""
    missing = told.get("missing")
    if isinstance(missing, list) and missing:
        names = ", ".join(str(name)[:40] for name in missing[:4])
        return (
            f"something between here and the server drops the headers {names}: let the proxy pass "
            f"all headers on; {_COMPARE}"
        )
    if told.get("sha256") == hashlib.sha256(body).hexdigest():
        return ""
    encoding = told.get("encoding")
    how = f", as {encoding!s:.20}" if encoding else ""
    size = told.get("bytes")
    arrived = f"{size:,}" if isinstance(size, int) else "others"
    return (
        f"something between here and the server alters the body: {len(body):,} bytes were sent, "
        f"{arrived} arrived{how}. Slack signs the very bytes: let the "
        f"proxy pass them on unread; {_COMPARE}"
    )


def _off(told: dict[str, Any], sent: float | None) -> str:
    """How the server's clock is off; empty if it is not, or does not matter."""
    time = told.get("time")
    if sent is None or not isinstance(time, int) or abs(time - sent) <= CLOCK_LIMIT:
        return ""
    return (
        f"the server's clock is {ahead(time - sent)} this machine's, and a request may be "
        f"{spell(CLOCK_LIMIT)} old: set both (timedatectl set-ntp true)"
    )
