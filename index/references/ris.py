"""Reads RIS, record by record, so that a broken one costs no other."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

import rispy

from index.reading.variables import date_of, pages_of
from index.references.entries import Entry, Trouble

_TYPES = {
    "JOUR": "article-journal",
    "EJOUR": "article-journal",
    "ABST": "article-journal",
    "INPR": "article-journal",
    "NEWS": "article-newspaper",
    "MGZN": "article-magazine",
    "BOOK": "book",
    "EBOOK": "book",
    "EDBOOK": "book",
    "WHOLE": "book",
    "CHAP": "chapter",
    "ECHAP": "chapter",
    "CONF": "paper-conference",
    "CPAPER": "paper-conference",
    "RPRT": "report",
    "GOVDOC": "report",
    "THES": "thesis",
    "ELEC": "webpage",
    "WEB": "webpage",
    "BLOG": "post-weblog",
    "DATA": "dataset",
    "DBASE": "dataset",
    "PCOMM": "personal_communication",
    "ICOMM": "personal_communication",
    "COMP": "software",
    "SLIDE": "speech",
    "VIDEO": "motion_picture",
    "MANSCPT": "manuscript",
    "UNPB": "manuscript",
    "PAT": "patent",
}
# The first that a record has counts.
_FIRST_OF = {
    "title": ("TI", "T1", "CT"),
    "container-title": ("JF", "JO", "T2", "BT", "JA", "J2"),
    "DOI": ("DO",),
    "URL": ("UR",),
    "publisher": ("PB",),
    "publisher-place": ("CY",),
    "volume": ("VL",),
    "issue": ("IS",),
    "edition": ("ET",),
    "language": ("LA",),
    "genre": ("M3",),
    "collection-title": ("T3",),
    "section": ("SE",),
}
_PEOPLE = {"author": ("AU", "A1"), "editor": ("A2", "ED"), "translator": ("A4",)}
_DATES = {"issued": ("DA", "PY", "Y1"), "accessed": ("Y2",)}
_START = re.compile(r"TY  -\s*(\w*)")
_END = re.compile(r"ER  -")
_TAG = re.compile(r"[A-Z][A-Z0-9]  -")
_BOOKISH = frozenset({"book", "chapter"})
_OWN = {tag: tag for tag in rispy.config.TAG_KEY_MAPPING}
_LISTS = [*rispy.config.LIST_TYPE_TAGS, "ED", "L1"]


def read_ris(text: str) -> tuple[list[Entry], list[Trouble]]:
    """The records of a `.ris` file, and what is wrong in it, by line."""
    entries: list[Entry] = []
    troubles: list[Trouble] = []
    for line, record, problem in _records(text):
        if problem:
            troubles.append(Trouble(line, problem))
        elif entry := _entry(record, line):
            entries.append(entry)
        else:
            troubles.append(Trouble(line, "a record without a title; left out"))
    return entries, troubles


def _records(text: str) -> Iterator[tuple[int, list[str], str]]:
    """Each record's first line, its lines, and what is wrong with it."""
    record: list[str] = []
    begun = 0
    for number, line in enumerate(text.removeprefix("\ufeff").splitlines(), 1):
        if _START.match(line):
            if record:
                yield begun, record, ""
            record, begun = [line], number
        elif _END.match(line) and record:
            yield begun, record, ""
            record = []
        elif record:
            record.append(line)
        elif _TAG.match(line):
            yield number, [], f"{line[:20]!r} stands in no record (TY begins one); left out"
    if record:
        yield begun, record, ""


def _entry(lines: list[str], line: int) -> Entry | None:
    text = "\n".join([*lines, "ER  - ", ""])
    (found,) = rispy.loads(
        text,
        mapping={**_OWN, "ED": "ED", "CT": "CT", "BT": "BT"},
        list_tags=_LISTS,
        delimiter_tags_mapping={},
    )
    record: Mapping[str, Any] = found
    item = dict(_item(record))
    if "title" not in item:
        return None
    key = str(record.get("ID") or record.get("LB") or "").strip()
    if key:
        item["id"] = item["citation-key"] = key
    files = tuple(re.sub(r"^file:/*(?=/)", "", one) for one in record.get("L1", ()))
    return Entry(key or f"line {line}", item, line, files)


def _item(record: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    kind = _TYPES.get(str(record.get("TY", "")).upper(), "document")
    yield "type", kind
    for variable, tags in _FIRST_OF.items():
        if value := _first(record, tags):
            yield variable, value
    for variable, tags in _PEOPLE.items():
        if people := [_person(one) for tag in tags for one in record.get(tag, ()) if one]:
            yield variable, people
    if number := _line(record.get("SN")):
        yield ("ISBN" if kind in _BOOKISH else "ISSN"), number
    if pages := "-".join(filter(None, (_line(record.get("SP")), _line(record.get("EP"))))):
        yield "page", pages_of(pages)
    if keywords := ", ".join(map(_line, record.get("KW", ()))):
        yield "keyword", keywords
    for variable, tags in _DATES.items():
        if date := date_of(_as_date(_first(record, tags))):
            yield variable, date


def _as_date(written: str) -> str:
    """A date with hyphens; a record's has slashes, and may end with words of its own."""
    parts = [part.strip() for part in written.split("/")[:3]]
    return "-".join(part.zfill(2) for part in parts if part.isdigit()) or written.strip("/")


def _person(name: str) -> dict[str, str]:
    parts = [part.strip() for part in name.split(",")]
    if len(parts) == 1:
        return {"literal": " ".join(name.split())}
    person = {"family": parts[0], "given": parts[1], "suffix": ", ".join(parts[2:])}
    return {part: value for part, value in person.items() if value}


def _first(record: Mapping[str, Any], tags: tuple[str, ...]) -> str:
    return next((value for tag in tags if (value := _line(record.get(tag)))), "")


def _line(value: Any) -> str:
    value = value[0] if isinstance(value, list) and value else value
    return " ".join(str(value).split()) if value else ""
