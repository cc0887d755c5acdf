"""HTML and XHTML as a tree, and a tree as the blocks of a draft."""

import re
from html.entities import html5

import lxml.html
from lxml import etree
from lxml.html import HtmlElement

from index.reading.draft import Draft, clean
from index.reading.encodings import decode
from index.reading.html_tables import data_table
from index.reading.inline import (
    PREFORMATTED,
    closing,
    collapsed,
    inline_text,
    is_block,
    is_unseen,
    joined,
    opening,
)

_DECLARED = re.compile(
    rb"""<\?xml[^>]{0,200}?\sencoding\s*=\s*["']([\w.:-]+)"""
    rb"""|<meta[^>]{0,500}?charset\s*=\s*["']?\s*([\w.:-]+)""",
    re.IGNORECASE,
)
_DECLARED_WITHIN = 4096
_PROLOGUE = re.compile(r"<\?xml[^>]*\?>|<!DOCTYPE[^>\[]*(?:\[.*?\]\s*)?>", re.I | re.S)
_PROLOGUE_WITHIN = 10_000
_XHTML = re.compile(r"\A\s*<\?xml\s|<html[^>]{0,500}http://www\.w3\.org/1999/xhtml", re.IGNORECASE)
_ENTITY = re.compile(r"&([A-Za-z][A-Za-z0-9]*;)")
_XML_ENTITIES = frozenset({"amp;", "lt;", "gt;", "quot;", "apos;"})
_TAG = re.compile(r"<[^<>]*>")

_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_LONGEST_HEADING = 300
_LISTS = ("ol", "ul", "menu", "dir")


def parse_markup(data: bytes | str) -> HtmlElement:
    """Parse an HTML or XHTML page to a tree; nothing outside `data` is ever fetched."""
    text = clean(data if isinstance(data, str) else decode(data, _declared(data)))
    text = text.removeprefix("\ufeff")
    is_xhtml = _XHTML.search(text[:_DECLARED_WITHIN])
    # Without its document type, the page can declare no entity of its own.
    text = _PROLOGUE.sub("", text[:_PROLOGUE_WITHIN]) + text[_PROLOGUE_WITHIN:]
    root = _parse_xhtml(text) if is_xhtml else None
    return _parse_html(text) if root is None else root


def write_markup(draft: Draft, root: HtmlElement) -> None:
    """Write what a reader of the page sees, block by block."""
    _Writer(draft).write(root)


def _declared(data: bytes) -> str | None:
    match = _DECLARED.search(data[:_DECLARED_WITHIN])
    return (match[1] or match[2]).decode("ascii", "replace") if match else None


def _parse_xhtml(text: str) -> HtmlElement | None:
    """As XML, where `<title/>` is empty and not the start of a title."""
    text = _ENTITY.sub(_character, text)
    parser = lxml.html.XHTMLParser(
        encoding="utf-8", no_network=True, resolve_entities=False, load_dtd=False
    )
    try:
        root = lxml.html.document_fromstring(text.encode(), parser=parser)
    except (etree.LxmlError, ValueError):
        return None
    lxml.html.xhtml_to_html(root)
    return root if root.tag == "html" else None


def _parse_html(text: str) -> HtmlElement:
    parser = lxml.html.HTMLParser(encoding="utf-8", no_network=True, huge_tree=True)
    try:
        root = lxml.html.document_fromstring(text.encode(), parser=parser)
    except etree.ParserError:
        return lxml.html.document_fromstring("<html><body></body></html>")
    if any("depth" in error.message for error in parser.error_log):
        # The parser stops there; the words matter more than how they were nested.
        return _parse_html(_TAG.sub("\n", text))
    return root


def _character(match: re.Match[str]) -> str:
    name = match[1]
    return match[0] if name in _XML_ENTITIES else html5.get(name, match[0])


class _Writer:
    """Walks one tree; the inline text gathered so far waits for the end of its block."""

    def __init__(self, draft: Draft) -> None:
        self._draft = draft
        self._pieces: list[str] = []
        self._lists: list[_List] = []
        self._marker = ""
        self._gap = "\n\n"

    def write(self, root: HtmlElement) -> None:
        walk = etree.iterwalk(root, events=("start", "end", "comment", "pi"))
        skipped: HtmlElement | None = None
        for event, element in walk:
            if event == "start":
                if is_unseen(element) or self._wrote_whole(element):
                    skipped = element
                    walk.skip_subtree()
                else:
                    self._start(element)
                continue
            if event == "end" and element is not skipped:
                self._end(element)
            if element is not root:
                self._pieces.append(collapsed(element.tail))
        self._flush()

    def _start(self, element: HtmlElement) -> None:
        if is_block(element):
            self._flush()
        if element.tag in _LISTS:
            self._lists.append(_List(element))
        elif element.tag == "li":
            self._marker = self._lists[-1].marker(element) if self._lists else "- "
        self._pieces.append(opening(element))

    def _end(self, element: HtmlElement) -> None:
        self._pieces.append(closing(element))
        if is_block(element):
            self._flush()
        if element.tag == "li":
            self._marker = ""
        elif element.tag in _LISTS and self._lists:
            self._lists.pop()
            if not self._lists:
                self._gap = "\n\n"

    def _flush(self) -> None:
        text = joined(self._pieces)
        self._pieces.clear()
        if text.strip():
            self._draft.block(self._marker + text, gap=self._gap)
            self._marker = ""
            self._gap = "\n" if self._lists else "\n\n"

    def _wrote_whole(self, element: HtmlElement) -> bool:
        """Write a heading, a data table or preformatted text, which are seen as a whole."""
        if element.tag in PREFORMATTED:
            self._finish()
            self._draft.block(inline_text(element, preformatted=True))
        elif element.tag in _HEADINGS:
            title = inline_text(element)
            if len(title) > _LONGEST_HEADING:
                return False
            self._finish()
            self._draft.heading(_HEADINGS[element.tag], title)
        elif element.tag == "table" and (table := data_table(element)) is not None:
            self._finish()
            for caption in table.captions:
                self._draft.block(caption)
            self._draft.table(table.rows, header=table.header)
        else:
            return False
        return True

    def _finish(self) -> None:
        self._flush()
        self._marker = ""
        self._gap = "\n\n"


class _List:
    """Counts the items of one list, as a browser would number them."""

    def __init__(self, element: HtmlElement) -> None:
        self._numbered = element.tag == "ol" and element.get("reversed") is None
        self._letters = element.get("type", "1")
        self._number = _whole_number(element.get("start"), 1) - 1

    def marker(self, item: HtmlElement) -> str:
        if not self._numbered:
            return "- "
        self._number = _whole_number(item.get("value"), self._number + 1)
        if self._letters in ("a", "A") and 1 <= self._number <= 26:
            return f"{chr(ord(self._letters) + self._number - 1)}. "
        return f"{self._number}. "


def _whole_number(value: str | None, default: int) -> int:
    value = (value or "").strip()
    return int(value) if value.isdecimal() and len(value) < 10 else default
