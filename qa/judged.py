"""Feedback as evaluation cases: what was said of answers, in the form that `read_cases` reads."""

import json
from collections.abc import Iterable, Iterator
from typing import Any

from index import Filter, FilterError, Judged
from qa.errors import QuestionError
from qa.questions import understood
from qa.wire_conversations import filter_of

_MARKS = ('""', "“”", "«»", "「」", "『』")


def case_lines(judged: Iterable[Judged]) -> Iterator[str]:
    """The JSON lines of the cases that the judged answers give, in their order.

    A helpful answer expects the quote of its first excerpt, in a document that was
    named for it; a helpful silence, and an answer that is not there, expect
    silence. A wrong source says only what the answer is not, and gives no case; so
    does a quote that is withheld.
    """
    for one in judged:
        expected = _expected(one)
        question = _alone(one)
        if expected is not None and question is not None:
            note = {"note": one.feedback.note} if one.feedback.note else {}
            yield json.dumps({"question": question, **expected, **note}, ensure_ascii=False)


def _expected(judged: Judged) -> dict[str, Any] | None:
    answer = judged.answer
    if judged.feedback.verdict == "not there" or (
        judged.feedback.verdict == "helpful" and not answer["answered"]
    ):
        return {"answerable": False}
    first = next(iter(answer["excerpts"]), None)
    if judged.feedback.verdict != "helpful" or first is None or first["number"] != 1:
        return None
    places = [first, *first["also"]]
    return {"quote": first["quote"], "document": [one["document"]["id"] for one in places]}


def _alone(judged: Judged) -> str | None:
    """The question that asks the same by itself: with the words it took over and its filters.

    None where the filters cannot be typed.
    """
    only = filter_of(judged.only)
    question = str(judged.answer["searched"])
    if not only:
        return question
    typed = [question]
    for name, values in judged.only.items():
        for value in [values] if isinstance(values, str) else values or ():
            marks = next((one for one in _MARKS if not set(one) & set(value)), None)
            if marks is None:
                return None
            typed.append(f"{name}:{marks[0]}{value}{marks[1]}")
    alone = " ".join(typed)
    return alone if _means(alone, question, only) else None


def _means(alone: str, question: str, only: Filter) -> bool:
    """Whether the question with typed filters asks what it asked beside the filter."""
    try:
        return understood(alone).only == only and understood(question).only is None
    except (QuestionError, FilterError):
        return False
