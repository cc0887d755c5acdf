"""The printed pages of an EPUB book: where each begins in the text."""

import posixpath
import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import replace
from itertools import accumulate
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote

from index.documents import Heading, Landmark, Reading, Table

if TYPE_CHECKING:
    from lxml.etree import _Element
    from lxml.html import HtmlElement

PageList = dict[tuple[str, str], str]  # from a file and an id in it to a printed label

_NCX: Final = "{http://www.daisy.org/z3986/2005/ncx/}"
_XHTML: Final = "{http://www.w3.org/1999/xhtml}"
_TYPES: Final = ("epub:type", "{http://www.idpf.org/2007/ops}type")
_CLASSES: Final = frozenset({"pagenum", "pageno", "x-ebookmaker-pageno"})
_LABEL: Final = re.compile(
    r"[\[({\s]*(?:(?:page|pg|p)\b\.?\s*)?([^\s\[\](){}]{1,12})[\])}\s]*", re.I
)
_NUMBER: Final = re.compile(r"\d+|[ivxlcdm]+", re.IGNORECASE)
_LABEL_IN_ID: Final = re.compile(r"p(?:a?ge?)?[_.-]?(\d+|[ivxlcdm]+)", re.IGNORECASE)
_LONGEST_MARKER: Final = 20

# No text may hold these code points, so they can stand for a break while the text is written.
_OPEN, _CLOSE = "\ufdd0", "\ufdd1"
_SIGN: Final = re.compile(f"{_OPEN}(\\d+){_CLOSE}")
_SIGNS: Final = re.compile(f"{_SIGN.pattern}(?:\\s*{_SIGN.pattern})*")


def listed_pages(root: "_Element", name: str) -> PageList:
    """Read the page list in a navigation document or an NCX file called `name`."""
    found: list[tuple[str, str]] = []
    for target in root.iter(f"{_NCX}pageTarget"):
        content = target.find(f"{_NCX}content")
        words = target.findtext(f"{_NCX}navLabel/{_NCX}text")
        if content is not None:
            found.append((content.get("src") or "", words or ""))
    for nav in root.iter(f"{_XHTML}nav"):
        if "page-list" in _types(nav):
            links = nav.iter(f"{_XHTML}a")
            found += [(link.get("href") or "", _shown(link)) for link in links]
    folder = posixpath.dirname(name)
    pages: PageList = {}
    for address, label in found:
        file, _, fragment = unquote(address).partition("#")
        if printed := _label(label):
            pages[posixpath.normpath(posixpath.join(folder, file)), fragment] = printed
    return pages


class PageBreaks:
    """Signs planted in the chapters' trees, and taken out again from the finished text."""

    def __init__(self, pages: PageList) -> None:
        self._pages = pages
        self._labels: list[str | None] = []

    def plant(self, root: "HtmlElement", name: str) -> None:
        """Put a sign where a page begins, in place of its printed number if it shows one."""
        _without_signs(root)
        for element in list(root.iter()):
            if not isinstance(element.tag, str) or element.tag in ("html", "head"):
                continue
            identifier = element.get("id") or element.get("name")
            listed = self._pages.get((name, identifier)) if identifier else None
            if element.tag == "body":
                listed = listed or self._pages.get((name, ""))
            elif _is_break(element):
                self._replace(element, _own_label(element) or listed)
                continue
            if listed is not None:
                self._put_before(element, listed)

    def harvest(self, reading: Reading) -> Reading:
        """Turn the signs in the text into page landmarks."""
        cuts = list(_cuts(reading.text))
        if not cuts:
            return reading
        starts = [start for start, _, _ in cuts]
        removed = list(accumulate((end - start for start, end, _ in cuts), initial=0))

        def moved(offset: int) -> int:
            place = bisect_right(starts, offset)
            beyond = place > 0 and offset < cuts[place - 1][1]
            return cuts[place - 1][0] - removed[place - 1] if beyond else offset - removed[place]

        places = [(moved(start), number) for start, _, numbers in cuts for number in numbers]
        pages = (
            Landmark("page", place, count, self._labels[number])
            for count, (place, number) in enumerate(places, 1)
        )
        landmarks = (replace(mark, start=moved(mark.start)) for mark in reading.landmarks)
        kept = [0, *(end for _, end, _ in cuts)]
        text = "".join(
            reading.text[start:end]
            for start, end in zip(kept, [*starts, len(reading.text)], strict=True)
        )
        headings = (
            Heading(
                moved(heading.start),
                moved(heading.end),
                heading.level,
                " ".join(_SIGN.sub("", heading.title).split()),
            )
            for heading in reading.headings
        )
        return replace(
            reading,
            text=text,
            headings=tuple(heading for heading in headings if heading.title),
            landmarks=tuple(sorted((*pages, *landmarks), key=lambda mark: mark.start)),
            tables=tuple(
                Table(moved(table.start), moved(table.end), moved(table.header_end))
                for table in reading.tables
            ),
        )

    def _sign(self, label: str | None) -> str:
        self._labels.append(label)
        return f"{_OPEN}{len(self._labels) - 1}{_CLOSE}"

    def _replace(self, element: "HtmlElement", label: str | None) -> None:
        if len(_shown(element).strip()) > _LONGEST_MARKER:
            self._put_before(element, label)  # it wraps its page instead of marking its start
            return
        element.clear(keep_tail=True)
        element.tag = "span"
        element.text = self._sign(label)

    def _put_before(self, element: "HtmlElement", label: str | None) -> None:
        span = element.makeelement("span")
        span.text = self._sign(label)
        shown = element.text or ""
        if _label(shown) == label and len(element) == 0 and element.tag != "body":
            shown = ""
        span.tail, element.text = shown, None
        element.insert(0, span)


def _cuts(text: str) -> Iterator[tuple[int, int, list[int]]]:
    """Yield what to cut out of the text, and the numbers of the breaks there."""
    floor = 0
    for match in _SIGNS.finditer(text):
        start, end = match.span()
        begins_line = start == floor or text[start - 1] == "\n"
        if begins_line and end == len(text):
            start = max(floor, len(text[:start].rstrip("\n")))
        elif begins_line and text[end] == "\n":
            end += len(text[end:]) - len(text[end:].lstrip("\n"))
        elif begins_line or text[start - 1] == " ":
            end += text[end : end + 1] == " "
        yield start, end, [int(number) for number in _SIGN.findall(match[0])]
        floor = end


def _without_signs(root: "HtmlElement") -> None:
    for element in root.iter():
        for name in ("text", "tail"):
            text = getattr(element, name)
            if text and (_OPEN in text or _CLOSE in text):
                setattr(element, name, text.replace(_OPEN, "\ufffd").replace(_CLOSE, "\ufffd"))


def _types(element: "_Element") -> list[str]:
    return " ".join(element.get(name) or "" for name in _TYPES).split()


def _is_break(element: "HtmlElement") -> bool:
    if "pagebreak" in _types(element) or element.get("role") == "doc-pagebreak":
        return True
    classes = (element.get("class") or "").split()
    return not _CLASSES.isdisjoint(classes) and _own_label(element) is not None


def _own_label(element: "HtmlElement") -> str | None:
    stated = (element.get("title"), element.get("aria-label"), _shown(element))
    for text in stated:
        if printed := _label(text or ""):
            return printed
    match = _LABEL_IN_ID.fullmatch(element.get("id") or "")
    return match[1] if match else None


def _shown(element: "_Element") -> str:
    return "".join(map(str, element.itertext()))


def _label(text: str) -> str | None:
    """Return a printed page number without the brackets or the word around it."""
    match = _LABEL.fullmatch(text.strip())
    return match[1] if match else None
