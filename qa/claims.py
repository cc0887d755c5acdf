"""Claims: sentences of a draft that state a number, a date or a name without quoting.

Whether one is true nobody can tell from words alone. What is told is whether a passage
speaks of all that the sentence names, and which.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from index import (
    FUNCTION_WORDS,
    Filter,
    Library,
    Span,
    content_words,
    folded_words,
    sentence_spans,
)
from qa.confidence import THRESHOLD, confidence
from qa.evidence import stems
from qa.excerpts import excerpts
from qa.places import Place
from qa.questions import LONGEST_QUESTION
from qa.ranking import rank

_MOST_READ = 8
# So much of what a claim says must be said by what supports it, besides all that it names.
_SHARE = 0.6

_NUMBER = re.compile(r"(?<![\w.,])[$€£]?\d+(?:[.,:]\d+)*")
_NAME = re.compile(r"[^\W\d_][\w’'-]*")
_GROUPED = re.compile(r"(?<=\d)[,\u00a0\u202f](?=\d{3}(?!\d))")
_NO_SENTENCE = re.compile(r"^(?:[ \t]*+(?:#{1,6}[ \t].*|\|.*)|[=\-*_|+: \t]{3,}+\r?)$", re.M)
_FEWEST_WORDS = 4
# What stands between a sentence that leads to a quotation and the quotation.
_ENDS = ".!?…”»\"'"
_BETWEEN = " \n\t\x00>“„«\"'‘"
# In English these have a capital and name nobody.
_CAPITALISED = FUNCTION_WORDS | {"i", "mr", "mrs", "ms", "dr", "sir", "god"}


@dataclass(frozen=True, slots=True)
class Claim:
    """A sentence at start:end of a draft; `told` are the numbers and names in it."""

    start: int
    end: int
    text: str
    told: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Support:
    """The passage that speaks of all that a claim tells, or the one that lacks the least.

    `missing` are the numbers and names that it lacks; if there are none, but most of
    the rest is not said, the words of the rest.
    """

    place: Place | None
    missing: tuple[str, ...]


def claims(prose: str, quoted: Sequence[Span]) -> Iterator[Claim]:
    """The claims of a text in which all that is no prose is blank, outside of what is quoted."""
    readable = _NO_SENTENCE.sub(lambda match: " " * len(match[0]), prose)
    edges = sorted(quoted)
    for start, end in sentence_spans(readable, 0, len(readable), None):
        n = bisect_left(edges, (end, end))
        ended = readable[end - 1] in _ENDS
        leads = not ended and n < len(edges) and not prose[end : edges[n][0]].strip(_BETWEEN)
        if leads or (n and edges[n - 1][1] > start):
            continue
        text = readable[start:end]
        words = _NAME.findall(text)
        told = tuple(dict.fromkeys(_told(text)))
        if told and len(words) >= _FEWEST_WORDS:
            yield Claim(start, end, " ".join(text.split()), told)


def supported(
    library: Library, claim: Claim, *, only: Filter | None = None, threshold: float = THRESHOLD
) -> Support:
    """The passage that supports a claim; the `missing` of any other says what it lacks."""
    text = claim.text[:LONGEST_QUESTION]
    ranked = rank(text, library.search(text, only=only))
    if confidence(ranked) < threshold:
        return Support(None, claim.told)
    found = [
        *(Place(one.document, one.start, one.end) for one in excerpts(ranked, limit=_MOST_READ)),
        *(Place(one.hit.document, one.hit.start, one.hit.end) for one in ranked[:_MOST_READ]),
    ]
    words = content_words(text)
    lacking = [(*_lacking(claim.told, words, place), place) for place in found]
    unnamed, unsaid, place = min(lacking, key=lambda one: (len(one[0]), len(one[1])))
    said_little = len(unsaid) > (1 - _SHARE) * len(words)
    return Support(place, unnamed or (unsaid if said_little else ()))


def _told(sentence: str) -> Iterator[str]:
    """Numbers and dates, and words with a capital that do not begin the sentence."""
    for match in _NUMBER.finditer(sentence):
        yield match[0]
    names = list(_NAME.finditer(sentence))
    for n, match in enumerate(names):
        if not match[0][0].isupper() or match[0].casefold() in _CAPITALISED:
            continue
        between = sentence[names[n - 1].end() : match.start()].rstrip() if n else ""
        first = n == 0 or between.endswith((".", "!", "?", ":"))
        beside = n + 1 < len(names) and names[n + 1][0][0].isupper()
        # A sentence begins with a capital whatever its word, a name often has two words.
        if not first or beside:
            yield match[0]


def _lacking(
    told: Sequence[str], words: Sequence[str], place: Place
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What of the two neither the passage nor what is above and known of it has."""
    document = place.document
    known = (document.name, document.author, document.date, *place.locator.section)
    said = " ".join(filter(None, (place.quote, *known)))
    numbers = {_plain(match[0]) for match in _NUMBER.finditer(said)}
    folded, held = folded_words(said), set(stems(said))
    return (
        tuple(one for one in told if not _has(one, numbers, folded)),
        tuple(word for word in words if not held.issuperset(stems(word))),
    )


def _has(told: str, numbers: set[str], words: str) -> bool:
    if told[-1].isdigit():
        return _plain(told) in numbers
    own = folded_words(re.sub(r"[’']s?$", "", told))
    return not own or own in words


def _plain(number: str) -> str:
    """A number without currency and grouping."""
    return _GROUPED.sub("", number.lstrip("$€£"))
