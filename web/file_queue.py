"""Files that are yet to be looked at, and in which order they are."""

import heapq
import itertools
import threading
from collections.abc import Iterable
from enum import IntEnum
from pathlib import Path


class Rank(IntEnum):
    """How soon a file is looked at; of one rank the first that came.

    What people wait for comes first. What is gone comes after what is there: a file
    that was renamed must be seen under its new name while the old one still tells
    which document it was.
    """

    SOON = 0
    GONE = 1
    LATER = 2


class FileQueue:
    """Paths by rank, each once a rank: many threads put them in, and one takes them out."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._waiting: list[tuple[Rank, int, Path]] = []
        self._known: set[tuple[Rank, Path]] = set()
        self._numbers = itertools.count()
        self._in_hand: tuple[Rank, Path] | None = None
        self._closed = False

    def put(self, rank: Rank, paths: Iterable[Path]) -> None:
        """Have paths looked at; one that waits with that rank already keeps its place."""
        with self._changed:
            for path in paths:
                if (rank, path) not in self._known:
                    self._known.add((rank, path))
                    heapq.heappush(self._waiting, (rank, next(self._numbers), path))
            self._changed.notify_all()

    def left(self, folder: Path) -> int:
        """How many paths at or below a folder wait or are in hand."""
        with self._changed:
            paths = [path for _, path in self._known]
            paths += [self._in_hand[1]] if self._in_hand else []
        return sum(path.is_relative_to(folder) for path in paths)

    def wait(self) -> bool:
        """Wait for something to take, which is True, or for the end."""
        with self._changed:
            self._changed.wait_for(lambda: bool(self._waiting) or self._closed)
            return not self._closed

    def take(self) -> tuple[Rank, Path] | None:
        """The next path, which is in hand until another is taken; None if none waits."""
        with self._changed:
            self._in_hand = self._pop() if self._waiting and not self._closed else None
            return self._in_hand

    def take_gone(self) -> set[Path]:
        """The paths that are next, as far as they are gone."""
        gone = set()
        with self._changed:
            while self._waiting and self._waiting[0][0] == Rank.GONE:
                gone.add(self._pop()[1])
        return gone

    @property
    def in_hand(self) -> Path | None:
        """The path that was taken and is not done with."""
        held = self._in_hand
        return held[1] if held else None

    def put_back(self) -> None:
        """Have what is in hand looked at once more."""
        with self._changed:
            held, self._in_hand = self._in_hand, None
            if held:
                self.put(held[0], [held[1]])

    def let_go(self) -> None:
        """Be done with what is in hand."""
        with self._changed:
            self._in_hand = None

    def close(self) -> None:
        """Give nothing out any more."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def _pop(self) -> tuple[Rank, Path]:
        rank, _, path = heapq.heappop(self._waiting)
        self._known.discard((rank, path))
        return rank, path
