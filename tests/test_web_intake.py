"""Uploading and removing over HTTP: what ends how, and what is left over."""

import io
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from conftest import PausingEmbedder, WordEmbedder
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.serving import make_server

from index import Library, add_files, token_counter
from qa import Settings
from web import create_app
from web.app import close_app
from web.removals import Removals

ROOT = Path(__file__).parents[1]

_PATIENCE = 30.0
_FERRY = b"The ferry leaves at noon."


@pytest.fixture
def embedder() -> PausingEmbedder:
    return PausingEmbedder()


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with one document and the library of it, which every test has a copy of."""
    folder = tmp_path_factory.mktemp("made")
    (folder / "bridge.txt").write_text("The harbour bridge was opened in spring.\n")
    with Library.open(
        folder / "library", embedder=WordEmbedder(), count=token_counter(), create=True
    ) as library:
        (report,) = add_files(library, [folder / "bridge.txt"], seconds=60)
        assert report.state == "indexed"
    return folder


@pytest.fixture
def library(tmp_path: Path, made: Path, embedder: PausingEmbedder) -> Iterator[Library]:
    """A library of one document, which tests look into beside the server."""
    shutil.copytree(made / "library", tmp_path / "library")
    with Library.open(tmp_path / "library", embedder=embedder, count=token_counter()) as library:
        yield library


@pytest.fixture
def app(library: Library, embedder: PausingEmbedder) -> Iterator[Flask]:
    app = create_app(Settings(library=library.folder, threshold=0), embedder=embedder)
    yield app
    embedder.go_on.set()
    close_app(app)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def _send(client: FlaskClient, *files: tuple[bytes, str], **headers: str) -> Any:
    body = {"files": [(io.BytesIO(data), name) for data, name in files]}
    return client.post(
        "/api/uploads", data=body, content_type="multipart/form-data", headers=headers
    )


def _job(client: FlaskClient, data: bytes, name: str) -> Any:
    """How the upload of one file ended."""
    response = _send(client, (data, name))
    assert response.status_code == 202, response.text
    (job,) = response.json["jobs"]
    return _ended(client, job["id"])


def _ended(client: FlaskClient, job_id: str) -> Any:
    def look() -> Any:
        response: Any = client.get(f"/api/uploads/{job_id}")
        assert response.status_code == 200
        ended = response.json["state"] in {"done", "failed", "skipped", "cancelled"}
        return response.json if ended else None

    return _soon(look)


def _soon(look: Callable[[], Any]) -> Any:
    end = time.monotonic() + _PATIENCE
    while not (found := look()):
        assert time.monotonic() < end
        time.sleep(0.02)
    return found


def _quotes(client: FlaskClient, question: str) -> list[str]:
    response: Any = client.post("/api/ask", json={"question": question})
    assert response.status_code == 200
    return [one["quote"] for one in response.json["excerpts"]]


def _left_over(library: Library) -> list[str]:
    """The files below the library's folder for uploads."""
    # A walk does not mind that folders are deleted meanwhile.
    return sorted(
        str(Path(folder, name).relative_to(library.folder))
        for folder, _, names in os.walk(library.folder / "uploads")
        for name in names
        if name != ".lock"
    )


def _assert_problem(response: Any, status: int, said: str) -> None:
    assert (response.status_code, response.mimetype) == (status, "application/problem+json")
    assert said in response.json["detail"]
    assert "Traceback" not in response.text


def test_an_upload_is_answered_from_under_its_own_name(
    client: FlaskClient, library: Library
) -> None:
    job = _job(client, _FERRY, "Fähre & Fahrplan.txt")

    assert list(job) == (
        "id name bytes state reason progress passages embedded pages_without_text document "
        "link".split()
    )
    assert (job["state"], job["progress"], job["bytes"]) == ("done", 1.0, len(_FERRY))
    assert job["name"] == "Fähre & Fahrplan.txt"
    answer = client.post("/api/ask", json={"question": "When does the ferry leave?"}).json
    assert answer is not None
    first = answer["excerpts"][0]
    assert first["quote"] == _FERRY.decode()
    assert first["citation"].startswith("“Fähre & Fahrplan.txt”")
    assert first["document"]["id"] == job["document"]
    assert client.get(job["link"]).status_code == 200
    assert len(_left_over(library)) == 1
    listed = client.get("/api/uploads").json
    assert listed is not None
    assert listed["jobs"] == [job]
    assert listed["limits"] == {"bytes": 200 * 2**20, "files": 100}


def test_a_large_file_arrives_as_it_was_sent(client: FlaskClient, library: Library) -> None:
    data = b"".join(b"Row %07d.\r\n--c\r\n" % n for n in range(200_000))

    head = b'--b\r\nContent-Disposition: form-data; name="files"; filename="rows.txt"\r\n\r\n'
    response: Any = client.post(
        "/api/uploads",
        data=head + data + b"\r\n--b--\r\n",
        content_type="multipart/form-data; boundary=b",
    )

    (sent,) = response.json["jobs"]
    (kept,) = _left_over(library)
    assert (library.folder / kept).read_bytes() == data
    assert client.delete(f"/api/uploads/{sent['id']}").json["state"] == "cancelled"  # type: ignore[index]  # there is JSON


def test_two_files_of_one_name_are_two_documents_and_the_same_bytes_are_one(
    client: FlaskClient, library: Library
) -> None:
    both = _send(client, (b"The ferry is blue.", "a.txt"), (b"The ferry is green.", "a.txt"))
    jobs = [_ended(client, job["id"]) for job in both.json["jobs"]]
    again = _job(client, b"The ferry is blue.", "a.txt")

    assert [job["state"] for job in jobs] == ["done", "done"]
    assert jobs[0]["document"] != jobs[1]["document"]
    assert (again["state"], again["document"]) == ("skipped", jobs[0]["document"])
    assert again["reason"] == "the library has this file already"
    assert len(_left_over(library)) == 2


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        pytest.param("../../x", "x", id="above"),
        pytest.param("..\\..\\x.txt", "x.txt", id="above_windows"),
        pytest.param("/etc/passwd", "passwd", id="root"),
        pytest.param("ä" * 300 + ".txt", "ä" * 98 + ".txt", id="300_characters"),
        pytest.param(
            "<script>alert(1).txt",
            "<script>alert(1).txt",
            id="script",
            marks=pytest.mark.skipif(os.name == "nt", reason="no such name there"),
        ),
        pytest.param("con.txt", "_con.txt", id="device"),
    ],
)
def test_no_name_leaves_the_folder_of_uploads_or_becomes_markup(
    client: FlaskClient, library: Library, tmp_path: Path, name: str, shown: str
) -> None:
    before = {path for path in tmp_path.rglob("*") if "library" not in path.parts}

    job = _job(client, _FERRY, name)

    assert (job["state"], job["name"]) == ("done", shown)
    assert {path for path in tmp_path.rglob("*") if "library" not in path.parts} == before
    (kept,) = _left_over(library)
    assert kept == str(Path("uploads", job["id"], shown))
    for page in ("/", "/?q=When+does+the+ferry+leave", job["link"]):
        assert "<script>alert" not in client.get(page).text


@pytest.mark.parametrize(
    ("data", "name", "state", "said"),
    [
        pytest.param(b"", "empty.txt", "skipped", "empty file", id="empty"),
        pytest.param(b"\x89PNG\r\n\x1a\n" + bytes(90), "x.pdf", "skipped", "PNG", id="image"),
        pytest.param(b"%PDF-1.7\nnothing more", "x.pdf", "failed", "damaged", id="damaged"),
        pytest.param(bytes(range(256)) * 9, "x.txt", "skipped", "binary", id="binary"),
    ],
)
def test_a_file_that_gives_no_text_says_why_and_is_not_kept(
    client: FlaskClient, library: Library, data: bytes, name: str, state: str, said: str
) -> None:
    before = library.files()

    job = _job(client, data, name)

    assert (job["state"], job["document"], job["link"]) == (state, None, None)
    assert said in job["reason"]
    assert _left_over(library) == []
    assert library.files() == before


def test_an_encrypted_pdf_says_so(client: FlaskClient, library: Library) -> None:
    from fpdf import FPDF

    pdf = FPDF()
    pdf.add_page()
    pdf.set_font("Helvetica")
    pdf.cell(text="Secret words.")
    pdf.set_encryption(owner_password="owner", user_password="user")

    job = _job(client, bytes(pdf.output()), "locked.pdf")

    assert job["state"] == "failed"
    assert "password" in job["reason"]
    assert _left_over(library) == []


def test_what_is_too_large_is_refused_and_not_kept(
    client: FlaskClient, app: Flask, library: Library
) -> None:
    app.extensions["pincite.uploads"].largest = 1000

    refused = _send(client, (_FERRY, "small.txt"), (b"x" * 1001, "large.txt"))
    kept = _job(client, b"y" * 1000, "just.txt")

    _assert_problem(refused, 413, "'large.txt' is larger than")
    assert kept["state"] == "done"
    assert len(_left_over(library)) == 1


@pytest.mark.parametrize(
    ("body", "content_type", "status", "said"),
    [
        pytest.param(b"{}", "application/json", 415, "multipart/form-data", id="json"),
        pytest.param(b"", None, 415, "untyped", id="nothing"),
        pytest.param(b"x", "multipart/form-data", 400, "boundary", id="no_boundary"),
        pytest.param(b"no parts", "multipart/form-data; boundary=b", 400, "", id="no_parts"),
        pytest.param(
            b'--b\r\nContent-Disposition: form-data; name="files"\r\n\r\nx\r\n--b--\r\n',
            "multipart/form-data; boundary=b",
            422,
            "there is no file",
            id="no_file",
        ),
        pytest.param(
            b'--b\r\nContent-Disposition: form-data; name="files"; filename="a.txt"\r\n\r\nhalf',
            "multipart/form-data; boundary=b",
            400,
            "",
            id="cut_off",
        ),
        pytest.param(
            b'--b\r\nContent-Disposition: form-data; name="files"; filename="a"\r\n\r\n\r\n' * 101
            + b"--b--\r\n",
            "multipart/form-data; boundary=b",
            413,
            "more than 100 files",
            id="101_files",
        ),
    ],
)
def test_a_body_that_is_no_upload_is_refused_in_a_sentence(
    client: FlaskClient,
    library: Library,
    body: bytes,
    content_type: str | None,
    status: int,
    said: str,
) -> None:
    response = client.post("/api/uploads", data=body, content_type=content_type)

    _assert_problem(response, status, said)
    assert _left_over(library) == []


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        pytest.param({"Origin": "https://evil.example"}, 403, id="origin"),
        pytest.param({"Origin": "null"}, 403, id="null"),
        pytest.param({"Origin": "http://localhost:9"}, 403, id="port"),
        pytest.param({"Sec-Fetch-Site": "cross-site"}, 403, id="cross_site"),
        pytest.param({"Sec-Fetch-Site": "same-site"}, 403, id="same_site"),
        pytest.param({"Origin": "http://localhost"}, 202, id="own"),
        pytest.param({"Sec-Fetch-Site": "same-origin"}, 202, id="own_page"),
    ],
)
def test_only_the_own_page_may_write(
    client: FlaskClient, headers: dict[str, str], status: int
) -> None:
    response = _send(client, (_FERRY, "ferry.txt"), **headers)

    if status == 403:
        _assert_problem(response, 403, "another site")
        refused = client.delete("/api/documents/x", headers=headers)
        _assert_problem(refused, 403, "another site")
    assert response.status_code == status


def test_a_question_is_answered_while_a_file_is_embedded_and_progress_is_real(
    client: FlaskClient, embedder: PausingEmbedder
) -> None:
    # The first stretch of passages is embedded, the second one waits.
    text = "".join(
        f"# Part {n}\n\nHouse {n} is {'pause' if n == 100 else 'red'}.\n\n" for n in range(200)
    )
    response = _send(client, (text.encode(), "houses.md"), (_FERRY, "ferry.txt"))
    first, second = response.json["jobs"]
    assert embedder.reached.wait(_PATIENCE)

    meanwhile = client.get(f"/api/uploads/{first['id']}").json
    waiting = client.get(f"/api/uploads/{second['id']}").json
    assert meanwhile is not None
    assert waiting is not None
    assert meanwhile["state"] == "embedding"
    assert 0 < meanwhile["embedded"] < meanwhile["passages"]
    assert meanwhile["progress"] == round(meanwhile["embedded"] / meanwhile["passages"], 3)
    assert waiting["state"] == "queued"
    assert _quotes(client, "When was the bridge opened?") == [
        "The harbour bridge was opened in spring."
    ]

    embedder.go_on.set()
    assert _ended(client, first["id"])["state"] == "done"
    assert _ended(client, second["id"])["state"] == "done"


def test_what_is_cancelled_leaves_nothing_whether_it_waited_or_was_embedded(
    client: FlaskClient, library: Library, embedder: PausingEmbedder
) -> None:
    files = library.files()
    response = _send(client, (b"A pause.", "a.txt"), (_FERRY, "ferry.txt"))
    first, second = response.json["jobs"]
    assert embedder.reached.wait(_PATIENCE)

    cancelled = [client.delete(f"/api/uploads/{job['id']}") for job in (first, second)]
    embedder.go_on.set()

    assert [one.status_code for one in cancelled] == [200, 200]
    assert _ended(client, first["id"])["state"] == "cancelled"
    assert _ended(client, second["id"])["state"] == "cancelled"
    _soon(lambda: _left_over(library) == [])
    assert _job(client, b"The tram is yellow.", "tram.txt")["state"] == "done"
    assert len(library.files()) == len(files) + 1

    assert client.delete(f"/api/uploads/{first['id']}").status_code == 200
    _assert_problem(client.get(f"/api/uploads/{first['id']}"), 404, first["id"])


def test_what_is_cancelled_and_taken_off_the_list_is_not_added_all_the_same(
    client: FlaskClient, library: Library, embedder: PausingEmbedder
) -> None:
    files = library.files()
    (job,) = _send(client, (b"A pause.", "a.txt")).json["jobs"]
    assert embedder.reached.wait(_PATIENCE)

    for _ in ("cancel", "take off"):
        assert client.delete(f"/api/uploads/{job['id']}").status_code == 200
    embedder.go_on.set()

    _soon(lambda: _left_over(library) == [])
    assert library.files() == files


def test_what_is_done_is_not_cancelled(client: FlaskClient) -> None:
    job = _job(client, _FERRY, "ferry.txt")

    response = client.delete(f"/api/uploads/{job['id']}")

    _assert_problem(response, 409, f"DELETE /api/documents/{job['document']}")
    _assert_problem(client.delete("/api/uploads/none"), 404, "'none'")


def test_a_removed_upload_is_found_by_no_route_until_it_is_restored(
    client: FlaskClient, library: Library
) -> None:
    job = _job(client, _FERRY, "ferry.txt")
    path = f"/api/documents/{job['document']}"
    question = "When does the ferry leave?"

    removed = client.delete(path)

    assert removed.json == {
        "schema": 1,
        "id": job["document"],
        "title": "ferry.txt",
        "undo": {"link": f"{path}/restore", "seconds": 60.0},
    }
    assert _FERRY.decode() not in _quotes(client, question)
    assert client.get(job["link"]).status_code == 404
    assert _FERRY.decode() not in client.get("/?q=When+does+the+ferry+leave").text
    listed = client.get("/api/documents").json
    assert listed is not None
    assert [one["state"] for one in listed["documents"] if one["title"] == "ferry.txt"] == [
        "removed"
    ]
    _assert_problem(client.delete(path), 404, job["document"])

    assert client.post(f"{path}/restore").status_code == 200
    assert _quotes(client, question)[0] == _FERRY.decode()
    assert client.get(job["link"]).status_code == 200
    _assert_problem(client.post(f"{path}/restore"), 404, job["document"])
    assert len(_left_over(library)) == 1


def test_after_a_while_a_removal_is_final(
    client: FlaskClient, app: Flask, library: Library, made: Path
) -> None:
    removals: Removals = app.extensions["pincite.removals"]
    removals.seconds = 0.05
    job = _job(client, _FERRY, "ferry.txt")
    bridge = library.file(str(made / "bridge.txt"))
    assert bridge is not None

    assert client.delete(f"/api/documents/{job['document']}").status_code == 200
    assert client.delete(f"/api/documents/{bridge.document}").status_code == 200

    _soon(lambda: _left_over(library) == [])
    _soon(lambda: [file.state for file in library.files()] == ["removed"])
    _assert_problem(client.post(f"/api/documents/{job['document']}/restore"), 404, "seconds")
    assert (made / "bridge.txt").exists()


def test_a_removal_that_is_final_leaves_alone_what_can_be_undone(
    client: FlaskClient, app: Flask, library: Library
) -> None:
    removals: Removals = app.extensions["pincite.removals"]
    ferry = _job(client, _FERRY, "ferry.txt")["document"]
    tram = _job(client, b"The tram is yellow.", "tram.txt")["document"]
    begun: Any = client.post("/api/conversations", json={}).json
    turns = f"/api/conversations/{begun['id']}/turns"
    for question, quote in [
        ("When does the ferry leave?", _FERRY.decode()),
        ("Which tram is yellow?", "The tram is yellow."),
    ]:
        asked: Any = client.post(turns, json={"question": question}).json
        assert quote in [one["quote"] for one in asked["answer"]["excerpts"]]

    assert client.delete(f"/api/documents/{ferry}").status_code == 200
    removals.seconds = 0.05
    assert client.delete(f"/api/documents/{tram}").status_code == 200
    _soon(lambda: "is yellow." not in str(library.conversations.turns(begun["id"])))
    assert client.post(f"/api/documents/{ferry}/restore").status_code == 200

    shown = client.get(turns).text
    assert _FERRY.decode() in shown
    assert "is yellow." not in shown


def test_clients_that_add_and_remove_at_once_do_not_disturb_each_other(
    app: Flask, library: Library
) -> None:
    failures: list[str] = []

    def work(name: str) -> None:
        client = app.test_client()
        for n in range(4):
            job = _job(client, f"Boat {name}{n} is called {name}.".encode(), f"{name}{n}.txt")
            path = f"/api/documents/{job['document']}"
            if job["state"] != "done" or client.delete(path).status_code != 200:
                failures.append(str(job))
            if n % 2 and client.post(f"{path}/restore").status_code != 200:
                failures.append(f"{path} was not restored")

    threads = [threading.Thread(target=work, args=(name,)) for name in ("ada", "bea", "cleo")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failures == []
    states = [file.state for file in library.files()]
    assert (states.count("indexed"), states.count("removed")) == (7, 6)
    assert _quotes(app.test_client(), "How is boat ada3 called?")[0] == "Boat ada3 is called ada."
    assert library.passage_count() == 7


def test_uploads_wait_for_another_process_that_adds(client: FlaskClient, library: Library) -> None:
    with library.writer():
        job = _send(client, (_FERRY, "ferry.txt")).json["jobs"][0]
        shown = _soon(
            lambda: (
                (found := client.get(f"/api/uploads/{job['id']}").json)
                and found["reason"]
                and found
            )
        )
        assert (shown["state"], shown["reason"]) == (
            "queued",
            "waiting for another process that is adding to the library",
        )

    assert _ended(client, job["id"])["state"] == "done"


def test_a_connection_that_is_cut_leaves_nothing(app: Flask, library: Library) -> None:
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        with socket.create_connection(("127.0.0.1", server.port)) as connection:
            connection.sendall(
                b"POST /api/uploads HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000\r\n"
                b"Content-Type: multipart/form-data; boundary=b\r\n\r\n"
                b'--b\r\nContent-Disposition: form-data; name="files"; filename="a.txt"\r\n\r\n'
                + b"half of it "
                * 20_000
            )
            _soon(lambda: _left_over(library))
        _soon(lambda: _left_over(library) == [])
    finally:
        server.shutdown()
        thread.join()
        server.server_close()

    assert app.test_client().get("/api/uploads").json["jobs"] == []  # type: ignore[index]  # there is JSON
    assert _job(app.test_client(), _FERRY, "ferry.txt")["state"] == "done"


# A server that is killed while it embeds the first of two uploads and receives a third.
_KILLED = """
import io, os, signal, sys, threading
from pathlib import Path
from conftest import PausingEmbedder
from test_web_intake import _send
from qa import Settings
from web import create_app
embedder = PausingEmbedder()
app = create_app(Settings(library=Path(sys.argv[1]), threshold=0), embedder=embedder)
_send(app.test_client(), (b"A pause.", "a.txt"), (b"The ferry leaves at noon.", "ferry.txt"))
assert embedder.reached.wait(30)
app.extensions["pincite.uploads"].receive("half.txt").write(b"half of it")
print("killed", flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")
def test_a_server_that_was_killed_goes_on_where_it_was(
    library: Library, embedder: PausingEmbedder
) -> None:
    path = os.pathsep.join(map(str, (ROOT, ROOT / "tests")))
    killed = subprocess.run(
        [sys.executable, "-c", _KILLED, str(library.folder)],
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert (killed.returncode, killed.stdout) == (-signal.SIGKILL, "killed\n"), killed.stderr
    assert len(_left_over(library)) == 3
    embedder.go_on.set()

    app = create_app(Settings(library=library.folder, threshold=0), embedder=embedder)
    client = app.test_client()
    jobs = client.get("/api/uploads").json["jobs"]  # type: ignore[index]  # there is JSON
    ended = [_ended(client, job["id"]) for job in jobs]
    close_app(app)

    assert {(job["name"], job["state"]) for job in ended} == {
        ("a.txt", "done"),
        ("ferry.txt", "done"),
    }
    assert len(_left_over(library)) == 2


def test_a_server_that_ends_in_the_middle_leaves_the_rest_to_the_next(
    app: Flask, client: FlaskClient, library: Library, embedder: PausingEmbedder, made: Path
) -> None:
    text = "".join(f"# Part {n}\n\nHouse {n} may pause.\n\n" for n in range(200))
    _send(client, (text.encode(), "houses.md"), (_FERRY, "ferry.txt"))
    removed = library.file(str(made / "bridge.txt"))
    assert removed is not None
    assert embedder.reached.wait(_PATIENCE)
    client.delete(f"/api/documents/{removed.document}")

    ending = threading.Thread(target=close_app, args=(app,))
    ending.start()
    embedder.go_on.set()
    ending.join()
    assert [file.state for file in library.files()] == ["removed"]

    again = create_app(Settings(library=library.folder, threshold=0), embedder=embedder)
    jobs = again.test_client().get("/api/uploads").json["jobs"]  # type: ignore[index]  # there is JSON
    assert [_ended(again.test_client(), job["id"])["state"] for job in jobs] == ["done", "done"]
    close_app(again)


@pytest.mark.parametrize("old_one_stays", [True, False], ids=["copied", "moved"])
def test_a_library_elsewhere_knows_its_uploads(
    app: Flask,
    client: FlaskClient,
    library: Library,
    embedder: PausingEmbedder,
    tmp_path: Path,
    old_one_stays: bool,
) -> None:
    job = _job(client, _FERRY, "ferry.txt")
    close_app(app)
    library.close()
    shutil.copytree(library.folder, tmp_path / "elsewhere")
    if not old_one_stays:
        shutil.rmtree(library.folder)

    again = create_app(Settings(library=tmp_path / "elsewhere", threshold=0), embedder=embedder)
    asker = again.test_client()
    try:
        assert asker.get("/api/uploads").json["jobs"] == []  # type: ignore[index]  # there is JSON
        listed: Any = asker.get("/api/documents").json
        assert {one["id"]: one["source"] for one in listed["documents"]}[job["document"]] == str(
            tmp_path / "elsewhere" / "uploads" / job["id"] / "ferry.txt"
        )
        assert len(listed["documents"]) == 2
        found: Any = asker.post(
            "/api/ask", json={"question": "When does the ferry leave?", "in": "elsewhere"}
        ).json
        assert [one["quote"] for one in found["excerpts"]] == [_FERRY.decode()]
    finally:
        close_app(again)


def test_what_was_uploaded_and_removed_does_not_come_back_with_the_next_server(
    app: Flask, client: FlaskClient, library: Library, embedder: PausingEmbedder
) -> None:
    job = _job(client, _FERRY, "ferry.txt")
    # Removed by a server that had no time to delete the file.
    library.remove(job["document"])
    close_app(app)
    assert len(_left_over(library)) == 1

    again = create_app(Settings(library=library.folder, threshold=0), embedder=embedder)
    assert again.test_client().get("/api/uploads").json["jobs"] == []  # type: ignore[index]  # there is JSON
    close_app(again)

    assert _left_over(library) == []
    assert [Path(file.source).name for file in library.files()] == ["bridge.txt"]
