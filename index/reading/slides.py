"""Reads presentations, slide by slide."""

from collections.abc import Iterable, Iterator, Sequence
from io import BytesIO
from typing import Any, Final

from index.documents import Reading
from index.reading.archive import open_archive, parse_xml, reporting_damage
from index.reading.draft import Draft
from index.reading.properties import core_properties, one_line
from index.reading.rows import looks_like_header, without_blank_end

MEDIA_TYPE: Final = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
_A: Final = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_DIAGRAM: Final = "{http://schemas.openxmlformats.org/drawingml/2006/diagram}"
_DIAGRAM_DATA: Final = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}dm"
# The library takes these for parts without slides.
_WITH_MACROS: Final = (
    "application/vnd.ms-powerpoint.template.macroEnabled.main+xml",
    "application/vnd.ms-powerpoint.slideshow.macroEnabled.main+xml",
)
_ONE_LINE_APART: Final = 228_600  # a quarter of an inch in English Metric Units


def read_pptx(data: bytes) -> Reading:
    """Read a presentation, also one with macros, a show or a template."""
    with open_archive(data) as archive:
        properties = core_properties(archive)
    draft = Draft()
    with reporting_damage():
        from pptx.opc.package import PartFactory
        from pptx.package import Package
        from pptx.parts.presentation import PresentationPart

        PartFactory.part_type_for.update(dict.fromkeys(_WITH_MACROS, PresentationPart))
        presentation = Package.open(BytesIO(data)).main_document_part.presentation
        for number, slide in enumerate(presentation.slides, 1):
            _write_slide(draft, slide, number)
    return draft.reading(
        MEDIA_TYPE,
        title=properties.title,
        author=properties.author,
        date=properties.date,
        language=properties.language,
        tags=properties.tags,
    )


# The library has no types: slides, shapes and paragraphs are Any.
def _write_slide(draft: Draft, slide: Any, number: int) -> None:
    title_shape = slide.shapes.title
    title = None if title_shape is None else one_line(_plain(title_shape.text_frame.text))
    draft.mark("slide", number, title)
    if title is not None:
        draft.heading(1, title)
    shapes = [shape for shape in slide.shapes if shape != title_shape]
    for shape in _in_reading_order(shapes):
        _write_shape(draft, shape)
    notes = slide.notes_slide.notes_text_frame if slide.has_notes_slide else None
    if notes is not None:
        _write_paragraphs(draft, notes.paragraphs)


def _in_reading_order(shapes: Iterable[Any]) -> Iterator[Any]:
    """Yield shapes from top to bottom, those of one height from left to right."""
    line: list[Any] = []
    for shape in sorted(shapes, key=_top):
        if line and _top(shape) - _top(line[0]) > _ONE_LINE_APART:
            yield from sorted(line, key=_left)
            line = []
        line.append(shape)
    yield from sorted(line, key=_left)


def _top(shape: Any) -> int:
    return int(shape.top or 0)


def _left(shape: Any) -> int:
    return int(shape.left or 0)


def _write_shape(draft: Draft, shape: Any) -> None:
    if shape.is_placeholder and _repeats_on_every_slide(shape):
        return
    if hasattr(shape, "shapes"):
        for inner in _in_reading_order(shape.shapes):
            _write_shape(draft, inner)
    elif shape.has_text_frame:
        _write_paragraphs(draft, shape.text_frame.paragraphs)
    elif getattr(shape, "has_table", False):
        _write_table(draft, shape.table)
    elif (drawn := next(shape._element.iter(f"{_DIAGRAM}relIds"), None)) is not None:  # noqa: SLF001 (there is no other way)
        _write_diagram(draft, shape.part.related_part(drawn.get(_DIAGRAM_DATA)).blob)


def _repeats_on_every_slide(shape: Any) -> bool:
    from pptx.enum.shapes import PP_PLACEHOLDER

    return shape.placeholder_format.type in (
        PP_PLACEHOLDER.DATE,
        PP_PLACEHOLDER.FOOTER,
        PP_PLACEHOLDER.HEADER,
        PP_PLACEHOLDER.SLIDE_NUMBER,
    )


def _write_paragraphs(draft: Draft, paragraphs: Sequence[Any]) -> None:
    for paragraph in paragraphs:
        draft.block(_plain(paragraph.text).strip())


def _write_table(draft: Draft, table: Any) -> None:
    rows = [
        without_blank_end(
            ["" if cell.is_spanned else one_line(_plain(cell.text)) or "" for cell in row.cells]
        )
        for row in table.rows
    ]
    header = len(rows) > 1 and (bool(table.first_row) and looks_like_header(rows[0]))
    draft.table(rows, header=header)


def _write_diagram(draft: Draft, data: bytes) -> None:
    """Write the words of a SmartArt drawing, which lie in a part of their own."""
    for point in parse_xml(data).iter(f"{_DIAGRAM}pt"):
        if point.get("type", "node") == "node":
            for paragraph in point.iter(f"{_A}p"):
                draft.block("".join(run.text or "" for run in paragraph.iter(f"{_A}t")).strip())


def _plain(text: str) -> str:
    return text.replace("\v", "\n")  # how the library writes a line break
