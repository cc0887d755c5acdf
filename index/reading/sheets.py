"""Reads Excel workbooks, sheet by sheet."""

import warnings
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta
from io import BytesIO
from itertools import chain, islice
from typing import Final

from index.documents import Reading
from index.reading.archive import open_archive, reporting_damage
from index.reading.draft import Draft
from index.reading.properties import core_properties
from index.reading.rows import looks_like_header, without_blank_end

MEDIA_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_MOST_BLANK_ROWS: Final = 1000
_PEEK: Final = 1000
_MOST_TITLE_ROWS: Final = 20
_DIGITS: Final = 15  # as many as Excel keeps


def read_xlsx(data: bytes) -> Reading:
    """Read every sheet's values, hidden sheets included, with the sheets' own row numbers."""
    with open_archive(data) as archive:
        properties = core_properties(archive)
    draft = Draft()
    with reporting_damage(), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about styles and extensions, which hold no text
        from openpyxl import load_workbook

        workbook = load_workbook(BytesIO(data), read_only=True, data_only=True)
        for number, sheet in enumerate(workbook.worksheets, 1):
            sheet.reset_dimensions()  # what a sheet declares may be a million rows of nothing
            _write_sheet(draft, number, sheet.title, sheet.iter_rows(values_only=True))
        workbook.close()
    return draft.reading(
        MEDIA_TYPE,
        title=properties.title,
        author=properties.author,
        date=properties.date,
        language=properties.language,
        tags=properties.tags,
    )


def _write_sheet(
    draft: Draft, number: int, name: str, values: Iterable[tuple[object, ...]]
) -> None:
    rows = _filled_part(values)
    first: list[list[str]] = []
    for row in rows:
        first.append(row)
        if row and len(first) >= _PEEK:
            break
    filled = [row for row in first if row]
    if not filled:
        return
    draft.mark("sheet", number, name)
    indent = min(_indent(row) for row in filled)
    table = (row[min(indent, _indent(row)) :] for row in chain(first, rows))
    above = _lines_above_header(first)
    if above:
        draft.table(list(islice(table, above)), header=False)
        draft.table(table, first_row=above + 1)
    else:
        draft.table(table, header=looks_like_header(filled[0][indent:]))


def _lines_above_header(rows: list[list[str]]) -> int:
    """Count the rows of titles, one cell each, that stand above a header."""
    titled = False
    for place, row in enumerate(rows[:_MOST_TITLE_ROWS]):
        if sum(map(bool, row)) > 1:
            return place if titled and looks_like_header(row[_indent(row) :]) else 0
        titled = titled or bool(row)
    return 0


def _filled_part(values: Iterable[tuple[object, ...]]) -> Iterator[list[str]]:
    """Yield rows of texts, up to a long run of rows that were formatted and never filled."""
    blank = 0
    for cells in values:
        row = without_blank_end([_text(value) for value in cells])
        if row:
            blank = 0
        elif cells:
            blank += 1
        if blank > _MOST_BLANK_ROWS:
            return
        yield row


def _indent(row: list[str]) -> int:
    """Count the blank cells before the first filled one; tables need not begin in column A."""
    return next((place for place, cell in enumerate(row) if cell), 0)


def _text(value: object) -> str:
    """Write a value as a reader of the sheet would, dates as ISO 8601."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return format(value, f".{_DIGITS}g")
    if isinstance(value, datetime):
        text = value.isoformat(" ", "seconds" if value.second else "minutes")
        return text.removesuffix(" 00:00")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time):
        return value.isoformat("seconds" if value.second else "minutes")
    if isinstance(value, timedelta):
        return str(value - timedelta(microseconds=value.microseconds))
    return " ".join(str(value).split())
