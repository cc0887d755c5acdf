"""Reads CSV and its kin; the file's own text is kept, and its records are marked."""

import csv
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

from index.documents import Landmark, Reading, Table
from index.reading.draft import clean
from index.reading.encodings import decode
from index.reading.rows import is_number, looks_like_header

_DELIMITERS: Final = (",", ";", "\t", "|")
_DECLARED: Final = re.compile(r"sep=([,;\t|])", re.IGNORECASE)  # a line that Excel understands
_SAMPLE: Final = 200
_LONGEST_RECORD: Final = 1000


@dataclass(frozen=True, slots=True)
class _Record:
    start: int
    end: int
    cells: tuple[str, ...]


def read_csv(data: bytes, name: str) -> Reading:
    """Read records parted by commas, semicolons, tabs or bars."""
    text = clean(decode(data))
    first_line = text[: text.find("\n")] if "\n" in text else text
    declared = _DECLARED.fullmatch(first_line.strip(" "))
    delimiter = declared[1] if declared else _delimiter(text, name)
    landmarks: list[Landmark] = []
    sample: list[_Record] = []
    end = 0
    for number, record in enumerate(_records(text, delimiter), 1):
        if any(cell.strip() for cell in record.cells) and not (declared and number == 1):
            landmarks.append(Landmark("row", record.start, number))
            end = record.end
            if len(sample) < _SAMPLE:
                sample.append(record)
    tables: tuple[Table, ...] = ()
    if sample:
        start = sample[0].start
        has_header = _has_header([record.cells for record in sample])
        tables = (Table(start, end, sample[0].end if has_header else start),)
    return Reading(
        text=text,
        media_type="text/tab-separated-values" if delimiter == "\t" else "text/csv",
        landmarks=tuple(landmarks),
        tables=tables,
    )


def _delimiter(text: str, name: str) -> str:
    """Choose the sign that cuts most records into the same number of cells, and most cells."""
    expected = "\t" if name.lower().endswith((".tsv", ".tab")) else ","
    best, best_score = expected, (0.0, 1)
    for delimiter in sorted(_DELIMITERS, key=lambda sign: sign != expected):
        records = islice(_records(text, delimiter), _SAMPLE)
        widths = Counter(len(record.cells) for record in records if any(record.cells))
        if not widths:
            continue
        width, count = max(widths.items(), key=lambda item: (item[0] > 1, item[1], item[0]))
        score = (count / widths.total(), width)
        if width > 1 and score > best_score:
            best, best_score = delimiter, score
    return best


def _records(text: str, delimiter: str) -> Iterator[_Record]:
    """Cut a text into records; where a quote never closes, the line is taken as it is."""
    position = reached = 0

    def lines() -> Iterator[str]:
        nonlocal reached
        while reached < len(text):
            start = reached
            reached = text.find("\n", start) + 1 or len(text) + 1
            yield text[start:reached]

    while position < len(text):
        reached = position
        try:
            for cells in csv.reader(lines(), delimiter=delimiter):
                if text.count("\n", position, reached) > _LONGEST_RECORD:
                    break
                yield _Record(position, reached - 1, tuple(cells))
                position = reached
        except csv.Error:  # a cell beyond what the library takes
            pass
        if position < len(text):
            reached = text.find("\n", position) + 1 or len(text) + 1
            line = text[position : reached - 1]
            yield _Record(position, reached - 1, tuple(line.split(delimiter)))
            position = reached


def _has_header(records: Sequence[tuple[str, ...]]) -> bool:
    first, *others = records
    return looks_like_header(first) and (
        any(is_number(cell) for cells in others for cell in cells)
        or sum(len(cells) == len(first) for cells in others) >= 2
    )
