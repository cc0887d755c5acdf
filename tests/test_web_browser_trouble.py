"""A server that ends in the middle and comes back, in a real browser."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest
from browsing import ask, soon, watched
from conftest import WordEmbedder
from playwright.sync_api import Browser, expect

from index import Library, token_counter

ROOT = Path(__file__).parents[1]

_PATIENCE = 60.0

_SERVE = """
import sys
from pathlib import Path
from conftest import WordEmbedder
from waitress import serve
from qa import Settings
from web import create_app
settings = Settings(library=Path(sys.argv[1]), threshold=0)
serve(create_app(settings, embedder=WordEmbedder()), host="127.0.0.1", port=int(sys.argv[2]))
"""


class Server:
    """A server in a process of its own, over an empty library; it can be killed and come back."""

    def __init__(self, library: Path) -> None:
        Library.open(library, embedder=WordEmbedder(), count=token_counter(), create=True).close()
        with socket.create_server(("127.0.0.1", 0)) as trial:
            self._port = str(trial.getsockname()[1])
        self._library = str(library)
        self.address = f"http://127.0.0.1:{self._port}"

    def start(self) -> None:
        """Start, and return when it answers."""
        path = os.pathsep.join(map(str, (ROOT, ROOT / "tests")))
        self._process = subprocess.Popen(
            [sys.executable, "-c", _SERVE, self._library, self._port],
            env={**os.environ, "PYTHONPATH": path},
        )
        end = time.monotonic() + _PATIENCE
        while time.monotonic() < end:
            assert self._process.poll() is None
            try:
                urlopen(f"{self.address}/healthz").close()  # noqa: S310 (a server of our own)
            except URLError:
                time.sleep(0.05)
            else:
                return
        pytest.fail("the server did not start")

    def kill(self) -> None:
        """End it without a warning."""
        self._process.send_signal(signal.SIGKILL)
        self._process.wait()


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    server = Server(tmp_path / "library")
    server.start()
    yield server
    server.kill()


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")
def test_a_server_that_is_gone_for_a_while_loses_nothing(
    browser: Browser, server: Server, tmp_path: Path
) -> None:
    note = tmp_path / "note.txt"
    note.write_text("The ferry leaves at noon.\n" + "It is a long way to the island.\n" * 3_000)

    # What cannot be reached makes noise by itself.
    with watched(browser, server.address, but=("ERR_",)) as context:
        page, library = context.new_page(), context.new_page()
        page.goto(server.address)
        ask(page, "When does the tram leave?")
        page.wait_for_url("**/c/**")
        library.goto(f"{server.address}/library")
        slow = {"offline": False, "latency": 0, "downloadThroughput": -1}
        line = context.new_cdp_session(library)
        line.send("Network.emulateNetworkConditions", {**slow, "uploadThroughput": 40_000})
        library.get_by_label("Add documents").set_input_files(note)
        library.get_by_role("button", name="Add", exact=True).click()
        item = library.locator("#jobs li")
        bar = item.get_by_role("progressbar")
        soon(lambda: 0 < bar.evaluate("bar => bar.value") < 1)
        expect(item).to_have_attribute("data-state", "sending")

        server.kill()
        expect(item).to_contain_text("the server could not be reached")
        ask(page, "When does the ferry leave?")
        expect(page.get_by_role("alert")).to_contain_text("The server cannot be reached")
        expect(page.get_by_role("searchbox")).to_have_value("When does the ferry leave?")
        page.get_by_role("button", name="Helpful").click()
        expect(page.locator("#status")).to_contain_text("The server cannot be reached")

        server.start()
        line.send("Network.emulateNetworkConditions", {**slow, "uploadThroughput": -1})
        item.get_by_role("button", name="Send again").click()
        expect(item).to_have_attribute("data-state", "done", timeout=_PATIENCE * 1000)
        expect(library.locator(".files .title")).to_have_text(["note.txt"])
        page.get_by_role("button", name="Ask").click()
        expect(page.locator("#turn-2 .quote q").first).to_have_text("The ferry leaves at noon.")
        expect(page.locator("#turn-1 h2")).to_have_text("When does the tram leave?")
