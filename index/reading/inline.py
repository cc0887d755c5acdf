"""What of an HTML element a reader sees, as one run of text."""

import re

from lxml import etree
from lxml.html import HtmlElement

_SPACE = re.compile(r"[ \t\n\r\f]+")
_AROUND_BREAK = re.compile(r" *\n *")
_MANY_SPACES = re.compile(r" {2,}")
_MANY_BREAKS = re.compile(r"\n{3,}")
_SOFT_HYPHEN = "\xad"
_HIDDEN = re.compile(r"(?:display\s*:\s*none|visibility\s*:\s*hidden)", re.IGNORECASE)

PREFORMATTED = frozenset({"pre", "xmp", "listing", "plaintext", "textarea"})
_UNSEEN_NAMES = (
    "script style template noscript head title iframe object embed applet svg canvas audio video "
    "select datalist annotation annotation-xml"
)
_BLOCK_NAMES = (
    "html body address article aside blockquote center dd details dialog dir div dl dt fieldset "
    "figcaption figure footer form h1 h2 h3 h4 h5 h6 header hgroup hr legend li main menu nav ol "
    "p search section summary table caption thead tbody tfoot tr td th ul"
)
_UNSEEN = frozenset(_UNSEEN_NAMES.split())
_BLOCKS = PREFORMATTED | frozenset(_BLOCK_NAMES.split())
_OPENING = {"br": "\n", "q": "“", "button": " "}
_CLOSING = {"q": "”", "button": " "}


def is_unseen(element: HtmlElement) -> bool:
    """Whether a browser would not show the element."""
    return (
        element.tag in _UNSEEN
        # Text hidden "until-found" is there for who looks for it.
        or element.get("hidden", "until-found") != "until-found"
        or bool(_HIDDEN.search(element.get("style") or ""))
    )


def is_block(element: HtmlElement) -> bool:
    """Whether the element stands on lines of its own."""
    return element.tag in _BLOCKS


def opening(element: HtmlElement) -> str:
    """Return what stands at and after the element's start tag."""
    return _OPENING.get(element.tag, "") + collapsed(element.text)


def closing(element: HtmlElement) -> str:
    """Return what stands at the element's end tag."""
    return _CLOSING.get(element.tag, "")


def collapsed(text: str | None) -> str:
    """Collapse white space as a browser does; a no-break space is not white space."""
    return _SPACE.sub(" ", text).replace(_SOFT_HYPHEN, "") if text else ""


def joined(pieces: list[str]) -> str:
    """Join collapsed pieces and line breaks to the text of one block."""
    text = _MANY_SPACES.sub(" ", "".join(pieces))
    return _MANY_BREAKS.sub("\n\n", _AROUND_BREAK.sub("\n", text)).strip(" \n")


def inline_text(root: HtmlElement, *, preformatted: bool = False) -> str:
    """Return the visible text of an element; `preformatted` keeps its white space."""
    pieces: list[str] = []
    walk = etree.iterwalk(root, events=("start", "end", "comment", "pi"))
    for event, element in walk:
        if event == "start":
            if is_unseen(element):
                walk.skip_subtree()
                continue
            if is_block(element) and element is not root:
                pieces.append("\n")
            pieces.append(_verbatim(element) if preformatted else opening(element))
        elif element is not root:
            if event == "end":
                pieces.append("\n" if is_block(element) else closing(element))
            tail = element.tail or ""
            pieces.append(tail if preformatted else collapsed(tail))
    if preformatted:
        return "".join(pieces).removeprefix("\n").rstrip()
    return joined(pieces)


def _verbatim(element: HtmlElement) -> str:
    return _OPENING.get(element.tag, "") + (element.text or "")
