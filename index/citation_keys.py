"""Citation keys: a person's own, or one made of author, year and a word of the title."""

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Callable, Mapping
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

    One that is taken gets a letter, b to z, then a number. Where n are alike, `taken` is asked
    about 2 log2(n) times.
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
    free = 0
    while taken(_choice(stem, free)):
        free = 2 * free + 1
    # Between a taken place and a free one: finds a free one, the first if there are no gaps.
    first = bisect_left(range(free), True, key=lambda place: not taken(_choice(stem, place)))
    return _choice(stem, first)


def _choice(stem: str, place: int) -> str:
    if place == 0:
        return stem
    return stem + ascii_lowercase[place] if place < len(ascii_lowercase) else f"{stem}-{place + 1}"


def _folded(word: str) -> str:
    """A word in plain letters, as far as it has them."""
    plain = unicodedata.normalize("NFKD", word.casefold().replace("ß", "ss").replace("ø", "o"))
    return _PLAIN.sub("", plain)
