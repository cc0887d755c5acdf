"""Manuscripts: what a writer works on, read to be checked and not to be searched."""

from dataclasses import dataclass
from pathlib import Path

from index.errors import UnreadableFile
from index.files import LARGEST_FILE
from index.reading.containers import OLE_SIGNATURE, ZIP_SIGNATURES, kind_in_zip, refuse_ole
from index.reading.draft import clean
from index.reading.encodings import decode
from index.reading.signatures import unread_format
from index.reading.word_manuscript import word_as_markdown

_MARKDOWN = frozenset({".md", ".markdown", ".mdown", ".mkd", ".mdx", ".qmd", ".rmd"})
_TAKEN = "a draft is Markdown, plain text or a Word document (DOCX)"


@dataclass(frozen=True, slots=True)
class Manuscript:
    """The text of a manuscript; `converted` from another form, so that its lines are not its own.

    In the text lines end with a line feed; `line_end` is how they end in the file.
    Whether it is Markdown tells what of it is prose, and how notes are written.
    """

    text: str
    markdown: bool
    converted: bool = False
    line_end: str = "\n"


def read_manuscript(path: Path) -> Manuscript:
    """Read a draft from the disk.

    Raises `UnreadableFile` with the reason, and `OSError` where it cannot be opened.
    """
    if path.stat().st_size > LARGEST_FILE:
        raise UnreadableFile(f"larger than {LARGEST_FILE >> 20} MiB")
    data = path.read_bytes()
    if data.startswith(OLE_SIGNATURE):
        refuse_ole(data)
    if data.startswith(ZIP_SIGNATURES):
        kind = kind_in_zip(data, path.suffix[1:].lower())
        if kind != "docx":
            raise UnreadableFile(f"it is {kind.upper()}; {_TAKEN}")
        return Manuscript(word_as_markdown(data), markdown=True, converted=True)
    if (reason := unread_format(data)) is not None or data.startswith(b"%PDF-"):
        raise UnreadableFile(f"{reason or 'it is a PDF'}; {_TAKEN}")
    read = decode(data).removeprefix("\ufeff")
    line_end = "\r\n" if "\r\n" in read else "\n"
    return Manuscript(clean(read), path.suffix.lower() in _MARKDOWN, line_end=line_end)
