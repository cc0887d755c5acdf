"""The entries of a library of references, each a CSL-JSON item with the line that it begins on."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from index.documents import Reading
from index.reading.sidecar import WrongItem, described

_NOTHING = Reading(text="", media_type="")
_DATES = ("issued",)


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry: its key, its CSL-JSON item, and the line that it begins on, from 1.

    `files` are the paths that it names, as they are written; `sha256` is that of
    its file's bytes, if it says so.
    """

    key: str
    item: Mapping[str, Any]
    line: int
    files: tuple[str, ...] = ()
    sha256: str = ""

    def __hash__(self) -> int:
        return hash((self.key, self.line))


@dataclass(frozen=True, slots=True)
class Trouble:
    """What is wrong on a line of a library of references, and what was done about it."""

    line: int
    what: str


@dataclass(frozen=True, slots=True)
class References:
    """What was read from one library of references; `name` is its file's."""

    name: str
    entries: tuple[Entry, ...]
    troubles: tuple[Trouble, ...] = ()


def sound(entry: Entry) -> tuple[Entry, list[Trouble]]:
    """The entry without what no document can take over, and what that was.

    A date that is not certain stays in the item, and dates no document.
    """
    troubles: list[Trouble] = []
    item = {}
    for variable, value in entry.item.items():
        try:
            described(_NOTHING, {variable: value})
        except WrongItem as problem:
            stays = variable in _DATES and isinstance(value, dict)
            done = "it dates no document" if stays else "it is left out"
            troubles.append(Trouble(entry.line, f"{entry.key!r}: {problem}; {done}"))
            if not stays:
                continue
        item[variable] = value
    return Entry(entry.key, item, entry.line, entry.files, entry.sha256), troubles


def without_twins(found: list[Entry]) -> tuple[list[Entry], list[Trouble]]:
    """The entries with those that say the same under the same key once; told is every repeat.

    Entries of one key that differ all stay, and each is matched by what it says.
    """
    kept: list[Entry] = []
    troubles: list[Trouble] = []
    first: dict[str, Entry] = {}
    for entry in found:
        known = first.setdefault(entry.key, entry)
        if known is entry:
            kept.append(entry)
            continue
        same = (known.item, known.files, known.sha256) == (entry.item, entry.files, entry.sha256)
        said = "says the same, and counts once" if same else "differs, and both are kept"
        troubles.append(
            Trouble(
                entry.line,
                f"the key {entry.key!r} is that of line {known.line} too; this entry {said}",
            )
        )
        if not same:
            kept.append(entry)
    return kept, troubles
