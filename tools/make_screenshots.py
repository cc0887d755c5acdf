"""Photograph the page's main views for the README: wide, on a phone, and dark.

Run with `make screenshots`; needs Chromium.
"""

import os
import sys
import tempfile
import threading
from pathlib import Path
from typing import Any

from get_browser import find_chromium
from playwright.sync_api import Page, sync_playwright
from waitress.server import create_server

from index import (
    Library,
    Matching,
    SentenceEmbedder,
    add_files,
    find_files,
    load_references,
    token_counter,
)
from qa import Settings
from web import create_app
from web.app import close_app

ROOT = Path(__file__).parents[1]
PICTURES = ROOT / "docs" / "screenshots"
COLUMN = ROOT / "docs" / "writers" / "column.md"

_SIZES: dict[str, dict[str, Any]] = {
    "wide": {"viewport": {"width": 1280, "height": 800}},
    "dark": {"viewport": {"width": 1280, "height": 800}, "color_scheme": "dark"},
    "phone": {"viewport": {"width": 360, "height": 740}, "device_scale_factor": 2},
}


def main() -> None:
    """Serve the sample documents and photograph each view in each size."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        _fill(Path(folder))
        # The preview for Slack is for developers.
        os.environ["FLASK_DEBUG"] = "1"
        app = create_app(Settings(library=Path(folder)))
        app.extensions["pincite.bot"].warm_up()
        server: Any = create_server(app, host="127.0.0.1", port=0, threads=4)
        thread = threading.Thread(target=server.run)
        thread.start()
        try:
            with sync_playwright() as playwright:
                chromium = find_chromium(playwright)
                if chromium is None:
                    sys.exit("there is no Chromium here; run tools/get_browser.py")
                browser = playwright.chromium.launch(
                    executable_path=chromium, args=["--no-sandbox", "--disable-gpu"]
                )
                for name, options in _SIZES.items():
                    with browser.new_context(**options) as context:
                        _photograph(
                            context.new_page(), f"http://127.0.0.1:{server.effective_port}", name
                        )
                with browser.new_context(viewport={"width": 760, "height": 640}) as context:
                    _photograph_slack(
                        context.new_page(), f"http://127.0.0.1:{server.effective_port}"
                    )
                browser.close()
        finally:
            server.close()
            server.task_dispatcher.shutdown()
            thread.join(timeout=10)
            close_app(app)


def _fill(folder: Path) -> None:
    with Library.open(
        folder, embedder=SentenceEmbedder(), count=token_counter(), create=True
    ) as library:
        files = find_files([ROOT / "seeds"])
        matching = Matching(load_references(COLUMN.with_suffix(".bib")))
        for _ in add_files(library, files, seconds=60, matching=matching):
            pass


def _photograph(page: Page, address: str, name: str) -> None:
    page.goto(address)
    page.get_by_role("searchbox").fill("Who is Javad Zarif?")
    page.keyboard.press("Enter")
    page.wait_for_url("**/c/**")
    page.get_by_role("searchbox").fill("What did he say about Idlib?")
    page.keyboard.press("Enter")
    page.wait_for_selector("#turn-2")
    _take(page, f"conversation-{name}")
    page.goto(f"{address}/?q=What is the difference between a page label and a page index?")
    page.get_by_role("link", name="See it in its place").first.click()
    page.wait_for_selector("#reader #quote")
    page.wait_for_load_state("networkidle")
    _take(page, f"source-{name}")
    page.goto(f"{address}/library")
    _take(page, f"library-{name}")
    page.goto(f"{address}/check")
    page.get_by_label("Your draft").fill(COLUMN.read_text(encoding="utf-8"))
    page.get_by_label("Look up sentences").uncheck()
    page.get_by_role("button", name="Check").click()
    page.locator(".row", has=page.locator("#words-3")).scroll_into_view_if_needed()
    page.locator("#words-1").evaluate("here => here.scrollIntoView()")
    _take(page, f"check-{name}")


def _photograph_slack(page: Page, address: str) -> None:
    page.goto(f"{address}/slack/preview?q=What did Zarif say about Idlib?")
    page.locator("article").screenshot(path=PICTURES / "slack-preview.png")
    print("docs/screenshots/slack-preview.png")


def _take(page: Page, name: str) -> None:
    page.evaluate("document.getElementById('status').textContent = ''")
    page.screenshot(path=PICTURES / f"{name}.png")
    print(f"docs/screenshots/{name}.png")


if __name__ == "__main__":
    main()
