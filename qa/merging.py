"""Merging: how alike two questions' rankings are, and one ranking out of several wordings'."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from math import exp, sqrt

from qa.coefficients import SENTENCE
from qa.ranking import RankedPassage, best_first

# What the question by itself counts for, where it has taken over words of earlier ones.
_ALONE = 1 / 3


def affinity(ranked: Sequence[RankedPassage], other: Sequence[RankedPassage]) -> float:
    """How much two questions look for the same: from 0, for nothing in common, to 1.

    The Bhattacharyya coefficient of how likely each takes each passage to be.
    """
    first, second = _likelihoods(ranked), _likelihoods(other)
    return sum(sqrt(share * second[place]) for place, share in first.items() if place in second)


def merged(rankings: Sequence[list[RankedPassage]]) -> list[RankedPassage]:
    """Every passage by the mean of its log-odds in all rankings, best first.

    The first ranking is that of the question alone, a third of the mean. Where a
    ranking does not have a passage, the passage gets the score of that ranking's
    last, which is at least what it would have had. Its other numbers are means
    over the rankings that do; its hit is that of the last of them.
    """
    alone, *together = rankings
    if not together:
        return alone
    weights = [_ALONE, *([(1 - _ALONE) / len(together)] * len(together))]
    floors = [min((one.score for one in ranking), default=0.0) for ranking in rankings]
    places: dict[tuple[str, int], dict[int, RankedPassage]] = {}
    for number, ranking in enumerate(rankings):
        for one in ranking:
            places.setdefault(_place(one), {})[number] = one
    return best_first(_mean(own, weights, floors) for own in places.values())


def _likelihoods(ranked: Sequence[RankedPassage]) -> dict[tuple[str, int], float]:
    best = max((one.score for one in ranked), default=0.0)
    weights = {_place(one): exp(one.score - best) for one in ranked}
    total = sum(weights.values())
    return {place: weight / total for place, weight in weights.items()}


def _place(one: RankedPassage) -> tuple[str, int]:
    return one.hit.document.id, one.hit.start


def _mean(
    own: Mapping[int, RankedPassage], weights: Sequence[float], floors: Sequence[float]
) -> RankedPassage:
    scores = [own[n].score if n in own else floor for n, floor in enumerate(floors)]
    score = sum(weight * score for weight, score in zip(weights, scores, strict=True))
    total = sum(weights[n] for n in own)
    shares = [(weights[n] / total, one) for n, one in own.items()]
    # A sentence's score counts its passage's, which has changed.
    change = SENTENCE["passage"] * (score - sum(share * one.score for share, one in shares))
    last = own[max(own)]
    return replace(
        last,
        score=round(score, 6),
        sentence_scores=tuple(
            round(sum(share * one.sentence_scores[n] for share, one in shares) + change, 6)
            for n in range(len(last.sentence_scores))
        ),
        evidence={
            name: round(sum(share * one.evidence[name] for share, one in shares), 6)
            for name in last.evidence
        },
    )
