"""Follow-ups: whether a question leans on earlier ones, and which of their words it then needs."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from textwrap import shorten

from index import words_of

# Gives a text's words that carry meaning, each with how well it tells passages apart (0 to 1).
Weigh = Callable[[str], Mapping[str, float]]


@dataclass(frozen=True, slots=True)
class Turn:
    """A question that was asked before, and the quotes that answered it, best first."""

    question: str
    quotes: tuple[str, ...] = ()


class Leaning(Enum):
    """Whether a question can be understood without those before it."""

    NO = "no"
    MAYBE = "maybe"
    YES = "yes"


# A question whose words weigh less together names hardly a subject of its own; one whose words
# weigh more may well name it even though it points back.
_THIN = 1.5
_RICH = 2.0

# What weighs less before a pronoun is nothing that it could stand for.
_ANTECEDENT = 0.7

# Earlier questions are followed back until one that names its subject this firmly.
_SUBJECT = 2.5

# How many words each of the last two telling questions gives; thanks and the like tell less.
_MOST_WORDS = (5, 3)
_TELLING = 1.0
_REACH = 5

_OPENING = re.compile(
    r"^\W*(?:and|or|but|so|then|also|what about|how about|what if|what else|i mean|i meant|no,"
    r"|oops|are you sure)\b",
    re.IGNORECASE,
)
_CHANGE = re.compile(
    r"^\W*(?:by the way|btw|anyway|another question|new topic|something else)\b", re.IGNORECASE
)
_POINTING = re.compile(
    r"""
    \b(?:this|these|such\ an?|the\ others?)\b
    | \bthose\b(?!\s+(?:who|whom|whose|which|that|of|in|at|on|with|from)\b)
    | \bthe\ (?:former|latter)\b(?!\s+\w)
    | ^\W*that\b | \bthat\W*$ | \b(?:about|after|before|is|was|does|did|like|mean\ by)\ that\b
    | (?<!\bis\ )(?<!\bare\ )(?<!\bwas\ )(?<!\bwere\ )\b(?:there|here)\W*$
    """,
    re.IGNORECASE | re.VERBOSE,
)
_PRONOUN = re.compile(
    r"\b(?:it|its|itself|they|them|their|theirs|themselves|he|him|his|she|her|hers"
    r"|(?:which|the \w+|this|that|another|first|second|third|last) ones?)\b",
    re.IGNORECASE,
)
# "How many faces does it have?": what stands before is asked for, and not what "it" stands for,
# unless another clause came first.
_INVERTED = re.compile(
    r"^(?:(?!\b(?:and|but|or|if|when|while|because)\b)[^,;.?!])*"
    r"\b(?:do|does|did|is|are|was|were|has|have|had|can|could|will|would|should|must)"
    r"\s+(?:it|they|he|she)\b",
    re.IGNORECASE,
)
# Right before a pronoun stands what is done with it.
_LAST_WORD = re.compile(r"\w+\W*$")
# "How long does it take to …": this "it" stands for what follows.
_EXPLETIVE = re.compile(r"\bit\b(?:['’]s)?(?:\W+\w+){1,4}?\W+(?:to|that|for)\b", re.IGNORECASE)

_COURTESIES = frozenset("ok okay yes hi hello thank thanks please pls sorry wow".split())

_NUMBER = re.compile(r"\d[\d.,]*")

# Capitals after the first word; a name alone after the opening stands in an earlier one's place.
_NAME = re.compile(r"(?<=\w )[A-Z]\w*(?: [A-Z]\w*)*")
_OTHER_NAME = re.compile(r"^\W*(?:(?i:and|or|what about|how about)) (?:(?i:the) )?[A-Z]")

_MARKS = "()[]{}<>\"'’‘“”,;:!?.…"
_LONGEST_TOKEN = 40
_LONGEST_QUOTE = 2000


def leaning(question: str, weigh: Weigh) -> Leaning:
    """How a question reads: by its opening, its pronouns, and the weight of its own words."""
    if _CHANGE.match(question):
        return Leaning.NO
    weight = _weight(question, weigh)
    if not weight or _points_back(question, weigh):
        return Leaning.YES if weight < _RICH else Leaning.MAYBE
    return Leaning.MAYBE if weight < _THIN else Leaning.NO


def _points_back(question: str, weigh: Weigh) -> bool:
    if _OPENING.match(question) or _POINTING.search(question):
        return True
    plain = _EXPLETIVE.sub(" ", question)
    if _INVERTED.match(plain):
        return True
    pronoun = _PRONOUN.search(plain)
    if pronoun is None:
        return False
    return _weight(_LAST_WORD.sub("", plain[: pronoun.start()]), weigh) < _ANTECEDENT


def carried_words(question: str, history: Sequence[Turn], weigh: Weigh) -> list[str]:
    """The words of earlier questions that this one may need: of the latest, of two, and so on.

    `history` is oldest first. The words stand as they were asked, those of the
    latest question first. Where the questions have none, those of the latest
    quote do; where that has none, nothing is carried over.
    """
    present = set(words_of(question))
    carried: list[str] = []
    ways = []
    telling = 0
    for turn in reversed(history[-_REACH:]):
        weights = weigh(turn.question)
        new = {word: weight for word, weight in weights.items() if word not in present}
        kept = _kept(question, turn.question, new, _MOST_WORDS[telling])
        present.update(kept)
        written = list(_as_written(turn.question, kept))
        carried += written
        total = sum(weights.values())
        if written:
            ways.append(" ".join(carried))
        telling += total >= _TELLING
        if telling == len(_MOST_WORDS):
            break
        if total >= _SUBJECT and leaning(turn.question, weigh) is not Leaning.YES:
            break
    if ways:
        return ways
    quoted = " ".join(_of_quote(present, history, weigh))
    return [quoted] if quoted else []


def _of_quote(present: set[str], history: Sequence[Turn], weigh: Weigh) -> list[str]:
    quote = next((turn.quotes[0] for turn in reversed(history) if turn.quotes), "")
    quote = shorten(quote, _LONGEST_QUOTE, placeholder="")
    weights = {word: weight for word, weight in weigh(quote).items() if word not in present}
    heaviest = sorted(weights, key=lambda word: -weights[word])
    return list(_as_written(quote, set(heaviest[: _MOST_WORDS[0]])))


def _weight(text: str, weigh: Weigh) -> float:
    return sum(weigh(text).values())


def _kept(question: str, earlier: str, weights: Mapping[str, float], most: int) -> set[str]:
    """The weightiest of an earlier question's words that the new question does not replace."""
    replaced = _replaced(question, earlier)
    named = {word for name in _NAME.findall(earlier) for word in words_of(name)}
    left = [word for word in weights if word not in replaced]
    return set(sorted(left, key=lambda word: (word not in named, -weights[word]))[:most])


def _replaced(question: str, earlier: str) -> set[str]:
    """What the new question says otherwise: "and in 2022?" has no use for an earlier 2021.

    Likewise "and Germany?" for the France of "What is the capital of France?".
    """
    gone = set(_COURTESIES)
    if any(_NUMBER.fullmatch(word) for word in words_of(question)):
        gone.update(word for word in words_of(earlier) if _NUMBER.fullmatch(word))
    names = _NAME.findall(earlier)
    if len(names) == 1 and _OTHER_NAME.match(question):
        gone.update(words_of(names[0]))
    return gone


def _as_written(text: str, kept: set[str]) -> Iterator[str]:
    """The kept words as the text writes them, in its order."""
    left = set(kept)
    for token in text.split():
        words = [word for word in words_of(token) if word in left]
        left.difference_update(words)
        if len(words) == 1 and len(token) <= _LONGEST_TOKEN:
            yield token.strip(_MARKS)
        else:
            yield from words
