"""Where the characters of a quote stand on the image of a page; never a guess."""

import unicodedata
from bisect import bisect_left
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

from index.errors import NotPlaced
from index.sentences import Span

# Left, top, right, bottom, in fractions of the image's width and height.
Rectangle = tuple[float, float, float, float]

_Boxes = npt.NDArray[np.float32]
_Points = npt.NDArray[np.floating[Any]]

_HYPHENS = "-\u2010\u2011"
# How PDFium writes the hyphen at the end of a line.
_LINE_END_HYPHENS = "\ufffe\x02"
_LINE_ENDS = f"\r\n{_LINE_END_HYPHENS}"


def rectangles(
    page: str, start: int, end: int, *, printed: str, boxes: _Boxes
) -> tuple[Rectangle, ...]:
    """The rectangles, about one a line, that cover page[start:end] where the page is drawn.

    `page` is the page's canonical text, `printed` the characters drawn on it
    and `boxes` their places, a row each, not a number where there is none.
    Raises `NotPlaced` where any of them has no certain place.
    """
    first, last = _run(page, start, end, printed)
    inside = np.zeros(len(printed), dtype=bool)
    inside[first:last] = True
    seen = (boxes[:, 0] < boxes[:, 2]) & (boxes[:, 1] < boxes[:, 3])
    centres = (boxes[:, :2] + boxes[:, 2:]) / 2
    for place in range(first, last):
        # Of a ligature's letters and an accented one's marks, some have no width of their own.
        beside = slice(max(first, place - 1), min(last, place + 2))
        if _folded_character(printed[place]) and not seen[beside].any():
            raise NotPlaced("the file does not say where some of the quote's letters stand")
    if ((centres < 0) | (centres > 1))[inside & seen].any():
        raise NotPlaced("part of the quote stands beyond the edge of the page")
    others = centres[seen & ~inside]
    return tuple(
        rectangle
        for line in _lines(printed, first, last)
        if len(drawn := boxes[line][seen[line]])
        for rectangle in _covering(drawn, others)
    )


def _run(page: str, start: int, end: int, printed: str) -> Span:
    """The run of printed characters that are those of the quote."""
    wanted, _ = _folded(page[start:end])
    if not wanted:
        raise NotPlaced("the quote has no letters on this page")
    said, said_at = _folded(page)
    drawn, drawn_at = _folded(printed)
    if said == drawn:
        place = bisect_left(said_at, start)
    else:
        edges = _splits_word(page, start), _splits_word(page, end)
        places = [
            place
            for place in _occurrences(drawn, wanted)
            if edges
            == (
                _splits_word(printed, drawn_at[place]),
                _splits_word(printed, drawn_at[place + len(wanted) - 1] + 1),
            )
        ]
        if not places:
            raise NotPlaced("the quote's words were not found among those drawn on the page")
        if len(places) > 1:
            raise NotPlaced("the quote's words stand on the page more than once")
        place = places[0]
    first, last = drawn_at[place], drawn_at[place + len(wanted) - 1] + 1
    if page[start:end].rstrip().endswith("-"):
        while last < len(printed) and printed[last] in _HYPHENS + _LINE_END_HYPHENS:
            last += 1
    return first, last


def _folded(text: str) -> tuple[str, list[int]]:
    """The letters that a reading and a drawing of a page have in common, and their places."""
    letters: list[str] = []
    places: list[int] = []
    for place, character in enumerate(text):
        folded = _folded_character(character)
        letters.append(folded)
        places.extend([place] * len(folded))
    return "".join(letters), places


@lru_cache(maxsize=10_000)
def _folded_character(character: str) -> str:
    """The letters that a character stands for: none for white space, hyphens and controls."""
    return "".join(
        part
        for part in unicodedata.normalize("NFKC", character)
        if part not in _HYPHENS
        and part != "\ufffd"
        and not part.isspace()
        and not unicodedata.category(part).startswith("C")
    )


def _occurrences(text: str, wanted: str) -> Iterator[int]:
    place = text.find(wanted)
    while place >= 0:
        yield place
        place = text.find(wanted, place + 1)


def _splits_word(text: str, place: int) -> bool:
    return text[place - 1 : place].isalnum() and text[place : place + 1].isalnum()


def _lines(printed: str, first: int, last: int) -> Iterator[slice]:
    """The pieces of printed[first:last] that each stand on one line."""
    start = first
    for place in range(first, last):
        if printed[place] in _LINE_ENDS:
            yield slice(start, place + 1)
            start = place + 1
    yield slice(start, last)


def _covering(drawn: _Boxes, others: _Points) -> Iterator[Rectangle]:
    """As few rectangles as cover the characters and the centre of no other one.

    But for those that stand on top of them already.
    """
    left, top = drawn[:, :2].min(axis=0)
    right, bottom = drawn[:, 2:].max(axis=0)
    among = others[_within(others, left, top, right, bottom)]
    covered = np.zeros(len(among), dtype=bool)
    if len(among):
        for box in drawn:
            covered |= _within(among, *box)
    if len(drawn) > 1 and not covered.all():
        middle = len(drawn) // 2
        yield from _covering(drawn[:middle], others)
        yield from _covering(drawn[middle:], others)
    else:
        yield (
            max(float(left), 0.0),
            max(float(top), 0.0),
            min(float(right), 1.0),
            min(float(bottom), 1.0),
        )


def _within(
    points: _Points, left: float, top: float, right: float, bottom: float
) -> npt.NDArray[np.bool_]:
    across, down = points[:, 0], points[:, 1]
    found: npt.NDArray[np.bool_] = (
        (left <= across) & (across <= right) & (top <= down) & (down <= bottom)
    )
    return found
