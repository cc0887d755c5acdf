"""Answers, and places of words, with the quotes in the formats that were asked for."""

from collections.abc import Iterable, Sequence

from qa.answers import Answer
from qa.errors import FormatError
from qa.places import Place
from qa.styles import formatted
from qa.wire import SCHEMA, AnswerJson, PlaceJson, answer_json, place_json
from qa.wire_quotes import WordingJson, wording_json
from qa.wording import Wording


class SpanJson(PlaceJson):
    """Any characters of a document, whose text has `characters` of them in all."""

    schema: int
    characters: int


def answer_in_formats(answer: Answer, formats: Iterable[str], *, base: str = "") -> AnswerJson:
    """An answer as plain values, each excerpt in the `FORMATS` named too."""
    told = answer_json(answer)
    wanted = tuple(dict.fromkeys(formats))
    _add(told["excerpts"], answer.excerpts, wanted, base)
    _add(told["closest"], answer.closest, wanted, base)
    return told


def wording_in_formats(wording: Wording, formats: Iterable[str], *, base: str = "") -> WordingJson:
    """Where words stand as plain values, each place in the `FORMATS` named too."""
    told = wording_json(wording)
    wanted = tuple(dict.fromkeys(formats))
    _add(told["exact"], wording.exact, wanted, base)
    _add(told["near"], wording.near, wanted, base)
    _add(told["alike"], wording.alike, wanted, base)
    return told


def span_in_formats(place: Place, formats: Iterable[str]) -> SpanJson:
    """A place by itself as plain values, in the `FORMATS` named too."""
    told = place_json(place)
    _add([told], [place], tuple(dict.fromkeys(formats)), "")
    return {"schema": SCHEMA, **told, "characters": len(place.document.text)}


def _add(
    told: Sequence[PlaceJson], places: Sequence[Place], formats: Sequence[str], base: str
) -> None:
    for number, (one, place) in enumerate(zip(told, places, strict=True), 1):
        if formats:
            one["formats"] = {name: _in(place, name, number, base) for name in formats}


def _in(place: Place, name: str, number: int, base: str) -> str | None:
    try:
        return formatted(place, place.document, name, number=number, base=base)
    except FormatError:
        return None
