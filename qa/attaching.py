"""Which citations of a draft belong to which quotations."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby, pairwise

from qa.draft_citations import DraftCitation
from qa.quotations import BEGINS_BLOCK, LIST_ITEM, Quotation

_MOST_JOINED = 5
_BLANK_LINE = re.compile(r"\n[^\S\n]*\n")
_IN_BLOCK = re.compile(rf"[^\S\n]*(?:{LIST_ITEM})?>")
_BEGINS_BLOCK = re.compile(BEGINS_BLOCK, re.M)
# A block quote ends here, but for signs.
_BLOCK_ENDS = re.compile(rf"[\s.,;:!?\"”’»)\]]*(?=\n{BEGINS_BLOCK}|\Z)", re.M)
_WORD = re.compile(r"\w+")
# A sentence ends, maybe with a note, and words of another one follow.
_NEW_SENTENCE = re.compile(r"[.!?…][\"”’»)\]]*(?:\[\^[^\[\]\s]+\])*\s++[\"“„«(\[]?[^\W\d_]")


@dataclass(frozen=True, slots=True)
class Attached:
    """A quotation and the citations for it, which stand at one place; maybe there are none.

    They are not `certain` where they may belong to another sentence.
    """

    quotation: Quotation
    citations: tuple[DraftCitation, ...] = ()
    certain: bool = True


def attached(
    draft: str, quotations: Sequence[Quotation], citations: Sequence[DraftCitation]
) -> list[Attached]:
    """The quotations in order, each with what is cited for it.

    That is what stands inside of it, else what follows in the same sentence, else a
    key, a link or a name that comes before in the same sentence, else what follows in
    its paragraph before the next quotation. A block quote's may also stand alone in
    the next paragraph, or lead to it with a colon; so may that of what is between marks in
    a block quote, if nothing is nearer. What is in parentheses in a
    quotation, but at the end of a block quote, the source says.
    """
    groups = [
        tuple(group) for _, group in groupby(citations, key=lambda one: (one.start, one.end))
    ]
    edges = _Edges.of(draft)
    starts = [group[0].start for group in groups]
    begins = [one.start for one in quotations]
    found: list[Attached] = []

    def all_joined(after: int, until: int) -> bool:
        """Whether up to a citation there are only quotations that are joined to this one."""
        further = bisect_left(begins, until, lo=after)
        if further - after > _MOST_JOINED:
            return False
        listed = quotations[max(0, after - 1) : further]
        return all(_joins(draft[one.end : other.start]) for one, other in pairwise(listed))

    def around(quotation: Quotation) -> _Around:
        first = bisect_left(begins, quotation.start)
        after = bisect_left(begins, quotation.end, lo=first)
        own = bisect_left(starts, quotation.start)
        behind = bisect_left(starts, quotation.end, lo=own)
        leading = groups[own - 1] if own else ()
        # What follows a quotation, or speaks for it, leads to no other.
        before = found[first - 1] if first else None
        if leading and before is not None:
            held = leading[0].start < before.quotation.end
            led = before.certain and before.citations == leading
            joined = led and _joins(draft[before.quotation.end : quotation.start])
            if (held or led) and not joined:
                leading = ()
        inside = [
            group
            for group in groups[own:behind]
            if group[0].end <= quotation.end and _is_writers(draft, group[0], quotation)
        ]
        following = groups[behind] if behind < len(groups) else ()
        return _Around(
            inside=inside[-1] if inside else (),
            leading=leading,
            following=following,
            others=bool(following) and not all_joined(after, following[0].start),
        )

    for quotation in quotations:
        choose = _of_block if quotation.kind == "block" else _of_marks
        one = choose(draft, quotation, around(quotation), edges)
        if not one.citations and quotation.within is not None:
            start, end = quotation.within
            block = replace(quotation, start=start, end=end, kind="block")
            beside = around(block)
            if beside.inside and not ends_block(draft, beside.inside[0]):
                beside = replace(beside, inside=())
            one = replace(_of_block(draft, block, beside, edges), quotation=quotation)
        found.append(one)
    return found


def _joins(gap: str) -> bool:
    """Whether what is between two quotations makes one of them: “…” and “…”."""
    return len(_WORD.findall(gap)) <= 1 and not _BLANK_LINE.search(gap)


def _is_writers(draft: str, citation: DraftCitation, quotation: Quotation) -> bool:
    """Whether a citation in a quotation was put there by the writer, and is not its source's."""
    if citation.kind == "name":
        return False
    return citation.kind != "parentheses" or (
        quotation.kind == "block" and ends_block(draft, citation)
    )


def ends_block(draft: str, citation: DraftCitation) -> bool:
    """Whether a citation is the end of a block quote."""
    if not _BLOCK_ENDS.match(draft, citation.end):
        return False
    line = draft.rfind("\n", 0, citation.start) + 1
    # A line without the sign goes on with the paragraph before it.
    while line and not _IN_BLOCK.match(draft, line) and not _BEGINS_BLOCK.match(draft, line):
        line = draft.rfind("\n", 0, line - 1) + 1
    return _IN_BLOCK.match(draft, line) is not None


@dataclass(frozen=True, slots=True)
class _Around:
    """The citations in a quotation and next to it.

    What follows may belong to `others`, which stand between.
    """

    inside: tuple[DraftCitation, ...]
    leading: tuple[DraftCitation, ...]
    following: tuple[DraftCitation, ...]
    others: bool


@dataclass(frozen=True, slots=True)
class _Edges:
    """Where the paragraphs of a draft end, and where its sentences begin, in order.

    A sentence begins with a capital; where, is looked for once, however many
    quotations there are.
    """

    paragraphs: Sequence[int]
    sentences: Sequence[int]

    @classmethod
    def of(cls, draft: str) -> "_Edges":
        return cls(
            [match.start() for match in _BLANK_LINE.finditer(draft)],
            [match.end() for match in _NEW_SENTENCE.finditer(draft) if match[0][-1].isupper()],
        )

    def same_paragraph(self, first: int, last: int) -> bool:
        """Whether no blank line is between."""
        return _none_between(self.paragraphs, first - 1, last)

    def same_sentence(self, first: int, last: int) -> bool:
        """Whether no sentence begins between."""
        return _none_between(self.sentences, first, last)


def _none_between(places: Sequence[int], first: int, last: int) -> bool:
    """Whether none of the places, which are in order, is after the first and up to the last."""
    place = bisect_right(places, first)
    return place == len(places) or last < places[place]


def _of_marks(draft: str, quotation: Quotation, around: _Around, edges: _Edges) -> Attached:
    if around.inside:
        return Attached(quotation, around.inside)
    following = around.following
    if following and not edges.same_paragraph(quotation.end, following[0].start):
        following = ()
    # A name may begin the next sentence.
    same = bool(following) and edges.same_sentence(quotation.end, following[0].start + 1)
    if same:
        return Attached(quotation, following, certain=not around.others)
    leading = around.leading
    if leading and leading[0].kind in {"key", "link", "name"}:
        gap = draft[leading[0].end : quotation.start]
        if not _BLANK_LINE.search(gap) and not _NEW_SENTENCE.search(f"{gap}a"):
            return Attached(quotation, leading)
    if following and not around.others:
        return Attached(quotation, following, certain=False)
    return Attached(quotation)


def _of_block(draft: str, quotation: Quotation, around: _Around, edges: _Edges) -> Attached:
    if around.inside:
        return Attached(quotation, around.inside)
    following, leading = around.following, around.leading
    if following and not draft[quotation.end : following[0].start].strip(" \n\t(—–-"):
        return Attached(quotation, following)
    if leading:
        gap = draft[leading[0].end : quotation.start].rstrip()
        if gap.endswith(":") and not _BLANK_LINE.search(gap):
            # A sentence of its own may lead to another source.
            same = edges.same_sentence(leading[0].end, quotation.start)
            return Attached(quotation, leading, certain=same)
    return Attached(quotation)
