"""What the current application serves."""

from typing import cast

from flask import current_app

from index import Library, PageViewer
from qa import Bot
from web.crowd import Crowd
from web.jobs import Jobs
from web.removals import Removals
from web.uploads import Uploads
from web.watching import Watcher


def current_bot() -> Bot:
    """The bot of the application that handles the request."""
    return cast("Bot", current_app.extensions["pincite.bot"])


def current_crowd() -> Crowd:
    """Who is being answered by the application that handles the request, and who waits."""
    return cast("Crowd", current_app.extensions["pincite.crowd"])


def current_checks() -> Crowd:
    """Whose draft is being checked by the application that handles the request, and who waits."""
    return cast("Crowd", current_app.extensions["pincite.checks"])


def current_library() -> Library:
    """The library of the application that handles the request."""
    return cast("Library", current_app.extensions["pincite.library"])


def current_page_viewer() -> PageViewer:
    """What draws the pages of PDF files for the application that handles the request."""
    return cast("PageViewer", current_app.extensions["pincite.pages"])


def current_uploads() -> Uploads:
    """Where the application that handles the request keeps uploaded files."""
    return cast("Uploads", current_app.extensions["pincite.uploads"])


def current_jobs() -> Jobs:
    """What the application that handles the request is adding."""
    return cast("Jobs", current_app.extensions["pincite.jobs"])


def current_removals() -> Removals:
    """What the application that handles the request has removed a short while ago."""
    return cast("Removals", current_app.extensions["pincite.removals"])


def current_watcher() -> Watcher | None:
    """What watches folders for the application that handles the request, if anything does."""
    return cast("Watcher | None", current_app.extensions["pincite.watcher"])
