"""Re-ranking: the best passages in a new order, by our score and a re-ranker's."""

from collections.abc import Sequence
from dataclasses import replace
from statistics import fmean, pstdev

from index import Reranker
from qa.ranking import RankedPassage

_SHARE = 0.5


def reranked(
    question: str, ranked: Sequence[RankedPassage], reranker: Reranker
) -> list[RankedPassage]:
    """The passages, best first, by the mean of both scores where the re-ranker gave one.

    Both are standardised over the candidates it scored, and the mean is put back on
    our own scale, on which the others stay as they are.
    """
    candidates = ranked[: reranker.candidates]
    if len(candidates) < 2:
        return list(ranked)
    texts = [f"{one.hit.context}\n{_body(one)}".strip() for one in candidates]
    theirs = reranker.scores(question, texts)
    ours = [one.score for one in candidates]
    middle, spread = fmean(ours), pstdev(ours) or 1.0
    mixed = [
        _with_score(one, middle + spread * ((1 - _SHARE) * own + _SHARE * other), score)
        for one, own, other, score in zip(
            candidates, _standardised(ours), _standardised(theirs), theirs, strict=True
        )
    ]
    ordered = [*mixed, *ranked[len(mixed) :]]
    ordered.sort(key=lambda one: (-one.score, one.hit.document.id, one.hit.start))
    return ordered


def _with_score(ranked: RankedPassage, score: float, reranked: float) -> RankedPassage:
    """The passage with a new score, and its sentences as much higher or lower as it is."""
    change = score - ranked.score
    return replace(
        ranked,
        score=round(score, 6),
        sentence_scores=tuple(round(one + change, 6) for one in ranked.sentence_scores),
        reranked=reranked,
    )


def _body(ranked: RankedPassage) -> str:
    return ranked.hit.document.text[ranked.hit.start : ranked.hit.end]


def _standardised(scores: Sequence[float]) -> list[float]:
    middle, spread = fmean(scores), pstdev(scores)
    return [(score - middle) / spread if spread else 0.0 for score in scores]
