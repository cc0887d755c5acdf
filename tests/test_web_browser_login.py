"""Logging in and out in a real browser."""

from collections.abc import Iterator

import pytest
from browsing import QUESTION, ask, axe, overflow, served, watched
from playwright.sync_api import Browser, expect

from index import Library, SentenceEmbedder
from qa import Settings
from web import create_app
from web.app import close_app

PASSWORD = "pâss word:7"


@pytest.fixture(scope="module")
def guarded_address(seed_library: Library, sentence_embedder: SentenceEmbedder) -> Iterator[str]:
    """A server over the sample documents that asks for a password."""
    settings = Settings(library=seed_library.folder, password=PASSWORD)
    app = create_app(settings, embedder=sentence_embedder)
    with served(app) as address:
        yield address
    close_app(app)


def test_a_login_leads_on_and_its_end_loses_no_question(
    browser: Browser, guarded_address: str
) -> None:
    with watched(browser, guarded_address, but=("401",)) as context:
        page, other = context.new_page(), context.new_page()
        page.goto(f"{guarded_address}/library?find=kavkaz")
        page.get_by_label("Password").fill("wrong")
        page.keyboard.press("Enter")
        expect(page.get_by_role("alert")).to_be_visible()
        assert axe(page) == []
        page.emulate_media(color_scheme="dark")
        assert axe(page, "color-contrast") == []
        page.set_viewport_size({"width": 360, "height": 740})
        assert overflow(page) == 0

        page.get_by_label("Password").fill(PASSWORD)
        page.keyboard.press("Enter")
        expect(page.locator(".files .title")).to_have_count(1)
        page.goto(guarded_address)
        ask(page, QUESTION)
        page.wait_for_url("**/c/**")
        other.goto(f"{guarded_address}/library")
        other.get_by_role("button", name="Log out").click()
        expect(other.get_by_label("Password")).to_be_visible()

        ask(page, "And who buys it?")
        expect(page.get_by_role("alert")).to_contain_text("not logged in")
        expect(page.get_by_role("searchbox")).to_have_value("And who buys it?")
        page.get_by_role("link", name="Log in").click()
        page.get_by_label("Password").fill(PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url("**/c/**")
