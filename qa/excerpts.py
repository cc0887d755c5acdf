"""Excerpts: the sentences a person would have underlined, cut to the sentence."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from index import Document, Span, locate, sentence_spans
from qa.answers import Excerpt
from qa.ranking import SENTENCE_WEIGHT, RankedPassage

_MOST_SENTENCES = 3
_MOST_A_DOCUMENT = 3

# A neighbour joins a quote if it bears on the question nearly as much.
_JOIN = 0.85

# Whether another sentence of a passage is worth an excerpt of its own.
_SECOND = 0.6

# Fewer excerpts rather than weaker ones: the least share of the best one's bearing.
_WORTH = 0.6

_CONTEXT_CHARACTERS = 300
_RUN_UP = 2000
_EDGES = {"slide", "sheet", "part"}


@dataclass(frozen=True, slots=True)
class _Quote:
    document: Document
    start: int
    end: int
    score: float
    bearing: float


def excerpts(ranked: Sequence[RankedPassage], *, limit: int) -> tuple[Excerpt, ...]:
    """The best quotes of the ranked passages, best first, without repeats."""
    chosen: list[_Quote] = []
    seen: set[str] = set()
    quotes = [quote for passage in ranked for quote in _quotes(passage)]
    floor = _WORTH * max((quote.bearing for quote in quotes), default=0.0)
    for quote in sorted(quotes, key=lambda one: (-one.score, one.document.id, one.start)):
        if quote.bearing < floor:
            continue
        if len(chosen) >= limit:
            break
        words = " ".join(quote.document.text[quote.start : quote.end].casefold().split())
        of_document = sum(other.document.id == quote.document.id for other in chosen)
        if words in seen or of_document >= _MOST_A_DOCUMENT:
            continue
        if chosen and words == " ".join((quote.document.title or "").casefold().split()):
            # A title bears on the question and says nothing.
            continue
        seen.add(words)
        chosen.append(quote)
    return tuple(_with_context(quote) for quote in chosen)


def _quotes(ranked: RankedPassage) -> Iterator[_Quote]:
    """One quote around the best sentence, and others around those nearly as good."""
    scores = ranked.sentence_scores
    best = max(scores)
    taken: set[int] = set()
    for position in sorted(range(len(scores)), key=lambda n: (-scores[n], n)):
        if scores[position] < _SECOND * best:
            return
        if position in taken:
            continue
        first, last = _grown(scores, position, taken)
        taken.update(range(first - 1, last + 2))
        spans = ranked.hit.sentences
        yield _Quote(
            document=ranked.hit.document,
            start=spans[first][0],
            end=spans[last][1],
            score=round(ranked.score - SENTENCE_WEIGHT * (best - scores[position]), 6),
            bearing=scores[position],
        )


def _grown(scores: Sequence[float], position: int, taken: Iterable[int]) -> tuple[int, int]:
    """The best sentence and those beside it that bear on the question nearly as much."""
    first = last = position
    floor = _JOIN * scores[position]
    while last - first + 1 < _MOST_SENTENCES:
        before = scores[first - 1] if first > 0 and first - 1 not in taken else 0.0
        after = scores[last + 1] if last + 1 < len(scores) and last + 1 not in taken else 0.0
        if max(before, after) < floor or max(before, after) <= 0:
            break
        if before > after:
            first -= 1
        else:
            last += 1
    return first, last


def _with_context(quote: _Quote) -> Excerpt:
    text, language = quote.document.text, quote.document.language
    floor, ceiling = _section(quote.document, quote.start, quote.end)
    # Cut from well outside the context, sentences begin where they truly do.
    low = max(floor, quote.start - _CONTEXT_CHARACTERS - _RUN_UP)
    high = min(ceiling, quote.end + _CONTEXT_CHARACTERS + _RUN_UP)
    starts = [start for start, _ in sentence_spans(text, low, quote.start, language)]
    ends = [end for _, end in sentence_spans(text, quote.end, high, language)]
    before = [place for place in starts if place >= quote.start - _CONTEXT_CHARACTERS]
    after = [place for place in ends if place <= quote.end + _CONTEXT_CHARACTERS]
    return Excerpt(
        document=quote.document,
        start=quote.start,
        end=quote.end,
        score=quote.score,
        context_start=before[0] if before else quote.start,
        context_end=after[-1] if after else quote.end,
        locator=locate(quote.document, quote.start, quote.end),
    )


def _section(document: Document, start: int, end: int) -> Span:
    """Between which headings, slides, sheets or e-mail parts a quote stands; rows stand alone."""
    if any(table.start <= start < table.end for table in document.tables):
        # Half a row beside a row would mislead.
        return start, end
    edges = [place for heading in document.headings for place in (heading.start, heading.end)]
    edges += [mark.start for mark in document.landmarks if mark.kind in _EDGES]
    floor = max((edge for edge in edges if edge <= start), default=0)
    ceiling = min((edge for edge in edges if edge >= end), default=len(document.text))
    return floor, ceiling
