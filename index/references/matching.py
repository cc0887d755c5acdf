"""Which entry of a library of references is which file."""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from index.citation_keys import own_key
from index.documents import Reading
from index.facets import folded_words
from index.references.entries import Entry, References

By = Literal["hash", "file name", "key", "DOI", "title"]

_DOI = re.compile(r"\b10\.\d{4,9}/[^\s\"<>{}|\\^`\[\]]+", re.IGNORECASE)
_NEAR_TOP = 5000
# Titles of fewer letters, such as “Preface”, are those of many documents.
_SHORTEST_TITLE = 12


@dataclass(frozen=True, slots=True)
class Match:
    """The entry that describes a file, and what told so; of several none was taken."""

    source: str
    entries: tuple[Entry, ...]
    by: By

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys of the entries."""
        return tuple(entry.key for entry in self.entries)


@dataclass(slots=True)
class Matching:
    """Finds the entries of files, the surest sign first, and remembers what it found.

    The signs are the hash of the file's bytes, its name, the entry that described
    it before, a DOI near its top or in its metadata, and its title. Where a sign
    names several entries, none is taken, and no weaker sign is asked.
    """

    references: References
    matches: dict[str, Match] = field(default_factory=dict)
    asked: set[str] = field(default_factory=set)

    def find(
        self, path: Path, sha256: str, reading: Reading | None, before: Mapping[str, Any]
    ) -> Mapping[str, Any] | None:
        """The item of a file; None if there is none that is certain.

        `before` is the item that a library of references gave it earlier. Without
        its reading, the signs are its hash, its name and that.
        """
        source = str(path)
        if reading is not None:
            self.asked.add(source)
        for by, entries in self._signs(path, sha256, reading, before):
            if entries:
                self.asked.add(source)
                self.matches[source] = Match(source, tuple(entries), by)
                return entries[0].item if len(entries) == 1 else None
        self.matches.pop(source, None)
        return None

    @property
    def undecided(self) -> list[Match]:
        """Files that several entries describe equally well, by their source."""
        return [one for _, one in sorted(self.matches.items()) if len(one.entries) > 1]

    @property
    def decided(self) -> list[Match]:
        """Files with their entry, by their source."""
        return [one for _, one in sorted(self.matches.items()) if len(one.entries) == 1]

    @property
    def without_entry(self) -> list[str]:
        """Documents that no entry describes."""
        return sorted(self.asked - self.matches.keys())

    @property
    def without_file(self) -> list[Entry]:
        """Entries that describe no file, in their order."""
        found = {entry for match in self.matches.values() for entry in match.entries}
        return [entry for entry in self.references.entries if entry not in found]

    def _signs(
        self, path: Path, sha256: str, reading: Reading | None, before: Mapping[str, Any]
    ) -> Iterator[tuple[By, list[Entry]]]:
        entries = self.references.entries
        yield "hash", [one for one in entries if one.sha256.lower() == sha256]
        yield "file name", [one for one in entries if _names(one, path)]
        key = own_key(before)
        known = [one for one in entries if key and own_key(one.item) == key]
        same = [one for one in known if one.item == before]
        if len(known) == 1 or same:
            yield "key", same or known
        if reading is None:
            return
        if dois := _dois(path, reading):
            yield "DOI", [one for one in entries if _doi(one.item.get("DOI")) in dois]
        titles = {_folded(one) for one in (reading.title, path.stem) if one} - {""}
        yield (
            "title",
            [one for one in entries if _folded(str(one.item.get("title", ""))) in titles],
        )


def _names(entry: Entry, path: Path) -> bool:
    """Whether an entry names the file: a path that ends as its own does, or its key."""
    for named in entry.files:
        parts = _nfc(named).replace("\\", "/").split("/")
        own = _nfc(path.as_posix()).split("/")
        if parts[-1] == own[-1] and own[-1]:
            return True
    return _nfc(entry.key) == _nfc(path.stem)


def _dois(path: Path, reading: Reading) -> set[str]:
    """The DOI that the file's metadata declares, else the only one near its top."""
    if declared := _doi(reading.bibliography.get("DOI")):
        return {declared}
    found = {_doi(match[0]) for match in _DOI.finditer(reading.text[:_NEAR_TOP])}
    return found if len(found) == 1 else set()


def _doi(value: object) -> str:
    """A DOI as it is compared; nothing if it is none."""
    match = _DOI.search(value) if isinstance(value, str) else None
    return match[0].rstrip(".,;:)").lower() if match else ""


def _folded(title: str) -> str:
    words = folded_words(title)
    return words if len(words) >= _SHORTEST_TITLE else ""


def _nfc(text: str) -> str:
    return unicodedata.normalize("NFC", text)
