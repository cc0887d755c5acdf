"""The one answer schema, version 1, that every interface carries."""

from typing import NotRequired

# Python 3.11's own cannot be turned into a JSON schema.
from typing_extensions import TypedDict

from index import Document, Locator, locate
from qa.answers import Answer, Excerpt
from qa.citations import cite
from qa.explanations import ExplainedPassage, Explanation
from qa.permanence import State, Whereabouts, permanent_link
from qa.places import Place

SCHEMA = 1


class LocatorJson(TypedDict):
    """A place; keys that do not apply to the document are null."""

    page: int | None
    last_page: int | None
    page_label: str | None
    last_page_label: str | None
    slide: int | None
    sheet: str | None
    row: int | None
    last_row: int | None
    part: str | None
    section: list[str]
    paragraph: int | None
    line: int
    last_line: int
    text: str


class DocumentJson(TypedDict):
    """The document that an excerpt is from."""

    id: str
    title: str
    author: str | None
    date: str | None
    source: str


class PlaceJson(TypedDict):
    """Where a quote stands; `quote` is the span's own characters.

    `header` is the header row of the table that it is from. `formats` is there only
    if formats were asked for: the quote with its citation by their names, null where
    it has none.
    """

    quote: str
    header: str
    document: DocumentJson
    span: dict[str, int]
    locator: LocatorJson
    citation: str
    link: str
    formats: NotRequired[dict[str, str | None]]


class ExcerptJson(PlaceJson):
    """One excerpt; `also` are other documents that say the same in the same words.

    `answer_span` are the document's characters that the reader takes for the answer:
    within `span`, null if it points at none.
    """

    number: int
    before: str
    after: str
    score: float
    answer_span: dict[str, int] | None
    also: list[PlaceJson]


class CitationJson(TypedDict):
    """Where a citation's quote stands now; all but `state` is null where it is gone."""

    schema: int
    state: State
    quote: str | None
    span: dict[str, int] | None
    locator: LocatorJson | None
    citation: str | None
    link: str | None


class PassageJson(TypedDict):
    """A ranked passage; `excerpts` are the numbers of those cut from it."""

    number: int
    document: DocumentJson
    span: dict[str, int]
    place: str
    dense: float
    lexical: float
    combined: float
    sentence: float
    evidence: dict[str, float]
    reranked: float | None
    score: float
    excerpts: list[int]


class SignalJson(TypedDict):
    """A part of the confidence."""

    name: str
    value: float
    weight: float


class ExplanationJson(TypedDict):
    """The numbers that led to an answer."""

    rarity: dict[str, float]
    passages: list[PassageJson]
    bias: float
    signals: list[SignalJson]
    threshold: float
    steps_ms: dict[str, float]


class AnswerJson(TypedDict):
    """An answer; `explanation` is there only if it was asked for.

    `withheld` is there only in a conversation: the numbers of what was quoted from
    documents that have been removed since.
    """

    schema: int
    question: str
    searched: str
    answered: bool
    confidence: float
    excerpts: list[ExcerptJson]
    closest: list[ExcerptJson]
    took_ms: float
    explanation: NotRequired[ExplanationJson]
    withheld: NotRequired[list[int]]


def answer_json(answer: Answer) -> AnswerJson:
    """An answer as plain values, excerpts numbered from 1."""
    told: AnswerJson = {
        "schema": SCHEMA,
        "question": answer.question,
        "searched": answer.searched,
        "answered": answer.answered,
        "confidence": answer.confidence,
        "excerpts": [excerpt_json(n, excerpt) for n, excerpt in enumerate(answer.excerpts, 1)],
        "closest": [excerpt_json(n, excerpt) for n, excerpt in enumerate(answer.closest, 1)],
        "took_ms": answer.took_ms,
    }
    if answer.explanation is not None:
        told["explanation"] = _explanation(answer.explanation)
    return told


def citation_json(document: Document, found: Whereabouts) -> CitationJson:
    """What was found again of a citation, as plain values."""
    told: CitationJson = {
        "schema": SCHEMA,
        "state": found.state,
        "quote": None,
        "span": None,
        "locator": None,
        "citation": None,
        "link": None,
    }
    if found.state != "gone":
        locator = locate(document, found.start, found.end)
        told["quote"] = document.text[found.start : found.end]
        told["span"] = {"start": found.start, "end": found.end}
        told["locator"] = _locator(locator)
        told["citation"] = cite(document, locator)
        told["link"] = permanent_link(document, found.start, found.end)
    return told


def document_json(document: Document) -> DocumentJson:
    """A document as plain values; `title` is its file's name where it declares none."""
    return {
        "id": document.id,
        "title": document.name,
        "author": document.author,
        "date": document.date,
        "source": document.source,
    }


def excerpt_json(number: int, excerpt: Excerpt) -> ExcerptJson:
    """An excerpt as plain values."""
    place = place_json(excerpt)
    return {
        "number": number,
        "quote": place["quote"],
        "header": place["header"],
        "before": excerpt.before,
        "after": excerpt.after,
        "score": excerpt.score,
        "document": place["document"],
        "span": place["span"],
        "answer_span": (
            {"start": excerpt.answer[0], "end": excerpt.answer[1]} if excerpt.answer else None
        ),
        "locator": place["locator"],
        "citation": place["citation"],
        "link": place["link"],
        "also": [place_json(other) for other in excerpt.also],
    }


def place_json(place: Place) -> PlaceJson:
    """A place as plain values."""
    return {
        "quote": place.quote,
        "header": place.header,
        "document": document_json(place.document),
        "span": {"start": place.start, "end": place.end},
        "locator": _locator(place.locator),
        "citation": place.citation,
        "link": place.link,
    }


def _locator(locator: Locator) -> LocatorJson:
    return {
        "page": locator.page,
        "last_page": locator.last_page,
        "page_label": locator.page_label,
        "last_page_label": locator.last_page_label,
        "slide": locator.slide,
        "sheet": locator.sheet,
        "row": locator.row,
        "last_row": locator.last_row,
        "part": locator.part,
        "section": list(locator.section),
        "paragraph": locator.paragraph,
        "line": locator.line,
        "last_line": locator.last_line,
        "text": locator.text,
    }


def _explanation(explanation: Explanation) -> ExplanationJson:
    return {
        "rarity": dict(explanation.rarity),
        "passages": [_passage(n, one) for n, one in enumerate(explanation.passages, 1)],
        "bias": explanation.bias,
        "signals": [
            {"name": one.name, "value": one.value, "weight": one.weight}
            for one in explanation.signals
        ],
        "threshold": explanation.threshold,
        "steps_ms": dict(explanation.steps),
    }


def _passage(number: int, passage: ExplainedPassage) -> PassageJson:
    ranked, hit = passage.ranked, passage.ranked.hit
    return {
        "number": number,
        "document": document_json(hit.document),
        "span": {"start": hit.start, "end": hit.end},
        "place": passage.locator.text,
        "dense": hit.dense,
        "lexical": hit.lexical,
        "combined": hit.combined,
        "sentence": ranked.evidence["sentence"],
        "evidence": {name: round(value, 4) for name, value in ranked.evidence.items()},
        "reranked": ranked.reranked,
        "score": ranked.score,
        "excerpts": list(passage.excerpts),
    }
