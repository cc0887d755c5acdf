"""Retrieval: candidates from both indexes, scored on one scale."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from index.documents import Document
from index.sentences import Span


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that may answer; every score is higher for better.

    `dense` is the cosine of question and passage, `lexical` its BM25 score (0
    where no word of the question stands), `combined` the mean of both after
    standardising over the candidates; `sentence_scores` are the cosines of
    question and sentence, one a span of `sentences`.
    """

    document: Document
    start: int
    end: int
    context: str
    sentences: tuple[Span, ...]
    dense: float
    lexical: float
    combined: float
    sentence_scores: tuple[float, ...]

    @property
    def text(self) -> str:
        """The passage's own words."""
        return self.document.text[self.start : self.end]


@dataclass(frozen=True, slots=True)
class Found:
    """The hits, best first by `combined`, and how rare each word of the question is.

    `rarity` is the inverse document frequency over the library's passages, from
    0 (in nearly all of them) upwards.
    """

    hits: tuple[Hit, ...]
    rarity: dict[str, float]


def combined_scores(dense: Sequence[float], lexical: Sequence[float]) -> list[float]:
    """Half and half of both scores, each standardised over the candidates."""
    mixed = (_standardised(np.asarray(dense)) + _standardised(np.asarray(lexical))) / 2
    return [round(float(score), 6) for score in mixed]


def inverse_frequency(passages: int, holding: int) -> float:
    """How much a word tells that stands in `holding` of all passages."""
    return round(math.log(1 + (passages - holding + 0.5) / (holding + 0.5)), 6)


def _standardised(scores: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    spread = float(scores.std()) if scores.size else 0.0
    return np.zeros_like(scores) if spread < 1e-9 else (scores - scores.mean()) / spread
