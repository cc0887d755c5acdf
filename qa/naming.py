"""Which documents a citation of a draft names: by key, by one of our links, or in words."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from index import CatalogueEntry, folded, folded_words
from qa.draft_citations import DraftCitation

_YEAR = re.compile(r"\b(?:1[5-9]|20)\d\d")
# A title of one word is also a word.
_FEWEST_WORDS = 2


@dataclass(frozen=True, slots=True)
class Named:
    """The ids of the documents that a citation may mean; `remark` says why there are none."""

    documents: tuple[str, ...] = ()
    remark: str = ""


class Catalogue:
    """The documents of a library by all that a writer may call them."""

    def __init__(self, entries: Iterable[CatalogueEntry]) -> None:
        self._entries = list(entries)
        self._ids = {one.document for one in self._entries}
        self._addresses = [
            (_address(address), one.document) for one in self._entries for address in one.addresses
        ]
        # By the first word of each, so that few are looked for in what is said.
        self._titles: dict[str, list[tuple[str, CatalogueEntry]]] = {}
        self._families: dict[str, list[tuple[str, CatalogueEntry]]] = {}
        for one in self._entries:
            if title := folded_words(one.title):
                self._titles.setdefault(title.split()[0], []).append((title, one))
            if family := next(filter(None, map(folded_words, one.families)), ""):
                self._families.setdefault(family.split()[0], []).append((family, one))

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
        return bool(said) and any(said == title for title, _ in _held(self._titles, said))

    def _linked(self, document: str) -> Named:
        if document in self._ids:
            return Named((document,))
        return Named(remark="the document of this link is not in the library, or no more")

    def _keyed(self, key: str) -> Named:
        same = [one.document for one in self._entries if one.citation_key == key]
        if same:
            return Named(tuple(same))
        alike = [one for one in self._entries if folded(one.citation_key) == folded(key)]
        hint = f"is it {alike[0].citation_key!r}?" if alike else "`pincite status --all` has all"
        return Named(remark=f"no document has the key {key!r}; {hint}")

    def _told(self, citation: DraftCitation) -> tuple[str, ...]:
        """By an address, else by the longest of the titles and by author and year.

        Of several documents with the title the author's, or the year's, is meant.
        """
        text = citation.text.casefold()
        found = [document for address, document in self._addresses if address in text]
        if found:
            return tuple(dict.fromkeys(found))
        said = folded_words(citation.text)
        titled = [
            (title, one)
            for title, one in _held(self._titles, said)
            if title in said and len(title.split()) >= _FEWEST_WORDS
        ]
        longest = max((len(title) for title, _ in titled), default=0)
        named = [one for title, one in titled if len(title) == longest]
        years = _YEAR.findall(citation.text)
        authored = _held(self._families, said)
        written = [
            one for family, one in authored if family in said and (not years or one.year in years)
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


def _ids(entries: Iterable[CatalogueEntry]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one.document for one in entries))


def _held(
    names: Mapping[str, Sequence[tuple[str, CatalogueEntry]]], said: str
) -> list[tuple[str, CatalogueEntry]]:
    """The names that begin with a word that is said."""
    return [one for word in dict.fromkeys(said.split()) for one in names.get(word, ())]


def _address(address: str) -> str:
    """An address as it is found in others that lead to the same place."""
    plain = re.sub(r"^(?:https?://)?(?:www\.|dx\.)?(?:doi\.org/)?", "", address.casefold())
    return plain.rstrip("/")
