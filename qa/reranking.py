"""Re-ranking: the best passages in a new order, by our score and that of a model."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from statistics import fmean, pstdev

from index import Judgement, Reranker
from qa.coefficients import READ_PASSAGE, READ_SENTENCE, weighted
from qa.ranking import RankedPassage

_SHARE = 0.5

# Margins beyond this say no more, and where a question asks for no name or number, less.
_CLEAR = 6.0


def reranked(
    question: str, ranked: Sequence[RankedPassage], reranker: Reranker
) -> list[RankedPassage]:
    """The passages in a new order, best first, by both scores where the re-ranker gave one.

    A model that points at answers adds evidence to that of the ranking, by fitted
    weights, for each passage and each sentence. With any other the mean of both scores
    counts.
    """
    candidates = ranked[: reranker.candidates]
    judged = reranker.judge(question, [one.hit for one in candidates]) if candidates else []
    if any(one.answers for one in judged if one):
        unread = [None] * (len(ranked) - len(judged))
        ordered = list(_with_evidence(ranked, [*judged, *unread]))
    elif len(candidates) > 1 and all(judged):
        ordered = [*_averaged(candidates, judged), *ranked[len(candidates) :]]
    else:
        return list(ranked)
    ordered.sort(key=lambda one: (-one.score, one.hit.document.id, one.hit.start))
    return ordered


def _with_evidence(
    ranked: Sequence[RankedPassage], judged: Sequence[Judgement | None]
) -> Iterator[RankedPassage]:
    """What the model read in each; of what it did not read it may say as little as of any."""
    seen = [evidence_of(one) if one else None for one in judged]
    inside = [_gains_inside(one) if one else () for one in judged]
    gains = [weighted(one, READ_PASSAGE) if one else None for one in seen]
    least = min(gain for gain in gains if gain is not None)
    least_inside = min(gain for own in inside for gain in own)
    for passage, judgement, evidence, gain, own in zip(
        ranked, judged, seen, gains, inside, strict=True
    ):
        yield replace(
            passage,
            score=round(passage.score + (least if gain is None else gain), 6),
            sentence_scores=tuple(
                round(score + added, 6)
                for score, added in zip(
                    passage.sentence_scores,
                    own or [least_inside] * len(passage.sentence_scores),
                    strict=True,
                )
            ),
            evidence={**passage.evidence, **(evidence or {})},
            reranked=judgement.score if judgement else None,
            answers=judgement.answers if judgement else (),
        )


def evidence_of(judgement: Judgement) -> dict[str, float]:
    """What a passage shows to the model, by the names of the coefficients."""
    return {"answerable": judgement.score, "span": max(margins(judgement))}


def _gains_inside(judgement: Judgement) -> list[float]:
    """How much the model adds to each sentence."""
    return [
        weighted({"answerable": judgement.score, "span": margin}, READ_SENTENCE)
        for margin in margins(judgement)
    ]


def margins(judgement: Judgement) -> list[float]:
    """The margin of the answer in each sentence; the least where the model did not read."""
    return [max(-_CLEAR, min(_CLEAR, one.margin)) if one else -_CLEAR for one in judgement.answers]


def _averaged(
    candidates: Sequence[RankedPassage], judged: Sequence[Judgement | None]
) -> Iterator[RankedPassage]:
    """Both scores are standardised over the candidates, and their mean put on our scale."""
    theirs = [one.score for one in judged if one]
    ours = [one.score for one in candidates]
    middle, spread = fmean(ours), pstdev(ours) or 1.0
    for one, own, other, score in zip(
        candidates, _standardised(ours), _standardised(theirs), theirs, strict=True
    ):
        mixed = round(middle + spread * ((1 - _SHARE) * own + _SHARE * other), 6)
        yield replace(
            one,
            score=mixed,
            sentence_scores=tuple(
                round(each + mixed - one.score, 6) for each in one.sentence_scores
            ),
            reranked=score,
        )


def _standardised(scores: Sequence[float]) -> list[float]:
    middle, spread = fmean(scores), pstdev(scores)
    return [(score - middle) / spread if spread else 0.0 for score in scores]
