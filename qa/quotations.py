"""The quotations of a draft: where each stands, and the words that it claims.

Quotation marks of all kinds count, and block quotes of Markdown. An apostrophe or a
prime is no mark; marks inside of a quotation belong to it.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, pairwise
from typing import Literal

from index import Span

Kind = Literal["marks", "block"]

# What closes a quotation that a mark opens.
_CLOSING = {
    '"': '"',
    "“": "”",
    "„": "“”",
    "«": "»",
    "»": "«",
    "‹": "›",
    "›": "‹",
    "「": "」",
    "『": "』",
    "‘": "’",
    "‚": "‘’",
    "'": "'",
}
_MARK = re.compile(f"[{''.join(sorted({*_CLOSING, *chain(*_CLOSING.values())}))}]")
# What also closes, and stands in words besides.
_APOSTROPHES = "'’"
_SINGLE = "'‘‚‹›"
# The nineties, and words that have lost their beginning.
_SHORTENED = re.compile(r"(?:\d\ds|[Tt](?:is|was|were|will)|em|til|cause)\b")
_BEFORE_OPENING = "([{<-–—−/|*_=:“„«»‹›‘‚\"'\x00"

# Feet and inches are few; a year is no measure.
_MEASURE = re.compile(r"(?<!\d)\d{1,2}\Z")

_BLANK_LINE = re.compile(r"\n[^\S\n]*(?:>[^\S\n]*)*\n")
# What ends the paragraph before it: a blank line, a list, a heading, code, a rule, a note.
BEGINS_BLOCK = (
    r"[^\S\n]*(?:$|[-*+][^\S\n]|\d{1,9}[.)][^\S\n]|\#{1,6}[^\S\n]|`{3}|~{3}|[<\x00]"
    r"|(?:[-*_][^\S\n]*){3,}$|\[\^[^\[\]\s]+\]:)"
)
LIST_ITEM = r"(?:[-*+]|\d{1,9}[.)])[^\S\n]{1,4}"
_QUOTED_LINE = re.compile(r"\A[^\S\n]{0,8}(?:>[^\S\n]?)+")
# The next line of a paragraph needs no sign.
_QUOTED_TEXT = (
    r"(?:>[^\S\n]?)+(?:[^\S\n]*+[^\s#].*"
    rf"(?:\n(?!{BEGINS_BLOCK}|[^\S\n]*>)[^\S\n]*+\S.*)*|.*)"
)
_QUOTED_LINES = re.compile(
    rf"^(?:[^\S\n]{{0,3}}{LIST_ITEM})?(?P<block>[^\S\n]{{0,3}}{_QUOTED_TEXT}"
    rf"(?:\n[^\S\n]{{0,8}}{_QUOTED_TEXT})*)",
    re.M,
)
# A dash begins a line, or follows the end of what is said; in a sentence it is the sentence's.
_DASH = r"[^\S\n]*(?:[—–―]|--)"
_ATTRIBUTION = re.compile(
    rf"^{_DASH}"
    rf"|(?<=[.!?…\"”’»›“\x01)\]]){_DASH}(?=[^\S\n]*[^\W\d_a-z]|\x01)"
    rf"|(?<!\s)\s{_DASH}(?=\s(?:[^\W\d_a-z]|\x01)[^\n]{{0,80}}(?<![.!?…\"”])\Z)",
    re.MULTILINE,
)
_CALLOUT = re.compile(r"\[![A-Za-z]+\]|\*\*[^*\n]{1,30}(?::\*\*|\*\*:)")
_LINK = re.compile(r"!?\[([^\[\]]*)\]\([^()\s]*(?:\s+\"[^\"\n]*\")?\)")
_EMPHASIS = re.compile(
    r"(?<![\\\w])([*_]{1,3})(?=\S)(.{1,300}?)(?<=\S)\1(?!\w)|\*{1,3}", re.DOTALL
)

# What no reader of the finished text reads as a text.
_UNREAD = (
    r"\A---[ \t\r]*\n.*?\n(?:---|\.\.\.)[ \t\r]*(?=\n|\Z)"
    r"|^[ \t]*(?P<fence>`{3,}+|~{3,}+)[^\n]*\n(?:.*?^[ \t]*(?P=fence)[`~]*[ \t\r]*$|.*\Z)"
    r"|<!--.*?(?:-->|\Z)"
    r"|(?<!`)(?P<ticks>`++)[^\n]{1,1000}?(?<!`)(?P=ticks)(?!`)"
)
_FLAGS = re.MULTILINE | re.DOTALL
_NO_TEXT = re.compile(_UNREAD, _FLAGS)
_NO_PROSE = re.compile(
    rf"{_UNREAD}"
    r"|(?<=\])\([^()\s]*(?:\s+(?:\"[^\"\n]*\"|'[^'\n]*'))?\)"
    r"|<[A-Za-z/][^<>\n]*>",
    _FLAGS,
)
_UNSEEN = "\x00"
# A mark behind space; each run of space is looked at once.
_AGAIN = re.compile(r"(?<!\s)\s++[“„«»\"]")
_UNWRITTEN = re.compile(r"[\s\x00-\x1f\x7f-\x9f]+")
_CONTROL = re.compile(r"(?:(?<![^\S\n])[^\S\n]+)?[\x00-\x08\x0e-\x1f\x7f-\x9f]+")


@dataclass(frozen=True, slots=True)
class Quotation:
    """Words that a draft claims to be a source's.

    draft[start:end] is what stands between the marks, or the lines of a block
    quote; `words` are those without what the draft's form adds. `within` are the
    lines of the block quote that what is between marks stands in, if it does.
    """

    start: int
    end: int
    words: str
    kind: Kind
    within: Span | None = None


@dataclass(frozen=True, slots=True)
class Unbalanced:
    """A quotation mark at an offset of the draft that nothing closes."""

    start: int
    mark: str


def quotations(draft: str, *, markdown: bool) -> tuple[list[Quotation], list[Unbalanced]]:
    """All quotations of a draft in order, and the marks that have no partner."""
    prose = prose_of(draft, markdown=markdown)
    found: list[Quotation] = []
    unbalanced: list[Unbalanced] = []
    blocks = list(_blocks(prose)) if markdown else []
    for block in blocks:
        found += _quoted(prose, block)
    # The lines of a block are no marks' business, whether or not it is a quotation itself.
    prose = _without(prose, blocks)
    for one in _marked(prose):
        if isinstance(one, Unbalanced):
            unbalanced.append(one)
        else:
            start, end = one
            words = _words(draft[start:end], markdown=markdown)
            found.append(Quotation(start, end, words, "marks"))
    return sorted(found, key=lambda one: one.start), unbalanced


def prose_of(draft: str, *, markdown: bool) -> str:
    """The draft, as long as it is, with all that no reader sees replaced by NUL."""
    return _NO_PROSE.sub(lambda match: _blank(match[0]), draft) if markdown else draft


def linked_prose_of(draft: str, *, markdown: bool) -> str:
    """As `prose_of`, but with the targets of links, and tags."""
    return _NO_TEXT.sub(lambda match: _blank(match[0]), draft) if markdown else draft


def _without(text: str, spans: Sequence[Span]) -> str:
    """The text, as long as it is, with NUL in the places of what the spans hold."""
    edges = [0, *(edge for span in spans for edge in span), len(text)]
    pieces = [text[first:last] for first, last in pairwise(edges)]
    return "".join(_blank(one) if place % 2 else one for place, one in enumerate(pieces))


def _blank(text: str) -> str:
    return re.sub(r"[^\n]", _UNSEEN, text)


def _blocks(prose: str) -> Iterator[Span]:
    """The lines of each block quote."""
    for match in _QUOTED_LINES.finditer(prose):
        said = _QUOTED_LINE.sub("", match["block"])
        if not _CALLOUT.match(said.lstrip()) and _UNSEEN not in said[:1]:
            yield match.span("block")


def _quoted(prose: str, block: Span) -> Iterator[Quotation]:
    """What a block quotes: all of it, or what is between marks if that is most of it."""
    start, end = block
    # Spaces stand for the signs of the block, for all to keep its place.
    lines = [
        _QUOTED_LINE.sub(lambda match: " " * len(match[0]), line)
        for line in prose[start:end].split("\n")
    ]
    said = _unattributed("\n".join(lines).rstrip())
    inside = [one for one in _marked(said) if not isinstance(one, Unbalanced)]
    if sum(_size(said[first:last]) for first, last in inside) * 2 > _size(said):
        for first, last in inside:
            words = _words(_unindented(said[first:last]), markdown=True)
            yield Quotation(start + first, start + last, words, "marks", within=block)
    elif words := _words(_unindented(said), markdown=True):
        yield Quotation(start, end, words, "block")


def _unattributed(text: str) -> str:
    """The text without a dash in its last line and what follows it."""
    dash = _ATTRIBUTION.search(text, text.rfind("\n") + 1)
    return text[: dash.start()].rstrip() if dash else text


def _unindented(text: str) -> str:
    return "\n".join(line.strip() for line in text.split("\n"))


def _size(text: str) -> int:
    """How many characters can be seen."""
    return len(_UNWRITTEN.sub("", text))


def _marked(prose: str) -> Iterator[Span | Unbalanced]:
    """What stands between marks, and marks without a partner."""
    marks = _Marks(prose)
    position = 0
    for start in marks.places:
        if start < position:
            continue
        if not _opens(prose, start):
            if prose[start] not in f"{_APOSTROPHES}‘" and not _is_prime(prose, start):
                yield Unbalanced(start, prose[start])
            continue
        end = marks.partner(start)
        if end is not None:
            yield start + 1, end
            position = end + 1
        elif prose[start] not in _APOSTROPHES:
            yield Unbalanced(start, prose[start])


def _opens(prose: str, at: int) -> bool:
    before, after = prose[at - 1 : at], prose[at + 1 : at + 2]
    if prose[at] in "«‹" and not before.strip() and after.isspace():
        # The French keep a distance.
        return True
    return (
        prose[at] in _CLOSING
        and bool(after.strip())
        and (not before.strip() or before in _BEFORE_OPENING or prose[at] in "“„«「『")
        and not (prose[at] in _SINGLE and _SHORTENED.match(prose, at + 1))
    )


class _Marks:
    """The marks of a text, and which close which. Each is looked at few times."""

    def __init__(self, prose: str) -> None:
        self._prose = prose
        self.places = [match.start() for match in _MARK.finditer(prose)]
        self._paragraphs = [match.start() for match in _BLANK_LINE.finditer(prose)]
        self._partners: dict[int, int | None] = {}

    def partner(self, start: int) -> int | None:
        """Where the quotation that is opened at `start` ends, maybe paragraphs later."""
        if start not in self._partners:
            self._pair(start)
        return self._partners[start]

    def _pair(self, start: int) -> None:
        """Find the partner of a mark, and those of all of its kind that are open on the way."""
        prose, mark = self._prose, self._prose[start]
        opened = [start]
        # Of several paragraphs that are quoted, each begins with the mark again.
        again: list[tuple[int, int]] = []
        paragraph_end = self._paragraph_end(start)
        position = start + 1
        for place in range(bisect_right(self.places, start), len(self.places)):
            at = self.places[place]
            if at < position:
                continue
            if at >= paragraph_end:
                if not self._goes_on(mark, at, paragraph_end):
                    break
                again.append((at, opened[-1]))
                paragraph_end = self._paragraph_end(at)
                continue
            if prose[at] in _CLOSING[mark] and _closes(prose, at, paragraph_end):
                self._partners[opened.pop()] = at
                if not opened:
                    break
            elif _opens(prose, at):
                position = self._open(mark, at, opened)
        self._partners.update(dict.fromkeys(opened))
        for at, top in again:
            self._partners[at] = self._partners[top]

    def _open(self, mark: str, at: int, opened: list[int]) -> int:
        """Take note of a mark that opens, and tell from where on marks count again."""
        if self._prose[at] == mark:
            opened.append(at)
        elif mark in _SINGLE and self._prose[at] not in _SINGLE:
            # What is between double marks closes no single one.
            return (self.partner(at) or at) + 1
        return at + 1

    def _goes_on(self, mark: str, at: int, paragraph_end: int) -> bool:
        """Whether the next paragraph begins with the mark, at this place."""
        between = self._prose[paragraph_end:at]
        return mark not in _APOSTROPHES and self._prose[at] == mark and between.isspace()

    def _paragraph_end(self, position: int) -> int:
        place = bisect_left(self._paragraphs, position)
        return self._paragraphs[place] if place < len(self._paragraphs) else len(self._prose)


def _closes(prose: str, at: int, paragraph_end: int) -> bool:
    before, after = prose[at - 1], prose[at + 1 : at + 2]
    if prose[at] in "\"'" and before.isspace():
        return False
    if prose[at] in _APOSTROPHES:
        # An apostrophe has a letter on both sides.
        return not after.isalnum()
    if prose[at] == '"' and _is_prime(prose, at) and after == " ":
        # Inches, if a mark is left that can close.
        rest = prose.find('"', at + 1, paragraph_end)
        return rest < 0 or _opens(prose, rest)
    return True


def _is_prime(prose: str, at: int) -> bool:
    return prose[at] in "\"'" and _MEASURE.search(prose[max(0, at - 4) : at]) is not None


def _words(text: str, *, markdown: bool) -> str:
    """What is claimed, without the marks that begin further paragraphs, and without emphasis."""
    text = _CONTROL.sub("", _AGAIN.sub(lambda match: _parting(match[0]), text))
    if markdown:
        text = _LINK.sub(r"\1", text)
        text = _EMPHASIS.sub(lambda match: match[2] or "", text)
        text = re.sub(r"\\(?=[!-/:-@\[-`{-~]|\r?\n)", "", text)
    return text.strip()


def _parting(text: str) -> str:
    """Space and a mark, without the mark if there is a blank line before it."""
    return text[:-1] if text.count("\n") > 1 else text
