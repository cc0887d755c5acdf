"""Reads EPUB books in the order of their spine."""

import posixpath
import re
import zipfile
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote

from index.documents import Reading
from index.errors import UnreadableFile
from index.reading.archive import open_archive, parse_part, read_part, reporting_damage
from index.reading.dates import parse_date
from index.reading.draft import Draft
from index.reading.epub_pages import PageBreaks, PageList, listed_pages
from index.reading.markup import parse_markup, write_markup
from index.reading.properties import known_author, known_title, one_line
from index.reading.tags import tags_in

if TYPE_CHECKING:
    from lxml.etree import _Element

MEDIA_TYPE: Final = "application/epub+zip"
_CONTAINER: Final = "{urn:oasis:names:tc:opendocument:xmlns:container}"
_OPF: Final = "{http://www.idpf.org/2007/opf}"
_DUBLIN_CORE: Final = "{http://purl.org/dc/elements/1.1/}"
_ENCRYPTION: Final = "{http://www.w3.org/2001/04/xmlenc#}"
_CHAPTERS: Final = frozenset(
    {"application/xhtml+xml", "text/html", "application/xml", "text/x-oeb1-document"}
)
_ISBN: Final = re.compile(r"(?:urn:)?(?:isbn:?\s*)?((?:97[89][- ]?)?(?:\d[- ]?){9}[\dX])", re.I)
# Fonts may be scrambled in a book that is otherwise free to read.
_ONLY_FONTS: Final = frozenset(
    {"http://www.idpf.org/2008/embedding", "http://ns.adobe.com/pdf/enc#RC"}
)


def read_epub(data: bytes) -> Reading:
    """Read a book's chapters, with its printed pages where the book marks them."""
    draft = Draft()
    with open_archive(data) as archive, reporting_damage():
        package_name = _package_name(archive)
        package = parse_part(archive, package_name)
        items = _items(package, package_name)
        chapters = _spine(package, items)
        _refuse_protected(archive, chapters)
        breaks = PageBreaks(_page_list(archive, package, items))
        names = {name.casefold() for name in archive.namelist()}
        present = [name for name in chapters if name.casefold() in names]
        if not present:
            raise UnreadableFile("truncated or damaged: none of its chapters is in it")
        for name in present:
            root = parse_markup(read_part(archive, name))
            breaks.plant(root, name)
            write_markup(draft, root)
    return breaks.harvest(
        draft.reading(
            MEDIA_TYPE,
            title=known_title(package.findtext(f".//{_DUBLIN_CORE}title")),
            author=_author(package),
            date=_date(package),
            language=one_line(package.findtext(f".//{_DUBLIN_CORE}language")),
            tags=tags_in(*(one.text for one in package.iter(f"{_DUBLIN_CORE}subject"))),
            bibliography=dict(_publication(package)),
        )
    )


def _package_name(archive: zipfile.ZipFile) -> str:
    container = "META-INF/container.xml"
    if container in archive.namelist():
        for rootfile in parse_part(archive, container).iter(f"{_CONTAINER}rootfile"):
            if name := rootfile.get("full-path"):
                return name
    for name in archive.namelist():
        if name.endswith(".opf"):
            return name
    raise UnreadableFile("truncated or damaged: it has no list of its chapters")


def _items(package: "_Element", package_name: str) -> dict[str, tuple[str, str]]:
    """Map the ids of the book's files to their names in the container and their media types."""
    folder = posixpath.dirname(package_name)
    return {
        item.get("id") or "": (
            posixpath.normpath(posixpath.join(folder, unquote(item.get("href") or ""))),
            (item.get("media-type") or "").lower(),
        )
        for item in package.iter(f"{_OPF}item")
    }


def _spine(package: "_Element", items: dict[str, tuple[str, str]]) -> list[str]:
    chapters = []
    for reference in package.iter(f"{_OPF}itemref"):
        name, media_type = items.get(reference.get("idref") or "", ("", ""))
        if media_type in _CHAPTERS and name not in chapters:
            chapters.append(name)
    return chapters


def _refuse_protected(archive: zipfile.ZipFile, chapters: list[str]) -> None:
    if "META-INF/encryption.xml" not in archive.namelist():
        return
    for encrypted in parse_part(archive, "META-INF/encryption.xml").iter(
        f"{_ENCRYPTION}EncryptedData"
    ):
        method = encrypted.find(f"{_ENCRYPTION}EncryptionMethod")
        if method is not None and method.get("Algorithm") in _ONLY_FONTS:
            continue
        for reference in encrypted.iter(f"{_ENCRYPTION}CipherReference"):
            if unquote(reference.get("URI") or "") in chapters:
                raise UnreadableFile("protected by DRM; add a copy without it")


def _page_list(
    archive: zipfile.ZipFile, package: "_Element", items: dict[str, tuple[str, str]]
) -> PageList:
    """Gather the page list of the navigation document and of its older form."""
    pages: PageList = {}
    lists = [
        items[item.get("id") or ""][0]
        for item in package.iter(f"{_OPF}item")
        if "nav" in (item.get("properties") or "").split()
        or item.get("media-type") == "application/x-dtbncx+xml"
    ]
    for name in lists:
        try:
            pages.update(listed_pages(parse_part(archive, name), name))
        except UnreadableFile:
            continue  # the chapters are complete without it
    return pages


def _author(package: "_Element") -> str | None:
    creators = list(package.iter(f"{_DUBLIN_CORE}creator"))
    writers = [one for one in creators if one.get(f"{_OPF}role", "aut") == "aut"]
    names = [known_author(one.text) for one in writers or creators]
    return "; ".join(name for name in names if name) or None


def _publication(package: "_Element") -> Iterator[tuple[str, str]]:
    """Say who published the book and under which number, as CSL-JSON variables."""
    yield "type", "book"
    if publisher := one_line(package.findtext(f".//{_DUBLIN_CORE}publisher")):
        yield "publisher", publisher
    identifiers = (one.text or "" for one in package.iter(f"{_DUBLIN_CORE}identifier"))
    if isbn := next(filter(None, map(_ISBN.fullmatch, map(str.strip, identifiers))), None):
        yield "ISBN", isbn[1]


def _date(package: "_Element") -> str | None:
    dates = list(package.iter(f"{_DUBLIN_CORE}date"))
    published = [one for one in dates if one.get(f"{_OPF}event") == "publication"]
    texts = [
        one.text or "" for one in published or dates if one.get(f"{_OPF}event") != "conversion"
    ]
    return next((date for text in texts if (date := parse_date(text))), None)
