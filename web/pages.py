"""The pages for people: asking, and seeing a quote in its place."""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from flask import Blueprint, Response, render_template, request

from index import (
    Document,
    FilterError,
    Heading,
    Locator,
    PageView,
    Span,
    TooBusy,
    locate,
    page_count,
)
from qa import QuestionError, State, answer_json, cite
from web.addresses import named_document, named_span
from web.choosing import Chosen
from web.operations import unless_known
from web.page_images import check_page
from web.pagination import latest_conversations
from web.state import current_bot, current_crowd, current_library, current_page_viewer
from web.texts import say

pages = Blueprint("pages", __name__)

_LATEST = 20

# A quote that goes on over more pages than these is read in the text.
_MOST_PAGES = 3


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of a document's text, with the heading it is or the landmark it begins with."""

    text: str
    heading: int | None
    landmark: str | None


@pages.get("/")
def home() -> str | tuple[str, int]:
    """The question box, and the latest conversations or the answer to the address' question.

    That one is kept nowhere.
    """
    library = current_library()
    question = request.args.get("q")
    chosen = Chosen.of(request.args)
    told, refusal = None, None
    if question is not None:
        try:
            with current_crowd().turn():
                told = answer_json(current_bot().ask(question, only=chosen.only()))
        except (QuestionError, FilterError) as error:
            refusal = str(error)
    latest, more = (
        latest_conversations(_LATEST, request.args.get("cursor"))
        if question is None
        else ((), None)
    )
    page = render_template(
        "home.html",
        question=question,
        told=told,
        refusal=refusal,
        chosen=chosen,
        tags=library.tags(),
        documents=library.document_count(),
        conversations=latest,
        more=more,
    )
    return (page, 422) if refusal else page


@pages.get("/d/<document_id>")
@pages.get("/d/<document_id>/<span>")
def document(document_id: str, span: str | None = None) -> Response:
    """A document, with the span of the path or of `?span=` highlighted.

    Of a PDF it shows the pages that the span is on, or the one of `?page=`, and its text below.
    """
    found = named_document(document_id)
    wanted = span or request.args.get("span")
    (start, end), state = named_span(found, wanted) if wanted else ((0, 0), None)
    locator = locate(found, start, end) if start < end else None
    page = request.args.get("page", type=int)
    if page is not None:
        check_page(found, page)
    shown = _page_views(found, locator, (start, end), page)
    placed = next((view.number for view in shown if view.rectangles), None)
    told = render_template(
        "document.html",
        document=found,
        wanted=wanted,
        page_views=shown,
        placed=placed,
        # Where a page was asked for, it is to be seen, whether the quote is on it or not.
        in_text=not placed and not (shown and page),
        before=_pieces(found, 0, start),
        quote=_pieces(found, start, end),
        after=_pieces(found, end, len(found.text)),
        locator=locator,
        citation=cite(found, locator) if locator else None,
        status=" ".join(_status(state, locator, shown, page)) or None,
    )
    response = unless_known(Response(told, mimetype="text/html"))
    response.headers["Cache-Control"] = "private, no-cache"
    return response


def _status(
    state: State | None, locator: Locator | None, shown: Sequence[PageView], page: int | None
) -> Iterator[str]:
    """What is to be said of the quote: what became of it, and which of its pages are not shown."""
    if state:
        yield say(f"reader.{state}")
    last = (locator.last_page or locator.page or 0) if locator else 0
    if page is None and shown and shown[-1].number < last:
        yield say("reader.more", shown=shown[-1].number, last=last)


def _page_views(
    document: Document, locator: Locator | None, quote: Span, page: int | None
) -> list[PageView]:
    """The pages of a PDF that are shown; none of another document."""
    last = page_count(document)
    if page is not None:
        numbers = range(page, page + 1)
    elif locator and locator.page:
        numbers = range(locator.page, (locator.last_page or locator.page) + 1)[:_MOST_PAGES]
    else:
        numbers = range(1, 2)
    return [
        _page_view(document, number, quote if locator else None)
        for number in numbers
        if 1 <= number <= last
    ]


def _page_view(document: Document, number: int, quote: Span | None) -> PageView:
    """A page of a PDF; where it cannot be drawn now, its text can be read all the same."""
    try:
        return current_page_viewer().view(document, number, quote)
    except TooBusy as error:
        return PageView(number=number, label=None, pages=page_count(document), reason=str(error))


def _pieces(document: Document, start: int, end: int) -> list[Piece]:
    """The text from start to end, cut where headings and landmarks are."""
    headings = [one for one in document.headings if one.start < end and one.end > start]
    landmarks = {
        mark.start: say(f"landmark.{mark.kind}", label=mark.label or mark.number)
        for mark in document.landmarks
        if mark.kind != "row" and start <= mark.start < end
    }
    cuts = {start, end, *landmarks}
    cuts.update(place for one in headings for place in (one.start, one.end) if start < place < end)
    return [
        Piece(document.text[first:last], _heading_level(headings, first), landmarks.get(first))
        for first, last in pairwise(sorted(cuts))
    ]


def _heading_level(headings: list[Heading], offset: int) -> int | None:
    position = bisect_right(headings, offset, key=lambda heading: heading.start) - 1
    if position < 0 or headings[position].end <= offset:
        return None
    # The page's own heading is the first level.
    return min(headings[position].level + 1, 6)
