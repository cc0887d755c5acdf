"""A stand-in for Slack on this machine: it takes what is posted, and knows what people see."""

import json
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from web.texts import say

# Slack takes so many messages a channel, in seconds between them.
_BETWEEN = 1.0


@dataclass(slots=True)
class Shown:
    """A message that people see: where, what its first line says now, and since when.

    `waited` is whether it said before that an answer takes longer.
    """

    place: str
    line: str
    since: float
    waited: bool = False

    @property
    def waits(self) -> bool:
        """Whether it says that an answer takes longer."""
        return self.line == say("team.working")


@dataclass(slots=True)
class Workspace:
    """Takes `chat.postMessage`, `chat.update` and what comes to response URLs; times of `clock`.

    As Slack, it takes one message a second and channel, and answers more with 429.
    """

    shown: dict[str, Shown] = field(default_factory=dict)
    refused: int = 0
    _last: dict[str, float] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _server: ThreadingHTTPServer = field(init=False)

    def __post_init__(self) -> None:
        workspace = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                length = int(self.headers["Content-Length"] or 0)
                status, told = workspace.take(self.path, json.loads(self.rfile.read(length)))
                body = json.dumps(told).encode()
                self.send_response(status)
                if status == 429:
                    self.send_header("Retry-After", "1")
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_values: object) -> None:
                """Say nothing."""

        self._server = _Server(("127.0.0.1", 0), Handler)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    @property
    def host(self) -> str:
        """The host and port that it takes posts at."""
        return f"127.0.0.1:{self._server.server_address[1]}"

    def close(self) -> None:
        """Be there no more."""
        self._server.shutdown()
        self._server.server_close()

    def answers(self) -> list[Shown]:
        """The messages that people see now, but for those that only say that one comes."""
        with self._lock:
            return [one for one in self.shown.values() if not one.waits]

    def waiting(self) -> int:
        """How many messages in threads say that an answer takes longer.

        What was said to a command stays: Slack replaces nothing there.
        """
        with self._lock:
            return sum(one.waits and not one.place.startswith("/") for one in self.shown.values())

    def told(self) -> int:
        """How many people were told that an answer takes longer."""
        with self._lock:
            return sum(one.waits or one.waited for one in self.shown.values())

    def take(self, path: str, body: Mapping[str, Any]) -> tuple[int, dict[str, object]]:
        """Take a post; returns the status and what is answered."""
        now = time.perf_counter()
        with self._lock:
            if path == "/api/chat.postMessage":
                channel = body["channel"]
                if now - self._last.get(channel, -_BETWEEN) < _BETWEEN:
                    self.refused += 1
                    return 429, {"ok": False, "error": "ratelimited"}
                self._last[channel] = now
                ts = f"1700000000.{len(self.shown):06}"
                self.shown[ts] = Shown(f"{channel}/{body['thread_ts']}", first_line(body), now)
                return 200, {"ok": True, "ts": ts, "channel": channel}
            if path == "/api/chat.update":
                self._replace(body["ts"], body, now)
                return 200, {"ok": True, "ts": body["ts"]}
            before = sum(one.place == path for one in self.shown.values())
            self.shown[f"{path} {before}"] = Shown(path, first_line(body), now)
            return 200, {"ok": True}

    def _replace(self, ts: str, body: Mapping[str, Any], now: float) -> None:
        old = self.shown[ts]
        self.shown[ts] = Shown(old.place, first_line(body), now, waited=old.waited or old.waits)


def first_line(body: Mapping[str, Any]) -> str:
    """The first line of a message: of an answer it is the question."""
    if not body.get("blocks"):
        return str(body["text"])
    return str(body["blocks"][0]["elements"][0]["elements"][0]["text"])


class _Server(ThreadingHTTPServer):
    # Many may post at once.
    request_queue_size = 128
    daemon_threads = True
