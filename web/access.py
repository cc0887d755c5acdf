"""Who may use the server, and what a browser may do with its pages."""

from urllib.parse import urlsplit

from flask import Flask, Response, request

from qa import Settings, SettingsError
from web.callers import caller, is_this_machine, is_webhook
from web.login import ask_for_password
from web.problems import problem

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


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
    if settings.password:
        ask_for_password(app, settings)
    else:
        _serve_this_machine_alone(app, settings)
    _guard_writes(app)

    @app.after_request
    def add_headers(response: Response) -> Response:
        response.headers["Content-Security-Policy"] = _POLICY
        response.headers["X-Content-Type-Options"] = "nosniff"
        # Without any, a browser would not say that a form is this server's own.
        response.headers["Referrer-Policy"] = "same-origin"
        response.headers.setdefault("Cache-Control", "no-store")
        return response


def _serve_this_machine_alone(app: Flask, settings: Settings) -> None:
    @app.before_request
    def refuse_strangers() -> Response | None:
        if is_webhook():
            return None
        if not is_this_machine(caller()):
            detail = "without PINCITE_PASSWORD this library answers its own machine alone"
            return problem(403, "Forbidden", detail)
        # Another site's page must not reach this server under a name of its own.
        if is_this_machine(_host_name(request.host)):
            return None
        detail = (
            f"the host name {request.host!r} is not this machine's; open "
            f"{address(settings)} instead"
        )
        return problem(400, "Bad Request", detail)


def _guard_writes(app: Flask) -> None:
    @app.before_request
    def refuse_other_sites() -> Response | None:
        # Browsers say where a request comes from; programs say nothing.
        if request.method in {"GET", "HEAD", "OPTIONS"} or _is_of_this_site():
            return None
        detail = "another site's page asked for this; do it on the server's own page"
        return problem(403, "Forbidden", detail)


def _is_of_this_site() -> bool:
    """Whether the request says nothing of where it comes from, or that it is from here."""
    origin = request.headers.get("Origin")
    # Another port of this machine is the same site, and yet not ours.
    return request.headers.get("Sec-Fetch-Site", "none") in {"same-origin", "none"} and (
        origin is None or _authority(origin) == request.host.lower()
    )


def _authority(origin: str) -> str:
    """Host and port of an origin; empty where there is none."""
    try:
        return urlsplit(origin).netloc.lower()
    except ValueError:
        return ""


def _host_name(host: str) -> str:
    """The name in a Host header, without its port; empty where there is none."""
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""
