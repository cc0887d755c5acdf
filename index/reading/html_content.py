"""Which part of a web page is its content, and which is the site around it."""

import copy
import re
from dataclasses import dataclass, field

from lxml import etree
from lxml.html import HtmlElement

from index.reading.inline import is_block, is_unseen

_IDEOGRAPHS = "\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af"
_WORD = re.compile(rf"[^\W{_IDEOGRAPHS}]+|[{_IDEOGRAPHS}]")
_RUN = 4
_MATCHED_RUNS = 0.6
_LEAST_SHARE = 0.3
_NEARLY_ALL = 0.98
_FEWEST_WORDS = 100
# More than any page of a site has; trafilatura would need minutes, and pads every row of a table.
_MOST_ELEMENTS = 50_000
_MOST_CELLS_IN_ROW = 500
_MOSTLY_LINKS = 0.5
_CONTAINERS = frozenset(
    {"div", "section", "aside", "header", "footer", "form", "ul", "ol", "dl", "menu", "table"}
)
_AROUND = frozenset({"aside", "footer", "form"})
_INTERFACE = frozenset({"mw-editsection", "headerlink", "mw-jump-link"})


@dataclass(slots=True)
class _Block:
    """A block element with the number of words in it: all, in links, and in the extract."""

    element: HtmlElement
    words: int = 0
    linked: int = 0
    extracted: int = 0
    children: "list[_Block]" = field(default_factory=list)


def main_content(root: HtmlElement) -> HtmlElement | None:
    """Strip the page of what surrounds its content, and return the element that holds it.

    Returns None if no part of the page clearly is the content.
    """
    for element in list(root.iter(etree.Element)):
        if _INTERFACE.intersection((element.get("class") or "").split()) and element is not root:
            element.drop_tree()
    body = root.find("body")
    if body is None or _is_excessive(body):
        return None
    extract = _extract(root)
    if extract is None:
        return None
    block = _Measure(body, extract).run()
    prose = block.words - block.linked
    if block.words < _FEWEST_WORDS or block.extracted <= _LEAST_SHARE * prose:
        return None
    threshold = _NEARLY_ALL * block.extracted
    while inner := [child for child in block.children if child.extracted >= threshold]:
        block = inner[0]
    _strip(block)
    return block.element


def _is_excessive(body: HtmlElement) -> bool:
    return sum(1 for _ in body.iter()) > _MOST_ELEMENTS or any(
        len(row) > _MOST_CELLS_IN_ROW for row in body.iter("tr")
    )


def _extract(root: HtmlElement) -> set[tuple[str, ...]] | None:
    """Return the runs of words in what trafilatura takes for the content."""
    # Imported here because it is heavy and only web pages need it.
    from trafilatura import bare_extraction

    tree = copy.deepcopy(root)
    etree.strip_attributes(tree, "colspan", "rowspan")
    try:
        document = bare_extraction(tree, favor_recall=True, include_comments=False, fast=True)
        body = getattr(document, "body", None)
        text = " ".join(body.itertext()) if body is not None else ""
    except (
        etree.LxmlError,
        ArithmeticError,
        AttributeError,
        LookupError,
        RuntimeError,
        TypeError,
    ):
        return None
    except ValueError:
        return None
    return set(_runs(_WORD.findall(text.casefold())))


class _Measure:
    """Counts the words of every block in one walk over the page."""

    def __init__(self, body: HtmlElement, extract: set[tuple[str, ...]]) -> None:
        self.whole = _Block(body)
        self._extract = extract
        self._open = [self.whole]
        self._text: list[str] = []
        self._linked: list[str] = []
        self._links = 0

    def run(self) -> _Block:
        body = self.whole.element
        walk = etree.iterwalk(body, events=("start", "end", "comment", "pi"))
        skipped: HtmlElement | None = None
        for event, element in walk:
            if event == "start":
                if is_unseen(element):
                    skipped = element
                    walk.skip_subtree()
                else:
                    self._enter(element)
            elif element is not body:
                if event == "end" and element is not skipped:
                    self._leave(element)
                self._add(element.tail)
        self._count()
        return self.whole

    def _enter(self, element: HtmlElement) -> None:
        if is_block(element) and element is not self.whole.element:
            self._count()
            self._open.append(_Block(element))
        self._links += element.tag == "a"
        self._add(element.text)

    def _leave(self, element: HtmlElement) -> None:
        if is_block(element):
            self._count()
            block = self._open.pop()
            parent = self._open[-1]
            parent.children.append(block)
            parent.words += block.words
            parent.linked += block.linked
            parent.extracted += block.extracted
        self._links -= element.tag == "a"

    def _add(self, text: str | None) -> None:
        if text:
            self._text.append(text)
            if self._links:
                self._linked.append(text)

    def _count(self) -> None:
        words = _WORD.findall("".join(self._text).casefold())
        runs = _runs(words)
        known = sum(run in self._extract for run in runs)
        block = self._open[-1]
        block.words += len(words)
        block.linked += len(_WORD.findall(" ".join(self._linked)))
        if runs and known >= _MATCHED_RUNS * len(runs):
            block.extracted += len(words)
        self._text.clear()
        self._linked.clear()


def _strip(block: _Block) -> None:
    """Drop the navigation, lists of links and asides in which nothing was extracted."""
    waiting = list(block.children)
    while waiting:
        child = waiting.pop()
        if _is_around(child):
            child.element.drop_tree()
        else:
            waiting += child.children


def _is_around(block: _Block) -> bool:
    element = block.element
    if element.tag == "nav" or element.get("role") == "navigation":
        return True
    if block.extracted or next(element.iterdescendants("h1"), None) is not None:
        return False
    linked = block.words > 0 and block.linked > _MOSTLY_LINKS * block.words
    return element.tag in _AROUND or (element.tag in _CONTAINERS and linked)


def _runs(words: list[str]) -> list[tuple[str, ...]]:
    return list(zip(*(words[start:] for start in range(_RUN)), strict=False))
