"""What the tests in a browser share: Chromium, a server, and a page that must make no noise."""

import os
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import axe_playwright_python
import pytest
from flask import Flask
from flask.testing import FlaskClient
from get_browser import find_chromium
from playwright.sync_api import (
    Browser,
    BrowserContext,
    Locator,
    Page,
    Request,
    Response,
    expect,
    sync_playwright,
)
from waitress.server import create_server

_PATIENCE = 30.0
# A busy machine takes its time, and what comes late comes all the same.
expect.set_options(timeout=1000 * _PATIENCE)

QUESTION = "What does Iran accuse the Americans of doing with Syria's oil?"
FOREIGN = "What is the capital of Australia?"

_IN_VIEW = """mark => {
    const box = mark.getBoundingClientRect();
    return box.top >= 0 && box.top < innerHeight && box.left >= 0 && box.right <= innerWidth;
}"""


_AXE = Path(axe_playwright_python.__file__).with_name("axe.min.js").read_text(encoding="utf-8")
_RUN = """rules => axe.run({
    preload: false,
    resultTypes: ["violations"],
    ...(rules.length ? { runOnly: rules } : { rules: { "target-size": { enabled: true } } }),
})"""

_CHROMIUM = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium; without any, tests are skipped, or fail where CI is true."""
    with sync_playwright() as playwright:
        chromium = find_chromium(playwright)
        if chromium is None:
            if os.environ.get("CI") == "true":
                pytest.fail("there is no Chromium here; run tools/get_browser.py")
            pytest.skip("there is no Chromium here; run tools/get_browser.py")
        browser = playwright.chromium.launch(executable_path=chromium, args=_CHROMIUM)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def address(seed_app: Flask) -> Iterator[str]:
    """A server over the sample documents; it keeps what is asked."""
    with served(seed_app) as address:
        yield address


@contextmanager
def served(app: Flask) -> Iterator[str]:
    """The address of an application on a port of this machine."""
    server: Any = create_server(app, host="127.0.0.1", port=0, threads=4)
    thread = threading.Thread(target=server.run)
    thread.start()
    yield f"http://127.0.0.1:{server.effective_port}"
    server.close()
    server.task_dispatcher.shutdown()
    thread.join(timeout=10)
    assert not thread.is_alive()


# A test may type before the page is painted, which nobody can.
_QUICKER = "Autofocus processing was blocked because a document already has a focused element"


@contextmanager
def visited(
    browser: Browser, address: str, *, but: Sequence[str] = (), **options: Any
) -> Iterator[Page]:
    """A page that must make no noise on its console and no request elsewhere.

    Lines of noise with one of the words of `but` are part of what is tested.
    """
    with watched(browser, address, but=but, **options) as context:
        yield context.new_page()


@contextmanager
def watched(
    browser: Browser, address: str, *, but: Sequence[str] = (), **options: Any
) -> Iterator[BrowserContext]:
    """Any number of pages of which the same holds."""
    noise: list[str] = []

    def hear_request(request: Request) -> None:
        if not request.url.startswith(f"{address}/"):
            noise.append(f"asked elsewhere: {request.url}")

    def hear_response(response: Response) -> None:
        if response.status >= 400:
            noise.append(f"{response.status}: {response.url}")

    with browser.new_context(**options) as context:
        context.on("console", lambda message: noise.append(message.text))
        context.on("weberror", lambda error: noise.append(str(error.error)))
        context.on("request", hear_request)
        context.on("response", hear_response)
        yield context
    allowed = (*but, _QUICKER)
    assert [line for line in noise if not any(words in line for words in allowed)] == []


def excerpts_of(client: FlaskClient, question: str) -> Any:
    """The excerpts that answer a question, as JSON."""
    answer: Any = client.post("/api/ask", json={"question": question}).json
    return answer["excerpts"]


def ask(page: Page, question: str) -> None:
    """Type a question into the box and send it."""
    page.get_by_role("searchbox").fill(question)
    page.keyboard.press("Enter")


def assert_marked(page: Page, quote: str, within: str = "main") -> None:
    """The one mark is on the screen, and holds the quote."""
    mark = page.locator(f"{within} mark")
    mark.first.wait_for(state="attached")
    assert mark.count() == 1
    assert mark.text_content() == quote
    assert_in_view(mark)


def assert_in_view(shown: Locator) -> None:
    """Where an element begins is on the screen, or soon will be."""
    soon(lambda: shown.evaluate(_IN_VIEW))


def soon(look: Callable[[], object]) -> None:
    """Wait until something is so (not in the page, whose policy lets no words be scripts)."""
    end = time.monotonic() + _PATIENCE
    while not look():
        assert time.monotonic() < end
        time.sleep(0.05)


def axe(page: Page, *rules: str) -> list[tuple[str, str]]:
    """What of the page violates the rules, or any rule: the rule and the element."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(_AXE)
    found = page.evaluate(_RUN, list(rules))
    return [(one["id"], node["html"]) for one in found["violations"] for node in one["nodes"]]


def overflow(page: Page) -> int:
    """By how many pixels the page can be scrolled sideways."""
    wide: int = page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    return wide
