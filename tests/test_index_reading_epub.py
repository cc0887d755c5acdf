"""Reading books."""

import zipfile
from collections.abc import Callable
from io import BytesIO

import pytest

from index.documents import Heading, Landmark, Table
from index.errors import UnreadableFile
from index.reading.epub import read_epub

_CONTAINER = """<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>
<rootfile full-path="OEBPS/book.opf"/></rootfiles></container>"""
_METADATA = """<dc:title>Rope and Twine</dc:title><dc:language>en</dc:language>
<dc:creator opf:role="aut">Ann Example</dc:creator><dc:creator>Bob Example</dc:creator>
<dc:creator opf:role="ill">Eve Painter</dc:creator>
<dc:date opf:event="conversion">2023-02-26</dc:date>
<dc:date opf:event="publication">1910-05</dc:date>"""


def _page(body: str) -> str:
    return (
        '<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops">'
        f"<head><title>Not shown</title></head><body>{body}</body></html>"
    )


def _book(*chapters: str, extra: dict[str, str] | None = None, items: str = "") -> bytes:
    names = [f"chapter {number}.xhtml" for number in range(1, len(chapters) + 1)]
    manifest = "".join(
        f'<item id="c{number}" href="{name.replace(" ", "%20")}" '
        'media-type="application/xhtml+xml"/>'
        for number, name in enumerate(names)
    )
    spine = "".join(f'<itemref idref="c{number}"/>' for number in range(len(chapters)))
    package = (
        '<package xmlns="http://www.idpf.org/2007/opf" xmlns:opf="http://www.idpf.org/2007/opf" '
        f'xmlns:dc="http://purl.org/dc/elements/1.1/"><metadata>{_METADATA}</metadata>'
        f"<manifest>{manifest}{items}</manifest><spine>{spine}</spine></package>"
    )
    file = BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("mimetype", "application/epub+zip")
        archive.writestr("META-INF/container.xml", _CONTAINER)
        archive.writestr("OEBPS/book.opf", package)
        for name, body in zip(names, chapters, strict=True):
            archive.writestr(f"OEBPS/{name}", _page(body))
        for name, content in (extra or {}).items():
            archive.writestr(name, content)
    return file.getvalue()


def test_chapters_are_read_in_the_order_of_the_spine() -> None:
    reading = read_epub(
        _book("<h1>One</h1><p>First.</p>", "<p>No heading here.</p>", "<h2>Three</h2>")
    )

    assert reading.text == "One\n\nFirst.\n\nNo heading here.\n\nThree"
    assert reading.headings == (Heading(0, 3, 1, "One"), Heading(31, 36, 2, "Three"))
    assert reading.landmarks == ()
    assert reading.media_type == "application/epub+zip"


def test_metadata_of_the_package_is_read() -> None:
    reading = read_epub(_book("<p>Text</p>"))

    assert reading.title == "Rope and Twine"
    assert reading.author == "Ann Example; Bob Example"
    assert (reading.date, reading.language) == ("1910-05", "en")


@pytest.mark.parametrize(
    "marker",
    [
        '<span epub:type="pagebreak" id="x" title="12"></span>',
        '<span epub:type="pagebreak" id="page12"/>',
        '<a role="doc-pagebreak" aria-label="Page 12"></a>',
        '<span epub:type="pagebreak">12</span>',
        '<span class="pagenum">[Pg 12]</span>',
        '<span class="x-ebookmaker-pageno" title="{12}"><a id="p"></a></span>',
    ],
)
def test_a_page_break_in_a_sentence_marks_the_character_it_stands_at(marker: str) -> None:
    reading = read_epub(_book(f"<p>Rope is {marker}strong.</p>"))

    assert reading.text == "Rope is strong."
    assert reading.landmarks == (Landmark("page", 8, 1, "12"),)


@pytest.mark.parametrize(
    ("body", "text", "start"),
    [
        ("<p>One.</p>{}<p>Two.</p>", "One.\n\nTwo.", 6),
        ("<p>One.</p><p>{}</p><p>Two.</p>", "One.\n\nTwo.", 6),
        ("<p>One.</p><p>{} Two.</p>", "One.\n\nTwo.", 6),
        ("<p>One. {} Two.</p>", "One. Two.", 5),
        ("<p>Hyphen{}ated</p>", "Hyphenated", 6),
        ("{}<p>One.</p>", "One.", 0),
        ("<p>One.</p>{}", "One.", 4),
        ("<ul><li>One</li><li>{}Two</li></ul>", "- One\n- Two", 8),
        ("<p>One.</p>{0}{0}<p>Two.</p>", "One.\n\nTwo.", 6),
    ],
)
def test_a_page_break_leaves_no_trace_in_the_text(body: str, text: str, start: int) -> None:
    marker = '<span epub:type="pagebreak" title="7"/>'

    reading = read_epub(_book(body.format(marker)))

    assert reading.text == text
    assert {mark.start for mark in reading.landmarks} == {start}
    assert {mark.label for mark in reading.landmarks} == {"7"}


def test_page_breaks_move_no_other_mark() -> None:
    marker = '<span epub:type="pagebreak" title="{}"/>'
    reading = read_epub(
        _book(
            f"<p>Front{marker.format('i')} matter.</p>",
            f"<h1>{marker.format(1)}Rope</h1><p>It is strong.</p>",
            f"<table><tr><th>Item</th><th>Price</th></tr><tr><td>Rope{marker.format(2)}</td>"
            "<td>12</td></tr></table>",
            f"<h1>{marker.format(3)}</h1><p>End.</p>",
        )
    )

    assert reading.text == (
        "Front matter.\n\nRope\n\nIt is strong.\n\nItem | Price\nRope | 12\n\nEnd."
    )
    assert reading.headings == (Heading(15, 19, 1, "Rope"),)
    assert reading.tables == (Table(36, 58, 48),)
    assert reading.landmarks == (
        Landmark("page", 5, 1, "i"),
        Landmark("page", 15, 2, "1"),
        Landmark("row", 36, 1),
        Landmark("row", 49, 2),
        Landmark("page", 53, 3, "2"),
        Landmark("page", 60, 4, "3"),
    )


def test_an_element_that_holds_its_page_keeps_its_words() -> None:
    reading = read_epub(
        _book('<div epub:type="pagebreak" title="3"><p>A long page of words follows.</p></div>')
    )

    assert reading.text == "A long page of words follows."
    assert reading.landmarks == (Landmark("page", 0, 1, "3"),)


def test_the_page_list_of_the_navigation_document_is_used() -> None:
    navigation = _page(
        '<nav epub:type="page-list"><ol><li><a href="chapter%201.xhtml">iv</a></li>'
        '<li><a href="chapter%201.xhtml#here">5</a></li></ol></nav>'
    )
    reading = read_epub(
        _book(
            '<p>One <a id="here"/>two.</p>',
            extra={"OEBPS/nav.xhtml": navigation},
            items='<item id="nav" href="nav.xhtml" properties="nav" '
            'media-type="application/xhtml+xml"/>',
        )
    )

    assert reading.text == "One two."
    assert reading.landmarks == (Landmark("page", 0, 1, "iv"), Landmark("page", 4, 2, "5"))


def test_the_page_list_of_an_older_book_is_used() -> None:
    ncx = """<ncx xmlns="http://www.daisy.org/z3986/2005/ncx/"><pageList><pageTarget>
    <navLabel><text>{9}</text></navLabel><content src="chapter%201.xhtml#p9"/></pageTarget>
    </pageList></ncx>"""
    reading = read_epub(
        _book(
            '<p>One.</p><p id="p9">Two.</p>',
            extra={"OEBPS/toc.ncx": ncx},
            items='<item id="n" href="toc.ncx" media-type="application/x-dtbncx+xml"/>',
        )
    )

    assert reading.text == "One.\n\nTwo."
    assert reading.landmarks == (Landmark("page", 6, 1, "9"),)


def test_text_that_looks_like_the_signs_for_page_breaks_does_no_harm() -> None:
    reading = read_epub(_book('<p>A\ufdd00\ufdd1B<span epub:type="pagebreak" title="1"/>C</p>'))

    assert reading.text == "A\ufffd0\ufffdBC"
    assert reading.landmarks == (Landmark("page", 5, 1, "1"),)


def _encryption(algorithm: str, name: str) -> dict[str, str]:
    return {
        "META-INF/encryption.xml": f"""<encryption
        xmlns="urn:oasis:names:tc:opendocument:xmlns:container"
        xmlns:enc="http://www.w3.org/2001/04/xmlenc#"><enc:EncryptedData>
        <enc:EncryptionMethod Algorithm="{algorithm}"/><enc:CipherData>
        <enc:CipherReference URI="{name}"/></enc:CipherData></enc:EncryptedData></encryption>"""
    }


def test_a_protected_book_is_refused() -> None:
    extra = _encryption("http://www.w3.org/2001/04/xmlenc#aes128-cbc", "OEBPS/chapter%201.xhtml")

    with pytest.raises(UnreadableFile, match="protected by DRM"):
        read_epub(_book("<p>Text</p>", extra=extra))


def test_a_book_with_scrambled_fonts_is_read() -> None:
    extra = _encryption("http://www.idpf.org/2008/embedding", "OEBPS/font.otf")

    assert read_epub(_book("<p>Text</p>", extra=extra)).text == "Text"


def _without(data: bytes, prefix: str, change: Callable[[str], str] = str) -> bytes:
    """Write a book again without some files, its package changed."""
    file = BytesIO()
    with zipfile.ZipFile(BytesIO(data)) as old, zipfile.ZipFile(file, "w") as new:
        for name in old.namelist():
            if not name.startswith(prefix):
                text = old.read(name).decode()
                new.writestr(name, change(text) if name.endswith(".opf") else text)
    return file.getvalue()


def test_entities_are_not_expanded_and_files_outside_the_spine_not_read() -> None:
    data = _without(
        _book("<p>Text</p>", extra={"OEBPS/other.xhtml": _page("<p>Not in the spine</p>")}),
        "no file",
        lambda text: (
            '<!DOCTYPE package [<!ENTITY x SYSTEM "file:///etc/hostname">]>'
            + text.replace("Rope and Twine", "Rope &x; Twine")
        ),
    )

    reading = read_epub(data)

    assert (reading.text, reading.title) == ("Text", "Rope")


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(_book("<p>Text</p>")[:400], id="truncated"),
        pytest.param(_book(), id="no chapters"),
    ],
)
def test_a_broken_book_says_so(data: bytes) -> None:
    with pytest.raises(UnreadableFile, match="truncated or damaged"):
        read_epub(data)


def test_a_book_without_a_container_file_is_read() -> None:
    assert read_epub(_without(_book("<p>Text</p>"), "META-INF")).text == "Text"
