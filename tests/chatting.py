"""A stand-in for Slack and other chat servers, and a server of ours that they talk to."""

import itertools
import json
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, NamedTuple
from urllib.error import HTTPError
from urllib.parse import parse_qs, urlencode
from urllib.request import Request, urlopen

import pytest
from conftest import WordEmbedder
from flask import Flask
from slack_sdk.signature import SignatureVerifier
from werkzeug.serving import make_server

from index import Embedder, Inbox, Library
from index.embedder import Vector
from qa import Settings
from web.app import close_app, create_app
from web.team import TeamSettings

SECRET = "8f742231b10e8888abcd990011cc85a5"
BOT_TOKEN = "xoxb-stand-in"
HOOK_TOKEN = "m4ttermost-made-this-one"
ME = "U0PINCITE"
TEAM = "T0TEAM"
CHANNEL = "C0GENERAL"

_PATIENCE = 30.0


class Call(NamedTuple):
    """What was asked of the stand-in: a path, a token and a body."""

    path: str
    token: str
    body: dict[str, Any]

    @property
    def words(self) -> str:
        """All that the message says."""
        return json.dumps(self.body, ensure_ascii=False)


class Reply(NamedTuple):
    """What the stand-in answers; a `status` of 0 drops the connection."""

    status: int
    body: Mapping[str, object]
    headers: Mapping[str, str] = {}


class StandIn:
    """Takes what Slack takes, at `/api/METHOD`, and any other post; remembers all of it."""

    def __init__(self) -> None:
        self.calls: list[Call] = []
        # One chat server outlives several of ours.
        self.numbers = itertools.count(1)
        self.replies: dict[str, list[Reply]] = {}
        # By how many seconds its clock is ahead.
        self.ahead = 0.0
        self._changed = threading.Condition()
        stand_in = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"] or 0))
                reply = stand_in.take(self.path, self.headers.get("Authorization", ""), body)
                if not reply.status:
                    self.close_connection = True
                    return
                told = json.dumps(reply.body).encode()
                self.send_response(reply.status)
                for name, value in reply.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(told)))
                self.end_headers()
                self.wfile.write(told)

            def date_time_string(self, timestamp: float | None = None) -> str:
                return super().date_time_string((timestamp or time.time()) + stand_in.ahead)

            def log_message(self, *_values: object) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.host = f"127.0.0.1:{self._server.server_address[1]}"
        self.api = f"http://{self.host}/api/"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))
        self._thread.start()

    def take(self, path: str, token: str, body: bytes) -> Reply:
        """Remember a post, and say what it is answered."""
        text = body.decode()
        told = (
            json.loads(text)
            if text.startswith("{")
            else {k: v[0] for k, v in parse_qs(text).items()}
        )
        with self._changed:
            self.calls.append(Call(path, token.removeprefix("Bearer "), told))
            number = len(self.calls)
            self._changed.notify_all()
            waiting = self.replies.get(path, [])
            if waiting:
                return waiting.pop(0)
        return Reply(200, {"ok": True, "ts": f"1700000999.{number:06}", "channel": CHANNEL})

    def wait_for(self, number: int, path: str = "") -> list[Call]:
        """The calls of paths that begin so, as soon as there are so many."""
        with self._changed:
            assert self._changed.wait_for(lambda: len(self._of(path)) >= number, _PATIENCE), (
                self.calls
            )
        return self._of(path)

    def close(self) -> None:
        """Be there no more."""
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def _of(self, path: str) -> list[Call]:
        return [call for call in self.calls if call.path.startswith(path)]


class Said(NamedTuple):
    """A response of our server."""

    status: int
    text: str

    @property
    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.text)


@dataclass
class Chat:
    """A running server of ours, and how the stand-in talks to it."""

    slack: StandIn
    app: Flask
    address: str
    library: Library

    def post(
        self, path: str, body: bytes, headers: Mapping[str, str], *, method: str = "POST"
    ) -> Said:
        """Send any request."""
        request = Request(self.address + path, body, dict(headers), method=method)  # noqa: S310 (our own server)
        try:
            with urlopen(request, timeout=_PATIENCE) as response:  # noqa: S310 (likewise)
                return Said(response.status, response.read().decode())
        except HTTPError as error:
            with error:
                return Said(error.code, error.read().decode())

    def signed(self, body: bytes, kind: str, *, headers: Mapping[str, str] | None = None) -> Said:
        """Send a body to where Slack sends it, signed as Slack does."""
        stamp = str(int(time.time()))
        signature = SignatureVerifier(SECRET).generate_signature(timestamp=stamp, body=body)
        told = {
            "Content-Type": kind,
            "X-Slack-Request-Timestamp": stamp,
            "X-Slack-Signature": signature or "",
            **(headers or {}),
        }
        return self.post("/slack/events", body, told)

    def happens(
        self,
        happened: Mapping[str, object],
        *,
        headers: Mapping[str, str] | None = None,
        **envelope: object,
    ) -> Said:
        """Send an event."""
        told = self.envelope(happened, **envelope)
        return self.signed(json.dumps(told).encode(), "application/json", headers=headers)

    def envelope(self, happened: Mapping[str, object], **changes: object) -> dict[str, object]:
        """What an event comes in."""
        return {
            "type": "event_callback",
            "token": "deprecated",
            "team_id": TEAM,
            "api_app_id": "A0",
            "event_id": f"Ev{self.number()}",
            "event_time": 1700000000,
            "authorizations": [{"team_id": TEAM, "user_id": ME, "is_bot": True}],
            "event": happened,
            **changes,
        }

    def mention(self, text: str, *, ts: str = "", thread: str = "", **envelope: Any) -> Said:
        """Somebody mentions the app in a channel."""
        return self.happens(mention(text, ts or self.ts(), thread), **envelope)

    def command(self, text: str, **fields: str) -> Said:
        """Somebody types `/pincite TEXT`."""
        return self.signed(urlencode(self.command_fields(text, **fields)).encode(), FORM)

    def command_fields(self, text: str, **fields: str) -> dict[str, str]:
        """What comes with `/pincite TEXT`."""
        number = self.number()
        return {
            "command": "/pincite",
            "text": text,
            "team_id": TEAM,
            "channel_id": CHANNEL,
            "user_id": "U0ASKS",
            "trigger_id": f"13345224609.{number}",
            "response_url": f"http://{self.slack.host}/commands/{number}",
            **fields,
        }

    def payload(self, told: Mapping[str, object]) -> Said:
        """Something interactive."""
        return self.signed(urlencode({"payload": json.dumps(told)}).encode(), FORM)

    def press(self, button: Mapping[str, Any], *, private: bool = False, **told: object) -> Said:
        """Somebody presses a button of a message."""
        number = self.number()
        return self.payload(
            {
                "type": "block_actions",
                "team": {"id": TEAM, "domain": "team"},
                "user": {"id": "U0ASKS", "team_id": TEAM},
                "channel": {"id": CHANNEL, "name": "general"},
                "container": {
                    "type": "message",
                    "message_ts": "1700000999.000001",
                    "channel_id": CHANNEL,
                    "is_ephemeral": private,
                },
                "trigger_id": f"press.{number}",
                "response_url": f"http://{self.slack.host}/actions/{number}",
                "actions": [{**button, "action_ts": "1700001000.0", "block_id": "x"}],
                **told,
            }
        )

    def form(self, path: str, fields: Mapping[str, str]) -> Said:
        """Send a form to another of our routes."""
        return self.post(path, urlencode(fields).encode(), {"Content-Type": FORM})

    def settled(self) -> list[Call]:
        """All that the stand-in was asked, as soon as nothing is left to be answered."""
        inbox = Inbox(self.library.folder)
        try:
            ends = time.monotonic() + _PATIENCE
            while inbox.unanswered():
                assert time.monotonic() < ends, "something is never answered"
                time.sleep(0.02)
        finally:
            inbox.close()
        return list(self.slack.calls)

    def last(self) -> Call:
        """The call that a question asked now leads to: nothing that came before led to another."""
        before = len(self.slack.calls)
        self.mention("Is this the last?")
        *_, last = self.slack.wait_for(before + 1)
        assert "Is this the last?" in last.words
        return last

    def number(self) -> int:
        """A number that none had before."""
        return next(self.slack.numbers)

    def ts(self) -> str:
        """A ts that no message had before."""
        return f"1700000000.{self.number():06}"


FORM = "application/x-www-form-urlencoded"


def mention(text: str, ts: str, thread: str = "") -> dict[str, object]:
    """The event of a mention."""
    return {
        "type": "app_mention",
        "user": "U0ASKS",
        "text": f"<@{ME}> {text}",
        "ts": ts,
        "channel": CHANNEL,
        "event_ts": ts,
        **({"thread_ts": thread} if thread else {}),
    }


def buttons(message: Mapping[str, Any]) -> dict[str, Any]:
    """The buttons of a message, by their action ids."""
    return {
        element["action_id"]: element
        for block in message["blocks"]
        if block["type"] == "actions"
        for element in block["elements"]
    }


class SlowEmbedder(WordEmbedder):
    """Answers a question with the word "slowly" only when a test lets it."""

    def __init__(self) -> None:
        super().__init__()
        self.go_on = threading.Event()

    def question(self, text: str) -> Vector:
        """The vector to search with, but not before a test lets it be."""
        if "slowly" in text:
            assert self.go_on.wait(30)
        return super().question(text)


@pytest.fixture
def stand_in() -> Iterator[StandIn]:
    """Slack, or what stands for it."""
    server = StandIn()
    yield server
    server.close()


OpenChat = Callable[..., Any]


@pytest.fixture
def open_chat(
    tmp_path: Path,
    make_library: Callable[[Path], Library],
    embedder: Embedder,
    stand_in: StandIn,
    monkeypatch: pytest.MonkeyPatch,
) -> OpenChat:
    """Gives a function that serves a library of a few documents, to chat servers too."""
    # Tests cannot wait as long as people can.
    monkeypatch.setattr("web.answering._LOOK_SECONDS", 0.05)
    folder = tmp_path / "documents"
    for name, text in DOCUMENTS.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    library = make_library(folder)

    @contextmanager
    def served(**changes: Any) -> Iterator[Chat]:
        team = {
            "public_url": "https://pincite.example",
            "signing_secret": SECRET,
            "bot_token": BOT_TOKEN,
            "hook_tokens": (HOOK_TOKEN,),
            "post_hosts": (stand_in.host,),
        }
        settings = Settings(
            library=library.folder, threshold=0.0, password=changes.pop("password", "")
        )
        app = create_app(
            settings,
            embedder=changes.pop("embedder", embedder),
            team=TeamSettings(**{**team, **changes}),
            slack_api=stand_in.api,
        )
        server = make_server("127.0.0.1", 0, app, threaded=True)
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield Chat(stand_in, app, f"http://127.0.0.1:{server.server_port}", library)
        finally:
            server.shutdown()
            thread.join()
            server.server_close()
            close_app(app)

    return served


DOCUMENTS = {
    "public/bridge.txt": "The harbour bridge was opened in spring. It cost nine million crowns.\n",
    "secret/plan.txt": "The harbour tunnel will be dug in winter by <!channel> & others.\n",
}
