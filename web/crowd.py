"""A crowd of questions: few are answered at once, the others wait in line."""

import os
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager

# Questions share the cores, and a server that answers more at once answers each of them later,
# and a health check too.
_AT_ONCE = max(2, min(4, os.cpu_count() or 1))
MOST_WAITING = 100


class Crowded(Exception):
    """So many questions wait that another would wait too long; the message says what to do."""

    def __init__(self) -> None:
        super().__init__("too many questions are waiting to be answered; ask again in a moment")


class Crowd:
    """Who is being answered, and who waits: first come, first served."""

    def __init__(self, at_once: int = _AT_ONCE, most_waiting: int = MOST_WAITING) -> None:
        self._lock = threading.Lock()
        self._free = at_once
        self._most_waiting = most_waiting
        self._waiting: deque[threading.Event] = deque()

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Wait until it is one's turn, which lasts as long as the block; raises `Crowded`."""
        if called := self._stand_in_line():
            called.wait()
        try:
            yield
        finally:
            self._leave()

    @property
    def waiting(self) -> int:
        """How many wait."""
        return len(self._waiting)

    def _stand_in_line(self) -> threading.Event | None:
        with self._lock:
            if self._free:
                self._free -= 1
                return None
            if len(self._waiting) >= self._most_waiting:
                raise Crowded
            self._waiting.append(called := threading.Event())
            return called

    def _leave(self) -> None:
        with self._lock:
            if self._waiting:
                # The place goes from hand to hand, so that nobody can slip in between.
                self._waiting.popleft().set()
            else:
                self._free += 1
