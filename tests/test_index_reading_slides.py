"""Reading presentations."""

from io import BytesIO
from typing import Any

import pytest
from pptx import Presentation
from pptx.presentation import Presentation as Slides
from pptx.slide import Slide
from pptx.util import Inches

from index.documents import Heading, Landmark, Table
from index.errors import UnreadableFile
from index.reading.slides import read_pptx


def _saved(presentation: Slides) -> bytes:
    file = BytesIO()
    presentation.save(file)
    return file.getvalue()


def _add_box(slide: Slide, text: str, left: float, top: float) -> None:
    box = slide.shapes.add_textbox(Inches(left), Inches(top), Inches(2), Inches(1))
    box.text_frame.text = text


def _titled(presentation: Slides, title: str) -> Any:  # the library's slides are half typed
    slide = presentation.slides.add_slide(presentation.slide_layouts[5])
    slide.shapes.title.text = title
    return slide


def test_each_slide_is_marked_and_its_title_is_a_heading() -> None:
    presentation = Presentation()
    _add_box(_titled(presentation, "Plan"), "Buy rope.", 1, 3)
    blank = presentation.slides.add_slide(presentation.slide_layouts[6])
    _add_box(blank, "No title here.", 1, 1)

    reading = read_pptx(_saved(presentation))

    assert reading.text == "Plan\n\nBuy rope.\n\nNo title here."
    assert reading.headings == (Heading(0, 4, 1, "Plan"),)
    assert reading.landmarks == (Landmark("slide", 0, 1, "Plan"), Landmark("slide", 17, 2))


def test_shapes_are_read_from_top_to_bottom_and_left_to_right() -> None:
    presentation = Presentation()
    slide = presentation.slides.add_slide(presentation.slide_layouts[6])
    for text, left, top in [("right", 5, 1.1), ("bottom", 1, 4), ("left", 1, 1.2)]:
        _add_box(slide, text, left, top)
    group = slide.shapes.add_group_shape()
    for text, left, top in [("lower in group", 1, 3), ("upper in group", 4, 2)]:
        box = group.shapes.add_textbox(Inches(left), Inches(top), Inches(1), Inches(0.5))
        box.text_frame.text = text

    assert read_pptx(_saved(presentation)).text.split("\n\n") == [
        "left",
        "right",
        "upper in group",
        "lower in group",
        "bottom",
    ]


def test_the_title_comes_first_wherever_it_stands() -> None:
    presentation = Presentation()
    slide = _titled(presentation, "Low title")
    slide.shapes.title.top = Inches(6)
    _add_box(slide, "Above it", 1, 1)

    assert read_pptx(_saved(presentation)).text == "Low title\n\nAbove it"


def test_a_title_over_two_lines_is_one_heading() -> None:
    presentation = Presentation()
    _titled(presentation, "One\vtwo")

    (heading,) = read_pptx(_saved(presentation)).headings

    assert heading.title == "One two"


def test_tables_are_read_with_their_rows() -> None:
    presentation = Presentation()
    slide = presentation.slides.add_slide(presentation.slide_layouts[6])
    table = slide.shapes.add_table(3, 2, 0, 0, Inches(4), Inches(2)).table
    for place, text in enumerate(["Item", "Price", "Rope", "12", "both", ""]):
        table.cell(place // 2, place % 2).text = text
    table.cell(2, 0).merge(table.cell(2, 1))

    reading = read_pptx(_saved(presentation))

    assert reading.text == "Item | Price\nRope | 12\nboth"
    assert reading.tables == (Table(0, 27, 12),)
    assert [mark for mark in reading.landmarks if mark.kind == "row"] == [
        Landmark("row", 0, 1),
        Landmark("row", 13, 2),
        Landmark("row", 23, 3),
    ]


def test_speaker_notes_follow_their_slide() -> None:
    presentation = Presentation()
    slide = _titled(presentation, "Plan")
    slide.notes_slide.notes_text_frame.text = "Mention the rope.\nAnd the price."
    _titled(presentation, "End")

    reading = read_pptx(_saved(presentation))

    assert reading.text == "Plan\n\nMention the rope.\n\nAnd the price.\n\nEnd"
    assert reading.landmarks[1] == Landmark("slide", 41, 2, "End")


def test_core_properties_are_read() -> None:
    presentation = Presentation()
    _titled(presentation, "Plan")
    presentation.core_properties.title = "The Rope Plan"
    presentation.core_properties.author = "Ann Example"

    reading = read_pptx(_saved(presentation))

    assert (reading.title, reading.author) == ("The Rope Plan", "Ann Example")


def test_the_library_template_is_not_taken_for_the_author() -> None:
    presentation = Presentation()
    _titled(presentation, "Plan")

    reading = read_pptx(_saved(presentation))

    assert (reading.title, reading.author, reading.date) == (None, None, None)


@pytest.mark.parametrize("size", [0, 100, 5000])
def test_a_truncated_presentation_says_so(size: int) -> None:
    with pytest.raises(UnreadableFile, match="truncated or damaged"):
        read_pptx(_saved(Presentation())[:size])
