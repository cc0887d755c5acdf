"""Which kind of document a file is: by its content first, by its extension second."""

import json
import re
from enum import StrEnum

from index.errors import SkippedFile, UnreadableFile
from index.reading.containers import OLE_SIGNATURE, ZIP_SIGNATURES, kind_in_zip, refuse_ole
from index.reading.encodings import decode
from index.reading.signatures import unread_format


class Kind(StrEnum):
    """The kinds of documents that are read."""

    TEXT = "text"
    MARKDOWN = "markdown"
    HTML = "html"
    PDF = "pdf"
    DOCX = "docx"
    PPTX = "pptx"
    XLSX = "xlsx"
    EPUB = "epub"
    MAIL = "mail"
    CSV = "csv"


_DATA = "data or program code, not prose; export what matters as text, HTML or PDF"
_BINARY = "binary data of an unknown kind; convert it to PDF, DOCX or plain text"

_KIND_OF_EXTENSION = {
    **dict.fromkeys(("", "txt", "text", "rst", "org", "adoc", "log", "srt", "vtt"), Kind.TEXT),
    **dict.fromkeys(("md", "markdown"), Kind.MARKDOWN),
    **dict.fromkeys(("html", "htm", "xhtml", "xht"), Kind.HTML),
    **dict.fromkeys(("eml", "mht", "mhtml"), Kind.MAIL),
    **dict.fromkeys(("csv", "tsv", "tab", "psv"), Kind.CSV),
    # Words under the name of another format are still words.
    **dict.fromkeys(("pdf", "doc", "docx", "ppt", "pptx", "xls", "xlsx", "epub"), Kind.TEXT),
    **dict.fromkeys(("rtf", "odt", "ods", "odp", "msg"), Kind.TEXT),
}
_REASON_OF_EXTENSION = {
    "mbox": "mailbox of many messages; save each message as EML",
    "emlx": "Apple Mail message; save it as EML",
    "tex": "LaTeX source; add the PDF made from it",
}
_CONTAINED = frozenset({"pdf", "docx", "pptx", "xlsx", "epub"})
_CODE_NAMES = (
    "xml json jsonl ndjson ipynb yaml yml toml ini cfg conf py js mjs ts tsx jsx java c h cc cpp "
    "hpp cs go rs rb php pl sh bash zsh bat ps1 sql r jl lua swift kt scala css scss less svg rss "
    "atom kml gml xsd xsl xslt wsdl xlf fb2 fodt fods bib ics vcs vcf lock map diff patch rdf owl "
    "ttl geojson plist xmp tei"
)
_CODE = frozenset(_CODE_NAMES.split())

_SAMPLE = 1 << 16
_LONGEST_JSON = 1 << 23
_PDF = re.compile(rb"(?:^|[\r\n]|^\xef\xbb\xbf)\s*%PDF-\d")
_PDF_WITHIN = 1024
_ONLY_CONTROL = 0.05
_CONTROL = bytes({*range(9), 11, *range(14, 27), *range(28, 32), 127})

_BEFORE_MARKUP = r"\s*(?:<\?xml[^>]*\?>\s*|(?><!--.*?-->)\s*)*"
_HTML = re.compile(
    _BEFORE_MARKUP + r"(?:<!doctype\s+html|<(?:\w+:)?html[\s>]|<(?:head|body)[\s>])", re.I | re.S
)
_HTML_PIECE = re.compile(r"\s*<(?:div|p|table|h[1-6]|meta|title|center|font)\b[^<>]*>", re.I)
_XML = re.compile(r"\s*(?:<\?xml\s|<!DOCTYPE\s|<\w+[^<>]*\sxmlns(?::\w+)?=)", re.IGNORECASE)
_SCRIPT = re.compile(r"#!\s*/|<\?php")
_EXTENSION = re.compile(r"\.([A-Za-z][A-Za-z0-9]{0,9})$")

_HEADER = re.compile(
    r"(?:>?From [^\n]*\n)?((?:[A-Za-z][A-Za-z0-9-]*:[^\n]*\n(?:[ \t][^\n]*\n)*)+)"
)
_FIELD = re.compile(r"^([A-Za-z][A-Za-z0-9-]*):", re.MULTILINE)
_TRANSPORT = frozenset({"message-id", "mime-version", "received", "return-path", "delivered-to"})
_LETTER = frozenset({"from", "to", "subject", "date"})
_LONGEST_POSTMARK = 200
_MAILBOX = re.compile(r"From \S+.*\d\d:\d\d.*\d{4}\s*$")


def identify(data: bytes, name: str) -> Kind:
    """Tell the kind of a file; raise SkippedFile, with the reason, if it is not read."""
    extension = _extension(name)
    if data.startswith(ZIP_SIGNATURES):
        return Kind(kind_in_zip(data, extension))
    if data.startswith(OLE_SIGNATURE):
        refuse_ole(data)
    if _is_pdf(data):
        return Kind.PDF
    if (reason := unread_format(data)) is not None:
        raise SkippedFile(reason)
    return _kind_of_text(_beginning(data, extension), data, extension)


def _extension(name: str) -> str:
    match = _EXTENSION.search(name)
    return match[1].lower() if match else ""


def _is_pdf(data: bytes) -> bool:
    match = _PDF.search(data[:_PDF_WITHIN])
    return match is not None and (match.start() == 0 or b"endobj" in data)


def _beginning(data: bytes, extension: str) -> str:
    sample = data[:_SAMPLE]
    if len(data) > _SAMPLE:
        sample = sample[: (sample.rfind(b"\n") + 1) & ~3] or sample
    if not sample.strip():
        raise SkippedFile("empty file")
    try:
        text = decode(sample)
    except UnreadableFile:
        if len(sample) - len(sample.translate(None, _CONTROL)) > _ONLY_CONTROL * len(sample):
            raise _binary(extension) from None
        raise
    if not text.strip():
        raise SkippedFile("empty file")
    return text


def _binary(extension: str) -> UnreadableFile:
    if extension in _CONTAINED:
        return UnreadableFile(
            f"damaged {extension.upper()} file; get a complete copy and add it again"
        )
    return SkippedFile(_BINARY)


def _kind_of_text(text: str, data: bytes, extension: str) -> Kind:
    if extension in _REASON_OF_EXTENSION:
        raise SkippedFile(_REASON_OF_EXTENSION[extension])
    expected = _KIND_OF_EXTENSION.get(extension)
    if expected is Kind.MAIL or _is_mail(text, strictly=extension != ""):
        return Kind.MAIL
    if _HTML.match(text):
        return Kind.HTML
    if extension in _CODE or _is_data(text, data):
        raise SkippedFile(_DATA)
    if expected is None:
        raise SkippedFile(f"unknown format .{extension}; if it is plain text, rename it to .txt")
    if expected is Kind.TEXT and _HTML_PIECE.match(text):
        return Kind.HTML
    return expected


def _is_mail(text: str, *, strictly: bool) -> bool:
    text = text.replace("\r\n", "\n")
    header = _HEADER.match(text)
    if header is None:
        return False
    if _MAILBOX.match(text.partition("\n")[0][:_LONGEST_POSTMARK]):
        raise SkippedFile(_REASON_OF_EXTENSION["mbox"])
    fields = {field.lower() for field in _FIELD.findall(header[1])}
    transported = bool(fields & _TRANSPORT)
    if strictly:
        return transported and "from" in fields
    return len(fields & _LETTER) + transported >= 3 and "from" in fields


def _is_data(text: str, data: bytes) -> bool:
    if _XML.match(text) or _SCRIPT.match(text):
        return True
    if text.lstrip()[:1] not in ("{", "[") or len(data) > _LONGEST_JSON:
        return False
    try:
        return isinstance(json.loads(decode(data)), dict | list)
    except (ValueError, RecursionError, UnreadableFile):
        return False
