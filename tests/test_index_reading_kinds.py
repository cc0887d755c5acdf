"""Which files are read, which are not, and the reasons given."""

import contextlib
import zipfile
from io import BytesIO

import pytest
from fpdf import FPDF
from hypothesis import given, settings
from hypothesis import strategies as st

from index.errors import SkippedFile, UnreadableFile
from index.reading import read
from index.reading.kinds import Kind, identify

PROSE = b"The harbour stays open for ships. It was decided in Oslo.\n"
PAGE = b"<!DOCTYPE html><html><body><p>The harbour stays open.</p></body></html>"
MESSAGE = (
    b"From: Jane Doe <jane@example.org>\r\nTo: Richard <r@example.org>\r\n"
    b"Subject: Harbour\r\nDate: Tue, 22 Sep 2020 10:00:00 +0000\r\n\r\nIt stays open.\r\n"
)
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def zipped(**parts: bytes) -> bytes:
    """Make a ZIP archive; `__` in a name stands for `/` and `_` for a dot."""
    file = BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name.replace("__", "/").replace("_", "."), content)
    return file.getvalue()


def ole(stream: str) -> bytes:
    return OLE + bytes(504) + stream.encode("utf-16-le") + bytes(512)


def pdf() -> bytes:
    document = FPDF()
    document.add_page()
    document.set_font("Helvetica")
    document.cell(text="The harbour stays open.")
    return bytes(document.output())


DOCX = zipped(word__document_xml=b"<w/>")


@pytest.mark.parametrize(
    ("data", "name", "kind"),
    [
        (PROSE, "a.txt", Kind.TEXT),
        (PROSE, "README", Kind.TEXT),
        (PROSE, "Letter to Dr. Smith", Kind.TEXT),
        (PROSE, "notes.2020", Kind.TEXT),
        (PROSE, "a.RST", Kind.TEXT),
        (PROSE, "a.srt", Kind.TEXT),
        (PROSE, "a.md", Kind.MARKDOWN),
        (PROSE, "a.html", Kind.HTML),
        (b"a,b\n1,2\n", "a.csv", Kind.CSV),
        (b"a\tb\n1\t2\n", "a.tsv", Kind.CSV),
        (PAGE, "a.htm", Kind.HTML),
        (PAGE, "a.txt", Kind.HTML),
        (PAGE, "page", Kind.HTML),
        (PAGE, "a.md", Kind.HTML),
        (b"<?xml version='1.0'?>\n" + PAGE, "a.xhtml", Kind.HTML),
        (b"<h1>Title</h1> and words", "a.md", Kind.MARKDOWN),
        (MESSAGE, "a.eml", Kind.MAIL),
        (MESSAGE, "message", Kind.MAIL),
        (MESSAGE, "a.txt", Kind.TEXT),
        (b"Message-ID: <1@example.org>\n" + MESSAGE, "a.txt", Kind.MAIL),
        (pdf(), "a.pdf", Kind.PDF),
        (pdf(), "a.txt", Kind.PDF),
        (b"\xef\xbb\xbf" + pdf(), "a", Kind.PDF),
        (PROSE, "a.pdf", Kind.TEXT),
        (PROSE, "a.docx", Kind.TEXT),
        (b"A PDF file begins with\n%PDF-1.7 and goes on.", "a.txt", Kind.TEXT),
        (DOCX, "a.docx", Kind.DOCX),
        (DOCX, "a.zip", Kind.DOCX),
        (zipped(ppt__presentation_xml=b""), "a", Kind.PPTX),
        (zipped(xl__workbook_xml=b""), "a.xlsx", Kind.XLSX),
        (zipped(mimetype=b"application/epub+zip"), "a.bin", Kind.EPUB),
        (b"[Note] Brackets are {not} data.", "a.txt", Kind.TEXT),
        ("Größe".encode("utf-16"), "a.txt", Kind.TEXT),
    ],
)
def test_content_decides_before_the_name(data: bytes, name: str, kind: Kind) -> None:
    assert identify(data, name) is kind


@pytest.mark.parametrize(
    ("data", "name", "reason"),
    [
        (b"", "a.txt", "empty file"),
        (b" \r\n\t", "a.pdf", "empty file"),
        (b"\xef\xbb\xbf\n", "a.txt", "empty file"),
        (zipped(a_txt=PROSE), "a.docx", "ZIP archive; unpack it first"),
        (b"PK\x03\x04 and no more", "a.zip", "damaged ZIP archive"),
        (zipped(mimetype=b"application/vnd.oasis.opendocument.text"), "a.odt", "OpenDocument"),
        (zipped(xl__workbook_bin=b""), "a.xlsb", "save it as XLSX"),
        (ole("WordDocument"), "a.doc", "Microsoft Word 97-2003 format; save it as DOCX"),
        (ole("Workbook"), "a.xls", "save it as XLSX"),
        (ole("__properties_version1.0"), "a.msg", "save it as EML"),
        (ole("Something"), "a.doc", "old Microsoft Office container"),
        (b"{\\rtf1 words}", "a.rtf", "Rich Text Format; save it as DOCX"),
        (b"\x89PNG\r\n\x1a\n" + bytes(50), "a.png", "PNG image"),
        (b"\xff\xd8\xff\xe0" + bytes(50), "a.txt", "JPEG image"),
        (b"ID3\x04" + bytes(50), "a.mp3", "audio or video"),
        (b"\x1f\x8b\x08" + bytes(50), "a.gz", "gzip archive; unpack it first"),
        (b"7z\xbc\xaf\x27\x1c" + bytes(50), "a.7z", "7-Zip archive"),
        (b"Rar!\x1a\x07\x00" + bytes(50), "a.rar", "RAR archive"),
        (b"\x7fELF" + bytes(50), "a", "program"),
        (b'{"a": [1, 2]}', "a.json", "data or program code, not prose"),
        (b'{"a": [1, 2]}', "a.txt", "data or program code, not prose"),
        (b"<?xml version='1.0'?><rss/>", "a.txt", "data or program code, not prose"),
        (b"import os\n", "a.py", "data or program code, not prose"),
        (b"#!/bin/sh\nexit\n", "run", "data or program code, not prose"),
        (b"From a@b.org Tue Sep 22 10:00:00 2020\n" + MESSAGE, "a.mbox", "mailbox"),
        (PROSE, "a.xyz", "unknown format .xyz"),
        (bytes(range(256)) * 8, "a.bin", "binary data of an unknown kind"),
    ],
)
def test_skipped_with_the_reason(data: bytes, name: str, reason: str) -> None:
    with pytest.raises(SkippedFile, match=f"^{reason}|{reason}"):
        identify(data, name)


@pytest.mark.parametrize(
    ("data", "name", "reason"),
    [
        (ole("EncryptedPackage"), "a.docx", "encrypted; remove the password and add it again"),
        (DOCX[:60], "a.docx", "truncated or damaged DOCX file"),
        (zipped(xl__workbook_xml=b"x" * 99)[:120], "a", "truncated or damaged XLSX file"),
        (bytes(range(256)) * 8, "a.pdf", "damaged PDF file"),
    ],
)
def test_failed_with_the_reason(data: bytes, name: str, reason: str) -> None:
    with pytest.raises(UnreadableFile, match=reason) as caught:
        identify(data, name)

    assert not isinstance(caught.value, SkippedFile)


def test_reads_by_kind() -> None:
    assert read(pdf(), "a.txt").media_type == "application/pdf"
    assert read(PROSE, "a.txt").text == PROSE.decode()
    assert read(b"# One\n<b>x</b>\n", "a.md").text == "# One\n<b>x</b>\n"
    assert read(PAGE, "a.txt").text == "The harbour stays open."
    assert "It stays open." in read(MESSAGE, "a.eml").text
    assert "2" in read(b"a;b\n1;2\n", "a.csv").text


def test_a_page_without_words_is_unreadable() -> None:
    with pytest.raises(UnreadableFile, match="no text in it"):
        read(b"<html><body><img src='x.png'></body></html>", "a.html")


@pytest.mark.parametrize("name", ["a.docx", "a.pptx", "a.xlsx", "a.epub"])
def test_a_container_of_nonsense_is_damaged(name: str) -> None:
    parts = {
        "a.docx": {"word__document_xml": b"<no"},
        "a.pptx": {"ppt__presentation_xml": b"<no"},
        "a.xlsx": {"xl__workbook_xml": b"<no"},
        "a.epub": {"mimetype": b"application/epub+zip"},
    }[name]
    with pytest.raises(UnreadableFile):
        read(zipped(**parts), name)


@given(
    st.one_of(
        st.binary(max_size=300),
        st.sampled_from([PROSE, PAGE, MESSAGE, DOCX, ole("Book")]).flatmap(
            lambda data: st.integers(0, len(data)).map(lambda cut: data[:cut])
        ),
    ),
    st.sampled_from(["a", "a.txt", "a.html", "a.md", "a.eml", "a.csv", "a.docx", "a.pdf"]),
)
@settings(deadline=None, max_examples=150)
def test_any_bytes_end_in_a_reading_or_a_reason(data: bytes, name: str) -> None:
    with contextlib.suppress(UnreadableFile):
        assert read(data, name).text.strip()
