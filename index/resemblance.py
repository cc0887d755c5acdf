"""Stretches of the library that resemble a run of words: candidates, to be compared word by word.

A passage is a candidate by the run's words, and pairs of neighbouring words, that stand in it,
each the more telling the fewer passages it stands in.
"""

import math
from collections.abc import Iterable
from itertools import pairwise

import numpy as np
from sqlalchemy import Connection

from index.bodies import bodies
from index.lexical import FUNCTION_WORDS, as_phrase, passages_matching
from index.runs import Run
from index.vectors import Keys

_MOST_WORDS = 16
_MOST_PAIRS = 24
_MOST_PASSAGES = 24
_FEWEST_PASSAGES = 4
# Comparing takes the longer the longer the run is; of a long one few candidates are enough.
_COMPARED_WORDS = 3000


def resembling(
    connection: Connection, run: Run, among: Keys | None = None, *, besides: Iterable[int] = ()
) -> list[tuple[int, int, int]]:
    """Stretches (document key, start, end) of passages that share most with the run, best first.

    Only passages `among` the keys count, if given, and no document in `besides`.
    """
    best = _best_passages(connection, run, among)
    places = {one.key: one for one in bodies(connection, np.asarray(best, dtype=np.int64))}
    left_out = set(besides)
    ordered = (places[key] for key in best if places[key].document not in left_out)
    return [(one.document, one.start, one.end) for one in ordered]


def _best_passages(connection: Connection, run: Run, among: Keys | None) -> list[int]:
    held = [passages_matching(connection, expression) for expression in _telling(run)]
    if among is not None:
        held = [np.intersect1d(keys, among) for keys in held]
    held = [keys for keys in held if len(keys)]
    if not held:
        return []
    keys, place = np.unique(np.concatenate(held), return_inverse=True)
    total = len(keys) + 1
    weights = [np.full(len(some), math.log(total / len(some)) + 0.01) for some in held]
    votes = np.bincount(place, weights=np.concatenate(weights))
    # What stands in two passages, one after the other, has its words in both.
    following = np.flatnonzero(np.diff(keys) == 1)
    beside = np.zeros(len(votes))
    beside[following] = votes[following + 1]
    beside[following + 1] = np.maximum(beside[following + 1], votes[following])
    shared = votes + beside / 2
    most = min(_MOST_PASSAGES, max(_FEWEST_PASSAGES, _COMPARED_WORDS // len(run.words)))
    chosen = dict.fromkeys(
        int(keys[n])
        for scores in (votes, shared)
        for n in np.argsort(-scores, kind="stable")[:most]
    )
    return list(chosen)


def _telling(run: Run) -> list[str]:
    """What FTS5 is asked for: the longest words, and pairs of words with the longest in them."""
    words = [run.word(n) for n, key in enumerate(run.words.keys) if any(map(str.isalnum, key))]
    distinct = dict.fromkeys(words)
    single = [word for word in distinct if word.casefold() not in FUNCTION_WORDS]
    pairs = dict.fromkeys(pairwise(words))
    longest = sorted(single, key=len, reverse=True)[:_MOST_WORDS]
    widest = sorted(pairs, key=lambda pair: -len(pair[0]) - len(pair[1]))[:_MOST_PAIRS]
    phrases = [*longest, *(" ".join(pair) for pair in widest)]
    return [f"body : {as_phrase(phrase)}" for phrase in phrases]
