"""What the tests in a browser share: a server, and a page that must make no noise."""

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Browser, BrowserContext, Locator, Page, Request, Response
from waitress.server import create_server

_PATIENCE = 10.0

QUESTION = "What does Iran accuse the Americans of doing with Syria's oil?"
FOREIGN = "What is the capital of Australia?"

_IN_VIEW = """mark => {
    const box = mark.getBoundingClientRect();
    return box.top >= 0 && box.top < innerHeight && box.left >= 0 && box.right <= innerWidth;
}"""


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
    assert [line for line in noise if not any(words in line for words in but)] == []


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
