"""Judging a quotation: whether a source says just these words, and where."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from index import Filter, Library
from qa.alignment import Change
from qa.fragments import Fragment, fragments
from qa.places import Place
from qa.wording import NearPlace, find_parts, find_words

Verdict = Literal[
    "exact", "elided", "altered", "misattributed", "wrong page", "not found", "not judged"
]

# What an ellipsis may leave out, in characters, and what brackets may stand for, in words.
_MOST_LEFT_OUT = 2000
_MOST_REPLACED = 12
_MOST_PLACES = 50


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a quotation is, and the place of each of its parts in the source.

    *elided*: words are left out or put in brackets, and all others stand there.
    *altered*: `changes` hold the true wording. *misattributed*: the words stand in
    another source than the one cited. *wrong page*: they stand on another of its
    pages. *not judged*: they cannot be looked for. `remark` says what else was seen,
    and why.
    """

    verdict: Verdict
    places: tuple[Place, ...] = ()
    changes: tuple[Change, ...] = ()
    remark: str = ""


def judged(
    library: Library,
    words: str,
    *,
    cited: Sequence[str] = (),
    pages: tuple[str, str] | None = None,
    only: Filter | None = None,
) -> Judgement:
    """Judge the words of a quotation.

    One of the documents whose ids are `cited` should hold them, on the `pages`.
    Raises `QuotationError` for words that cannot be looked for.
    """
    parts = fragments(words)
    if not cited:
        return _standing(library, words, parts, only, None) or _changed(
            library, words, parts, only
        )
    inside = Filter(within=tuple(cited)).and_also(only)
    found = _standing(library, words, parts, inside, pages)
    if found is not None:
        return found
    elsewhere = _standing(library, words, parts, only, None)
    if elsewhere is not None:
        return replace(elsewhere, verdict="misattributed")
    near = _changed(library, words, parts, inside)
    if near.verdict == "altered":
        return near
    elsewhere = _changed(library, words, parts, only)
    if elsewhere.verdict != "altered":
        return elsewhere
    return replace(elsewhere, remark=elsewhere.remark or _ELSEWHERE)


def _standing(
    library: Library,
    words: str,
    parts: Sequence[Fragment],
    only: Filter | None,
    pages: tuple[str, str] | None,
) -> Judgement | None:
    """Where the words stand, whole or in parts; None where they do not."""
    wording = find_words(library, words, only=only, most=_MOST_PLACES, meaning=False)
    if wording.exact:
        chains = [(place,) for place in wording.exact]
        return _on_page("exact", chains, pages)
    if len(parts) == 1 and parts[0].words == words:
        return None
    together = [
        chain
        for chain in find_parts(library, [part.words for part in parts], only=only)
        if _belong(parts, chain)
    ]
    return _on_page("elided", together, pages) if together else None


def _on_page(
    verdict: Verdict, chains: Sequence[tuple[Place, ...]], pages: tuple[str, str] | None
) -> Judgement:
    """The first of the places that is on the pages, or that it is on none of them."""
    if pages is None:
        return Judgement(verdict, chains[0])
    right = next((chain for chain in chains if _is_on(chain, pages)), None)
    return Judgement("wrong page", chains[0]) if right is None else Judgement(verdict, right)


def _is_on(chain: Sequence[Place], pages: tuple[str, str]) -> bool:
    """Whether places are on the pages, by their printed labels or as they are counted."""
    first, last = chain[0].locator, chain[-1].locator
    if first.page is None or last.last_page is None:
        # There are no pages to be wrong about.
        return True
    told = tuple(page.casefold() for page in pages)
    labels = (first.page_label or "").casefold(), (last.last_page_label or "").casefold()
    if told[0] == labels[0] or told[1] == labels[1]:
        return True
    if not (told[0].isdecimal() and told[1].isdecimal()):
        return False
    low, high = int(told[0]), int(told[1])
    if labels[0].isdecimal() and labels[1].isdecimal():
        return low <= int(labels[0]) and int(labels[1]) <= high
    return low <= first.page and last.last_page <= high


def _belong(parts: Sequence[Fragment], chain: Sequence[Place]) -> bool:
    """Whether what lies between the parts is no more than a writer may leave out."""
    for part, before, place in zip(parts[1:], chain, chain[1:], strict=False):
        between = place.document.text[before.end : place.start]
        if part.gap == "brackets" and len(between.split()) > _MOST_REPLACED:
            return False
        if len(between) > _MOST_LEFT_OUT:
            return False
    return True


def _changed(
    library: Library, words: str, parts: Sequence[Fragment], only: Filter | None
) -> Judgement:
    """The true wording of the words, if there is one that they come near to."""
    whole = " ".join(part.words for part in parts)
    tried = [whole, *(part.words for part in parts if len(parts) > 1)]
    places: list[Place] = []
    for text in tried:
        wording = find_words(library, text, only=only, most=1, meaning=False)
        if wording.near:
            return _altered(wording.near[0])
        places += wording.exact[:1]
    if places and len(places) == len(parts):
        return Judgement("altered", tuple(places), remark=_APART)
    return Judgement("not found", tuple(places))


_ELSEWHERE = "they come near to the words of another source than the one cited"
_APART = "each part stands in a source, but not together, and not in this order"


def _altered(near: NearPlace) -> Judgement:
    return Judgement("altered", (near,), near.changes)
