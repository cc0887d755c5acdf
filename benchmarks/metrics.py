"""The measures, each of one question or of a set's scores. benchmarks/README.md defines them."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from sklearn.metrics import roc_auc_score

from benchmarks.shapes import Range


@dataclass(frozen=True, slots=True)
class Overlap:
    """How well ranges cover marked ones: each from 0 to 1."""

    recall: float
    precision: float
    iou: float


def overlap(retrieved: Sequence[Range], marked: Sequence[Range]) -> Overlap:
    """Compare the retrieved characters with the marked ones.

    A marked character that is retrieved twice counts once above the line and
    twice below it.
    """
    covered = union([_common(one, other) for one in retrieved for other in marked])
    shown = sum(len(one) for one in retrieved)
    wanted = sum(len(one) for one in marked)
    missed = union(marked) - covered
    return Overlap(
        recall=covered / wanted,
        precision=covered / shown if shown else 0.0,
        iou=covered / (shown + missed),
    )


def union(ranges: Sequence[Range]) -> int:
    """How many characters the ranges have, each counted once."""
    total = 0
    document, reached = "", 0
    for one in sorted(ranges):
        if one.document != document:
            document, reached = one.document, 0
        total += max(0, one.end - max(one.start, reached))
        reached = max(reached, one.end)
    return total


def documents(ranges: Sequence[Range]) -> list[str]:
    """The documents in the order of their best range."""
    return list(dict.fromkeys(one.document for one in ranges))


def hit_at(ranked: Sequence[str], relevant: Mapping[str, int], most: int) -> bool:
    """Whether a relevant document is among the first `most`."""
    return any(document in relevant for document in ranked[:most])


def ndcg_at(ranked: Sequence[str], relevant: Mapping[str, int], most: int) -> float:
    """Normalised discounted cumulative gain, with the grades themselves as gains."""
    best = sorted(relevant.values(), reverse=True)
    return _discounted([relevant.get(one, 0) for one in ranked[:most]]) / _discounted(best[:most])


def touches(retrieved: Sequence[Range], marked: Sequence[Range]) -> bool:
    """Whether any of the ranges has a character in common with a marked one."""
    return any(one.shared(other) for one in retrieved for other in marked)


def quoted(retrieved: Sequence[Range], sentences: Mapping[str, Sequence[Range]]) -> set[Range]:
    """The sentences of which at least half of the characters are retrieved."""
    found = set()
    for document in {one.document for one in retrieved}:
        for sentence in sentences.get(document, ()):
            inside = union([_common(one, sentence) for one in retrieved])
            if 2 * inside >= len(sentence):
                found.add(sentence)
    return found


def f1(found: set[Range], choices: Sequence[Sequence[Range]]) -> float:
    """Twice the shared over all, with the choice that it agrees with most."""
    return max(2 * len(found & set(one)) / (len(found) + len(set(one))) for one in choices)


def auroc(positive: Sequence[float], negative: Sequence[float]) -> float:
    """How often a positive's score is above a negative's; ties count half."""
    truth = [1] * len(positive) + [0] * len(negative)
    return float(roc_auc_score(truth, [*positive, *negative]))


def refused_at(
    answerable: Sequence[float], foreign: Sequence[float], *, false_refusals: float
) -> float:
    """The share of foreign scores below the highest threshold that keeps false refusals so low."""
    refusable = math.floor(false_refusals * len(answerable))
    threshold = sorted(answerable)[refusable]
    return sum(score < threshold for score in foreign) / len(foreign)


def refusal_curve(
    answerable: Sequence[float], foreign: Sequence[float]
) -> tuple[list[float], list[float]]:
    """For each threshold: the share of answerable and of foreign scores below it, both rising."""
    thresholds = np.unique([*answerable, *foreign, math.inf])
    refused = [np.searchsorted(np.sort(scores), thresholds) for scores in (answerable, foreign)]
    return (
        (refused[0] / len(answerable)).tolist(),
        (refused[1] / len(foreign)).tolist(),
    )


@dataclass(frozen=True, slots=True)
class Bin:
    """The questions of about one confidence: mean confidence, share answerable, how many."""

    predicted: float
    observed: float
    count: int


def reliability(answerable: Sequence[float], foreign: Sequence[float], bins: int) -> list[Bin]:
    """Confidence beside what came true, in bins of equal width over 0 to 1, without empty ones."""
    scores = np.array([*answerable, *foreign])
    truth = np.array([1] * len(answerable) + [0] * len(foreign))
    places = np.minimum((scores * bins).astype(int), bins - 1)
    return [
        Bin(float(scores[inside].mean()), float(truth[inside].mean()), int(inside.sum()))
        for inside in (places == place for place in range(bins))
        if inside.any()
    ]


def calibration_error(bins: Sequence[Bin]) -> float:
    """The mean distance between predicted and observed, weighted by counts."""
    total = sum(one.count for one in bins)
    return sum(abs(one.predicted - one.observed) * one.count for one in bins) / total


def _common(one: Range, other: Range) -> Range:
    if one.document != other.document or not one.shared(other):
        return Range(one.document, 0, 0)
    return Range(one.document, max(one.start, other.start), min(one.end, other.end))


def _discounted(gains: Sequence[int]) -> float:
    return sum(gain / math.log2(rank + 1) for rank, gain in enumerate(gains, start=1))
