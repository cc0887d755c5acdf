"""The pages of a PDF as images, and where on them a quote stands."""

import threading
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path

from index.documents import Document, Landmark
from index.errors import NotPlaced, TooBusy, UnreadableFile
from index.files import is_gone
from index.highlights import Rectangle, rectangles
from index.reading.pdf_page import DrawnPage
from index.reading.process import ReaderProcess
from index.sentences import Span

# Pixels a point: sharp on most screens, and some 200 KB a page.
PAGE_SCALE = 2.0

_MOST_BYTES = 64 * 2**20

# One that takes its time must not keep a server's threads from everyone else.
_MOST_WAITING = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class PageView:
    """A page, its image (PNG, `width` × `height` pixels) and what covers a quote on it.

    `number` counts from 1, `pages` is how many there are, `label` is what is
    printed on the page. `reason` is a sentence: why there is no image (then the
    size is 0) or why there are no rectangles for the quote that was asked for.
    """

    number: int
    label: str | None
    pages: int
    image: bytes | None = None
    width: int = 0
    height: int = 0
    rectangles: tuple[Rectangle, ...] = ()
    reason: str | None = None


class PageViewer:
    """Draws pages in one reading process, whoever asks, and keeps those drawn last."""

    def __init__(self, *, seconds: float = 20.0, most_bytes: int = _MOST_BYTES) -> None:
        self._process = ReaderProcess(seconds=seconds)
        self._most_bytes = most_bytes
        self._drawing = threading.Lock()
        self._places = threading.BoundedSemaphore(_MOST_WAITING)
        self._keeping = threading.Lock()
        self._kept: OrderedDict[tuple[str, int], DrawnPage] = OrderedDict()
        self._kept_bytes = 0

    def close(self) -> None:
        """End the process; a later `view` starts another."""
        self._process.close()

    def view(self, document: Document, number: int, quote: Span | None = None) -> PageView:
        """A page of a PDF and, on it, the characters `quote` of the document's text.

        Raises `ValueError` where the document has no such page, and `TooBusy` where it
        is not drawn yet and many others are waited for.
        """
        pages = page_count(document)
        if not 1 <= number <= pages:
            msg = f"there is no page {number} of {document.name!r}, which has {pages}"
            raise ValueError(msg)
        label = next((mark.label for mark in _pages(document) if mark.number == number), None)
        try:
            drawn = self._drawn(document, number)
        except UnreadableFile as error:
            gone = "its file is no longer there" if is_gone(Path(document.source)) else None
            reason = f"the page cannot be shown: {gone or error}"
            return PageView(number=number, label=label, pages=pages, reason=reason)
        covering, unplaced = _placed(document, number, quote, drawn) if quote else ((), None)
        return PageView(
            number=number,
            label=label or drawn.label,
            pages=pages,
            image=drawn.image,
            width=drawn.width,
            height=drawn.height,
            rectangles=covering,
            reason=unplaced,
        )

    def _drawn(self, document: Document, number: int) -> DrawnPage:
        """The page as drawn before or now."""
        key = (document.sha256, number)
        if drawn := self._found(key):
            return drawn
        if not self._places.acquire(blocking=False):
            raise TooBusy("many pages are being drawn; open this one again in a moment")
        try:
            # One at a time, so that nobody draws what another has just drawn.
            with self._drawing:
                if (drawn := self._found(key)) is None:
                    drawn = self._process.page(
                        Path(document.source), document.sha256, number, PAGE_SCALE
                    )
                    self._keep(key, drawn)
                return drawn
        finally:
            self._places.release()

    def _found(self, key: tuple[str, int]) -> DrawnPage | None:
        with self._keeping:
            drawn = self._kept.get(key)
            if drawn is not None:
                self._kept.move_to_end(key)
            return drawn

    def _keep(self, key: tuple[str, int], drawn: DrawnPage) -> None:
        with self._keeping:
            self._kept[key] = drawn
            self._kept_bytes += _size(drawn)
            while self._kept_bytes > self._most_bytes and len(self._kept) > 1:
                _, oldest = self._kept.popitem(last=False)
                self._kept_bytes -= _size(oldest)


def page_count(document: Document) -> int:
    """How many pages a PDF has; 0 for a document of another kind."""
    if document.media_type != "application/pdf":
        return 0
    numbers = [mark.number for mark in _pages(document)]
    return max([*numbers, *document.silent_pages], default=0)


def _pages(document: Document) -> list[Landmark]:
    """Where the pages that have text begin."""
    return [mark for mark in document.landmarks if mark.kind == "page"]


def _size(drawn: DrawnPage) -> int:
    return len(drawn.image) + drawn.boxes.nbytes + 4 * len(drawn.text or "")


def _placed(
    document: Document, number: int, quote: Span, drawn: DrawnPage
) -> tuple[tuple[Rectangle, ...], str | None]:
    """The rectangles, or the reason why there are none."""
    try:
        return _rectangles(document, number, quote, drawn), None
    except NotPlaced as error:
        return (), f"the quote cannot be shown on this page: {error}"


def _rectangles(
    document: Document, number: int, quote: Span, drawn: DrawnPage
) -> tuple[Rectangle, ...]:
    first, last = _text_of(document, number)
    start, end = max(quote[0], first), min(quote[1], last)
    if not document.text[start:end].strip():
        raise NotPlaced("it stands on another page")
    if drawn.text is None:
        raise NotPlaced("the page holds too many characters to tell them apart")
    return rectangles(
        document.text[first:last],
        start - first,
        end - first,
        printed=drawn.text,
        boxes=drawn.boxes,
    )


def _text_of(document: Document, number: int) -> Span:
    """Where the text of a page begins and ends; nowhere for a page without text."""
    marks = _pages(document)
    ends = [*(mark.start for mark in marks[1:]), len(document.text)]
    return next(
        (
            (mark.start, end)
            for mark, end in zip(marks, ends, strict=True)
            if mark.number == number
        ),
        (0, 0),
    )
