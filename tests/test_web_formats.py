"""Citations in every format: on the command line, over HTTP and on the page."""

import json
from pathlib import Path
from typing import Any

import pytest
import rispy
from browsing import QUESTION, ask, excerpts_of, visited
from conftest import OpenDesk, Pincite, assert_not_found
from flask.testing import FlaskClient
from playwright.sync_api import Browser, expect
from pybtex.database import parse_string

from qa import FORMATS

BRIDGE = (
    "---\ntitle: The bridge\nauthor: Jane Smith\ndate: 2020-05-17\nurl: https://e.example/bridge\n"
    "newspaper: The Courier\ntype: article-newspaper\n---\n\nThe bridge was opened in spring.\n"
)
REFERENCES = """@article{smith, title={The bridge}, author={Smith, Jane}, journal={Bridges},
  year=2020, pages={1--9}}
@book{broken, title={
"""


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    """A folder with two documents."""
    folder = tmp_path / "documents"
    folder.mkdir()
    (folder / "bridge.md").write_text(BRIDGE)
    (folder / "rope.txt").write_text("Ropes were made of hemp in the old harbour.\n")
    return folder


def test_a_format_is_printed_alone(pincite: Pincite, notes: Path) -> None:
    pincite("add", notes)
    question = '"The bridge was opened in spring."'

    shown = {name: pincite("ask", question, "-n", "1", "--format", name) for name in FORMATS}

    assert {(one.status, one.err) for one in shown.values()} == {(0, "")}
    assert shown["apa"].out == (
        "“The bridge was opened in spring.” (Smith, 2020, Line 10)\n\n"
        "Smith, J. (2020, May 17). The bridge. The Courier. https://e.example/bridge\n"
    )
    assert shown["link"].out == (
        "https://e.example/bridge#:~:text=The%20bridge%20was%20opened%20in%20spring.\n"
    )
    assert shown["pandoc"].out.endswith(" [@smith2020bridge, line 10]\n")
    told = json.loads(pincite("ask", question, "-n", "1", "--format", "apa", "--json").out)
    assert told["excerpts"][0]["formats"] == {"apa": shown["apa"].out.removesuffix("\n")}


def test_an_unknown_format_and_a_missing_address_are_said(pincite: Pincite, notes: Path) -> None:
    pincite("add", notes)

    unknown = pincite("ask", "Who?", "--format", "harvard")
    missing = pincite("ask", '"Ropes were made of hemp in the old harbour."', "--format", "link")

    assert unknown.status == 2
    assert "'harvard' is not one of 'plain', 'markdown', 'pandoc', 'chicago'" in unknown.err
    assert (missing.status, missing.out) == (1, "")
    assert "quote 1: “rope.txt” has no web address" in missing.err
    assert "none of the quotes can be given as 'link'" in missing.err


def test_add_reports_what_a_library_of_references_says(pincite: Pincite, notes: Path) -> None:
    bibliography = notes / "refs.bib"
    bibliography.write_text(REFERENCES)

    first = pincite("add", notes, "--bibliography", bibliography)
    cited = pincite("ask", '"bridge was opened"', "-n", "1", "--format", "bibtex").out
    missing = pincite("add", notes, "--bibliography", notes / "none.bib")
    bibliography.write_text("nothing")
    empty = pincite("add", notes, "--bibliography", bibliography)

    said = " ".join(first.out.split())
    assert first.status == 0
    assert "2 files: 2 indexed." in said
    assert "refs.bib: 1 entry; 1 of 2 files matched." in said
    assert "smith, by title" in said
    assert "no entry" in said
    assert "line 3" in said.partition("trouble")[2]
    assert "'broken' cannot be read" in said
    assert cited.startswith("@article{smith,\n  author = {Smith, Jane},\n")
    assert "pages = {1--9}" in cited
    assert (missing.status, empty.status) == (2, 1)
    assert "has no entry that can be read" in empty.err


def test_a_citation_is_given_in_every_format(client: FlaskClient) -> None:
    excerpt = excerpts_of(client, QUESTION)[0]
    path = f"/api/citations{excerpt['link'].removeprefix('/d')}"

    answers = {name: client.get(f"{path}?format={name}&number=4") for name in FORMATS}

    assert answers.pop("link").status_code == 404
    assert {one.status_code for one in answers.values()} == {200}
    kinds = {name: one.mimetype for name, one in answers.items()}
    assert {name: kind for name, kind in kinds.items() if kind != "text/plain"} == {
        "bibtex": "application/x-bibtex",
        "ris": "application/x-research-info-systems",
        "csl": "application/vnd.citationstyles.csl+json",
        "annotation": "application/ld+json",
    }
    assert "\n\n4. The Pincite authors, “Kavkaz 2020: A Military" in answers["chicago"].text
    assert f"[Open](http://localhost{excerpt['link']})" in answers["markdown"].text
    assert answers["csl"].headers["Content-Disposition"].startswith("attachment; filename=")
    rich = client.get(f"{path}?format=apa&markup=html")
    assert "<i>" in rich.text
    known = {"If-None-Match": answers["apa"].headers["ETag"]}
    again = [client.get(f"{path}?format={one}&number=4", headers=known) for one in ("apa", "mla")]
    assert [one.status_code for one in again] == [304, 200]
    wrong = client.get(f"{path}?format=harvard")
    assert wrong.status_code == 422
    assert wrong.json is not None
    assert "'plain', 'markdown', 'pandoc'" in wrong.json["detail"]


def test_an_answer_has_the_formats_that_were_asked_for(client: FlaskClient) -> None:
    asked: dict[str, Any] = {"question": QUESTION, "limit": 1, "formats": ["mla", "link"]}

    told: Any = client.post("/api/ask", json=asked).json
    plain: Any = client.post("/api/ask", json={"question": QUESTION, "limit": 1}).json

    (excerpt,) = told["excerpts"]
    assert excerpt["formats"]["link"] is None
    assert excerpt["formats"]["mla"].endswith(".")
    assert "formats" not in plain["excerpts"][0]
    refused = client.post("/api/ask", json={**asked, "formats": ["harvard"]})
    assert refused.status_code == 422


def test_a_quote_that_moved_is_cited_where_it_stands_and_one_that_is_gone_is_not(
    open_desk: OpenDesk,
) -> None:
    desk = open_desk("bridge.md", BRIDGE)
    path = f"/api/citations{desk.link().removeprefix('/d')}?format=pandoc"

    desk.read(BRIDGE.replace("\n\nThe bridge", "\n\nA word before.\n\nThe bridge"))
    moved = desk.client.get(path)
    desk.read(BRIDGE.replace("opened in spring", "closed"))

    assert moved.text.endswith("line 12]")
    assert_not_found(desk.client, path, "the quote is gone")


def test_the_menu_copies_a_format_with_the_keyboard(
    browser: Browser, address: str, client: FlaskClient
) -> None:
    link = excerpts_of(client, QUESTION)[0]["link"]
    path = f"/api/citations{link.removeprefix('/d')}"
    allowed = ["clipboard-read", "clipboard-write"]
    phone = {"width": 360, "height": 740}

    with visited(browser, address, but=("404",), permissions=allowed, viewport=phone) as page:
        page.goto(address)
        ask(page, QUESTION)
        page.wait_for_url("**/c/**")
        menu = page.locator("details.formats").first
        summary = menu.locator("summary")
        for name, style in (("apa", "APA"), ("markdown", "Markdown footnote"), ("ris", "RIS")):
            summary.focus()
            page.keyboard.press("Enter")
            menu.get_by_role("link", name=style).focus()
            page.keyboard.press("Enter")
            expect(page.locator("#status")).to_have_text("Copied")
            expect(summary).to_be_focused()
            expect(menu).not_to_have_attribute("open", "")
            text = page.evaluate("navigator.clipboard.readText()")
            there = client.get(f"{path}?format={name}").text
            assert text == there.replace("http://localhost", address)
            page.evaluate("document.getElementById('status').textContent = ''")
        summary.click()
        page.keyboard.press("Escape")
        expect(menu).not_to_have_attribute("open", "")
        summary.click()
        menu.get_by_role("link", name="Link to the words").click()
        expect(page.locator("#status")).to_contain_text("has no web address")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_italics_are_copied_for_word_processors(browser: Browser, address: str) -> None:
    allowed = ["clipboard-read", "clipboard-write"]
    read = """async () => {
        const [item] = await navigator.clipboard.read();
        return (await item.getType("text/html")).text();
    }"""

    with visited(browser, address, permissions=allowed) as page:
        page.goto(address)
        ask(page, QUESTION)
        page.wait_for_url("**/c/**")
        page.get_by_text("Cite as …").first.click()
        page.get_by_role("link", name="APA").first.click()
        expect(page.locator("#status")).to_have_text("Copied")
        assert "<i" in page.evaluate(read)


def test_without_scripts_the_menu_leads_to_the_text(browser: Browser, address: str) -> None:
    # Of a text Chromium asks for a picture at an address of its own making.
    with visited(browser, address, but=("404",), java_script_enabled=False) as page:
        page.goto(f"{address}/?q={QUESTION}")
        page.get_by_text("Cite as …").first.click()
        page.get_by_role("link", name="MLA").first.click()
        expect(page.locator("body")).to_contain_text("“")
        assert "format=mla" in page.url


def test_all_documents_are_given_as_a_library_of_references(
    tmp_path: Path, pincite: Pincite
) -> None:
    for name in ("b", "a"):
        matter = f"---\ntitle: Of {name}\nauthor: Ada Holm\n---\n"
        (tmp_path / f"{name}.md").write_text(f"{matter}So.\n")
    pincite("add", tmp_path / "a.md", tmp_path / "b.md", "--tag", "x")

    csl = pincite("references")
    bibtex = pincite("references", "--format", "bibtex")
    ris = pincite("references", "--format", "ris", "--in", tmp_path / "a.md")

    keys = [one["id"] for one in json.loads(csl.out)]
    assert len(keys) == 2
    assert keys == sorted(keys)
    assert all("annote" not in one for one in json.loads(csl.out))
    assert list(parse_string(bibtex.out, "bibtex").entries) == keys
    (record,) = rispy.loads(ris.out)
    assert record["title"] == "Of a"


def test_a_filter_that_keeps_nothing_is_told(tmp_path: Path, pincite: Pincite) -> None:
    (tmp_path / "a.txt").write_text("Words.")
    pincite("add", tmp_path / "a.txt")

    told = pincite("references", "--tag", "nothing")

    assert (told.status, told.out) == (1, "")
    assert "nothing" in told.err
