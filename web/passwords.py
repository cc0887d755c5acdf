"""The server's password: kept as a hash, compared in constant time, and not guessed often."""

import ipaddress
import math
import re
import threading
import time
import unicodedata

from limits import RateLimitItem, RateLimitItemPerDay, RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter
from werkzeug.security import check_password_hash, generate_password_hash

_HASHED = re.compile(r"scrypt:\d+:\d+:\d+\$[^$]+\$[0-9a-f]{128}")

# Wrong passwords. What one address may try is little; what all may, together, keeps a
# machine free that is asked from many.
_OF_ONE: tuple[RateLimitItem, ...] = (RateLimitItemPerMinute(5), RateLimitItemPerDay(50))
_OF_ALL: tuple[RateLimitItem, ...] = (RateLimitItemPerMinute(60),)


class TooManyAttempts(Exception):
    """The password was wrong too often; `seconds` is how long to wait."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"wait {seconds} seconds")
        self.seconds = seconds


class Password:
    """A password, given as it is or as `hashed` makes it."""

    def __init__(self, password: str) -> None:
        self._hash = password if _HASHED.fullmatch(password) else hashed(password)
        self._limiter = MovingWindowRateLimiter(MemoryStorage())
        # One at a time: a hash takes time and memory on purpose.
        self._lock = threading.Lock()

    def admits(self, given: str, caller: str) -> bool:
        """Whether it is what was given from an address; raises `TooManyAttempts`."""
        one = _network(caller)
        limits = [*((limit, "all") for limit in _OF_ALL), *((limit, one) for limit in _OF_ONE)]
        with self._lock:
            if waits := [
                self._wait(limit, key)
                for limit, key in limits
                if not self._limiter.test(limit, key)
            ]:
                raise TooManyAttempts(max(waits))
            if check_password_hash(self._hash, _normal(given)):
                return True
            for limit, key in limits:
                self._limiter.hit(limit, key)
        return False

    def _wait(self, limit: RateLimitItem, key: str) -> int:
        window = self._limiter.get_window_stats(limit, key)
        return max(1, math.ceil(window.reset_time - time.time()))


def hashed(password: str) -> str:
    """The hash of a password (scrypt, with a salt of its own)."""
    return generate_password_hash(_normal(password))


def _normal(password: str) -> str:
    # Keyboards differ in how they write an accent.
    return unicodedata.normalize("NFC", password)


def _network(caller: str) -> str:
    """What counts as one address: with IPv6, everyone has as many as they like."""
    try:
        address = ipaddress.ip_address(caller)
    except ValueError:
        return caller
    if address.version == 4:
        return caller
    return str(ipaddress.ip_network((address, 64), strict=False))
