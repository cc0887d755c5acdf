"""Alignment: a quotation beside the words that it comes nearest to, word by word."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Literal

import numpy as np
import numpy.typing as npt

from index import Words, words_in

Kind = Literal["same", "replaced", "missing", "added"]

# So that an equal word is worth passing over a missing one, and one that differs, at an end too,
# stands beside the word in its place.
_MISSING = 10
_REPLACED = 11
_ADDED = 20


@dataclass(frozen=True, slots=True)
class Change:
    """A run of words: `theirs` in the quotation, `ours` in the document.

    *missing* words are left out of the quotation, *added* ones are only in it.
    Where words are *replaced* by the same ones, punctuation differs.
    """

    kind: Kind
    theirs: str
    ours: str


@dataclass(frozen=True, slots=True)
class Alignment:
    """What of a document's text, start:end, a quotation comes nearest to.

    The changes in order hold all of both texts, from the first word to the last.
    `same` are the words that are equal, as they are compared; `likeness` is their
    share of all words of both, from 0 to 1.
    """

    start: int
    end: int
    changes: tuple[Change, ...]
    same: tuple[str, ...]
    likeness: float


@dataclass(frozen=True, slots=True)
class _Pair:
    """A word of each side by its position, or of one side alone."""

    theirs: int | None
    ours: int | None


def aligned(quotation: str, text: str, start: int, end: int) -> Alignment | None:
    """The words of text[start:end] that the quotation comes nearest to; None where none are its.

    Words before and after them cost nothing. They are whole words, and no more of
    them than the quotation has at an end where it differs.
    """
    theirs = words_in(quotation)
    ours = words_in(text, start, end, parted=frozenset(theirs.keys))
    if not len(theirs) or not len(ours):
        return None
    pairs = _nearest(theirs.keys, ours.keys)
    held = [pair.ours for pair in pairs if pair.ours is not None]
    same = tuple(
        theirs.keys[pair.theirs]
        for pair in pairs
        if pair.theirs is not None and _equal(pair, theirs, ours)
    )
    if not same:
        return None
    first, last = held[0], held[-1]
    return Alignment(
        start=ours.spans[first][0],
        end=ours.spans[last][1],
        changes=tuple(_changes(pairs, quotation, theirs, text, ours)),
        same=same,
        likeness=round(2 * len(same) / (len(theirs) + last - first + 1), 4),
    )


def _nearest(theirs: Sequence[str], ours: Sequence[str]) -> list[_Pair]:
    """The cheapest way from all words of theirs to a run of ours.

    Row n of the costs is for the first n words of theirs, column m for a run of
    ours that ends before the m-th.
    """
    numbers = {key: number for number, key in enumerate(dict.fromkeys(theirs))}
    own = np.array([numbers.get(key, -1) for key in ours], dtype=np.int32)
    steps = np.arange(len(ours) + 1, dtype=np.int32) * _MISSING
    costs = np.zeros((len(theirs) + 1, len(ours) + 1), dtype=np.int32)
    for n, key in enumerate(theirs, 1):
        before = costs[n - 1]
        row = before + _ADDED
        np.minimum(row[1:], before[:-1] + _REPLACED * (own != numbers[key]), out=row[1:])
        # Words of ours that are missing, any number of them.
        costs[n] = np.minimum.accumulate(row - steps) + steps
    return _traced(costs, [numbers[key] for key in theirs], own.tolist())


def _traced(
    costs: npt.NDArray[np.int32], theirs: Sequence[int], ours: Sequence[int]
) -> list[_Pair]:
    n, m = len(theirs), int(np.argmin(costs[-1]))
    pairs: list[_Pair] = []
    while n:
        here = int(costs[n, m])
        if m and here == costs[n - 1, m - 1] + _REPLACED * (theirs[n - 1] != ours[m - 1]):
            n, m = n - 1, m - 1
            pairs.append(_Pair(n, m))
        elif m and here == costs[n, m - 1] + _MISSING:
            m -= 1
            pairs.append(_Pair(None, m))
        else:
            n -= 1
            pairs.append(_Pair(n, None))
    return pairs[::-1]


def _equal(pair: _Pair, theirs: Words, ours: Words) -> bool:
    if pair.theirs is None or pair.ours is None:
        return False
    return theirs.keys[pair.theirs] == ours.keys[pair.ours]


def _changes(
    pairs: Sequence[_Pair], quotation: str, theirs: Words, text: str, ours: Words
) -> Iterator[Change]:
    own = [pair.ours for pair in pairs if pair.ours is not None]
    ends = len(theirs) - 1, own[-1]

    def is_same(place: int) -> bool:
        pair = pairs[place]
        if pair.theirs is None or pair.ours is None or not _equal(pair, theirs, ours):
            return False
        at_end = pair.theirs == ends[0] or pair.ours == ends[1]
        return at_end or theirs.gaps[pair.theirs] == ours.gaps[pair.ours]

    for same, places in groupby(range(len(pairs)), key=is_same):
        run = [pairs[place] for place in places]
        said = _stretch(
            quotation, theirs, [p.theirs for p in run if p.theirs is not None], ends[0]
        )
        meant = _stretch(text, ours, [p.ours for p in run if p.ours is not None], ends[1])
        kind: Kind = (
            "same" if same else "replaced" if said and meant else "missing" if meant else "added"
        )
        yield Change(kind, said, meant)


def _stretch(text: str, words: Words, positions: Sequence[int], last: int) -> str:
    """The words at the positions, up to the next word, or to the end of the last one."""
    if not positions:
        return ""
    end = words.spans[positions[-1]][1]
    if positions[-1] < last:
        end = words.spans[positions[-1] + 1][0]
    return text[words.spans[positions[0]][0] : end]
