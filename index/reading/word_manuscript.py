"""A Word document as a manuscript in Markdown: with its notes where they are called."""

import re
from typing import TYPE_CHECKING, Final

from index.errors import UnreadableFile
from index.reading.archive import open_archive, related_parts, reporting_damage
from index.reading.draft import Draft
from index.reading.word import NOTES, RULES, optional_part, word_part
from index.reading.word_body import TEXT, BodyWriter, W
from index.reading.word_styles import heading_levels

if TYPE_CHECKING:
    from lxml.etree import _Element

_QUOTE: Final = re.compile(
    r"(?:intense\s*|intensives\s+)?(?:quote|quotations?|block\s*(?:text|quote)|zitat|citation"
    r"(?: intense)?|cita|citazione|citat|citaat)",
    re.IGNORECASE,
)
_LINE_BREAKS: Final = (f"{W}br", f"{W}cr")
_PARAGRAPH: Final = f"{W}p"


def word_as_markdown(data: bytes) -> str:
    """The text of a Word document as it reads once its changes are accepted.

    Headings, paragraphs in a style for quotations, and notes are written as in
    Markdown. Raises `UnreadableFile`.
    """
    draft = Draft()
    with open_archive(data) as archive, reporting_damage():
        main = related_parts(archive).get("officeDocument", "word/document.xml")
        parts = related_parts(archive, main)
        body = word_part(archive, main).find(f"{W}body")
        if body is None:
            raise UnreadableFile("truncated or damaged: it has no body; save it again in Word")
        styles = optional_part(archive, parts.get("styles"))
        _mark_up(body, {} if styles is None else _prefixes(styles))
        BodyWriter(draft, {}).write(body)
        for name, tag in NOTES:
            notes = optional_part(archive, parts.get(name))
            for note in () if notes is None else notes.iter(tag):
                if note.get(f"{W}type") not in RULES:
                    draft.block(f"[^{_called(tag, note)}]: {_on_one_line(note)}")
    return draft.reading("text/markdown").text


def _prefixes(styles: "_Element") -> dict[str, str]:
    """What Markdown has before a paragraph, by the ids of styles."""
    found = {name: "#" * min(level, 6) + " " for name, level in heading_levels(styles).items()}
    for style in styles.iter(f"{W}style"):
        name = style.find(f"{W}name")
        if name is not None and _QUOTE.fullmatch((name.get(f"{W}val") or "").strip()):
            found[style.get(f"{W}styleId") or ""] = "> "
    return found


def _mark_up(body: "_Element", prefixes: dict[str, str]) -> None:
    """Write marks of Markdown into the tree, as text that the reader of bodies meets."""
    for _, tag in NOTES:
        for call in list(body.iter(f"{tag}Reference")):
            call.addnext(_text(call, f"[^{_called(tag, call)}]"))
    for paragraph in body.iter(_PARAGRAPH):
        style = paragraph.find(f"{W}pPr/{W}pStyle")
        prefix = "" if style is None else prefixes.get(style.get(f"{W}val") or "", "")
        if prefix:
            paragraph.insert(1, _text(paragraph, prefix))
        if prefix == "> ":
            for line_break in list(paragraph.iter(*_LINE_BREAKS)):
                line_break.addnext(_text(paragraph, prefix))


def _called(tag: str, element: "_Element") -> str:
    """The name of a note: footnotes and endnotes are counted apart."""
    return f"{tag.removeprefix(W)}{element.get(f'{W}id')}"


def _on_one_line(note: "_Element") -> str:
    own = Draft()
    BodyWriter(own, {}).write(note)
    return " ".join(own.reading("text/plain").text.split())


def _text(beside: "_Element", text: str) -> "_Element":
    element = beside.makeelement(TEXT, {}, None)
    element.text = text
    return element
