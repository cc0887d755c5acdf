"""Citation keys: a person's own, or one made of author, year and a word of the title."""

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from itertools import count
from string import ascii_lowercase
from typing import Any

from index.documents import Document
from index.facets import names_of
from index.reading.variables import person_of

_LONGEST = 60
# What ends a key in BibTeX, or begins something else there.
_NO_KEY = re.compile(r"[\s{}(),=\"'#%~\\]+")
_WORD = re.compile(r"[^\W_]+")
_PLAIN = re.compile(r"[^a-z0-9]")
_STOP = frozenset(
    "a an and at by for from how in into is of on or the to what when where who why with "
    "der die das ein eine le la les un une el los las".split()
)


def own_key(item: Mapping[str, Any]) -> str:
    """The key that a person's item has; empty if it has none."""
    named = item.get("citation-key") or item.get("id") or ""
    return _NO_KEY.sub("-", str(named)).strip("-") if isinstance(named, str | int) else ""


def made_key(document: Document, taken: Callable[[str], bool]) -> str:
    """A key of author, year and the title's first word that says something: `grafton1997footnote`.

    One that is taken gets a letter: b, c and so on.
    """
    names = names_of(document.author)
    person = person_of(names[0]) if names else {}
    written = person.get("family") or person.get("literal", "")
    said = [word for word in map(_folded, _WORD.findall(written)) if word not in _STOP]
    family = "".join(said if "family" in person else said[:1])
    words = [
        word for word in map(_folded, _WORD.findall(document.name)) if word and word not in _STOP
    ]
    stem = f"{family}{(document.date or '')[:4]}{words[0] if words else ''}"[:_LONGEST]
    stem = stem if stem[:1].isalpha() else f"source{stem}"
    return next(key for key in _choices(stem) if not taken(key))


def _choices(stem: str) -> Iterator[str]:
    yield stem
    yield from (stem + letter for letter in ascii_lowercase[1:])
    yield from (f"{stem}-{number}" for number in count(27))


def _folded(word: str) -> str:
    """A word in plain letters, as far as it has them."""
    plain = unicodedata.normalize("NFKD", word.casefold().replace("ß", "ss").replace("ø", "o"))
    return _PLAIN.sub("", plain)
