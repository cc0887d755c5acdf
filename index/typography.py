"""Words of a text as they are compared: whatever the typography, and where each one stands.

Case, white space, Unicode form, ligatures, soft hyphens, hyphens at line ends, and which
quotation marks, dashes and dots are used make no difference, nor does Markdown's emphasis; words
and other punctuation do.
"""

import re
import unicodedata
from collections.abc import Container
from dataclasses import dataclass
from functools import cache, lru_cache

from index.lexical import UNSPACED
from index.sentences import Span

_APOSTROPHES = "'‘’‚‛‹›′`´＇"
_QUOTES = f'"“”„‟«»″〝〞〟＂「」『』{_APOSTROPHES}'
_DASHES = "-‐‑‒–—―−﹘﹣－"
_INVISIBLE = "\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"

_ALIKE = {ord(mark): '"' for mark in _QUOTES} | {ord(dash): "-" for dash in _DASHES}
_INNER = {ord(mark): "'" for mark in _APOSTROPHES} | {ord(sign): None for sign in _INVISIBLE}

_HYPHEN_AT_LINE_END = re.compile("[-\u2010]\n")
# What Markdown has at the beginning of a line, the bullets of lists, and emphasis.
_MARKUP = re.compile(r"\n[^\S\n]*(?:#{1,6}|>)[^\S\n]+|\s•(?=\s)|\*")
_RUNS = re.compile(r'"{2,}|-{2,}')
_DOTS = re.compile(r"\.{2,}")


@dataclass(frozen=True, slots=True)
class Words:
    """Words in order: `keys` are equal where the words are, `spans` are theirs in the text.

    `gaps` are the punctuation after each word, up to the next one; equal gaps are
    the same but for typography.
    """

    keys: tuple[str, ...]
    spans: tuple[Span, ...]
    gaps: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.keys)

    def at(self, position: int, other: "Words") -> bool:
        """Whether the other words, and what is between them, stand here from a position on."""
        end = position + len(other)
        return (
            self.keys[position:end] == other.keys
            and self.gaps[position : end - 1] == other.gaps[:-1]
        )


def words_in(
    text: str, start: int = 0, end: int | None = None, *, parted: Container[str] | None = ()
) -> Words:
    """The words of text[start:end], with spans of `text`.

    A hyphen at a line end is closed, unless the words on both its sides are among
    the `parted` keys, and the closed one is not; with `parted=None` it never is.
    """
    last = len(text) if end is None else end
    found = [match.span() for match in _pattern().finditer(text, start, last)]
    if text.find("\n", start, last) >= 0:
        found = [piece for span in found for piece in _pieces(text, *span, parted)]
    keys = [word_key(text[first:after]) for first, after in found]
    edges = [first for first, _ in found[1:]] + [last] * bool(found)
    gaps = [gap_key(text[span[1] : edge]) for span, edge in zip(found, edges, strict=True)]
    return Words(tuple(keys), tuple(found), tuple(gaps))


def _pieces(text: str, start: int, end: int, parted: Container[str] | None) -> list[Span]:
    """A word, or those that a hyphen at a line end parts, if they are what was asked for."""
    word = text[start:end]
    if "\n" not in word or (parted is not None and word_key(word) in parted):
        return [(start, end)]
    cuts = [match.span() for match in _HYPHEN_AT_LINE_END.finditer(text, start, end)]
    edges = [start, *(place for cut in cuts for place in cut), end]
    pieces = list(zip(edges[::2], edges[1::2], strict=True))
    wanted = parted is None or all(word_key(text[s:e]) in parted for s, e in pieces)
    return pieces if wanted else [(start, end)]


@cache
def _pattern() -> re.Pattern[str]:
    """What is a word; made at its first use, because patterns know no classes of signs."""
    marks, signs = _class("M"), _class("S", without=f"|~{_QUOTES}{_DASHES}")
    unspaced = UNSPACED.pattern[2:-2]
    letters = rf"[^\W{unspaced}]++(?:[{marks}{_INVISIBLE}]++[^\W{unspaced}]*+)*+"
    joined = (
        rf"(?:[-\u2010](?<!\d.)\n|\n(?<=\u00ad\n)|[{_APOSTROPHES}](?<!\d.))(?=[^\W\d_])"
        r"|[.,](?<=\d.)(?=\d)"
    )
    # A sign that changes what is said ("$5", "40 %", "Really?") counts as a word.
    return re.compile(
        rf"[{unspaced}][{marks}]*|{letters}(?:(?:{joined}){letters})*|[{signs}%‰§&@?!]"
    )


def _class(category: str, without: str = "") -> str:
    """The characters of a category of Unicode, as ranges of a class in a pattern."""
    codes = [
        code
        for code in (*range(0x20, 0x20000), *range(0xE0100, 0xE01F0))
        if (found := unicodedata.category(chr(code)))[0] == category
        and found != "Sk"
        and chr(code) not in without
    ]
    ranges: list[list[int]] = []
    for code in codes:
        if ranges and ranges[-1][1] == code - 1:
            ranges[-1][1] = code
        else:
            ranges.append([code, code])
    return "".join(rf"\U{first:08x}-\U{last:08x}" for first, last in ranges)


@lru_cache(maxsize=100_000)
def word_key(word: str) -> str:
    """What is equal for words that differ in case, Unicode form or typography alone."""
    whole = _HYPHEN_AT_LINE_END.sub("", word).replace("\n", "").translate(_INNER)
    plain = unicodedata.normalize("NFKC", whole)
    key = unicodedata.normalize("NFKC", plain.casefold())
    return key.strip("_") or key


@lru_cache(maxsize=10_000)
def gap_key(gap: str) -> str:
    """What is equal for punctuation that differs in typography and white space alone."""
    plain = unicodedata.normalize("NFKC", _MARKUP.sub("\n", gap).translate(_ALIKE))
    kept = "".join(
        sign for sign in plain if not sign.isspace() and unicodedata.category(sign)[0] != "C"
    )
    return _DOTS.sub("…", _RUNS.sub(lambda run: run[0][0], kept))


def is_mark(character: str) -> bool:
    """Whether it is white space or a quotation mark."""
    return character.isspace() or character in _QUOTES
