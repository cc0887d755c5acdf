"""Values as CSL-JSON has them: dates, pages, names."""

import re
from typing import Any

from index.reading.dates import parse_date

_RANGE = re.compile(r"(?<=\w)\s*(?:--+|[-‐‑‒–—])\s*(?=\w)")
_TEXT_MONTH = re.compile(r"(\d{4}) ([A-Za-z]{3,}\.?|\d{1,2})(?: (\d{1,2}))?")
_INITIAL = re.compile(r"[^\W\d_](?:\.-?[^\W\d_])*\.?")
_NAME_WORD = re.compile(r"[^\W\d_][^\W\d_.’'-]*(?:[-’'.][^\W\d_]+)*\.?")
_PARTICLES = frozenset(
    "van von der den de del della di da dos du la le al bin ibn ten ter".split()
)
_SUFFIXES = frozenset({"jr", "jr.", "sr", "sr.", "ii", "iii", "iv"})
_BODIES = frozenset(
    "the of and for a an in on at & agency association authors authority bank board bureau centre "
    "center college commission committee company corporation council court department desk "
    "division editors editorial federation foundation fund government group house inc "
    "inc. institute institution laboratory library limited ltd ltd. ministry museum network news "
    "newsroom office organisation organization parliament press project publications reuters "
    "school secretariat service services society staff state station team times union united "
    "university world".split()
)
_MOST_WORDS = 5


def date_of(written: str) -> dict[str, Any] | None:
    """A date as CSL-JSON has it: in parts if it is certain, else in words."""
    written = " ".join(written.split())
    if not written:
        return None
    day = written.partition("T")[0]
    if match := _TEXT_MONTH.fullmatch(written):
        # BibTeX has its year first.
        day = " ".join(filter(None, (match[3], match[2], match[1])))
        if match[2].isdigit():
            day = "-".join([match[1], *(f"{int(one):02}" for one in match.group(2, 3) if one)])
    if date := parse_date(day):
        return parts_of(date)
    return {"literal": written}


def parts_of(date: str) -> dict[str, Any]:
    """An ISO 8601 date, as far as it goes, in parts."""
    return {"date-parts": [[int(part) for part in date.split("-")]]}


def pages_of(written: str) -> str:
    """Page ranges with plain hyphens, as CSL-JSON has them."""
    return _RANGE.sub("-", written.strip())


def person_of(name: str) -> dict[str, str]:
    """A name in its parts, where they are plain to see; else as it is written.

    A body, such as a ministry, has no parts.
    """
    name = " ".join(name.split())
    family, comma, given = name.partition(", ")
    if (
        comma
        and given
        and "," not in given
        and all(map(_is_name, [*family.split(), *given.split()]))
    ):
        return {"family": family, "given": given}
    words = name.split()
    bodily = any(word.casefold() in _BODIES for word in words)
    if not 2 <= len(words) <= _MOST_WORDS or bodily or not all(map(_is_name, words)):
        return {"literal": name}
    suffix = words.pop() if len(words) > 2 and words[-1].lower() in _SUFFIXES else ""
    first = next(
        (n for n, word in enumerate(words[1:-1], 1) if word in _PARTICLES), len(words) - 1
    )
    after = next(
        (n for n in range(first, len(words)) if words[n] not in _PARTICLES), len(words) - 1
    )
    person = {
        "given": " ".join(words[:first]),
        "non-dropping-particle": " ".join(words[first:after]),
        "family": " ".join(words[after:]),
        "suffix": suffix,
    }
    return {part: value for part, value in person.items() if value}


def _is_name(word: str) -> bool:
    if word in _PARTICLES or word.lower() in _SUFFIXES or _INITIAL.fullmatch(word):
        return True
    return _NAME_WORD.fullmatch(word) is not None and not word[0].islower() and not word.isupper()
