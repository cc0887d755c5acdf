"""Confidence: how likely the best candidates answer, from 0 to 1."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from qa.coefficients import CONFIDENCE, READ_CONFIDENCE, weighted
from qa.ranking import RankedPassage

# At this threshold one in twenty of the answerable tuning questions was refused, whether the
# reader has read the passages or not.
THRESHOLD = CONFIDENCE["threshold"]

BEST = 5
"""So many of the best passages are weighed."""


@dataclass(frozen=True, slots=True)
class Weighing:
    """The signals of some passages, the weight of each by its name, and what is added."""

    signals: Mapping[str, float]
    weights: Mapping[str, float]
    bias: float

    @property
    def confidence(self) -> float:
        """How likely the passages hold an answer, from 0 to 1."""
        total = self.bias + weighted(self.signals, self.weights)
        return round(1 / (1 + math.exp(-total)), 4)


def weighed(ranked: Sequence[RankedPassage]) -> Weighing:
    """What the confidence in passages is computed from: the most that any of the best shows.

    The rank score, and the share of the question's rare words that stand in one passage.
    """
    return _weighing(ranked[:BEST], "words", CONFIDENCE)


def weighed_as_read(ranked: Sequence[RankedPassage]) -> Weighing:
    """The same of all passages in which the reader counts.

    In the place of words, how likely it thinks that one of them answers.
    """
    return _weighing(ranked, "answerable", READ_CONFIDENCE)


def _weighing(
    best: Sequence[RankedPassage], evidence: str, fitted: Mapping[str, float]
) -> Weighing:
    signals = {
        "score": max(one.score for one in best),
        evidence: max(one.evidence[evidence] for one in best),
    }
    return Weighing(signals, {name: fitted[name] for name in signals}, fitted["bias"])


def confidence(ranked: Sequence[RankedPassage]) -> float:
    """How likely the ranked passages hold an answer; 0 where there are none."""
    return weighed(ranked).confidence if ranked else 0.0
