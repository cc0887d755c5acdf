"""Serving assistants: over standard input and output, or HTTP; and ending in order."""

import hashlib
import logging
import os
import signal
import socket
from collections.abc import Callable
from typing import NoReturn

import uvicorn
from mcp.server.auth.provider import AccessToken
from mcp.server.transport_security import TransportSecuritySettings

from qa import Settings
from web.credentials import Credentials, CredentialsError
from web.mcp_library import OpenedLibrary
from web.mcp_server import AssistantServer

_LOG = logging.getLogger(__name__)

# Longer than nearly all questions take.
_GRACE_SECONDS = 3


def serve_stdio(settings: Settings) -> NoReturn:
    """Answer whoever started this process, and end it with standard input or a signal."""
    opened = OpenedLibrary(settings)
    end = _end_at_signals(opened)
    try:
        AssistantServer(opened).run("stdio")
    except* (BrokenPipeError, ConnectionResetError):
        # Whoever asked is gone.
        pass
    end()


def serve_http(settings: Settings, address: str, taken: socket.socket) -> NoReturn:
    """Answer at an address, on a socket that is bound to it, until a signal comes.

    With a password, whoever shows a token is answered; without, this machine alone.
    """
    opened = OpenedLibrary(settings)
    if settings.password:
        server = AssistantServer(
            opened, address=address, verifier=_Tokens(Credentials(settings.library))
        )
        security = TransportSecuritySettings(enable_dns_rebinding_protection=False)
    else:
        server = AssistantServer(opened)
        security = _this_machine_alone(address)
    app = server.streamable_http_app(stateless_http=True, transport_security=security)
    config = uvicorn.Config(
        app,
        # It would report each check that is cut off by the end; what goes wrong `mcp` reports.
        log_level="critical",
        access_log=False,
        proxy_headers=False,
        server_header=False,
        timeout_graceful_shutdown=_GRACE_SECONDS,
    )
    # The server catches signals while it runs, and raises them again when it has ended.
    end = _end_at_signals(opened)
    uvicorn.Server(config).run(sockets=[taken])
    end()


def _end_at_signals(opened: OpenedLibrary) -> Callable[..., NoReturn]:
    """Have signals end this process; what does so is given."""

    def end(*_told: object) -> NoReturn:
        # At once: whoever asked waits two seconds, no thread has anything to keep, and one of
        # them may wait for standard input.
        opened.close()
        os._exit(0)

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, end)
    return end


class _Tokens:
    """Knows the tokens of a library's folder, those of now."""

    def __init__(self, credentials: Credentials) -> None:
        self._credentials = credentials

    async def verify_token(self, token: str) -> AccessToken | None:
        """Whom a token stands for, if it is one."""
        try:
            if not self._credentials.knows(token):
                return None
        except CredentialsError as error:
            _LOG.error("%s", error)
            return None
        whose = hashlib.sha256(token.encode(errors="surrogateescape")).hexdigest()
        return AccessToken(token=token, client_id=whose, scopes=[])


def _this_machine_alone(address: str) -> TransportSecuritySettings:
    """No page of another site reaches the server, under whatever name."""
    own = address.removeprefix("http://")
    port = own.rpartition(":")[2]
    names = [own, *(f"{name}:{port}" for name in ("127.0.0.1", "localhost", "[::1]"))]
    return TransportSecuritySettings(
        allowed_hosts=names, allowed_origins=[f"http://{name}" for name in names]
    )
