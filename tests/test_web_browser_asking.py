"""Asking in a real browser: conversations, and what can be done with an answer."""

from pathlib import Path

import pytest
from browsing import QUESTION, ask, excerpts_of, visited, watched
from flask.testing import FlaskClient
from playwright.sync_api import Browser, expect


def test_a_conversation_goes_on_and_is_there_after_a_reload(
    browser: Browser, address: str
) -> None:
    with visited(browser, address) as page:
        page.goto(address)
        ask(page, "Who is Javad Zarif?")
        page.wait_for_url("**/c/**")
        ask(page, "What did he say about Idlib?")
        expect(page.locator("#turn-2")).to_be_focused()
        expect(page.locator("#turn-2 .searched")).to_contain_text("(Javad Zarif)")
        expect(page.get_by_role("searchbox")).to_have_value("")
        page.reload()
        questions = ["Who is Javad Zarif?", "What did he say about Idlib?"]
        expect(page.locator(".turn h2")).to_have_text(questions)
        page.get_by_role("link", name="Ask", exact=True).click()
        page.get_by_role("link", name="Who is Javad Zarif?").first.click()
        expect(page.locator(".turn h2")).to_have_text(questions)
        page.go_back()
        expect(page.get_by_role("heading", name="Conversations")).to_be_visible()


def test_a_conversation_is_renamed_exported_and_deleted(
    browser: Browser, address: str, client: FlaskClient
) -> None:
    first = excerpts_of(client, QUESTION)[0]

    with visited(browser, address, but=("404",)) as page:
        page.goto(address)
        ask(page, QUESTION)
        page.get_by_text("Rename, export, delete").click()
        page.get_by_label("Title").fill("Oil, <b>asked</b> twice")
        page.get_by_role("button", name="Rename").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Oil, <b>asked</b> twice")
        page.get_by_text("Rename, export, delete").click()
        for name, ending in (("Markdown", "md"), ("JSON", "json")):
            with page.expect_download() as download:
                page.get_by_role("link", name=f"Export as {name}").click()
            assert download.value.suggested_filename == f"oil-b-asked-b-twice.{ending}"
            text = Path(download.value.path()).read_text(encoding="utf-8")
            assert QUESTION in text
            assert first["link"] in text
        there = page.url
        page.get_by_text("Delete this conversation").click()
        page.get_by_role("button", name="Delete it").click()
        page.wait_for_url(f"{address}/")
        expect(page.get_by_role("link", name="Oil, <b>asked</b> twice")).to_have_count(0)
        page.goto(there)
        expect(page.get_by_role("alert")).to_contain_text("There is no conversation")


def test_only_what_answers_is_bold(browser: Browser, address: str) -> None:
    with visited(browser, address) as page:
        page.goto(address)
        ask(page, "Who was the American ambassador to the United Nations?")
        answer = page.locator("#turn-1 .quote strong").first
        expect(answer).to_have_text("Nikki Haley")
        expect(answer).to_have_css("font-weight", "700")
        ask(page, "What is the difference between a page label and a page index?")
        asked = page.locator("#turn-2 .quote b").first
        expect(asked).to_have_text("page")
        expect(asked).to_have_css("font-weight", "400")
        expect(asked).to_have_css("text-decoration-style", "dotted")


def test_what_was_searched_can_be_changed(browser: Browser, address: str) -> None:
    with visited(browser, address) as page:
        page.goto(address)
        ask(page, "Who is Javad Zarif?")
        page.wait_for_url("**/c/**")
        ask(page, "What did he say about Idlib?")
        searched = page.locator("#turn-2 .searched a")
        words = searched.text_content() or ""
        searched.click()
        box = page.get_by_role("searchbox")
        expect(box).to_be_focused()
        expect(box).to_have_value(words)
        box.fill("Who is Javad Zarif?")
        page.keyboard.press("Enter")
        expect(page.locator("#turn-3 h2")).to_have_text("Who is Javad Zarif?")
        expect(page.locator("#turn-3 .searched")).to_have_count(0)
        # The next question follows again.
        ask(page, "What did he say about Idlib?")
        expect(page.locator("#turn-4 .searched")).to_contain_text("(Javad Zarif)")


def test_a_question_that_is_sent_twice_begins_one_conversation(
    browser: Browser, address: str, client: FlaskClient
) -> None:
    def conversations() -> int:
        return len(client.get("/api/conversations?limit=500").json["conversations"])  # type: ignore[index]  # it is a list of them

    before = conversations()

    with visited(browser, address) as page:
        page.goto(address)
        page.get_by_role("searchbox").fill(QUESTION)
        page.locator("form.ask").evaluate("form => [1, 2].forEach(() => form.requestSubmit())")
        expect(page.locator(".turn")).to_have_count(1)
        page.wait_for_url("**/c/**")
        page.go_back()
        expect(page.get_by_role("heading", name="Conversations")).to_be_visible()
    assert conversations() == before + 1


def test_a_quote_its_citation_and_its_link_are_copied(
    browser: Browser, address: str, client: FlaskClient
) -> None:
    first = excerpts_of(client, QUESTION)[0]
    copies = {
        "Copy quote": first["quote"],
        "Copy citation": first["citation"],
        "Copy link": address + first["link"],
    }
    allowed = ["clipboard-read", "clipboard-write"]

    with visited(browser, address, permissions=allowed) as page:
        page.goto(address)
        ask(page, QUESTION)
        page.wait_for_url("**/c/**")
        for name, words in copies.items():
            page.get_by_role("button", name=name).first.click()
            expect(page.locator("#status")).to_have_text("Copied")
            assert page.evaluate("navigator.clipboard.readText()") == words


def test_a_quote_is_shown_with_what_stands_around_it(
    browser: Browser, address: str, client: FlaskClient
) -> None:
    first = excerpts_of(client, QUESTION)[0]

    with visited(browser, address) as page:
        page.goto(f"{address}/?q={QUESTION}")
        excerpt = page.locator(".excerpt").first
        excerpt.get_by_text("Show more context").click()
        around = excerpt.locator("details p")
        expect(around).to_be_visible()
        assert around.text_content() == first["before"] + first["quote"] + first["after"]
        # The quote is there once, in its place.
        expect(excerpt.locator("q:visible")).to_have_text([first["quote"]])


def test_an_answer_is_judged_and_the_verdict_taken_back(browser: Browser, address: str) -> None:
    with visited(browser, address) as page:
        page.goto(address)
        ask(page, QUESTION)
        page.wait_for_url("**/c/**")
        pressed = page.locator("button[aria-pressed=true]")
        for verdict in ("Helpful", "Wrong source", "Not there"):
            page.get_by_role("button", name=verdict).click()
            expect(page.locator("#status")).to_have_text("Noted, thank you")
            expect(pressed).to_have_text([verdict])
        page.reload()
        expect(pressed).to_have_text(["Not there"])
        pressed.click()
        expect(page.locator("#status")).to_have_text("Taken back")
        page.reload()
        expect(pressed).to_have_count(0)


@pytest.mark.parametrize(
    ("question", "said"),
    [("?!<>", "no words"), ("Who? after:someday", "someday")],
)
def test_what_cannot_be_asked_is_said_beside_the_box(
    browser: Browser, address: str, question: str, said: str
) -> None:
    with visited(browser, address, but=("422",)) as page:
        page.goto(address)
        ask(page, question)
        expect(page.get_by_role("alert")).to_contain_text(said)
        expect(page.get_by_role("searchbox")).to_have_value(question)
        expect(page.get_by_role("searchbox")).to_be_focused()


def test_a_conversation_that_another_tab_deleted_loses_no_question(
    browser: Browser, address: str
) -> None:
    with watched(browser, address, but=("404",)) as context:
        page, other = context.new_page(), context.new_page()
        page.goto(address)
        ask(page, QUESTION)
        page.wait_for_url("**/c/**")
        other.goto(page.url)
        other.get_by_text("Rename, export, delete").click()
        other.get_by_text("Delete this conversation").click()
        other.get_by_role("button", name="Delete it").click()
        other.wait_for_url(f"{address}/")

        ask(page, "And who buys it?")
        expect(page.get_by_role("alert")).to_contain_text("There is no conversation")
        expect(page.get_by_role("searchbox")).to_have_value("And who buys it?")
        page.get_by_role("button", name="Not there").click()
        expect(page.locator("#status")).to_contain_text("it may have been deleted")
        # What was answered is still there to be read.
        expect(page.locator(".quote q").first).to_be_visible()
