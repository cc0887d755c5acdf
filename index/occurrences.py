"""Where a run of words stands in the library, word for word, across the edges of passages too."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache

from sqlalchemy import Connection

from index.bodies import texts
from index.candidates import Window, candidates
from index.lexical import UNSPACED, closed
from index.runs import Run
from index.sentences import Span
from index.typography import gap_key, words_in
from index.vectors import Keys

# What may stand around a run, in white space and punctuation, besides twice its length.
_ROOM = 60

_LINE_END_HYPHEN = re.compile("[-\u2010]\n")
_SIGN_BEFORE = re.compile("(\\S)[ \u00a0\u202f]?\\Z")
_NEXT_SIGN = re.compile("[ \u00a0\u202f]?(\\S)")


def occurrences(
    connection: Connection, run: Run, among: Keys | None = None
) -> dict[int, list[Span]]:
    """Where the run stands: spans in order that do not overlap, by the keys of documents.

    Only documents with passages `among` the keys count, if those are given.
    """
    if not any(map(run.is_indexed, range(len(run.words)))):
        return {}
    # Most places are set in one of a few ways.
    is_run = cache(lambda text: _is_run(text, run))
    found: dict[int, set[Span]] = {}
    for window, places in candidates(connection, run, among):
        pattern = _rough_pattern(run.words.keys[window.first : window.last])
        by_document: dict[int, list[Span]] = {}
        for document, start, end in places:
            by_document.setdefault(document, []).append((start, end))
        for document, text in texts(connection, by_document):
            own = found.setdefault(document, set())
            for start, end in by_document[document]:
                own.update(_stands(text, start, end, run, window, pattern, is_run))
    return {document: _apart(spans) for document, spans in found.items() if spans}


def _stands(
    text: str,
    start: int,
    end: int,
    run: Run,
    window: Window,
    pattern: re.Pattern[str],
    is_run: Callable[[str], bool],
) -> Iterator[Span]:
    """Where the run stands, if its window, which the pattern finds, is in text[start:end]."""
    part = text[start:end]
    rough, slack = part, 0
    if not part.isascii() or _LINE_END_HYPHEN.search(part):
        whole = closed(part)
        rough = unicodedata.normalize("NFKC", whole).casefold()
        # Where exactly a place of the changed text was is not known.
        slack = len(part) - len(whole) + abs(len(whole) - len(rough))
    count = len(run.words)
    before = 2 * run.length(0, window.first) + _ROOM + slack
    after = 2 * run.length(window.last, count) + _ROOM + slack
    around: list[Span] = []
    for match in pattern.finditer(rough):
        first, last = start + match.start(), start + match.end()
        if (
            not (slack or before > _ROOM or after > _ROOM)
            and _is_apart(text, first, last)
            and is_run(text[first:last])
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


def _rough_pattern(keys: Sequence[str]) -> re.Pattern[str]:
    """What finds words however they are set; that they are the run's is looked at then."""
    parts = [r"\W{1,2}".join(map(re.escape, key.split("'"))) for key in keys]
    whole = r"\W*".join(parts)
    before = r"(?<!\w)" if _is_spaced(keys[0]) else ""
    after = r"(?!\w)" if _is_spaced(keys[-1]) else ""
    return re.compile(f"{before}{whole}{after}", re.IGNORECASE)


def _is_spaced(key: str) -> bool:
    """Whether no letter stands right beside it: not so with signs and some scripts."""
    return any(map(str.isalnum, key)) and not UNSPACED.match(key)


def _is_apart(text: str, first: int, last: int) -> bool:
    """Whether there is space before a span, and space or the end of a clause after it."""
    after = text[last : last + 2]
    return (not first or text[first - 1].isspace()) and (
        not after or after[0].isspace() or (after[0] in ",.;:" and after[1:].isspace())
    )


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


def _apart(spans: Iterable[Span]) -> list[Span]:
    kept: list[Span] = []
    for span in sorted(spans):
        if not kept or span[0] >= kept[-1][1]:
            kept.append(span)
    return kept
