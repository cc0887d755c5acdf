"""Joining: which sentences beside a found one a reader needs to understand it."""

import math
import re
from collections.abc import Collection, Sequence

from index import Span
from qa.ranking import RankedPassage

_MOST_SENTENCES = 3
_MOST_CHARACTERS = 700

# A neighbour joins a quote if it is nearly as likely to be what was asked for.
_JOIN = 0.2

# What the reader points at stands out so far that nothing would join it: of what it adds to
# the sentences' scores so much counts here.
_SHARE_OF_READER = 0.25

# Without the sentence before it nobody knows who or what this is.
_LEANS = re.compile(
    r"(?:He|She|They|It|His|Her|Their|Its|This|These|Those|Such|Both|The (?:former|latter))\b"
)
_ITEM = re.compile(r"(?:[-*•–—]|\(?(?:\d{1,3}|[a-zA-Z]|[ivxIVX]{1,5})[.)])\s")
_PARAGRAPH = re.compile(r"\n[^\S\n]*\n")


def joined(passage: RankedPassage, position: int, *, taken: Collection[int]) -> tuple[int, int]:
    """The first and last sentence of the quote around the one at `position`.

    Sentences in `taken` are quoted already. Table rows stand alone.
    """
    spans, text = passage.hit.sentences, passage.hit.document.text
    if passage.hit.document.table_at(spans[position][0]):
        return position, position
    first, last = _grown(_scores_to_join(passage), position, taken)
    first = _with_antecedent(text, spans, first, last, taken)
    first = _with_lead_in(text, spans, first, last, taken)
    return first, _with_what_follows(text, spans, first, last, taken)


def _scores_to_join(passage: RankedPassage) -> Sequence[float]:
    """The sentences' scores, with less of what the reader has added."""
    if not passage.gained:
        return passage.sentence_scores
    return [
        score - (1 - _SHARE_OF_READER) * gained
        for score, gained in zip(passage.sentence_scores, passage.gained, strict=True)
    ]


def _grown(scores: Sequence[float], position: int, taken: Collection[int]) -> tuple[int, int]:
    """The sentence and those beside it that are nearly as likely."""
    first = last = position
    floor = scores[position] + math.log(_JOIN)
    while last - first + 1 < _MOST_SENTENCES:
        before = scores[first - 1] if first > 0 and first - 1 not in taken else -math.inf
        after = scores[last + 1] if last + 1 < len(scores) and last + 1 not in taken else -math.inf
        if max(before, after) < floor:
            break
        if before > after:
            first -= 1
        else:
            last += 1
    return first, last


def _with_antecedent(
    text: str, spans: Sequence[Span], first: int, last: int, taken: Collection[int]
) -> int:
    """Start a sentence earlier where the quote begins with a pronoun."""
    start, end = spans[first][0], spans[last][1]
    leans = _LEANS.match(text, start)
    if not leans or first == 0 or first - 1 in taken or last - first + 1 >= _MOST_SENTENCES:
        return first
    earlier = spans[first - 1]
    parted = _PARAGRAPH.search(text, earlier[1], start)
    return first if parted or end - earlier[0] > _MOST_CHARACTERS else first - 1


def _with_lead_in(
    text: str, spans: Sequence[Span], first: int, last: int, taken: Collection[int]
) -> int:
    """Start with the line that leads into a list where the quote begins with one of its items."""
    if not _ITEM.match(text, spans[first][0]):
        return first
    for n in range(first - 1, -1, -1):
        if n in taken or spans[last][1] - spans[n][0] > _MOST_CHARACTERS:
            break
        if text[spans[n][1] - 1] == ":":
            return n
        if not _ITEM.match(text, spans[n][0]):
            break
    return first


def _with_what_follows(
    text: str, spans: Sequence[Span], first: int, last: int, taken: Collection[int]
) -> int:
    """A question or a lead-in says nothing alone: go on with its answer or its list."""
    if text[spans[last][1] - 1] in ":?" and last + 1 < len(spans) and last + 1 not in taken:
        last += 1
    leads_in = any(text[spans[n][1] - 1] == ":" for n in range(first, last + 1))
    while (
        leads_in
        and last + 1 < len(spans)
        and last + 1 not in taken
        and _ITEM.match(text, spans[last][0])
        and _ITEM.match(text, spans[last + 1][0])
        and spans[last + 1][1] - spans[first][0] <= _MOST_CHARACTERS
    ):
        last += 1
    return last
