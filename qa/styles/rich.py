"""Text with italics, as the bibliography styles have it, and how it is shown.

Inside such a text two control characters stand around what is in italics; no
text of a document or of an item has them (see `line`).
"""

import html
import re
from collections.abc import Iterable

from qa.styles.markup import escaped

_ON, _OFF = "\x02", "\x03"
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f]")
# Marks that end a title make the comma or stop after it needless.
_ENDED = ("?", "!", ".", "…")
# The ’90s begin with an apostrophe.
_OPENING_SINGLE = re.compile(r"(?:(?<=[\s(\[“—–])|^)'(?=\w)(?!\d\ds\b)")
_OPENING_DOUBLE = re.compile(r'(?:(?<=[\s(\[‘—–])|^)"(?=\S)')
_WEB = re.compile(r"https?://[^\s<>\x02\x03]*[^\s<>\x02\x03.,;”]")
_MARKDOWN = re.compile(f"([{_ON}{_OFF}]|{_WEB.pattern})")
_MARKUP = re.compile(r"</?(?:i|b|em|strong|sup|sub|sc|span)(?:\s[^<>]*)?>", re.IGNORECASE)


def line(value: object) -> str:
    """A text or number of an item on one line, without markup and control characters."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    return curly(" ".join(_CONTROL.sub("", _MARKUP.sub("", str(value))).split()))


def curly(text: str) -> str:
    """The text with typographic quotation marks and apostrophes."""
    text = _OPENING_SINGLE.sub("‘", text).replace("'", "’")
    return _OPENING_DOUBLE.sub("“", text).replace('"', "”")


def italic(text: str) -> str:
    """The text in italics."""
    return f"{_ON}{text}{_OFF}" if text else ""


def quoted(text: str, closing: str = "") -> str:
    """The text in quotation marks, a comma or a stop inside them, its own ones single."""
    inner = nested(text)
    if closing and bare(inner).endswith(_ENDED) and closing in ".,":
        closing = "," if closing == "," and bare(inner).endswith(("?", "!")) else ""
    return f"“{inner}{closing}”"


def nested(text: str) -> str:
    """The text with single quotation marks in place of double ones."""
    return text.replace("“", "‘").replace("”", "’")


def stopped(text: str) -> str:
    """The text with a full stop, unless it ends with a mark that stands for one."""
    shown = bare(text)
    if not shown or shown.rstrip("”’").endswith(_ENDED):
        return text
    return f"{text[:-1]}.”" if text.endswith("”") else f"{text}."


def joined(parts: Iterable[str], by: str = ", ") -> str:
    """The parts that are not empty, with `by` between them.

    A comma goes inside quotation marks, and none follows a mark that ends a title.
    """
    text = ""
    for part in parts:
        if not part:
            continue
        if not text:
            text = part
        elif by == ", " and text.endswith("”"):
            inner = text[:-1]
            text = f"{inner}{'' if inner.endswith((',', '.', '?', '!')) else ','}” {part}"
        else:
            text = f"{text}{by}{part}"
    return text


def capitalised(text: str) -> str:
    """The text with its first letter large, where it begins with one."""
    match = re.match(f"[{_ON}“‘]*([^\\W\\d_])", text)
    # “n.d.” stays as it is, and so does a number.
    if match is None or text.startswith("n.d."):
        return text
    return f"{text[: match.start(1)]}{match[1].upper()}{text[match.end() :]}"


def bare(text: str) -> str:
    """The text without its italics."""
    return text.replace(_ON, "").replace(_OFF, "")


def as_markdown(text: str) -> str:
    """The text as Markdown, its italics between asterisks and its web addresses as links."""
    pieces = _MARKDOWN.split(text)
    return "".join(map(_in_markdown, filter(None, pieces)))


def _in_markdown(piece: str) -> str:
    if piece in (_ON, _OFF):
        return "*"
    return f"<{piece}>" if _WEB.fullmatch(piece) else escaped(piece)


def as_html(text: str) -> str:
    """The text as HTML."""
    return html.escape(text, quote=False).replace(_ON, "<i>").replace(_OFF, "</i>")
