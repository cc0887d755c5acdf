"""Twists a question by a word, so that the passage which answered it does so no longer.

One name, number or word becomes another of the same article, a word its opposite, or what is
asked is negated: mostly nothing answers that, though every other word still fits.
"""

import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

_NAME = re.compile(
    r"\b[A-Z][\w’'-]*(?:\s+(?:of\s+(?:the\s+)?|the\s+|de\s+)?[A-Z][\w’'-]*)*"  # Duchy of Normandy
)
_SENTENCE_STARTS = re.compile(r"(?:\A\s?|[.!?]\s)\Z")
_NUMBER = re.compile(r"\b\d[\d,.]*\d\b|\b\d\b")
_YEAR = re.compile(r"1[0-9]{3}|20[0-2][0-9]")
_WORD = re.compile(r"[A-Za-z][A-Za-z'-]+")
_SHORTEST_WORD = 5
_MOST_YEARS = 60
_TRIES = 6

# With a capital these stand at the beginning of a question, and are no names.
_NO_NAMES = frozenset(
    "what which who whom whose when where why how in on at by the a an is are was were did do "
    "does for to of from with if as after before during along besides name it its i he she "
    "they".split()
)
_NEGATED = {
    "did": "didn't",
    "does": "doesn't",
    "do": "don't",
    "is": "isn't",
    "are": "aren't",
    "was": "wasn't",
    "were": "weren't",
    "has": "hasn't",
    "have": "haven't",
    "had": "hadn't",
    "can": "can't",
    "could": "couldn't",
    "will": "won't",
    "would": "wouldn't",
    "should": "shouldn't",
}
_VERB = re.compile(rf"\b({'|'.join(_NEGATED)})\b")


def _opposites() -> dict[str, list[str]]:
    """Each word's opposites; a line of the table holds a pair, which is one both ways."""
    found: dict[str, list[str]] = {}
    table = Path(__file__).with_name("opposites.txt").read_text(encoding="utf-8")
    for one, other in (line.split() for line in table.splitlines()):
        found.setdefault(one, []).append(other)
        found.setdefault(other, []).append(one)
    return found


OPPOSITES = _opposites()


@dataclass(frozen=True, slots=True)
class ArticleWords:
    """What can stand in the place of something else: of an article, each once, in order."""

    names: Sequence[str]
    numbers: Sequence[str]
    words: Sequence[str]

    @classmethod
    def of(cls, text: str) -> "ArticleWords":
        """The names, numbers and longer words of a text."""
        words = {word for word in _WORD.findall(text) if _is_plain(word)}
        return cls(
            names=sorted(set(_names(text))),
            numbers=sorted(set(_NUMBER.findall(text))),
            words=sorted(words),
        )


def twisted(
    question: str, passage: str, article: ArticleWords, chance: random.Random
) -> str | None:
    """A question that the passage no longer answers, or None where no twist takes.

    Twists are tried in an order drawn by chance, those that people use most mostly first.
    """
    order = list(_TWISTS)
    chance.shuffle(order)
    for twist in dict.fromkeys(order):
        found = twist(question, passage, article, chance)
        if found is not None:
            return found
    return None


def _by_opposite(
    question: str, passage: str, article: ArticleWords, chance: random.Random
) -> str | None:
    places = [place for place in _WORD.finditer(question) if place[0] in OPPOSITES]
    if not places:
        return None
    place = chance.choice(places)
    return _put(question, place, chance.choice(OPPOSITES[place[0]]))


def _by_name(
    question: str, passage: str, article: ArticleWords, chance: random.Random
) -> str | None:
    places = [
        place
        for place in _NAME.finditer(question)
        if place.start() > 0 and place[0].casefold() not in _NO_NAMES
    ]
    if not places or not article.names:
        return None
    place = chance.choice(places)
    told = f"{passage}\n{question}".casefold()
    for _ in range(_TRIES):
        other = chance.choice(article.names)
        if other.casefold() not in told and len(other.split()) <= len(place[0].split()) + 1:
            return _put(question, place, other)
    return None


def _by_number(
    question: str, passage: str, article: ArticleWords, chance: random.Random
) -> str | None:
    places = list(_NUMBER.finditer(question))
    if not places:
        return None
    place = chance.choice(places)
    is_year = _YEAR.fullmatch(place[0]) is not None
    if not is_year and not article.numbers:
        return None
    for _ in range(_TRIES):
        if is_year:
            other = str(int(place[0]) + chance.choice((-1, 1)) * chance.randint(1, _MOST_YEARS))
        else:
            other = chance.choice(article.numbers)
        if other not in passage and other != place[0]:
            return _put(question, place, other)
    return None


def _by_negation(
    question: str, passage: str, article: ArticleWords, chance: random.Random
) -> str | None:
    place = _VERB.search(question)
    if place is None or place.start() == 0 or "n't" in question or " not " in question:
        return None
    return _put(question, place, _NEGATED[place[0]])


def _by_word(
    question: str, passage: str, article: ArticleWords, chance: random.Random
) -> str | None:
    """Another word of the same ending: it is likely to be of the same kind."""
    places = [
        place
        for place in _WORD.finditer(question)
        if place.start() > 0
        and _is_plain(place[0])
        and place[0] not in _NO_NAMES
        and place[0] not in OPPOSITES
    ]
    if not places or not article.words:
        return None
    place = chance.choice(places)
    told = passage.casefold()
    for _ in range(_TRIES):
        other = chance.choice(article.words)
        alike = place[0][-2:] == other[-2:]
        if alike and other[:_SHORTEST_WORD] not in told and other not in question:
            return _put(question, place, other)
    return None


# What is drawn more often stands here more often.
_TWISTS = (
    *[_by_opposite] * 4,
    *[_by_name] * 4,
    *[_by_number] * 2,
    *[_by_word] * 2,
    _by_negation,
)


def _put(question: str, place: re.Match[str], other: str) -> str:
    return question[: place.start()] + other + question[place.end() :]


def _is_plain(word: str) -> bool:
    return word.islower() and len(word) >= _SHORTEST_WORD


def _names(text: str) -> Iterator[str]:
    """What has a capital within a sentence."""
    for place in _NAME.finditer(text):
        begins = _SENTENCE_STARTS.search(text[max(0, place.start() - 2) : place.start()])
        if not begins and len(place[0]) > 1 and place[0].casefold() not in _NO_NAMES:
            yield place[0]
