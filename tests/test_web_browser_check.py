"""Pasting a draft on the page, as people do."""

from pathlib import Path

from browsing import axe, overflow, visited
from flask.testing import FlaskClient
from playwright.sync_api import Browser, expect

COLUMN = Path(__file__).parents[1] / "docs" / "writers" / "column.md"
DRAFT = (
    "They “had sent two thousand soldiers”, it says.\n\n"
    "> had sent a thousand soldiers\n\n"
    "“Bridges are built of marzipan here” (nobody)."
)


def test_a_draft_is_pasted_and_each_finding_leads_to_its_words(
    browser: Browser, address: str
) -> None:
    with visited(browser, address) as page:
        page.goto(address)
        page.get_by_role("link", name="Check", exact=True).click()
        assert axe(page) == []
        page.get_by_label("Your draft").fill(DRAFT)
        page.keyboard.press("Tab")
        page.get_by_role("button", name="Check").click()

        result = page.get_by_role("region", name="What was found")
        expect(result.locator(".urgent li")).to_have_count(2)
        expect(result.locator(".notes li")).to_have_count(3)
        expect(result.locator(".notes ins")).to_contain_text("a")
        assert axe(page) == []
        page.emulate_media(color_scheme="dark")
        assert axe(page, "color-contrast") == []

        result.locator(".urgent a").last.click()
        assert page.url.endswith("#words-3")
        result.locator(".notes a[href^='/d/']").first.click()
        page.get_by_text("Who took part").first.wait_for()


def test_a_phone_shows_it_without_scrolling_sideways(browser: Browser, address: str) -> None:
    with visited(browser, address, viewport={"width": 360, "height": 740}) as page:
        page.goto(f"{address}/check")
        assert overflow(page) == 0
        page.get_by_label("Your draft").fill(COLUMN.read_text(encoding="utf-8"))
        page.get_by_role("button", name="Check").click()

        expect(page.locator(".notes li").first).to_be_visible()
        assert overflow(page) == 0


def test_it_works_without_scripts_and_keeps_what_was_pasted(
    browser: Browser, address: str
) -> None:
    with visited(browser, address, java_script_enabled=False) as page:
        page.goto(f"{address}/check")
        page.get_by_label("Your draft").fill("<b>“had sent a thousand soldiers”</b> & so on")
        page.get_by_label("It is Markdown").uncheck()
        page.get_by_role("button", name="Check").click()

        expect(page.locator(".checked")).to_contain_text("<b>“had sent a thousand soldiers”")
        page.locator("details.again summary").click()
        expect(page.get_by_label("Your draft")).to_have_value(
            "<b>“had sent a thousand soldiers”</b> & so on"
        )
        expect(page.get_by_label("It is Markdown")).not_to_be_checked()


def test_what_cannot_be_checked_is_told_above_the_box(client: FlaskClient) -> None:
    empty = client.post("/check", data={"draft": " \r\n "})
    long = client.post("/check", data={"draft": "a" * 100_001})

    assert (empty.status_code, long.status_code) == (422, 422)
    assert "The draft is empty; give its text." in empty.text
    assert "The draft is longer than 100,000 characters" in long.text
    assert client.post("/check", data={"draft": "a" * 3_000_000}).status_code == 413
