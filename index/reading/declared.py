"""Title, author and date that a text itself declares near its top."""

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import replace

from index.documents import Reading
from index.reading.dates import parse_date as parse_date

_NEAR_TOP = 4000
_LINES_NEAR_TOP = 10
_LONGEST_LINE = 200
_LONGEST_TITLE = 120
_LONGEST_NAME = 80

_GLUED_DATE = re.compile(r"\s*date:?\s+(\d{4}-\d\d-\d\d)(?=\s|$)", re.IGNORECASE)
_DECORATION = "#*_>|\\ \t\ufeff"
_BETWEEN = re.compile(r"\s+[|•·–—]\s+|\s+-\s+|\t+")
_TITLE = re.compile(r"title:\s*(\S.*)", re.IGNORECASE)
_AUTHOR = re.compile(r"(?:authors?|written by|by-?line):?\s+(\S.*)", re.IGNORECASE)
_BY = re.compile(r"by\s+(\S.*)", re.IGNORECASE)
_DATE = re.compile(
    r"(?:date|dated|published|published on|publication date|date of publication|posted|posted on"
    r"|last updated|updated):?\s+(\S.*)",
    re.IGNORECASE,
)
_DAY_OR_MONTH = len("2020-09")

_NAME_WORD = re.compile(r"(?:[^\W\d_]['’.-]?)+\.?")
_PARTICLE_NAMES = "van von der den de del della di da dos du la le al bin ibn y e"
_PARTICLES = frozenset(_PARTICLE_NAMES.split())
_JOINING = frozenset({"and", "&"})
_OTHER_WORDS = (
    "the a an of in on at to for with from this that these those our your his her its their my "
    "all any no not virtue order law way email mail phone default reason means"
)
_NOT_IN_NAMES = frozenset(_OTHER_WORDS.split())
_SENTENCE_END = re.compile(r"[.!?:;,…。！？：；，][\"'”’)\]]*$")
_NOT_A_TITLE = re.compile(
    r"(?:dear|hi|hello|hey)\b|[-*+•]\s|https?://|www\.|WEBVTT|[\w.-]+@[\w.-]+$", re.IGNORECASE
)
_UNDERLINE = re.compile(r"([=\-~*#^\"'`+])\1{2,}\s*$")


def with_declared(reading: Reading) -> Reading:
    """Fill title, author and date from lines near the top; the text stays as it is."""
    lines = list(_lines_near_top(reading))
    title = reading.title or _first(map(_declared_title, lines))
    if title is None and reading.media_type == "text/plain":
        title = _title_line(reading.text)
    return replace(
        reading,
        title=title,
        author=reading.author or _first(map(_declared_author, lines)),
        date=reading.date or _glued_date(reading.text) or _first(map(_declared_date, lines)),
    )


def _lines_near_top(reading: Reading) -> Iterator[str]:
    """Yield the first short lines that are not in a table, without their decoration."""
    starts = [table.start for table in reading.tables]
    position = count = 0
    for line in reading.text[:_NEAR_TOP].split("\n"):
        start, position = position, position + len(line) + 1
        if not line.strip():
            continue
        count += 1
        table = bisect_right(starts, start) - 1
        in_table = table >= 0 and start < reading.tables[table].end
        if len(line) <= _LONGEST_LINE and not in_table:
            yield " ".join(line.strip(_DECORATION).replace("**", "").split(" "))
        if count == _LINES_NEAR_TOP:
            return


def _first(values: Iterator[str | None]) -> str | None:
    return next((value for value in values if value), None)


def _declared_title(line: str) -> str | None:
    match = _TITLE.fullmatch(line)
    return match[1].strip(_DECORATION + "\"'") or None if match else None


def _declared_author(line: str) -> str | None:
    for piece in _BETWEEN.split(line):
        if match := _AUTHOR.fullmatch(piece) or _BY.fullmatch(piece):
            return _person(match[1])
    return None


def _person(name: str) -> str | None:
    """Return a name of two to a dozen words that look like those of people."""
    words = name.replace(",", " ").split()
    own = [word for word in words if word.lower() not in _JOINING | _PARTICLES]
    if not 2 <= len(own) <= 12 or len(name) > _LONGEST_NAME:
        return None
    for word in own:
        if not _NAME_WORD.fullmatch(word) or word.lower() in _NOT_IN_NAMES or word[0].islower():
            return None
    if len(own[-1]) > 3 and own[-1].endswith(".") and own[-1].lower() not in ("ph.d.", "m.d."):
        return None
    return name.strip()


def _declared_date(line: str) -> str | None:
    for piece in _BETWEEN.split(line):
        match = _DATE.fullmatch(piece)
        date = parse_date(match[1] if match else piece)
        if date is not None and (match or len(date) >= _DAY_OR_MONTH):
            return date
    return None


def _glued_date(text: str) -> str | None:
    match = _GLUED_DATE.match(text)
    return parse_date(match[1]) if match else None


def _title_line(text: str) -> str | None:
    """Return the first line if it stands apart as titles do."""
    lines = [line.strip() for line in text[:_NEAR_TOP].lstrip("\ufeff\n\r\t ").split("\n")]
    if len(lines) > 2 and _UNDERLINE.match(lines[0]) and _UNDERLINE.match(lines[2]):
        lines = lines[1:]
    title, *rest = lines
    underlined = bool(rest) and _UNDERLINE.match(rest[0]) is not None
    apart = bool(rest) and (not rest[0] or underlined) and any(rest[1:])
    certain = (
        apart
        and len(title) < _LONGEST_TITLE
        and title[:1].isalnum() | (title[:1] in "\"'“‘«¿¡(")
        and not title[:1].islower()
        and any(map(str.isalpha, title))
        and not _SENTENCE_END.search(title)
        and not _NOT_A_TITLE.match(title)
        and not _DATE.fullmatch(title)
        and not _declared_author(title)
        and parse_date(title) is None
    )
    return " ".join(title.split()) if certain else None
