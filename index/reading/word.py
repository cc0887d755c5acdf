"""Reads Word documents: the body in its order, then the notes."""

import posixpath
import zipfile
from typing import TYPE_CHECKING, Final

from index.documents import Reading
from index.errors import UnreadableFile
from index.reading.archive import (
    open_archive,
    parse_xml,
    read_part,
    related_parts,
    reporting_damage,
)
from index.reading.draft import Draft
from index.reading.properties import core_properties
from index.reading.word_body import TEXT, BodyWriter, W
from index.reading.word_styles import heading_levels

if TYPE_CHECKING:
    from lxml.etree import _Element

MEDIA_TYPE: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_STRICT: Final = b"http://purl.oclc.org/ooxml/wordprocessingml/main"
_TRANSITIONAL: Final = W[1:-1].encode()
NOTES: Final = (("footnotes", f"{W}footnote"), ("endnotes", f"{W}endnote"))
RULES: Final = frozenset({"separator", "continuationSeparator", "continuationNotice"})


def read_docx(data: bytes) -> Reading:
    """Read a Word document, also one with macros or a template."""
    draft = Draft()
    with open_archive(data) as archive, reporting_damage():
        main = related_parts(archive).get("officeDocument", "word/document.xml")
        parts = related_parts(archive, main)
        document = word_part(archive, main)
        body = document.find(f"{W}body")
        if body is None:
            raise UnreadableFile("truncated or damaged: it has no body; save it again in Word")
        styles = optional_part(archive, parts.get("styles"))
        writer = BodyWriter(draft, {} if styles is None else heading_levels(styles))
        writer.write(body)
        for number, (name, tag) in enumerate(NOTES, 1):
            notes = optional_part(archive, parts.get(name))
            _write_notes(draft, writer, notes, tag, number, name)
        properties = core_properties(archive)
    return draft.reading(
        MEDIA_TYPE,
        title=properties.title,
        author=properties.author,
        date=properties.date,
        language=properties.language,
        tags=properties.tags,
    )


def _write_notes(
    draft: Draft,
    writer: BodyWriter,
    notes: "_Element | None",
    tag: str,
    number: int,
    name: str,
) -> None:
    if notes is None:
        return
    real = [note for note in notes.iter(tag) if note.get(f"{W}type") not in RULES]
    if any((run.text or "").strip() for note in real for run in note.iter(TEXT)):
        draft.mark("part", number, name)
        for note in real:
            writer.write(note)


def optional_part(archive: zipfile.ZipFile, name: str | None) -> "_Element | None":
    """Parse a part that the document may lack."""
    if name is None or posixpath.basename(name) == "NULL":
        return None
    try:
        return word_part(archive, name)
    except UnreadableFile:
        return None


def word_part(archive: zipfile.ZipFile, name: str) -> "_Element":
    """Parse a part; raise UnreadableFile if it is damaged."""
    # Strict files differ from the usual ones in this name alone, as far as text goes.
    return parse_xml(read_part(archive, name).replace(_STRICT, _TRANSITIONAL))
