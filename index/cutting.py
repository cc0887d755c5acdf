"""Cutting a sentence or row that fits no passage, at the best places."""

import unicodedata
from collections.abc import Iterator

from index.sentences import Span, trimmed
from index.tokens import Measure

_REACH = 500
_COUNTABLE = 20_000


def pieces_of(
    text: str, span: Span, count: Measure, measure: Measure, budget: int, room: int
) -> Iterator[tuple[Span, int, int]]:
    """Cut a span until all of it fits, each time at the best place near the middle.

    Gives each piece with its tokens by `count`, at most `budget`, and by `measure`,
    at most `room`; a single character is a piece whatever it has.
    """
    start, end = trimmed(text, *span)
    if start >= end:
        return
    # No greater length can fit, and counting it at every halving would take long.
    if end - start <= _COUNTABLE:
        tokens, size = count([text[start:end]])[0], measure([text[start:end]])[0]
        if (tokens <= budget and size <= room) or end - start == 1:
            yield (start, end), tokens, size
            return
    cut = _best_cut(text, start, end)
    yield from pieces_of(text, (start, cut), count, measure, budget, room)
    yield from pieces_of(text, (cut, end), count, measure, budget, room)


def _best_cut(text: str, start: int, end: int) -> int:
    """A line end, else a clause end, else a space, else between two characters."""
    middle = (start + end) // 2
    reach = min(_REACH, max(1, (end - start) // 4))
    low, high = max(start + 1, middle - reach), min(end - 1, middle + reach)
    nearest = sorted(range(low, high + 1), key=lambda place: abs(place - middle))
    for ends_here in (_ends_line, _ends_clause, _ends_word):
        for place in nearest:
            if ends_here(text, place):
                return place
    return next((place for place in nearest if between_characters(text, place)), middle)


def _ends_line(text: str, place: int) -> bool:
    return text[place - 1] == "\n"


def _ends_clause(text: str, place: int) -> bool:
    return text[place - 1].isspace() and text[place - 2] in ",;:.!?|–—"


def _ends_word(text: str, place: int) -> bool:
    return text[place - 1].isspace() or text[place - 1] in "、，。；"


def between_characters(text: str, place: int) -> bool:
    """Whether what people see as one character does not go on over a place within the text."""
    after = text[place]
    return not (
        unicodedata.combining(after)
        or unicodedata.category(after) in {"Mn", "Me", "Mc"}
        or after in "\u200d\ufe0e\ufe0f"
        or "\U0001f3fb" <= after <= "\U0001f3ff"
        or text[place - 1] == "\u200d"
    )
