"""The canonical text as a reader writes it down, with the marks that point into it."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from index.documents import Heading, Landmark, LandmarkKind, Reading, Table

_UNUSABLE = re.compile("[\x00\ud800-\udfff]")
_CELL_SEPARATOR = " | "


def clean(text: str) -> str:
    """Every newline as a line feed; characters that no store or page can hold as U+FFFD."""
    return _UNUSABLE.sub("\ufffd", text.replace("\r\n", "\n").replace("\r", "\n"))


class Draft:
    """Collects blocks of text; every mark is placed where the next block begins."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._length = 0
        self._pending: list[tuple[LandmarkKind, int, str | None]] = []
        self._headings: list[Heading] = []
        self._landmarks: list[Landmark] = []
        self._tables: list[Table] = []

    def __len__(self) -> int:
        return self._length

    def mark(self, kind: LandmarkKind, number: int, label: str | None = None) -> None:
        """Let a page, slide, sheet, row or part begin at the next block."""
        self._pending.append((kind, number, label))

    def block(self, text: str, *, gap: str = "\n\n") -> int | None:
        """Add a paragraph after `gap`; returns where it starts, or None if it is blank."""
        text = clean(text).rstrip()
        if not text.strip():
            return None
        if self._length:
            self._write(gap)
        start = self._length
        self._land()
        self._write(text)
        return start

    def heading(self, level: int, text: str) -> None:
        """Add a heading as a block of one line."""
        title = " ".join(clean(text).split())
        start = self.block(title)
        if start is not None:
            self._headings.append(Heading(start, self._length, level, title))

    def mark_heading(self, start: int, end: int, level: int, title: str) -> None:
        """Note that characters already written are a heading."""
        self._headings.append(Heading(start, end, level, title))

    def table(
        self, rows: Iterable[Sequence[str]], *, header: bool = True, first_row: int = 1
    ) -> None:
        """Add a table, a line a row, and a landmark a row; blank rows are left out."""
        start, header_end = None, 0
        for number, cells in enumerate(rows, first_row):
            line = _CELL_SEPARATOR.join(" ".join(clean(cell).split()) for cell in cells)
            if not line.strip(" |"):
                continue
            self.mark("row", number)
            row_start = self.block(line, gap="\n\n" if start is None else "\n")
            if row_start is not None and start is None:
                start = row_start
                header_end = self._length if header else start
        if start is not None:
            self._tables.append(Table(start, self._length, header_end))

    def reading(
        self,
        media_type: str,
        *,
        title: str | None = None,
        author: str | None = None,
        date: str | None = None,
        language: str | None = None,
        tags: Sequence[str] = (),
        bibliography: Mapping[str, Any] | None = None,
        silent_pages: Sequence[int] = (),
    ) -> Reading:
        """The finished reading; marks with no text after them stand at its end."""
        self._land()
        return Reading(
            text="".join(self._pieces),
            media_type=media_type,
            title=title,
            author=author,
            date=date,
            language=language,
            tags=tuple(tags),
            bibliography=bibliography or {},
            headings=tuple(sorted(self._headings, key=lambda heading: heading.start)),
            landmarks=tuple(self._landmarks),
            tables=tuple(self._tables),
            silent_pages=tuple(silent_pages),
        )

    def _write(self, text: str) -> None:
        self._pieces.append(text)
        self._length += len(text)

    def _land(self) -> None:
        for kind, number, label in self._pending:
            self._landmarks.append(Landmark(kind, self._length, number, label))
        self._pending.clear()
