"""The web application: what it serves, from where, and how it answers."""

import os

from flask import Flask
from flask.json.provider import DefaultJSONProvider

from index import Embedder, PageViewer
from qa import Settings
from web.access import guard
from web.api import api
from web.citations import citations
from web.opening import open_bot, open_library
from web.page_images import page_images
from web.pages import pages
from web.problems import answer_problems

_LONGEST_BODY = 64 * 1024


def create_app(settings: Settings | None = None, *, embedder: Embedder | None = None) -> Flask:
    """The web application over the library of the settings (by default those of PINCITE_*)."""
    settings = settings or Settings.from_environment(os.environ)
    library = open_library(settings, embedder=embedder)
    app = Flask("web")
    app.config["MAX_CONTENT_LENGTH"] = _LONGEST_BODY
    app.json = _Json(app)
    app.extensions["pincite.library"] = library
    app.extensions["pincite.bot"] = open_bot(settings, library)
    app.extensions["pincite.pages"] = PageViewer()
    guard(app, settings)
    answer_problems(app)
    app.register_blueprint(api)
    app.register_blueprint(pages)
    app.register_blueprint(page_images)
    app.register_blueprint(citations)
    return app


class _Json(DefaultJSONProvider):
    """JSON in the schema's own order, with its characters as they are."""

    ensure_ascii = False
    sort_keys = False
