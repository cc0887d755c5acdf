"""Which documents a citation of a draft names: by key, by one of our links, or in words."""

import re
from collections.abc import Iterable
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
        self._titles = [folded_words(one.title) for one in self._entries]
        self._families = [
            tuple(filter(None, map(folded_words, one.families))) for one in self._entries
        ]

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
        return bool(said) and said in self._titles

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
        """By an address, else by the longest of the titles, else by author and year."""
        text = citation.text.casefold()
        found = [
            one.document
            for one in self._entries
            if any(_address(each) in text for each in one.addresses)
        ]
        if found:
            return tuple(found)
        said = folded_words(citation.text)
        titled = [
            (len(title), one.document)
            for title, one in zip(self._titles, self._entries, strict=True)
            if len(title.split()) >= _FEWEST_WORDS and title in said
        ]
        longest = max((size for size, _ in titled), default=0)
        if titled:
            return tuple(document for size, document in titled if size == longest)
        return self._by_author(citation, said)

    def _by_author(self, citation: DraftCitation, said: str) -> tuple[str, ...]:
        """Where the citation is no more than a remark that a name stands in, none."""
        years = _YEAR.findall(citation.text)
        found = [
            one
            for one, families in zip(self._entries, self._families, strict=True)
            if families and families[0] in said and (not years or one.year in years)
        ]
        only_name = any(said == family for families in self._families for family in families)
        if citation.kind == "parentheses" and not (years or citation.pages or only_name):
            return ()
        return tuple(one.document for one in found)


def _address(address: str) -> str:
    """An address as it is found in others that lead to the same place."""
    plain = re.sub(r"^(?:https?://)?(?:www\.|dx\.)?(?:doi\.org/)?", "", address.casefold())
    return plain.rstrip("/")
