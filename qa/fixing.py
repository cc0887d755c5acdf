"""Fixing a draft: its quotations in their true wording, and each with its citation.

What stands nowhere is left as it is, for the writer to decide on.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from qa.checks import Check, CheckedQuotation
from qa.draft_citations import DraftCitation
from qa.fragments import fragments
from qa.judging import is_on
from qa.places import Place
from qa.styles import key_for, note_for
from qa.styles.markup import block_quote, escaped, paragraphs
from qa.styles.rich import nested

_CITED_WELL = frozenset({"exact", "elided", "altered"})
_DOUBLE = '"“„'
_REPLACED = frozenset({"key", "note", "parentheses", "attribution"})
_STOPS = ".,;:!?…\"'”’»›"
_OPENING = "\"'“‘„‚«‹"
# What closes a quotation, and its sentence, before a note is called.
_CLOSING = re.compile(r"(?P<mark>[\"'”’»›‹」』“‘«]|&#?\w{2,6};)[.,;:!?…]?")
_ATTRIBUTION = re.compile(r"(?:^|\n)[^\S\n]{0,3}>[^\S\n]{0,9}(?:[—–―]|--)[^\n]*\Z")
_PLAIN_LINE = re.compile(r"> ?(?![>\-*+#|`\s]|\d+[.)])")
_LEAD = re.compile(r"[ \t>]{0,9}(?:[—–―]|--)[ \t]{0,9}")
_WORD = re.compile(r"\w+")
# A key may have several, a page two, a date three.
_MOST_WORDS_REPLACED = 5
_OWN_NOTE = re.compile(r"\[\^pincite-(\d{1,9})\]")
_NUMBERED = re.compile(r"\[(\d{1,9})\]")


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
    first = _next_note(check.draft, markdown=markdown)
    for one in check.quotations:
        place = _place(one)
        if place is None:
            continue
        wrong, citation = None, ""
        if not _is_cited(one) and not _is_the_writers(check.draft, one):
            cited += 1
            wrong = _miscited(one, uses)
            if wrong is not None and wrong.kind == "attribution":
                lead = _LEAD.match(check.draft, wrong.start)
                said = note_for(place, place.document, markdown=markdown)
                citation = f"{lead[0] if lead else ''}{said}"
            elif keyed:
                citation = key_for(place, place.document)
            else:
                citation = _called(first + len(notes), markdown=markdown)
                notes.append(note_for(place, place.document, markdown=markdown))
        if _is_rewordable(one) and _is_plain(check.draft, one):
            reworded += 1
            within = one.quotation.kind == "block" or (wrong is not None and _holds(one, wrong))
            own = citation if within else ""
            edits.append(_rewording(check.draft, one, place, own, markdown=markdown))
            citation = "" if within else citation
        if citation:
            edits.append(_citing(check.draft, one, wrong, citation, keyed=keyed))
    text = _edited(check.draft, edits)
    if notes:
        told = "\n".join(
            f"{_called(number, markdown=markdown)}{':' if markdown else ''} {note}"
            for number, note in enumerate(notes, first)
        )
        text = f"{text.rstrip()}\n\n{told}\n"
    return Fixed(text, reworded, cited)


def rewording(draft: str, one: CheckedQuotation, *, markdown: bool) -> Edit | None:
    """The true wording in place of what is altered; None where nothing is, or nobody can tell."""
    place = _place(one)
    if place is None or not _is_rewordable(one) or not _is_plain(draft, one):
        return None
    return _rewording(draft, one, place, "", markdown=markdown)


def _is_rewordable(one: CheckedQuotation) -> bool:
    """Whether all of the words have others to stand in their place.

    Where the writer left some out, nobody can tell which of the others are meant.
    """
    judgement = one.judgement
    if judgement.verdict != "altered" or len(judgement.places) != 1 or not judgement.changes:
        return False
    # At an end that differs, what stands beside it in the source may be none of the words.
    edges = judgement.changes[0].kind, judgement.changes[-1].kind
    if edges != ("same", "same") or len(fragments(one.quotation.words)) > 1:
        return False
    # Of marks inside one may stand beyond the end, and paragraphs have marks of their own.
    quote = judgement.places[0].quote
    whole = quote.count("“") == quote.count("”") and quote.count('"') % 2 == 0
    return whole and (one.quotation.kind == "block" or "\n\n" not in one.quotation.words)


def _is_plain(draft: str, one: CheckedQuotation) -> bool:
    """Whether the quotation is no block, or one without lists, indentation or further blocks."""
    lines = draft[one.quotation.start : one.quotation.end].split("\n")
    return one.quotation.kind == "marks" or all(map(_PLAIN_LINE.match, lines))


def _holds(one: CheckedQuotation, citation: DraftCitation) -> bool:
    """Whether a citation stands in the quotation."""
    return one.quotation.start <= citation.start and citation.end <= one.quotation.end


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
    places = one.judgement.places
    right = {place.document.id for place in places}
    held = any(document.id in right for document in one.cited)
    on_page = any(each.pages is None or is_on(places, [each.pages]) for each in one.citations)
    return held and on_page and one.judgement.verdict in _CITED_WELL


def _is_the_writers(draft: str, one: CheckedQuotation) -> bool:
    """Whether only the writer knows what to cite.

    So it is where a source that is cited is not in the library, and where a key or a
    name is part of the sentence.
    """
    if not one.citations:
        return False
    spoken = any(each.kind == "name" or draft[each.start] == "@" for each in one.citations)
    several = len(one.citations) > 1 and one.citations[0].kind in {"parentheses", "note"}
    return spoken or several or not one.cited


def _miscited(one: CheckedQuotation, uses: Counter[DraftCitation]) -> DraftCitation | None:
    """The citation that another takes the place of: a wrong one that nothing else needs.

    One in which the writer says more than what is cited stays.
    """
    if len(one.citations) != 1:
        return None
    citation = one.citations[0]
    named = {word for each in one.cited for word in _WORD.findall(f"{each.name} {each.author}")}
    more = set(_WORD.findall(citation.text)) - named - {citation.key}
    is_bare = citation.kind == "note" or len(more) <= _MOST_WORDS_REPLACED
    return citation if is_bare and citation.kind in _REPLACED and uses[citation] == 1 else None


def _rewording(
    draft: str, one: CheckedQuotation, place: Place, own: str, *, markdown: bool
) -> Edit:
    """The true wording, with its `own` citation or, if there is none, with what it has inside."""
    start, end = one.quotation.start, one.quotation.end
    inside = [draft[each.start : each.end] for each in _kept(one)]
    cited = [own] if own else list(dict.fromkeys(inside))
    if one.quotation.kind == "block":
        attribution = _ATTRIBUTION.search(draft, start, end)
        said = block_quote(place.quote) + _stop(one, place)
        if own and _LEAD.match(own):
            return Edit(start, end, f"{said}\n{own}")
        said = _with(said, cited)
        return Edit(start, end, said + (attribution[0] if attribution else ""))
    words = " ".join(paragraphs(place.quote))
    if draft[start - 1] in _DOUBLE:
        # Within double marks single ones are; inches stay.
        words = re.sub(r'(?<!\d)"', "'", nested(words))
    if markdown and place.document.media_type != "text/markdown":
        words = escaped(words)
    theirs = one.quotation.words
    begun = theirs[: len(theirs) - len(theirs.lstrip(_OPENING))]
    first = theirs[len(begun) : len(begun) + 1]
    if first.casefold() == words[:1].casefold():
        # A capital at the beginning is the writer's.
        words = first + words[1:]
    said = draft[start:end]
    left, right = (said[: len(said) - len(said.lstrip())], said[len(said.rstrip()) :])
    return Edit(start, end, f"{left}{_with(f'{begun}{words}{_stop(one, place)}', cited)}{right}")


def _kept(one: CheckedQuotation) -> list[DraftCitation]:
    return [each for each in one.citations if _holds(one, each) and each.kind != "attribution"]


def _with(words: str, citations: Sequence[str]) -> str:
    """The words with citations behind them; a note stands close."""
    return words + "".join(
        each if each.startswith(("[^", "^[")) else f" {each}" for each in citations
    )


def _stop(one: CheckedQuotation, place: Place) -> str:
    """How the writer ended the quotation: a place ends with its last word."""
    words = one.quotation.words
    stop = words[len(words.rstrip(_STOPS)) :]
    has = next(n for n in range(len(stop), -1, -1) if place.quote.endswith(stop[:n]))
    return stop[has:]


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
        if closing is not None:
            end = closing.end("mark") if keyed else closing.end()
    return Edit(end, end, f" {citation}" if keyed else citation)


def _called(number: int, *, markdown: bool) -> str:
    """A note as it is called."""
    return f"[^pincite-{number}]" if markdown else f"[{number}]"


def _next_note(draft: str, *, markdown: bool) -> int:
    """The first number that no note of the draft has, or of a draft that was fixed before."""
    pattern = _OWN_NOTE if markdown else _NUMBERED
    return max((int(match[1]) for match in pattern.finditer(draft)), default=0) + 1


def _edited(draft: str, edits: list[Edit]) -> str:
    return "".join(_pieces(draft, sorted(edits, key=lambda one: (one.start, one.end))))


def _pieces(draft: str, edits: list[Edit]) -> Iterator[str]:
    position = 0
    for edit in edits:
        yield draft[position : edit.start]
        yield edit.text
        position = edit.end
    yield draft[position:]
