"""Quoted phrases: where one stands in a text letter by letter, and which passages hold it.

Case, white space, Unicode form and the typography of quotation marks and dashes
make no difference; words and punctuation do. What a line end or a soft hyphen
parts is whole.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import groupby, pairwise

import numpy as np
from sqlalchemy import Connection

from index.bodies import Body, bodies, texts
from index.lexical import UNSPACED, as_phrase, closed, passages_matching
from index.sentences import Span
from index.vectors import Keys

_ALIKE = (
    '"“”„‟«»″〝〞〟＂',
    "'‘’‚‛‹›′`´＇",
    "-‐‑‒–—―−﹘﹣－",
)
_FAMILIAR = {ord(variant): row[0] for row in _ALIKE for variant in row}
_CLASSES = {row[0]: f"[{re.escape(row)}]" for row in _ALIKE}

_SOFT_HYPHENS = "(?:\u00ad\n?)*"
_LINE_END_HYPHEN = "(?:[-\u2010]\n)?"
_PARTING = re.compile("\u00ad\n?|[-\u2010]\n")
_PARTED_BEFORE = re.compile("(?:\u00ad\n?|[-\u2010]\n)\\Z")
_LETTER = re.compile(r"[^\W\d_]")
_DECIMALS = re.compile(r"[.,]\d")
_WHOLE_PART = re.compile(r"\d[.,]\Z")
_SPACES = re.compile(r"\s+")
_HYPHEN = re.compile(r"(?<=[^\W\d_])-(?=[^\W\d_])")
_KOREAN = re.compile("[\uac00-\ud7af]")
_JOINING_JAMO = re.compile("[\u1160-\u11ff]")

# FTS5 takes expressions of a limited depth; fewer parts find more, and all is looked at.
_MOST_PARTS = 50

_NO_KEYS: Keys = np.empty(0, dtype=np.int64)


def is_phrase(text: str) -> bool:
    """Whether there is a word to look for."""
    return any(character.isalnum() for character in text)


def literal_spans(text: str, phrase: str, start: int = 0, end: int | None = None) -> list[Span]:
    """Where the phrase stands in text[start:end], as spans of `text` that do not overlap.

    It begins and ends with whole words, but in scripts that are written without
    spaces. A phrase without a letter or digit stands nowhere.
    """
    part = text[start:end]
    return [(start + first, start + last) for first, last in _found(part, phrase)]


def passages_holding(
    connection: Connection, phrases: Sequence[str], among: Keys | None = None
) -> Keys:
    """The keys of the passages, of those `among` if given, in which each phrase stands."""
    keys = among
    for phrase in phrases:
        expression = _expression(phrase)
        matching = passages_matching(connection, expression) if expression else _NO_KEYS
        keys = matching if keys is None else np.intersect1d(keys, matching)
    if keys is None:
        raise ValueError("there is no phrase to look for")
    return np.asarray(
        sorted(
            key
            for key, body in _bodies(connection, keys)
            if all(next(_found(body, phrase), None) for phrase in phrases)
        ),
        dtype=np.int64,
    )


def _found(part: str, phrase: str) -> Iterator[Span]:
    if not is_phrase(phrase):
        return
    plain, places = _composed(part)
    # Looking for parted words everywhere would take ten times as long.
    pattern = _pattern(_plain(phrase), parted=_PARTING.search(plain) is not None)
    position = 0
    while match := pattern.search(plain, position):
        first, last = match.span()
        if _is_whole(plain, first, last) and _is_between(places, first, last):
            yield (places[first], places[last]) if places else (first, last)
            position = last
        else:
            position = first + 1


@lru_cache(maxsize=256)
def _plain(phrase: str) -> str:
    """The phrase with one space and one quotation mark or dash for all of their kind."""
    return _SPACES.sub(" ", _composed(closed(phrase).translate(_FAMILIAR))[0]).strip()


def _composed(text: str) -> tuple[str, list[int]]:
    """The text in its compatibility form, and where each of its characters was.

    No places: each is where it was.
    """
    if unicodedata.is_normalized("NFKC", text):
        return text, []
    plain: list[str] = []
    places: list[int] = []
    for start, end in _clusters(text):
        # Composed first, an acute accent would become a space.
        piece = unicodedata.normalize("NFKC", text[start:end].translate(_FAMILIAR))
        plain.append(piece)
        places += [start] * len(piece)
    return "".join(plain), [*places, len(text)]


def _clusters(text: str) -> Iterator[Span]:
    """Spans of the characters that may compose with each other."""
    starts = [n for n, one in enumerate(text) if n == 0 or not _joins(one)]
    yield from pairwise([*starts, len(text)])


def _joins(character: str) -> bool:
    return unicodedata.category(character)[0] == "M" or bool(_JOINING_JAMO.match(character))


@lru_cache(maxsize=256)
def _pattern(phrase: str, *, parted: bool) -> re.Pattern[str]:
    pieces: list[str] = []
    for before, one, after in zip(f" {phrase[:-1]}", phrase, f"{phrase[1:]} ", strict=True):
        if parted and pieces:
            pieces.append(_SOFT_HYPHENS)
        if one == " ":
            pieces.append(r"\s[\s\u00ad]*" if parted else r"\s+")
            continue
        if parted and _LETTER.match(before) and _LETTER.match(one):
            pieces.append(_LINE_END_HYPHEN)
        if _unspaced_pair(before, one):
            pieces.append(r"(?:\s*\n\s*)?")
        pieces.append(_CLASSES.get(one) or re.escape(one))
        if one == "-" and after.isalnum() and before.isalnum():
            # A line may end after it.
            pieces.append("\n?")
    return re.compile("".join(pieces), re.IGNORECASE)


def _unspaced_pair(before: str, after: str) -> bool:
    both = UNSPACED.match(before) and UNSPACED.match(after)
    return bool(both) and not _KOREAN.match(before)


def _is_whole(text: str, first: int, last: int) -> bool:
    """Whether a span neither begins nor ends inside of a word."""
    around = text[max(0, first - 3) : first], text[last : last + 3]
    before = _PARTED_BEFORE.sub("", around[0]) if _LETTER.match(text[first]) else around[0]
    cut = _PARTING.match(around[1]) if _LETTER.match(text[last - 1]) else None
    after = around[1][cut.end() :] if cut else around[1]
    return not (
        (after and unicodedata.category(after[0])[0] == "M")
        or (before and _in_one_word(before[-1], text[first]))
        or (after and _in_one_word(text[last - 1], after[0]))
        # 3 does not stand in 3.5.
        or (text[last - 1].isdigit() and _DECIMALS.match(after))
        or (text[first].isdigit() and _WHOLE_PART.search(before))
    )


def _in_one_word(one: str, other: str) -> bool:
    return all(
        (each.isalnum() or unicodedata.category(each)[0] == "M") and not UNSPACED.match(each)
        for each in (one, other)
    )


def _is_between(places: Sequence[int], first: int, last: int) -> bool:
    """Whether a span neither begins nor ends inside of what was one character."""
    if not places:
        return True
    return (first == 0 or places[first - 1] != places[first]) and places[last - 1] != places[last]


def _expression(phrase: str) -> str:
    """What FTS5 matches in every passage that holds the phrase, and in few others.

    Empty where there is no word to look for. A hyphen may be one at the end of
    a line, which the index has closed.
    """
    parts: list[str] = []
    words = _plain(phrase).split(" ")
    for hyphenated, run in groupby(words, key=lambda word: bool(_HYPHEN.search(word))):
        if hyphenated:
            parts += (" OR ".join(map(as_phrase, _spellings(word))) for word in run)
        elif is_phrase(joined := " ".join(run)):
            parts.append(as_phrase(joined))
    whole = " AND ".join(f"({part})" for part in parts[:_MOST_PARTS])
    return f"body : ({whole})" if whole else ""


def _spellings(word: str) -> Iterable[str]:
    """A word as it is written, and with each one of its hyphens closed."""
    yield word
    for hyphen in _HYPHEN.finditer(word):
        yield word[: hyphen.start()] + word[hyphen.end() :]


def _bodies(connection: Connection, keys: Keys) -> Iterator[tuple[int, str]]:
    """The texts of passages, with their keys; each document's text is loaded once."""
    wanted: dict[int, list[Body]] = {}
    for body in bodies(connection, keys):
        wanted.setdefault(body.document, []).append(body)
    for document, whole in texts(connection, wanted):
        yield from ((one.key, whole[one.start : one.end]) for one in wanted[document])
