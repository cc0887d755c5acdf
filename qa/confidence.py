"""Confidence: how likely the best candidates answer, from 0 to 1."""

import math
from collections.abc import Sequence

from qa.ranking import RankedPassage

# Logistic regression; see benchmarks/README.md.
BIAS = -10.7
WEIGHTS = {"dense": 5.4, "sentence": 13.2, "words": 3.4}


def signals(ranked: Sequence[RankedPassage]) -> dict[str, float]:
    """What the confidence is computed from, over the best passages: each from 0 to about 1."""
    best = ranked[:5]
    return {
        "dense": max(one.hit.dense for one in best),
        "sentence": max(max(one.sentence_scores) for one in best),
        "words": max(one.words for one in best),
    }


def confidence(ranked: Sequence[RankedPassage]) -> float:
    """How likely the ranked passages hold an answer; 0 where there are none."""
    if not ranked:
        return 0.0
    found = signals(ranked)
    total = BIAS + sum(weight * found[name] for name, weight in WEIGHTS.items())
    return round(1 / (1 + math.exp(-total)), 4)
