"""Ranking: which sentences of the candidates bear on the question, and how much."""

import re
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import snowballstemmer

from index import Found, Hit, words_of

# Past these the first stage's order is no longer worth reading sentence by sentence.
_CANDIDATES = 40

# Fitted on half of SQuAD's articles; see benchmarks/README.md.
SENTENCE_WEIGHT = 3.0
_WORDS_WEIGHT = 0.4
_CONTEXT_SHARE = 0.5
_NEIGHBOUR_SHARE = 0.25

# The stemmer keeps the word in hand in itself.
_STEMMER = snowballstemmer.stemmer("porter")
_STEMMING = threading.Lock()

_INNER = re.compile(r"['’.,/_-]")


@dataclass(frozen=True, slots=True)
class RankedPassage:
    """A hit, its rank score, and a score for each of its sentences.

    `words` is the share of the question's rare words that the passage holds,
    weighted by their rarity, from 0 to 1; `reranked` what a re-ranker gave it.
    """

    hit: Hit
    score: float
    sentence_scores: tuple[float, ...]
    words: float
    reranked: float | None = None


def rank(found: Found) -> list[RankedPassage]:
    """Order the best candidates by their best sentence as well, best first."""
    wanted = _stems_of_question(found.rarity)
    ranked = [_ranked(hit, wanted) for hit in found.hits[:_CANDIDATES]]
    ranked.sort(key=lambda one: (-one.score, one.hit.document.id, one.hit.start))
    return ranked


def stems(text: str) -> frozenset[str]:
    """The stems of a text's words, as the lexical index folds them."""
    return frozenset(stem for word in words_of(text) for stem in _stem(word))


def share_of_words(wanted: Mapping[str, float], present: frozenset[str]) -> float:
    """Which part of the wanted words' weight is present, from 0 to 1."""
    total = sum(wanted.values())
    if total <= 0:
        return 0.0
    return sum(weight for stem, weight in wanted.items() if stem in present) / total


def _stems_of_question(rarity: Mapping[str, float]) -> dict[str, float]:
    return {stem: weight for word, weight in rarity.items() for stem in stems(word)}


def _ranked(hit: Hit, wanted: Mapping[str, float]) -> RankedPassage:
    text = hit.document.text
    context = stems(f"{hit.context} {hit.document.name}")
    held = [stems(text[start:end]) for start, end in hit.sentences]
    own = []
    for cosine, present in zip(hit.sentence_scores, held, strict=True):
        around = share_of_words(wanted, present | context)
        inside = share_of_words(wanted, present)
        words = inside + _CONTEXT_SHARE * (around - inside)
        own.append(_WORDS_WEIGHT * words + (1 - _WORDS_WEIGHT) * cosine)
    scores = _with_neighbours(own)
    everything = context.union(*held)
    return RankedPassage(
        hit=hit,
        score=round(hit.combined + SENTENCE_WEIGHT * max(scores), 6),
        sentence_scores=tuple(round(score, 6) for score in scores),
        words=share_of_words(wanted, everything),
    )


def _with_neighbours(scores: Sequence[float]) -> list[float]:
    """A sentence gains from the one beside it: "Who is there?" has its answer next."""
    padded = [0.0, *scores, 0.0]
    return [
        score + _NEIGHBOUR_SHARE * max(padded[n], padded[n + 2], 0.0)
        for n, score in enumerate(scores)
    ]


@lru_cache(maxsize=200_000)
def _stem(word: str) -> tuple[str, ...]:
    """The stem of a word, and of its parts where a hyphen or an apostrophe joins some."""
    with _STEMMING:
        return tuple(_STEMMER.stemWord(part) for part in _INNER.split(word))
