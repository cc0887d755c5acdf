"""What the front matter of a text declares of its publication, as CSL-JSON variables."""

import datetime
from collections.abc import Iterator, Mapping
from typing import Any

from index.reading.draft import clean
from index.reading.variables import date_of, pages_of, person_of

# Besides the variables' own names, which may have underscores for hyphens.
_OTHER_NAMES = {
    "citekey": "citation-key",
    "cite-key": "citation-key",
    "key": "citation-key",
    "journal": "container-title",
    "publication": "container-title",
    "newspaper": "container-title",
    "magazine": "container-title",
    "website": "container-title",
    "site": "container-title",
    "booktitle": "container-title",
    "place": "publisher-place",
    "series": "collection-title",
    "number": "number",
    "pages": "page",
    "link": "URL",
    "accessdate": "accessed",
    "access-date": "accessed",
}
_TEXTS = (
    "citation-key type DOI ISBN ISSN PMID URL container-title collection-title publisher "
    "publisher-place volume issue number page edition version genre medium event-title section "
    "archive archive_location call-number status note"
).split()
_PEOPLE = ("editor", "translator", "interviewer", "recipient", "container-author")
_DATES = ("accessed", "original-date")
_LOWER = {name.lower(): name for name in (*_TEXTS, *_PEOPLE, *_DATES)}
_TYPES = frozenset(
    "article article-journal article-magazine article-newspaper bill book broadcast chapter "
    "dataset document entry entry-dictionary entry-encyclopedia figure graphic hearing interview "
    "legal_case legislation manuscript map motion_picture pamphlet paper-conference patent "
    "performance periodical personal_communication post post-weblog regulation report review "
    "review-book software song speech standard thesis treaty webpage".split()
)
_LONGEST = 1000


def declared_item(matter: Mapping[object, object]) -> dict[str, Any]:
    """The CSL-JSON variables of front matter, without title, author, date and language."""
    item = dict(_variables(matter))
    authors = matter.get("author") or matter.get("authors")
    # Names whose parts are told need not be taken apart.
    told = isinstance(authors, list) and any(isinstance(one, Mapping) for one in authors)
    if told and (people := list(_people(authors))):
        item["author"] = people
    return item


def _variables(matter: Mapping[object, object]) -> Iterator[tuple[str, Any]]:
    for given, value in matter.items():
        name = str(given).strip().lower().replace("_", "-")
        variable = _LOWER.get(_OTHER_NAMES.get(name, name).lower())
        if variable in _PEOPLE:
            if people := list(_people(value)):
                yield variable, people
        elif variable in _DATES:
            if date := date_of(_text(value)):
                yield variable, date
        elif variable == "page":
            yield variable, pages_of(_text(value))
        elif (
            variable is not None
            and (text := _text(value))
            and (variable != "type" or text in _TYPES)
        ):
            yield variable, text


def _people(value: object) -> Iterator[dict[str, str]]:
    for one in value if isinstance(value, list) else [value]:
        if isinstance(one, Mapping):
            parts = {
                part: _text(one.get(part))
                for part in ("literal", "family", "given", "suffix", "non-dropping-particle")
            }
            name = _text(one.get("name"))
            person = {part: text for part, text in parts.items() if text}
            if person or name:
                yield person or person_of(name)
        elif text := _text(one):
            yield person_of(text)


def _text(value: object) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int | float | datetime.date):
        return ""
    return " ".join(clean(str(value)).split())[:_LONGEST]
