"""HTML tables that hold data, told from those that only arrange a page."""

from dataclasses import dataclass

from lxml.html import HtmlElement

from index.reading.inline import inline_text, is_unseen

_WIDEST_SPAN = 100
_MOST_COLUMNS = 1000
_MOST_CELLS = 2_000_000
_LONGEST_CELL = 1000
_ARRANGING = ("table", "h1", "h2", "h3", "h4", "h5", "h6", "pre")


@dataclass(frozen=True, slots=True)
class HtmlTable:
    """The cells as a reader sees them; merged cells speak once, in their first place."""

    captions: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    header: bool


def data_table(element: HtmlElement) -> HtmlTable | None:
    """Return the cells of a data table, or None where the table only arranges the page."""
    if next(element.iterdescendants(*_ARRANGING), None) is not None:
        return None
    lines = [row for row in element.iterdescendants("tr") if not is_unseen(row)]
    grid = _grid(lines)
    rows = _without_blank_columns(grid) if grid else ()
    if not rows or max(map(len, rows)) < 2 or _longest(rows) > _LONGEST_CELL:
        return None
    header = _is_header(lines[0])
    if len(rows) == 1 and not header:
        return None
    captions = tuple(inline_text(caption) for caption in element.iterchildren("caption"))
    return HtmlTable(captions, rows, header)


def _grid(lines: list[HtmlElement]) -> list[dict[int, str]] | None:
    """Each row's texts by column, past the columns that cells above reach down into."""
    grid: list[dict[int, str]] = []
    taken: dict[int, int] = {}
    for line in lines:
        row: dict[int, str] = {}
        below: dict[int, int] = {}
        column = 0
        for cell in line.iterchildren("td", "th"):
            if is_unseen(cell):
                continue
            while taken.get(column):
                column += 1
            row[column] = inline_text(cell)
            width = _span(cell, "colspan")
            height = _span(cell, "rowspan")
            below.update(dict.fromkeys(range(column, column + width), height - 1))
            column += width
            if column > _MOST_COLUMNS:
                return None
        taken = {place: left - 1 for place, left in taken.items() if left > 1}
        taken.update((place, left) for place, left in below.items() if left)
        grid.append(row)
    return grid


def _without_blank_columns(grid: list[dict[int, str]]) -> tuple[tuple[str, ...], ...]:
    columns = sorted({column for row in grid for column, text in row.items() if text.strip()})
    if len(columns) * len(grid) > _MOST_CELLS:
        return ()
    return tuple(tuple(row.get(column, "") for column in columns) for row in grid)


def _longest(rows: tuple[tuple[str, ...], ...]) -> int:
    return max(len(cell) for row in rows for cell in row)


def _is_header(line: HtmlElement) -> bool:
    parent = line.getparent()
    cells = list(line.iterchildren("td", "th"))
    return (parent is not None and parent.tag == "thead") or (
        bool(cells) and all(cell.tag == "th" for cell in cells)
    )


def _span(cell: HtmlElement, name: str) -> int:
    value = (cell.get(name) or "").strip()
    return min(max(int(value), 1), _WIDEST_SPAN) if value.isdecimal() else 1
