"""Re-ranking: a model that reads question and passage together judges the best candidates."""

import math
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import repeat
from pathlib import Path
from typing import Protocol, Self

from index.affordable import Budget, passages_to_read
from index.errors import PinciteError
from index.models import PairScorer, pair_scorer
from index.search import Hit

BUDGET = Budget(seconds=0.5, fewest=5, most=40)

_DECISION = "reranker.json"
_TRIAL = ("When was the harbour bridge opened, and by whom?", "The bridge was opened. " * 40)
_BATCHES, _PAIRS = 4, 8


@dataclass(frozen=True, slots=True)
class SentenceAnswer:
    """What in one sentence answers best, and its log-odds against no answer in the passage.

    `start` and `end` are characters of the document's text.
    """

    margin: float
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class PassageJudgement:
    """What a model says of a passage that it has read with the question.

    `score` is higher for better. A model that points at answers gives for each
    sentence of the passage what answers there, None where it did not read so far.
    """

    score: float
    answers: tuple[SentenceAnswer | None, ...] = ()


class Reranker(Protocol):
    """Judges the best candidates of a question; the same way each time."""

    @property
    def candidates(self) -> int:
        """How many of the best passages it judges."""

    def judge(self, question: str, passages: Sequence[Hit]) -> list[PassageJudgement | None]:
        """What it says of each passage; None where it can say nothing."""


class CrossEncoder:
    """A sentence-transformers CrossEncoder, and how many candidates it may score."""

    def __init__(self, score: PairScorer, candidates: int) -> None:
        self._score = score
        self.candidates = candidates

    @classmethod
    def open(cls, name: str, folder: Path) -> Self:
        """Load the model for the library in a folder; raises `PinciteError` if it is none."""
        score = pair_scorer(name)
        if not all(math.isfinite(found) for found in score([_TRIAL])):
            raise PinciteError(
                f"the re-ranker {name!r} gives scores that are no numbers; leave "
                "PINCITE_RERANKER unset or choose another"
            )
        number = passages_to_read(folder / _DECISION, name, BUDGET, lambda: _seconds(score))
        return cls(score, number)

    def judge(self, question: str, passages: Sequence[Hit]) -> list[PassageJudgement | None]:
        """A score of each passage with its headings; only differences mean anything."""
        texts = [f"{one.context}\n{one.text}".strip() for one in passages]
        scores = self._score([(question, text) for text in texts])
        return [PassageJudgement(score) if math.isfinite(score) else None for score in scores]


def _seconds(score: PairScorer) -> Iterable[float]:
    # The best of several batches: the first prepares, and others may find the cores busy.
    return repeat(min(_seconds_of_batch(score) for _ in range(_BATCHES)) / _PAIRS)


def _seconds_of_batch(score: PairScorer) -> float:
    began = time.perf_counter()
    score([_TRIAL] * _PAIRS)
    return time.perf_counter() - began
