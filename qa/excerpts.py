"""Excerpts: the sentences a person would have underlined, cut to the sentence."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from index import Document, Hit, Span, literal_spans, sentence_spans
from qa.answers import Excerpt
from qa.coefficients import POINTING
from qa.evidence import stems
from qa.joining import joined
from qa.places import header_above
from qa.ranking import RankedPassage, answers_at
from qa.repeats import says_the_same

_MOST_A_DOCUMENT = 3

# Fewer excerpts rather than weaker ones: how likely another must be, beside the best one.
_SECOND = 0.12
# Another quote from a document that is quoted already adds less than one from elsewhere.
_SAME_DOCUMENT = 0.3

_CONTEXT_CHARACTERS = 300
_RUN_UP = 2000
_EDGES = {"slide", "sheet", "part"}


@dataclass(frozen=True, slots=True)
class _Quote:
    document: Document
    start: int
    end: int
    score: float
    answer: Span | None = None
    others: tuple["_Quote", ...] = ()

    @property
    def text(self) -> str:
        return self.document.text[self.start : self.end]


def excerpts(ranked: Sequence[RankedPassage], *, limit: int) -> tuple[Excerpt, ...]:
    """The best quotes of the ranked passages, best first, without repeats.

    What stands in several documents is quoted once, with the other places.
    """
    chosen: list[_Quote] = []
    documents = {one.hit.document.id for one in ranked}
    most = max(_MOST_A_DOCUMENT, math.ceil(limit / 2)) if len(documents) > 1 else limit
    for quote in _quotes(ranked):
        repeated = next((n for n, one in enumerate(chosen) if _repeats(quote, one)), None)
        if repeated is not None:
            chosen[repeated] = _with_place(chosen[repeated], quote)
        elif (
            len(chosen) < limit
            and sum(one.document.id == quote.document.id for one in chosen) < most
        ):
            chosen.append(quote)
    held = [_stems_in(passage.hit) for passage in ranked]
    complete = [_with_places(quote, ranked, held) for quote in chosen]
    return tuple(_excerpt(quote) for quote in complete)


def _quotes(ranked: Sequence[RankedPassage]) -> Iterator[_Quote]:
    """Quotes around the best sentences that are good enough to be shown, best first."""
    places = [
        (score, passage, position)
        for passage in ranked
        for position, score in enumerate(passage.sentence_scores)
    ]
    # A title bears on the question and says nothing.
    places = [at for at in places if not _is_title(at[1].hit, at[2])] or places
    if not places:
        return
    floor = max(score for score, *_ in places) + math.log(_SECOND)
    # Whatever the reader takes for an answer is shown: sources may contradict each other.
    places = [
        (max(score, floor) if answers_at(passage, position) else score, passage, position)
        for score, passage, position in places
    ]
    places.sort(key=lambda at: (-at[0], at[1].hit.document.id, at[1].hit.sentences[at[2]]))
    taken: dict[tuple[str, int], set[int]] = {}
    quoted: set[str] = set()
    for score, passage, position in places:
        if score < floor:
            return
        key = (passage.hit.document.id, passage.hit.start)
        own = taken.setdefault(key, set())
        share = _SAME_DOCUMENT if passage.hit.document.id in quoted else 1.0
        if position in own or score + math.log(share) < floor:
            continue
        quoted.add(passage.hit.document.id)
        first, last = joined(passage, position, taken=own)
        # The sentences beside a quote are its context; quoted on their own they would repeat it.
        own.update(range(first - 1, last + 2))
        yield _Quote(
            document=passage.hit.document,
            start=passage.hit.sentences[first][0],
            end=passage.hit.sentences[last][1],
            score=score,
            answer=_answer_within(passage, first, last),
        )


def _answer_within(passage: RankedPassage, first: int, last: int) -> Span | None:
    """What the reader takes for the answer in these sentences, if it is sure enough."""
    found = [one for one in passage.answers[first : last + 1] if one and one.margin >= POINTING]
    if not found:
        return None
    best = max(found, key=lambda one: (one.margin, -one.start))
    return best.start, best.end


def _repeats(quote: _Quote, other: _Quote) -> bool:
    if header_above(quote.document, quote.start) != header_above(other.document, other.start):
        # The same figures under other headings are other figures.
        return False
    return says_the_same(quote.text, other.text)


def _is_title(hit: Hit, position: int) -> bool:
    start, end = hit.sentences[position]
    return stems(hit.document.text[start:end]) == stems(hit.document.title or "")


def _with_place(quote: _Quote, other: _Quote) -> _Quote:
    known = {quote.document.id, *(one.document.id for one in quote.others)}
    if other.document.id in known:
        return quote
    return replace(quote, others=(*quote.others, other))


def _stems_in(hit: Hit) -> set[str]:
    return {stem for start, end in hit.sentences for stem in stems(hit.document.text[start:end])}


def _with_places(
    quote: _Quote, ranked: Sequence[RankedPassage], held: Sequence[set[str]]
) -> _Quote:
    """Add where else among the ranked passages, which hold these stems, the same words stand."""
    words = set(stems(quote.text))
    for passage, present in zip(ranked, held, strict=True):
        hit = passage.hit
        # Looking for each word is quick, looking for the words in their order is not.
        if hit.document.id == quote.document.id or not words <= present:
            continue
        starts, ends = ({span[n] for span in hit.sentences} for n in (0, 1))
        for start, end in literal_spans(hit.document.text, quote.text, hit.start, hit.end):
            other = _Quote(hit.document, start, end, quote.score)
            # Part of a sentence may say something else.
            if start in starts and end in ends and _repeats(quote, other):
                quote = _with_place(quote, other)
    return quote


def _excerpt(quote: _Quote) -> Excerpt:
    start, end = _context(quote)
    return Excerpt(
        document=quote.document,
        start=quote.start,
        end=quote.end,
        score=quote.score,
        context_start=start,
        context_end=end,
        answer=quote.answer,
        also=tuple(_excerpt(replace(other, answer=None)) for other in quote.others),
    )


def _context(quote: _Quote) -> Span:
    """From the first to the last whole sentence around a quote that is not too far away."""
    text, language = quote.document.text, quote.document.language
    floor, ceiling = _section(quote.document, quote.start, quote.end)
    # Cut from well outside the context, sentences begin where they truly do.
    low = max(floor, quote.start - _CONTEXT_CHARACTERS - _RUN_UP)
    high = min(ceiling, quote.end + _CONTEXT_CHARACTERS + _RUN_UP)
    starts = [start for start, _ in sentence_spans(text, low, quote.start, language)]
    ends = [end for _, end in sentence_spans(text, quote.end, high, language)]
    before = [place for place in starts if place >= quote.start - _CONTEXT_CHARACTERS]
    after = [place for place in ends if place <= quote.end + _CONTEXT_CHARACTERS]
    return before[0] if before else quote.start, after[-1] if after else quote.end


def _section(document: Document, start: int, end: int) -> Span:
    """Between which headings, slides, sheets or e-mail parts a quote stands; rows stand alone."""
    if document.table_at(start):
        # Half a row beside a row would mislead.
        return start, end
    edges = [place for heading in document.headings for place in (heading.start, heading.end)]
    edges += [mark.start for mark in document.landmarks if mark.kind in _EDGES]
    edges += [place for table in document.tables for place in (table.start, table.end)]
    floor = max((edge for edge in edges if edge <= start), default=0)
    ceiling = min((edge for edge in edges if edge >= end), default=len(document.text))
    return floor, ceiling
