"""Passages: runs of whole sentences that tile a document and fit the embedding model."""

import os
import unicodedata
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import accumulate, pairwise
from pathlib import Path

import tiktoken
from tiktoken.load import load_tiktoken_bpe

from index.documents import Heading, Reading
from index.errors import PinciteError
from index.sentences import Span, sentence_spans, trimmed

SPLITTER_VERSION = 2
BUDGET = 240

Measure = Callable[[Sequence[str]], Sequence[int]]

_TABLE = Path(__file__).parent / "data" / "cl100k_base.tiktoken"
_TABLE_SHA256 = "223921b76ee99bde995b7ff738513eef100fb51d18c93597a113bcffe865b2a7"
# The encoding's definition, as tiktoken publishes it: how text falls into pieces.
_PIECES = (
    r"'(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}++|\p{N}{1,3}+"
    r"| ?[^\s\p{L}\p{N}]++[\r\n]*+|\s++$|\s*[\r\n]|\s+(?!\S)|\s"
)
_CONTEXT_PART = 120
_REACH = 500
_COUNTABLE = 20_000
_MID_PARAGRAPH_PENALTY = 0.1
_HARD_LANDMARKS = {"slide", "sheet", "part"}


@dataclass(frozen=True, slots=True)
class Passage:
    """Characters start:end of a document, and the spans of the sentences in them.

    `context` is the title, the heading path and, inside a table, its header row:
    it is embedded and searched with the passage and never quoted.
    """

    start: int
    end: int
    sentences: tuple[Span, ...]
    context: str

    @property
    def body(self) -> Span:
        """From the first sentence's start to the last one's end."""
        return self.sentences[0][0], self.sentences[-1][1]


@dataclass(frozen=True, slots=True)
class _Section:
    """A stretch of text that no passage may leave, and its sentences."""

    start: int
    end: int
    sentences: tuple[Span, ...]
    context: str


def token_counter(encoding_name: str = "cl100k_base") -> Measure:
    """How many tokens each text has in a tiktoken encoding.

    `cl100k_base` comes with Pincite; another name is fetched by tiktoken, and a
    `PinciteError` says so when it cannot be had. Loaded with the first count.
    """
    return lambda texts: [len(_encoding(encoding_name).encode_ordinary(text)) for text in texts]


def split(
    reading: Reading, *, count: Measure, measure: Measure, window: int, budget: int = BUDGET
) -> list[Passage]:
    """Cut a reading into passages of at most `budget` tokens by `count`.

    With its context no passage has more than `window` tokens by `measure`, the
    embedding model's own count. Passages never cross a heading, slide, sheet,
    e-mail part or table edge; together they cover every character. A sentence
    or table row is cut only where it does not fit the window alone.
    """
    passages: list[Passage] = []
    for section in _sections(reading):
        section = replace(section, context=_fitting(section.context, measure, window // 3))
        room = window - measure([section.context])[0]
        sentences: list[Span] = []
        counts: list[int] = []
        sizes: list[int] = []
        texts = [reading.text[start:end] for start, end in section.sentences]
        for span, tokens, size in zip(
            section.sentences, count(texts), measure(texts), strict=True
        ):
            if size <= room and tokens <= budget:
                pieces = [(span, tokens, size)]
            elif size <= room and _is_row(reading, span):
                pieces = [(span, budget, size)]
            else:
                pieces = list(_pieces(reading.text, span, count, measure, budget, room))
            for piece, piece_tokens, piece_size in pieces:
                sentences.append(piece)
                counts.append(piece_tokens)
                sizes.append(piece_size)
        passages += _pack(reading.text, section, sentences, counts, sizes, budget, room)
    if passages:
        passages[-1] = replace(passages[-1], end=len(reading.text))
    return passages


@lru_cache(maxsize=2)
def _encoding(name: str) -> tiktoken.Encoding:
    return _shipped_encoding() if name == "cl100k_base" else _fetched_encoding(name)


def _shipped_encoding() -> tiktoken.Encoding:
    # The loader copies what it loads into a cache folder unless this is empty.
    cache = os.environ.get("TIKTOKEN_CACHE_DIR")
    os.environ["TIKTOKEN_CACHE_DIR"] = ""
    try:
        ranks = load_tiktoken_bpe(str(_TABLE), expected_hash=_TABLE_SHA256)
    finally:
        if cache is None:
            del os.environ["TIKTOKEN_CACHE_DIR"]
        else:
            os.environ["TIKTOKEN_CACHE_DIR"] = cache
    return tiktoken.Encoding(
        "cl100k_base", pat_str=_PIECES, mergeable_ranks=ranks, special_tokens={}
    )


def _fetched_encoding(name: str) -> tiktoken.Encoding:
    try:
        return tiktoken.get_encoding(name)
    except (ValueError, OSError) as error:
        msg = (
            f"the token encoding {name!r} cannot be had ({type(error).__name__}); "
            "set PINCITE_ENCODING=cl100k_base, which comes with Pincite"
        )
        raise PinciteError(msg) from error


def _sections(reading: Reading) -> Iterator[_Section]:
    text = reading.text
    headings = {heading.start: heading for heading in reading.headings}
    tables = {table.start: table for table in reading.tables}
    cuts = {0, len(text), *headings, *tables, *(table.end for table in reading.tables)}
    cuts.update(mark.start for mark in reading.landmarks if mark.kind in _HARD_LANDMARKS)
    rows = [mark.start for mark in reading.landmarks if mark.kind == "row"]
    path: list[Heading] = []
    pending: int | None = None
    ordered = sorted(cuts)
    for start, end in pairwise(ordered):
        body = start
        if heading := headings.get(start):
            path = [above for above in path if above.level < heading.level] + [heading]
            body = min(heading.end, end)
        header = ""
        if table := tables.get(start):
            body = table.header_end
            header = " ".join(text[table.start : table.header_end].split())
            sentences = _rows(text, rows, body, end)
        else:
            sentences = tuple(sentence_spans(text, body, end, reading.language))
        if not sentences:
            if pending is None:
                pending = start
            continue
        context = _context(reading.title, path, header)
        yield _Section(start if pending is None else pending, end, sentences, context)
        pending = None
    if pending is not None:
        leftover = trimmed(text, pending, len(text))
        if leftover[0] < leftover[1]:
            yield _Section(pending, len(text), (leftover,), _context(reading.title, path[:-1], ""))


def _rows(text: str, row_starts: Sequence[int], start: int, end: int) -> tuple[Span, ...]:
    first = bisect_right(row_starts, start - 1)
    last = bisect_right(row_starts, end - 1)
    cuts = [*row_starts[first:last], end]
    spans = [trimmed(text, *span) for span in pairwise(cuts)]
    return tuple(span for span in spans if span[0] < span[1])


def _is_row(reading: Reading, span: Span) -> bool:
    return reading.table_at(span[0]) is not None


def _context(title: str | None, path: Sequence[Heading], header: str) -> str:
    parts = [title or "", *(heading.title for heading in path), header]
    kept = list(dict.fromkeys(" ".join(part.split()) for part in parts if part.strip()))
    # The outermost and the innermost say most; a deep path must not eat the window.
    return " › ".join(part[:_CONTEXT_PART] for part in kept[:1] + kept[1:][-3:])


def _fitting(context: str, measure: Measure, most: int) -> str:
    while measure([context])[0] > most:
        context = context[: len(context) * 3 // 4].rstrip()
    return context


def _pieces(
    text: str, span: Span, count: Measure, measure: Measure, budget: int, room: int
) -> Iterator[tuple[Span, int, int]]:
    """Cut a span that does not fit, at the best places near its middle."""
    start, end = trimmed(text, *span)
    if start >= end:
        return
    if end - start > _COUNTABLE:
        # No such length can fit, and counting it at every halving would take long.
        cut = _best_cut(text, start, end)
        yield from _pieces(text, (start, cut), count, measure, budget, room)
        yield from _pieces(text, (cut, end), count, measure, budget, room)
        return
    tokens, size = count([text[start:end]])[0], measure([text[start:end]])[0]
    if (tokens <= budget and size <= room) or end - start == 1:
        yield (start, end), tokens, size
        return
    cut = _best_cut(text, start, end)
    yield from _pieces(text, (start, cut), count, measure, budget, room)
    yield from _pieces(text, (cut, end), count, measure, budget, room)


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
    return next((place for place in nearest if _between_characters(text, place)), middle)


def _ends_line(text: str, place: int) -> bool:
    return text[place - 1] == "\n"


def _ends_clause(text: str, place: int) -> bool:
    return text[place - 1].isspace() and text[place - 2] in ",;:.!?|–—"


def _ends_word(text: str, place: int) -> bool:
    return text[place - 1].isspace() or text[place - 1] in "、，。；"


def _between_characters(text: str, place: int) -> bool:
    after = text[place]
    return not (
        unicodedata.combining(after)
        or unicodedata.category(after) in {"Mn", "Me", "Mc"}
        or after in "\u200d\ufe0e\ufe0f"
        or "\U0001f3fb" <= after <= "\U0001f3ff"
        or text[place - 1] == "\u200d"
    )


def _pack(
    text: str,
    section: _Section,
    sentences: Sequence[Span],
    counts: Sequence[int],
    sizes: Sequence[int],
    budget: int,
    room: int,
) -> list[Passage]:
    """The evenest filling of a section, ending passages with paragraphs where it can."""
    tokens = [0, *accumulate(counts)]
    size = [0, *accumulate(sizes)]
    best = [0.0] + [float("inf")] * len(sentences)
    came_from = [0] * len(best)
    for end in range(1, len(best)):
        following = sentences[end][0] if end < len(sentences) else section.end
        ends_paragraph = "\n\n" in text[sentences[end - 1][1] : following]
        penalty = 0.0 if ends_paragraph or end == len(sentences) else _MID_PARAGRAPH_PENALTY
        for begin in range(end - 1, -1, -1):
            used = tokens[end] - tokens[begin]
            fits = used <= budget and size[end] - size[begin] <= room
            if not fits and begin < end - 1:
                break
            cost = best[begin] + (1 - min(used, budget) / budget) ** 2 + penalty
            if cost < best[end]:
                best[end], came_from[end] = cost, begin
    edges = [len(sentences)]
    while edges[-1]:
        edges.append(came_from[edges[-1]])
    edges.reverse()
    starts = [section.start, *(sentences[edge][0] for edge in edges[1:-1]), section.end]
    return [
        Passage(starts[n], starts[n + 1], tuple(sentences[begin:end]), section.context)
        for n, (begin, end) in enumerate(pairwise(edges))
    ]
