"""A quote in its place, in a real browser: beside the conversation and on a page of its own."""

import re

import pytest
from browsing import QUESTION, ask, assert_in_view, assert_marked, excerpts_of, visited
from flask.testing import FlaskClient
from playwright.sync_api import Browser, Locator, expect

from index import Library

PAGES = "Should I cite the label printed on the page or its index in the file?"
TABLE = "When is copy for the culture section due?"
SEE = "See it in its place"


def test_a_quote_opens_beside_the_conversation(
    browser: Browser, address: str, client: FlaskClient
) -> None:
    excerpts = excerpts_of(client, QUESTION)
    assert excerpts

    with visited(browser, address, viewport={"width": 1280, "height": 720}) as page:
        page.goto(address)
        ask(page, QUESTION)
        page.wait_for_url("**/c/**")
        assert page.locator(".quote q").all_text_contents() == [one["quote"] for one in excerpts]
        for number, excerpt in enumerate(excerpts):
            page.get_by_role("link", name="See it in its place").nth(number).click()
            page.wait_for_selector("#reader mark")
            assert_marked(page, excerpt["quote"], within="#reader")
            page.keyboard.press("Escape")
            expect(page.locator("#reader")).to_be_hidden()


def test_opening_and_closing_leave_what_was_clicked_where_it_is(
    browser: Browser, address: str
) -> None:
    with visited(browser, address, viewport={"width": 1280, "height": 720}) as page:
        page.goto(f"{address}/?q={QUESTION}")
        link, reader = page.get_by_role("link", name=SEE).last, page.locator("#reader")
        link.scroll_into_view_if_needed()
        before = _top(link)
        link.click()
        assert_in_view(reader.locator("mark"))
        assert abs(_top(link) - before) < 2
        page.keyboard.press("Escape")
        expect(reader).to_be_hidden()
        assert abs(_top(link) - before) < 2
        expect(link).to_be_focused()


def test_back_closes_the_source_and_forward_opens_it_again(
    browser: Browser, address: str, client: FlaskClient
) -> None:
    first = excerpts_of(client, QUESTION)[0]

    with visited(browser, address, viewport={"width": 360, "height": 740}) as page:
        page.goto(address)
        ask(page, QUESTION)
        page.wait_for_url("**/c/**")
        there, reader = page.url, page.locator("#reader")
        link = page.get_by_role("link", name=SEE).first
        link.click()
        assert_marked(page, first["quote"], within="#reader")
        page.go_back()
        expect(reader).to_be_hidden()
        expect(link).to_be_focused()
        assert_in_view(link)
        page.go_forward()
        assert_marked(page, first["quote"], within="#reader")
        page.reload()
        assert_marked(page, first["quote"], within="#reader")
        reader.get_by_role("button", name="Close").click()
        expect(reader).to_be_hidden()
        assert page.url == there
        page.go_back()
        page.wait_for_url(f"{address}/")


@pytest.mark.parametrize(("width", "height"), [(1280, 720), (360, 740)], ids=["wide", "phone"])
def test_the_pages_of_a_pdf_are_turned_beside_the_answer(
    browser: Browser, address: str, width: int, height: int
) -> None:
    with visited(browser, address, viewport={"width": width, "height": height}) as page:
        asked: list[str] = []
        page.goto(f"{address}/?q={PAGES}")
        there, reader = page.url, page.locator("#reader")
        page.get_by_role("link", name=SEE).first.click()
        reader.locator("rect#quote").wait_for()
        assert_in_view(reader.locator("#quote"))
        assert reader.locator("rect").count() > 1
        page.on("request", lambda request: asked.append(request.url))
        reader.get_by_role("link", name="Next page").click()
        reader.locator(".page .warning").wait_for()
        assert_in_view(reader.locator("figure img"))
        expect(reader.locator(".text")).to_be_hidden()
        # The text of the document, which may be long, is not fetched again.
        assert [one for one in asked if not re.search(r"/d/\w+/pages/\d", one)] == []
        reader.get_by_role("link", name="Go to the quote").click()
        assert_in_view(reader.locator("rect#quote"))
        assert page.url == there


def test_the_pages_of_a_pdf_are_turned_on_a_page_of_its_own(
    browser: Browser, address: str, client: FlaskClient
) -> None:
    link = excerpts_of(client, PAGES)[0]["link"]

    with visited(browser, address) as page:
        page.goto(address + link)
        assert_in_view(page.locator("rect#quote"))
        page.get_by_role("link", name="Next page").click()
        page.wait_for_url(f"**{link}?page=*")
        expect(page.locator("#reader")).to_be_hidden()
        assert_in_view(page.locator("figure img"))
        expect(page.locator("main .text")).to_be_hidden()
        page.get_by_role("link", name="Go to the quote").click()
        page.wait_for_url(f"**{link}#quote")
        assert_in_view(page.locator("rect#quote"))


def test_in_every_format_a_click_shows_the_quote_in_its_place(
    browser: Browser,
    address: str,
    client: FlaskClient,
    seed_library: Library,
    golden_questions: list[str],
) -> None:
    found: dict[str, tuple[str, int, str]] = {}
    for question in [*golden_questions, TABLE]:
        for place, excerpt in enumerate(excerpts_of(client, question)):
            document = seed_library.document(excerpt["document"]["id"])
            assert document is not None
            found.setdefault(document.media_type, (question, place, excerpt["quote"]))
    kinds = {file.media_type for file in seed_library.files()}
    assert found.keys() == kinds

    with visited(browser, address) as page:
        for question, place, quote in found.values():
            page.goto(address)
            ask(page, question)
            page.wait_for_url("**/c/**")
            page.locator(".excerpt").nth(place).get_by_role("link", name=SEE).click()
            assert_in_view(page.locator("#reader #quote"))
            assert page.locator("#reader mark").text_content() == quote


def _top(shown: Locator) -> float:
    box = shown.bounding_box()
    assert box is not None
    return box["y"]


def test_the_link_of_an_answer_opens_in_its_place_as_well(
    browser: Browser, address: str, client: FlaskClient
) -> None:
    questions = (QUESTION, "Which nations sent soldiers to the Kavkaz exercise?")
    first, second = (excerpts_of(client, question)[0] for question in questions)
    assert first["document"] == second["document"]
    assert first["span"] != second["span"]

    with visited(browser, address) as page:
        page.goto(address + first["link"])
        assert_marked(page, first["quote"])
        assert page.locator("main [role=status]").text_content() == "This quote is unchanged."
        # Older links have their span in the fragment: within a document only that changes.
        document, span = first["document"]["id"], "{start}-{end}".format(**second["span"])
        page.goto(f"{address}/d/{document}")
        page.evaluate("fragment => { location.hash = fragment }", span)
        page.wait_for_selector("mark")
        assert_marked(page, second["quote"])


def test_a_span_in_the_query_opens_in_its_place(
    browser: Browser, address: str, client: FlaskClient
) -> None:
    first = excerpts_of(client, QUESTION)[0]
    document, span = first["document"]["id"], "{start}-{end}".format(**first["span"])

    with visited(browser, address) as page:
        page.goto(f"{address}/d/{document}?span={span}")
        assert_marked(page, first["quote"])
