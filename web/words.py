"""How templates show a quote, a file and a time."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Literal

from index import Span
from qa import ExcerptJson, marked
from web.texts import say

Piece = Literal["answer", "word", ""]
"""Whether a run of a quote answers, is a word of the question, or neither."""


def pieces(question: str, excerpt: ExcerptJson) -> list[tuple[str, Piece]]:
    """An excerpt's quote in runs: with what answers, or else with the question's words."""
    quote = excerpt["quote"]
    answer, first = excerpt["answer_span"], excerpt["span"]["start"]
    spans: Sequence[Span]
    if answer:
        kind: Piece = "answer"
        spans = [(answer["start"] - first, answer["end"] - first)]
    else:
        kind, spans = "word", marked(question, quote)
    starts = {start for start, _ in spans}
    cuts = sorted({0, len(quote), *(place for span in spans for place in span)})
    return [(quote[start:end], kind if start in starts else "") for start, end in pairwise(cuts)]


def file_name(source: str, parts: int = 1) -> str:
    """The last parts of a path or an address."""
    return "/".join(source.replace("\\", "/").rstrip("/").split("/")[-parts:])


def duration(milliseconds: float) -> str:
    """A time as people say it: in whole milliseconds, from a second on in tenths of one."""
    if milliseconds < 1000:
        return say("time.milliseconds", number=f"{milliseconds:.0f}")
    return say("time.seconds", number=f"{milliseconds / 1000:.1f}")
