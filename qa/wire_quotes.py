"""Where words stand, as plain values: the places are those of the one answer schema."""

from collections.abc import Iterable
from typing import Literal

# Python 3.11's own cannot be turned into a JSON schema.
from typing_extensions import TypedDict

from qa.alignment import Change
from qa.places import Place
from qa.wire import SCHEMA, ExcerptJson, PlaceJson, excerpt_json, place_json
from qa.wording import NearPlace, Wording


class QuotedJson(PlaceJson):
    """A place where the words stand exactly."""

    number: int


class ChangeJson(TypedDict):
    """A run of words: `theirs` in what was asked for, `ours` in the document.

    *missing* ones are left out there, *added* ones are only there; where words are
    *replaced* by the same ones, punctuation differs.
    """

    kind: Literal["same", "replaced", "missing", "added"]
    theirs: str
    ours: str


class NearJson(PlaceJson):
    """A place that comes near; `likeness` is the share of words that are the same, 0 to 1."""

    number: int
    likeness: float
    changes: list[ChangeJson]


class WordingJson(TypedDict):
    """Where words stand.

    `exact` holds the first of `total` places in `documents` documents, `near`
    places in other documents that come near, with what differs, and `alike`
    passages that say it in other words. `remarks` say what was not looked for.
    """

    schema: int
    words: str
    total: int
    documents: int
    exact: list[QuotedJson]
    near: list[NearJson]
    alike: list[ExcerptJson]
    remarks: list[str]
    took_ms: float


def wording_json(wording: Wording) -> WordingJson:
    """Where words stand as plain values, the places of each kind numbered from 1."""
    return {
        "schema": SCHEMA,
        "words": wording.words,
        "total": wording.total,
        "documents": wording.documents,
        "exact": [_quoted(n, place) for n, place in enumerate(wording.exact, 1)],
        "near": [_near(n, place) for n, place in enumerate(wording.near, 1)],
        "alike": [excerpt_json(n, one) for n, one in enumerate(wording.alike, 1)],
        "remarks": list(wording.remarks),
        "took_ms": wording.took_ms,
    }


def changes_json(changes: Iterable[Change]) -> list[ChangeJson]:
    """Runs of words, in order."""
    return [{"kind": one.kind, "theirs": one.theirs, "ours": one.ours} for one in changes]


def _quoted(number: int, place: Place) -> QuotedJson:
    return {"number": number, **place_json(place)}


def _near(number: int, place: NearPlace) -> NearJson:
    return {
        "number": number,
        "likeness": place.likeness,
        "changes": changes_json(place.changes),
        **place_json(place),
    }
