"""Evidence: what in a sentence bears on a question, by its words and by their kind."""

import re
import threading
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import TypeVar

import Stemmer

from index import words_of

_Key = TypeVar("_Key", str, tuple[str, str])

# The stemmer keeps the word in hand in itself.
_STEMMER = Stemmer.Stemmer("porter")
_STEMMING = threading.Lock()
# Within a number they part nothing: 3.5 is not 3 and 5.
_INNER = re.compile(r"['’.,/_-](?!\d)|(?<!\d)['’.,/_-]")

# What a question asks for, by how it asks, and what an answer to it must hold. English only:
# elsewhere no kind is seen, which is no evidence either way.
_ASKS_NUMBER = re.compile(
    r"\bhow (?:many|much|long|far|old|often|large|big|high|tall|fast)\b"
    r"|\bwhat (?:percent|percentage|number|amount|fraction|proportion)\b",
    re.IGNORECASE,
)
_ASKS_TIME = re.compile(
    r"\bwhen\b|\b(?:what|which) (?:year|date|day|month|decade|century)\b", re.IGNORECASE
)
_ASKS_NAME = re.compile(
    r"\bwho(?:m|se)?\b|\bwhere\b|\b(?:what|which) (?:city|country|state|place|location|person)\b",
    re.IGNORECASE,
)
_NUMBER = re.compile(
    r"\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty|thirty|forty"
    r"|fifty|hundred|thousand|million|billion|half|third|quarter|dozen|percent)\b",
    re.IGNORECASE,
)
_TIME = re.compile(
    r"\b(?:January|February|March|April|May|June|July|August|September|October|November|December"
    r"|Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday|\d{3,4}s?|century|centuries"
    r"|decade|BC|AD)\b"
)
# Every sentence begins with a capital, so the first word says nothing.
_NAME = re.compile(r"(?<=[^.!?\s]\s)[“‘\"'(]?([A-Z][\w’'-]+)")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a question looks for.

    `stems` and `pairs` (of words that follow each other once function words are
    left out) weigh as much as they are rare; `kind` is "number", "time", "name" or
    "", and `words` are all words of the question, in lower case.
    """

    stems: Mapping[str, float]
    pairs: Mapping[tuple[str, str], float]
    kind: str
    words: frozenset[str]


def wanted(question: str, rarity: Mapping[str, float]) -> Wanted:
    """What to look for, given how rare each content word of the question is."""
    weights: dict[str, float] = {}
    for word, weight in rarity.items():
        parts = _stems([word])
        weights.update({stem: weight / len(parts) for stem in parts})
    order = _stems([word for word in words_of(question) if word in rarity])
    return Wanted(
        stems=weights,
        pairs={pair: weights[pair[0]] + weights[pair[1]] for pair in pairwise(order)},
        kind=_kind(question),
        words=frozenset(words_of(question)),
    )


@lru_cache(maxsize=50_000)
def stems(text: str) -> tuple[str, ...]:
    """The stems of a text's words in order, as the lexical index folds them."""
    return _stems(words_of(text))


def share_of_words(sought: Wanted, present: Set[str]) -> float:
    """Which part of the sought words' weight is among these stems, from 0 to 1."""
    return _share(sought.stems, present)


def share_of_pairs(sought: Wanted, present: Sequence[str]) -> float:
    """The same for pairs that follow each other, whatever stands between them."""
    return _share(sought.pairs, set(pairwise([s for s in present if s in sought.stems])))


def of_kind(sought: Wanted, sentence: str) -> float:
    """1 if the sentence holds the kind of thing asked for, 0 if not, ½ if no kind is."""
    if sought.kind == "number":
        return float(bool(_NUMBER.search(sentence)))
    if sought.kind == "time":
        return float(bool(_TIME.search(sentence)))
    if sought.kind == "name":
        return float(any(name.casefold() not in sought.words for name in _NAME.findall(sentence)))
    return 0.5


def _share(weights: Mapping[_Key, float], present: Set[_Key]) -> float:
    total = sum(weights.values())
    if total <= 0:
        return 0.0
    # In the question's order, so that the sum is the same to the last digit.
    return sum([weight for one, weight in weights.items() if one in present]) / total


def _kind(question: str) -> str:
    if _ASKS_NUMBER.search(question):
        return "number"
    if _ASKS_TIME.search(question):
        return "time"
    return "name" if _ASKS_NAME.search(question) else ""


def _stems(words: Sequence[str]) -> tuple[str, ...]:
    """The stems of words, and of their parts where a hyphen or an apostrophe joins some."""
    parts = [
        part for word in words for part in ((word,) if word.isalnum() else _INNER.split(word))
    ]
    with _STEMMING:
        return tuple(_STEMMER.stemWords(parts))
