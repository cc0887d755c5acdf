"""What an office file declares about itself: title, author, date, language, tags."""

import re
import zipfile
from dataclasses import dataclass
from typing import Final

from index.errors import UnreadableFile
from index.reading.archive import parse_part, related_parts
from index.reading.dates import parse_date
from index.reading.tags import tags_in

_DUBLIN_CORE: Final = "{http://purl.org/dc/elements/1.1/}"
_CORE: Final = "{http://schemas.openxmlformats.org/package/2006/metadata/core-properties}"
_TERMS: Final = "{http://purl.org/dc/terms/}"
_FIRST_OFFICE_FILES: Final = "1985"
_FILE_NAME: Final = re.compile(
    r"^(?:microsoft (?:word|powerpoint|excel) - )|\.(?:docx?|dot|rtf|odt|pptx?|xlsx?|wpd|tmp)$",
    re.IGNORECASE,
)
_NO_TITLE: Final = re.compile(
    r"(?:microsoft )?(?:word|excel|powerpoint|office)[ -]?(?:document|worksheet|pr\w+ntation)?"
    r"|(?:présentation|presentación|apresentação do|prezentacja programu) powerpoint"
    r"|(?:untitled(?: document| presentation| spreadsheet)?|unbenannt|sans titre|sin título"
    r"|document|dokument|pr[eéä]sentation|presentación|workbook|book|mappe|classeur|slide"
    r"|folie|diapositive|title|titel|titre|no (?:slide )?title|kein folientitel)[\s_-]*\d*",
    re.IGNORECASE,
)
_NO_AUTHOR: Final = frozenset(
    (
        "python-docx",
        "python-pptx",
        "openpyxl",
        "xlsxwriter",
        "pptxgenjs",
        "apache poi",
        "un-named",
        "user",
        "admin",
        "administrator",
        "author",
        "owner",
        "unknown",
        "windows",
        "microsoft",
        "guest",
        "root",
        "none",
        "microsoft office user",
        "windows user",
        "default user",
        "steve canny",
    )
)
# What the templates of two libraries carry into every file made from them.
_TEMPLATE_DATES: Final = frozenset({"2013-12-23", "2013-01-27"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Properties:
    """Declared metadata, None or empty where a document declares none worth showing."""

    title: str | None = None
    author: str | None = None
    date: str | None = None
    language: str | None = None
    tags: tuple[str, ...] = ()


def core_properties(archive: zipfile.ZipFile) -> Properties:
    """Read the core properties of a DOCX, PPTX or XLSX container."""
    part = related_parts(archive).get("core-properties", "docProps/core.xml")
    try:
        root = parse_part(archive, part)
    except UnreadableFile:
        return Properties()
    author = root.findtext(f"{_DUBLIN_CORE}creator")
    date = parse_date(root.findtext(f"{_TERMS}created") or "")
    by_program = known_author(author) is None and date in _TEMPLATE_DATES
    if date is not None and (by_program or date < _FIRST_OFFICE_FILES):
        date = None
    return Properties(
        title=known_title(root.findtext(f"{_DUBLIN_CORE}title")),
        author=known_author(author),
        date=date,
        language=one_line(root.findtext(f"{_DUBLIN_CORE}language")),
        tags=tags_in(root.findtext(f"{_CORE}keywords")),
    )


def one_line(text: str | None) -> str | None:
    """Put the text on one line; None where it is blank."""
    return " ".join((text or "").split()) or None


def known_title(text: str | None) -> str | None:
    """Return the title, unless a program put a file name or a placeholder there."""
    title = one_line(text)
    if title is None or _FILE_NAME.search(title) or _NO_TITLE.fullmatch(title):
        return None
    return title if any(character.isalnum() for character in title) else None


def known_author(text: str | None) -> str | None:
    """Return the author, unless it is the name of a program or of nobody."""
    author = one_line(text)
    return None if author is None or author.casefold() in _NO_AUTHOR else author
