"""The server's password: kept as a hash, compared in constant time, and not guessed often."""

import math
import re
import threading
import time
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from limits import RateLimitItem, RateLimitItemPerDay, RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter
from werkzeug.security import check_password_hash, generate_password_hash

from web.callers import network

_HASHED = re.compile(r"scrypt:\d+:\d+:\d+\$[^$]+\$[0-9a-f]{128}")

# Wrong passwords. What one address may try is little. Beyond what all may, together, everyone
# waits, one after another: who knows the password must not be locked out by those who guess.
_OF_ONE: tuple[RateLimitItem, ...] = (RateLimitItemPerMinute(5), RateLimitItemPerDay(50))
_OF_ALL = RateLimitItemPerMinute(60)
_WAIT_SECONDS = 1.0
_MOST_WAITING = 20


class TooManyAttempts(Exception):
    """The password was wrong too often; `seconds` is how long to wait."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"wait {seconds} seconds")
        self.seconds = seconds


class Password:
    """A password, given as it is or as `hashed` makes it."""

    def __init__(self, password: str, *, wait: Callable[[float], None] = time.sleep) -> None:
        self._hash = password if _HASHED.fullmatch(password) else hashed(password)
        self._limiter = MovingWindowRateLimiter(MemoryStorage())
        # One at a time: a hash takes time and memory on purpose.
        self._lock = threading.Lock()
        self._places = threading.BoundedSemaphore(_MOST_WAITING)
        self._wait = wait

    def admits(self, given: str, caller: str) -> bool:
        """Whether it is what was given from an address; raises `TooManyAttempts`."""
        one = network(caller)
        # Who may not try at all must not take a place from others.
        self._check(one)
        with self._place(), self._lock:
            self._check(one)
            if not self._limiter.test(_OF_ALL, "all"):
                self._wait(_WAIT_SECONDS)
            if check_password_hash(self._hash, _normal(given)):
                return True
            self._limiter.hit(_OF_ALL, "all")
            for limit in _OF_ONE:
                self._limiter.hit(limit, one)
        return False

    def _check(self, one: str) -> None:
        """Raise `TooManyAttempts` if an address may not try now."""
        if waits := [
            max(1, math.ceil(self._limiter.get_window_stats(limit, one).reset_time - time.time()))
            for limit in _OF_ONE
            if not self._limiter.test(limit, one)
        ]:
            raise TooManyAttempts(max(waits))

    @contextmanager
    def _place(self) -> Iterator[None]:
        """A place in the line, which is short."""
        if not self._places.acquire(blocking=False):
            raise TooManyAttempts(math.ceil(_MOST_WAITING * _WAIT_SECONDS))
        try:
            yield
        finally:
            self._places.release()


def hashed(password: str) -> str:
    """The hash of a password (scrypt, with a salt of its own)."""
    return generate_password_hash(_normal(password))


def _normal(password: str) -> str:
    # Keyboards differ in how they write an accent.
    return unicodedata.normalize("NFC", password)
