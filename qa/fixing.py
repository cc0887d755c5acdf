"""Fixing a draft: its quotations in their true wording, and each with its citation.

What stands nowhere is left as it is, for the writer to decide on.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from qa.checks import Check, CheckedQuotation
from qa.draft_citations import DraftCitation
from qa.places import Place
from qa.styles import key_for, note_for
from qa.styles.markup import block_quote, escaped, paragraphs
from qa.styles.rich import nested

_CITED_WELL = frozenset({"exact", "elided", "altered"})
_DOUBLE = '"“„'
_REPLACED = frozenset({"key", "note", "parentheses", "attribution"})
_STOPS = ".,;:!?…"
# What closes a quotation and its sentence, before a note is called.
_CLOSING = re.compile(r"[\"'”’»›」』“‘«]?[.,;:!?…]?")
_ATTRIBUTION = re.compile(r"(?:^|\n)[^\S\n]{0,3}>\s*(?:[—–―]|--)[^\n]*\Z")


@dataclass(frozen=True, slots=True)
class Fixed:
    """A draft with its quotations in their true wording.

    `reworded` and `cited` count the quotations that were given other words, and
    another citation or a first one.
    """

    text: str
    reworded: int
    cited: int


@dataclass(frozen=True, slots=True)
class Edit:
    """Another `text` for the characters start:end of a draft."""

    start: int
    end: int
    text: str


def fixed(check: Check, *, markdown: bool) -> Fixed:
    """The draft of a check with the true wording of what is altered, and right citations.

    They are Pandoc's keys where the draft has keys, else notes, which follow at its end.
    """
    keyed = markdown and any(one.citation.key for one in check.citations)
    uses = Counter(each for one in check.quotations for each in one.citations)
    notes: list[str] = []
    edits: list[Edit] = []
    reworded = cited = 0
    for one in check.quotations:
        place = _place(one)
        if place is None:
            continue
        wrong = None if _is_cited(one) else _miscited(one, uses)
        citation = ""
        if not _is_cited(one):
            cited += 1
            if wrong is not None and wrong.kind == "attribution":
                citation = f"> — {note_for(place, place.document, markdown=markdown)}"
            elif keyed:
                citation = key_for(place, place.document)
            else:
                notes.append(note_for(place, place.document, markdown=markdown))
                citation = _called(len(notes), markdown=markdown)
        is_reworded = one.judgement.verdict == "altered" and bool(one.judgement.changes)
        reworded += is_reworded
        if is_reworded and one.quotation.kind == "block":
            edits.append(_block(check.draft, one, place, citation))
            continue
        if is_reworded:
            edits.append(_rewording(check.draft, one, place, markdown=markdown))
        if citation:
            edits.append(_citing(check.draft, one, wrong, citation, keyed=keyed))
    text = _edited(check.draft, edits)
    if notes:
        told = "\n".join(
            f"{_called(number, markdown=markdown)}{':' if markdown else ''} {note}"
            for number, note in enumerate(notes, 1)
        )
        text = f"{text.rstrip()}\n\n{told}\n"
    return Fixed(text, reworded, cited)


def rewording(draft: str, one: CheckedQuotation, *, markdown: bool) -> Edit | None:
    """The true wording in place of what is altered; None where nothing is, or nobody can tell."""
    place = _place(one)
    if place is None or one.judgement.verdict != "altered" or not one.judgement.changes:
        return None
    if one.quotation.kind == "block":
        return _block(draft, one, place, "")
    return _rewording(draft, one, place, markdown=markdown)


def _place(one: CheckedQuotation) -> Place | None:
    """Where the words stand, from the first part to the last; None where nobody can tell."""
    places = one.judgement.places
    if one.judgement.verdict == "not found" or not places:
        return None
    if len({place.document.id for place in places}) > 1:
        return None
    first, last = min(p.start for p in places), max(p.end for p in places)
    return Place(places[0].document, first, last)


def _is_cited(one: CheckedQuotation) -> bool:
    """Whether the source that is cited has the words, on that page."""
    right = {place.document.id for place in one.judgement.places}
    held = any(document.id in right for document in one.cited)
    return held and one.judgement.verdict in _CITED_WELL


def _miscited(one: CheckedQuotation, uses: Counter[DraftCitation]) -> DraftCitation | None:
    """The citation that another takes the place of: a wrong one that nothing else needs."""
    if len(one.citations) != 1:
        return None
    citation = one.citations[0]
    return citation if citation.kind in _REPLACED and uses[citation] == 1 else None


def _rewording(draft: str, one: CheckedQuotation, place: Place, *, markdown: bool) -> Edit:
    words = " ".join(paragraphs(place.quote)) + _stop(one)
    if draft[one.quotation.start - 1] in _DOUBLE:
        # Within double marks single ones are.
        words = nested(words).replace('"', "'")
    return Edit(one.quotation.start, one.quotation.end, escaped(words) if markdown else words)


def _stop(one: CheckedQuotation) -> str:
    """How the writer ended the quotation: a place ends with its last word."""
    words = one.quotation.words
    stop = words[len(words.rstrip(_STOPS)) :]
    return "" if stop.isspace() else stop


def _block(draft: str, one: CheckedQuotation, place: Place, citation: str) -> Edit:
    """A whole block quote, with the `citation` or, if there is none, with what it has."""
    start, end = one.quotation.start, one.quotation.end
    said = block_quote(place.quote) + _stop(one)
    attribution = _ATTRIBUTION.search(draft, start, end)
    if citation.startswith(">"):
        return Edit(start, end, f"{said}\n{citation}")
    inside = [
        draft[each.start : each.end]
        for each in one.citations
        if start <= each.start and each.end <= end and each.kind != "attribution"
    ]
    said = " ".join([said, *([citation] if citation else dict.fromkeys(inside))])
    return Edit(start, end, said + (attribution[0] if attribution else ""))


def _citing(
    draft: str,
    one: CheckedQuotation,
    replaced: DraftCitation | None,
    citation: str,
    *,
    keyed: bool,
) -> Edit:
    if replaced is not None:
        return Edit(replaced.start, replaced.end, citation)
    end = one.quotation.end
    if one.quotation.kind == "marks":
        closing = _CLOSING.match(draft, end)
        end = closing.end() if closing and not keyed else end + 1
    return Edit(end, end, f" {citation}" if keyed else citation)


def _called(number: int, *, markdown: bool) -> str:
    """A note as it is called: by a name that no note of the writer's has."""
    return f"[^pincite-{number}]" if markdown else f"[{number}]"


def _edited(draft: str, edits: list[Edit]) -> str:
    return "".join(_pieces(draft, sorted(edits, key=lambda one: (one.start, one.end))))


def _pieces(draft: str, edits: list[Edit]) -> Iterator[str]:
    position = 0
    for edit in edits:
        yield draft[position : edit.start]
        yield edit.text
        position = edit.end
    yield draft[position:]
