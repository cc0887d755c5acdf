"""Passages: runs of whole sentences that tile a document and fit the embedding model."""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, pairwise

from index.cutting import pieces_of
from index.documents import Heading, Reading
from index.sentences import Span, sentence_spans, trimmed
from index.tokens import Measure

SPLITTER_VERSION = 2
BUDGET = 240

_CONTEXT_PART = 120
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
                pieces = list(pieces_of(reading.text, span, count, measure, budget, room))
            for piece, piece_tokens, piece_size in pieces:
                sentences.append(piece)
                counts.append(piece_tokens)
                sizes.append(piece_size)
        passages += _pack(reading.text, section, sentences, counts, sizes, budget, room)
    if passages:
        passages[-1] = replace(passages[-1], end=len(reading.text))
    return passages


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
