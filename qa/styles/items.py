"""The CSL-JSON item of a document: what is known of it, under a stable citation key."""

import re
from collections.abc import Mapping
from typing import Any

from index import Document, Locator, made_key, names_of, parts_of, person_of
from qa.styles.source import Pin

_KINDS = {
    "text/html": "webpage",
    "message/rfc822": "personal_communication",
    "text/csv": "dataset",
    "text/tab-separated-values": "dataset",
    "application/epub+zip": "book",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "dataset",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": "speech",
}
_ISO_DATE = re.compile(r"\d{4}(?:-\d\d){0,2}")
_WEB = re.compile(r"https?://\S+", re.IGNORECASE)
# Ours, or of no use to who cites.
_NOT_SAID = frozenset({"id", "citation-key", "keyword", "custom"})


def item_of(document: Document) -> Mapping[str, Any]:
    """The document's item; `id` is its citation key."""
    said = {k: v for k, v in document.bibliography.items() if v and k not in _NOT_SAID}
    item: dict[str, Any] = {
        "id": document.citation_key or made_key(document, lambda _key: False),
        "type": _KINDS.get(document.media_type, "document"),
        "title": document.name,
    }
    if people := [person_of(name) for name in names_of(document.author)]:
        item["author"] = people
    if document.date and _ISO_DATE.fullmatch(document.date):
        item["issued"] = parts_of(document.date)
    if document.language:
        item["language"] = document.language
    if _WEB.fullmatch(document.source):
        item["URL"] = document.source
    return {**item, **said}


def web_address(item: Mapping[str, Any]) -> str:
    """The address of a source on the web; empty for any other."""
    address = item.get("URL")
    return address.strip() if isinstance(address, str) and _WEB.fullmatch(address.strip()) else ""


def pins_of(locator: Locator) -> tuple[Pin, ...]:
    """The parts of a place that a style names, the outermost first."""
    if locator.page is not None and locator.last_page is not None:
        first = locator.page_label or str(locator.page)
        last = locator.last_page_label or str(locator.last_page)
        several = locator.last_page != locator.page
        return (Pin("page", f"{first}–{last}" if several else first),)
    if locator.slide is not None:
        return (Pin("slide", str(locator.slide)),)
    pins = []
    if locator.sheet is not None:
        pins.append(Pin("sheet", locator.sheet))
    if locator.part not in (None, "message"):
        pins.append(Pin("part", str(locator.part)))
    if locator.section:
        pins.append(Pin("section", locator.section[-1]))
    if locator.row is not None:
        pins.append(Pin("row", _range(locator.row, locator.last_row or locator.row)))
    elif locator.paragraph is not None:
        # Nothing above the first paragraph of a section is counted.
        pins += [Pin("paragraph", str(locator.paragraph))] if locator.paragraph else []
    else:
        pins.append(Pin("line", _range(locator.line, locator.last_line)))
    return tuple(pins)


def _range(first: int, last: int) -> str:
    return str(first) if first == last else f"{first}–{last}"
