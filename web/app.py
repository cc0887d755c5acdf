"""The web application: what it serves, from where, and how it answers."""

import os
from collections.abc import Sequence
from pathlib import Path

from flask import Flask
from flask.json.provider import DefaultJSONProvider

from index import Embedder, Library, PageViewer, SentenceEmbedder, title_of
from qa import FORMATS, Settings
from web.access import guard
from web.api import api
from web.api_check import check_api
from web.api_conversations import conversations_api
from web.api_documents import documents_api
from web.api_feedback import feedback_api
from web.api_quotes import quotes_api
from web.chat import chat
from web.check_pages import check_pages
from web.citations import citations
from web.crowd import Crowd
from web.intake import intake
from web.jobs import Jobs
from web.opening import open_bot, open_library
from web.page_images import page_images
from web.pages import pages
from web.preview import preview
from web.problems import answer_problems
from web.reference import reference
from web.removals import Removals
from web.shelf import shelf
from web.team import TeamSettings
from web.team_chat import SLACK_API, add_team_chat
from web.texts import say
from web.uploads import Uploads
from web.watching import Watcher
from web.words import duration, file_name, pieces

_LONGEST_BODY = 64 * 1024


def create_app(
    settings: Settings | None = None,
    *,
    embedder: Embedder | None = None,
    watch: Sequence[Path] = (),
    team: TeamSettings | None = None,
    slack_api: str = SLACK_API,
) -> Flask:
    """The web application over the library of the settings (by default those of PINCITE_*).

    Team chat has settings of its own, `team`, and finds Slack at `slack_api`.
    What is in the folders to `watch` is added, and what changes in them from then on.
    """
    settings = settings or Settings.from_environment(os.environ)
    team = team or TeamSettings.from_environment(os.environ, settings.library)
    # Questions are asked while files are added.
    embedder = embedder or SentenceEmbedder(settings.model, spare=1)
    library = open_library(settings, embedder=embedder, create=bool(watch))
    app = Flask("web")
    app.config["MAX_CONTENT_LENGTH"] = _LONGEST_BODY
    app.json = _Json(app)
    app.extensions["pincite.library"] = library
    app.extensions["pincite.bot"] = open_bot(settings, library)
    app.extensions["pincite.crowd"] = Crowd()
    # A draft takes as long as hundreds of questions, which go on meanwhile.
    app.extensions["pincite.checks"] = Crowd(at_once=1, most_waiting=8)
    app.extensions["pincite.pages"] = PageViewer()
    guard(app, settings)
    answer_problems(app)
    app.jinja_env.globals.update(say=say, pieces=pieces, formats=FORMATS)
    app.jinja_env.filters.update(as_title=title_of, duration=duration, file_name=file_name)
    for blueprint in (
        *(api, check_api, quotes_api, citations, conversations_api, documents_api, feedback_api),
        *(intake, reference, chat, check_pages, page_images, pages, shelf),
    ):
        app.register_blueprint(blueprint)
    if app.debug:
        app.register_blueprint(preview)
    _take_in(app, settings, library, watch)
    # Last: it begins with what was left over.
    app.extensions["pincite.team"] = add_team_chat(app, settings, team, slack_api=slack_api)
    return app


def close_app(app: Flask) -> None:
    """End what an application does beside answering, and let go of its library."""
    for name in ("team", "watcher", "jobs", "removals", "pages", "library"):
        if (part := app.extensions[f"pincite.{name}"]) is not None:
            part.close()


def _take_in(app: Flask, settings: Settings, library: Library, watch: Sequence[Path]) -> None:
    """Begin to add what was left over, and what is in the watched folders."""
    uploads = Uploads(library.folder)
    removals = Removals(library, uploads)
    jobs = Jobs(library, uploads, removals, seconds=settings.read_seconds)
    watcher = Watcher(watch, library, jobs) if watch else None
    app.extensions["pincite.uploads"] = uploads
    app.extensions["pincite.jobs"] = jobs
    app.extensions["pincite.removals"] = removals
    app.extensions["pincite.watcher"] = watcher
    jobs.resume()
    removals.finish()
    if watcher:
        watcher.start()


class _Json(DefaultJSONProvider):
    """JSON in the schema's own order, with its characters as they are."""

    ensure_ascii = False
    sort_keys = False
