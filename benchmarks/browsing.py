"""The page in a browser: how soon it is painted, how much it weighs, how soon it answers."""

from collections.abc import Sequence
from dataclasses import dataclass

from playwright.sync_api import Page, sync_playwright

_ARGUMENTS = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
]

_PAINTED = """() => new Promise(told => new PerformanceObserver(list => {
    for (const one of list.getEntries())
        if (one.name === 'first-contentful-paint') told(one.startTime);
}).observe({type: 'paint', buffered: true}))"""

_WEIGHT = """() => performance.getEntriesByType('navigation')
    .concat(performance.getEntriesByType('resource'))
    .reduce((sum, one) => sum + one.transferSize, 0)"""

# From the key to the frame after one more answer is in the page.
_TIMED = """() => { window.timed = new Promise(told => {
    const before = document.querySelectorAll('.turn').length;
    addEventListener('keydown', event => {
        if (event.key !== 'Enter') return;
        const began = event.timeStamp;
        new MutationObserver((_, observer) => {
            if (document.querySelectorAll('.turn').length === before) return;
            observer.disconnect();
            requestAnimationFrame(() => setTimeout(() => told(performance.now() - began)));
        }).observe(document.querySelector('main'), {childList: true, subtree: true});
    }, {capture: true, once: true});
}); }"""


@dataclass(frozen=True, slots=True)
class Browsed:
    """What was measured: milliseconds, and bytes over the wire.

    `painted_ms` and `bytes` are of each view with an empty cache; `first_ms` are of
    answers that begin a conversation, `next_ms` of those that go on with one.
    """

    painted_ms: dict[str, list[float]]
    bytes: dict[str, int]
    first_ms: list[float]
    next_ms: list[float]


def browse(
    address: str, chromium: str | None, questions: Sequence[str], views: Sequence[str], times: int
) -> Browsed:
    """Open each view with an empty cache so many times, then ask in a conversation."""
    painted: dict[str, list[float]] = {view: [] for view in views}
    weights: dict[str, int] = {}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=_ARGUMENTS)
        # Nobody waits for the browser itself to start.
        browser.new_page().goto(address + views[0])
        for _ in range(times):
            for view in views:
                with browser.new_context() as context:
                    page = context.new_page()
                    page.goto(address + view)
                    painted[view].append(float(page.evaluate(_PAINTED)))
                    weights[view] = int(page.evaluate(_WEIGHT))
        page = browser.new_page()
        half = len(questions) // 2
        first = [_begun(page, address, question) for question in questions[:half]]
        following = [_answered(page, question) for question in questions[half:]]
        browser.close()
    return Browsed(painted, weights, first, following)


def _begun(page: Page, address: str, question: str) -> float:
    """Milliseconds from Enter until the answer that begins a conversation is painted."""
    page.goto(address)
    return _answered(page, question)


def _answered(page: Page, question: str) -> float:
    """Milliseconds from Enter until the answer is painted."""
    page.get_by_role("searchbox").fill(question)
    page.evaluate(_TIMED)
    page.keyboard.press("Enter")
    return float(page.evaluate("window.timed"))
