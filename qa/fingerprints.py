"""Short names for the words of a quote, by which they are found in a changed text."""

import re
import unicodedata
from base64 import b32decode, b32encode
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

from index import Span

# Fifty bits of the words in ten letters, a letter for each edge, and how many letters they have.
_FINGERPRINT = re.compile(r"([a-z2-7]{10})([a-z2-7])([a-z2-7])([0-9]{1,9})")
_DIGITS = "abcdefghijklmnopqrstuvwxyz234567"
_CUT = 31
_DROPPED_BITS = 14
_BASE = 0x9E3779B97F4A7C15
_BASE_INVERSE = pow(_BASE, -1, 2**64)
_NEW_WORD = np.uint64(0xD1B54A32D192ED03)
_HYPHENS = "-\u2010\u2011"

_Numbers = npt.NDArray[np.uint64]


def fingerprint(text: str, start: int, end: int) -> str:
    """A short name for the words text[start:end], and how much punctuation is around them.

    Case, white space and punctuation between the words make no difference, nor do
    hyphens within them, as line ends write them.
    """
    folded = _fold(text[start:end])
    count = int(folded.letters[-1])
    number = int(_runs(folded, count)[2][0]) if count else 0
    first = start + int(folded.places[0]) if count else end
    last = start + int(folded.places[-1]) + 1 if count else end
    opening = _CUT if _is_cut(text, start) else _edge(text[start:first])
    closing = _CUT if _is_cut(text, end) else _edge(text[last:end])
    letters = b32encode((number << _DROPPED_BITS).to_bytes(8, "big")).decode()[:10].lower()
    return f"{letters}{_DIGITS[opening]}{_DIGITS[closing]}{count}"


def nearest_run(text: str, fingerprinted: str, place: int) -> Span | None:
    """The words of the text that have the fingerprint, with the punctuation around them.

    Of several the nearest to the place; None where there are none, where the quote
    cut a word, and where it is no fingerprint.
    """
    match = _FINGERPRINT.fullmatch(fingerprinted)
    if match is None or _DIGITS[_CUT] in match[2] + match[3]:
        return None
    folded = _fold(text)
    count = int(match[4])
    if not 0 < count <= folded.letters[-1]:
        return None
    number = int.from_bytes(b32decode(f"{match[1].upper()}AAA==="), "big") >> _DROPPED_BITS
    first, last, hashes = _runs(folded, count)
    same = np.flatnonzero(hashes == np.uint64(number))
    if not len(same):
        return None
    nearest = same[np.argmin(np.abs(folded.places[first[same]] - place))]
    start, end = int(folded.places[first[nearest]]), int(folded.places[last[nearest] - 1]) + 1
    for _ in range(_DIGITS.index(match[2])):
        start -= start > 0 and _is_punctuation(text[start - 1])
    for _ in range(_DIGITS.index(match[3])):
        end += end < len(text) and _is_punctuation(text[end])
    return start, end


@dataclass(frozen=True, slots=True)
class _Folded:
    """The characters of a text that stand for letters.

    `places` are theirs in the text, `values` what they add to a hash, `breaks` what
    they add besides because they begin a word. `letters[k]` is how many letters the
    first k characters stand for; `edges[k]` is whether a run may begin before or end
    after the k-th one.
    """

    places: npt.NDArray[np.int64]
    values: _Numbers
    breaks: _Numbers
    letters: npt.NDArray[np.int64]
    edges: npt.NDArray[np.bool_]


def _fold(text: str) -> _Folded:
    distinct = sorted(set(text))
    # NumPy keeps text as code points, and one character even of an empty one.
    codes = np.array([text]).view(np.uint32)[: len(text)]
    size = max(map(ord, distinct), default=0) + 1
    hashes = np.zeros(size, np.uint64)
    counts, joining, blank, number, wide = np.zeros((5, size), np.uint8)
    for character in distinct:
        stands_for = _folded(character)
        category = unicodedata.category(character)
        counts[ord(character)] = len(stands_for)
        hashes[ord(character)] = _hash(stands_for)
        joining[ord(character)] = character in _HYPHENS or category == "Cf"
        blank[ord(character)] = character.isspace()
        number[ord(character)] = category[0] == "N"
        wide[ord(character)] = _is_wide(character)
    places = np.flatnonzero(counts[codes])
    kept = codes[places]
    later = np.flatnonzero(np.diff(places) > 1) + 1
    between = places[later - 1] + 1
    # A hyphen joins two letters where nothing else, or a line end, stands between them.
    joined = np.flatnonzero(joining[codes[between]])
    begin, end = between[joined] + 1, places[later[joined]]
    blanks, line_ends = _sums(blank[codes]), _sums(codes == ord("\n"))
    at_line_end = (blanks[end] - blanks[begin] == end - begin) & (
        line_ends[end] > line_ends[begin]
    )
    numbers = (number[kept[later[joined] - 1]] & number[kept[later[joined]]]) > 0
    breaks = np.zeros(len(places), np.uint64)
    breaks[later] = _NEW_WORD
    breaks[later[joined[((begin == end) | at_line_end) & ~numbers]]] = 0
    # Lines end between ideographs wherever they are full.
    breaks[later[(wide[kept[later - 1]] & wide[kept[later]]) > 0]] = 0
    edges = np.ones(len(places) + 1, np.bool_)
    edges[1:-1] = (wide[kept[:-1]] | wide[kept[1:]]) > 0
    edges[later] = True
    return _Folded(places, hashes[kept], breaks, _sums(counts[kept]), edges)


def _sums(values: npt.NDArray[Any]) -> npt.NDArray[np.int64]:
    """The sum of the first k values, for each k from 0."""
    sums = np.zeros(len(values) + 1, np.int64)
    np.cumsum(values, out=sums[1:])
    return sums


def _runs(
    folded: _Folded, count: int
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], _Numbers]:
    """Every run of words of so many letters: its first character, the one after it, its hash."""
    first = np.flatnonzero(folded.edges[:-1])
    before = folded.letters[first]
    last = np.searchsorted(folded.letters, before + count)
    exact = last < len(folded.letters)
    exact[exact] = folded.edges[last[exact]] & (
        folded.letters[last[exact]] == before[exact] + count
    )
    first, last, before = first[exact], last[exact], before[exact]
    powers = _powers(_BASE, int(folded.letters[-1]))
    weighed = (folded.values + folded.breaks) * powers[folded.letters[:-1]]
    sums = np.concatenate([np.zeros(1, np.uint64), np.cumsum(weighed, dtype=np.uint64)])
    # As if nothing stood before the run: neither other letters nor the end of a word.
    shifted = (sums[last] - sums[first]) * _powers(_BASE_INVERSE, len(powers))[before]
    return first, last, (shifted - folded.breaks[first]) >> np.uint64(_DROPPED_BITS)


def _hash(letters: str) -> int:
    """The sum of each letter's number times a power: a run's hash is that of its parts."""
    numbers = (_mixed(ord(letter)) * pow(_BASE, at, 2**64) for at, letter in enumerate(letters))
    return sum(numbers) % 2**64


def _powers(base: int, count: int) -> _Numbers:
    """1, base, base², …, modulo 2^64."""
    factors = np.full(count, base, np.uint64)
    factors[:1] = 1
    powers: _Numbers = np.cumprod(factors, dtype=np.uint64)
    return powers


def _mixed(code: int) -> int:
    """A number that looks random, so that no two runs share a hash (splitmix64)."""
    code = code * _BASE % 2**64
    code = (code ^ (code >> 30)) * 0xBF58476D1CE4E5B9 % 2**64
    code = (code ^ (code >> 27)) * 0x94D049BB133111EB % 2**64
    return code ^ (code >> 31)


@lru_cache(maxsize=10_000)
def _folded(character: str) -> str:
    """The letters, marks, numbers and symbols that a character stands for; none for the rest."""
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", character).casefold())
    return "".join(part for part in plain if unicodedata.category(part)[0] in "LMNS")


def _is_cut(text: str, place: int) -> bool:
    """Whether the place is within a word; of ideographs each is a word."""
    if not 0 < place < len(text):
        return False
    before, after = text[place - 1], text[place]
    return bool(_folded(before) and _folded(after)) and not (_is_wide(before) or _is_wide(after))


def _is_wide(character: str) -> bool:
    return unicodedata.east_asian_width(character) in "WF"


def _edge(text: str) -> int:
    return min(sum(map(_is_punctuation, text)), _CUT - 1)


def _is_punctuation(character: str) -> bool:
    return not character.isspace() and not _folded(character)
