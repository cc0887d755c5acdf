"""The bookmarks of a PDF, placed on the printed lines that they name."""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from index.documents import Heading

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument

_MOST_BOOKMARKS = 20_000
_MOST_LINES = 3
_NUMBERING = re.compile(r"^(?:\d+|[ivxlc]+|[a-z]) (?:\d+ )*")
_NOT_LETTERS = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class Bookmark:
    """A title and how deep it stands; `down` is the place on its page, if it names one."""

    title: str
    level: int
    down: float | None


@dataclass(frozen=True, slots=True)
class PlacedLine:
    """A line of the text so far, with its place on its page."""

    start: int
    end: int
    text: str
    down: float


def bookmarks_by_page(pdf: "PdfDocument") -> Mapping[int, list[Bookmark]]:
    """Return the bookmarks of each page, by the page's index."""
    # Imported here because it is heavy and only PDF files need it.
    from pypdfium2 import PdfiumError

    found: defaultdict[int, list[Bookmark]] = defaultdict(list)
    try:
        for _, bookmark in zip(range(_MOST_BOOKMARKS), pdf.get_toc(), strict=False):
            destination = bookmark.get_dest()
            page = destination.get_index() if destination else None
            title = " ".join(bookmark.get_title().split())
            if page is not None and title:
                view = destination.get_view()
                found[page].append(Bookmark(title, bookmark.level + 1, _down(*view)))
    except (PdfiumError, ValueError):
        return found
    return found


def place(bookmarks: Sequence[Bookmark], lines: Sequence[PlacedLine]) -> list[Heading]:
    """Return the headings that stand on a page; a bookmark without a printed line is none."""
    headings: dict[int, Heading] = {}
    spelled = [_letters(line.text) for line in lines]
    for bookmark in bookmarks:
        places = _found(_letters(bookmark.title), spelled)
        if not places:
            continue
        first, last = min(places, key=lambda place: _distance(bookmark, lines[place[0]]))
        start, end = lines[first].start, lines[last].end
        title = " ".join(line.text for line in lines[first : last + 1])
        headings.setdefault(start, Heading(start, end, bookmark.level, title))
    return list(headings.values())


def _found(title: str, spelled: list[str]) -> list[tuple[int, int]]:
    """Return the first and last line of every run of lines that spells the title."""
    places: list[tuple[int, int]] = []
    bare = _NUMBERING.sub("", title)
    for first in range(len(spelled)):
        run = ""
        for last in range(first, min(first + _MOST_LINES, len(spelled))):
            run = f"{run} {spelled[last]}".strip()
            if title and (run == title or _NUMBERING.sub("", run) == bare):
                places.append((first, last))
                break
            if len(run) > len(title) + 20:
                break
    return places


def _letters(text: str) -> str:
    return _NOT_LETTERS.sub(" ", text.casefold()).strip()


def _distance(bookmark: Bookmark, line: PlacedLine) -> float:
    return abs(line.down - bookmark.down) if bookmark.down is not None else 0.0


def _down(mode: int, position: Sequence[float]) -> float | None:
    """Return how far down a view begins: /XYZ has x and y, /FitH and /FitBH have y."""
    if mode == 1 and len(position) >= 2:
        return -position[1]
    return -position[0] if mode in (3, 7) and position else None
