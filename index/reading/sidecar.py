"""Bibliographic data that a person put beside a file, as a CSL-JSON item."""

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from index.documents import Reading
from index.errors import UnreadableFile
from index.reading.dates import parse_date
from index.reading.encodings import decode
from index.reading.tags import as_tags, tags_of


def load_sidecar(path: Path) -> Mapping[str, Any]:
    """Read `NAME.meta.json`: a CSL-JSON item, or a list that holds one."""
    try:
        item = json.loads(decode(path.read_bytes()))
        # An escape may name half a character, which nothing can store.
        json.dumps(item, ensure_ascii=False).encode()
    except (OSError, ValueError, RecursionError) as error:
        raise _wrong(f"{path.name!r} is not readable JSON ({error})") from error
    if isinstance(item, list) and len(item) == 1:
        item = item[0]
    if not isinstance(item, dict):
        raise _wrong(f"{path.name!r} must hold one CSL-JSON item")
    return item


class WrongItem(ValueError):
    """A variable of a CSL-JSON item has a value that it cannot have; says which, and why."""


def with_sidecar(reading: Reading, item: Mapping[str, Any]) -> Reading:
    """The reading as its sidecar's item describes it; raises `UnreadableFile`."""
    try:
        return described(reading, item)
    except WrongItem as problem:
        raise _wrong(str(problem)) from problem


def with_reference(reading: Reading, item: Mapping[str, Any]) -> Reading:
    """The reading as a library of references describes it; its date need not be certain."""
    try:
        return described(reading, item)
    except WrongItem:
        return described(reading, {name: item[name] for name in item if name != "issued"})


def described(reading: Reading, item: Mapping[str, Any]) -> Reading:
    """Let the item's title, author, date and language take precedence; add its keywords.

    Raises `WrongItem`.
    """
    return replace(
        reading,
        title=_text(item, "title") or reading.title,
        author=_authors(item) or reading.author,
        date=_issued(item) or reading.date,
        language=_text(item, "language") or reading.language,
        tags=as_tags((*reading.tags, *_keywords(item))),
    )


def _text(item: Mapping[str, Any], name: str) -> str | None:
    value = item.get(name)
    if value is not None and not isinstance(value, str):
        raise WrongItem(f"{name} must be a text, not {value!r}")
    return " ".join(value.split()) or None if value else None


def _authors(item: Mapping[str, Any]) -> str | None:
    people = item.get("author")
    if people is None:
        return None
    if not isinstance(people, list) or not all(isinstance(person, dict) for person in people):
        raise WrongItem(f"author must be a list of names, not {people!r}")
    return "; ".join(filter(None, map(_name, people))) or None


def _name(person: Mapping[str, Any]) -> str:
    if literal := _text(person, "literal"):
        return literal
    parts = ("given", "dropping-particle", "non-dropping-particle", "family", "suffix")
    return " ".join(filter(None, (_text(person, part) for part in parts)))


def _keywords(item: Mapping[str, Any]) -> tuple[str, ...]:
    value = item.get("keyword")
    if value is not None and not isinstance(value, str | list):
        raise WrongItem(f"keyword must be words with commas between them, not {value!r}")
    return tags_of(value)


def _issued(item: Mapping[str, Any]) -> str | None:
    issued = item.get("issued")
    if issued is None:
        return None
    if isinstance(issued, str):
        issued = {"raw": issued}
    if not isinstance(issued, dict):
        raise WrongItem(f"issued must be a date, not {issued!r}")
    written = issued.get("raw") or issued.get("literal")
    if "date-parts" in issued:
        written = _from_parts(issued["date-parts"])
    if written is None:
        return None
    date = parse_date(written) if isinstance(written, str) else None
    if date is None:
        raise WrongItem(f"issued is not a certain date: {written!r}; write it as 2020-09-22")
    return date


def _from_parts(parts: Any) -> str:
    try:
        year, *rest = (int(part) for part in parts[0])
    except (TypeError, ValueError, LookupError):
        raise WrongItem(f"date-parts must be like [[2020, 9, 22]], not {parts!r}") from None
    return "-".join([f"{year:04}", *(f"{part:02}" for part in rest)])


def _wrong(problem: str) -> UnreadableFile:
    return UnreadableFile(f"its sidecar is wrong: {problem}; correct the sidecar or remove it")
