"""Where a span stands in its document, and how to say so."""

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from index.documents import Document, Heading, Landmark, LandmarkKind

# In these the lines are the author's or the printer's; elsewhere only paragraphs are.
_LINED = frozenset({"text/plain", "text/markdown", "application/pdf", "message/rfc822"})

_PARAGRAPH_BREAK = re.compile(r"\n[^\S\n]*\n\s*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Locator:
    """The place of a span, counted from 1; `last_…` is where it ends.

    Lines count within the page where there are pages and within the part in
    e-mail, else within the document; paragraphs within the innermost section.
    Rows are those of sheets and of tables whose lines nobody can count.
    """

    page: int | None = None
    last_page: int | None = None
    page_label: str | None = None
    last_page_label: str | None = None
    slide: int | None = None
    sheet: str | None = None
    row: int | None = None
    last_row: int | None = None
    part: str | None = None
    section: tuple[str, ...] = ()
    paragraph: int | None = None
    line: int
    last_line: int

    @property
    def text(self) -> str:
        """The place in words, as a citation ends with it."""
        if self.page is not None and self.last_page is not None:
            first = self.page_label or str(self.page)
            last = self.last_page_label or str(self.last_page)
            if self.last_page != self.page:
                return f"pp. {first}–{last}"
            places = [f"p. {first}"]
        elif self.slide is not None:
            return f"slide {self.slide}"
        else:
            places = []
            if self.sheet is not None:
                places.append(f"sheet “{self.sheet}”")
            if self.part is not None:
                places.append(self.part)
            if self.section:
                places.append(f"section “{self.section[-1]}”")
            if self.row is not None and self.last_row is not None:
                return ", ".join([*places, _range("row", self.row, self.last_row)])
        if self.paragraph is not None:
            places.append(f"paragraph {self.paragraph}")
        else:
            places.append(_range("line", self.line, self.last_line))
        return ", ".join(places)


def locate(document: Document, start: int, end: int) -> Locator:
    """The place of document.text[start:end], computed from both its ends."""
    if not 0 <= start < end <= len(document.text):
        msg = (
            f"the span {start}-{end} is not within the document's {len(document.text)} characters"
        )
        raise ValueError(msg)
    last = end - 1
    marks: dict[LandmarkKind, list[Landmark]] = {}
    for mark in document.landmarks:
        marks.setdefault(mark.kind, []).append(mark)
    page, last_page = _last(marks.get("page"), start), _last(marks.get("page"), last)
    row, last_row = _last(marks.get("row"), start), _last(marks.get("row"), last)
    lined = document.media_type in _LINED or page is not None
    in_table = not lined and document.table_at(start) is not None
    slide = _last(marks.get("slide"), start)
    sheet = _last(marks.get("sheet"), start)
    part = _last(marks.get("part"), start)
    section, section_start = _section(document, start)
    base = page.start if page else part.start if part else 0
    line = document.text.count("\n", base, start) + 1
    last_base = last_page.start if last_page and last_page is not page else base
    breaks = len(_PARAGRAPH_BREAK.findall(document.text, section_start, start))
    return Locator(
        page=page.number if page else None,
        last_page=last_page.number if last_page else None,
        page_label=page.label if page else None,
        last_page_label=last_page.label if last_page else None,
        slide=slide.number if slide else None,
        sheet=sheet.label if sheet else None,
        row=row.number if row and in_table else None,
        last_row=last_row.number if last_row and in_table else None,
        part=part.label if part else None,
        section=section,
        paragraph=None if lined else breaks + (0 if section else 1),
        line=line,
        last_line=document.text.count("\n", last_base, last) + 1,
    )


def _last(marks: Sequence[Landmark] | None, offset: int) -> Landmark | None:
    """The last of the marks that stands at or before the offset."""
    position = bisect_right(marks or (), offset, key=lambda mark: mark.start)
    return marks[position - 1] if marks and position else None


def _section(document: Document, offset: int) -> tuple[tuple[str, ...], int]:
    """The heading path at an offset, and where the innermost heading ends."""
    path: list[Heading] = []
    for heading in document.headings:
        # A heading itself stands in the section above it.
        if heading.end > offset:
            break
        path = [above for above in path if above.level < heading.level] + [heading]
    return tuple(heading.title for heading in path), path[-1].end if path else 0


def _range(what: str, first: int, last: int) -> str:
    return f"{what} {first}" if first == last else f"{what}s {first}–{last}"
