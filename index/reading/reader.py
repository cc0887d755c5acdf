"""From the bytes of any file to its reading, or to the reason why there is none."""

from collections.abc import Callable, Mapping

from index.documents import Reading
from index.errors import UnreadableFile
from index.reading.declared import with_declared
from index.reading.delimited import read_csv
from index.reading.epub import read_epub
from index.reading.html import read_html
from index.reading.kinds import Kind, identify
from index.reading.mail import read_mail
from index.reading.pdf import read_pdf
from index.reading.sheets import read_xlsx
from index.reading.slides import read_pptx
from index.reading.text import read_markdown, read_text
from index.reading.word import read_docx

_READERS: Mapping[Kind, Callable[[bytes], Reading]] = {
    Kind.TEXT: read_text,
    Kind.MARKDOWN: read_markdown,
    Kind.HTML: read_html,
    Kind.PDF: read_pdf,
    Kind.DOCX: read_docx,
    Kind.PPTX: read_pptx,
    Kind.XLSX: read_xlsx,
    Kind.EPUB: read_epub,
    Kind.MAIL: read_mail,
}


def read(data: bytes, name: str) -> Reading:
    """Read one file; raise UnreadableFile or SkippedFile with the reason if it gives no text."""
    kind = identify(data, name)
    try:
        reading = read_csv(data, name) if kind is Kind.CSV else _READERS[kind](data)
        reading = with_declared(reading)
    except (UnreadableFile, MemoryError):
        # Whoever limits the memory knows better what running out of it means.
        raise
    except Exception as error:
        raise UnreadableFile(
            f"damaged: {type(error).__name__} ({error}); open it in its program and save it again"
        ) from error
    if not reading.text.strip():
        raise UnreadableFile("no text in it; if it shows pictures of text, run OCR on it first")
    return reading
