"""Requests that find out how a server is: soon over, and never led elsewhere."""

import email.utils
import json
import socket
import ssl
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import urlsplit

import requests

from web.callers import is_this_machine

_CONNECT_SECONDS = 5.0
_READ_SECONDS = 10.0
# Of an answer that does not end, the beginning is enough.
_LARGEST_ANSWER = 64 * 1024


class Unreachable(Exception):
    """No answer came; the message says why. `by_tls`: the server is there, and not trusted."""

    def __init__(self, reason: str, *, by_tls: bool = False) -> None:
        super().__init__(reason)
        self.by_tls = by_tls


@dataclass(frozen=True)
class Reply:
    """An answer; `ahead` is by how many seconds our clock is ahead of its Date, if it has one."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    ahead: float | None

    @cached_property
    def json(self) -> Mapping[str, Any]:
        """The object that the body is; empty where it is none."""
        try:
            told = json.loads(self.body)
        except (ValueError, RecursionError):
            return {}
        return told if isinstance(told, dict) else {}

    @property
    def is_problem(self) -> bool:
        """Whether it is a refusal in the form that Pincite gives them."""
        kind = self.headers.get("Content-Type", "").partition(";")[0].strip()
        return kind == "application/problem+json" and "detail" in self.json


class Prober:
    """Posts to servers. `clock` is this machine's, in seconds since 1970."""

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self.clock = clock

    def post(
        self,
        url: str,
        body: bytes = b"",
        headers: Mapping[str, str] | None = None,
        *,
        patience: float = _READ_SECONDS,
    ) -> Reply:
        """Post a body; raises `Unreachable` where no answer comes within `patience` seconds."""
        with requests.Session() as session:
            # A proxy of the environment leads elsewhere than to this machine.
            session.trust_env = not is_this_machine(urlsplit(url).hostname or "")
            # Or else a .netrc would put its own password in the place of our token.
            session.auth = _unchanged
            begun = self.clock()
            try:
                with session.post(
                    url,
                    data=body,
                    headers={"User-Agent": "pincite doctor", **(headers or {})},
                    timeout=(_CONNECT_SECONDS, patience),
                    allow_redirects=False,
                    stream=True,
                ) as response:
                    answered = self.clock()
                    said = next(response.iter_content(_LARGEST_ANSWER), b"")
            except (requests.RequestException, OSError) as error:
                raise _unreachable(error, patience) from error
        date = _seconds(response.headers.get("Date", ""))
        ahead = None if date is None else (begun + answered) / 2 - date
        return Reply(response.status_code, response.headers, said, ahead)


def _unchanged(request: requests.PreparedRequest) -> requests.PreparedRequest:
    return request


def _seconds(date: str) -> float | None:
    """A Date header in seconds since 1970; it tells whole seconds, so half of one is added."""
    try:
        return email.utils.parsedate_to_datetime(date).timestamp() + 0.5
    except (ValueError, OverflowError):
        return None


def _unreachable(error: BaseException, patience: float) -> Unreachable:
    if isinstance(error, requests.ConnectTimeout):
        return Unreachable(f"nobody takes the connection within {_CONNECT_SECONDS:.0f} s")
    for cause in _causes(error):
        match cause:
            case ssl.SSLCertVerificationError():
                why = f"its TLS certificate is not valid: {cause.verify_message}"
                return Unreachable(why, by_tls=True)
            case ssl.SSLError():
                why = f"it does not speak TLS as it should ({cause.reason or cause})"
                return Unreachable(why, by_tls=True)
            case socket.gaierror():
                return Unreachable("there is no such host name")
            case ConnectionRefusedError():
                return Unreachable("nobody listens there")
            case TimeoutError() | requests.Timeout():
                return Unreachable(f"no answer came within {patience:.0f} s")
    return Unreachable(f"the connection broke ({type(error).__name__})")


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """What led to an error, it first."""
    seen = []
    while error is not None and error not in seen:
        seen.append(error)
        yield error
        error = error.__cause__ or error.__context__
