"""The header fields of e-mail, decoded however carelessly they were written."""

import binascii
import re
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message
from email.utils import collapse_rfc2231_value
from typing import Final

from index.errors import UnreadableFile
from index.reading.encodings import decode

_FOLDED: Final = re.compile(r"\r?\n[ \t]*|[\r\n]+")


def header(mail: "Message[str, str]", name: str) -> str:
    """Return a field's first value on one line, blank where the message has none."""
    for field, value in mail.raw_items():
        if field.lower() == name.lower():
            return decoded(str(value))
    return ""


def file_name(part: "Message[str, str]") -> str:
    """Return the name of an attached file, without folders; blank where it has none."""
    for field, parameter in (("content-disposition", "filename"), ("content-type", "name")):
        try:
            value = part.get_param(parameter, None, field)
        except (ValueError, TypeError, IndexError, AttributeError):
            continue
        if value is not None:
            name = decoded(collapse_rfc2231_value(value))
            return re.split(r"[/\\]", name.strip().strip("\"'"))[-1]
    return ""


def decoded(raw: str) -> str:
    """Decode encoded words and bare bytes beyond ASCII."""
    text = _FOLDED.sub(" ", _from_bytes(raw)).strip()
    try:
        pieces = decode_header(text)
    except (HeaderParseError, binascii.Error, ValueError):
        return text
    words = (_word(piece, charset) for piece, charset in pieces)
    return " ".join("".join(words).split())


def decode_leniently(data: bytes, charset: str | None) -> str:
    """Decode what a message consists of, even where some of its bytes make no sense."""
    try:
        return decode(data, charset)
    except UnreadableFile:
        return data.decode("utf-8", "replace")


def _word(piece: bytes | str, charset: str | None) -> str:
    if isinstance(piece, str):
        return piece
    if charset is None:
        # The library has encoded plain text in this way itself.
        return _from_bytes(piece.decode("raw-unicode-escape", "replace"))
    return decode_leniently(piece, charset)


def _from_bytes(text: str) -> str:
    """Undo the parser's way to keep bytes beyond ASCII."""
    try:
        return decode_leniently(text.encode("ascii", "surrogateescape"), None)
    except UnicodeEncodeError:
        return text
