"""Places in the formats that were asked for: the excerpts of an answer, and any span."""

from collections.abc import Iterable

from qa.answers import Answer
from qa.errors import FormatError
from qa.places import Place
from qa.styles import formatted
from qa.wire import SCHEMA, AnswerJson, PlaceJson, answer_json, place_json


class SpanJson(PlaceJson):
    """Any characters of a document, whose text has `characters` of them in all.

    `formats` are those asked for, by name: the quote with its citation, null where
    it has none.
    """

    schema: int
    characters: int
    formats: dict[str, str | None]


def answer_in_formats(answer: Answer, formats: Iterable[str], *, base: str = "") -> AnswerJson:
    """An answer as plain values, each excerpt in the `FORMATS` named too."""
    told = answer_json(answer)
    wanted = tuple(dict.fromkeys(formats))
    if not wanted:
        return told
    shown = [*told["excerpts"], *told["closest"]]
    for one, excerpt in zip(shown, (*answer.excerpts, *answer.closest), strict=True):
        number = one["number"]
        one["formats"] = {name: _in(excerpt, name, number, base) for name in wanted}
    return told


def span_json(place: Place, formats: Iterable[str] = ()) -> SpanJson:
    """A place as plain values by itself, in the `FORMATS` named too."""
    return {
        "schema": SCHEMA,
        **place_json(place),
        "characters": len(place.document.text),
        "formats": {name: _in(place, name, 1, "") for name in dict.fromkeys(formats)},
    }


def _in(place: Place, name: str, number: int, base: str) -> str | None:
    try:
        return formatted(place, place.document, name, number=number, base=base)
    except FormatError:
        return None
