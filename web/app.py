"""The web application: what it serves, from where, and how it answers."""

import os

from flask import Flask
from flask.json.provider import DefaultJSONProvider

from index import Embedder, PageViewer
from qa import Settings
from web.access import guard
from web.api import api
from web.api_conversations import conversations_api
from web.api_documents import documents_api
from web.api_feedback import feedback_api
from web.chat import chat
from web.citations import citations
from web.opening import open_bot, open_library
from web.page_images import page_images
from web.pages import pages
from web.problems import answer_problems
from web.reference import reference
from web.shelf import shelf
from web.texts import say
from web.words import file_name, pieces

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
    app.jinja_env.globals.update(say=say, pieces=pieces)
    app.jinja_env.filters["file_name"] = file_name
    for blueprint in (
        *(api, citations, conversations_api, documents_api, feedback_api, reference),
        *(chat, page_images, pages, shelf),
    ):
        app.register_blueprint(blueprint)
    return app


class _Json(DefaultJSONProvider):
    """JSON in the schema's own order, with its characters as they are."""

    ensure_ascii = False
    sort_keys = False
