"""Ranking: which passages bear on the question, and which of their sentences."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from index import Found, Hit, SentenceAnswer, literal_spans
from qa.coefficients import PASSAGE, SENTENCE, weighted
from qa.evidence import Wanted, of_kind, share_of_pairs, share_of_words, stems, wanted

# Past these the first stage's order is no longer worth reading sentence by sentence.
_CANDIDATES = 40

# What a reader put in quotation marks outweighs everything else.
_LITERAL = 100.0


@dataclass(frozen=True, slots=True)
class RankedPassage:
    """A hit, its rank score, and how much each of its sentences bears on the question.

    All scores are log-odds but for a constant: a difference of 1 makes one
    passage, or sentence, 2.7 times as likely as another to be the right one.
    `evidence` is what the score was computed from, by the names of the
    coefficients; `reranked` what a re-ranker gave it. `literal` are the positions of the
    sentences that hold a phrase of the question. Of a passage that the reader has read,
    `answers` is what it points at in each sentence, and `gained` how much that has added
    to each sentence's score.
    """

    hit: Hit
    score: float
    sentence_scores: tuple[float, ...]
    evidence: Mapping[str, float]
    literal: frozenset[int] = frozenset()
    reranked: float | None = None
    answers: tuple[SentenceAnswer | None, ...] = ()
    gained: tuple[float, ...] = ()


def answers_at(passage: RankedPassage, position: int) -> bool:
    """Whether the reader thinks that a sentence of a passage rather answers than not.

    Beside sentences that hold a phrase of the question no other answers.
    """
    if passage.literal and position not in passage.literal:
        return False
    answer = passage.answers[position] if passage.answers else None
    return answer is not None and answer.margin > 0


def best_first(passages: Iterable[RankedPassage]) -> list[RankedPassage]:
    """By their scores; equal ones always in the same order."""
    return sorted(passages, key=lambda one: (-one.score, one.hit.document.id, one.hit.start))


def rank(question: str, found: Found, *, phrases: Sequence[str] = ()) -> list[RankedPassage]:
    """Order the best candidates by all that bears on the question, best first.

    Sentences that hold one of the `phrases` literally come before all others.
    """
    sought = wanted(question, found.rarity)
    hits = found.hits[:_CANDIDATES]
    seen = [sentence_features(hit, sought) for hit in hits]
    features = [_passage_features(hit, sought, own) for hit, own in zip(hits, seen, strict=True)]
    scores = _with_neighbours(hits, [weighted(one, PASSAGE) for one in features])
    literals = [_literal(hit, phrases) for hit in hits]
    return best_first(
        RankedPassage(
            hit=hit,
            score=round(score, 6),
            sentence_scores=tuple(
                round(
                    SENTENCE["passage"] * score
                    + weighted(one, SENTENCE)
                    + _LITERAL * (n in literal),
                    6,
                )
                for n, one in enumerate(own)
            ),
            evidence=passage,
            literal=literal,
        )
        for hit, score, own, passage, literal in zip(
            hits, scores, seen, features, literals, strict=True
        )
    )


def sentence_features(hit: Hit, sought: Wanted) -> list[dict[str, float]]:
    """What each sentence of a hit shows, by the names of the coefficients."""
    padded = [0.0, *hit.sentence_scores, 0.0]
    text = hit.document.text
    found = []
    for n, (start, end) in enumerate(hit.sentences):
        own = stems(text[start:end])
        found.append(
            {
                "cosine": hit.sentence_scores[n],
                "words": share_of_words(sought, set(own)),
                "pairs": share_of_pairs(sought, own),
                "kind": of_kind(sought, text[start:end]),
                "beside": max(padded[n], padded[n + 2]),
            }
        )
    return found


def _passage_features(
    hit: Hit, sought: Wanted, sentences: Sequence[Mapping[str, float]]
) -> dict[str, float]:
    """What a hit shows as a whole, given what its sentences do."""
    total = sum(sought.stems.values())
    text = hit.document.text
    held = set(stems(f"{hit.context} {hit.document.name}"))
    for start, end in hit.sentences:
        held.update(stems(text[start:end]))
    return {
        "dense": hit.dense,
        "lexical": hit.lexical / total if total else 0.0,
        "sentence": max(one["cosine"] for one in sentences),
        "sentence_words": max(one["words"] for one in sentences),
        "words": share_of_words(sought, held),
        "pairs": max(one["pairs"] for one in sentences),
        "kind": max(one["kind"] for one in sentences),
    }


def _with_neighbours(hits: Sequence[Hit], scores: Sequence[float]) -> list[float]:
    """A passage rises towards a better one that it adjoins: an answer often goes on there."""
    starts = {(hit.document.id, hit.start): n for n, hit in enumerate(hits)}
    best = list(scores)
    for n, hit in enumerate(hits):
        following = starts.get((hit.document.id, hit.end))
        if following is not None:
            best[n] = max(best[n], scores[following])
            best[following] = max(best[following], scores[n])
    share = PASSAGE["beside"]
    return [score + share * (other - score) for score, other in zip(scores, best, strict=True)]


def _literal(hit: Hit, phrases: Sequence[str]) -> frozenset[int]:
    """The positions of the sentences that hold one of the phrases."""
    text = hit.document.text
    return frozenset(
        n
        for n, span in enumerate(hit.sentences)
        if any(literal_spans(text, phrase, *span) for phrase in phrases)
    )
