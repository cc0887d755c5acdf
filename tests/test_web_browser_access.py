"""By keyboard alone, without scripts, on any screen and on paper, in a real browser."""

from browsing import QUESTION, ask, assert_marked, excerpts_of, overflow, visited
from flask.testing import FlaskClient
from playwright.sync_api import Browser, Page, expect

from index import Library


def test_arrows_go_from_excerpt_to_excerpt(browser: Browser, address: str) -> None:
    with visited(browser, address) as page:
        page.goto(f"{address}/?q={QUESTION}")
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")
        page.wait_for_selector("#reader mark")
        page.keyboard.press("Escape")
        expect(page.locator("#reader")).to_be_hidden()
        assert page.evaluate("document.activeElement.closest('.excerpt') !== null")
        page.keyboard.press("/")
        assert page.evaluate("document.activeElement.id") == "q"
        page.goto(f"{address}/library")
        page.keyboard.press("/")
        assert page.evaluate("document.activeElement.id") == "find"
        expect(page.locator("#find")).to_have_value("")
        # Elsewhere the key is the browser's own.
        page.goto(f"{address}/api/")
        assert page.evaluate(_IS_LEFT)


def test_the_keyboard_alone_is_enough(browser: Browser, address: str, client: FlaskClient) -> None:
    first = excerpts_of(client, QUESTION)[0]

    with visited(browser, address) as page:
        page.goto(address)
        page.keyboard.type(QUESTION)
        page.keyboard.press("Enter")
        page.wait_for_selector("q")
        page.get_by_role("link", name="See it in its place").first.focus()
        page.keyboard.press("Enter")
        page.wait_for_selector("#reader mark")
        assert_marked(page, first["quote"], within="#reader")


def test_without_scripts_questions_and_quotes_work(
    browser: Browser, address: str, client: FlaskClient
) -> None:
    first = excerpts_of(client, "Who is Javad Zarif?")[0]

    with visited(browser, address, java_script_enabled=False) as page:
        page.goto(address)
        ask(page, "Who is Javad Zarif?")
        page.wait_for_url("**/c/**")
        ask(page, "What did he say about Idlib?")
        page.wait_for_url("**#turn-2")
        expect(page.locator("#turn-2 .searched")).to_contain_text("(Javad Zarif)")
        page.locator("#turn-2").get_by_role("button", name="Helpful").click()
        pressed = page.locator("#turn-2 button[aria-pressed=true]")
        expect(pressed).to_have_text("Helpful")
        pressed.click()
        expect(pressed).to_have_count(0)
        # What could do nothing is not shown.
        expect(page.get_by_role("button", name="Copy quote")).to_have_count(0)
        page.get_by_role("link", name="See it in its place").first.click()
        page.wait_for_url("**/d/**")
        mark = page.locator("mark")
        assert mark.text_content() == first["quote"]
        box, size = mark.bounding_box(), page.viewport_size
        assert box is not None
        assert size is not None
        assert 0 <= box["y"] < size["height"]


def test_without_scripts_a_question_that_cannot_be_asked_stays_in_the_box(
    browser: Browser, address: str
) -> None:
    with visited(browser, address, but=("422",), java_script_enabled=False) as page:
        page.goto(address)
        ask(page, "Who? after:someday")
        expect(page.get_by_role("alert")).to_contain_text("someday")
        expect(page.get_by_role("searchbox")).to_have_value("Who? after:someday")


def test_without_scripts_the_library_is_read_and_says_what_is_missing(
    browser: Browser, address: str
) -> None:
    with visited(browser, address, java_script_enabled=False) as page:
        page.goto(f"{address}/library")
        expect(page.locator("noscript p")).to_be_visible()
        expect(page.locator("noscript p")).to_contain_text("needs scripts")
        expect(page.get_by_label("Add documents")).to_be_hidden()
        page.get_by_role("searchbox").fill("kavkaz")
        page.get_by_role("button", name="Show").click()
        expect(page.locator(".files .title")).to_have_count(1)
        page.locator(".files").get_by_role("checkbox").check()
        page.get_by_role("button", name="Ask only the ticked documents").click()
        expect(page.get_by_role("group", name="Only these")).to_contain_text("kavkaz-2020.md")


def test_no_document_scrolls_sideways(
    browser: Browser, address: str, seed_library: Library
) -> None:
    with visited(browser, address) as page:
        for file in seed_library.files():
            page.goto(f"{address}/d/{file.document}")
            for width in (1280, 360):
                page.set_viewport_size({"width": width, "height": 640})
                assert overflow(page) == 0, file.title


def test_on_a_phone_the_source_stands_below_and_is_scrolled_to(
    browser: Browser, address: str, client: FlaskClient
) -> None:
    first = excerpts_of(client, QUESTION)[0]

    with visited(browser, address, viewport={"width": 360, "height": 640}) as page:
        page.goto(f"{address}/?q={QUESTION}")
        page.get_by_role("link", name="See it in its place").first.click()
        page.wait_for_selector("#reader mark")
        assert_marked(page, first["quote"], within="#reader")
        assert overflow(page) == 0


def test_on_paper_there_is_nothing_to_press(
    browser: Browser, address: str, client: FlaskClient
) -> None:
    first = excerpts_of(client, QUESTION)[0]

    with visited(browser, address, color_scheme="dark") as page:
        page.emulate_media(media="print")
        for path in (f"/?q={QUESTION}", "/library", first["link"]):
            page.goto(f"{address}{path}")
            assert _seen(page, "button, input, select, summary, nav, .place") == []
            colours = page.locator("body, .citation, a:visible").evaluate_all(
                "all => all.map(one => getComputedStyle(one).color.match(/\\d+/g).map(Number))"
            )
            assert max(max(colour) for colour in colours) < 100
        expect(page.locator("h1")).to_be_visible()
        expect(page.locator("mark")).to_have_text(first["quote"])


_IS_LEFT = """() => {
    const pressed = new KeyboardEvent("keydown", { key: "/", bubbles: true, cancelable: true });
    return document.body.dispatchEvent(pressed);
}"""


def _seen(page: Page, selector: str) -> list[str]:
    """The elements of a selector that can be seen, as HTML."""
    seen: list[str] = page.locator(f":is({selector}):visible").evaluate_all(
        "all => all.map(e => e.outerHTML)"
    )
    return seen
