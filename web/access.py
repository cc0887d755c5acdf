"""Who may use the server, and what a browser may do with its pages."""

import hmac
import ipaddress
from urllib.parse import urlsplit

from flask import Flask, Response, request

from qa import Settings, SettingsError
from web.problems import problem

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


def is_this_machine(host: str) -> bool:
    """Whether only this machine can reach a server bound to the host."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def address(settings: Settings) -> str:
    """Where the server of the settings is found."""
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    return f"http://{host}:{settings.port}"


def check_exposure(settings: Settings) -> None:
    """Raise `SettingsError` if anyone on the network could read the documents."""
    if not is_this_machine(settings.host) and not settings.password:
        raise SettingsError(
            f"the server would be open to everyone who can reach {settings.host!r}; set "
            "PINCITE_PASSWORD, or serve on 127.0.0.1"
        )


def guard(app: Flask, settings: Settings) -> None:
    """Ask for the password where there is one, and send the security headers."""

    @app.before_request
    def refuse_strangers() -> Response | None:
        # Another site's page must not reach this server under a name of its own.
        if settings.password:
            return None
        if not is_this_machine(request.remote_addr or ""):
            detail = "without PINCITE_PASSWORD this library answers its own machine alone"
            return problem(403, "Forbidden", detail)
        if is_this_machine(_host_name(request.host)):
            return None
        detail = (
            f"the host name {request.host!r} is not this machine's; open "
            f"{address(settings)} instead"
        )
        return problem(400, "Bad Request", detail)

    @app.before_request
    def ask_for_password() -> Response | None:
        if not settings.password or request.path == "/healthz":
            return None
        given = request.authorization.password if request.authorization else None
        if given and hmac.compare_digest(given.encode(), settings.password.encode()):
            return None
        detail = "this library asks for its password; any user name will do"
        refusal = problem(401, "Unauthorized", detail)
        refusal.headers["WWW-Authenticate"] = 'Basic realm="Pincite", charset="UTF-8"'
        return refusal

    app.before_request(_refuse_other_sites)

    @app.after_request
    def add_headers(response: Response) -> Response:
        response.headers["Content-Security-Policy"] = _POLICY
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Referrer-Policy"] = "no-referrer"
        response.headers["Cache-Control"] = "no-store"
        return response


def _refuse_other_sites() -> Response | None:
    if request.method in {"GET", "HEAD", "OPTIONS"} or _is_own_page():
        return None
    detail = "a page of another site may not use this server; use its own page, or a program"
    return problem(403, "Forbidden", detail)


def _is_own_page() -> bool:
    """Whether a request is from this server's own page, or from no page at all."""
    if (site := request.headers.get("Sec-Fetch-Site")) is not None:
        return site in {"same-origin", "none"}
    if (origin := request.headers.get("Origin")) is None:
        return True
    return origin.partition("://")[2].lower() == request.host.lower()


def _host_name(host: str) -> str:
    """The name in a Host header, without its port; empty where there is none."""
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""
