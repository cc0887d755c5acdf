"""A plain scan of texts, apart from Pincite: whether words stand somewhere, letter for letter."""

import unicodedata
from collections.abc import Iterable

from index import Document

_BORDER = "\x00"


def letters(text: str) -> str:
    """Nothing but the letters and digits of a text, in one Unicode form and case."""
    plain = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    return "".join(filter(str.isalnum, plain))


class Scan:
    """The letters of documents, to be looked through from beginning to end.

    It finds too much rather than too little: words that stand in a document are always
    found, and so are some that are only like them.
    """

    def __init__(self, documents: Iterable[Document]) -> None:
        self._documents = {one.id: letters(one.text) for one in documents}
        self._all = _BORDER.join(self._documents.values())

    def anywhere(self, words: str) -> bool:
        """Whether the words stand in any document."""
        return letters(words) in self._all

    def inside(self, words: str, documents: Iterable[Document]) -> bool:
        """Whether the words stand in one of the documents."""
        sought = letters(words)
        return any(sought in self._documents[one.id] for one in documents)
