"""The lines of a PDF page, and where its geometry shows that a paragraph ends."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pypdfium2 import PdfTextPage

# PDFium writes U+FFFE, formerly U+0002, for the hyphen at the end of a line.
_LINE = re.compile("([^\r\n\ufffe\x02]*)([\ufffe\x02]?)(?:\r\n|\r|\n)?")
_UNPRINTED = re.compile("[\x00-\x08\x0b-\x1f\x7f\ufeff\ufffe\uffff]")
_VISIBLE = re.compile(r"\S")

_USUAL_SHARE = 0.4
_USUAL_PITCH = 1.25
_FEWEST_PITCHES = 5
_CLEARLY_LARGER = 1.3
_ROW_OVERLAP = 0.5
_OTHER_SIZE = 1.2
_SENTENCE_END = tuple('.!?:;”"’')


@dataclass(frozen=True, slots=True)
class Line:
    """A printed line; `down` grows towards the foot of the page."""

    text: str
    down: float
    size: float


def page_lines(page: "PdfTextPage", rotation: int) -> list[Line]:
    """Return the lines in the order in which the page holds them."""
    return list(_lines(page, page.get_text_range(), rotation))


def gaps(lines: list[Line]) -> list[str]:
    """Return what separates each line from the one before it; nothing before the first."""
    pairs = list(pairwise(lines))
    threshold = _CLEARLY_LARGER * _usual_pitch(pairs)
    return [""][: len(lines)] + [_gap(above, line, threshold) for above, line in pairs]


def joint(before: str, after: str) -> str:
    """Return what stands between two texts whose places on paper say nothing."""
    goes_on = not before.endswith(_SENTENCE_END) and after[:1].islower()
    return "\n" if goes_on else "\n\n"


def _lines(page: "PdfTextPage", text: str, rotation: int) -> Iterator[Line]:
    for match in _LINE.finditer(text):
        visible = [found.start() for found in _VISIBLE.finditer(match[1])]
        printed = _UNPRINTED.sub("", match[1]).strip() + ("-" if match[2] else "")
        if visible and printed:
            start = _units(text, match.start(1))
            places = {start + visible[at] for at in (0, len(visible) // 2, -1)}
            down, size = max(
                (_place(page, place, rotation) for place in places), key=lambda place: place[1]
            )
            yield Line(printed, down, size)


def _units(text: str, position: int) -> int:
    """PDFium counts in UTF-16 units."""
    return position if text.isascii() else len(text[:position].encode("utf-16-le")) // 2


def _place(page: "PdfTextPage", position: int, rotation: int) -> tuple[float, float]:
    """Return how far down the page a character stands, and how large it is."""
    # Imported here because it is heavy and only PDF files need it.
    from pypdfium2.raw import FPDFText_GetCharIndexFromTextIndex

    index = FPDFText_GetCharIndexFromTextIndex(page, position)
    if index < 0:
        return 0.0, 0.0
    left, bottom, right, top = page.get_charbox(index, loose=True)
    if rotation == 90:
        return left, right - left
    if rotation == 270:
        return -right, right - left
    return (top if rotation == 180 else -bottom), top - bottom


def _usual_pitch(pairs: list[tuple[Line, Line]]) -> float:
    """Return the distance between the lines of a paragraph, in sizes of their letters."""
    pitches = sorted(
        pitch for pair in pairs if not _same_row(*pair) and 0 < (pitch := _pitch(*pair)) < 3
    )
    if len(pitches) < _FEWEST_PITCHES:
        return _USUAL_PITCH
    return pitches[int(len(pitches) * _USUAL_SHARE)]


def _pitch(above: Line, line: Line) -> float:
    size = max(above.size, line.size)
    return (line.down - above.down) / size if size > 0 else 0.0


def _gap(above: Line, line: Line, threshold: float) -> str:
    if _same_row(above, line):
        return "\n"
    pitch = _pitch(above, line)
    if pitch < 0:
        return joint(above.text, line.text)
    smaller, larger = sorted((above.size, line.size))
    apart = pitch > threshold or larger > _OTHER_SIZE * smaller
    return "\n\n" if apart else "\n"


def _same_row(above: Line, line: Line) -> bool:
    """Tell a raised or lowered piece, or the next cell, from the next line."""
    top = max(above.down - above.size, line.down - line.size)
    return min(above.down, line.down) - top > _ROW_OVERLAP * min(above.size, line.size)
