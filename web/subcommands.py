"""What team chat says of itself: help, what it can quote, and how it is."""

import logging

from index import Filter, Library, LibraryError
from web.texts import say

_LOG = logging.getLogger(__name__)

_MOST_SOURCES = 20

SUBCOMMANDS = ("help", "sources", "status")


def said_of_itself(name: str, library: Library, only: Filter | None, *, waiting: int) -> str:
    """The plain text for one of the `SUBCOMMANDS`, as far as the filter lets one know."""
    if name == "help":
        return say("team.help")
    try:
        kept = library.kept(only)
        titles = [file.title for file in library.files() if file.document in kept]
    except LibraryError as error:
        _LOG.error("%s", error)
        return say("team.unready")
    if name == "status":
        return say("team.status", count=len(titles), waiting=waiting)
    if not titles:
        return say("team.no_sources")
    shown = sorted(titles, key=str.casefold)[:_MOST_SOURCES]
    lines = [say("team.sources", count=len(titles)), *(f"• {title}" for title in shown)]
    if left := len(titles) - len(shown):
        lines.append(say("team.more", count=left))
    return "\n".join(lines)
