"""What the reader learns from: questions with the passages found for them, and pairs of these.

A case is prepared once. The pairs of an epoch are drawn from the cases anew each time: other
wrong passages, other twists of the questions.
"""

import json
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from benchmarks.reader.questions import Ranges
from benchmarks.reader.twists import ArticleWords, twisted
from benchmarks.sets import Part

# For each question so many twisted ones, where twists take.
_TWISTS = 2
# A wrong passage is one of so many that were found best.
_AMONG = 8
# How often an unanswerable question, answered by no passage anyway, has one besides its own.
_HARD_OF_UNANSWERABLE = 0.4
# Of these sets a whole passage is known to answer where no place in it is.
_SOMEWHERE = frozenset({"mtrag", "scifact"})


@dataclass(frozen=True, slots=True)
class Passage:
    """A passage as Pincite cuts it, and what stands above it.

    The `article` is the one of SQuAD that it is from, "" in the other sets.
    """

    context: str
    text: str
    article: str = ""


@dataclass(frozen=True, slots=True)
class Pair:
    """A question and a passage.

    `spans` are the characters of the passage that answer; none if it does not, or if it does
    `somewhere` that nobody told of.
    """

    question: str
    passage: Passage
    spans: Ranges = ()
    somewhere: bool = False


@dataclass(frozen=True, slots=True)
class Candidate:
    """A passage found for a question, its place in the ranking from 0, and its rank score.

    It is the question's `own` if it is of a document that bears on it; one that is not and yet
    `holds` the words of an answer may answer all the same.
    """

    passage: Passage
    place: int
    score: float
    spans: Ranges
    own: bool
    holds: bool


@dataclass(frozen=True, slots=True)
class Case:
    """A question, with the best passages that Pincite finds and all of its own among them."""

    of: str
    part: Part
    article: str
    question: str
    answers: tuple[str, ...]
    answerable: bool
    candidates: tuple[Candidate, ...]

    @property
    def source(self) -> Candidate | None:
        """The first of its own passages that holds an answer, or else the first of them."""
        own = [one for one in self.candidates if one.own]
        return next((one for one in own if one.spans), own[0] if own else None)


def drawn(cases: Sequence[Case], chance: random.Random) -> list[Pair]:
    """The pairs of an epoch, drawn from the cases that are not kept back.

    Each question has the passage that answers it or only seems to, and mostly a wrong one: one
    of the best found elsewhere, without the answer's words, of no article kept back and of no
    document that a question kept back is about. What SQuAD asks is twisted besides, so that the
    same passage answers it no longer.
    """
    known = {case.question for case in cases}
    held = [case for case in cases if case.part != "learn"]
    articles = {case.article for case in held} - {""}
    passages = {one.passage for case in held for one in case.candidates if one.own}
    words = _words(cases)
    pairs: list[Pair] = []
    for case in cases:
        if case.part != "learn":
            continue
        for pair in _own(case):
            pairs.append(pair)
            if pair.spans and case.article:
                twists = [
                    twisted(case.question, pair.passage.text, words[case.article], chance)
                    for _ in range(_TWISTS)
                ]
                pairs += [Pair(one, pair.passage) for one in twists if one and one not in known]
        wrong = [
            one.passage
            for one in case.candidates
            if one.place < _AMONG
            and not (one.own or one.holds)
            and one.passage.article not in articles
            and one.passage not in passages
        ]
        if wrong and (case.answerable or chance.random() < _HARD_OF_UNANSWERABLE):
            pairs.append(Pair(case.question, chance.choice(wrong)))
    return pairs


def _own(case: Case) -> Iterator[Pair]:
    """The pair of the question and the passage that it was written on."""
    source = case.source
    if source is None:
        return
    if source.spans or not case.answerable:
        yield Pair(case.question, source.passage, source.spans)
    elif case.of in _SOMEWHERE:
        yield Pair(case.question, source.passage, somewhere=True)


def _words(cases: Sequence[Case]) -> dict[str, ArticleWords]:
    """The words of each article, from all its passages."""
    passages: dict[str, dict[str, None]] = {}
    for case in cases:
        own = passages.setdefault(case.article, {})
        own.update((one.passage.text, None) for one in case.candidates if one.own)
    return {
        article: ArticleWords.of(" ".join(texts)) for article, texts in passages.items() if article
    }


def write(path: Path, cases: Sequence[Case]) -> None:
    """Keep cases as JSON, each passage once, whole or not at all."""
    numbers: dict[Passage, int] = {}
    lines = []
    for case in cases:
        line = asdict(case)
        for one, candidate in zip(line["candidates"], case.candidates, strict=True):
            one["passage"] = numbers.setdefault(candidate.passage, len(numbers))
        lines.append(line)
    value = {"passages": [asdict(one) for one in numbers], "cases": lines}
    written = path.with_suffix(".part")
    written.write_text(json.dumps(value, ensure_ascii=False), encoding="utf-8")
    written.replace(path)


def read(path: Path) -> list[Case]:
    """The cases that were kept."""
    value = json.loads(path.read_text(encoding="utf-8"))
    passages = [Passage(**one) for one in value["passages"]]
    return [
        Case(
            **(
                case
                | {
                    "answers": tuple(case["answers"]),
                    "candidates": tuple(_candidate(one, passages) for one in case["candidates"]),
                }
            )
        )
        for case in value["cases"]
    ]


def _candidate(value: Mapping[str, Any], passages: Sequence[Passage]) -> Candidate:
    spans = tuple((start, end) for start, end in value["spans"])
    return Candidate(**{**value, "passage": passages[value["passage"]], "spans": spans})
