"""What the current application serves."""

from typing import cast

from flask import current_app

from index import Library, PageViewer
from qa import Bot


def current_bot() -> Bot:
    """The bot of the application that handles the request."""
    return cast("Bot", current_app.extensions["pincite.bot"])


def current_library() -> Library:
    """The library of the application that handles the request."""
    return cast("Library", current_app.extensions["pincite.library"])


def current_page_viewer() -> PageViewer:
    """What draws the pages of PDF files for the application that handles the request."""
    return cast("PageViewer", current_app.extensions["pincite.pages"])
