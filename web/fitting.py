"""Fitting excerpts into a message of a limited length.

A quote is shown whole or by its first whole sentences; nothing is cut inside a word.
"""

import re
from bisect import bisect_left
from collections.abc import Callable, Sequence
from typing import TypeVar
from urllib.parse import quote as percent_encoded

from index import sentence_spans
from qa import AnswerJson, ExcerptJson

Piece = TypeVar("Piece")

SHORT_LINE = 300

# Of a citation, for titles may be of any length.
LONGEST_LINE = 1000

_LONGEST_QUERY = 1000

_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f]")


def fitting(
    excerpts: Sequence[ExcerptJson],
    room: int,
    *,
    size: Callable[[Piece], int],
    whole: Sequence[Callable[[ExcerptJson], Piece]],
    begun: Callable[[ExcerptJson, str], Piece],
    most: int,
) -> list[Piece]:
    """What is shown of excerpts, up to `most` pieces with the sizes' sum in `room`.

    Each is shown in the first form of `whole` that fits, else left out. The
    first is never left out: where it does not fit it is `begun` with as much of
    the beginning of its quote as does.
    """
    pieces: list[Piece] = []
    for excerpt in excerpts[:most]:
        piece = next((one for form in whole if size(one := form(excerpt)) <= room), None)
        if piece is None and not pieces:
            quote = beginning(excerpt["quote"], lambda text: size(begun(excerpt, text)) <= room)  # noqa: B023 (called at once)
            piece = begun(excerpt, quote)
        if piece is not None:
            pieces.append(piece)
            room -= size(piece)
    return pieces


def beginning(text: str, fits: Callable[[str], bool]) -> str:
    """The first whole sentences that fit, else the first words; empty where no word does.

    What is shorter must fit where what is longer does.
    """
    if fits(text):
        return text
    # The longest beginning that fits, at most.
    most = bisect_left(range(len(text)), True, key=lambda end: not fits(text[: end + 1]))
    ends = [end for _, end in sentence_spans(text, 0, most, None) if end < most]
    if ends:
        return text[: ends[-1]]
    words = next((end for end in range(most, 0, -1) if text[end].isspace()), 0)
    return text[:words].rstrip()


def one_line(text: str, most: int = LONGEST_LINE) -> str:
    """A text that is no quote, on one line of at most that many characters."""
    line = _CONTROL.sub("\ufffd", " ".join(text.split()))
    return line if len(line) <= most else line[: most - 1] + "…"


def address_of_all(answer: AnswerJson, base: str) -> str:
    """Where our server shows the whole answer, asked anew."""
    query = percent_encoded(answer["question"])
    # Half a question is another one.
    return f"{base}/?q={query}" if len(query) <= _LONGEST_QUERY else f"{base}/"
