"""Which entry of a library of references is which file."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
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
    _by_hash: dict[str, list[Entry]] = field(init=False)
    _by_name: dict[str, list[Entry]] = field(init=False)
    _by_key: dict[str, list[Entry]] = field(init=False)
    _by_doi: dict[str, list[Entry]] = field(init=False)
    _by_title: dict[str, list[Entry]] = field(init=False)

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

    def __post_init__(self) -> None:
        self._by_hash = _listed((one.sha256.lower(), one) for one in self.references.entries)
        self._by_name = _listed(
            (name, one) for one in self.references.entries for name in _file_names(one)
        )
        self._by_key = _listed((own_key(one.item), one) for one in self.references.entries)
        self._by_doi = _listed((_doi(one.item.get("DOI")), one) for one in self.references.entries)
        self._by_title = _listed(
            (_folded(str(one.item.get("title", ""))), one) for one in self.references.entries
        )

    def _signs(
        self, path: Path, sha256: str, reading: Reading | None, before: Mapping[str, Any]
    ) -> Iterator[tuple[By, list[Entry]]]:
        yield "hash", self._by_hash.get(sha256, [])
        yield "file name", self._named(path)
        known = self._by_key.get(own_key(before), [])
        same = [one for one in known if one.item == before]
        if len(known) == 1 or same:
            yield "key", same or known
        if reading is not None:
            yield "DOI", [one for doi in _dois(path, reading) for one in self._by_doi.get(doi, [])]
            titles = {_folded(one) for one in (reading.title, path.stem) if one}
            yield "title", [one for title in titles for one in self._by_title.get(title, [])]

    def _named(self, path: Path) -> list[Entry]:
        """The entries with a path that ends as the file's own does, or with its name for a key."""
        found = {
            one: max(_common_end(named, path) for named in (*one.files, one.key + path.suffix))
            for name in (path.name, path.stem)
            for one in self._by_name.get(_nfc(name), [])
        }
        furthest = max(found.values(), default=0)
        return [one for one, length in found.items() if length == furthest > 0]


def _listed(pairs: Iterable[tuple[str, Entry]]) -> dict[str, list[Entry]]:
    """The entries by what they have; those without it are left out."""
    found: dict[str, list[Entry]] = {}
    for name, entry in pairs:
        if name and entry not in found.setdefault(name, []):
            found[name].append(entry)
    return found


def _file_names(entry: Entry) -> Iterator[str]:
    """The names of an entry's files; its key may be one without its ending."""
    yield _nfc(entry.key)
    for named in entry.files:
        yield _parts(named)[-1]


def _common_end(named: str, path: Path) -> int:
    """How many of their last parts two paths have in common."""
    pairs = zip(reversed(_parts(named)), reversed(_parts(path.as_posix())), strict=False)
    return next((n for n, (one, other) in enumerate(pairs) if one != other), len(_parts(named)))


def _parts(path: str) -> list[str]:
    return _nfc(path).replace("\\", "/").split("/")


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
