"""Logging in with the password, and out; and who is let in without."""

from datetime import timedelta
from typing import cast
from urllib.parse import urlsplit

from flask import (
    Blueprint,
    Flask,
    Response,
    current_app,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask.sessions import SecureCookieSessionInterface
from werkzeug.wrappers import Response as Redirect

from qa import Settings
from web.callers import caller, is_webhook
from web.credentials import Credentials
from web.passwords import Password, TooManyAttempts
from web.problems import problem, wants_page
from web.texts import say

login = Blueprint("login", __name__)

_PASSWORD = "pincite.password"  # noqa: S105  # where the application keeps it
_LASTS = timedelta(days=30)


def ask_for_password(app: Flask, settings: Settings) -> None:
    """Let in who logged in, or shows a token; the login page itself is open to everyone."""
    credentials = Credentials(settings.library)
    app.extensions[_PASSWORD] = Password(settings.password)
    # Another password ends every login that was made with this one.
    app.secret_key = credentials.signing_key(settings.password)
    app.permanent_session_lifetime = _LASTS
    app.config.update(
        # Of two servers on one machine, each sees the cookies of the other.
        SESSION_COOKIE_NAME=f"pincite-{settings.port}",
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_REFRESH_EACH_REQUEST=False,
    )
    app.session_interface = _Sessions()
    app.register_blueprint(login)

    @app.before_request
    def refuse_strangers() -> Response | Redirect | None:
        if request.endpoint in {"login.show", "login.enter", "static", "api.health"}:
            return None
        if is_webhook():
            return None
        shown = request.authorization
        if shown and shown.type == "bearer" and credentials.knows(shown.token or ""):
            return None
        if session.get("admitted"):
            return None
        if _is_opening_a_page():
            return redirect(url_for("login.show", to=request.full_path.rstrip("?")))
        return _strangers_page() if wants_page() else _strangers_problem()


@login.get("/login")
def show() -> str:
    """The page that asks for the password."""
    return render_template("login.html", to=_place(request.args.get("to")))


@login.post("/login")
def enter() -> Response | Redirect:
    """Log in, and go on to where one wanted to be."""
    to = _place(request.form.get("to"))
    password = cast("Password", current_app.extensions[_PASSWORD])
    try:
        admitted = password.admits(request.form.get("password", ""), caller())
    except TooManyAttempts as error:
        refusal = _refused(429, to, say("login.wait", count=error.seconds))
        refusal.headers["Retry-After"] = str(error.seconds)
        return refusal
    if not admitted:
        return _refused(401, to, say("login.wrong"))
    session.permanent = True
    session["admitted"] = True
    return redirect(to, 303)


@login.post("/logout")
def leave() -> Redirect:
    """Log out of this browser."""
    session.clear()
    return redirect(url_for(".show"), 303)


def _strangers_problem() -> Response:
    detail = (
        "this library asks for its password: log in at /login, or send a token "
        "(Authorization: Bearer …)"
    )
    refusal = problem(401, "Unauthorized", detail)
    refusal.headers["WWW-Authenticate"] = 'Bearer realm="Pincite"'
    return refusal


def _strangers_page() -> Response:
    """What a script of the page shows, or a form leads to, where somebody was logged out."""
    back = urlsplit(request.referrer or "").path
    page = render_template(
        "problem.html",
        title=say("login.title"),
        detail=say("login.needed"),
        login=url_for("login.show", to=back or None),
    )
    return Response(page, 401, {"WWW-Authenticate": 'Bearer realm="Pincite"'})


def _refused(status: int, to: str, reason: str) -> Response:
    page = render_template("login.html", to=to, reason=reason)
    return Response(page, status, mimetype="text/html")


def _is_opening_a_page() -> bool:
    """Whether a person goes to an address, rather than a script or a program asking for it."""
    return (
        request.method == "GET"
        and wants_page()
        and request.headers.get("Sec-Fetch-Mode", "navigate") == "navigate"
    )


def _place(wanted: str | None) -> str:
    """A path of this server; of any other address, the first page."""
    home = url_for("pages.home")
    path = wanted or home
    # Browsers read a backslash as a slash, and leave out what is no printable character.
    elsewhere = path[:1] != "/" or path[1:2] in {"/", "\\"} or not path.isprintable()
    return home if elsewhere else path


class _Sessions(SecureCookieSessionInterface):
    def get_cookie_secure(self, app: Flask) -> bool:
        """Once it was given over TLS, it never travels without."""
        return request.is_secure
