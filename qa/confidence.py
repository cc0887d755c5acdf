"""Confidence: how likely the best candidates answer, from 0 to 1."""

import math
from collections.abc import Sequence

from qa.coefficients import CONFIDENCE
from qa.ranking import RankedPassage

# At this threshold one in twenty of the answerable tuning questions was refused.
THRESHOLD = CONFIDENCE["threshold"]
BIAS = CONFIDENCE["bias"]
WEIGHTS = {name: value for name, value in CONFIDENCE.items() if name not in {"threshold", "bias"}}

_BEST = 5


def signals(ranked: Sequence[RankedPassage]) -> dict[str, float]:
    """What the confidence is computed from: the most that any of the best passages shows.

    The rank score, and the share of the question's rare words that stand in one
    passage.
    """
    best = ranked[:_BEST]
    return {
        "score": max(one.score for one in best),
        "words": max(one.evidence["words"] for one in best),
    }


def confidence(ranked: Sequence[RankedPassage]) -> float:
    """How likely the ranked passages hold an answer; 0 where there are none."""
    if not ranked:
        return 0.0
    found = signals(ranked)
    total = BIAS + sum(weight * found[name] for name, weight in WEIGHTS.items())
    return round(1 / (1 + math.exp(-total)), 4)
