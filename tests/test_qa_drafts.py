"""Drafts from files of every kind that a writer has."""

from pathlib import Path

import docx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from index import Library
from qa import DraftError, check_draft, read_draft


def test_markdown_and_text_are_read_as_they_are(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_bytes("\ufeff“Öl”\r\n".encode())
    (tmp_path / "a.txt").write_bytes("“Öl”".encode("cp1252"))

    markdown, text = read_draft(tmp_path / "a.md"), read_draft(tmp_path / "a.txt")

    assert (markdown.text, markdown.markdown, markdown.converted) == ("“Öl”\n", True, False)
    assert (text.text, text.markdown) == ("“Öl”", False)


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("no.md", None, "does not exist"),
        ("folder", b"", "is a folder; give the draft in it"),
        ("a.pdf", b"%PDF-1.7\n", "it is a PDF; a draft is Markdown, plain text or a Word"),
        ("a.docx", b"PK\x03\x04 cut off", "cannot be read: "),
        ("a.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "cannot be read: "),
        ("a.txt", bytes(range(256)) * 4, "cannot be read: "),
        ("a.png", b"\x89PNG\r\n\x1a\n", "a draft is Markdown"),
    ],
)
def test_what_is_no_draft_is_refused_by_name(
    tmp_path: Path, name: str, data: bytes | None, said: str
) -> None:
    path = tmp_path / name
    if data == b"":
        path.mkdir()
    elif data is not None:
        path.write_bytes(data)

    with pytest.raises(DraftError, match=said) as refused:
        read_draft(path)
    assert str(path) in str(refused.value)


@pytest.fixture
def word(tmp_path: Path) -> Path:
    """A document with tracked changes, footnotes and a paragraph in the style for quotations."""
    document = docx.Document()
    document.add_heading("A column", 1)
    paragraph = document.add_paragraph("He wrote “No Secretary-General ")
    paragraph._p.append(  # noqa: SLF001 (python-docx has no tracked changes)
        parse_xml(
            f"<w:del {nsdecls('w')} w:id='1' w:author='E'><w:r><w:delText>ever </w:delText>"
            "</w:r></w:del>"
        )
    )
    paragraph._p.append(  # noqa: SLF001 (as above)
        parse_xml(
            f"<w:ins {nsdecls('w')} w:id='2' w:author='E'><w:r><w:t>has visited</w:t></w:r>"
            "</w:ins>"
        )
    )
    paragraph.add_run("”")
    paragraph._p.append(  # noqa: SLF001 (nor footnotes)
        parse_xml(f"<w:r {nsdecls('w')}><w:footnoteReference w:id='2'/></w:r>")
    )
    paragraph.add_run(".")
    quote = document.add_paragraph("Words of another", style="Quote")
    quote.add_run().add_break()
    quote.add_run("on two lines")
    path = tmp_path / "column.docx"
    document.save(str(path))
    _add_footnote(path, 2, "Nils Berg, “Below the harbour”.")
    return path


def _add_footnote(path: Path, number: int, text: str) -> None:
    import zipfile

    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts["word/footnotes.xml"] = (
        f"<w:footnotes {nsdecls('w')}><w:footnote w:id='0' w:type='separator'><w:p><w:r><w:t>-"
        f"</w:t></w:r></w:p></w:footnote><w:footnote w:id='{number}'><w:p><w:r><w:t>{text}"
        "</w:t></w:r></w:p></w:footnote></w:footnotes>"
    ).encode()
    relations = "word/_rels/document.xml.rels"
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/footnotes"
    parts[relations] = parts[relations].replace(
        b"</Relationships>",
        f"<Relationship Id='rIdF' Type='{kind}' Target='footnotes.xml'/></Relationships>".encode(),
    )
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in parts.items():
            archive.writestr(name, data)


def test_word_is_read_with_changes_accepted_notes_and_block_quotes(word: Path) -> None:
    draft = read_draft(word)

    assert draft.text == (
        "# A column\n\n"
        "He wrote “No Secretary-General has visited”[^footnote2].\n\n"
        "> Words of another\n> on two lines\n\n"
        "[^footnote2]: Nils Berg, “Below the harbour”."
    )
    assert (draft.markdown, draft.converted) == (True, True)


def test_what_a_note_of_word_cites_is_judged(word: Path, seed_library: Library) -> None:
    draft = read_draft(word)

    check = check_draft(seed_library, draft.text, look_up=False)

    assert [one.quotation.words for one in check.quotations] == [
        "No Secretary-General has visited",
        "Words of another\non two lines",
    ]
    assert check.passed_over == 1
