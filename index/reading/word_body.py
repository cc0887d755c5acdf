"""Writes the paragraphs, headings, tables and text boxes of a Word document to a draft."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Final

from index.reading.draft import Draft
from index.reading.rows import looks_like_header, without_blank_end

if TYPE_CHECKING:
    from lxml.etree import _Element

W: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
TEXT: Final = f"{W}t"
_MATH_TEXT: Final = "{http://schemas.openxmlformats.org/officeDocument/2006/math}t"
_COMPATIBILITY: Final = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_ALTERNATIVES: Final = f"{_COMPATIBILITY}AlternateContent"
_PARAGRAPH, _TABLE, _RUN, _BOX = f"{W}p", f"{W}tbl", f"{W}r", f"{W}txbxContent"
_ROW, _CELL, _SYMBOL = f"{W}tr", f"{W}tc", f"{W}sym"
_CHARACTERS: Final = {
    f"{W}tab": "\t",
    f"{W}ptab": "\t",
    f"{W}br": "\n",
    f"{W}cr": "\n",
    f"{W}noBreakHyphen": "-",
    f"{W}softHyphen": "",
}
# What was deleted or moved away, what only formats, and readings printed above characters.
_UNREAD: Final = frozenset(
    f"{W}{name}" for name in ("del", "moveFrom", "pPr", "rPr", "sdtPr", "sdtEndPr", "rt")
)
_LONGEST_HEADING: Final = 300
_LONGEST_CELL: Final = 1000
_BODY_LEVEL: Final = 9


def outline_level(properties: "_Element | None") -> int | None:
    """Return the heading level that paragraph properties state: 0 for body text, None for none."""
    stated = None if properties is None else properties.find(f"{W}outlineLvl")
    value = "" if stated is None else stated.get(f"{W}val") or ""
    if not value.isdecimal():
        return None
    return int(value) + 1 if int(value) < _BODY_LEVEL else 0


class BodyWriter:
    """Walks one tree of blocks; `levels` are the heading levels of style ids."""

    def __init__(self, draft: Draft, levels: Mapping[str, int]) -> None:
        self._draft = draft
        self._levels = levels

    def write(self, container: "_Element") -> None:
        """Write every block in the container, through the wrappers around blocks."""
        for element in container:
            if element.tag == _PARAGRAPH:
                self._paragraph(element)
            elif element.tag == _TABLE:
                self._table(element)
            elif element.tag == _ALTERNATIVES:
                self.write(_alternative(element))
            elif element.tag not in _UNREAD:
                self.write(element)

    def _paragraph(self, paragraph: "_Element") -> None:
        text = "".join(_inline(paragraph))
        level = self._level(paragraph)
        if level and len(text) <= _LONGEST_HEADING:
            self._draft.heading(level, text)
        else:
            self._draft.block(text.strip())
        for box in _boxes(paragraph):
            self.write(box)

    def _level(self, paragraph: "_Element") -> int:
        properties = paragraph.find(f"{W}pPr")
        level = outline_level(properties)
        if level is None and properties is not None:
            style = properties.find(f"{W}pStyle")
            level = 0 if style is None else self._levels.get(style.get(f"{W}val") or "", 0)
        return level or 0

    def _table(self, table: "_Element") -> None:
        rows = [list(_nested(row, _CELL)) for row in _nested(table, _ROW) if not _is_deleted(row)]
        if self._only_arranges(rows):
            for cells in rows:
                for cell in cells:
                    self.write(cell)
            return
        lines = [without_blank_end([_cell_text(cell) for cell in cells]) for cells in rows]
        first = next((place for place, line in enumerate(lines) if any(line)), None)
        if first is not None:
            header = _repeats(rows[first]) or (
                len(lines) > first + 1 and looks_like_header(lines[first])
            )
            self._draft.table(lines, header=header)

    def _only_arranges(self, rows: "list[list[_Element]]") -> bool:
        """Whether a table is a frame around text rather than a table of data."""
        cells = [cell for row in rows for cell in row]
        return (
            all(len(row) < 2 for row in rows)
            or (len(rows) == 1 and any(len(_cell_text(cell)) > _LONGEST_CELL for cell in cells))
            or any(self._level(line) for cell in cells for line in cell.iter(_PARAGRAPH))
        )


def _nested(container: "_Element", tag: str) -> "Iterator[_Element]":
    """Find the rows of a table or the cells of a row, but not those of inner tables."""
    for element in container:
        if element.tag == tag:
            yield element
        elif element.tag not in _UNREAD and element.tag not in (_TABLE, _PARAGRAPH):
            yield from _nested(element, tag)


def _is_deleted(row: "_Element") -> bool:
    return row.find(f"{W}trPr/{W}del") is not None


def _repeats(cells: "list[_Element]") -> bool:
    """Whether Word repeats the row on every page, as it does with headers."""
    row = next(cells[0].iterancestors(_ROW)) if cells else None
    return row is not None and row.find(f"{W}trPr/{W}tblHeader") is not None


def _cell_text(cell: "_Element") -> str:
    """Return a cell's text on one line; a cell merged with the one above it is blank."""
    merged = cell.find(f"{W}tcPr/{W}vMerge")
    if merged is not None and merged.get(f"{W}val", "continue") == "continue":
        return ""
    return " ".join(" ".join(_block_texts(cell)).split())


def _block_texts(container: "_Element") -> Iterator[str]:
    for element in container:
        if element.tag == _PARAGRAPH:
            yield "".join(_inline(element))
            for box in _boxes(element):
                yield from _block_texts(box)
        elif element.tag == _ALTERNATIVES:
            yield from _block_texts(_alternative(element))
        elif element.tag == _CELL:
            yield _cell_text(element)
        elif element.tag not in _UNREAD:
            yield from _block_texts(element)


def _inline(container: "_Element") -> Iterator[str]:
    """Gather the characters of a paragraph; its text boxes are blocks of their own."""
    for element in container:
        tag = element.tag
        if tag in (TEXT, _MATH_TEXT):
            yield element.text or ""
        elif tag in _CHARACTERS:
            yield _CHARACTERS[tag]
        elif tag == _SYMBOL:
            yield _symbol(element)
        elif tag == _ALTERNATIVES:
            yield from _inline(_alternative(element))
        elif tag not in _UNREAD and tag != _BOX and not (tag == _RUN and _is_hidden(element)):
            yield from _inline(element)


def _boxes(container: "_Element") -> "Iterator[_Element]":
    for element in container:
        if element.tag == _BOX:
            yield element
        elif element.tag == _ALTERNATIVES:
            yield from _boxes(_alternative(element))
        elif element.tag not in _UNREAD:
            yield from _boxes(element)


def _alternative(element: "_Element") -> "_Element":
    """Pick one of the forms in which the same thing is stored for newer and older programs."""
    forms = list(element)
    for form in forms:
        if any(text.text for text in form.iter(TEXT)):
            return form
    return forms[0] if forms else element


def _is_hidden(run: "_Element") -> bool:
    hidden = run.find(f"{W}rPr/{W}vanish")
    return hidden is not None and hidden.get(f"{W}val", "true") not in ("0", "false", "off")


def _symbol(element: "_Element") -> str:
    """Return a character of a symbol font, unless it has no meaning outside of that font."""
    try:
        code = int(element.get(f"{W}char") or "", 16)
    except ValueError:
        return ""
    return chr(code) if 0x20 <= code < 0xD800 else ""
