"""Rows of cells: what every table, sheet and record has in common."""

import re
from collections.abc import Sequence
from typing import Final

_NUMBER: Final = re.compile(
    r"[-+(]?[$€£¥]?\s?\d[\d.,'\s\u00a0\u202f]*(?:e[-+]?\d+)?\s?[%€$£)]?|\d{4}-\d\d-\d\d.*",
    re.IGNORECASE,
)
_LONGEST_LABEL: Final = 120


def is_number(cell: str) -> bool:
    """Whether a cell holds a number, an amount or a date rather than words."""
    return _NUMBER.fullmatch(cell.strip()) is not None


def without_blank_end(cells: list[str]) -> list[str]:
    """Leave out the blank cells at the end of a row."""
    while cells and not cells[-1].strip():
        cells.pop()
    return cells


def looks_like_header(cells: Sequence[str]) -> bool:
    """Whether a row names columns: several cells, all filled with short words, none a number."""
    filled = without_blank_end([cell.strip() for cell in cells])
    return (
        len(filled) > 1
        and sum(map(bool, filled)) >= len(filled) - 1
        and not any(is_number(cell) or len(cell) > _LONGEST_LABEL for cell in filled)
    )
