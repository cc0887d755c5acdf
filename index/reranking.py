"""Re-ranking: a model that reads question and passage together scores the best candidates."""

import json
import logging
import math
import os
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Self

from index.errors import PinciteError
from index.models import pair_scorer

PairScorer = Callable[[Sequence[tuple[str, str]]], list[float]]

# What re-ranking may add to a question.
_BUDGET_SECONDS = 0.5
_FEWEST, _MOST = 5, 40

_DECISION = "reranker.json"
_TRIAL = ("When was the harbour bridge opened, and by whom?", "The bridge was opened. " * 40)
_BATCHES, _PAIRS = 4, 8

_LOG = logging.getLogger(__name__)


class Reranker:
    """A sentence-transformers CrossEncoder, and how many candidates it may score.

    The same question must get the same answer, so no clock is looked at while one
    is answered: `candidates` is decided when a library is first opened with the
    model, by a measured batch, and kept in the library's folder.
    """

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
        return cls(score, _decided(folder, name) or _decide(folder, name, score))

    def scores(self, question: str, passages: Sequence[str]) -> list[float]:
        """How well each passage answers, higher for better; only differences mean anything."""
        return self._score([(question, passage) for passage in passages])


def affordable(seconds: float) -> int:
    """How many pairs fit the budget if one takes so many seconds, from 5 to 40."""
    return max(_FEWEST, min(_MOST, int(_BUDGET_SECONDS / max(seconds, 1e-9))))


def _decided(folder: Path, name: str) -> int | None:
    """The number that was decided on, if it was for this model."""
    try:
        kept = json.loads((folder / _DECISION).read_bytes())
        number = kept["candidates"]
        known = kept["model"] == name and isinstance(number, int) and _FEWEST <= number <= _MOST
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return number if known else None


def _decide(folder: Path, name: str, score: PairScorer) -> int:
    # The best of several batches: the first prepares, and others may find the cores busy.
    number = affordable(min(_seconds(score) for _ in range(_BATCHES)) / _PAIRS)
    written = folder / f"{_DECISION}.{os.getpid()}"
    try:
        written.write_text(json.dumps({"model": name, "candidates": number}))
        written.replace(folder / _DECISION)
    except OSError as error:
        _LOG.warning("the number of candidates to re-rank could not be kept: %s", error)
    return number


def _seconds(score: PairScorer) -> float:
    began = time.perf_counter()
    score([_TRIAL] * _PAIRS)
    return time.perf_counter() - began
