"""Which areas of documents may hold a run of words: what the words' index says.

It names the passages that hold the run's rarest words. A run of nothing but common words is
looked for as a phrase of the index, and at the beginnings of passages, where one may stand
half in the passage before.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from sqlalchemy import Connection

from index.bodies import bodies
from index.lexical import as_phrase, passages_matching
from index.runs import Run
from index.vectors import Keys

# The longest words are the rarest ones; of so many it is asked how rare they are.
_WEIGHED = 12
# So many passages are looked through sooner than the index narrows them down.
_FEW = 300
_LONGEST_PHRASE = 6
# What may stand between words, in white space and punctuation, besides twice their length.
_ROOM = 60


class Area(NamedTuple):
    """The characters start:end of the document under a key."""

    document: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Window:
    """The words first:last of a run, by which it is looked for."""

    first: int
    last: int


def candidates(
    connection: Connection, run: Run, among: Keys | None
) -> Iterator[tuple[Window, list[Area]]]:
    """Windows of the run, each with all areas that it may stand in, and few others."""
    rare = _rarest(connection, run)
    if not rare:
        window = _hyphenated(run)
        keys = passages_matching(connection, _spelled(run, window))
        yield window, _areas(connection, _kept(keys, among), run, window)
    elif len(rare[0][1]) <= _FEW:
        # Two, because one may be parted by the edge of a passage.
        for position, keys in rare[:2]:
            if len(keys) <= _FEW:
                window = _around(run, position)
                yield window, _areas(connection, _kept(keys, among), run, window)
    else:
        window = _around(run, rare[0][0])
        phrase = as_phrase(run.phrase(window.first, window.last))
        inside = passages_matching(connection, f"body : {phrase}")
        yield window, _areas(connection, _kept(inside, among), run, window)
        if edges := list(_edges(connection, run, window, among)):
            yield window, edges


def _kept(keys: Keys, among: Keys | None) -> Keys:
    return keys if among is None else np.intersect1d(keys, among)


def _rarest(connection: Connection, run: Run) -> list[tuple[int, Keys]]:
    """Positions of words of the run, the rarest first, each with the passages that hold it.

    Not those beside a hyphen, which may be closed in the index.
    """
    positions: dict[str, int] = {}
    for position, key in enumerate(run.words.keys):
        if run.is_indexed(position) and not run.is_hyphenated(position):
            positions.setdefault(key, position)
    longest = sorted(positions, key=lambda key: (-len(key), positions[key]))[:_WEIGHED]
    held = [
        (
            positions[key],
            passages_matching(
                connection, f"body : {as_phrase(run.phrase(positions[key], positions[key] + 1))}"
            ),
        )
        for key in longest
    ]
    return sorted(held, key=lambda one: (len(one[1]), one[0]))


def _hyphenated(run: Run) -> Window:
    """The first words that hyphens join."""
    first = next(filter(run.is_indexed, range(len(run.words))))
    last = first + 1
    while last < len(run.words) and run.words.gaps[last - 1] == "-":
        last += 1
    return Window(first, last)


def _spelled(run: Run, window: Window) -> str:
    """The words that hyphens join, each hyphen open or, as at a line end, closed."""
    parts = [run.phrase(n, n + 1) for n in range(window.first, window.last)]
    closed_at = (
        " ".join([*parts[: n - 1], parts[n - 1] + parts[n], *parts[n + 1 :]])
        for n in range(1, len(parts))
    )
    spellings = dict.fromkeys([" ".join(parts), "".join(parts), *closed_at])
    return f"body : ({' OR '.join(map(as_phrase, spellings))})"


def _around(run: Run, position: int) -> Window:
    """The words around one that the index has as they are."""
    first, last = position, position + 1
    grown = True
    while grown and last - first < _LONGEST_PHRASE:
        grown = False
        if last < len(run.words) and not run.is_hyphenated(last):
            last, grown = last + 1, True
        if first and last - first < _LONGEST_PHRASE and not run.is_hyphenated(first - 1):
            first, grown = first - 1, True
    return Window(first, last)


def _areas(connection: Connection, keys: Keys, run: Run, window: Window) -> list[Area]:
    room = 2 * run.length(window.first, window.last)
    return [
        Area(one.document, max(0, one.start - room), one.end + room)
        for one in bodies(connection, keys)
    ]


def _edges(connection: Connection, run: Run, window: Window, among: Keys | None) -> Iterator[Area]:
    """Where a passage begins with words of the window, and the one before it holds the first.

    One that is too short for all the words after those need not hold them.
    """
    for n in range(window.first + 1, window.last):
        starting = _kept(_beginning(connection, run.phrase(n, n + 1)), among)
        phrase = as_phrase(run.phrase(window.first, n))
        before = passages_matching(connection, f"body : {phrase}")
        # Passages of a document follow each other by their keys.
        starting = starting[np.isin(starting - 1, before)]
        if not len(starting):
            continue
        whole = set(_beginning(connection, run.phrase(n, window.last)).tolist())
        room = 2 * run.length(window.first, window.last) + _ROOM
        for one in bodies(connection, starting):
            if one.start and (one.key in whole or one.end - one.start < room):
                yield Area(one.document, max(0, one.start - room), one.start + room)


def _beginning(connection: Connection, words: str) -> Keys:
    """The passages that begin with the words."""
    return passages_matching(connection, f"body : ^ {as_phrase(words)}")
