"""Judging a quotation: whether a source says just these words, and where."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal

from index import Filter, Library, folded_words, words_in
from qa.alignment import Change
from qa.fragments import Fragment, fragments
from qa.places import Place, page_names
from qa.wording import NearPlace, find_parts, find_words

# From the best to the worst.
Verdict = Literal[
    "exact", "elided", "wrong page", "altered", "misattributed", "not found", "not judged"
]

# The first page and the last.
Pages = tuple[str, str]
_NONE: Mapping[str, Sequence[Pages]] = {}

# What an ellipsis may leave out, in characters, and what brackets may stand for, in words.
_MOST_LEFT_OUT = 2000
_MOST_REPLACED = 12
# A running title stands on every page of a long report.
_MOST_PLACES = 10_000
_MOST_IN_PARTS = 50
# Words from which others were left out come near to the source only in so many.
_LIKE_WHOLE = 0.75
_LEFT_OUT = Change("same", " […] ", " […] ")

_NEGATION = re.compile(
    r"\b(?:not?|never|none|nor|neither|nobody|nothing|without|cannot|nicht|nie|kein\w*|ohne|ne|"
    r"pas|jamais|sans|no|nunca|sin)\b|n[’']t\b",
    re.IGNORECASE,
)
_PARTED = re.compile(r"(?<=\w)[-\u2010]\s+(?=\w)")
# More than a number of a reference.
_OWN_BRACKETS = re.compile(r"\[[^\[\]]*\w\W+\w[^\[\]]*\]")
_BRACKETED = re.compile(r"\[[^\[\]]{1,80}\]")
_TURNED = "what is left out or put in brackets has a negation: see that the sense is kept"
_ELSEWHERE = "they come near to the words of another source than the one cited"
_PUNCTUATION = "no word differs, only punctuation"
_OTHER_PAGE = "they come near to words on another page than the one cited"
_APART = "each part stands in a source, but not together, and not in this order"


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
    cited: Mapping[str, Sequence[Pages]] = _NONE,
    only: Filter | None = None,
) -> Judgement:
    """Judge the words of a quotation.

    One of the documents whose ids are `cited` should hold them, on one of its pages
    if there are any. Raises `QuotationError` for words that cannot be looked for.
    """
    parts = fragments(words)
    if not cited:
        return _standing(library, words, parts, only) or _changed(library, words, parts, only)
    inside = Filter(within=tuple(cited)).and_also(only)
    found = _standing(library, words, parts, inside, cited)
    if found is not None:
        return found
    elsewhere = _standing(library, words, parts, only)
    if elsewhere is not None:
        return replace(elsewhere, verdict="misattributed")
    near = _changed(library, words, parts, inside)
    if near.verdict == "exact":
        return _on_page("exact", [near.places], cited)
    if near.verdict == "altered":
        on_page = _is_cited(near.places, cited)
        return near if on_page else replace(near, remark=near.remark or _OTHER_PAGE)
    elsewhere = _changed(library, words, parts, only)
    if elsewhere.verdict == "exact":
        return replace(elsewhere, verdict="misattributed")
    if elsewhere.verdict != "altered":
        return elsewhere
    return replace(elsewhere, remark=elsewhere.remark or _ELSEWHERE)


def _standing(
    library: Library,
    words: str,
    parts: Sequence[Fragment],
    only: Filter | None,
    cited: Mapping[str, Sequence[Pages]] = _NONE,
) -> Judgement | None:
    """Where the words stand, whole or in parts; None where they do not."""
    # The first place will do, unless it must be on a page.
    most = _MOST_PLACES if any(cited.values()) else 1
    exact = find_words(library, words, only=only, most=most, near=False, meaning=False).exact
    if exact:
        chains = [(place,) for place in exact]
        return _on_page("exact", chains, cited)
    if len(parts) == 1 and parts[0].words == words:
        return None
    together = [
        chain
        for chain in find_parts(library, [part.words for part in parts], only=only)
        if _belong(parts, chain)
    ]
    if not together:
        return None
    found = _on_page("elided", together, cited)
    return replace(found, remark=_TURNED) if _turns(words, found.places) else found


def _turns(words: str, chain: Sequence[Place]) -> bool:
    """Whether what is left out, or put in brackets, has a negation that the other has not."""
    between = [place.document.text[before.end : place.start] for before, place in pairwise(chain)]
    put_in = " ".join(_BRACKETED.findall(words))
    return any(map(_NEGATION.search, between)) != bool(_NEGATION.search(put_in))


def _on_page(
    verdict: Verdict, chains: Sequence[Sequence[Place]], cited: Mapping[str, Sequence[Pages]]
) -> Judgement:
    """The first of the places that is on a page that is cited, or that it is on none of them."""
    right = next((chain for chain in chains if _is_cited(chain, cited)), None)
    if right is None:
        return Judgement("wrong page", tuple(chains[0]))
    return Judgement(verdict, tuple(right))


def _is_cited(chain: Sequence[Place], cited: Mapping[str, Sequence[Pages]]) -> bool:
    pages = cited.get(chain[0].document.id, ())
    return not pages or is_on(chain, pages)


def is_on(chain: Sequence[Place], several: Sequence[Pages]) -> bool:
    """Whether places are on one of several ranges of pages.

    They are named by their printed labels, or as they are counted where a label is no number.
    """
    first, last = chain[0].locator, chain[-1].locator
    if first.page is None or last.last_page is None:
        # There are no pages to be wrong about.
        return True
    labels = (first.page_label or "").casefold(), (last.last_page_label or "").casefold()
    own = first.page, last.last_page
    if labels[0].isdecimal() and labels[1].isdecimal():
        own = int(labels[0]), int(labels[1])
    return any(_is_within(labels, own, pages) for pages in several)


def _is_within(labels: Pages, own: tuple[int, int], pages: Pages) -> bool:
    low, high = pages[0].casefold(), pages[1].casefold()
    if low == labels[0] or high == labels[1]:
        return True
    numbered = low.isdecimal() and high.isdecimal()
    return numbered and int(low) <= own[0] and own[1] <= int(high)


def _belong(parts: Sequence[Fragment], chain: Sequence[Place]) -> bool:
    """Whether what lies between the parts is no more than a writer may leave out."""
    for part, before, place in zip(parts[1:], chain, chain[1:], strict=False):
        between = place.document.text[before.end : place.start]
        if part.gap == "brackets" and len(between.split()) > _MOST_REPLACED:
            return False
        if part.gap == "brackets" and _OWN_BRACKETS.search(between):
            # Then the brackets are no writer's, and what is in them must stand there too.
            return False
        if len(between) > _MOST_LEFT_OUT:
            return False
    return True


def _changed(
    library: Library, words: str, parts: Sequence[Fragment], only: Filter | None
) -> Judgement:
    """The true wording of the words, if there is one that they come near to."""
    together = _changed_in_parts(library, parts, only) if len(parts) > 1 else None
    if together is not None and together.remark != _APART:
        return together
    # What is left out must not be taken for what was altered.
    least = _LIKE_WHOLE if len(parts) > 1 else 0.0
    for whole in dict.fromkeys((words, " ".join(part.words for part in parts))):
        near = find_words(library, whole, only=only, most=1, meaning=False).near
        if near and near[0].likeness >= least:
            return _altered(near[0])
    return together or Judgement("not found")


def _changed_in_parts(
    library: Library, parts: Sequence[Fragment], only: Filter | None
) -> Judgement | None:
    """A document that has each of the parts, as it stands or nearly; None if there is none."""
    held: list[dict[str, Place | NearPlace]] = []
    for part in parts:
        found = find_words(library, part.words, only=only, most=_MOST_IN_PARTS, meaning=False)
        places: dict[str, Place | NearPlace] = {}
        for place in (*found.exact, *found.near):
            places.setdefault(place.document.id, place)
        held.append(places)
    common = [id_ for id_ in held[0] if all(id_ in places for places in held)]
    if not common:
        return Judgement("altered", tuple(_alone(held)), remark=_APART) if all(held) else None
    chains = [tuple(places[id_] for places in held) for id_ in common]
    nearest = max(chains, key=lambda chain: sum(map(_likeness, chain)))
    if all(map(_stands, nearest)):
        return Judgement("altered", nearest, remark=_APART)
    return Judgement("altered", nearest, _changes(nearest))


def _alone(held: Sequence[Mapping[str, Place | NearPlace]]) -> list[Place | NearPlace]:
    return [next(iter(places.values())) for places in held]


def _stands(place: Place | NearPlace) -> bool:
    return not isinstance(place, NearPlace)


def _likeness(place: Place | NearPlace) -> float:
    return place.likeness if isinstance(place, NearPlace) else 1.0


def _changes(chain: Sequence[Place | NearPlace]) -> tuple[Change, ...]:
    """The changes of several parts in order, with what is left out between them."""
    told: list[Change] = []
    for place in chain:
        if told:
            told.append(_LEFT_OUT)
        if isinstance(place, NearPlace):
            told += place.changes
        else:
            told.append(Change("same", place.quote, place.quote))
    return tuple(told)


def _altered(near: NearPlace) -> Judgement:
    """Altered, but for the numbers of pages that the words go over, and words parted by lines."""
    labels = _labels(near)
    left = [
        one
        for one in near.changes
        if one.kind != "same"
        and not (one.kind == "missing" and one.ours.strip().casefold() in labels)
        and _whole(one.ours) != _whole(one.theirs)
    ]
    if not left:
        return Judgement("exact", (near,))
    same = all(folded_words(one.ours) == folded_words(one.theirs) for one in left)
    return Judgement("altered", (near,), near.changes, _PUNCTUATION if same else "")


def _whole(words: str) -> tuple[Sequence[str], Sequence[str]]:
    """The words and what is between, without hyphens of line ends, even of lines since joined."""
    read = words_in(_PARTED.sub("", words).strip())
    return read.keys, read.gaps


def _labels(place: Place) -> set[str]:
    """The numbers of the pages that a place goes over, as they are printed and counted."""
    first, last = place.locator.page, place.locator.last_page
    if first is None or last is None or first == last:
        return set()
    return page_names(place.document, first, last)
