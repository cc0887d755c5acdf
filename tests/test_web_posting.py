"""Posting to a real server that is busy, down, or does not like what it gets."""

import json
import logging
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from conftest import Pincite

from web.posting import Poster, PostingError

BLOCKED = {"text": "In 1931. [1] “The bridge”, line 3.", "blocks": [{"type": "divider"}]}


class Hook:
    """A chat server on this machine that answers what a test tells it, then "ok"."""

    def __init__(self) -> None:
        self.replies: list[tuple[int, dict[str, str], str]] = []
        self.received: list[dict[str, Any]] = []
        self.paths: list[str] = []
        hook = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                hook.received.append(json.loads(body))
                hook.paths.append(self.path)
                status, headers, said = hook.replies.pop(0) if hook.replies else (200, {}, "ok")
                self.send_response(status)
                for name, value in {**headers, "Content-Length": str(len(said))}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(said.encode())

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.host = f"127.0.0.1:{self.server.server_port}"
        self.url = f"http://{self.host}/hooks/secret-path?id=1"


class Clock:
    """A clock that only sleeping moves."""

    def __init__(self) -> None:
        self.now = 100.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        """The time, in seconds."""
        return self.now

    def sleep(self, seconds: float) -> None:
        """Let the time pass."""
        self.slept.append(seconds)
        self.now += seconds


@pytest.fixture
def hook() -> Iterator[Hook]:
    hook = Hook()
    thread = threading.Thread(target=hook.server.serve_forever, args=(0.01,))
    thread.start()
    yield hook
    hook.server.shutdown()
    hook.server.server_close()
    thread.join()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def poster(hook: Hook, clock: Clock) -> Poster:
    return Poster([hook.host], clock=clock, sleep=clock.sleep)


def test_a_message_arrives_as_it_is_and_without_previews(hook: Hook, poster: Poster) -> None:
    assert poster.post(hook.url, {**BLOCKED, "response_type": "ephemeral"})

    assert hook.paths == ["/hooks/secret-path?id=1"]
    assert hook.received == [
        {**BLOCKED, "response_type": "ephemeral", "unfurl_links": False, "unfurl_media": False}
    ]


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (400, "invalid_blocks"),
        (400, "msg_blocks_too_long"),
        (200, '{"ok": false, "error": "invalid_blocks"}'),
        (500, '{"ok":false,"error":"invalid_blocks"}'),
    ],
)
def test_refused_blocks_are_sent_again_as_text(
    hook: Hook, poster: Poster, clock: Clock, status: int, said: str
) -> None:
    hook.replies = [(status, {}, said)]

    assert poster.post(hook.url, {**BLOCKED, "thread_ts": "1.2"})

    assert hook.received[1] == {
        "text": BLOCKED["text"],
        "thread_ts": "1.2",
        "mrkdwn": False,
        "unfurl_links": False,
        "unfurl_media": False,
    }
    assert clock.slept == []


def test_a_busy_server_is_asked_again_when_it_says(
    hook: Hook, poster: Poster, clock: Clock
) -> None:
    hook.replies = [(429, {"Retry-After": "30"}, "slow down"), (429, {}, ""), (503, {}, "")]

    assert poster.post(hook.url, {"text": "x"})

    assert clock.slept == [30, 8, 32]
    assert len(hook.received) == 4


def test_no_more_than_five_posts_are_made(hook: Hook, poster: Poster, clock: Clock) -> None:
    hook.replies = [(500, {}, "")] * 9

    assert not poster.post(hook.url, BLOCKED)

    assert len(hook.received) == 5
    assert clock.slept == [2, 8, 32, 128]


def test_posts_of_text_in_the_stead_of_blocks_count_too(hook: Hook, poster: Poster) -> None:
    hook.replies = [*[(500, {}, "")] * 4, (400, {}, "invalid_blocks")]

    assert not poster.post(hook.url, BLOCKED)

    assert len(hook.received) == 5


def test_nothing_is_posted_after_half_an_hour(hook: Hook, poster: Poster, clock: Clock) -> None:
    hook.replies = [(429, {"Retry-After": "1700"}, ""), (429, {"Retry-After": "200"}, "")]

    assert not poster.post(hook.url, {"text": "x"})

    assert len(hook.received) == 2
    assert clock.slept == [1700]


def test_a_server_that_is_not_there_is_asked_again(clock: Clock) -> None:
    gone = Hook()
    gone.server.server_close()
    poster = Poster([gone.host], clock=clock, sleep=clock.sleep)

    with pytest.raises(PostingError, match="did not take the message: no answer"):
        poster.deliver(gone.url, {"text": "x"})

    assert clock.slept == [2, 8, 32, 128]


@pytest.mark.parametrize("status", [403, 404, 410])
def test_a_refusal_is_final_and_does_not_tell_the_secret_path(
    hook: Hook, poster: Poster, status: int, caplog: pytest.LogCaptureFixture
) -> None:
    hook.replies = [(status, {}, "no_service")] * 2

    with caplog.at_level(logging.WARNING):
        assert not poster.post(hook.url, {"text": "x"})

    assert len(hook.received) == 1
    assert f"{hook.host} did not take the message: {status} no_service" in caplog.text
    assert "secret" not in caplog.text


def test_a_redirect_is_not_followed(hook: Hook, poster: Poster) -> None:
    elsewhere = {"Location": f"http://{hook.host}/elsewhere"}
    hook.replies = [(status, elsewhere, "") for status in (302, 307, 308)]

    for _ in range(3):
        assert not poster.post(hook.url, BLOCKED)

    assert hook.paths == ["/hooks/secret-path?id=1"] * 3


def test_a_server_whose_answer_does_not_end_is_not_waited_for(clock: Clock) -> None:
    go_on = threading.Event()

    class Dripping(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.send_response(200)
            self.send_header("Content-Length", "1000")
            self.end_headers()
            self.wfile.write(b"o")
            go_on.wait(30)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Dripping)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    host = f"127.0.0.1:{server.server_port}"

    assert Poster([host], clock=clock, sleep=clock.sleep).post(f"http://{host}/x", {"text": "x"})

    assert not go_on.is_set()
    go_on.set()
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.mark.parametrize(
    "url",
    [
        "https://hooks.slack.com/services/T0/B0/x",
        "https://HOOKS.slack.com:443/commands/1/2/3",
        "https://chat.example/hooks/x",
        "http://chat.example/hooks/x",
        "http://chat.example:80/hooks/x",
        "http://10.0.0.5:8065/hooks/commands/x",
        "http://[::1]:8065/hooks/x",
    ],
)
def test_hosts_that_are_allowed(url: str) -> None:
    Poster(["Chat.example", "10.0.0.5:8065", "[::1]:8065"]).check(url)


@pytest.mark.parametrize(
    "url",
    [
        *("", "hooks.slack.com", "ftp://hooks.slack.com/x", "//hooks.slack.com/x"),
        "http://hooks.slack.com/services/x",
        "https://hooks.slack.com:8443/services/x",
        "https://hooks.slack.com.evil.example/x",
        "https://hooks.slack.com@evil.example/x",
        "https://evil.example#@hooks.slack.com/x",
        "https://evil.example\\@hooks.slack.com/x",
        "https://evil.example?@hooks.slack.com/x",
        "https://hooks.slack.com\n.evil.example/x",
        "https://hooks.slack.com./x",
        "https://hооks.slack.com/x",
        "http://chat.example:8065/x",
        "http://10.0.0.5/x",
        "http://127.0.0.1:8000/api/ask",
        "http://169.254.169.254/latest/meta-data",
        "http://[::1/x",
        "http://chat.example:99999/x",
    ],
)
def test_no_other_host_is_posted_to(url: str, caplog: pytest.LogCaptureFixture) -> None:
    poster = Poster(["chat.example", "10.0.0.5:8065"])

    with caplog.at_level(logging.WARNING):
        assert not poster.post(url, {"text": "x"})

    assert "nothing is posted to" in caplog.text or "no address" in caplog.text


@pytest.fixture
def bridge(tmp_path: Path, pincite: Pincite, hook: Hook, monkeypatch: pytest.MonkeyPatch) -> None:
    """A library that knows of the bridge, and may tell the chat server."""
    document = tmp_path / "bridge.txt"
    document.write_text("The bridge was opened in 1931.", encoding="utf-8")
    pincite("add", document)
    team = tmp_path / "chat.toml"
    team.write_text(f'post_hosts = ["{hook.host}"]', encoding="utf-8")
    monkeypatch.setenv("PINCITE_TEAM_FILE", str(team))


@pytest.mark.usefixtures("bridge")
def test_an_answer_is_posted_from_the_command_line(
    pincite: Pincite, hook: Hook, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PINCITE_PUBLIC_URL", "https://pincite.example/")

    outcome = pincite("ask", "When was the bridge opened?", "--post-to", hook.url)

    assert outcome.status == 0
    assert "The bridge was opened in 1931." in outcome.out
    assert f"Posted to {hook.host}." in outcome.err
    (posted,) = hook.received
    assert "> The bridge was opened in 1931.\n" in posted["text"]
    assert "](https://pincite.example/d/" in posted["text"]


@pytest.mark.usefixtures("bridge")
@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("https://evil.example/x", "pincite: nothing is posted to 'evil.example'"),
        ("not an address", "pincite: this is no address"),
    ],
)
def test_nothing_is_asked_where_nothing_may_be_posted(
    pincite: Pincite, url: str, told: str
) -> None:
    outcome = pincite("ask", "When was the bridge opened?", "--post-to", url)

    assert outcome.status == 1
    assert outcome.out == ""
    assert outcome.err.startswith(told)


@pytest.mark.usefixtures("bridge")
def test_an_answer_that_is_refused_is_an_error_in_one_line(pincite: Pincite, hook: Hook) -> None:
    hook.replies = [(404, {}, "no_service")]

    outcome = pincite("ask", "When was the bridge opened?", "--post-to", hook.url)

    assert outcome.status == 1
    assert outcome.err == f"pincite: {hook.host} did not take the message: 404 no_service\n"
