"""Re-ranking: the best passages in a new order, by our score and that of a model."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import repeat, zip_longest
from statistics import fmean, pstdev

from index import PassageJudgement, Reranker
from qa.coefficients import READ_PASSAGE, READ_SENTENCE, weighted
from qa.confidence import BEST, Weighing, weighed, weighed_as_read
from qa.ranking import RankedPassage, answers_at, best_first

_SHARE = 0.5

# Margins beyond this say no more, and where a question asks for no name or number, less.
_CLEAR = 6.0

# As little as a score can be higher than another.
_NEXT = 1e-6


@dataclass(frozen=True, slots=True)
class Reranked:
    """Passages in their new order, best first, and how likely they answer (None of none)."""

    passages: Sequence[RankedPassage]
    weighing: Weighing | None


def reranked(
    question: str, ranked: Sequence[RankedPassage], reranker: Reranker | None
) -> Reranked:
    """The passages in a new order, by both scores where the re-ranker gave one.

    A model that points at answers adds evidence to that of the ranking, by fitted
    weights, for each passage and each sentence, and to the confidence. With any other the
    mean of both scores counts; the confidence stays that of our own order, to which it is
    fitted.
    """
    # Asking how many it judges loads the model, which is wanted of an empty library too.
    candidates = ranked[: reranker.candidates] if reranker else ()
    if not ranked:
        return Reranked((), None)
    hits = [one.hit for one in candidates]
    judged = bearing(reranker.judge(question, hits)) if reranker else []
    if any(one.answers for one in judged if one):
        return _as_read(ranked, judged)
    ordered = list(ranked)
    if len(candidates) > 1 and all(judged):
        ordered = best_first([*_averaged(candidates, judged), *ranked[len(candidates) :]])
    return Reranked(ordered, weighed(ranked))


def bearing(judged: Sequence[PassageJudgement | None]) -> list[PassageJudgement | None]:
    """What counts of what the model says: of what ranks beyond the best, only that it answers.

    Words that come close would else put it before a passage that stands beside the answer. A
    model that points at nothing says only what is better.
    """
    return [
        one if one and (n < BEST or one.score > 0 or not one.answers) else None
        for n, one in enumerate(judged)
    ]


def _as_read(
    ranked: Sequence[RankedPassage], judged: Sequence[PassageJudgement | None]
) -> Reranked:
    """By the ranking and what the model read in the first passages.

    What of the best it could not read, as a table, gains what the others do on average. What
    comes after them gains as little as any, unless the model says that it answers. What of the
    best it has not read, for whatever reason, is as likely to answer as without the model.
    """
    # What ranks beyond the best has gains only where they are high.
    known = [one for one in judged[:BEST] if one] or [one for one in judged if one]
    gains = [_gain(one) for one in known]
    inside = [_gains_inside(one) for one in known]
    usual, usual_inside = fmean(gains), fmean(max(own) for own in inside)
    least, least_inside = min(gains), min(min(own) for own in inside)
    tried = min(len(judged), BEST)
    both = list(zip_longest(ranked, judged))
    read = [_with_evidence(passage, judgement) for passage, judgement in both if judgement]
    unread = [passage for passage, judgement in both[:tried] if not judgement]
    later = [passage for passage, judgement in both[tried:] if not judgement]
    ordered = best_first(
        [
            *read,
            *(_raised(one, usual, repeat(usual_inside)) for one in unread),
            *(_raised(one, least, repeat(least_inside)) for one in later),
        ]
    )
    left = [*unread, *ranked[len(judged) : BEST]]
    weighings = [weighed_as_read(read), *([weighed(left)] if left else [])]
    return Reranked(ordered, max(weighings, key=lambda one: one.confidence))


def _with_evidence(passage: RankedPassage, judgement: PassageJudgement) -> RankedPassage:
    read = replace(
        _raised(passage, _gain(judgement), _gains_inside(judgement)),
        evidence={**passage.evidence, **evidence_of(judgement)},
        reranked=judgement.score,
        answers=judgement.answers,
    )
    # A quote of this passage is cut around what answers in it.
    own, scores = margins(judgement), list(read.sentence_scores)
    best = own.index(max(own))
    if answers_at(read, best) and scores[best] < max(scores):
        scores[best] = round(max(scores) + _NEXT, 6)
    before = passage.sentence_scores
    gained = tuple(after - was for after, was in zip(scores, before, strict=True))
    return replace(read, sentence_scores=tuple(scores), gained=gained)


def _raised(passage: RankedPassage, gain: float, inside: Iterable[float]) -> RankedPassage:
    """A passage whose score gains so much, and its sentences' scores so much each."""
    scores = zip(passage.sentence_scores, inside, strict=False)
    return replace(
        passage,
        score=round(passage.score + gain, 6),
        sentence_scores=tuple(round(score + added, 6) for score, added in scores),
    )


def evidence_of(judgement: PassageJudgement) -> dict[str, float]:
    """What a passage shows to the model, by the names of the coefficients."""
    return {"answerable": judgement.score, "span": max(margins(judgement))}


def _gain(judgement: PassageJudgement) -> float:
    """How much the model adds to a passage."""
    return weighted(evidence_of(judgement), READ_PASSAGE)


def _gains_inside(judgement: PassageJudgement) -> list[float]:
    """How much the model adds to each sentence."""
    return [
        weighted({"answerable": judgement.score, "span": margin}, READ_SENTENCE)
        for margin in margins(judgement)
    ]


def margins(judgement: PassageJudgement) -> list[float]:
    """The margin of the answer in each sentence; the least where the model did not read."""
    return [max(-_CLEAR, min(_CLEAR, one.margin)) if one else -_CLEAR for one in judgement.answers]


def _averaged(
    candidates: Sequence[RankedPassage], judged: Sequence[PassageJudgement | None]
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
