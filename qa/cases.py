"""Evaluation cases: questions whose right answers are known, one a line of a file."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from qa.errors import CasesError, QuestionError
from qa.questions import checked_question

_QUOTE = ("quote", "must_quote", "answer")
_DOCUMENT = ("document", "file")
_MOST_PROBLEMS = 10


@dataclass(frozen=True, slots=True)
class Case:
    """A question, from a line counted from 1, and what would answer it.

    Any of the `quotes` will do, in any of the `documents` (each a path, file name,
    title or id); where one of both is empty, the other decides. With neither, the
    material does not say.
    """

    line: int
    question: str
    quotes: tuple[str, ...] = ()
    documents: tuple[str, ...] = ()

    @property
    def answerable(self) -> bool:
        """Whether the material is expected to say anything."""
        return bool(self.quotes or self.documents)


def read_cases(data: bytes) -> list[Case]:
    """The cases of a JSON Lines file; empty lines are passed over, unknown fields ignored.

    Raises `CasesError`, with the first ten lines that cannot be used and why.
    """
    cases: list[Case] = []
    problems: list[str] = []
    for number, line in enumerate(data.removeprefix(b"\xef\xbb\xbf").split(b"\n"), 1):
        if not line.strip():
            continue
        try:
            cases.append(_case(number, line))
        except ValueError as error:
            problems.append(f"line {number}: {error}")
    if not cases and not problems:
        problems.append("it holds no questions; write one JSON object a line")
    if problems:
        more = len(problems) - _MOST_PROBLEMS
        raise CasesError(
            [*problems[:_MOST_PROBLEMS], *([f"… and {more:,} more lines"] if more > 0 else [])]
        )
    return cases


def _case(number: int, line: bytes) -> Case:
    fields = _object(line)
    if "question" not in fields:
        raise ValueError("it has no question")
    try:
        question = checked_question(fields["question"])
    except QuestionError as error:
        raise ValueError(str(error)) from error
    case = Case(number, question, _texts(fields, _QUOTE), _texts(fields, _DOCUMENT))
    answerable = _answerable(fields)
    if answerable and not case.answerable:
        raise ValueError("the question is said to be answerable; name its quote or its document")
    if answerable is False and case.answerable:
        found = (*case.quotes, *case.documents)[0]
        raise ValueError(f"the question is said to have no answer, yet {found!r} is expected")
    return case


def _object(line: bytes) -> Mapping[str, Any]:
    try:
        fields = json.loads(line.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise ValueError(f"byte {error.start + 1} is not UTF-8") from error
    except json.JSONDecodeError as error:
        raise ValueError(f"it is not JSON ({error.msg} at character {error.pos + 1})") from error
    except RecursionError as error:
        raise ValueError("its JSON is nested too deeply") from error
    if not isinstance(fields, dict):
        raise ValueError('it is not an object like {"question": "…", "quote": "…"}')
    return fields


def _answerable(fields: Mapping[str, Any]) -> bool | None:
    """What the line says of itself; None where only its expectations tell."""
    said = fields.get("answerable")
    if said is not None and not isinstance(said, bool):
        raise ValueError(f"answerable is {said!r}; it must be true or false")
    if said is None and "answer" in fields and fields["answer"] is None:
        return False
    if said is None and not any(name in fields for name in (*_QUOTE, *_DOCUMENT)):
        raise ValueError("it expects nothing; give a quote, a document, or answerable: false")
    return said


def _texts(fields: Mapping[str, Any], names: tuple[str, ...]) -> tuple[str, ...]:
    """The texts under any of the names: each a text, a list of texts, or null."""
    found: list[str] = []
    for name in names:
        value = fields.get(name)
        for text in value if isinstance(value, list) else [] if value is None else [value]:
            if not isinstance(text, str):
                raise ValueError(f"{name} holds {text!r}; it must be a text or a list of texts")
            if not text.strip():
                raise ValueError(f"{name} is empty; leave it out, or give null for no answer")
            if not text.isprintable() and any("\ud800" <= sign <= "\udfff" for sign in text):
                raise ValueError(f"{name} holds half of a character pair, which is no text")
            found.append(text)
        if value == []:
            raise ValueError(f"{name} is an empty list; leave it out, or give null for no answer")
    return tuple(found)
