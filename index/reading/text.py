"""Plain text and Markdown, character by character as they are written."""

import datetime
import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import yaml

from index.documents import Heading, Landmark, Reading, Table
from index.reading.declared import parse_date
from index.reading.draft import clean
from index.reading.encodings import decode
from index.reading.front_matter import declared_item
from index.reading.tags import as_tags, tags_of

_FRONT_MATTER = re.compile(r"---[ \t]*\n(.*?)\n(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
_LONGEST_FRONT_MATTER = 1 << 16
_FENCE = re.compile(r"\s*(?:[-*+>] +)*(`{3,}|~{3,})(.*)")
_ATX = re.compile(r" {0,3}(#{1,6})(?:[ \t]|$)")
_CLOSING = re.compile(r"(?:^|[ \t])#+$")
_UNDERLINE = re.compile(r" {0,3}(=+|-{2,})[ \t]*$")
_NOT_A_TITLE = re.compile(r" {4}|\t|\s*(?:[-*+>|#]|\d+[.)])(?:\s|$)|\s*(?:[-*_=]\s*){3,}$")
_DELIMITER = re.compile(r"\s*\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)*\|?\s*$")
_CELL_BORDER = re.compile(r"(?<!\\)\|")
_LINK = re.compile(r"!?\[([^\[\]]*)\](?:\([^()]*\)|\[[^\[\]]*\])")
_EMPHASIS = re.compile(r"(\*\*|__|`+|(?<!\w)[*_]|[*_](?!\w))")
_ATTRIBUTES = re.compile(r" ?\{[#.][^{}]*\}$")


@dataclass(frozen=True, slots=True)
class _Line:
    start: int
    text: str

    @property
    def end(self) -> int:
        return self.start + len(self.text)


def read_text(data: bytes) -> Reading:
    """Read plain text; nothing but the newlines is changed."""
    return Reading(text=_source(data), media_type="text/plain")


def read_markdown(data: bytes) -> Reading:
    """Read Markdown; its text is the source itself."""
    text = _source(data)
    matter, body = _front_matter(text)
    lines = list(_prose_lines(text, body))
    tables, landmarks = _tables(lines)
    headings = _headings(lines, tables)
    first = next((heading.title for heading in headings if heading.level == 1), None)
    return Reading(
        text=text,
        media_type="text/markdown",
        title=_words(matter.get("title")) or first,
        author=_names(matter.get("author") or matter.get("authors")),
        date=_date(matter.get("date")),
        tags=as_tags((*tags_of(matter.get("tags")), *tags_of(matter.get("keywords")))),
        language=_words(matter.get("language")) or _words(matter.get("lang")),
        bibliography=declared_item(matter),
        headings=tuple(headings),
        landmarks=tuple(landmarks),
        tables=tuple(tables),
    )


def _source(data: bytes) -> str:
    return clean(decode(data)).removeprefix("\ufeff")


def _front_matter(text: str) -> tuple[Mapping[object, object], int]:
    """Return what the YAML at the top declares, and where the body begins."""
    match = _FRONT_MATTER.match(text[:_LONGEST_FRONT_MATTER])
    if match is None:
        return {}, 0
    try:
        matter = yaml.safe_load(match[1])
    except (yaml.YAMLError, ValueError, RecursionError):
        return {}, 0
    return (matter, match.end()) if isinstance(matter, Mapping) else ({}, 0)


def _prose_lines(text: str, start: int) -> Iterator[_Line]:
    """Yield the lines outside fenced code; a fence stands as an empty line."""
    fence = ""
    for line in text[start:].split("\n"):
        match = _FENCE.match(line)
        if fence:
            closes = match is not None and match[1].startswith(fence) and not match[2].strip()
            fence = "" if closes else fence
            yield _Line(start, "")
        elif match is not None and not (match[1][0] == "`" and "`" in match[2]):
            fence = match[1]
            yield _Line(start, "")
        else:
            yield _Line(start, line)
        start += len(line) + 1


def _tables(lines: list[_Line]) -> tuple[list[Table], list[Landmark]]:
    tables: list[Table] = []
    landmarks: list[Landmark] = []
    after = 0
    for position in range(len(lines) - 1):
        header, delimiter = lines[position], lines[position + 1]
        if position < after or not _heads_table(header.text, delimiter.text):
            continue
        after = position + 2
        while after < len(lines) and "|" in lines[after].text:
            after += 1
        rows = [header, *lines[position + 2 : after]]
        landmarks += [Landmark("row", row.start, n) for n, row in enumerate(rows, 1)]
        end = max(rows[-1].end, delimiter.end)
        tables.append(Table(header.start, end, delimiter.end))
    return tables, landmarks


def _heads_table(header: str, delimiter: str) -> bool:
    return (
        "|" in header
        and "|" in delimiter
        and _DELIMITER.match(delimiter) is not None
        and _width(header) == _width(delimiter)
    )


def _width(row: str) -> int:
    row = row.strip().removeprefix("|")
    if _CELL_BORDER.search(row[-2:]):
        row = row[:-1]
    return len(_CELL_BORDER.split(row))


def _headings(lines: list[_Line], tables: list[Table]) -> list[Heading]:
    headings: list[Heading] = []
    before = ""
    starts = [table.start for table in tables]
    for line, below in zip(lines, [*lines[1:], _Line(0, "")], strict=True):
        if match := _ATX.match(line.text):
            source = _CLOSING.sub("", line.text[match.end() :].strip())
            headings.append(Heading(line.start, line.end, len(match[1]), _title(source)))
        elif (
            not before.strip()
            and line.text.strip()
            and (match := _UNDERLINE.match(below.text))
            and not _NOT_A_TITLE.match(line.text)
            and not _begins_table(starts, line.start)
        ):
            level = 1 if match[1][0] == "=" else 2
            headings.append(Heading(line.start, below.end, level, _title(line.text)))
        # An underline or a heading ends the paragraph above as a blank line does.
        ends = _ATX.match(line.text) or _UNDERLINE.match(line.text)
        before = "" if ends else line.text
    return [heading for heading in headings if heading.title]


def _begins_table(starts: list[int], start: int) -> bool:
    position = bisect_left(starts, start)
    return position < len(starts) and starts[position] == start


def _title(source: str) -> str:
    plain = _EMPHASIS.sub("", _LINK.sub(r"\1", _ATTRIBUTES.sub("", " ".join(source.split()))))
    return " ".join(plain.split())


def _words(value: object) -> str | None:
    return " ".join(value.split()) or None if isinstance(value, str) else None


def _names(value: object) -> str | None:
    people = value if isinstance(value, list) else [value]
    named = (_words(man.get("name") if isinstance(man, Mapping) else man) for man in people)
    return "; ".join(name for name in named if name) or None


def _date(value: object) -> str | None:
    if isinstance(value, datetime.datetime):
        return value.date().isoformat()
    if isinstance(value, datetime.date):
        return value.isoformat()
    return parse_date(str(value)) if isinstance(value, str | int) else None
