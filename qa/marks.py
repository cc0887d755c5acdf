"""Quotation marks: which of them opens, and which closes it.

An apostrophe or a prime is no mark; marks inside of a quotation belong to it.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

from index import Span
from qa.prose import UNSEEN

# What closes a quotation that a mark opens.
_CLOSING = {
    '"': '"',
    "“": "”",
    "„": "“”",
    "«": "»",
    # Swedes and Finns close with what opens.
    "”": "”",
    "»": "«»",
    "‹": "›",
    "›": "‹",
    "「": "」",
    "『": "』",
    "‘": "’",
    "‚": "‘’",
    "'": "'",
}
_MARK = re.compile(f"[{''.join(sorted({*_CLOSING, *chain(*_CLOSING.values())}))}]")
# What also closes, and stands in words besides.
_APOSTROPHES = "'’"
_SINGLE = "'‘‚‹›"
# The nineties, and words that have lost their beginning.
_SHORTENED = re.compile(r"(?:\d\ds|[Tt](?:is|was|were|will)|em|til|cause)\b")
_BEFORE_OPENING = "([{<-–—−/|*_=:“„«»‹›‘‚\"'\x00"

# Feet and inches are few; a year is no measure.
_MEASURE = re.compile(r"(?<!\d)\d{1,2}\Z")

_BLANK_LINE = re.compile(r"\n[^\S\n]*(?:>[^\S\n]*)*\n")


@dataclass(frozen=True, slots=True)
class Unbalanced:
    """A quotation mark at an offset of the draft that nothing closes."""

    start: int
    mark: str


def marked(prose: str) -> Iterator[Span | Unbalanced]:
    """What stands between marks, and marks without a partner."""
    marks = _Marks(prose)
    position = 0
    for start in marks.places:
        if start < position:
            continue
        if not _opens(prose, start):
            if prose[start] not in f"{_APOSTROPHES}‘" and not _is_prime(prose, start):
                yield Unbalanced(start, prose[start])
            continue
        end = marks.partner(start)
        if end is not None:
            yield start + 1, end
            position = end + 1
        elif prose[start] not in _APOSTROPHES:
            yield Unbalanced(start, prose[start])


def _opens(prose: str, at: int) -> bool:
    before, after = prose[at - 1 : at], prose[at + 1 : at + 2]
    if prose[at] in "«‹" and (not before.strip() or before == UNSEEN) and after.isspace():
        # The French keep a distance.
        return True
    return (
        prose[at] in _CLOSING
        and bool(after.strip())
        and (not before.strip() or before in _BEFORE_OPENING or prose[at] in "“„«「『")
        and not (prose[at] in _SINGLE and _SHORTENED.match(prose, at + 1))
    )


class _Marks:
    """The marks of a text, and which close which. Each is looked at few times."""

    def __init__(self, prose: str) -> None:
        self._prose = prose
        self.places = [match.start() for match in _MARK.finditer(prose)]
        self._paragraphs = [match.start() for match in _BLANK_LINE.finditer(prose)]
        self._partners: dict[int, int | None] = {}

    def partner(self, start: int) -> int | None:
        """Where the quotation that is opened at `start` ends, maybe paragraphs later."""
        if start not in self._partners:
            self._pair(start)
        return self._partners[start]

    def _pair(self, start: int) -> None:
        """Find the partner of a mark, and those of all of its kind that are open on the way."""
        prose, mark = self._prose, self._prose[start]
        opened = [start]
        # Of several paragraphs that are quoted, each begins with the mark again.
        again: list[tuple[int, int]] = []
        paragraph_end = self._paragraph_end(start)
        position = start + 1
        for place in range(bisect_right(self.places, start), len(self.places)):
            at = self.places[place]
            if at < position:
                continue
            if at >= paragraph_end:
                if not self._goes_on(mark, at, paragraph_end):
                    break
                again.append((at, opened[-1]))
                paragraph_end = self._paragraph_end(at)
                continue
            if prose[at] in _CLOSING[mark] and _closes(prose, at, paragraph_end):
                self._partners[opened.pop()] = at
                if not opened:
                    break
            elif _opens(prose, at):
                position = self._open(mark, at, opened)
        self._partners.update(dict.fromkeys(opened))
        for at, top in again:
            self._partners[at] = self._partners[top]

    def _open(self, mark: str, at: int, opened: list[int]) -> int:
        """Take note of a mark that opens, and tell from where on marks count again."""
        if self._prose[at] == mark:
            opened.append(at)
        elif mark in _SINGLE and self._prose[at] not in _SINGLE:
            # What is between double marks closes no single one.
            return (self.partner(at) or at) + 1
        return at + 1

    def _goes_on(self, mark: str, at: int, paragraph_end: int) -> bool:
        """Whether the next paragraph begins with the mark, at this place."""
        between = self._prose[paragraph_end:at]
        return mark not in _APOSTROPHES and self._prose[at] == mark and between.isspace()

    def _paragraph_end(self, position: int) -> int:
        place = bisect_left(self._paragraphs, position)
        return self._paragraphs[place] if place < len(self._paragraphs) else len(self._prose)


def _closes(prose: str, at: int, paragraph_end: int) -> bool:
    before, after = prose[at - 1], prose[at + 1 : at + 2]
    if prose[at] in "\"'" and before.isspace():
        return False
    if prose[at] in _APOSTROPHES:
        # An apostrophe has a letter on both sides.
        return not after.isalnum()
    if prose[at] == '"' and _is_prime(prose, at) and after == " ":
        # Inches, if a mark is left that can close.
        rest = prose.find('"', at + 1, paragraph_end)
        return rest < 0 or _opens(prose, rest)
    return True


def _is_prime(prose: str, at: int) -> bool:
    return prose[at] in "\"'" and _MEASURE.search(prose[max(0, at - 4) : at]) is not None
