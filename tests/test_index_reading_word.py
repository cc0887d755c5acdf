"""Reading Word documents."""

import re
import zipfile
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from docx import Document
from docx.document import Document as WordDocument
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls

from index.documents import Heading, Landmark, Table
from index.errors import UnreadableFile
from index.reading.word import read_docx

_WORD = nsdecls("w")


def _saved(document: WordDocument) -> bytes:
    file = BytesIO()
    document.save(file)
    return file.getvalue()


def _with_part(data: bytes, name: str, change: Callable[[str], str]) -> bytes:
    """Rewrite one part of a container; a part that is not there begins empty."""
    file = BytesIO()
    with zipfile.ZipFile(BytesIO(data)) as old, zipfile.ZipFile(file, "w") as new:
        for entry in old.namelist():
            if entry != name:
                new.writestr(entry, old.read(entry))
        before = old.read(name).decode() if name in old.namelist() else ""
        new.writestr(name, change(before))
    return file.getvalue()


def _append_xml(document: WordDocument, xml: str) -> Any:
    element = parse_xml(xml)
    document.element.body.insert(len(document.element.body) - 1, element)
    return element


def test_the_body_is_read_in_its_order_with_its_tables_between_paragraphs() -> None:
    document = Document()
    document.add_heading("Terms", 1)
    document.add_paragraph("Before the table.")
    table = document.add_table(2, 2)
    for cell, text in zip(
        [cell for row in table.rows for cell in row.cells],
        ["Item", "Price", "Rope", "12"],
        strict=True,
    ):
        cell.text = text
    document.add_paragraph("First of a list", style="List Bullet")

    reading = read_docx(_saved(document))

    assert reading.text == (
        "Terms\n\nBefore the table.\n\nItem | Price\nRope | 12\n\nFirst of a list"
    )
    assert reading.headings == (Heading(0, 5, 1, "Terms"),)
    assert reading.tables == (Table(26, 48, 38),)
    assert reading.landmarks == (Landmark("row", 26, 1), Landmark("row", 39, 2))
    assert reading.text[39:].startswith("Rope | 12")


@pytest.mark.parametrize(
    ("name", "level"),
    [("Title", 1), ("Heading 1", 1), ("Heading 3", 3), ("Subtitle", None), ("Quote", None)],
)
def test_heading_styles_become_headings(name: str, level: int | None) -> None:
    document = Document()
    document.add_paragraph("A line", style=name)

    headings = read_docx(_saved(document)).headings

    assert headings == (() if level is None else (Heading(0, 6, level, "A line"),))


@pytest.mark.parametrize("name", ["Überschrift 2", "Titre 2", "Заголовок 2", "見出し 2"])
def test_heading_styles_are_known_in_other_languages(name: str) -> None:
    document = Document()
    document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
    document.add_paragraph("Pflichten", style=name)

    assert read_docx(_saved(document)).headings == (Heading(0, 9, 2, "Pflichten"),)


def test_a_style_based_on_a_heading_is_one_and_an_outline_level_makes_one() -> None:
    document = Document()
    style = document.styles.add_style("House chapter", WD_STYLE_TYPE.PARAGRAPH)
    style.base_style = document.styles["Heading 2"]
    document.add_paragraph("Chapter", style="House chapter")
    outlined = document.add_paragraph("Outlined")
    level = OxmlElement("w:outlineLvl")
    level.set(f"{{{level.nsmap['w']}}}val", "3")
    outlined._p.get_or_add_pPr().append(level)  # noqa: SLF001 - the library has no setter

    headings = read_docx(_saved(document)).headings

    assert [(heading.title, heading.level) for heading in headings] == [
        ("Chapter", 2),
        ("Outlined", 4),
    ]


def test_a_heading_style_on_a_whole_paragraph_is_no_heading() -> None:
    document = Document()
    document.add_paragraph("Long prose. " * 40, style="Heading 1")

    assert read_docx(_saved(document)).headings == ()


def test_styles_based_on_each_other_in_a_circle_do_no_harm() -> None:
    document = Document()
    one = document.styles.add_style("One", WD_STYLE_TYPE.PARAGRAPH)
    two = document.styles.add_style("Two", WD_STYLE_TYPE.PARAGRAPH)
    one.base_style, two.base_style = two, one
    document.add_paragraph("Text", style="One")

    assert read_docx(_saved(document)).text == "Text"


def test_links_controls_tags_and_insertions_are_read_and_deletions_are_not() -> None:
    document = Document()
    _append_xml(
        document,
        f"""<w:p {_WORD}><w:r><w:t xml:space="preserve">See </w:t></w:r>
        <w:hyperlink w:anchor="x"><w:r><w:t>the annex</w:t></w:r></w:hyperlink>
        <w:r><w:t xml:space="preserve">, </w:t></w:r>
        <w:sdt><w:sdtContent><w:r><w:t>Form A</w:t></w:r></w:sdtContent></w:sdt>
        <w:smartTag w:element="d"><w:r><w:t xml:space="preserve"> of May</w:t></w:r></w:smartTag>
        <w:ins w:id="1" w:author="a"><w:r><w:t xml:space="preserve"> 2020</w:t></w:r></w:ins>
        <w:del w:id="2" w:author="a"><w:r><w:delText> gone</w:delText></w:r></w:del>
        <w:moveFrom w:id="3" w:author="a"><w:r><w:t> moved</w:t></w:r></w:moveFrom>
        <w:r><w:rPr><w:vanish/></w:rPr><w:t> hidden</w:t></w:r>
        <w:r><w:tab/><w:t>end</w:t><w:br/><w:t>line</w:t><w:noBreakHyphen/></w:r></w:p>""",
    )
    _append_xml(
        document,
        f"""<w:sdt {_WORD}><w:sdtContent><w:p><w:r><w:t>A whole paragraph</w:t></w:r></w:p>
        </w:sdtContent></w:sdt>""",
    )

    assert read_docx(_saved(document)).text == (
        "See the annex, Form A of May 2020\tend\nline-\n\nA whole paragraph"
    )


def test_a_text_box_is_read_once_though_it_is_stored_twice() -> None:
    document = Document()
    box = "<w:txbxContent><w:p><w:r><w:t>In the box</w:t></w:r></w:p></w:txbxContent>"
    _append_xml(
        document,
        f"""<w:p {_WORD} xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"
        xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"
        xmlns:v="urn:schemas-microsoft-com:vml"><w:r><w:t>Around it</w:t></w:r>
        <w:r><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing><wps:txbx>{box}</wps:txbx>
        </w:drawing></mc:Choice><mc:Fallback><w:pict><v:textbox>{box}</v:textbox></w:pict>
        </mc:Fallback></mc:AlternateContent></w:r></w:p>""",
    )

    assert read_docx(_saved(document)).text == "Around it\n\nIn the box"


def test_merged_cells_speak_once() -> None:
    document = Document()
    table = document.add_table(3, 3)
    for number, row in enumerate(table.rows):
        for place, cell in enumerate(row.cells):
            cell.text = f"{number}{place}"
    table.cell(0, 0).merge(table.cell(0, 1)).text = "wide"
    table.cell(1, 0).merge(table.cell(2, 0)).text = "tall"

    assert read_docx(_saved(document)).text == "wide | 02\ntall | 11 | 12\n | 21 | 22"


def test_a_table_that_frames_the_page_is_read_as_paragraphs() -> None:
    document = Document()
    frame = document.add_table(2, 1)
    frame.cell(0, 0).text = "First paragraph."
    frame.cell(0, 0).add_paragraph("Second paragraph.")
    inner = frame.cell(1, 0).add_table(2, 2)
    for place in range(4):
        inner.cell(place // 2, place % 2).text = "abcd"[place]

    reading = read_docx(_saved(document))

    assert reading.text == "First paragraph.\n\nSecond paragraph.\n\na | b\nc | d"
    assert len(reading.tables) == 1


def test_a_first_row_of_numbers_is_no_header() -> None:
    document = Document()
    table = document.add_table(2, 2)
    for place in range(4):
        table.cell(place // 2, place % 2).text = str(place)

    (found,) = read_docx(_saved(document)).tables

    assert found.header_end == found.start


def test_footnotes_stand_at_the_end_under_a_part_of_their_own() -> None:
    document = Document()
    document.add_paragraph("A claim.")
    data = _with_part(
        _saved(document),
        "word/footnotes.xml",
        lambda _: (
            f"""<w:footnotes {_WORD}><w:footnote w:id="-1" w:type="separator"><w:p><w:r>
            <w:t>rule</w:t></w:r></w:p></w:footnote><w:footnote w:id="1"><w:p><w:r>
            <w:t xml:space="preserve"> Its source.</w:t></w:r></w:p></w:footnote></w:footnotes>"""
        ),
    )
    data = _with_part(
        data,
        "word/_rels/document.xml.rels",
        lambda text: text.replace(
            "</Relationships>",
            '<Relationship Id="rIdN" Target="footnotes.xml" Type="http://schemas.openxmlformats'
            '.org/officeDocument/2006/relationships/footnotes"/></Relationships>',
        ),
    )

    reading = read_docx(data)

    assert reading.text == "A claim.\n\nIts source."
    assert reading.landmarks == (Landmark("part", 10, 1, "footnotes"),)


def test_comments_headers_and_footers_are_left_out() -> None:
    document = Document()
    paragraph = document.add_paragraph("Commented.")
    document.add_comment(paragraph.runs, text="Is this so?", author="A", initials="A")
    document.sections[0].header.paragraphs[0].text = "On every page"

    assert read_docx(_saved(document)).text == "Commented."


def test_core_properties_are_read() -> None:
    document = Document()
    document.add_paragraph("Text")
    document.core_properties.title = "Annual  Report"
    document.core_properties.author = "Ann Example"
    document.core_properties.language = "en-GB"

    reading = read_docx(_saved(document))

    assert (reading.title, reading.author) == ("Annual Report", "Ann Example")
    assert (reading.date, reading.language) == ("2013-12-23", "en-GB")


@pytest.mark.parametrize(
    "title",
    ["", "Word Document", "Microsoft Word - draft.doc", "minutes.docx", "Dokument1", "Untitled 2"],
)
def test_titles_and_authors_put_there_by_programs_are_dropped(title: str) -> None:
    document = Document()
    document.add_paragraph("Text")
    document.core_properties.title = title

    reading = read_docx(_saved(document))

    assert (reading.title, reading.author, reading.date) == (None, None, None)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param(
            "wordprocessingml.document.main+xml", "wordprocessingml.template.main+xml", id="dotx"
        ),
        pytest.param(
            "vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
            "vnd.ms-word.document.macroEnabled.main+xml",
            id="docm",
        ),
    ],
)
def test_templates_and_documents_with_macros_are_read(old: str, new: str) -> None:
    document = Document()
    document.add_paragraph("Text")
    data = _with_part(_saved(document), "[Content_Types].xml", lambda text: text.replace(old, new))

    assert read_docx(data).text == "Text"


def test_a_strict_document_is_read() -> None:
    document = Document()
    document.add_heading("Strict", 1)
    data = _saved(document)
    for part in ("word/document.xml", "word/styles.xml"):
        data = _with_part(
            data,
            part,
            lambda text: text.replace(
                "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
                "http://purl.oclc.org/ooxml/wordprocessingml/main",
            ),
        )

    assert read_docx(data).headings == (Heading(0, 6, 1, "Strict"),)


def test_entities_and_external_references_stay_unexpanded() -> None:
    document = Document()
    document.add_paragraph("MARK")
    data = _with_part(
        _saved(document),
        "word/document.xml",
        lambda text: text.replace(
            "<w:document",
            '<!DOCTYPE w:document [<!ENTITY x SYSTEM "file:///etc/hostname">]><w:document',
            1,
        ).replace("MARK", "a&x;b"),
    )

    assert read_docx(data).text == "a"


@pytest.mark.parametrize(
    ("damage", "reason"),
    [
        pytest.param(lambda data: data[: len(data) // 2], "truncated or damaged", id="truncated"),
        pytest.param(lambda data: b"", "truncated or damaged", id="empty"),
        pytest.param(
            lambda data: _with_part(data, "word/document.xml", lambda _: "<"),
            "truncated or damaged",
            id="no xml",
        ),
        pytest.param(
            lambda data: re.sub(rb"(PK\x01\x02....)\x00", b"\\1\x01", data, flags=re.DOTALL),
            "encrypted; remove the password",
            id="encrypted",
        ),
    ],
)
def test_a_broken_document_says_why(damage: Callable[[bytes], bytes], reason: str) -> None:
    with pytest.raises(UnreadableFile, match=reason):
        read_docx(damage(_saved(Document())))
