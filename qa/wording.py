"""Wording: where words stand in a library, what comes near to them, and what says the same."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from index import FUNCTION_WORDS, Filter, Library, Span, Stretch, is_phrase, words_in
from qa.alignment import Alignment, Change, aligned
from qa.answers import Excerpt
from qa.confidence import THRESHOLD, confidence
from qa.errors import QuotationError
from qa.excerpts import excerpts
from qa.places import Place
from qa.questions import LONGEST_QUESTION
from qa.ranking import rank
from qa.stopwatch import Stopwatch

LONGEST_QUOTATION = 10_000

# How much of the words must be the same for a place to be near: so that quotations altered in one
# word of five, or ten of 200, are found and those of other texts are not (`make bench-wording`).
_NEAR = 0.75
_NEAR_BESIDES = 0.8
_NEAR_IN_CONTENT = 0.6
_NEAR_IF_LONG = 0.5
_LONG = 20
_FEWEST = 3
# Comparing takes room and time as the square of the words.
_MOST_COMPARED = 2500
_MOST_ALIKE = 3
# How far around a passage the rest of a quotation may stand, in lengths of the quotation.
_AROUND = 1.5
_ROOM = 200


@dataclass(frozen=True, slots=True)
class NearPlace(Place):
    """A place whose words come near to a quotation, and how they differ from it.

    `likeness` is the share of words that are the same, from 0 to 1. At 1 only
    punctuation differs.
    """

    changes: tuple[Change, ...]
    likeness: float


@dataclass(frozen=True, slots=True)
class Wording:
    """Where words stand.

    `exact` are the first of `total` places in `documents` documents where they
    stand word for word, by source and place. `near` are places of other documents
    that come near to them, nearest first, and `alike` passages that say it in other
    words, where nothing stands exactly. `remarks` say what was not looked for, and
    why; `took_ms` are the milliseconds used.
    """

    words: str
    exact: tuple[Place, ...]
    total: int
    documents: int
    near: tuple[NearPlace, ...]
    alike: tuple[Excerpt, ...]
    remarks: tuple[str, ...]
    took_ms: float


def find_words(
    library: Library,
    words: str,
    *,
    only: Filter | None = None,
    most: int = 10,
    near: bool = True,
    meaning: bool = True,
    threshold: float = THRESHOLD,
) -> Wording:
    """Where the words stand in the documents that `only` keeps, at most so many places of a kind.

    Places that come near are looked for only with `near`, and passages that say it in
    other words only with `meaning`, where the words stand nowhere exactly; these are given
    where their confidence is at least the threshold.

    Raises `QuotationError` for words that are none, too many or no text, and
    `FilterError` for a filter that keeps no document.
    """
    if most < 1:
        raise QuotationError(f"at most {most} places cannot be shown; ask for at least 1")
    asked = checked_quotation(words)
    watch = Stopwatch()
    remark = _remark(asked)
    found = library.standing(asked, only=only, most=most, similar=near and not remark)
    nearest = _near(asked, found.similar, most, _NEAR_BESIDES if found.total else 0.0)
    alike: tuple[Excerpt, ...] = ()
    if meaning and not remark and not found.total:
        alike = _alike(library, asked, only, threshold, besides=nearest)
    watch.finish("find")
    return Wording(
        words=asked,
        exact=tuple(Place(one.document, one.start, one.end) for one in found.exact),
        total=found.total,
        documents=found.documents,
        near=nearest,
        alike=alike,
        remarks=(remark,) if remark else (),
        took_ms=watch.took_ms,
    )


def find_parts(
    library: Library, parts: Sequence[str], *, only: Filter | None = None
) -> tuple[tuple[Place, ...], ...]:
    """A place for each of the parts of a quotation, in order, in each document that has them so.

    They stand word for word, one after the other, and of several the closest
    together. Documents are in the order of their sources. Raises as `find_words` does.
    """
    asked = [checked_quotation(part) for part in parts]
    return tuple(
        tuple(Place(one.document, one.start, one.end) for one in chain)
        for chain in library.standing_in_order(asked, only=only)
    )


def checked_quotation(words: str) -> str:
    """The words without space at their ends; raises `QuotationError`."""
    asked = words.strip()
    if not asked:
        raise QuotationError("the quotation is empty; give the words to look for")
    if len(asked) > LONGEST_QUOTATION:
        raise QuotationError(
            f"the quotation has {len(asked):,} characters; at most {LONGEST_QUOTATION:,} are "
            "taken: give a part of it"
        )
    if any(unicodedata.category(sign) in {"Cc", "Cs"} and not sign.isspace() for sign in asked):
        raise QuotationError("the quotation holds control characters; give plain text")
    if not is_phrase(asked):
        raise QuotationError(f"the quotation {asked[:40]!r} has no words; give some")
    return asked


def extent(words: str) -> float:
    """How many words there are; of a script without spaces, two characters are one."""
    keys = words_in(words).keys
    return len(keys) - sum(len(key) == 1 and key > "\u0e00" for key in keys) / 2


def _remark(words: str) -> str:
    """Why the words are looked for only as they stand; nothing where they are not."""
    size = extent(words)
    if size <= 1:
        return (
            f"one word is looked for only as it stands; for what comes near give {_FEWEST} words"
        )
    if size < _FEWEST:
        return (
            "so few words are looked for only as they stand; for what comes near give "
            f"{_FEWEST} words"
        )
    if (number := len(words_in(words))) > _MOST_COMPARED:
        return (
            f"{number:,} words are looked for only as they stand; for what comes near give "
            f"{_MOST_COMPARED:,} at most"
        )
    return ""


def _near(
    words: str, similar: Sequence[Stretch], most: int, least: float
) -> tuple[NearPlace, ...]:
    keys = words_in(words).keys
    room = round(_AROUND * len(words)) + _ROOM
    found: dict[tuple[str, int, int], NearPlace] = {}
    taken: dict[str, list[Span]] = {}
    for one in similar:
        own = taken.setdefault(one.document.id, [])
        if any(start <= one.start and one.end <= end for start, end in own):
            continue
        low, high = max(0, one.start - room), min(len(one.document.text), one.end + room)
        alignment = aligned(words, one.document.text, low, high)
        if alignment is None or not _is_near(keys, alignment, least):
            continue
        own.append((alignment.start, alignment.end))
        place = NearPlace(
            one.document,
            alignment.start,
            alignment.end,
            alignment.changes,
            alignment.likeness,
        )
        found.setdefault((one.document.id, place.start, place.end), place)
    ordered = sorted(
        found.values(), key=lambda one: (-one.likeness, one.document.source, one.start)
    )
    kept: list[NearPlace] = []
    for place in ordered:
        if not any(_overlap(place, other) for other in kept):
            kept.append(place)
    return tuple(kept[:most])


def _is_near(words: Sequence[str], alignment: Alignment, least: float) -> bool:
    """Whether so much is the same that it may be the source of the words.

    The likeness must be the `least` one, or less for many words, and for few that
    are the same in most of what they tell.
    """
    if len(alignment.same) < _FEWEST or alignment.likeness < least:
        return False
    if alignment.likeness >= _NEAR:
        return True
    if len(words) >= _LONG:
        return alignment.likeness >= _NEAR_IF_LONG
    telling = sum(word not in FUNCTION_WORDS for word in words)
    same = sum(word not in FUNCTION_WORDS for word in alignment.same)
    return alignment.likeness >= _NEAR_IN_CONTENT and 2 * same > telling


def _overlap(place: Place, other: Place) -> bool:
    return (
        place.document.id == other.document.id
        and place.start < other.end
        and other.start < place.end
    )


def _alike(
    library: Library,
    words: str,
    only: Filter | None,
    threshold: float,
    *,
    besides: Sequence[NearPlace],
) -> tuple[Excerpt, ...]:
    """Passages that say it in other words, if it is likely that they do."""
    text = " ".join(words.split())[:LONGEST_QUESTION]
    ranked = rank(text, library.search(text, only=only))
    if confidence(ranked) < threshold:
        return ()
    found = excerpts(ranked, limit=_MOST_ALIKE)
    return tuple(one for one in found if not any(_overlap(one, other) for other in besides))
