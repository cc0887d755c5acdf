"""Watched folders: what happens in them shows in the answers."""

import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from conftest import WordEmbedder
from flask import Flask
from flask.testing import FlaskClient

from index import Library, token_counter
from qa import Settings
from web import create_app
from web.app import close_app

_PATIENCE = 30.0
_Start = Callable[[], FlaskClient]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a file, which some tests watch."""
    folder = tmp_path / "documents"
    (folder / "port").mkdir(parents=True)
    (folder / "port" / "bridge.txt").write_text("The harbour bridge was opened in spring.\n")
    return folder


@pytest.fixture
def start(tmp_path: Path, folder: Path, embedder: WordEmbedder) -> Iterator[_Start]:
    """Starts a server that watches the folder, in the place of the one before."""
    running: list[Flask] = []

    def start() -> FlaskClient:
        while running:
            close_app(running.pop())
        # The library lies in the folder, and is none of its documents.
        settings = Settings(library=folder / "library", threshold=0)
        running.append(create_app(settings, embedder=embedder, watch=[folder]))
        client = running[0].test_client()
        _soon(lambda: _settled(client))
        return client

    yield start
    while running:
        close_app(running.pop())


def _soon(look: Callable[[], Any]) -> Any:
    end = time.monotonic() + _PATIENCE
    while not (found := look()):
        assert time.monotonic() < end
        time.sleep(0.05)
    return found


def _settled(client: FlaskClient) -> bool:
    """Whether the folder was looked through and all of it has been read."""
    shown: Any = client.get("/api/uploads").json
    (watched,) = shown["watched"]
    return bool(watched["there"] and not watched["left"] and _names(client))


def _files(client: FlaskClient) -> list[Any]:
    listed: Any = client.get("/api/documents").json
    return list(listed["documents"])


def _names(client: FlaskClient) -> list[str]:
    return [Path(one["source"]).name for one in _files(client) if one["id"]]


def _ids(client: FlaskClient) -> dict[str, str]:
    return {Path(one["source"]).name: one["id"] for one in _files(client)}


def _quotes(client: FlaskClient, question: str) -> list[str]:
    answer: Any = client.post("/api/ask", json={"question": question}).json
    return [one["quote"] for one in answer["excerpts"]]


def test_what_is_added_changed_renamed_and_deleted_shows(start: _Start, folder: Path) -> None:
    client = start()
    assert _names(client) == ["bridge.txt"]

    (folder / "new" / "deep").mkdir(parents=True)
    ferry = folder / "new" / "deep" / "ferry.txt"
    ferry.write_text("The ferry leaves at noon.")
    _soon(lambda: "The ferry leaves at noon." in _quotes(client, "When does the ferry leave?"))
    first = _ids(client)["ferry.txt"]

    ferry.write_text("The ferry leaves at dawn.")
    _soon(lambda: "The ferry leaves at dawn." in _quotes(client, "When does the ferry leave?"))
    assert "The ferry leaves at noon." not in _quotes(client, "When does the ferry leave?")

    ferry.rename(folder / "timetable.txt")
    _soon(lambda: _names(client) == ["bridge.txt", "timetable.txt"])
    assert _ids(client)["timetable.txt"] == first

    (folder / "timetable.txt").unlink()
    _soon(lambda: _names(client) == ["bridge.txt"])
    shutil.rmtree(folder / "port")
    _soon(lambda: _files(client) == [])


def test_what_is_deleted_is_taken_from_conversations(
    start: _Start, folder: Path, embedder: WordEmbedder
) -> None:
    client = start()
    begun: Any = client.post("/api/conversations", json={}).json
    asked = client.post(
        f"/api/conversations/{begun['id']}/turns", json={"question": "When was the bridge opened?"}
    )
    assert "in spring" in asked.text

    with Library.open(folder / "library", embedder=embedder, count=token_counter()) as library:
        assert "in spring" in str(library.conversations.turns(begun["id"]))
        (folder / "port" / "bridge.txt").unlink()
        (folder / "port" / "lamp.txt").write_text("Marta keeps the lamp.")
        _soon(lambda: "in spring" not in str(library.conversations.turns(begun["id"])))


def test_what_is_no_document_is_left_alone(start: _Start, folder: Path) -> None:
    client = start()

    (folder / ".draft.txt").write_text("The draft is hidden.")
    (folder / "port" / "bridge.txt.meta.json").write_text('{"title": "The bridge"}')
    _soon(lambda: [one["title"] for one in _files(client)] == ["The bridge"])

    assert _names(client) == ["bridge.txt"]


def test_what_changed_while_no_server_ran_shows_with_the_next(start: _Start, folder: Path) -> None:
    (folder / "port" / "lamp.txt").write_text("Marta keeps the lamp.")
    start()

    client = start()
    (folder / "port" / "lamp.txt").unlink()
    (folder / "port" / "bridge.txt").write_text("The harbour bridge was closed in autumn.")
    client = start()

    assert _soon(lambda: _names(client) == ["bridge.txt"])
    _soon(
        lambda: (
            _quotes(client, "When was the bridge closed?")
            == ["The harbour bridge was closed in autumn."]
        )
    )


def test_a_folder_that_vanished_empties_nothing_and_is_watched_when_it_is_back(
    start: _Start, folder: Path, tmp_path: Path, embedder: WordEmbedder
) -> None:
    settings = Settings(library=tmp_path / "elsewhere", threshold=0)
    app = create_app(settings, embedder=embedder, watch=[folder])
    client = app.test_client()
    _soon(lambda: _settled(client))

    def there() -> bool:
        shown: Any = client.get("/api/uploads").json
        return bool(shown["watched"][0]["there"])

    try:
        folder.rename(tmp_path / "unplugged")
        _soon(lambda: not there())
        assert _names(client) == ["bridge.txt"]

        folder.mkdir()
        _soon(there)
        folder.rmdir()
        _soon(lambda: not there())
        assert _names(client) == ["bridge.txt"]

        (tmp_path / "unplugged").rename(folder)
        _soon(there)
        (folder / "ferry.txt").write_text("The ferry leaves at noon.")
        _soon(lambda: _names(client) == ["ferry.txt", "bridge.txt"])
    finally:
        close_app(app)


def test_what_was_removed_by_hand_does_not_come_back_by_itself(
    start: _Start, folder: Path
) -> None:
    (folder / "lamp.txt").write_text("Marta keeps the lamp.")
    client = start()
    known = _ids(client)
    assert client.delete(f"/api/documents/{known['bridge.txt']}").status_code == 200

    client = start()
    assert _names(client) == ["lamp.txt"]
    (folder / "port" / "bridge.txt").touch()
    (folder / "lamp.txt").write_text("Marta keeps the lamp and the log.")
    _soon(lambda: "Marta keeps the lamp and the log." in _quotes(client, "What does Marta keep?"))
    assert _names(client) == ["lamp.txt"]

    (folder / "port" / "bridge.txt").write_text("The harbour bridge is red.")
    _soon(lambda: "bridge.txt" in _names(client))
    assert _ids(client) == known
