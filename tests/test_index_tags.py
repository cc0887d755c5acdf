"""Tags come from what each kind of file declares."""

import io
import json
import zipfile
from collections.abc import Callable
from email.message import EmailMessage

import docx
import openpyxl
import pptx
import pytest
from fpdf import FPDF
from hypothesis import given
from hypothesis import strategies as st

from index.errors import UnreadableFile
from index.reading import read
from index.reading.sidecar import with_sidecar
from index.reading.tags import tags_in, tags_of


@pytest.mark.parametrize(
    ("front", "tags"),
    [
        ("tags: [Draft, '#to do', 2020, draft]", ("Draft", "to do", "2020")),
        ("keywords: rope, twine;  hemp\ntags: knots", ("knots", "rope", "twine", "hemp")),
        ("tags:\n  - {a: b}\n  - null\n  - true\n  - 2020-05-17", ("True", "2020-05-17")),
        ("tags:", ()),
        ("title: none", ()),
    ],
)
def test_front_matter_has_tags_and_keywords(front: str, tags: tuple[str, ...]) -> None:
    assert read(f"---\n{front}\n---\n\nRope.\n".encode(), "a.md").tags == tags


def test_a_web_page_has_keywords() -> None:
    page = (
        "<html><head><meta name='Keywords' content='rope, twine'>"
        "<meta property='article:tag' content='Rope'><meta property='article:tag' content='knots'>"
        "</head><body><p>Rope is long.</p></body></html>"
    )

    assert read(page.encode(), "a.html").tags == ("rope", "twine", "knots")


def _docx() -> bytes:
    document = docx.Document()
    document.add_paragraph("Rope is long.")
    document.core_properties.keywords = "rope; twine"
    return _saved(document)


def _pptx() -> bytes:
    presentation = pptx.Presentation()
    slide = presentation.slides.add_slide(presentation.slide_layouts[5])
    slide.shapes.title.text = "Rope is long."
    presentation.core_properties.keywords = "rope; twine"
    return _saved(presentation)


def _xlsx() -> bytes:
    workbook = openpyxl.Workbook()
    workbook.create_sheet("Lengths").append(["Rope", "long"])
    workbook.properties.keywords = "rope; twine"
    return _saved(workbook)


def _saved(made: object) -> bytes:
    stream = io.BytesIO()
    made.save(stream)  # type: ignore[attr-defined]  # three libraries, one method
    return stream.getvalue()


def _pdf() -> bytes:
    pdf = FPDF()
    pdf.set_keywords("rope; twine")
    pdf.add_page()
    pdf.set_font("helvetica", size=12)
    pdf.cell(text="Rope is long.")
    return bytes(pdf.output())


def _epub() -> bytes:
    package = (
        '<package xmlns="http://www.idpf.org/2007/opf" version="3.0">'
        '<metadata xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>Rope</dc:title>'
        "<dc:subject>rope</dc:subject><dc:subject>twine</dc:subject></metadata>"
        '<manifest><item id="a" href="a.xhtml" media-type="application/xhtml+xml"/></manifest>'
        '<spine><itemref idref="a"/></spine></package>'
    )
    container = (
        '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
        '<rootfile full-path="p.opf"/></rootfiles></container>'
    )
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as book:
        book.writestr("mimetype", "application/epub+zip")
        book.writestr("META-INF/container.xml", container)
        book.writestr("p.opf", package)
        book.writestr("a.xhtml", "<html><body><p>Rope is long.</p></body></html>")
    return stream.getvalue()


def _mail() -> bytes:
    mail = EmailMessage()
    mail["From"], mail["Subject"], mail["Keywords"] = "a@example.org", "Rope", "rope, twine"
    mail.set_content("Rope is long.")
    return mail.as_bytes()


@pytest.mark.parametrize(
    ("name", "make"),
    [
        ("a.docx", _docx),
        ("a.pptx", _pptx),
        ("a.xlsx", _xlsx),
        ("a.pdf", _pdf),
        ("a.epub", _epub),
        ("a.eml", _mail),
    ],
)
def test_a_file_has_the_keywords_of_its_kind(name: str, make: Callable[[], bytes]) -> None:
    assert read(make(), name).tags == ("rope", "twine")


@pytest.mark.parametrize("keyword", ["twine, rope", ["twine", "rope"]])
def test_a_sidecar_adds_its_keywords(keyword: object) -> None:
    reading = read(b"---\ntags: Rope\n---\n\nRope.\n", "a.md")

    assert with_sidecar(reading, {"keyword": keyword}).tags == ("Rope", "twine")


@pytest.mark.parametrize("keyword", [5, {"a": "b"}, True])
def test_a_sidecar_with_keywords_of_another_kind_is_wrong(keyword: object) -> None:
    reading = read(b"Rope.\n", "a.txt")

    with pytest.raises(UnreadableFile, match="keyword must be words"):
        with_sidecar(reading, {"keyword": keyword})


@given(st.text(max_size=300))
def test_tags_are_lines_that_can_be_stored_without_repeats(text: str) -> None:
    tags = tags_in(text)

    assert len({tag.casefold() for tag in tags}) == len(tags)
    for tag in tags:
        assert tag == " ".join(tag.split())
        assert 0 < len(tag) <= 100
        json.dumps(tag, ensure_ascii=False).encode()
    assert tags_of(text) == tags


def test_hostile_keywords_are_few_and_short() -> None:
    assert len(tags_in(",".join(map(str, range(10_000))))) == 100
    assert tags_in("a" * 101) == ()
