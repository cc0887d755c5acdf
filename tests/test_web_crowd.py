"""Many ask at once: all are answered in turn, and the server stays well."""

import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from conftest import WordEmbedder
from flask import Flask
from werkzeug.test import TestResponse

from index import Library, add_files, token_counter
from index.embedder import Vector
from qa import Settings
from web import create_app
from web.app import close_app
from web.crowd import Crowd

_PATIENCE = 30.0


class GatedEmbedder(WordEmbedder):
    """Embeds a question only when a test lets it, and notes their order."""

    def __init__(self) -> None:
        super().__init__()
        self.gate = threading.Semaphore(0)
        self.seen: list[str] = []

    def question(self, text: str) -> Vector:
        """The vector of a question that a test let pass."""
        self.seen.append(text)
        assert self.gate.acquire(timeout=_PATIENCE)
        return super().question(text)


@pytest.fixture
def embedder() -> GatedEmbedder:
    return GatedEmbedder()


@pytest.fixture
def app(tmp_path: Path, embedder: GatedEmbedder) -> Iterator[Flask]:
    (tmp_path / "bridge.txt").write_text("The harbour bridge was opened in spring.\n")
    place = tmp_path / "library"
    with Library.open(place, embedder=embedder, count=token_counter(), create=True) as library:
        list(add_files(library, [tmp_path / "bridge.txt"], seconds=60))
    app = create_app(Settings(library=place, threshold=0), embedder=embedder)
    app.extensions["pincite.crowd"] = Crowd(at_once=1, most_waiting=3)
    yield app
    close_app(app)


def _asked(app: Flask, way: str, question: str) -> TestResponse:
    client = app.test_client()
    if way == "page":
        return client.get("/", query_string={"q": question})
    if way == "form":
        return client.post("/ask", data={"q": question})
    if way == "conversation":
        begun: Any = client.post("/api/conversations", json={"title": ""}).json
        return client.post(f"/api/conversations/{begun['id']}/turns", json={"question": question})
    return client.post("/api/ask", json={"question": question})


def _until(true: Any) -> None:
    end = time.monotonic() + _PATIENCE
    while not true():
        assert time.monotonic() < end
        time.sleep(0.005)


def test_questions_wait_in_line_and_the_server_is_well_meanwhile(
    app: Flask, embedder: GatedEmbedder
) -> None:
    crowd = app.extensions["pincite.crowd"]
    ways = ["api", "page", "form", "conversation"]
    answers: list[Future[TestResponse]] = []
    with ThreadPoolExecutor() as people:
        for number, way in enumerate(ways):
            answers.append(people.submit(_asked, app, way, f"bridge {number}?"))
            _until(lambda number=number: len(embedder.seen[:1]) + crowd.waiting == number + 1)

        health = app.test_client().get("/healthz")
        refused = [_asked(app, way, "one too many?") for way in ways]
        for _ in ways:
            embedder.gate.release()

        assert [one.result(_PATIENCE).status_code for one in answers] == [200, 200, 303, 201]
    assert health.status_code == 200
    assert [one.status_code for one in refused] == [503] * 4
    assert {one.headers["Retry-After"] for one in refused} == {"2"}
    assert "ask again in a moment" in refused[0].text
    assert embedder.seen == [f"bridge {number}?" for number in range(4)]


def test_a_question_that_fails_leaves_its_place_to_the_next(
    app: Flask, embedder: GatedEmbedder
) -> None:
    for _ in range(3):
        assert app.test_client().post("/api/ask", json={"question": " "}).status_code == 422
    embedder.gate.release()

    assert _asked(app, "api", "bridge?").status_code == 200
