"""A checked draft as plain values: the places are those of the one answer schema."""

# Python 3.11's own cannot be turned into a JSON schema.
from typing_extensions import TypedDict

from qa.checks import Check, CheckedCitation, CheckedClaim, CheckedQuotation
from qa.judging import Verdict
from qa.wire import SCHEMA, DocumentJson, PlaceJson, document_json, place_json
from qa.wire_quotes import ChangeJson, changes_json


class CheckedQuotationJson(TypedDict):
    """A quotation of the draft: the words that it claims, and what was found of them.

    `span` is that of the characters of the draft between the marks; `places` are
    those of its parts in the source, `changes` the true wording where it is altered.
    """

    number: int
    span: dict[str, int]
    words: str
    verdict: Verdict
    citation: str | None
    cited: list[DocumentJson]
    places: list[PlaceJson]
    changes: list[ChangeJson]
    remark: str


class CheckedCitationJson(TypedDict):
    """A citation of the draft and the documents that it means."""

    span: dict[str, int]
    text: str
    key: str | None
    documents: list[DocumentJson]
    remark: str


class CheckedClaimJson(TypedDict):
    """A sentence without a quotation; `place` supports it where nothing is `missing`."""

    span: dict[str, int]
    text: str
    supported: bool
    place: PlaceJson | None
    missing: list[str]


class UnbalancedJson(TypedDict):
    """A quotation mark of the draft that nothing closes."""

    start: int
    mark: str


class CheckJson(TypedDict):
    """What is in a draft; offsets are those of its characters.

    It `passes` if nothing in it is altered, misattributed or not found. `counts` are
    those of the verdicts; `passed_over` quotations were not judged.
    """

    schema: int
    passes: bool
    counts: dict[str, int]
    quotations: list[CheckedQuotationJson]
    citations: list[CheckedCitationJson]
    claims: list[CheckedClaimJson]
    unbalanced: list[UnbalancedJson]
    passed_over: int


def check_json(check: Check) -> CheckJson:
    """A checked draft as plain values, its quotations numbered from 1."""
    verdicts = [one.judgement.verdict for one in check.quotations]
    return {
        "schema": SCHEMA,
        "passes": check.passes,
        "counts": {one: verdicts.count(one) for one in dict.fromkeys(verdicts)},
        "quotations": [_quotation(n, one) for n, one in enumerate(check.quotations, 1)],
        "citations": [_citation(one) for one in check.citations],
        "claims": [_claim(one) for one in check.claims],
        "unbalanced": [{"start": one.start, "mark": one.mark} for one in check.unbalanced],
        "passed_over": check.passed_over,
    }


def _quotation(number: int, one: CheckedQuotation) -> CheckedQuotationJson:
    judgement = one.judgement
    return {
        "number": number,
        "span": {"start": one.quotation.start, "end": one.quotation.end},
        "words": one.quotation.words,
        "verdict": judgement.verdict,
        "citation": "; ".join(dict.fromkeys(each.text for each in one.citations)) or None,
        "cited": [document_json(document) for document in one.cited],
        "places": [place_json(place) for place in judgement.places],
        "changes": changes_json(judgement.changes),
        "remark": judgement.remark,
    }


def _citation(one: CheckedCitation) -> CheckedCitationJson:
    return {
        "span": {"start": one.citation.start, "end": one.citation.end},
        "text": one.citation.text,
        "key": one.citation.key,
        "documents": [document_json(document) for document in one.documents],
        "remark": one.remark,
    }


def _claim(one: CheckedClaim) -> CheckedClaimJson:
    return {
        "span": {"start": one.claim.start, "end": one.claim.end},
        "text": one.claim.text,
        "supported": one.is_supported,
        "place": place_json(one.support.place) if one.support.place else None,
        "missing": list(one.support.missing),
    }
