"""Dates as people and programs write them, as ISO 8601 as far as they go."""

import re
from calendar import monthrange

_MONTH_NAMES = "jan feb mar apr may jun jul aug sep oct nov dec"
_MONTHS = {name: number for number, name in enumerate(_MONTH_NAMES.split(), 1)}
_MONTH = (
    r"(?P<name>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
_YEAR = r"(?P<year>1[4-9]\d\d|20\d\d)"
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_WEEKDAY = r"(?:(?:mon|tue|tues|wed|wednes|thu|thur|thurs|fri|sat|satur|sun)(?:day)?\.?,?\s+)?"
_TIME = (
    r"(?:(?:[T,]\s*|\s+)(?:at\s+)?\d{1,2}:\d\d(?::\d\d(?:[.,]\d+)?)?\s*(?:[ap]\.?m\.?)?"
    r"\s*(?:Z|UTC|[A-Z]{2,4}|[+-]\d\d:?\d\d)?(?:\s*\([A-Z]+\))?)?"
)

_FORMS = tuple(
    re.compile(form + _TIME, re.IGNORECASE)
    for form in (
        rf"{_YEAR}(?:-(?P<month>\d\d)(?:-(?P<day>\d\d))?)?",
        rf"{_YEAR}/(?P<month>\d\d?)/(?P<day>\d\d?)",
        rf"{_WEEKDAY}{_DAY}[\s-]+(?:of\s+)?{_MONTH}[\s,-]+{_YEAR}",
        rf"{_WEEKDAY}{_MONTH}\s+{_DAY},?\s+{_YEAR}",
        rf"{_MONTH},?\s+{_YEAR}",
    )
)
_PDF = re.compile(r"D:\s*(?P<year>\d{4})(?P<month>\d\d)?(?P<day>\d\d)?\d*(?:Z|[+-].*)?")
_NUMBERS = re.compile(rf"(\d\d?)([/.-])(\d\d?)\2{_YEAR}" + _TIME, re.IGNORECASE)
_LONGEST = 80


def parse_date(text: str) -> str | None:
    """Return a date as 2020-09-22, 2020-09 or 2020; None if it is none, or not a certain one."""
    text = " ".join(text.split())
    if len(text) > _LONGEST:
        return None
    for form in (*_FORMS, _PDF):
        if match := form.fullmatch(text):
            parts = match.groupdict()
            name = parts.get("name")
            month = _MONTHS[name[:3].lower()] if name else parts.get("month")
            return _iso(int(parts["year"]), month, parts.get("day"))
    if match := _NUMBERS.fullmatch(text):
        return _from_numbers(int(match[1]), int(match[3]), int(match["year"]))
    return None


def _from_numbers(first: int, second: int, year: int) -> str | None:
    """Day and month come in either order; only one may be possible."""
    possible = {_iso(year, month, day) for day, month in ((first, second), (second, first))}
    possible.discard(None)
    return possible.pop() if len(possible) == 1 else None


def _iso(year: int, month: str | int | None, day: str | int | None) -> str | None:
    if month is None:
        return f"{year:04}"
    month = int(month)
    if not 1 <= month <= 12 or year < 1:
        return None
    if day is None:
        return f"{year:04}-{month:02}"
    day = int(day)
    return f"{year:04}-{month:02}-{day:02}" if 1 <= day <= monthrange(year, month)[1] else None
