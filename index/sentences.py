"""Sentences: where each one stands in a text, to the character."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from sentencex import get_sentence_boundaries

Span = tuple[int, int]

_BLANK_LINE = re.compile(r"\n[^\S\n]*\n\s*")
_LIST_ITEM = re.compile(r"\n(?=[^\S\n]*(?:[-*+•‣–]|\(?(?:\d{1,3}|[a-z])[.)])[^\S\n])")
_CLOSERS = ")]}”’»\"'"
_ENUMERATOR = re.compile(r"[\W_]*(?:\d{1,3}|[A-Za-z]|[ivxlc]{1,5})?[.):]?[\W_]*")
_ENUMERATOR_LENGTH = 12
_TERMINATED_WORD = re.compile(r"[^\W\d_]{2,}[.!?…]+[)\]”’»\"']*$")
_OPENING_WORD = re.compile(
    r"[(\[“‘«\"']*[^\W\d_]+(?:[’'-][^\W\d_]+)*[’'-]?(?=[\s,;:!?)”’]|[.…](?:\s|$)|$)"
)
_NO_SPACE_SCRIPTS = re.compile(r"[。！？｡]")


def sentence_spans(text: str, start: int, end: int, language: str | None) -> Iterator[Span]:
    """The sentences of text[start:end], without the white space around them.

    Blank lines and list items end a sentence; a single line end does not. A
    missing space after a full stop ("statements.Whether it") does not hide a
    boundary, while a dot inside an address or a version number is none.
    """
    for block_start, block_end in _blocks(text, start, end):
        yield from _within_block(text, block_start, block_end, language)


def trimmed(text: str, start: int, end: int) -> Span:
    """The span without white space at its ends (empty at `end` if it is all white)."""
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end


def _blocks(text: str, start: int, end: int) -> Iterator[Span]:
    cuts = {start, end}
    for pattern in (_BLANK_LINE, _LIST_ITEM):
        cuts.update(match.end() for match in pattern.finditer(text, start, end))
    ordered = sorted(cuts)
    for block_start, block_end in pairwise(ordered):
        block_start, block_end = trimmed(text, block_start, block_end)
        if block_start < block_end:
            yield block_start, block_end


def _within_block(text: str, start: int, end: int, language: str | None) -> Iterator[Span]:
    block = text[start:end]
    code = (language or "en").partition("-")[0].lower()
    found = [boundary["end_index"] for boundary in get_sentence_boundaries(code, block)]
    sentence_start = 0
    for cut in _sound_cuts(block, found):
        span = trimmed(block, sentence_start, cut)
        if span[0] < span[1]:
            yield start + span[0], start + span[1]
        sentence_start = cut


def _sound_cuts(block: str, found: Sequence[int]) -> Iterator[int]:
    """The boundaries that hold, moved behind closing quotes; the last is the block's end."""
    last = 0
    for cut in found:
        while cut < len(block) and block[cut] in _CLOSERS and not block[cut - 1].isspace():
            cut += 1
        if cut >= len(block) or cut <= last:
            continue
        if cut - last <= _ENUMERATOR_LENGTH and _ENUMERATOR.fullmatch(block, last, cut):
            continue
        if not _separates(block, cut):
            continue
        yield cut
        last = cut
    yield len(block)


def _separates(block: str, cut: int) -> bool:
    before, after = block[cut - 1], block[cut]
    if before.isspace() or after.isspace() or _NO_SPACE_SCRIPTS.match(before):
        return True
    word_start = max(block.rfind(" ", 0, cut), block.rfind("\n", 0, cut)) + 1
    return bool(
        _TERMINATED_WORD.fullmatch(block[word_start:cut].lstrip("([“‘«\"'"))
        and _OPENING_WORD.match(block, cut)
    )
