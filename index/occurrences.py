"""Where a run of words stands in the library, word for word, across the edges of passages too.

The words' index names the passages that hold the run's rarest words; only there is the text
looked at. A run of nothing but common words is looked for as a phrase of the index, and at
the beginnings of passages, where one may stand half in the passage before.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from sqlalchemy import Connection

from index.bodies import bodies, texts
from index.lexical import UNSPACED, as_phrase, closed, passages_matching
from index.sentences import Span
from index.typography import Words, gap_key, is_mark, words_in
from index.vectors import Keys

# The longest words are the rarest ones; of so many it is asked how rare they are.
_WEIGHED = 12
# So many passages are looked through sooner than the index narrows them down.
_FEW = 300
_LONGEST_PHRASE = 6
# What may stand around a run, in white space and punctuation, besides twice its length.
_ROOM = 60

_LINE_END_HYPHEN = re.compile("[-\u2010]\n")


_SIGN_BEFORE = re.compile("(\\S)[ \u00a0\u202f]?\\Z")
_NEXT_SIGN = re.compile("[ \u00a0\u202f]?(\\S)")


@dataclass(frozen=True, slots=True)
class Run:
    """A run of words that is looked for: its text, without marks around it, and its words.

    `lead` and `tail` are the signs before its first and after its last word, each
    as `gap_key` has it.
    """

    text: str
    words: Words
    lead: tuple[str, ...]
    tail: tuple[str, ...]

    @classmethod
    def readings(cls, text: str) -> list["Run"]:
        """The run of words of a text; two where a hyphen at a line end may belong to a word."""
        first, last = 0, len(text)
        while first < last and is_mark(text[first]):
            first += 1
        while first < last and is_mark(text[last - 1]):
            last -= 1
        bare = text[first:last]
        closed_words = words_in(bare)
        open_words = words_in(bare, parted=None)
        return [cls._of(bare, words) for words in dict.fromkeys((closed_words, open_words))]

    @classmethod
    def _of(cls, text: str, words: Words) -> "Run":
        start, end = (words.spans[0][0], words.spans[-1][1]) if words.spans else (0, 0)
        lead, tail = (
            tuple(filter(None, map(gap_key, side))) for side in (text[:start], text[end:])
        )
        return cls(text, words, lead, tail)

    def word(self, position: int) -> str:
        """A word as it is typed, with line ends closed."""
        return closed(self.text[slice(*self.words.spans[position])])


@dataclass(frozen=True, slots=True)
class _Window:
    """The words first:last of a run, by which it is looked for."""

    first: int
    last: int


def occurrences(
    connection: Connection, run: Run, among: Keys | None = None
) -> dict[int, list[Span]]:
    """Where the run stands: spans in order that do not overlap, by the keys of documents.

    Only documents with passages `among` the keys count, if those are given.
    """
    if not any(map(_is_indexed, run.words.keys)):
        return {}
    found: dict[int, set[Span]] = {}
    for window, places in _candidates(connection, run, among):
        pattern = _rough_pattern(run.words.keys[window.first : window.last])
        by_document: dict[int, list[Span]] = {}
        for document, start, end in places:
            by_document.setdefault(document, []).append((start, end))
        for document, text in texts(connection, by_document):
            own = found.setdefault(document, set())
            for start, end in by_document[document]:
                own.update(_stands(text, start, end, run, window, pattern))
    return {document: _apart(spans) for document, spans in found.items() if spans}


def _apart(spans: Iterable[Span]) -> list[Span]:
    kept: list[Span] = []
    for span in sorted(spans):
        if not kept or span[0] >= kept[-1][1]:
            kept.append(span)
    return kept


def _candidates(
    connection: Connection, run: Run, among: Keys | None
) -> Iterator[tuple[_Window, list[tuple[int, int, int]]]]:
    """Windows of the run, and the stretches (document, start, end) that they may stand in."""
    rare = _rarest(connection, run)
    if not rare:
        window = _Window(*_hyphenated(run))
        keys = passages_matching(connection, _spelled(run, window))
        yield window, _stretches(connection, _kept(keys, among), run, window)
    elif len(rare[0][1]) <= _FEW:
        # Two, because one may be parted by the edge of a passage.
        for position, keys in rare[:2]:
            if len(keys) <= _FEW:
                window = _around(run, position)
                yield window, _stretches(connection, _kept(keys, among), run, window)
    else:
        window = _around(run, rare[0][0])
        phrase = as_phrase(_phrase(run, window.first, window.last))
        inside = passages_matching(connection, f"body : {phrase}")
        yield window, _stretches(connection, _kept(inside, among), run, window)
        if edges := list(_edges(connection, run, window, among)):
            yield window, edges


def _kept(keys: Keys, among: Keys | None) -> Keys:
    return keys if among is None else np.intersect1d(keys, among)


def _rarest(connection: Connection, run: Run) -> list[tuple[int, Keys]]:
    """Positions of words of the run, the rarest first, each with the passages that hold it.

    Not those beside a hyphen, which may be closed in the index.
    """
    positions: dict[str, int] = {}
    for position, key in enumerate(run.words.keys):
        if _is_indexed(key) and not _is_hyphenated(run, position):
            positions.setdefault(key, position)
    longest = sorted(positions, key=lambda key: (-len(key), positions[key]))[:_WEIGHED]
    held = [
        (
            positions[key],
            passages_matching(connection, f"body : {as_phrase(_plain(run.word(positions[key])))}"),
        )
        for key in longest
    ]
    return sorted(held, key=lambda one: (len(one[1]), one[0]))


def _is_indexed(key: str) -> bool:
    return any(map(str.isalnum, key))


def _is_hyphenated(run: Run, position: int) -> bool:
    before = run.words.gaps[position - 1] if position else ""
    after = run.words.gaps[position] if position + 1 < len(run.words) else ""
    return "-" in before + after


def _hyphenated(run: Run) -> Span:
    """The first words that hyphens join."""
    first = next(n for n, key in enumerate(run.words.keys) if _is_indexed(key))
    last = first + 1
    while last < len(run.words) and run.words.gaps[last - 1] == "-":
        last += 1
    return first, last


def _spelled(run: Run, window: _Window) -> str:
    """The words that hyphens join, each hyphen open or, as at a line end, closed."""
    parts = [run.word(n) for n in range(window.first, window.last)]
    spellings = [" ".join(parts), "".join(parts)]
    spellings += (
        " ".join([*parts[: n - 1], parts[n - 1] + parts[n], *parts[n + 1 :]])
        for n in range(1, len(parts))
    )
    phrases = " OR ".join(as_phrase(_plain(one)) for one in dict.fromkeys(spellings))
    return f"body : ({phrases})"


def _around(run: Run, position: int) -> _Window:
    """The words around one that the index has as they are."""
    first, last = position, position + 1
    grown = True
    while grown and last - first < _LONGEST_PHRASE:
        grown = False
        if last < len(run.words) and not _is_hyphenated(run, last):
            last, grown = last + 1, True
        if first and last - first < _LONGEST_PHRASE and not _is_hyphenated(run, first - 1):
            first, grown = first - 1, True
    return _Window(first, last)


def _stretches(
    connection: Connection, keys: Keys, run: Run, window: _Window
) -> list[tuple[int, int, int]]:
    room = 2 * _length(run, window.first, window.last)
    return [
        (one.document, max(0, one.start - room), one.end + room)
        for one in bodies(connection, keys)
    ]


def _edges(
    connection: Connection, run: Run, window: _Window, among: Keys | None
) -> Iterator[tuple[int, int, int]]:
    """Where a passage begins with words of the window, so that the first may be before it.

    One that is too short for all the words after its first need not hold them.
    """
    for n in range(window.first + 1, window.last):
        word, rest = _plain(run.word(n)), _phrase(run, n, window.last)
        starting = _kept(passages_matching(connection, f"body : ^ {as_phrase(word)}"), among)
        if not len(starting):
            continue
        whole = set(passages_matching(connection, f"body : ^ {as_phrase(rest)}").tolist())
        room = 2 * _length(run, window.first, window.last) + _ROOM
        for one in bodies(connection, starting):
            if one.start and (one.key in whole or one.end - one.start < room):
                yield one.document, max(0, one.start - room), one.start + room


def _phrase(run: Run, first: int, last: int) -> str:
    return _plain(" ".join(run.word(n) for n in range(first, last)))


def _length(run: Run, first: int, last: int) -> int:
    """How many characters the words first:last of a run have."""
    return run.words.spans[last - 1][1] - run.words.spans[first][0] if first < last else 0


def _rough_pattern(keys: Sequence[str]) -> re.Pattern[str]:
    """What finds words however they are set; that they are the run's is looked at then."""
    parts = [r"\W{1,2}".join(map(re.escape, key.split("'"))) for key in keys]
    whole = r"\W*".join(parts)
    before = "" if UNSPACED.match(keys[0]) else r"(?<!\w)"
    after = "" if UNSPACED.match(keys[-1][0]) else r"(?!\w)"
    return re.compile(f"{before}{whole}{after}", re.IGNORECASE)


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text)


def _stands(
    text: str, start: int, end: int, run: Run, window: _Window, pattern: re.Pattern[str]
) -> Iterator[Span]:
    """Where the run stands, if its window is in text[start:end]."""
    part = text[start:end]
    rough, slack = part, 0
    if not part.isascii() or _LINE_END_HYPHEN.search(part):
        whole = closed(part)
        rough = _plain(whole).casefold()
        # Where exactly a place of the changed text was is not known.
        slack = len(part) - len(whole) + abs(len(whole) - len(rough))
    count = len(run.words)
    before = 2 * _length(run, 0, window.first) + _ROOM + slack
    after = 2 * _length(run, window.last, count) + _ROOM + slack
    around: list[Span] = []
    for match in pattern.finditer(rough):
        first, last = start + match.start(), start + match.end()
        if (
            not (slack or before > _ROOM or after > _ROOM)
            and _is_apart(text, first, last)
            and _is_run(text[first:last], run)
        ):
            # Most are set as they are typed, and need not be read with what is around them.
            yield _with_signs(text, first, last, run)
            continue
        low, high = max(0, first - before), min(len(text), last + after)
        # No character is read twice, however often the window stands there.
        if around and low <= around[-1][1]:
            low = around.pop()[0]
        around.append((low, high))
    for low, high in around:
        yield from _found(text, low, high, run)


def _is_apart(text: str, first: int, last: int) -> bool:
    """Whether there is space before a span, and space or the end of a clause after it."""
    after = text[last : last + 2]
    return (not first or text[first - 1].isspace()) and (
        not after or after[0].isspace() or (after[0] in ",.;:" and after[1:].isspace())
    )


@lru_cache(maxsize=256)
def _is_run(text: str, run: Run) -> bool:
    words = words_in(text, parted=frozenset(run.words.keys))
    return len(words) == len(run.words) and words.at(0, run.words)


def _found(text: str, low: int, high: int, run: Run) -> Iterator[Span]:
    words = words_in(text, low, high, parted=frozenset(run.words.keys))
    count = len(run.words)
    first = run.words.keys[0]
    position = -1
    for _ in range(words.keys.count(first)):
        position = words.keys.index(first, position + 1)
        if not words.at(position, run.words):
            continue
        start, end = words.spans[position][0], words.spans[position + count - 1][1]
        # Words at the edges may be cut.
        if (start > low or not low) and (end < high or high == len(text)):
            yield _with_signs(text, start, end, run)


def _with_signs(text: str, start: int, end: int, run: Run) -> Span:
    """The span with those signs around it that the run has too."""
    for sign in reversed(run.lead):
        match = _SIGN_BEFORE.search(text, max(0, start - 2), start)
        if not match or gap_key(match[1]) != sign:
            break
        start = match.start()
    for sign in run.tail:
        match = _NEXT_SIGN.match(text, end)
        if not match or gap_key(match[1]) != sign:
            break
        end = match.end()
    return start, end
