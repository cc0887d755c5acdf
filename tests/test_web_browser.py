"""The pages in a real browser: quotes in their place, on any screen, with or without scripts."""

import os
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import axe_playwright_python
import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Browser, Page, Request, Response, sync_playwright
from waitress.server import create_server

from index import Library, SentenceEmbedder, token_counter
from qa import Settings
from web import create_app
from web.app import close_app

_CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
_ARGUMENTS = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
]

QUESTION = "What does Iran accuse the Americans of doing with Syria's oil?"
FOREIGN = "What is the capital of Australia?"

_IN_VIEW = """mark => {
    const box = mark.getBoundingClientRect();
    return box.top >= 0 && box.top < innerHeight && box.left >= 0 && box.right <= innerWidth;
}"""
_OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if _CHROMIUM is None:
        if os.environ.get("CI") == "true":
            pytest.fail("no chromium on this machine; install it")
        pytest.skip("no chromium on this machine")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=_CHROMIUM, args=_ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def address(seed_app: Flask) -> Iterator[str]:
    """A server over the sample documents, on a port of this machine; it keeps what is asked."""
    with _served(seed_app) as address:
        yield address


@pytest.fixture
def app_address(tmp_path: Path, sentence_embedder: SentenceEmbedder) -> Iterator[str]:
    """A server over a library of its own, empty."""
    place = tmp_path / "library"
    Library.open(place, embedder=sentence_embedder, count=token_counter(), create=True).close()
    app = create_app(Settings(library=place), embedder=sentence_embedder)
    with _served(app) as address:
        yield address
    close_app(app)


@contextmanager
def _served(app: Flask) -> Iterator[str]:
    server: Any = create_server(app, host="127.0.0.1", port=0, threads=4)
    thread = threading.Thread(target=server.run)
    thread.start()
    yield f"http://127.0.0.1:{server.effective_port}"
    server.close()
    server.task_dispatcher.shutdown()
    thread.join(timeout=10)
    assert not thread.is_alive()


@contextmanager
def _visited(browser: Browser, address: str, **options: Any) -> Iterator[Page]:
    """A page that must make no noise on its console and no request elsewhere."""
    noise: list[str] = []

    def hear_request(request: Request) -> None:
        if not request.url.startswith(f"{address}/"):
            noise.append(f"asked elsewhere: {request.url}")

    def hear_response(response: Response) -> None:
        if response.status >= 400:
            noise.append(f"{response.status}: {response.url}")

    with browser.new_context(**options) as context:
        page = context.new_page()
        page.on("console", lambda message: noise.append(message.text))
        page.on("pageerror", lambda error: noise.append(str(error)))
        page.on("request", hear_request)
        page.on("response", hear_response)
        yield page
    assert noise == []


def _excerpts(client: FlaskClient, question: str) -> Any:
    answer: Any = client.post("/api/ask", json={"question": question}).json
    return answer["excerpts"]


def _assert_marked(page: Page, quote: str, within: str = "main") -> None:
    """The one mark is on the screen, and holds the quote."""
    mark = page.locator(f"{within} mark")
    assert mark.count() == 1
    assert mark.text_content() == quote
    page.wait_for_function(f"({_IN_VIEW})(document.querySelector('{within} mark'))", timeout=3000)


def _ask(page: Page, question: str) -> None:
    page.get_by_role("searchbox").fill(question)
    page.keyboard.press("Enter")


def test_a_quote_opens_beside_the_conversation(
    browser: Browser, address: str, client: FlaskClient
) -> None:
    excerpts = _excerpts(client, QUESTION)
    assert excerpts

    with _visited(browser, address, viewport={"width": 1280, "height": 720}) as page:
        page.goto(address)
        _ask(page, QUESTION)
        page.wait_for_url("**/c/**")
        assert page.locator(".quote q").all_text_contents() == [one["quote"] for one in excerpts]
        for number, excerpt in enumerate(excerpts):
            page.get_by_role("link", name="See it in its place").nth(number).click()
            page.wait_for_selector("#reader mark")
            _assert_marked(page, excerpt["quote"], within="#reader")
            page.keyboard.press("Escape")
            assert page.locator("#reader").is_hidden()


def test_the_rectangles_on_a_pdf_s_page_are_on_the_screen(browser: Browser, address: str) -> None:
    question = "Should I cite the label printed on the page or its index in the file?"
    with _visited(browser, address) as page:
        page.goto(f"{address}/?q={question}")
        page.get_by_role("link", name="See it in its place").first.click()
        page.wait_for_selector("#reader rect#quote")
        page.wait_for_function(f"({_IN_VIEW})(document.querySelector('#quote'))", timeout=3000)
        assert page.locator("#reader rect").count() > 1
        page.locator("#reader").get_by_role("link", name="Next page").click()
        page.wait_for_selector("#reader .page .warning")


def test_in_every_format_the_quote_is_on_the_screen(
    browser: Browser,
    address: str,
    client: FlaskClient,
    seed_library: Library,
    golden_questions: list[str],
) -> None:
    excerpts: dict[str, Any] = {}
    for question in golden_questions:
        for excerpt in _excerpts(client, question):
            document = seed_library.document(excerpt["document"]["id"])
            assert document is not None
            excerpts.setdefault(document.media_type, excerpt)
    assert len(excerpts) >= 8

    with _visited(browser, address) as page:
        for excerpt in excerpts.values():
            page.goto(f"{address}{excerpt['link']}#quote")
            assert page.locator("main mark").text_content() == excerpt["quote"]
            page.wait_for_function(f"({_IN_VIEW})(document.querySelector('#quote'))", timeout=3000)


def test_a_conversation_goes_on_and_is_there_after_a_reload(
    browser: Browser, address: str
) -> None:
    with _visited(browser, address) as page:
        page.goto(address)
        _ask(page, "Who is Javad Zarif?")
        page.wait_for_url("**/c/**")
        _ask(page, "What did he say about Idlib?")
        page.wait_for_selector("#turn-2")
        shown = page.locator("#turn-2 .searched").text_content()
        assert shown is not None
        assert "(Javad Zarif)" in shown
        page.locator("#turn-2").get_by_role("button", name="Helpful").click()
        page.wait_for_selector("#turn-2 button[aria-pressed=true]")
        page.reload()
        assert page.locator(".turn h2").all_text_contents() == [
            "Who is Javad Zarif?",
            "What did he say about Idlib?",
        ]
        assert page.locator("#turn-2 button[aria-pressed=true]").text_content() == "Helpful"
        page.get_by_text("Rename, export, delete").click()
        with page.expect_download() as download:
            page.get_by_role("link", name="Export as Markdown").click()
        assert "Javad Zarif" in download.value.path().read_text(encoding="utf-8")
        page.get_by_role("button", name="Delete this conversation").click()
        page.wait_for_url(f"{address}/")


def test_what_cannot_be_asked_is_said_beside_the_box(browser: Browser, address: str) -> None:
    with browser.new_context() as context:
        page = context.new_page()
        page.goto(address)
        _ask(page, "?!")
        alert = page.get_by_role("alert")
        alert.wait_for()
        assert "no words" in (alert.text_content() or "")
        assert page.get_by_role("searchbox").input_value() == "?!"


def test_arrows_go_from_excerpt_to_excerpt(browser: Browser, address: str) -> None:
    with _visited(browser, address) as page:
        page.goto(f"{address}/?q={QUESTION}")
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")
        page.wait_for_selector("#reader mark")
        page.keyboard.press("Escape")
        assert page.evaluate("document.activeElement.closest('.excerpt') !== null")
        page.keyboard.press("/")
        assert page.evaluate("document.activeElement.id") == "q"


def test_the_link_of_an_answer_opens_in_its_place_as_well(
    browser: Browser, address: str, client: FlaskClient
) -> None:
    questions = (QUESTION, "Which nations sent soldiers to the Kavkaz exercise?")
    first, second = (_excerpts(client, question)[0] for question in questions)
    assert first["document"] == second["document"]
    assert first["span"] != second["span"]

    with _visited(browser, address) as page:
        page.goto(address + first["link"])
        _assert_marked(page, first["quote"])
        assert page.locator("main [role=status]").text_content() == "This quote is unchanged."
        # Older links have their span in the fragment: within a document only that changes.
        document, span = first["document"]["id"], "{start}-{end}".format(**second["span"])
        page.goto(f"{address}/d/{document}")
        page.evaluate("fragment => { location.hash = fragment }", span)
        page.wait_for_selector("mark")
        _assert_marked(page, second["quote"])


def test_a_span_in_the_query_opens_in_its_place(
    browser: Browser, address: str, client: FlaskClient
) -> None:
    first = _excerpts(client, QUESTION)[0]
    document, span = first["document"]["id"], "{start}-{end}".format(**first["span"])

    with _visited(browser, address) as page:
        page.goto(f"{address}/d/{document}?span={span}")
        _assert_marked(page, first["quote"])


def test_without_scripts_questions_and_quotes_work(
    browser: Browser, address: str, client: FlaskClient
) -> None:
    first = _excerpts(client, QUESTION)[0]

    with _visited(browser, address, java_script_enabled=False) as page:
        page.goto(address)
        _ask(page, QUESTION)
        page.wait_for_url("**/c/**")
        page.get_by_role("link", name="See it in its place").first.click()
        page.wait_for_url("**/d/**")
        mark = page.locator("mark")
        assert mark.text_content() == first["quote"]
        box, size = mark.bounding_box(), page.viewport_size
        assert box is not None
        assert size is not None
        assert 0 <= box["y"] < size["height"]


@pytest.mark.parametrize("width", [360, 1280])
def test_no_page_scrolls_sideways(
    browser: Browser, address: str, seed_library: Library, client: FlaskClient, width: int
) -> None:
    paths = ["/", "/library", "/api/", f"/?q={QUESTION}", f"/?q={FOREIGN}", "/?q=", "/d/unknown"]
    paths += [f"/d/{file.document}" for file in seed_library.files()]
    paths += [f"/?q={'long' * 400}"]

    with browser.new_context(viewport={"width": width, "height": 640}) as context:
        page = context.new_page()
        for path in paths:
            page.goto(address + path)
            assert page.evaluate(_OVERFLOW) == 0, path


def test_the_keyboard_alone_is_enough(browser: Browser, address: str, client: FlaskClient) -> None:
    first = _excerpts(client, QUESTION)[0]

    with _visited(browser, address) as page:
        page.goto(address)
        page.keyboard.type(QUESTION)
        page.keyboard.press("Enter")
        page.wait_for_selector("q")
        page.get_by_role("link", name="See it in its place").first.focus()
        page.keyboard.press("Enter")
        page.wait_for_selector("#reader mark")
        _assert_marked(page, first["quote"], within="#reader")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_words_stand_out_from_what_is_behind_them(
    browser: Browser, address: str, scheme: Any
) -> None:
    with _visited(browser, address, color_scheme=scheme) as page:
        page.goto(f"{address}/?q={QUESTION}")
        contrasts = {
            selector: page.locator(selector).first.evaluate(_CONTRAST)
            for selector in ("q", ".context", ".citation", ".citation a", "h1", "button")
        }

    assert {selector: ratio for selector, ratio in contrasts.items() if ratio < 4.5} == {}


# WCAG's contrast ratio between an element's words and the nearest background behind them.
_CONTRAST = """element => {
    const parts = colour => colour.match(/[0-9.]+/g).map(Number);
    const light = ([red, green, blue]) => [red, green, blue]
        .map(part => part / 255)
        .map(part => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4)
        .reduce((sum, part, n) => sum + part * [0.2126, 0.7152, 0.0722][n], 0);
    let behind = element;
    while (parts(getComputedStyle(behind).backgroundColor)[3] === 0) behind = behind.parentElement;
    const words = light(parts(getComputedStyle(element).color));
    const paper = light(parts(getComputedStyle(behind).backgroundColor));
    return (Math.max(words, paper) + 0.05) / (Math.min(words, paper) + 0.05);
}"""


def test_a_document_is_added_removed_and_restored(
    browser: Browser, app_address: str, tmp_path: Path
) -> None:
    note = tmp_path / "harbour <b>note.txt"
    note.write_text("The harbour bridge was opened in the spring of 1932.\n")

    with _visited(browser, app_address) as page:
        page.goto(f"{app_address}/library")
        page.get_by_label("Add documents").set_input_files(note)
        page.get_by_role("button", name="Add", exact=True).click()
        page.wait_for_selector("#jobs li[data-state=done]")
        shown = page.locator("#jobs li .name").text_content() or ""
        assert shown.startswith("harbour")
        page.goto(f"{app_address}/?q=When was the harbour bridge opened?")
        assert "spring of 1932" in (page.locator(".quote q").first.text_content() or "")
        page.goto(f"{app_address}/library?find=harbour")
        page.get_by_role("button", name="Remove harbour").click()
        undo = page.get_by_role("button", name="Undo")
        undo.wait_for()
        assert (
            page.request.get(f"{app_address}/api/documents?q=harbour&state=indexed").json()[
                "documents"
            ]
            == []
        )
        undo.click()
        page.get_by_role("button", name="Remove harbour").wait_for()
        found = page.request.get(f"{app_address}/api/documents?q=harbour&state=indexed").json()
        assert len(found["documents"]) == 1


@pytest.mark.parametrize("path", ["/", f"/?q={QUESTION}", f"/?q={FOREIGN}", "/library", "/api/"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_stands_in_the_way_of_anyone(
    browser: Browser, address: str, path: str, scheme: Any
) -> None:
    rules = Path(axe_playwright_python.__file__).with_name("axe.min.js")
    with browser.new_context(color_scheme=scheme, bypass_csp=True) as context:
        page = context.new_page()
        page.goto(address + path)
        page.add_script_tag(path=rules)
        found = page.evaluate("axe.run()")

    assert [(one["id"], one["nodes"][0]["html"]) for one in found["violations"]] == []
