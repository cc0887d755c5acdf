"""Serving: real servers, in processes of their own, on ports of this machine."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from http.client import HTTPConnection
from pathlib import Path
from typing import Any, NamedTuple
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import pytest

from index import LARGEST_FILE, Library, SentenceEmbedder, add_files, find_files, token_counter
from web.credentials import Credentials

_SERVE = "from web.cli import main; main()"
_SERVE_WITH_WAITRESS = """
import os
from qa import Settings
from web.server import _serve_with_waitress
_serve_with_waitress(Settings.from_environment(os.environ))
"""

_SERVE_IMPATIENTLY = f"""
import web.connections
web.connections.PATIENCE = 1.0
{_SERVE}
"""

_PASSWORD = "correct horse"

# Starting means importing torch, which a busy machine takes its time for.
_PATIENCE = 90.0


class Server(NamedTuple):
    """A process that serves, or tries to."""

    address: str
    library: Path
    models: Path
    process: subprocess.Popen[str]


@pytest.fixture(scope="module")
def servers(
    tmp_path_factory: pytest.TempPathFactory, small_models: Path
) -> Iterator[dict[str, Server]]:
    """Five servers over a library of one document each, started side by side to save time.

    The one that is `ending` waits for nobody long until it is ended, by the last test of it.
    The one that is `broken` had a model when its library was made.
    """
    folder = tmp_path_factory.mktemp("served")
    (folder / "bridge.txt").write_text("The harbour bridge was opened in spring.\n")
    models = shutil.copytree(small_models, folder / "models")
    with _library(folder / "library", small_models) as library:
        _add(library, folder / "bridge.txt")
    with _library(folder / "broken", models) as library:
        _add(library, folder / "bridge.txt")
    shutil.rmtree(models / "mean")
    with ExitStack() as stack:
        started = {}
        for name, program in [
            ("lasting", _SERVE),
            ("ending", _SERVE_IMPATIENTLY),
            ("guarded", _SERVE),
            ("waitress", _SERVE_WITH_WAITRESS),
            ("broken", _SERVE),
        ]:
            of_its_own = folder / name
            if name != "broken":
                shutil.copytree(folder / "library", of_its_own)
            known = models if name == "broken" else small_models
            password = _PASSWORD if name in {"guarded", "waitress"} else ""
            started[name] = stack.enter_context(
                _started(of_its_own, known, _free_port(), program, password)
            )
        yield started


@pytest.fixture(scope="module")
def lasting(servers: dict[str, Server]) -> Server:
    """A server that runs until the tests end."""
    return _answering(servers["lasting"])


def _library(folder: Path, models: Path) -> Library:
    embedder = SentenceEmbedder(str(models / "mean"))
    return Library.open(folder, embedder=embedder, count=token_counter(), create=True)


def _add(library: Library, path: Path) -> None:
    (report,) = add_files(library, find_files([path]), seconds=60)
    assert report.state == "indexed"


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as trial:
        port: int = trial.getsockname()[1]
        return port


@contextmanager
def _started(
    library: Path, models: Path, port: int, program: str = _SERVE, password: str = ""
) -> Iterator[Server]:
    """A server's process, which ends with the block, whatever happens in it."""
    settings = {
        "PINCITE_LIBRARY": str(library),
        "PINCITE_MODEL": str(models / "mean"),
        "PINCITE_PORT": str(port),
        "PINCITE_THRESHOLD": "0",
        "PINCITE_PASSWORD": password,
    }
    process = subprocess.Popen(
        [sys.executable, "-c", program, "serve"],
        env={**os.environ, **settings},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        yield Server(f"http://127.0.0.1:{port}", library, models, process)
    finally:
        if process.poll() is None:
            # Its workers are of its session: those of a server that was killed would live on.
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


def _answering(server: Server) -> Server:
    """The server, once it answers."""
    end = time.monotonic() + _PATIENCE
    while True:
        try:
            _get(f"{server.address}/healthz")
        except URLError:
            assert server.process.poll() is None, server.process.communicate()
            assert time.monotonic() < end
            time.sleep(0.05)
        else:
            return server


def _get(address: str, timeout: float = 60) -> str:
    with urlopen(address, timeout=timeout) as response:  # noqa: S310 (a server of our own)
        text: str = response.read().decode()
        return text


def _quotes(address: str, question: str, **headers: str) -> list[str]:
    body = json.dumps({"question": question}).encode()
    headers = {"Content-Type": "application/json", **headers}
    request = Request(f"{address}/api/ask", data=body, headers=headers)  # noqa: S310 (our own)
    with urlopen(request, timeout=60) as response:  # noqa: S310
        answer: Any = json.load(response)
    return [excerpt["quote"] for excerpt in answer["excerpts"]]


def test_the_server_answers_programs_and_people(lasting: Server) -> None:
    address = lasting.address

    assert _quotes(address, "When was the bridge opened?") == [
        "The harbour bridge was opened in spring."
    ]
    assert "The harbour bridge was opened in spring." in _get(f"{address}/?q=bridge")


def test_the_server_sees_at_once_what_others_add_and_remove(
    lasting: Server, tmp_path: Path
) -> None:
    address, folder, models, _ = lasting
    question = "Who keeps the lighthouse lamp?"
    boat = tmp_path / "lighthouse.txt"
    boat.write_text("Marta keeps the lamp of the lighthouse.\n")
    before = _quotes(address, question)

    with _library(folder, models) as library:
        _add(library, boat)
    assert "Marta keeps the lamp of the lighthouse." in _within_a_second(
        lambda: _quotes(address, question), lambda quotes: quotes != before
    )
    link = json.loads(_get(f"{address}/api/documents"))["documents"][-1]["link"]
    assert "Marta keeps the lamp" in _get(f"{address}{link}")

    with _library(folder, models) as library, library.writer() as writer:
        writer.remove([str(boat)])
    assert _within_a_second(lambda: _quotes(address, question), lambda quotes: quotes == before)
    assert len(json.loads(_get(f"{address}/api/documents"))["documents"]) == 1


def _within_a_second(
    look: Callable[[], list[str]], seen: Callable[[list[str]], bool]
) -> list[str]:
    end = time.monotonic() + 1
    while not seen(found := look()):
        assert time.monotonic() < end
        time.sleep(0.05)
    return found


def _bytes_below(folder: Path) -> int:
    total = 0
    for path in folder.rglob("*"):
        # It may be gone since it was listed.
        with suppress(FileNotFoundError):
            total += path.stat().st_size if path.is_file() else 0
    return total


def test_500_mb_over_the_line_are_refused_in_a_sentence_and_never_kept(lasting: Server) -> None:
    host = lasting.address.removeprefix("http://")
    head = (
        b'--b\r\nContent-Disposition: form-data; name="files"; filename="a.txt"\r\n'
        b"Content-Type: text/plain\r\n\r\n"
    )
    tail = b"\r\n--b--\r\n"
    block = b"All work and no play. " * 47_662
    blocks = 500 * 2**20 // len(block)
    uploads = lasting.library / "uploads"
    most = 0
    with closing(HTTPConnection(host, timeout=60)) as connection:
        connection.putrequest("POST", "/api/uploads")
        connection.putheader("Content-Type", "multipart/form-data; boundary=b")
        connection.putheader("Content-Length", str(len(head) + blocks * len(block) + len(tail)))
        connection.endheaders()
        connection.send(head)
        for _ in range(blocks):
            connection.send(block)
            most = max(most, _bytes_below(uploads))
        connection.send(tail)
        response = connection.getresponse()
        refused = json.load(response)

    assert (response.status, refused["status"]) == (413, 413)
    assert refused["detail"].startswith("'a.txt' is larger than the 200 MiB")
    assert 0 < most <= LARGEST_FILE
    assert [path.name for path in uploads.rglob("*") if path.is_file()] == [".lock"]
    assert _quotes(lasting.address, "When was the bridge opened?") != []


_STALLED = (
    b'--b\r\nContent-Disposition: form-data; name="files"; filename="a.txt"\r\n\r\nhalf of it'
)


@pytest.mark.parametrize(
    "sent",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"GET /healthz HTTP/1.1\r\nHost: local", id="half_a_header"),
        pytest.param(
            b"POST /api/ask HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
            b'Content-Length: 60000\r\n\r\n{"question": "',
            id="half_a_body",
        ),
        pytest.param(
            b"POST /api/uploads HTTP/1.1\r\nHost: localhost\r\nContent-Length: 60000\r\n"
            b"Content-Type: multipart/form-data; boundary=b\r\n\r\n" + _STALLED,
            id="half_an_upload",
        ),
        pytest.param(b"GET /healthz HTTP/1.0\r\n\r\n", id="left_open"),
    ],
)
def test_connections_that_stall_stop_nobody_else(servers: dict[str, Server], sent: bytes) -> None:
    server = _answering(servers["ending"])
    address = ("127.0.0.1", int(server.address.rpartition(":")[2]))
    with ExitStack() as stack:
        stalled = [stack.enter_context(socket.create_connection(address)) for _ in range(150)]
        for one in stalled:
            one.sendall(sent)

        # More than there are threads; without an end to it, this would time out.
        assert "ok" in _get(f"{server.address}/healthz", timeout=20)
        assert _uploaded(server.address, b"The ferry leaves at noon.") == 202
        # Nothing of them stays open.
        for one in stalled:
            one.settimeout(20)
            with suppress(ConnectionResetError):
                while one.recv(4096):
                    pass
    assert server.process.poll() is None


def _uploaded(address: str, data: bytes) -> int:
    """The status of an upload, once others have let go of their turns."""
    body = _STALLED.replace(b"half of it", data) + b"\r\n--b--\r\n"
    headers = {"Content-Type": "multipart/form-data; boundary=b"}
    request = Request(f"{address}/api/uploads", data=body, headers=headers)  # noqa: S310 (our own)
    end = time.monotonic() + 20
    while True:
        try:
            with urlopen(request, timeout=20) as response:  # noqa: S310 (our own)
                return int(response.status)
        except HTTPError as error:
            if error.code != 503 or time.monotonic() > end:
                return error.code
            time.sleep(0.1)


def test_a_slow_connection_is_served(servers: dict[str, Server]) -> None:
    server = _answering(servers["ending"])
    address = ("127.0.0.1", int(server.address.rpartition(":")[2]))
    request = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nX-Long: "
    with socket.create_connection(address) as connection:
        # In all it takes longer than the server waits for nothing.
        for part in (request, *(b"x" * 1500 for _ in range(4)), b"\r\n\r\n"):
            connection.sendall(part)
            time.sleep(0.4)
        connection.settimeout(20)
        assert connection.recv(4096).startswith(b"HTTP/1.1 200")


def test_a_port_in_use_is_said_in_one_line(lasting: Server) -> None:
    port = int(lasting.address.rpartition(":")[2])

    with _started(lasting.library, lasting.models, port) as second:
        out, err = second.process.communicate(timeout=_PATIENCE)

    assert (second.process.returncode, out) == (1, "")
    assert err.startswith(f"pincite: cannot listen on 127.0.0.1:{port} (Address already in use)")
    assert err.count("\n") == 1


def test_sigterm_ends_the_server_soon_and_frees_its_port(servers: dict[str, Server]) -> None:
    address, _, _, process = _answering(servers["ending"])

    process.send_signal(signal.SIGTERM)
    out, err = process.communicate(timeout=10)

    assert (process.returncode, err) == (0, "")
    assert out == f"1 document at {address} (Ctrl-C stops)\n"
    with socket.create_server(("127.0.0.1", int(address.rpartition(":")[2]))):
        pass


def test_a_model_that_is_gone_ends_the_server_without_a_traceback(
    servers: dict[str, Server],
) -> None:
    _, _, models, process = servers["broken"]

    _, err = process.communicate(timeout=_PATIENCE)

    assert process.returncode not in {0, None}
    assert "Traceback" not in err
    assert err.startswith(f"pincite: the embedding model '{models / 'mean'}' cannot be loaded")


def test_a_server_that_starts_lets_nobody_wait_for_it(servers: dict[str, Server]) -> None:
    broken = servers["broken"]
    connected = False

    with _started(broken.library, broken.models, _free_port()) as starting:
        port = int(starting.address.rpartition(":")[2])
        while starting.process.poll() is None:
            with socket.socket() as caller:
                reached = caller.connect_ex(("127.0.0.1", port)) == 0
                # From that very port, it would be connected with itself.
                connected |= reached and caller.getsockname()[1] != port
            time.sleep(0.01)

    assert not connected


@pytest.mark.parametrize("name", ["guarded", "waitress"])
def test_a_server_with_a_password_answers_those_it_knows(
    servers: dict[str, Server], name: str
) -> None:
    server = _answering(servers[name])
    token = Credentials(server.library).create(f"of {name}")

    with pytest.raises(HTTPError, match="401"):
        _quotes(server.address, "When was the bridge opened?")

    # The server that is meant for Windows is asked here as well.
    assert _quotes(
        server.address, "When was the bridge opened?", Authorization=f"Bearer {token}"
    ) == ["The harbour bridge was opened in spring."]


@pytest.mark.parametrize("name", ["guarded", "waitress"])
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_behind_a_proxy_with_tls_a_login_never_travels_without(
    servers: dict[str, Server], name: str, scheme: str
) -> None:
    server = _answering(servers[name])
    connection = HTTPConnection(server.address.removeprefix("http://"), timeout=60)
    sent = {"X-Forwarded-Proto": scheme, "Content-Type": "application/x-www-form-urlencoded"}

    connection.request("POST", "/login", body=urlencode({"password": _PASSWORD}), headers=sent)
    response = connection.getresponse()
    cookie = response.headers["Set-Cookie"]
    connection.close()

    assert response.status == 303
    assert {"HttpOnly", "SameSite=Lax"} <= set(cookie.split("; "))
    assert ("Secure" in cookie.split("; ")) == (scheme == "https")
