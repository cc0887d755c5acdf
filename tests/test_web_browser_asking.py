"""Asking in a real browser: conversations, and what can be done with an answer."""

from browsing import ask, visited
from playwright.sync_api import Browser


def test_a_conversation_goes_on_and_is_there_after_a_reload(
    browser: Browser, address: str
) -> None:
    with visited(browser, address) as page:
        page.goto(address)
        ask(page, "Who is Javad Zarif?")
        page.wait_for_url("**/c/**")
        ask(page, "What did he say about Idlib?")
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
        ask(page, "?!")
        alert = page.get_by_role("alert")
        alert.wait_for()
        assert "no words" in (alert.text_content() or "")
        assert page.get_by_role("searchbox").input_value() == "?!"
