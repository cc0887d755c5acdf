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
_PARAGRAPH = re.compile(r"(?:[^\n]*\S[^\n]*(?:\n|\Z))+")


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
    notes = [Note(n, lines.at(one.start)[0], *_marked(one), one) for n, one in enumerate(told, 1)]
    spans = [match.span() for match in _PARAGRAPH.finditer(check.draft)]
    starts = [start for start, _ in spans]
    homes = [max(0, bisect_right(starts, note.start) - 1) for note in notes]
    return CheckView(
        name=draft.name,
        prefix=prefix,
        summary=summary(check, told),
        urgent=tuple(note for level in _URGENCY for note in notes if note.finding.level == level),
        paragraphs=tuple(
            Paragraph(
                _pieces(check.draft, span, notes),
                tuple(note for note, home in zip(notes, homes, strict=True) if home == place),
                not draft.markdown or bool(_LINES.search(check.draft, *span)),
            )
            for place, span in enumerate(spans)
        ),
    )


def _marked(one: Finding) -> Span:
    if one.checked is not None and one.checked.quotation.kind == "marks":
        return one.start - 1, one.end + 1
    return one.start, one.end


def _pieces(draft: str, span: Span, notes: Sequence[Note]) -> tuple[Piece, ...]:
    """The text of a paragraph, cut where findings begin and end."""
    start, end = span[0], span[0] + len(draft[span[0] : span[1]].rstrip())
    near = [one for one in notes if one.start < end and one.end > start]
    edges = {edge for one in near for edge in (one.start, one.end)}
    cuts = sorted({start, end, *(edge for edge in edges if start < edge < end)})
    return tuple(_piece(draft, first, last, near, end) for first, last in pairwise(cuts))


def _piece(draft: str, first: int, last: int, near: Sequence[Note], end: int) -> Piece:
    covering = [one for one in near if one.start <= first and last <= one.end]
    return Piece(
        text=draft[first:last],
        # They are in the order of their starts, and of two that begin together the longer leads.
        note=covering[-1] if covering else None,
        begins=tuple(one for one in covering if one.start == first),
        ends=tuple(one for one in covering if min(one.end, end) == last),
    )
