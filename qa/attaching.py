"""Which citations of a draft belong to which quotations."""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from qa.draft_citations import DraftCitation
from qa.quotations import Quotation

_BLANK_LINE = re.compile(r"\n[^\S\n]*\n")
# A sentence ends, and words of another one follow.
_NEW_SENTENCE = re.compile(r"[.!?…][\"”’»)\]]*\s+[\"“„«(\[]?[^\W\d_]")


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

    That is what stands inside of it, else what follows in its paragraph before the
    next quotation, or after one in the same sentence, else a key or an attribution
    that comes before in the same sentence. A block quote's may also stand alone in
    the next paragraph, or end the one that leads to it with a colon.
    """
    groups = [
        tuple(group) for _, group in groupby(citations, key=lambda one: (one.start, one.end))
    ]
    starts = [group[0].start for group in groups]
    found: list[Attached] = []
    for n, quotation in enumerate(quotations):
        before = quotations[n - 1].end if n else 0
        after = quotations[n + 1].start if n + 1 < len(quotations) else len(draft)
        first = bisect_left(starts, before)
        near = groups[first : bisect_left(starts, quotation.start)]
        later = groups[bisect_left(starts, quotation.start) :]
        choose = _of_block if quotation.kind == "block" else _of_marks
        found.append(choose(draft, quotation, near, _Later(later, after)))
    return found


@dataclass(frozen=True, slots=True)
class _Later:
    """The citations from where a quotation begins, and where the next quotation does."""

    groups: Sequence[tuple[DraftCitation, ...]]
    limit: int

    def inside(self, quotation: Quotation) -> tuple[DraftCitation, ...]:
        """The last one that stands in the quotation."""
        found: tuple[DraftCitation, ...] = ()
        for group in self.groups:
            if group[0].end > quotation.end:
                break
            found = group
        return found

    def behind(self, quotation: Quotation) -> Iterator[tuple[DraftCitation, ...]]:
        """Those that follow the quotation."""
        return (group for group in self.groups if group[0].start >= quotation.end)


def _of_marks(
    draft: str,
    quotation: Quotation,
    near: Sequence[tuple[DraftCitation, ...]],
    later: _Later,
) -> Attached:
    if inside := later.inside(quotation):
        return Attached(quotation, inside)
    end = _paragraph_end(draft, quotation.end)
    following = next(later.behind(quotation), ())
    if following and following[0].start < end:
        here = following[0].start
        same = not _parted(draft, quotation.end - 1, here)
        if here < later.limit:
            return Attached(quotation, following, certain=same)
        if same:
            return Attached(quotation, following, certain=False)
    leading = near[-1] if near else ()
    if leading and leading[0].kind in {"key", "link"}:
        gap = draft[leading[0].end : quotation.start]
        if not _BLANK_LINE.search(gap) and not _NEW_SENTENCE.search(gap):
            return Attached(quotation, leading)
    return Attached(quotation)


def _of_block(
    draft: str,
    quotation: Quotation,
    near: Sequence[tuple[DraftCitation, ...]],
    later: _Later,
) -> Attached:
    if inside := later.inside(quotation):
        return Attached(quotation, inside)
    following = next(later.behind(quotation), ())
    if following and not draft[quotation.end : following[0].start].strip(" \n\t(—–-"):
        return Attached(quotation, following)
    leading = near[-1] if near else ()
    if leading:
        gap = draft[leading[0].end : quotation.start]
        if gap.rstrip().endswith(":") and not _BLANK_LINE.search(gap.strip()):
            return Attached(quotation, leading)
    return Attached(quotation)


def _paragraph_end(draft: str, position: int) -> int:
    blank = _BLANK_LINE.search(draft, position)
    return blank.start() if blank else len(draft)


def _parted(draft: str, start: int, end: int) -> bool:
    """Whether a sentence ends between, and another begins with a capital."""
    return any(match[0][-1].isupper() for match in _NEW_SENTENCE.finditer(draft, start, end))
