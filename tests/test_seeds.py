"""The sample documents: rebuilt alike, and holding what the golden questions ask for."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pypdfium2
import pytest

ROOT = Path(__file__).parent.parent
SEEDS = ROOT / "seeds"
GOLDEN = [
    json.loads(line)
    for line in (ROOT / "tests" / "golden_questions.jsonl").read_text("utf-8").splitlines()
]
TEXT_SUFFIXES = {".txt", ".md", ".html", ".csv", ".eml"}
IN_TEXT_FILES = [item for item in GOLDEN if Path(item["file"] or "").suffix in TEXT_SUFFIXES]


@pytest.fixture(scope="module")
def rebuilt(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make the binary sample documents afresh."""
    pytest.importorskip("fpdf", reason="the group `seeds` is not installed")
    folder = tmp_path_factory.mktemp("seeds")
    subprocess.run([sys.executable, ROOT / "tools" / "make_seeds.py", folder], check=True)
    return folder


@pytest.mark.parametrize(
    "name",
    [
        "pinpoint-citations.pdf",
        "style-guide.docx",
        "history-of-footnotes.epub",
        "deadlines.xlsx",
        "talk.pptx",
    ],
)
def test_rebuilding_gives_the_same_bytes(rebuilt: Path, name: str) -> None:
    assert (rebuilt / name).read_bytes() == (SEEDS / name).read_bytes()


@pytest.mark.parametrize("item", IN_TEXT_FILES, ids=lambda item: item["question"])
def test_a_golden_quote_stands_in_its_text_file(item: dict[str, Any]) -> None:
    assert item["must_quote"] in (SEEDS / item["file"]).read_text("utf-8")


def test_every_sample_document_has_a_golden_question() -> None:
    documents = {path.name for path in SEEDS.iterdir() if not path.name.endswith(".meta.json")}
    assert {item["file"] for item in GOLDEN} - {None} == documents


def test_the_booklet_shows_printed_labels_that_differ_from_its_page_numbers() -> None:
    pdf = pypdfium2.PdfDocument(SEEDS / "pinpoint-citations.pdf")
    labels = [pdf.get_page_label(index) for index in range(len(pdf))]
    pdf.close()
    assert labels == ["i", "ii", "iii", "1", "2", "3", "4", "5"]


def test_a_sentence_of_the_booklet_runs_across_a_page_break() -> None:
    pdf = pypdfium2.PdfDocument(SEEDS / "pinpoint-citations.pdf")
    before, after = (pdf[index].get_textpage().get_text_bounded() for index in (4, 5))
    pdf.close()
    assert before.removesuffix("2").rstrip().endswith("and call it what")
    assert after.startswith("it is:")


def test_the_electronic_book_begins_with_its_media_type() -> None:
    with ZipFile(SEEDS / "history-of-footnotes.epub") as archive:
        assert archive.namelist()[0] == "mimetype"
        assert archive.read("mimetype") == b"application/epub+zip"
