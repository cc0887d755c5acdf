"""Checking drafts from the command line, and its reports."""

import io
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from browsing import axe, overflow
from conftest import Pincite
from jsonschema import Draft4Validator
from playwright.sync_api import Browser, Page
from test_qa_checking import BRIDGE, TUNNEL

from index import Library, SentenceEmbedder, add_files, find_files, token_counter
from qa import Check, CheckedClaim, CheckedQuotation, Draft
from qa.claims import Claim, Support
from qa.judging import Judgement
from qa.marks import Unbalanced
from qa.quotations import Quotation
from web.check_view import check_view

SARIF = Path(__file__).parent / "schemata" / "sarif-2.1.0-rtm.5.json"

DRAFT = """# The harbour

“It cost ten million crowns”, wrote the papers [@holm1998]. “It leaks, said the engineer” is
in an essay [@holm1998], but “nobody went there by tram” is not.

“Nobody has ever found out who drew it” [@holm1998], nor did @holm1989, nor “Mr Berg.

The harbour bridge was not opened in 1931. The tunnel was dug by 400 men from Bergen.
"""


@pytest.fixture(scope="module")
def documents(tmp_path_factory: pytest.TempPathFactory, small_models: Path) -> Path:
    """A folder with two documents and a library of them, which tests copy."""
    folder = tmp_path_factory.mktemp("documents")
    (folder / "bridge.md").write_text(BRIDGE)
    (folder / "tunnel.md").write_text(TUNNEL)
    embedder = SentenceEmbedder(str(small_models / "mean"))
    with Library.open(
        folder / "library", embedder=embedder, count=token_counter(), create=True
    ) as library:
        for _ in add_files(library, find_files([folder], leave_out=library.folder), seconds=60):
            pass
    return folder


@pytest.fixture
def draft(tmp_path: Path, documents: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A draft in the current folder, about the documents of the library."""
    shutil.copytree(documents / "library", tmp_path / "library")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")
    Path("papers").mkdir()
    Path("draft.md").write_text(DRAFT)
    return Path("draft.md")


def test_what_is_not_fine_is_shown_with_what_the_source_says(
    draft: Path, pincite: Pincite
) -> None:
    shown = pincite("check", draft)

    assert (shown.status, shown.err) == (1, "")
    assert shown.out.startswith(
        "Where words are altered: [-your words-] {+the document's+}\n\n"
        "draft.md:3:2  altered\n"
        "    “It cost [-ten-] {+nine+} million crowns”\n"
        "    cited: @holm1998\n"
        "    Ada Holm, “The harbour bridge”, 2 May 1998, line 7.\n"
    )
    assert "draft.md:3:62  misattributed\n    “It leaks, said the engineer”\n" in shown.out
    assert "    Nils Berg, “Below the harbour”, 9 January 2004, line 7.\n" in shown.out
    assert "draft.md:4:31  not found\n    “nobody went there by tram”\n" in shown.out
    assert "who drew it" not in shown.out
    assert (
        "draft.md:6:62  unknown source\n    @holm1989\n    (no document has the key" in shown.out
    )
    assert "draft.md:6:77  unbalanced mark\n    “Mr Berg.\n" in shown.out
    assert [line for line in shown.out.splitlines() if len(line) > 80 and "/" not in line] == []


def test_the_end_of_the_report_counts(draft: Path, pincite: Pincite) -> None:
    words = " ".join(pincite("check", draft).out.split())

    assert words.endswith(
        "draft.md: 4 quotations: 1 exact, 1 altered, 1 misattributed, 1 not found; 4 citations: "
        "1 of an unknown source; 1 unbalanced mark; 2 claims: 1 supported by a passage, 1 without "
        "support."
    )


def test_claims_are_supported_by_a_passage_or_no_support_is_found(
    draft: Path, pincite: Pincite
) -> None:
    shown = pincite("check", draft).out

    assert (
        "draft.md:8:1  supported by a passage\n"
        "    The harbour bridge was not opened in 1931.\n"
        "    Supported by: Ada Holm, “The harbour bridge”, 2 May 1998, lines 1–7.\n"
    ) in shown
    assert "draft.md:8:44  no support found\n" in shown
    assert "The nearest passage lacks 400, Bergen: Nils Berg, “Below the" in shown
    assert "true" not in shown.lower()


def test_all_shows_what_is_fine_and_claims_can_be_left_out(draft: Path, pincite: Pincite) -> None:
    shown = pincite("check", draft, "--all", "--no-claims").out

    assert "draft.md:6:2  exact\n    “Nobody has ever found out who drew it”\n" in shown
    assert "claim" not in shown
    assert "support" not in shown


def test_a_draft_in_which_all_is_well_is_one_line(draft: Path, pincite: Pincite) -> None:
    draft.write_text("“It cost nine […] crowns”, and “it leaks, said the engineer”.")

    shown = pincite("check", draft)

    assert shown == (0, "draft.md: 2 quotations: 1 exact, 1 elided.\n", "")


def test_a_wrong_page_and_support_that_lacks_fail_nothing(draft: Path, pincite: Pincite) -> None:
    draft.write_text("The tunnel was dug by 400 men from Bergen, “so it goes")

    assert pincite("check", draft).status == 0


def test_options_narrow_what_is_searched(draft: Path, pincite: Pincite) -> None:
    draft.write_text("“It leaks, said the engineer.”")

    assert pincite("check", draft, "--author", "Berg").status == 0
    assert pincite("check", draft, "--author", "Holm").status == 1
    nobody = pincite("check", draft, "--author", "Nobody")
    assert (nobody.status, nobody.out) == (2, "")
    assert "'Nobody'" in nobody.err


@pytest.mark.parametrize("command", ["check", "watch"])
def test_a_filter_that_is_none_is_no_finding(draft: Path, pincite: Pincite, command: str) -> None:
    refused = pincite(command, draft, "--after", "nonsense")

    assert (refused.status, refused.out) == (2, "")
    assert "'nonsense'" in refused.err


def test_json_is_a_line_for_each_draft(draft: Path, pincite: Pincite) -> None:
    Path("other.txt").write_text("*It leaks, said the engineer.* No quotation, @holm1989.")

    shown = pincite("check", "draft.md", "other.txt", "--json")

    told: list[Any] = [json.loads(line) for line in shown.out.splitlines()]
    assert shown.status == 1
    assert [(one["draft"], one["schema"], one["passes"]) for one in told] == [
        ("draft.md", 1, False),
        ("other.txt", 1, True),
    ]
    assert told[0]["counts"] == {"altered": 1, "misattributed": 1, "not found": 1, "exact": 1}
    span = told[0]["quotations"][0]["span"]
    assert DRAFT[span["start"] : span["end"]] == "It cost ten million crowns"


def test_a_draft_may_come_from_standard_input(
    draft: Path, pincite: Pincite, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("> It leaks, said the plumber, every spring."))

    shown = pincite("check", "-")

    assert shown.status == 1
    assert "standard input:1:1  altered\n" in shown.out
    assert "[-plumber,-] {+engineer,+}" in shown.out


def test_a_word_document_has_lines_and_no_columns(draft: Path, pincite: Pincite) -> None:
    import docx

    document = docx.Document()
    document.add_paragraph("A first paragraph.")
    document.add_paragraph("She wrote “It cost ten million crowns” then.")
    document.save("draft.docx")

    shown = pincite("check", "draft.docx")

    assert shown.status == 1
    assert "draft.docx:line 3  altered\n" in shown.out


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        pytest.param("missing.md", None, "missing.md does not exist", id="missing"),
        pytest.param("papers", None, "papers is a folder", id="folder"),
        pytest.param("empty.md", b"", "empty.md: the draft is empty", id="empty"),
        pytest.param("blank.txt", b" \r\n\t", "the draft is empty", id="blank"),
        pytest.param("draft.pdf", b"%PDF-1.7\n", "it is a PDF", id="pdf"),
        pytest.param("image.md", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\xff", "image.md", id="binary"),
        pytest.param("broken.docx", b"PK\x03\x04 no", "broken.docx cannot be read", id="zip"),
    ],
)
def test_a_draft_that_cannot_be_checked_is_one_line_and_the_others_are_checked(
    draft: Path, pincite: Pincite, name: str, content: bytes | None, said: str
) -> None:
    if content is not None:
        Path(name).write_bytes(content)

    refused = pincite("check", name, draft, "--no-claims")

    assert refused.status == 2
    assert refused.err.startswith("pincite: ")
    assert said in refused.err
    assert refused.err.count("\n") == 1
    assert "draft.md: 4 quotations" in refused.out


def test_a_draft_in_another_encoding_is_read(draft: Path, pincite: Pincite) -> None:
    draft.write_bytes("She wrote “It cost nine million crowns” in her café.".encode("cp1252"))

    assert pincite("check", draft, "--all").out.startswith("draft.md:1:12  exact\n")


def test_without_a_library_nothing_is_checked(
    draft: Path, pincite: Pincite, tmp_path: Path
) -> None:
    refused = pincite("check", draft, "--library", tmp_path / "none")

    assert (refused.status, refused.out) == (2, "")
    assert "pincite add" in refused.err


def test_no_control_character_of_a_draft_reaches_the_terminal(
    draft: Path, pincite: Pincite
) -> None:
    draft.write_bytes("“It was \x1b[31m [bold]red[/bold] then”, @\x1b[0m.".encode())

    shown = pincite("check", draft).out

    assert "[31m [bold]red[/bold] then”" in shown
    assert "\x1b" not in shown


def sarif_of(pincite: Pincite, *arguments: object) -> Any:
    """The one run that is written, held against the schema."""
    log = json.loads(pincite("check", *arguments, "--sarif", "-").out)
    Draft4Validator(json.loads(SARIF.read_text("utf-8"))).validate(log)
    (run,) = log["runs"]
    return run


def test_sarif_has_a_rule_a_region_and_a_level_for_each_finding(
    draft: Path, pincite: Pincite
) -> None:
    run = sarif_of(pincite, draft)

    found = [
        (one["ruleId"], one["level"], one["locations"][0]["physicalLocation"]["region"])
        for one in run["results"]
    ]
    told = [(rule, level, (at["startLine"], at["startColumn"])) for rule, level, at in found]
    assert told == [
        ("altered", "error", (3, 2)),
        ("misattributed", "error", (3, 62)),
        ("not-found", "error", (4, 31)),
        ("unknown-source", "error", (6, 62)),
        ("unbalanced", "warning", (6, 77)),
        ("unsupported", "note", (8, 44)),
    ]
    assert found[0][2] == {"startLine": 3, "startColumn": 2, "endLine": 3, "endColumn": 28}
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    assert [rules[one["ruleIndex"]] for one in run["results"]] == [rule for rule, _, _ in told]
    assert run["columnKind"] == "unicodeCodePoints"
    assert "The source has “It cost nine million crowns”." in run["results"][0]["message"]["text"]


def test_a_fix_of_sarif_makes_the_words_exact(draft: Path, pincite: Pincite) -> None:
    draft.write_text(
        "𝒳 “It cost ten\nmillion crowns”.\n\n"
        "> It leaks, said the plumber,\n> every spring.\n> — Berg\n"
    )

    for one in sorted(sarif_of(pincite, draft)["results"], key=str, reverse=True):
        (change,) = one["fixes"][0]["artifactChanges"]
        (fix,) = change["replacements"]
        lines = draft.read_text().split("\n")
        at = fix["deletedRegion"]
        before = [
            *lines[: at["startLine"] - 1],
            lines[at["startLine"] - 1][: at["startColumn"] - 1],
        ]
        after = [lines[at["endLine"] - 1][at["endColumn"] - 1 :], *lines[at["endLine"] :]]
        text = "\n".join(before) + fix["insertedContent"]["text"] + "\n".join(after)
        draft.write_text(text)

    assert "— Berg" in draft.read_text()
    assert pincite("check", draft).out == "draft.md: 2 quotations: 2 exact; 1 citation.\n"


def test_fingerprints_stay_when_lines_are_added_above(draft: Path, pincite: Pincite) -> None:
    draft.write_text("“It cost ten million crowns”, “it cost ten million crowns”.\n" * 2)
    before = sarif_of(pincite, draft)["results"]
    draft.write_text("A new line.\n\n" + draft.read_text())
    after = sarif_of(pincite, draft)["results"]

    prints = [one["partialFingerprints"] for one in before]
    assert [one["partialFingerprints"] for one in after] == prints
    assert len({json.dumps(one) for one in prints}) == 4


def test_addresses_of_sarif_are_relative_and_braces_are_doubled(
    draft: Path, pincite: Pincite
) -> None:
    folder = Path("a folder")
    folder.mkdir()
    named = folder / "draft: 100 %é.md"
    named.write_text("See [@{nobody}, p. 1].")

    (result,) = sarif_of(pincite, named.absolute())["results"]

    location = result["locations"][0]["physicalLocation"]["artifactLocation"]
    assert location == {"uri": "a%20folder/draft%3A%20100%20%25%C3%A9.md"}
    assert "@{{nobody}}" in result["message"]["text"]


def test_standard_input_is_no_file_in_sarif(
    draft: Path, pincite: Pincite, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("“It cost ten million crowns.”"))

    (result,) = sarif_of(pincite, "-")["results"]

    (location,) = result["locations"]
    assert location["physicalLocation"]["artifactLocation"] == {
        "description": {"text": "standard input"}
    }
    assert location["physicalLocation"]["region"]["startColumn"] == 2
    assert "fixes" not in result


def test_sarif_says_which_drafts_were_not_checked(draft: Path, pincite: Pincite) -> None:
    run = sarif_of(pincite, draft, "missing.md")

    (invocation,) = run["invocations"]
    assert invocation["executionSuccessful"] is False
    (told,) = invocation["toolExecutionNotifications"]
    assert told["message"]["text"] == "missing.md does not exist"


def test_a_word_document_has_no_lines_in_sarif(draft: Path, pincite: Pincite) -> None:
    import docx

    document = docx.Document()
    document.add_paragraph("She wrote “It cost ten million crowns” then.")
    document.save("draft.docx")

    (result,) = sarif_of(pincite, "draft.docx")["results"]

    assert result["locations"] == [
        {"physicalLocation": {"artifactLocation": {"uri": "draft.docx"}}}
    ]
    assert "fixes" not in result


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--json", "--sarif", "-"], "only one of --json"),
        (["--html", "-", "--sarif", "-"], "only one of --json"),
        (["--html", "./draft.md"], "./draft.md is a draft or another report"),
        (["--html", "link.md"], "link.md is a draft or another report"),
        (["--sarif", "hard.md"], "hard.md is a draft or another report"),
        (["--html", "a", "--sarif", "./a"], "a is a draft or another report"),
        (["--html", "folder/a", "--sarif", "papers/a"], "a is a draft or another report"),
        (["--html", "papers"], "papers cannot be written"),
        (["--sarif", "nowhere/a.sarif"], "nowhere/a.sarif cannot be written"),
    ],
)
def test_a_report_that_cannot_be_written_is_one_line(
    draft: Path, pincite: Pincite, options: list[str], said: str
) -> None:
    Path("link.md").symlink_to(draft)
    Path("hard.md").hardlink_to(draft)
    Path("folder").symlink_to("papers")

    refused = pincite("check", draft, *options)

    assert (refused.status, refused.out) == (2, "")
    assert said in refused.err
    assert not list(Path("papers").iterdir())
    assert draft.read_text() == DRAFT


def test_a_draft_with_several_names_is_checked_once(draft: Path, pincite: Pincite) -> None:
    Path("link.md").symlink_to(draft)

    shown = pincite("check", draft, "./draft.md", draft.absolute(), "link.md", "--json")

    assert [json.loads(line)["draft"] for line in shown.out.splitlines()] == ["draft.md"]


@pytest.mark.parametrize(
    "options",
    [[], ["--json"], ["--html", "-"], ["--sarif", "-"], ["--html", "a.html", "--sarif", "a.json"]],
)
def test_a_name_that_is_no_text_is_shown(
    draft: Path, pincite: Pincite, options: list[str]
) -> None:
    named = Path(os.fsdecode(b"caf\xe9.md"))
    draft.rename(named)

    shown = pincite("check", named, os.fsdecode(b"nowh\xe8re.md"), "--fix", *options)

    told = shown.out + "".join(path.read_text("utf-8") for path in Path().glob("a.*"))
    assert shown.status == 2
    assert "caf%E9.md" in told if "--sarif" in options else "caf\ufffd.md" in told
    assert "nowh\ufffdre.md does not exist" in shown.err
    assert "caf\ufffd.fixed.md: 1 quotation reworded" in shown.out + shown.err
    assert Path(os.fsdecode(b"caf\xe9.fixed.md")).is_file()


def _note_requests(page: Page, asked: list[str]) -> None:
    page.on("request", lambda request: asked.append(request.url))


def test_the_page_needs_nothing_and_everyone_can_read_it(
    draft: Path, pincite: Pincite, browser: Browser
) -> None:
    Path("other.txt").write_text("<b>“It cost ten million crowns”</b> & so on.")
    assert pincite("check", draft, "other.txt", "--html", "page.html").status == 1

    for scheme in ("light", "dark"):
        with browser.new_context(
            color_scheme="dark" if scheme == "dark" else "light",
            viewport={"width": 360, "height": 640},
            offline=True,
        ) as context:
            page = context.new_page()
            asked: list[str] = []
            _note_requests(page, asked)
            page.goto(Path("page.html").absolute().as_uri())

            assert overflow(page) == 0
            assert axe(page) == []
            assert len(asked) == 1
            assert page.locator("script").count() == 0


def test_each_finding_of_the_page_is_reached_with_the_keyboard(
    draft: Path, pincite: Pincite, browser: Browser
) -> None:
    pincite("check", draft, "--html", "page.html")

    with browser.new_context() as context:
        page = context.new_page()
        page.goto(Path("page.html").absolute().as_uri())
        urgent = page.locator(".urgent a")
        assert urgent.all_inner_texts() == [
            "1 altered",
            "2 misattributed",
            "3 not found",
            "5 unknown source",
            "6 unbalanced mark",
            "8 no support found",
        ]
        page.get_by_role("link", name="3 not found").last.focus()
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.getAttribute('href')") == "#words-3"
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.innerText") == "3 not found"
        note = page.locator("#note-1")
        assert note.locator("del").inner_text().endswith("ten")
        assert note.locator("ins").inner_text().endswith("nine")
        assert "Ada Holm, “The harbour bridge”" in note.inner_text()
        marked = page.locator(".words mark.is-error").all_inner_texts()
        assert marked[0] == "“It cost ten million crowns”"


class Watching:
    """The command `watch` in a process of its own."""

    def __init__(self, *arguments: object) -> None:
        command = [sys.executable, "-c", "from web.cli import main; main()", "watch"]
        self._process = subprocess.Popen(
            [*command, *map(str, arguments)],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])},
        )

    def report(self) -> str:
        """The next report, or why there is none."""
        assert self._process.stdout is not None
        lines: list[str] = []
        for line in self._process.stdout:
            lines.append(line)
            if line.startswith(("draft.md: ", "pincite: ")):
                break
        return "".join(lines)

    def __enter__(self) -> "Watching":
        return self

    def __exit__(self, *_error: object) -> None:
        self._process.send_signal(signal.SIGINT)
        try:
            _, _ = self._process.communicate(timeout=60)
        finally:
            self._process.kill()
        assert self._process.returncode == 0


def test_watch_checks_again_on_every_way_of_saving(draft: Path, pincite: Pincite) -> None:
    draft.write_text("“It cost ten million crowns.”\n")

    with Watching(draft, "--no-claims") as watching:
        assert "draft.md: 1 quotation: 1 altered." in watching.report()

        draft.write_text("“It cost nine million crowns.”\n")
        assert "draft.md: 1 quotation: 1 exact." in watching.report()

        Path("draft.md~").write_text("“They danced until the morning.”\n")
        Path("draft.md~").replace(draft)
        assert "draft.md: 1 quotation: 1 not found." in watching.report()

        draft.unlink()
        assert "pincite: draft.md does not exist; waiting for the next save" in watching.report()

        draft.write_bytes(b"%PDF-1.7\n")
        assert "it is a PDF" in watching.report()

        Path("ball.txt").write_text("They danced until the morning.")
        assert pincite("add", "ball.txt").status == 0
        draft.write_text("“They danced until the morning.”\n")
        assert "draft.md: 1 quotation: 1 exact." in watching.report()


def test_watch_without_a_library_ends(draft: Path, pincite: Pincite, tmp_path: Path) -> None:
    refused = pincite("watch", draft, "--library", tmp_path / "none")

    assert (refused.status, refused.out) == (2, "")
    assert "pincite add" in refused.err


def test_standard_input_cannot_be_watched(draft: Path, pincite: Pincite) -> None:
    refused = pincite("watch", "-")

    assert (refused.status, refused.out) == (2, "")
    assert "give a file in place of -" in refused.err


def test_a_fixed_copy_is_written_beside_the_draft_and_never_over_a_file(
    draft: Path, pincite: Pincite
) -> None:
    before = draft.read_text()

    fixed = pincite("check", draft, "--no-claims", "--fix")
    again = pincite("check", draft, "--no-claims", "--fix")
    unnamed = pincite("check", "-", "--fix")

    copy = draft.with_name(f"{draft.stem}.fixed.md")
    assert fixed.status == 1
    assert f"{copy.name}: 1 quotation reworded, 1 citation set." in fixed.out
    assert "“It cost nine million crowns”, wrote the papers [@holm1998]." in copy.read_text()
    assert "in an essay [@berg2004, line 7]" in copy.read_text()
    assert draft.read_text() == before
    assert (again.status, again.err.count("is there already; move it away first")) == (2, 1)
    assert (unnamed.status, "give a file in place of -" in unnamed.err) == (2, True)


def test_the_lines_of_a_fixed_copy_end_as_those_of_the_draft(
    draft: Path, pincite: Pincite
) -> None:
    draft.write_bytes(draft.read_bytes().replace(b"\n", b"\r\n"))

    pincite("check", draft, "--no-claims", "--fix")

    copy = draft.with_name(f"{draft.stem}.fixed.md").read_bytes()
    assert copy.count(b"\r\n") == copy.count(b"\n") > 1
    assert b"\r\r" not in copy


def test_marks_that_are_written_as_entities_are_marked_whole() -> None:
    draft = "So &ldquo;it was then&rdquo;, and so “it is”."
    spans = [(10, draft.index("&rdquo;")), (draft.index("it is"), draft.index("”"))]
    checked = tuple(
        CheckedQuotation(
            Quotation(start, end, draft[start:end], "marks"), (), (), Judgement("not found")
        )
        for start, end in spans
    )

    view = check_view(Draft("a.md", draft, markdown=True), Check(draft, checked, (), (), (), 0))

    shown = [piece.text for piece in view.paragraphs[0].pieces]
    assert shown == ["So ", "&ldquo;it was then&rdquo;", ", and so ", "“it is”", "."]


def test_a_page_shows_many_findings_in_little_time() -> None:
    for draft in ("”\n\n" * 8_000, "” " * 8_000):
        marks = tuple(Unbalanced(match.start(), "”") for match in re.finditer("”", draft))
        check = Check(draft, (), (), (), marks, 0)
        began = time.process_time()

        view = check_view(Draft("a.md", draft, markdown=True), check)

        # If the time went with the square of the number, this would be far more.
        assert time.process_time() - began < 3
        pieces = [piece for paragraph in view.paragraphs for piece in paragraph.pieces]
        assert sum(len(piece.ends) for piece in pieces) == 8_000


def test_what_ends_in_a_blank_line_is_called_once_where_it_is_seen_to_end() -> None:
    draft = "So “it was\n\nand is\n \n” said she."
    quotation = Quotation(4, draft.index("”"), "it was and is", "marks")
    claim = Claim(3, draft.index("”"), "it was and is", ("is",))
    check = Check(
        draft,
        (CheckedQuotation(quotation, (), (), Judgement("not found")),),
        (),
        (CheckedClaim(claim, Support(None, ("is",))),),
        (),
        0,
    )

    view = check_view(Draft("a.md", draft, markdown=True), check)

    ends = [
        (place, piece.text, [note.finding.title for note in piece.ends])
        for place, paragraph in enumerate(view.paragraphs)
        for piece in paragraph.pieces
        if piece.ends
    ]
    assert ends == [(1, "and is", ["no support found"]), (2, "”", ["not found"])]
