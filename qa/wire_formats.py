"""The excerpts of an answer in the formats that were asked for."""

from collections.abc import Iterable

from qa.answers import Answer, Excerpt
from qa.errors import FormatError
from qa.styles import formatted
from qa.wire import AnswerJson, answer_json


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


def _in(excerpt: Excerpt, name: str, number: int, base: str) -> str | None:
    try:
        return formatted(excerpt, excerpt.document, name, number=number, base=base)
    except FormatError:
        return None
