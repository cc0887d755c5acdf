"""PDF files, made here with fpdf2."""

from collections.abc import Callable
from itertools import pairwise

import pytest
from fpdf import FPDF
from hypothesis import given, settings
from hypothesis import strategies as st

from index.errors import UnreadableFile
from index.reading.pdf import read_pdf


def make_pdf(write: Callable[[FPDF], None]) -> bytes:
    pdf = FPDF()
    pdf.set_font("Helvetica", size=12)
    write(pdf)
    return bytes(pdf.output())


def paragraphs(*texts: str) -> Callable[[FPDF], None]:
    """Write each text as a paragraph, with space after it, on one page."""

    def write(pdf: FPDF) -> None:
        pdf.add_page()
        for text in texts:
            pdf.multi_cell(0, 6, text, new_x="LMARGIN", new_y="NEXT")
            pdf.ln(6)

    return write


def pages(*texts: str) -> Callable[[FPDF], None]:
    def write(pdf: FPDF) -> None:
        for text in texts:
            pdf.add_page()
            if text:
                pdf.multi_cell(0, 6, text)

    return write


def test_pages_follow_each_other_and_are_marked() -> None:
    reading = read_pdf(make_pdf(pages("First page.", "Second page.")))

    assert reading.text == "First page.\n\nSecond page."
    assert reading.media_type == "application/pdf"
    assert [(mark.kind, mark.start, mark.number, mark.label) for mark in reading.landmarks] == [
        ("page", 0, 1, None),
        ("page", 13, 2, None),
    ]
    assert reading.silent_pages == ()


def test_printed_page_labels_are_kept() -> None:
    def write(pdf: FPDF) -> None:
        for style in ("r", None, "D"):
            pdf.add_page(label_style=style)
            pdf.cell(text="A page.")

    reading = read_pdf(make_pdf(write))

    assert [mark.label for mark in reading.landmarks] == ["i", "ii", "1"]
    assert [mark.number for mark in reading.landmarks] == [1, 2, 3]


def test_a_sentence_that_goes_on_is_not_broken_by_the_page() -> None:
    reading = read_pdf(make_pdf(pages("This sentence goes", "on over the page.")))

    assert reading.text == "This sentence goes\non over the page."


def test_a_gap_ends_a_paragraph_and_a_line_end_does_not() -> None:
    words = "Many words that need more than a single line of the page to be printed. "
    reading = read_pdf(make_pdf(paragraphs(words * 4, words * 4, words * 4)))

    found = reading.text.split("\n\n")
    assert [" ".join(paragraph.split()) for paragraph in found] == [(words * 4).strip()] * 3
    assert all("\n" in paragraph for paragraph in found)


def test_a_larger_letter_size_begins_a_block() -> None:
    def write(pdf: FPDF) -> None:
        pdf.add_page()
        pdf.set_font("Helvetica", size=18)
        pdf.multi_cell(0, 7, "A Heading", new_x="LMARGIN", new_y="NEXT")
        pdf.set_font("Helvetica", size=11)
        pdf.multi_cell(0, 6, "Text follows\nclose below.", new_x="LMARGIN", new_y="NEXT")

    assert read_pdf(make_pdf(write)).text == "A Heading\n\nText follows\nclose below."


def test_bookmarks_are_headings_where_their_line_is_printed() -> None:
    def write(pdf: FPDF) -> None:
        pdf.add_page()
        pdf.start_section("Introduction")
        pdf.multi_cell(0, 6, "1 Introduction\nIt begins.", new_x="LMARGIN", new_y="NEXT")
        pdf.start_section("Nowhere printed", level=1)
        pdf.add_page()
        pdf.start_section("A Second Part", level=1)
        pdf.multi_cell(0, 6, "a second  part\nIt ends.", new_x="LMARGIN", new_y="NEXT")

    reading = read_pdf(make_pdf(write))

    assert [
        (heading.level, reading.text[heading.start : heading.end]) for heading in reading.headings
    ] == [(1, "1 Introduction"), (2, "a second part")]


def test_the_bookmark_of_a_repeated_line_stands_where_it_points() -> None:
    def write(pdf: FPDF) -> None:
        pdf.add_page()
        pdf.multi_cell(0, 6, "Results\n\nA list of contents.", new_x="LMARGIN", new_y="NEXT")
        pdf.set_y(150)
        pdf.start_section("Results")
        pdf.multi_cell(0, 6, "Results\nThey are good.", new_x="LMARGIN", new_y="NEXT")

    reading = read_pdf(make_pdf(write))

    (heading,) = reading.headings
    assert heading.start == reading.text.rindex("Results")


def test_pages_without_text_are_named() -> None:
    reading = read_pdf(make_pdf(pages("Text.", "", "More.")))

    assert reading.silent_pages == (2,)
    assert [mark.number for mark in reading.landmarks] == [1, 3]


def test_no_text_at_all_is_unreadable() -> None:
    with pytest.raises(UnreadableFile, match=r"no text on any of its 2 pages .* OCR"):
        read_pdf(make_pdf(pages("", "")))


def test_metadata() -> None:
    def write(pdf: FPDF) -> None:
        pdf.add_page()
        pdf.cell(text="Words.")
        pdf.set_title("A Study of Things")
        pdf.set_author("Jane Doe")

    reading = read_pdf(make_pdf(write))

    assert (reading.title, reading.author) == ("A Study of Things", "Jane Doe")


@pytest.mark.parametrize(
    ("declared", "title"),
    [
        ("Microsoft Word - Annual Report 2020.doc", "Annual Report 2020"),
        ("Microsoft Word - report_v2.docx", None),
        ("report.pdf", None),
        ("untitled", None),
        ("(anonymous)", None),
        ("C:\\papers\\final", None),
        ("Nature", "Nature"),
    ],
)
def test_titles_that_programs_invent_are_no_titles(declared: str, title: str | None) -> None:
    def write(pdf: FPDF) -> None:
        pdf.add_page()
        pdf.cell(text="Words.")
        pdf.set_title(declared)

    assert read_pdf(make_pdf(write)).title == title


def test_the_date_on_the_page_is_better_than_that_of_the_file() -> None:
    dated = read_pdf(make_pdf(pages("September 22, 2020\nDear all, it is so.")))
    undated = read_pdf(make_pdf(pages("It is so.")))

    assert dated.date == "2020-09-22"
    assert undated.date is not None
    assert undated.date > "2024"


def test_a_password_is_asked_for_only_if_one_is_needed() -> None:
    def lock(password: str) -> bytes:
        def write(pdf: FPDF) -> None:
            pdf.set_encryption(owner_password="owner", user_password=password)
            pdf.add_page()
            pdf.cell(text="Secret words.")

        return make_pdf(write)

    assert read_pdf(lock("")).text == "Secret words."
    with pytest.raises(UnreadableFile, match="encrypted: it needs a password"):
        read_pdf(lock("sesame"))


@pytest.mark.parametrize("data", [b"%PDF-1.7\n", b"%PDF-1.7\n" + b"\0garbage" * 99])
def test_damaged_files_are_named_as_such(data: bytes) -> None:
    with pytest.raises(UnreadableFile, match="truncated or damaged"):
        read_pdf(data)


@given(cut=st.integers(0, 3000), junk=st.binary(max_size=40))
@settings(max_examples=60, deadline=None)
def test_damage_never_surfaces_as_another_error(cut: int, junk: bytes) -> None:
    whole = make_pdf(pages("First page.", "Second page."))
    try:
        reading = read_pdf(whole[:cut] + junk + whole[cut + len(junk) :])
    except UnreadableFile:
        return
    starts = [mark.start for mark in reading.landmarks]
    assert starts == sorted(starts)
    assert all(0 <= start < len(reading.text) for start in starts)


@given(
    st.lists(st.sampled_from(["", "One line.", "Two lines\nof text", "ends-\nhere"]), min_size=1)
)
@settings(max_examples=30, deadline=None)
def test_page_marks_are_sorted_and_every_page_is_accounted_for(texts: list[str]) -> None:
    try:
        reading = read_pdf(make_pdf(pages(*texts)))
    except UnreadableFile:
        assert not any(texts)
        return
    starts = [mark.start for mark in reading.landmarks]
    numbers = [mark.number for mark in reading.landmarks]
    assert all(before < after for before, after in pairwise(starts))
    assert sorted([*numbers, *reading.silent_pages]) == list(range(1, len(texts) + 1))
    assert all(reading.text[start].strip() for start in starts)
