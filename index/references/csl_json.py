"""Reads CSL-JSON, as Zotero, Better BibTeX and pandoc write it."""

import json
import re
from collections.abc import Iterator
from typing import Any

from index.references.entries import Entry, Trouble

_OPENING = re.compile(r"[\s,\[]*")


def read_csl_json(text: str) -> tuple[list[Entry], list[Trouble]]:
    """The items of a list, and what is wrong with it, by line; raises `ValueError`.

    Of a list that breaks off, the items before the break are kept.
    """
    entries: list[Entry] = []
    troubles: list[Trouble] = []
    for line, item in _items(text.removeprefix("\ufeff"), troubles):
        if not isinstance(item, dict) or not _can_be_kept(item):
            troubles.append(Trouble(line, f"{json.dumps(item)[:40]} is no item; left out"))
            continue
        named = item.get("citation-key") or item.get("id")
        key = str(named) if named else f"line {line}"
        custom = item.get("custom")
        own = custom if isinstance(custom, dict) else {}
        files = item.get("file") or own.get("file") or ()
        files = (files,) if isinstance(files, str) else files
        sha256 = str(item.get("sha256") or own.get("sha256") or "")
        kept = {name: value for name, value in item.items() if name not in ("file", "sha256")}
        entries.append(Entry(key, kept, line, tuple(map(str, files)), sha256))
    return entries, troubles


def _items(text: str, troubles: list[Trouble]) -> Iterator[tuple[int, Any]]:
    """Each item with its line, one by one, so that the lines are known."""
    decoder = json.JSONDecoder(parse_constant=_no_number)
    stripped = text.lstrip()
    if stripped.startswith("{"):
        whole = decoder.decode(text)
        listed = whole.get("items", whole.get("references"))
        if not isinstance(listed, list):
            yield 1, whole
            return
        yield from ((1, item) for item in listed)
        return
    if not stripped.startswith("["):
        raise ValueError("it is no list of CSL-JSON items")
    place = _past(text, 0)
    while place < len(text) and text[place] != "]":
        line = text.count("\n", 0, place) + 1
        try:
            item, end = decoder.raw_decode(text, place)
        except ValueError as error:
            said = f"it cannot be read from here on ({error}); what stands above is kept"
            troubles.append(Trouble(line, said))
            return
        yield line, item
        place = _past(text, end)


def _can_be_kept(item: object) -> bool:
    """Whether it can be stored: an escape may name half a character, which cannot."""
    try:
        json.dumps(item, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return False
    return True


def _no_number(constant: str) -> object:
    raise ValueError(f"{constant} is no number of JSON")


def _past(text: str, place: int) -> int:
    match = _OPENING.match(text, place)
    return match.end() if match else place
