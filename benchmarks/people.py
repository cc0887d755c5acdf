"""Many people asking a server at once, and somebody who asks whether it is well."""

import json
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from itertools import cycle
from urllib.parse import urlencode, urlsplit

_HEALTH_EVERY = 0.05
_PATIENCE = 60.0


@dataclass(slots=True)
class Asked:
    """What came of it: milliseconds of each answer and of each health check, and errors."""

    answers_ms: list[float] = field(default_factory=list)
    health_ms: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Request:
    """What a person sends."""

    path: str
    body: bytes
    headers: dict[str, str]


def by_program(question: str, _conversation: str | None) -> Request:
    """A question as a program asks it."""
    body = json.dumps({"question": question}).encode()
    return Request("/api/ask", body, {"Content-Type": "application/json"})


def in_conversation(question: str, conversation: str | None) -> Request:
    """A question as the page asks it, in a conversation that goes on."""
    fields = {"q": question} | ({"conversation": conversation} if conversation else {})
    headers = {
        "Content-Type": "application/x-www-form-urlencoded",
        "Accept": "text/html",
        "X-Fragment": "turn",
    }
    return Request("/ask", urlencode(fields).encode(), headers)


def ask_together(
    address: str,
    questions: Sequence[str],
    request: Callable[[str, str | None], Request],
    *,
    people: int,
    seconds: float,
) -> Asked:
    """Let so many people ask for so long, each a question as soon as the last is answered."""
    asked = Asked()
    began = time.perf_counter()
    end = began + seconds
    each = [
        threading.Thread(
            target=_ask_on, args=[address, questions[first::people], request, end, asked]
        )
        for first in range(people)
    ]
    threads = [*each, threading.Thread(target=_watch, args=[address, end, asked])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    asked.seconds = time.perf_counter() - began
    return asked


def _ask_on(
    address: str,
    questions: Sequence[str],
    request: Callable[[str, str | None], Request],
    end: float,
    asked: Asked,
) -> None:
    """Ask one question after the other, over and over, until the end."""
    connection = HTTPConnection(urlsplit(address).netloc, timeout=_PATIENCE)
    conversation = None
    for question in cycle(questions):
        if time.perf_counter() >= end:
            break
        one = request(question, conversation)
        sent = time.perf_counter()
        try:
            connection.request("POST", one.path, one.body, one.headers)
            response = connection.getresponse()
            told = response.read()
        except (OSError, HTTPException) as error:
            asked.errors.append(repr(error))
            connection.close()
            continue
        if response.status == 200:
            asked.answers_ms.append(1000 * (time.perf_counter() - sent))
        else:
            asked.errors.append(f"{response.status}: {told[:200]!r}")
        conversation = response.headers.get("Content-Location", "").rpartition("/")[2] or None
    connection.close()


def _watch(address: str, end: float, asked: Asked) -> None:
    """Ask again and again whether the server is well."""
    connection = HTTPConnection(urlsplit(address).netloc, timeout=_PATIENCE)
    while time.perf_counter() < end:
        sent = time.perf_counter()
        connection.request("GET", "/healthz")
        response = connection.getresponse()
        response.read()
        asked.health_ms.append(1000 * (time.perf_counter() - sent))
        if response.status != 200:
            asked.errors.append(f"health: {response.status}")
        time.sleep(_HEALTH_EVERY)
    connection.close()
