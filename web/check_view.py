"""A checked draft as a page shows it: its text in paragraphs, with a note for each finding."""

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from index import Span
from qa import Check, Draft
from web.check_findings import Finding, Lines, findings, summary

_URGENCY = ("error", "warning", "note")
# Lists, tables, block quotes, code and lines that are broken on purpose.
_LINES = re.compile(r"^(?: {4}|[ \t]*(?:[-*+>|#:`~<]|\d+[.)]))|(?: {2}|\\)$", re.MULTILINE)
_PARAGRAPH = re.compile(r"^(?:[^\S\n]*+\S[^\n]*+(?:\n|\Z))+", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Note:
    """A finding by its number in the draft, with the line that it begins in.

    draft[start:end] is what is marked: of a quotation, its marks too.
    """

    number: int
    line: int
    start: int
    end: int
    finding: Finding


@dataclass(frozen=True, slots=True)
class _Reach:
    """A note, and where the last of its words that can be seen ends."""

    note: Note
    end: int


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of the draft; `note` is that of the innermost finding that it belongs to.

    `begins` and `ends` are the notes whose words begin and end with it.
    """

    text: str
    note: Note | None
    begins: tuple[Note, ...]
    ends: tuple[Note, ...]


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Lines of the draft, and the notes to what begins in them.

    It `keeps_lines` unless they are broken only to be written, as those of prose in
    Markdown.
    """

    pieces: tuple[Piece, ...]
    notes: tuple[Note, ...]
    keeps_lines: bool


@dataclass(frozen=True, slots=True)
class CheckView:
    """A checked draft; `prefix` is that of its anchors.

    `urgent` are the notes to look at, errors first.
    """

    name: str
    prefix: str
    summary: str
    urgent: tuple[Note, ...]
    paragraphs: tuple[Paragraph, ...]


def check_view(draft: Draft, check: Check, *, prefix: str = "") -> CheckView:
    """What the template `_check.html` shows of a draft.

    Where a page shows several, each has a `prefix` of its own.
    """
    told = findings(check)
    lines = Lines(check.draft)
    notes = [
        Note(n, lines.at(one.start)[0], *_marked(check.draft, one), one)
        for n, one in enumerate(told, 1)
    ]
    spans = [match.span() for match in _PARAGRAPH.finditer(check.draft)]
    starts = [start for start, _ in spans]
    at_home: dict[int, list[Note]] = {}
    for note in notes:
        at_home.setdefault(max(0, bisect_right(starts, note.start) - 1), []).append(note)
    ends = [_visible_end(check.draft, note) for note in notes]
    touching = _touching(spans, notes, ends)
    return CheckView(
        name=draft.name,
        prefix=prefix,
        summary=summary(check, told),
        urgent=tuple(note for level in _URGENCY for note in notes if note.finding.level == level),
        paragraphs=tuple(
            Paragraph(
                _pieces(check.draft, span, touching[place]),
                tuple(at_home.get(place, ())),
                not draft.markdown or bool(_LINES.search(check.draft, *span)),
            )
            for place, span in enumerate(spans)
        ),
    )


def _marked(draft: str, one: Finding) -> Span:
    """A finding with the quotation marks around it, which may be written as entities."""
    if one.checked is None or one.checked.quotation.kind != "marks":
        return one.start, one.end
    start, end = one.start - 1, one.end + 1
    if draft[start] == ";":
        start = draft.rfind("&", 0, start)
    if draft[one.end] == "&":
        end = draft.index(";", end) + 1
    return start, end


def _visible_end(draft: str, note: Note) -> int:
    """Where what can be seen of a note's words ends."""
    return note.start + len(draft[note.start : note.end].rstrip())


def _touching(
    spans: Sequence[Span], notes: Sequence[Note], ends: Sequence[int]
) -> list[list[_Reach]]:
    """For each paragraph the notes whose words are in it, in order."""
    found: list[list[_Reach]] = []
    reaches = sorted(
        (_Reach(note, end) for note, end in zip(notes, ends, strict=True)),
        key=lambda one: (one.note.start, -one.end),
    )
    current: list[_Reach] = []
    position = 0
    for start, end in spans:
        while position < len(reaches) and reaches[position].note.start < end:
            current.append(reaches[position])
            position += 1
        current = [one for one in current if one.end > start]
        found.append(current)
    return found


def _pieces(draft: str, span: Span, near: Sequence[_Reach]) -> tuple[Piece, ...]:
    """The text of a paragraph, cut where findings begin and end."""
    start, end = span[0], span[0] + len(draft[span[0] : span[1]].rstrip())
    edges = {edge for one in near for edge in (one.note.start, one.end)}
    cuts = sorted({start, end, *(edge for edge in edges if start < edge < end)})
    pieces: list[Piece] = []
    covering: list[_Reach] = []
    position = 0
    for first, last in pairwise(cuts):
        while position < len(near) and near[position].note.start <= first:
            covering.append(near[position])
            position += 1
        covering = [one for one in covering if one.end > first]
        pieces.append(
            Piece(
                text=draft[first:last],
                # Of two that begin together the longer leads.
                note=covering[-1].note if covering else None,
                begins=tuple(one.note for one in covering if one.note.start == first),
                ends=tuple(one.note for one in covering if one.end == last),
            )
        )
    return tuple(pieces)
