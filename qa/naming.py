"""Which documents a citation of a draft names: by key, by one of our links, or in words."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from index import CatalogueEntry, Span, folded, folded_words
from qa.draft_citations import DraftCitation

YEAR = re.compile(r"\b(?:1[5-9]|20)\d\d")
# A title of one word is also a word.
_FEWEST_WORDS = 2
# Names are found by so many of their words.
_KEY_WORDS = 4
_WORD = re.compile(r"\w+")
_SCHEME = re.compile(r"^(?:https?://)?(?:www\.|dx\.)?(?:doi\.org/|doi:)?")
# Where an address may begin, and what makes another one of it.
_BEGINS = re.compile(r"(?<![\w.@-])|(?<=\bwww\.)|(?<=\bdx\.)")
_GOES_ON = re.compile(r"[/.?&=%~+:(-]*\w")

_Words = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Named:
    """The ids of the documents that a citation may mean; `remark` says why there are none."""

    documents: tuple[str, ...] = ()
    remark: str = ""


class Catalogue:
    """The documents of a library by all that a writer may call them."""

    def __init__(self, entries: Iterable[CatalogueEntry]) -> None:
        self._ids: set[str] = set()
        self._keys: dict[str, list[str]] = {}
        self._alike: dict[str, str] = {}
        # By the last words of each, for many begin alike.
        self._addresses: dict[_Words, list[tuple[str, str]]] = {}
        # By the first words of each.
        self._titles: dict[_Words, list[tuple[str, CatalogueEntry]]] = {}
        self._families: dict[_Words, list[tuple[str, CatalogueEntry]]] = {}
        for one in entries:
            self._ids.add(one.document)
            self._keys.setdefault(one.citation_key, []).append(one.document)
            self._alike.setdefault(folded(one.citation_key), one.citation_key)
            for address in filter(None, map(_address, one.addresses)):
                last = tuple(_WORD.findall(address)[-_KEY_WORDS:])
                self._addresses.setdefault(last, []).append((address, one.document))
            if title := folded_words(one.title):
                self._titles.setdefault(_first(title), []).append((title, one))
            if family := next(filter(None, map(folded_words, one.families)), ""):
                self._families.setdefault(_first(family), []).append((family, one))

    def named(self, citation: DraftCitation) -> Named:
        """The documents that a citation means; several where it does not say which."""
        if citation.document is not None:
            return self._linked(citation.document)
        if citation.key is not None:
            return self._keyed(citation.key)
        return Named(self._told(citation))

    def is_title(self, words: str) -> bool:
        """Whether the words are no more than what a document is called."""
        said = folded_words(words)
        return bool(said) and any(said == title for title, _ in self._titles.get(_first(said), ()))

    def _linked(self, document: str) -> Named:
        if document in self._ids:
            return Named((document,))
        return Named(remark="the document of this link is not in the library, or no more")

    def _keyed(self, key: str) -> Named:
        if same := self._keys.get(key):
            return Named(tuple(same))
        alike = self._alike.get(folded(key))
        hint = f"is it {alike!r}?" if alike is not None else "`pincite status --all` has all"
        return Named(remark=f"no document has the key {key!r}; {hint}")

    def _told(self, citation: DraftCitation) -> tuple[str, ...]:
        """By an address, else by the titles and by author and year.

        Of several documents with the title the author's, or the year's, is meant.
        """
        if found := self._addressed(citation.text.casefold()):
            return found
        said = folded_words(citation.text)
        titled = [
            (title, one)
            for title, one in _held(self._titles, said)
            if title in said and len(title.split()) >= _FEWEST_WORDS
        ]
        # A title that another one holds is not meant.
        held = {title for title, _ in titled}
        named = [
            one
            for title, one in titled
            if not any(title != other and title in other for other in held)
        ]
        besides = said
        for title in sorted(held, key=len, reverse=True):
            besides = besides.replace(title, " ")
        years = YEAR.findall(besides)
        authored = _held(self._families, besides)
        written = [
            one
            for family, one in authored
            if family in besides and (not years or one.year in years)
        ]
        if agreed := [one for one in named if one in written]:
            return _ids(agreed)
        if dated := [one for one in named if one.year in years and not written]:
            return _ids(dated)
        only_name = any(said == family for family, _ in authored)
        if citation.kind == "parentheses" and not (years or citation.pages or only_name):
            # It may be no more than a remark that a name stands in.
            written = []
        return _ids([*named, *written])

    def _addressed(self, text: str) -> tuple[str, ...]:
        """By the addresses that stand in a text, without those that stand within another."""
        found: dict[Span, list[str]] = {}
        words = list(_WORD.finditer(text))
        for last in range(1, len(words) + 1):
            for first in range(max(0, last - _KEY_WORDS), last):
                key = tuple(match[0] for match in words[first:last])
                for address, document in self._addresses.get(key, ()):
                    if span := _stands(text, address, words[last - 1].end()):
                        found.setdefault(span, []).append(document)
        told: list[str] = []
        reached = -1
        for span in sorted(found, key=lambda each: (each[0], -each[1])):
            if span[1] > reached:
                told += found[span]
                reached = span[1]
        return tuple(dict.fromkeys(told))


def _ids(entries: Iterable[CatalogueEntry]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one.document for one in entries))


def _first(name: str) -> _Words:
    return tuple(name.split(maxsplit=_KEY_WORDS)[:_KEY_WORDS])


def _held(
    names: Mapping[_Words, Sequence[tuple[str, CatalogueEntry]]], said: str
) -> list[tuple[str, CatalogueEntry]]:
    """The names that begin with words that are said."""
    words = said.split()
    keys = (
        tuple(words[first : first + size])
        for first in range(len(words))
        for size in range(1, _KEY_WORDS + 1)
    )
    return [one for key in dict.fromkeys(keys) for one in names.get(key, ())]


def _address(address: str) -> str:
    """An address as it is found in others that lead to the same place; empty if it is none."""
    plain = _SCHEME.sub("", address.casefold()).rstrip("/")
    return plain if _WORD.search(plain) and re.search(r"[/.]", plain) else ""


def _stands(text: str, address: str, end: int) -> Span | None:
    """Where the address stands whole, if its last word ends there."""
    end += len(address) - max(match.end() for match in _WORD.finditer(address))
    start = end - len(address)
    if start < 0 or not text.startswith(address, start):
        return None
    if not _BEGINS.match(text, start) or _GOES_ON.match(text, end):
        return None
    return start, end
