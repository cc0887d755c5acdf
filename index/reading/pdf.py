"""PDF, page by page, with the page labels and headings that it declares."""

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from index.documents import Reading
from index.errors import UnreadableFile
from index.reading.dates import parse_date
from index.reading.declared import with_declared
from index.reading.draft import Draft, clean
from index.reading.pdf_lines import Line, gaps, joint, page_lines
from index.reading.pdf_outline import Bookmark, PlacedLine, bookmarks_by_page, place
from index.reading.properties import known_author, known_title
from index.reading.tags import tags_in

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument

_WRONG_PASSWORD, _UNKNOWN_SECURITY = 4, 5
_LONGEST_TITLE = 500
_PROGRAM_PREFIX = re.compile(r"(?:microsoft )?(?:word|powerpoint|excel) - ", re.IGNORECASE)
_FILE_EXTENSION = re.compile(r"\.(?:pdf|docx?|rtf|odt|tex|dvi|e?ps|pptx?|xlsx?|indd|qxd|p65|txt)$")
# No white space, but what stands for it in the names of files.
_FILE_NAME = re.compile(r"[/\\]|^(?=\S*(?:_|-\S*-|\d\S*-))\S*$|^\S*_\S* ?\S*$")
_NOBODY = frozenset({"anonymous", "unspecified", "none"})


def read_pdf(data: bytes) -> Reading:
    """Read the text that a PDF holds; scanned pages hold none."""
    # Imported here because it is heavy and only PDF files need it.
    from pypdfium2 import PdfDocument, PdfiumError

    try:
        pdf = PdfDocument(data)
    except PdfiumError as error:
        raise _unreadable(error.err_code) from error
    try:
        reading = _read_pages(pdf)
        metadata = {name: clean(value) for name, value in pdf.get_metadata_dict().items()}
    finally:
        pdf.close()
    reading = with_declared(
        replace(
            reading,
            title=_title(metadata.get("Title", "")),
            author=_author(metadata.get("Author", "")),
            tags=tags_in(metadata.get("Keywords")),
        )
    )
    # When the file was made says less than a date that the document itself bears.
    return replace(reading, date=reading.date or parse_date(metadata.get("CreationDate", "")))


def _unreadable(code: int | None) -> UnreadableFile:
    if code == _WRONG_PASSWORD:
        return UnreadableFile("encrypted: it needs a password; remove it and add the file again")
    if code == _UNKNOWN_SECURITY:
        return UnreadableFile(
            "encrypted in an unknown way; remove the protection and add it again"
        )
    return UnreadableFile("truncated or damaged PDF file; get a complete copy and add it again")


def _read_pages(pdf: "PdfDocument") -> Reading:
    draft = Draft()
    bookmarks = bookmarks_by_page(pdf)
    silent: list[int] = []
    before = ""
    for index in range(len(pdf)):
        lines = _lines(pdf, index)
        if not lines:
            silent.append(index + 1)
            continue
        draft.mark("page", index + 1, clean(pdf.get_page_label(index)).strip() or None)
        _write_page(draft, lines, joint(before, lines[0].text), bookmarks.get(index, []))
        before = lines[-1].text
    if not len(draft):
        raise UnreadableFile(
            f"no text on any of its {len(pdf)} pages (scanned images?); run OCR on it first"
        )
    return draft.reading("application/pdf", silent_pages=silent)


def _lines(pdf: "PdfDocument", index: int) -> list[Line]:
    # Imported here because it is heavy and only PDF files need it.
    from pypdfium2 import PdfiumError

    try:
        page = pdf[index]
    except PdfiumError:
        return []
    try:
        text = page.get_textpage()
        try:
            return page_lines(text, page.get_rotation())
        finally:
            text.close()
    except PdfiumError:
        return []
    finally:
        page.close()


def _write_page(draft: Draft, lines: list[Line], gap: str, bookmarks: list[Bookmark]) -> None:
    printed = [clean(line.text) for line in lines]
    separators = gaps(lines)
    text = "".join(map(str.__add__, separators, printed))
    start = draft.block(text, gap=gap)
    if start is None or not bookmarks:
        return
    placed: list[PlacedLine] = []
    for line, separator, words in zip(lines, separators, printed, strict=True):
        start += len(separator)
        placed.append(PlacedLine(start, start + len(words), words, line.down))
        start += len(words)
    for heading in place(bookmarks, placed):
        draft.mark_heading(heading.start, heading.end, heading.level, heading.title)


def _title(declared: str) -> str | None:
    """Return the title, without what programs put around the name of a file."""
    title = _PROGRAM_PREFIX.sub("", " ".join(declared.split()), count=1)
    if len(title) > _LONGEST_TITLE:
        return None
    named = _FILE_EXTENSION.sub("", title)
    if _FILE_NAME.search(named) or (named != title and " " not in named):
        return None
    return None if named.strip("()").lower() in _NOBODY else known_title(named)


def _author(declared: str) -> str | None:
    return None if declared.strip("()").lower() in _NOBODY else known_author(declared)
