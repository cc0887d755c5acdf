"""Answering what is in an inbox: a few workers, and word to who waits for long."""

import logging
import threading
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import TypeVar

from filelock import FileLock, Timeout

from index import Entry, Inbox, LibraryError
from web.posting import MOST_POSTS, PATIENCE

_LOG = logging.getLogger(__name__)

Result = TypeVar("Result")

AT_ONCE = 4
# Who has waited that long is told that it takes longer.
PATIENCE_SECONDS = 4.0
# How often is looked for what another process put in, or what is due again.
_LOOK_SECONDS = 1.0
# Pauses of 2, 18, 162 and 1,458 seconds are a little less than Slack takes a late answer.
_SHORTEST_PAUSE, _FACTOR = 2.0, 9.0


class Later(Exception):
    """An entry cannot be answered now; it is tried again after so many seconds at least.

    `failed` counts as an attempt, of which there are few, with longer and longer
    pauses. The message says what stood in the way.
    """

    def __init__(self, reason: str, *, seconds: float = 0.0, failed: bool = True) -> None:
        super().__init__(reason)
        self.seconds = seconds
        self.failed = failed


class Answering:
    """Answers what came in by one door of an inbox, from `start` until `close`.

    `answer` is called with each entry, in a few threads; it raises `Later` for what
    must wait. `tell` is called once with what has waited for a few seconds.
    Of several processes over one folder, one answers, and another goes on where it
    ends: what it had in hand is answered again from what was noted of it.
    """

    def __init__(
        self,
        inbox: Inbox,
        folder: Path,
        door: str,
        *,
        answer: Callable[[Entry], None],
        tell: Callable[[Entry], None],
    ) -> None:
        self._inbox = inbox
        self._door = door
        self._answer = answer
        self._tell = tell
        self._lock = FileLock(folder / f"{door}.lock", thread_local=False)
        self._changed = threading.Condition()
        self._news = 0
        self._closing = threading.Event()
        self._host = threading.Thread(target=self._host_all, name=f"{door}-host", daemon=True)
        self._workers = [
            threading.Thread(target=self._work, name=f"{door}-{number}", daemon=True)
            for number in range(AT_ONCE)
        ]

    def start(self) -> None:
        """Begin, with what was not answered before."""
        self._host.start()

    def put(self, key: str, content: Mapping[str, object], *, line: str) -> bool:
        """Take in what came by the door; False if it has come before. It is on the disk then."""
        new = self._inbox.put(key, content, door=self._door, line=line)
        if new:
            self._wake()
        return new

    def close(self) -> None:
        """Finish what is in hand; all else is answered by whoever starts next."""
        self._closing.set()
        self._wake()
        for thread in (self._host, *self._workers):
            if thread.is_alive():
                thread.join()
        self._lock.release()

    def _wake(self) -> None:
        with self._changed:
            self._news += 1
            self._changed.notify_all()

    def _host_all(self) -> None:
        while not self._closing.is_set() and not self._is_host():
            self._closing.wait(_LOOK_SECONDS)
        if self._closing.is_set():
            return
        if left := self._insist(partial(self._inbox.recover, self._door)):
            _LOG.warning("%d had not been answered when the server ended; they are now", left)
        for worker in self._workers:
            worker.start()
        while not self._closing.wait(_LOOK_SECONDS):
            self._tell_who_waits()
            self._wake()

    def _is_host(self) -> bool:
        try:
            self._lock.acquire(timeout=0)
        except Timeout:
            return False
        except OSError as error:
            _LOG.error("%s cannot be locked: %s", self._lock.lock_file, error)
            return False
        return True

    def _insist(self, do: Callable[[], Result]) -> Result | None:
        """What `do` gives as soon as the disk lets it; None if it does not before the end."""
        while True:
            try:
                return do()
            except LibraryError as error:
                _LOG.error("%s", error)
            if self._closing.wait(_LOOK_SECONDS):
                return None

    def _tell_who_waits(self) -> None:
        untold = partial(self._inbox.claim_untold, self._door, older_than=PATIENCE_SECONDS)
        while not self._closing.is_set():
            entry = self._insist(untold)
            if entry is None:
                return
            try:
                self._tell(entry)
            except Exception as error:
                # The answer itself matters more, and is on its way.
                _LOG.warning("%r could not be told to wait: %s", entry.key, error)
            self._insist(partial(self._inbox.give_back, entry.key, told=True))
            self._wake()

    def _work(self) -> None:
        while not self._closing.is_set():
            seen = self._news
            entry = self._insist(partial(self._inbox.claim, self._door))
            if entry is not None:
                self._insist(self._handled(entry))
                # What stands behind it in its line may be claimed now.
                self._wake()
                continue
            with self._changed:
                while self._news == seen and not self._closing.is_set():
                    self._changed.wait()

    def _handled(self, entry: Entry) -> Callable[[], None]:
        """Answer an entry; returns what writes down how that went."""
        try:
            self._answer(entry)
        except Later as reason:
            if self._is_hopeless(entry, reason):
                _LOG.error("%r is given up: %s", entry.key, reason)
            else:
                _LOG.warning("%r has to wait: %s", entry.key, reason)
                pause = _pause(entry, reason)
                return partial(self._inbox.postpone, entry.key, pause, failed=reason.failed)
        except Exception as error:
            _LOG.error("%r could not be answered", entry.key, exc_info=error)
        return partial(self._inbox.finish, entry.key)

    def _is_hopeless(self, entry: Entry, reason: Later) -> bool:
        attempts = entry.attempts + int(reason.failed)
        age = self._inbox.age(entry) + _pause(entry, reason)
        return attempts >= MOST_POSTS or age > PATIENCE


def _pause(entry: Entry, reason: Later) -> float:
    """How many seconds to wait: longer after each attempt that failed."""
    grown = _SHORTEST_PAUSE * _FACTOR**entry.attempts if reason.failed else 0.0
    return max(reason.seconds, grown)
