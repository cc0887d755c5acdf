"""Checks of the webhook that Mattermost and Rocket.Chat use."""

from collections.abc import Iterator
from urllib.parse import urlencode

from web.culprits import culprit
from web.findings import Finding
from web.hooks import SLASH
from web.probes import Prober, Reply

_FORM = {"Content-Type": "application/x-www-form-urlencoded"}
# A server that is busy lets a command wait for so long.
_PATIENCE = 30.0


def check_hooks(base: str, tokens: tuple[str, ...], prober: Prober) -> Iterator[Finding]:
    """Whether each token is answered, and another is not; raises `Unreachable`.

    What is asked is `help`, and its answer comes with the response: nobody sees it.
    """
    for number, token in enumerate(tokens, 1):
        reply, body = _asked(base, token, prober)
        name = f"hook token {number}"
        if reply.status == 200 and isinstance(reply.json.get("text"), str):
            yield Finding("ok", name, f"{SLASH} answers the command help")
        else:
            said = culprit(
                reply,
                body,
                path=SLASH,
                setting="PINCITE_HOOK_TOKENS",
                refused="the server does not know it: it was started with other "
                "PINCITE_HOOK_TOKENS; restart it with these",
            )
            yield Finding("failed", name, said)
            # The others would fare alike, unless it is the token that is refused.
            if "received" not in reply.json:
                return
    reply, _ = _asked(base, "not-one-of-the-tokens", prober)
    if reply.status == 401:
        yield Finding("ok", "hook tokens", "another token is refused")
    else:
        yield Finding(
            "failed",
            "hook tokens",
            f"another token is answered with {reply.status}, not 401: something in front of the "
            "server answers in its place",
        )


def _asked(base: str, token: str, prober: Prober) -> tuple[Reply, bytes]:
    fields = {"command": "/pincite", "text": "help", "user_name": "doctor", "token": token}
    body = urlencode(fields).encode()
    return prober.post(base + SLASH, body, _FORM, patience=_PATIENCE), body
