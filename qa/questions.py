"""Questions as they are typed: words to search, phrases in quotation marks, filters."""

import re
import unicodedata
from dataclasses import dataclass

from index import Filter, is_phrase
from qa.errors import QuestionError

LONGEST_QUESTION = 2000

_MARKS = {"“": "”", "„": "“”", "«": "»", "»": "«", "「": "」", "『": "』"}
_PAIRED = "|".join(f"{opening}[^{closing}]*[{closing}]" for opening, closing in _MARKS.items())
# A straight mark opens before a word and closes after one: it is none in 5" or 6".
_NO_SPACES = "\u0e00-\u0e7f\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af"
_STRAIGHT = (
    rf'(?:(?<!\w)|(?<=[{_NO_SPACES}]))"(?=[^\s"])[^"]*(?<=[^\s"])"(?:(?!\w)|(?=[{_NO_SPACES}]))'
)
_SENTENCE_END = "?!,;."
_PIECE = re.compile(
    r"(?<!\S)(?P<name>in|author|tag|after|before):"
    rf'(?:(?P<quoted>"[^"]*"|{_PAIRED})|(?P<bare>[^\s"“„«»「『]\S*?))[{_SENTENCE_END}]*(?!\S)'
    rf"|(?P<phrase>{_PAIRED}|{_STRAIGHT})",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked: `typed` is all of it, `text` what of it is searched.

    Each of the `phrases` must occur literally in what is found, and `only` is
    the filter that stands in the question. `only_phrases`: nothing else is asked.
    """

    typed: str
    text: str
    phrases: tuple[str, ...] = ()
    only: Filter | None = None
    only_phrases: bool = False


def understood(typed: str) -> Question:
    """Tell words, phrases and filters apart.

    A phrase stands in straight or curly quotation marks or guillemets. A filter
    is `in:`, `author:`, `tag:`, `after:` or `before:` at the beginning of a word
    with its value right after it, in quotation marks if there is a space in it.
    All else stays as it is typed.

    Raises `QuestionError` for what cannot be asked and `FilterError` for a
    filter that is malformed.
    """
    asked = checked_question(typed)
    phrases: list[str] = []
    given: list[tuple[str, str]] = []

    def taken(piece: re.Match[str]) -> str:
        if name := piece["name"]:
            if piece["bare"] and not piece["bare"].strip(_SENTENCE_END):
                return piece[0]
            value = piece["bare"] or piece["quoted"][1:-1].strip()
            given.append((name.lower(), value))
            return ""
        phrase = piece["phrase"][1:-1].strip()
        if not is_phrase(phrase):
            return piece[0]
        phrases.append(phrase)
        return phrase

    text = _PIECE.sub(taken, asked)
    if given:
        text = " ".join(text.split())
    if not is_phrase(text):
        raise QuestionError(
            f"the question {asked[:40]!r} has only filters; ask something besides them"
        )
    return Question(
        typed=asked,
        text=text,
        phrases=tuple(dict.fromkeys(phrases)),
        only=_filter(given) if given else None,
        only_phrases=bool(phrases) and not is_phrase(_PIECE.sub("", asked)),
    )


def literal(text: str) -> str:
    """A text as a question in which nothing is taken for a phrase or a filter."""

    def apart(piece: re.Match[str]) -> str:
        name, phrase = piece["name"], piece["phrase"]
        return f"{name} {piece[0][len(name) + 1 :]}" if name else phrase[1:-1]

    # What is taken apart may hold another.
    while (changed := _PIECE.sub(apart, text)) != text:
        text = changed
    return text


def checked_question(question: str) -> str:
    """The question without space at its ends; raises `QuestionError`."""
    if not isinstance(question, str):
        raise QuestionError(f"the question must be text, not {type(question).__name__}")
    asked = question.strip()
    if not asked:
        raise QuestionError("the question is empty; ask something")
    if len(asked) > LONGEST_QUESTION:
        raise QuestionError(
            f"the question has {len(asked):,} characters; at most {LONGEST_QUESTION:,} are taken"
        )
    if any(
        unicodedata.category(character) in {"Cc", "Cs"} and not character.isspace()
        for character in asked
    ):
        raise QuestionError("the question holds control characters; ask in plain text")
    if not is_phrase(asked):
        raise QuestionError(f"the question {asked[:40]!r} has no words; ask with words")
    return asked


def _filter(given: list[tuple[str, str]]) -> Filter:
    """Several values of one kind are alternatives, but of several dates each must hold."""
    values: dict[str, tuple[str, ...]] = {}
    for name, value in given:
        values[name] = (*values.get(name, ()), value)
    after = [date for date in values.get("after", ()) if Filter(after=date)]
    before = [date for date in values.get("before", ()) if Filter(before=date)]
    return Filter(
        within=values.get("in", ()),
        authors=values.get("author", ()),
        tags=values.get("tag", ()),
        after=max(after, default=None),
        # A year ends after each of its months, and a month after each of its days.
        before=min(before, default=None, key=lambda date: f"{date}~"),
    )
