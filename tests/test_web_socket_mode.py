"""Socket Mode: the same questions over a connection that we open."""

import base64
import hashlib
import json
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, BinaryIO

import pytest
from chatting import BOT_TOKEN, ME, TEAM, Reply, StandIn, mention
from conftest import Pincite

from index import Library, PinciteError
from qa import Bot
from web.slacking import listening
from web.team import TeamSettings

APP_TOKEN = "xapp-stand-in"
OPEN = "/api/apps.connections.open"


_ACCEPTED = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
_PING, _PONG, _TEXT = 0x9, 0xA, 0x1


class Socket:
    """The other end of a WebSocket (RFC 6455), as far as Slack's client uses one."""

    def __init__(self) -> None:
        self._server = socket.create_server(("127.0.0.1", 0))
        self.url = f"ws://127.0.0.1:{self._server.getsockname()[1]}/link/?ticket=1"
        self._client: socket.socket | None = None
        self._changed = threading.Condition()
        self.acknowledged: list[dict[str, Any]] = []
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def send(self, envelope: object) -> None:
        """Send an envelope, once somebody is connected."""
        with self._changed:
            assert self._changed.wait_for(lambda: self._client is not None, 20)
        self._send(_TEXT, json.dumps(envelope).encode())

    def wait_for(self, number: int) -> list[dict[str, Any]]:
        """The acknowledgements, as soon as there are so many."""
        with self._changed:
            assert self._changed.wait_for(lambda: len(self.acknowledged) >= number, 20)
        return self.acknowledged

    def close(self) -> None:
        """Be there no more."""
        # Whoever waits for a connection or a frame waits no longer.
        self._server.shutdown(socket.SHUT_RDWR)
        if self._client is not None:
            with suppress(OSError):
                self._client.shutdown(socket.SHUT_RDWR)
            self._client.close()
        self._server.close()
        self._thread.join()

    def _send(self, kind: int, data: bytes) -> None:
        assert self._client is not None
        size = bytes([len(data)]) if len(data) < 126 else b"\x7e" + struct.pack(">H", len(data))
        self._client.sendall(bytes([0x80 | kind]) + size + data)

    def _serve(self) -> None:
        with suppress(OSError):
            client, _ = self._server.accept()
            with client.makefile("rb") as sent:
                lines = [line.decode().strip() for line in iter(sent.readline, b"\r\n")]
                told = dict(line.split(": ", 1) for line in lines[1:])
                key = f"{told['Sec-WebSocket-Key']}{_ACCEPTED}".encode()
                accept = base64.b64encode(hashlib.sha1(key, usedforsecurity=False).digest())
                client.sendall(
                    b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
                    b"Connection: Upgrade\r\nSec-WebSocket-Accept: " + accept + b"\r\n\r\n"
                )
                with self._changed:
                    self._client = client
                    self._changed.notify_all()
                while head := sent.read(2):
                    self._take(head[0] & 0xF, _frame(sent, head[1] & 0x7F))

    def _take(self, kind: int, data: bytes) -> None:
        if kind == _PING:
            self._send(_PONG, data)
        elif kind == _TEXT:
            with self._changed:
                self.acknowledged.append(json.loads(data))
                self._changed.notify_all()


def _frame(sent: BinaryIO, size: int) -> bytes:
    """What a frame holds, which a client has masked."""
    if size == 126:
        (size,) = struct.unpack(">H", sent.read(2))
    mask = sent.read(4)
    return bytes(byte ^ mask[at % 4] for at, byte in enumerate(sent.read(size)))


@pytest.fixture
def link() -> Iterator[Socket]:
    opened = Socket()
    yield opened
    opened.close()


def test_a_mention_is_acknowledged_and_answered(
    tmp_path: Path,
    make_library: Callable[[Path], Library],
    stand_in: StandIn,
    link: Socket,
) -> None:
    (tmp_path / "documents").mkdir()
    (tmp_path / "documents" / "bridge.txt").write_text("The harbour bridge was opened in spring.")
    library = make_library(tmp_path / "documents")
    stand_in.replies[OPEN] = [Reply(200, {"ok": True, "url": link.url})]
    team = TeamSettings(bot_token=BOT_TOKEN, app_token=APP_TOKEN)
    payload = {
        "type": "event_callback",
        "team_id": TEAM,
        "event_id": "Ev1",
        "authorizations": [{"team_id": TEAM, "user_id": ME, "is_bot": True}],
        "event": mention("When was the bridge opened?", "1700000001.000100"),
    }

    with listening(team, Bot(library, threshold=0), library, api=stand_in.api):
        for number in range(2):
            link.send(
                {
                    "type": "events_api",
                    "envelope_id": f"envelope-{number}",
                    "payload": payload,
                    "retry_attempt": number,
                    "retry_reason": "timeout" if number else "",
                    "accepts_response_payload": False,
                }
            )
        (answer,) = stand_in.wait_for(1, "/api/chat.postMessage")
        told = link.wait_for(2)

    assert [one["envelope_id"] for one in told] == ["envelope-0", "envelope-1"]
    assert [(call.path, call.token) for call in stand_in.calls] == [
        (OPEN, APP_TOKEN),
        ("/api/chat.postMessage", BOT_TOKEN),
    ]
    assert answer.body["thread_ts"] == "1700000001.000100"
    assert "The harbour bridge was opened in spring." in answer.words
    # Nobody said where others reach the server.
    assert "/d/" not in answer.words


@pytest.mark.parametrize(
    "reply",
    [Reply(200, {"ok": False, "error": "invalid_auth"}), Reply(0, {})],
    ids=["refused", "away"],
)
def test_what_slack_does_not_open_is_told_in_a_sentence(
    tmp_path: Path,
    make_library: Callable[[Path], Library],
    stand_in: StandIn,
    reply: Reply,
) -> None:
    (tmp_path / "documents").mkdir()
    library = make_library(tmp_path / "documents")
    stand_in.replies[OPEN] = [reply] * 5
    team = TeamSettings(bot_token=BOT_TOKEN, app_token=APP_TOKEN)

    with (
        pytest.raises(PinciteError, match="check PINCITE_SLACK_APP_TOKEN"),
        listening(
            team,
            Bot(library, threshold=0),
            library,
            api=stand_in.api,
        ),
    ):
        pytest.fail("it was opened")


@pytest.mark.parametrize(
    ("environment", "missing"),
    [
        ({}, "PINCITE_SLACK_BOT_TOKEN"),
        ({"PINCITE_SLACK_BOT_TOKEN": "xoxb-1"}, "PINCITE_SLACK_APP_TOKEN"),
    ],
)
def test_the_command_says_what_is_not_set(
    pincite: Pincite,
    monkeypatch: pytest.MonkeyPatch,
    environment: dict[str, str],
    missing: str,
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)

    outcome = pincite("slack")

    assert outcome.status == 1
    assert outcome.err.startswith(f"pincite: {missing} is not set")


def test_a_secret_without_a_token_is_refused_before_serving(
    pincite: Pincite, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PINCITE_SLACK_SIGNING_SECRET", "8f742231b10e8888abcd99yyyzzz85a5")

    outcome = pincite("serve", "--port", "8765")

    assert outcome.status == 1
    assert "PINCITE_SLACK_BOT_TOKEN is not" in outcome.err
