"""The library in a real browser: adding, removing, and what goes wrong on the way."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from browsing import ask, axe, served, soon, visited, watched
from conftest import PausingEmbedder
from flask import Flask
from fpdf import FPDF
from playwright.sync_api import Browser, Locator, Page, Route, expect

from index import Library, token_counter
from qa import Settings
from web import create_app
from web.app import close_app

# Milliseconds: a watched folder is looked at now and then.
_PATIENCE = 20_000

ATTACK = "<script>alert(1)</script>"


class Shelf(NamedTuple):
    """A server over a library of its own, empty at first; passages that say "pause" wait."""

    address: str
    app: Flask
    embedder: PausingEmbedder

    def documents(self) -> list[str]:
        """The titles of all documents, sorted."""
        listed: Any = self.app.test_client().get("/api/documents?state=indexed").json
        return sorted(one["title"] for one in listed["documents"])

    def left_over(self) -> list[str]:
        """The names of the uploads that are kept, sorted."""
        folder = self.app.extensions["pincite.uploads"].folder
        kept = [path for path in folder.rglob("*") if path.is_file() and path.name != ".lock"]
        return sorted(path.name for path in kept)


@pytest.fixture
def shelf(tmp_path: Path) -> Iterator[Shelf]:
    place, embedder = tmp_path / "library", PausingEmbedder()
    Library.open(place, embedder=embedder, count=token_counter(), create=True).close()
    app = create_app(Settings(library=place, threshold=0), embedder=embedder)
    with served(app) as address:
        yield Shelf(address, app, embedder)
        embedder.go_on.set()
    close_app(app)


def _line(page: Page, name: str) -> Locator:
    return page.locator("#jobs li").filter(has_text=name)


def _add(page: Page, *paths: Path) -> None:
    page.get_by_label("Add documents").set_input_files(paths)
    page.get_by_role("button", name="Add", exact=True).click()


def _drop(page: Page, *paths: Path) -> None:
    """Drop files on the page as a file manager does."""
    session = page.context.new_cdp_session(page)
    files = {"items": [], "files": [str(path) for path in paths], "dragOperationsMask": 1}
    for kind in ("dragEnter", "dragOver", "drop"):
        session.send("Input.dispatchDragEvent", {"type": kind, "x": 300, "y": 300, "data": files})


def _written(folder: Path, name: str, text: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def test_files_are_dropped_followed_and_given_up(
    browser: Browser, shelf: Shelf, tmp_path: Path
) -> None:
    # The first stretch of its passages is embedded, the second one waits.
    long = "".join(
        f"# Part {n}\n\nHouse {n} is {'pause' if n == 100 else 'red'}.\n\n" for n in range(200)
    )
    paths = [
        _written(tmp_path, "houses.md", long),
        _written(tmp_path, "ferry.txt", "The ferry leaves at noon.\n"),
        _written(tmp_path, "tram.txt", "The tram is yellow.\n"),
    ]
    (tmp_path / "folder").mkdir()

    with visited(browser, shelf.address) as page:
        page.goto(f"{shelf.address}/library")
        _drop(page, *paths, tmp_path / "folder")

        houses, ferry, tram = (_line(page, path.name) for path in paths)
        expect(houses).to_have_attribute("data-state", "embedding")
        assert shelf.embedder.reached.wait(30)
        bar = houses.get_by_role("progressbar")
        soon(lambda: 0 < bar.evaluate("bar => bar.value") < 1)
        for line in (ferry, tram):
            expect(line).to_have_attribute("data-state", "queued")
            expect(line.get_by_role("progressbar")).to_be_visible()
        expect(_line(page, "folder")).to_contain_text("failed: a folder")
        # What is being added stands in nobody's way.
        with page.context.new_page() as other:
            other.goto(f"{shelf.address}/?q=What is red?")
            expect(other.get_by_role("region", name="Answer")).to_be_visible()

        for line in (houses, ferry):
            line.get_by_role("button", name="Cancel").click()
            expect(line).to_have_attribute("data-state", "cancelled")
        shelf.embedder.go_on.set()
        expect(tram).to_have_attribute("data-state", "done")
        expect(page.get_by_role("heading", name="1 document")).to_be_visible()
        expect(page.locator(".files").get_by_role("link")).to_have_text(["tram.txt"])
    assert shelf.documents() == ["tram.txt"]
    assert shelf.left_over() == ["tram.txt"]


def test_a_document_is_added_removed_and_restored(
    browser: Browser, shelf: Shelf, tmp_path: Path
) -> None:
    note = _written(tmp_path, "harbour <b>note.txt", "The harbour bridge was opened in 1932.\n")

    with visited(browser, shelf.address) as page:
        page.goto(f"{shelf.address}/library")
        _add(page, note)
        expect(_line(page, "harbour <b>note.txt")).to_have_attribute("data-state", "done")
        page.goto(f"{shelf.address}/?q=When was the harbour bridge opened?")
        expect(page.locator(".quote q")).to_have_text(["The harbour bridge was opened in 1932."])
        page.goto(f"{shelf.address}/library?find=harbour")
        page.get_by_role("button", name="Remove harbour").click()
        undo = page.get_by_role("button", name="Undo")
        expect(undo).to_be_focused()
        expect(page.locator("#status")).to_contain_text("for 60 seconds that can be undone")
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            assert axe(page) == []
        expect(page.get_by_role("heading", name="0 documents")).to_be_visible()
        assert shelf.documents() == []
        undo.click()
        expect(page.get_by_role("button", name="Remove harbour")).to_be_focused()
        assert shelf.documents() == ["harbour <b>note.txt"]


def test_a_removal_can_be_undone_for_as_long_as_is_said(
    browser: Browser, shelf: Shelf, tmp_path: Path
) -> None:
    shelf.app.extensions["pincite.removals"].seconds = 1
    note = _written(tmp_path, "note.txt", "The harbour bridge was opened in 1932.\n")

    with visited(browser, shelf.address) as page:
        page.goto(f"{shelf.address}/library")
        _add(page, note)
        expect(_line(page, "note.txt")).to_have_attribute("data-state", "done")
        # In a list that has nothing left, the row stays as long as it can be undone.
        page.goto(f"{shelf.address}/library?state=indexed")
        page.get_by_role("button", name="Remove note.txt").click()
        expect(page.locator("#status")).to_contain_text("for 1 seconds that can be undone")
        expect(page.get_by_role("heading", name="0 documents")).to_be_visible()
        expect(page.get_by_role("button", name="Undo")).to_be_focused()
        expect(page.get_by_role("button", name="Undo")).to_have_count(0)
        expect(page.locator("#shelf li")).to_have_count(0)


def test_what_another_tab_restored_is_shown_as_it_is(
    browser: Browser, shelf: Shelf, tmp_path: Path
) -> None:
    note = _written(tmp_path, "note.txt", "The harbour bridge was opened in 1932.\n")

    with visited(browser, shelf.address, but=("404",)) as page:
        page.goto(f"{shelf.address}/library")
        _add(page, note)
        remove = page.get_by_role("button", name="Remove note.txt")
        document = remove.get_attribute("data-remove")
        remove.click()
        undo = page.get_by_role("button", name="Undo")
        undo.wait_for()
        path = f"/api/documents/{document}/restore"
        assert shelf.app.test_client().post(path).status_code == 200
        undo.click()
        expect(page.locator("#status")).to_contain_text("nothing left to undo")
        expect(remove).to_be_visible()
        expect(page.locator(".removed")).to_have_count(0)


def test_a_watched_folder_is_shown_with_what_changes_in_it(
    browser: Browser, tmp_path: Path
) -> None:
    folder = tmp_path / "port"
    folder.mkdir()
    _written(folder, "bridge.txt", "The bridge is green.\n")
    embedder = PausingEmbedder()
    app = create_app(Settings(library=tmp_path / "library"), embedder=embedder, watch=[folder])
    with served(app) as address, visited(browser, address) as page:
        page.goto(f"{address}/library")
        shown, titles = page.locator("#watched li"), page.locator(".files .title")
        expect(titles).to_have_text(["bridge.txt"])
        expect(shown).to_have_text(f"{folder}: what changes in it shows here")
        _written(folder, "ferry.txt", "The ferry leaves after a pause.\n")
        expect(shown).to_have_text(f"{folder}: 1 file is yet to be looked at", timeout=_PATIENCE)
        embedder.go_on.set()
        expect(titles).to_have_text(["bridge.txt", "ferry.txt"], timeout=_PATIENCE)
        folder.rename(tmp_path / "gone")
        expect(shown).to_contain_text("not there; its documents stay", timeout=_PATIENCE)
        expect(titles).to_have_count(2)
    close_app(app)


def test_a_job_that_cannot_be_cancelled_any_more_says_so(
    browser: Browser, shelf: Shelf, tmp_path: Path
) -> None:
    note = _written(tmp_path, "note.txt", "The ferry leaves after a pause.\n")

    with visited(browser, shelf.address, but=("409",)) as page:
        page.route("**/api/uploads/*", _too_late)
        page.goto(f"{shelf.address}/library")
        _add(page, note)
        line = _line(page, "note.txt")
        expect(line).to_have_attribute("data-state", "embedding")
        line.get_by_role("button", name="Cancel").click()
        expect(page.locator("#status")).to_have_text("it is in the library by now")
        shelf.embedder.go_on.set()
        expect(line).to_have_attribute("data-state", "done")


def _too_late(route: Route) -> None:
    route.fulfill(status=409, json={"detail": "it is in the library by now"})


def test_a_file_that_is_dropped_elsewhere_loses_nothing_that_was_typed(
    browser: Browser, shelf: Shelf, tmp_path: Path
) -> None:
    note = _written(tmp_path, "note.txt", "The ferry leaves at noon.\n")

    with visited(browser, shelf.address) as page:
        page.goto(shelf.address)
        page.get_by_role("searchbox").fill("When does the")
        _drop(page, note)
        expect(page.locator("#status")).to_have_text(
            "Files are added on the page “Library”; drop it there"
        )
        expect(page.get_by_role("searchbox")).to_have_value("When does the")
    assert shelf.left_over() == []


def test_two_tabs_that_add_and_remove_see_the_same(
    browser: Browser, shelf: Shelf, tmp_path: Path
) -> None:
    kept = [_written(tmp_path, f"{one}.txt", f"The {one} is old.\n") for one in ("boat", "mill")]
    added = [_written(tmp_path, f"new{n}.txt", f"Lamp {n} is green.\n") for n in range(2)]

    with watched(browser, shelf.address, but=("404",)) as context:
        one, other = context.new_page(), context.new_page()
        one.goto(f"{shelf.address}/library")
        _add(one, *kept)
        expect(one.locator("#jobs li[data-state=done]")).to_have_count(2)
        other.goto(f"{shelf.address}/library")

        _add(one, *added)
        other.get_by_role("button", name="Remove boat.txt").click()
        other.get_by_role("button", name="Undo").wait_for()
        expect(one.locator("#jobs li[data-state=done]")).to_have_count(4)
        # The one tab may have asked for its list before or after the other removed something.
        gone = one.get_by_role("button", name="Remove boat.txt")
        if gone.count():
            gone.click()
            expect(one.locator("#status")).to_contain_text("it may be gone already")

        titles = ["mill.txt", *(path.name for path in added)]
        for page in (one, other):
            page.goto(f"{shelf.address}/library?state=indexed")
            expect(page.locator(".files .title a")).to_have_text(titles)
            expect(page.locator(".files .source").first).to_have_text(
                re.compile(r"^[\w.-]+, added on this page$")
            )
    assert shelf.documents() == titles


def test_what_cannot_be_added_is_said_and_not_kept(
    browser: Browser, shelf: Shelf, tmp_path: Path
) -> None:
    shelf.app.extensions["pincite.uploads"].largest = 2**20
    locked = FPDF()
    locked.add_page()
    locked.set_font("Helvetica")
    locked.cell(text="Secret words.")
    locked.set_encryption(owner_password="owner", user_password="user")
    said = {
        "locked.pdf": "failed: .*password",
        "empty.txt": "skipped: .*empty",
        "large.txt": "failed: larger than the 1 MiB that one file may have",
        "photo.pdf": "skipped: .*PNG",
    }
    files = {
        "locked.pdf": bytes(locked.output()),
        "empty.txt": b"",
        "large.txt": b"x" * (2**20 + 1),
        "photo.pdf": b"\x89PNG\r\n\x1a\n" + bytes(90),
    }
    paths = [_written(tmp_path, name, data) for name, data in files.items()]

    with visited(browser, shelf.address) as page:
        sent: list[str] = []
        page.goto(f"{shelf.address}/library")
        page.on("request", lambda request: sent.append(request.method))
        _add(page, *paths)
        for name, words in said.items():
            expect(_line(page, name)).to_contain_text(re.compile(words))
        assert sent.count("POST") == 3
        # On a phone, names still have room.
        page.set_viewport_size({"width": 360, "height": 740})
        for named in page.locator("#jobs .name").all():
            box = named.bounding_box()
            assert box is not None
            assert box["width"] > 180
        # What has been read can be put away, and does not come back.
        for name in said:
            _line(page, name).get_by_role("button", name=f"Dismiss: {name}").click()
        expect(page.locator("#jobs li")).to_have_count(0)
        page.reload()
        expect(page.locator("#add")).to_be_visible()
        expect(page.locator("#jobs li")).to_have_count(0)
    assert shelf.left_over() == []


def test_names_titles_words_and_questions_are_never_markup(browser: Browser, shelf: Shelf) -> None:
    shown = ATTACK.replace("<", "&lt;")
    page_text = f"<title>Title {shown}</title><p>The ferry says {shown} at noon, and leaves.</p>"

    with visited(browser, shelf.address) as page:
        page.on("dialog", lambda dialog: pytest.fail(dialog.message))
        page.goto(f"{shelf.address}/library")
        # A browser's own file picker gives no such names; a program does.
        for name, text in (
            (f"../../{ATTACK.replace('/', '')}.html", page_text),
            ("../../x", "Far above."),
        ):
            sent = page.evaluate(_SEND, [name, text])
            assert sent == 202
        page.reload()
        titles = page.locator(".files .title")
        expect(
            page.locator("#jobs li[data-state=reading], #jobs li[data-state=queued]")
        ).to_have_count(0)
        page.reload()
        expect(titles).to_have_text([f"Title {ATTACK}", "x"])
        page.get_by_role("button", name=f"Remove Title {ATTACK}").hover()
        page.get_by_role("link", name="Ask", exact=True).click()
        ask(page, f"What does the ferry say, {ATTACK}?")
        page.wait_for_url("**/c/**")
        expect(page.get_by_role("heading", level=2)).to_have_text(
            f"What does the ferry say, {ATTACK}?"
        )
        quote = f"The ferry says {ATTACK} at noon, and leaves."
        expect(page.locator(".quote q").first).to_have_text(quote)
        expect(page.locator(".citation").first).to_contain_text(f"Title {ATTACK}")
        page.get_by_role("link", name="See it in its place").first.click()
        expect(page.locator("#reader mark")).to_have_text(quote)
        expect(page.locator("#reader h1")).to_have_text(f"Title {ATTACK}")
        assert page.locator("script:not([src])").count() == 0


_SEND = """async ([name, text]) => {
    const body = new FormData();
    body.append("files", new Blob([text]), name);
    return (await fetch("/api/uploads", { method: "POST", body })).status;
}"""
