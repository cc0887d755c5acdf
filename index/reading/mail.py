"""Reads e-mail messages and saved web pages, with the attachments that are text."""

from __future__ import annotations

import re
from collections.abc import Callable
from email.message import Message
from email.parser import BytesParser
from email.policy import compat32
from email.utils import parseaddr, parsedate_to_datetime
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Final, TypeAlias

from index.documents import Reading
from index.errors import UnreadableFile
from index.reading.dates import parse_date
from index.reading.draft import Draft
from index.reading.encodings import decode
from index.reading.mail_headers import decode_leniently, file_name, header
from index.reading.markup import parse_markup, write_markup
from index.reading.tags import tags_in

if TYPE_CHECKING:
    Mail: TypeAlias = Message[str, str]

_SHOWN: Final = ("From", "To", "Date", "Subject")
_DEEPEST: Final = 5
_MOST_PARTS: Final = 1000
_ENCRYPTED: Final = "encrypted e-mail; decrypt it in your mail program, save it and add it again"
_PGP: Final = re.compile(r"\s*-----BEGIN PGP MESSAGE-----")
_SAVED_PAGE: Final = re.compile(r"<?saved by\b", re.IGNORECASE)
_KIND_OF_NAME: Final = {
    **dict.fromkeys((".txt", ".text", ".md", ".markdown", ".csv", ".tsv"), "text/plain"),
    **dict.fromkeys((".html", ".htm", ".xhtml"), "text/html"),
    ".eml": "message/rfc822",
}
_PLAIN: Final = frozenset({"text/plain", "text/markdown", "text/csv", "text/x-markdown"})
_HTML: Final = frozenset({"text/html", "application/xhtml+xml"})


def read_mail(data: bytes) -> Reading:
    """Read a message: its main header lines, its body, then its attachments."""
    if b"\0" in data:
        data = decode(data).encode("utf-8", "replace")
    mail = _parsed(data)
    draft = Draft()
    writer = _Writer(draft)
    writer.write(mail, "message", depth=0)
    name, address = parseaddr(header(mail, "From"))
    by_program = _is_saved_page(mail)
    return draft.reading(
        "message/rfc822",
        title=header(mail, "Subject") or None,
        author=None if by_program else name or address or None,
        date=_date(header(mail, "Date")),
        tags=tags_in(header(mail, "Keywords")),
    )


class _Writer:
    """Writes one message after the other, each part under a number of its own."""

    def __init__(self, draft: Draft) -> None:
        self._draft = draft
        self._parts = 0

    def write(self, mail: Mail, name: str, *, depth: int) -> None:
        _refuse_encrypted(mail)
        self._mark(name)
        if not _is_saved_page(mail):
            lines = ((shown, header(mail, shown)) for shown in _SHOWN)
            self._draft.block("\n".join(f"{shown}: {value}" for shown, value in lines if value))
        body: list[Mail] = []
        attached: list[Mail] = []
        _sort(mail, body, attached, depth=0)
        for part in body:
            if write := self._content(part, outermost=depth == 0):
                write()
        for part in attached:
            if self._parts < _MOST_PARTS:
                self._attachment(part, depth)

    def _attachment(self, part: Mail, depth: int) -> None:
        inner = _enclosed(part)
        name = file_name(part)
        try:
            if inner is not None:
                if depth < _DEEPEST:
                    name = name or header(inner, "Subject") or "message"
                    self.write(inner, name, depth=depth + 1)
            elif write := self._content(part, outermost=False):
                self._mark(name or "attachment")
                write()
        except UnreadableFile:
            return  # what cannot be read beside a message must not cost the message

    def _content(self, part: Mail, *, outermost: bool) -> Callable[[], object] | None:
        """Return what writes a part that has text to write."""
        kind = _kind(part)
        if kind in _HTML:
            root = parse_markup(_markup(part))
            if "".join(root.itertext()).strip():
                return lambda: write_markup(self._draft, root)
        elif kind in _PLAIN:
            text = _plain(part)
            if outermost and _PGP.match(text):
                raise UnreadableFile(_ENCRYPTED)
            if text.strip():
                return lambda: self._draft.block(text.strip("\r\n"))
        return None

    def _mark(self, name: str) -> None:
        self._parts += 1
        self._draft.mark("part", self._parts, name)


def _sort(mail: Mail, body: list[Mail], attached: list[Mail], *, depth: int) -> None:
    """Part what a mail program shows as the message from what it lists as attachments."""
    kind = mail.get_content_type()
    parts = _children(mail)
    if not parts or _enclosed(mail) is not None or depth > 10 * _DEEPEST:
        is_attachment = mail.get_content_disposition() == "attachment" or file_name(mail)
        is_text = _kind(mail) in _PLAIN | _HTML
        (attached if is_attachment or not is_text else body).append(mail)
    elif kind == "multipart/alternative":
        _sort(_best(parts), body, attached, depth=depth + 1)
    elif kind in ("multipart/related", "multipart/signed"):
        _sort(parts[0], body, attached, depth=depth + 1)
        if kind == "multipart/related":
            _sort_attached(parts[1:], attached)
    else:
        for part in parts:
            _sort(part, body, attached, depth=depth + 1)


def _sort_attached(parts: list[Mail], attached: list[Mail]) -> None:
    """Keep what was attached beside a page; the page's own frames and images are not."""
    attached.extend(part for part in parts if part.get_content_disposition() == "attachment")


def _best(parts: list[Mail]) -> Mail:
    """Choose the form to read: plain text that says anything, else the richest one."""
    for part in parts:
        if part.get_content_type() == "text/plain" and _payload(part).strip():
            return part
    for part in parts:
        if any(one.get_content_type() in _HTML for one in part.walk()):
            return part
    return parts[-1]


def _children(mail: Mail) -> list[Mail]:
    payload = mail.get_payload()
    return (
        [part for part in payload if isinstance(part, Message)]
        if isinstance(payload, list)
        else []
    )


def _enclosed(part: Mail) -> Mail | None:
    """Return the message inside a part that forwards one."""
    if _kind(part) != "message/rfc822":
        return None
    if not part.is_multipart():
        return _parsed(_payload(part))
    inner = _children(part)[0]
    if part.get("Content-Transfer-Encoding", "").strip().lower() == "base64":
        # Not allowed around a message, so the parser leaves it, but programs do it.
        inner["Content-Transfer-Encoding"] = "base64"
        return _parsed(_payload(inner))
    return inner


def _parsed(data: bytes) -> Mail:
    return BytesParser(policy=compat32).parsebytes(data)


def _kind(part: Mail) -> str:
    """Return the media type, by the file name where a program did not care to tell."""
    kind = part.get_content_type()
    if kind == "application/octet-stream":
        suffix = PurePosixPath(file_name(part).lower()).suffix
        return _KIND_OF_NAME.get(suffix, kind)
    return kind


def _payload(part: Mail) -> bytes:
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""


def _markup(part: Mail) -> bytes | str:
    return _plain(part) if part.get_content_charset() else _payload(part)


def _plain(part: Mail) -> str:
    data, charset = _payload(part), part.get_content_charset()
    if file_name(part):
        return decode(data, charset)
    return decode_leniently(data, charset)


def _refuse_encrypted(mail: Mail) -> None:
    kind = mail.get_content_type()
    if kind == "multipart/encrypted":
        raise UnreadableFile(_ENCRYPTED)
    if kind in ("application/pkcs7-mime", "application/x-pkcs7-mime"):
        raise UnreadableFile(_ENCRYPTED)


def _is_saved_page(mail: Mail) -> bool:
    return bool(mail["Snapshot-Content-Location"] or _SAVED_PAGE.match(header(mail, "From")))


def _date(text: str) -> str | None:
    try:
        return parsedate_to_datetime(text).date().isoformat()
    except (ValueError, TypeError, IndexError, OverflowError):
        return parse_date(text)
