"""A quote in its place, in a real browser: beside the conversation and on a page of its own."""

from typing import Any

from browsing import QUESTION, ask, assert_in_view, assert_marked, excerpts_of, visited
from flask.testing import FlaskClient
from playwright.sync_api import Browser

from index import Library


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
            assert page.locator("#reader").is_hidden()


def test_the_rectangles_on_a_pdf_s_page_are_on_the_screen(browser: Browser, address: str) -> None:
    question = "Should I cite the label printed on the page or its index in the file?"
    with visited(browser, address) as page:
        page.goto(f"{address}/?q={question}")
        page.get_by_role("link", name="See it in its place").first.click()
        page.wait_for_selector("#reader rect#quote")
        assert_in_view(page.locator("#quote"))
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
        for excerpt in excerpts_of(client, question):
            document = seed_library.document(excerpt["document"]["id"])
            assert document is not None
            excerpts.setdefault(document.media_type, excerpt)
    assert len(excerpts) >= 8

    with visited(browser, address) as page:
        for excerpt in excerpts.values():
            page.goto(f"{address}{excerpt['link']}#quote")
            assert page.locator("main mark").text_content() == excerpt["quote"]
            assert_in_view(page.locator("#quote"))


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
