"""Serving the application: gunicorn, and waitress where gunicorn cannot run."""

import gc
import socket
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from flask import Flask

from index import PinciteError
from qa import Settings, SettingsError
from web.access import address, check_exposure
from web.app import close_app, create_app
from web.crowd import MOST_WAITING
from web.team import TeamSettings

__all__ = ["address", "bound", "check_address", "serve"]

# Nearly all of them wait in line at most: a health check finds one free.
_THREADS = MOST_WAITING + 28

_MOST_UNACCEPTED = 2048


def serve(
    settings: Settings, watch: Sequence[Path] = (), team: TeamSettings | None = None
) -> None:
    """Serve, and watch folders, until stopped.

    Raises `SettingsError` if the address must not be bound.
    """
    check_exposure(settings)
    if sys.platform == "win32":
        _serve_with_waitress(settings, watch, team)
    else:
        _serve_with_gunicorn(settings, watch, team)


def check_address(settings: Settings) -> None:
    """Raise `SettingsError` if the server must not or cannot listen there."""
    check_exposure(settings)
    bound(settings).close()


def bound(settings: Settings) -> socket.socket:
    """The address, taken, though nobody is listened to yet; raises `SettingsError`."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    taken = socket.socket(family, socket.SOCK_STREAM)
    taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    # A response is sent when it is there, not when there is more of it.
    taken.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    try:
        taken.bind((settings.host, settings.port))
    except OSError as error:
        taken.close()
        raise SettingsError(
            f"cannot listen on {settings.host}:{settings.port} ({error.strerror or error}); "
            "choose another with --host or --port"
        ) from error
    return taken


def _warm_app(settings: Settings, watch: Sequence[Path], team: TeamSettings | None) -> Flask:
    """The application with its model loaded, so that the first question does not wait."""
    app = create_app(settings, watch=watch, team=team)
    app.extensions["pincite.bot"].warm_up()
    # The model is hundreds of thousands of objects that stay. To look through them for garbage
    # again and again would hold everything up for a third of a second.
    gc.collect()
    gc.freeze()
    return app


def _leave(worker: Any) -> None:  # gunicorn's type for a worker is its own
    # A worker whose application did not start has none.
    if isinstance(app := getattr(worker, "wsgi", None), Flask):
        close_app(app)


def _serve_with_waitress(
    settings: Settings, watch: Sequence[Path] = (), team: TeamSettings | None = None
) -> None:
    from waitress import serve as serve_with_waitress

    app = _warm_app(settings, watch, team)
    try:
        serve_with_waitress(
            app,
            host=settings.host,
            port=settings.port,
            threads=_THREADS,
            # A proxy that ends TLS stands on this machine, as it does for gunicorn.
            trusted_proxy="127.0.0.1",
            trusted_proxy_headers={"x-forwarded-proto"},
            clear_untrusted_proxy_headers=False,
        )
    finally:
        close_app(app)


def _serve_with_gunicorn(
    settings: Settings, watch: Sequence[Path], team: TeamSettings | None
) -> None:
    from gunicorn.app.base import BaseApplication
    from gunicorn.errors import AppImportError

    from web.connections import Worker

    taken = bound(settings)

    def take(arbiter: Any) -> None:  # gunicorn's types are its own, here and below
        arbiter.LISTENERS = [taken]

    def listen(_worker: Any) -> None:
        # Not before the application is there. Who has to wait for that gives up and asks again,
        # of which the server would not know; who is refused knows at once.
        taken.listen(_MOST_UNACCEPTED)

    class Server(BaseApplication):
        def load_config(self) -> None:
            options: dict[str, Any] = {
                # One process: the vectors and the model are held once.
                "workers": 1,
                "worker_class": Worker,
                # Not by way of the connection, which would not notice that nobody takes it.
                "sendfile": False,
                "threads": _THREADS,
                "timeout": 120,
                "graceful_timeout": 10,
                "loglevel": "warning",
                "control_socket_disable": True,
                "on_starting": take,
                "post_worker_init": listen,
                "worker_exit": lambda _arbiter, worker: _leave(worker),
            }
            for name, value in options.items():
                self.cfg.set(name, value)

        def load(self) -> Any:
            try:
                return _warm_app(settings, watch, team)
            except PinciteError as error:
                # Of all errors here, this one ends the server without a traceback.
                raise AppImportError(f"pincite: {error}") from error

    Server().run()
