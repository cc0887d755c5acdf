"""Reading workbooks and delimited text."""

import time
import zipfile
from datetime import date, datetime
from datetime import time as clock
from io import BytesIO
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from index.documents import Landmark, Table
from index.errors import UnreadableFile
from index.reading.delimited import read_csv
from index.reading.sheets import read_xlsx


def _saved(workbook: Workbook) -> bytes:
    file = BytesIO()
    workbook.save(file)
    return file.getvalue()


def _with_cells(cells: dict[str, Any]) -> bytes:
    workbook = Workbook()
    _fill(workbook, "Sheet", cells)
    return _saved(workbook)


def _fill(workbook: Workbook, sheet: str, cells: dict[str, Any]) -> None:
    for cell, value in cells.items():
        workbook[sheet][cell] = value


def _with_rows(*rows: list[object]) -> bytes:
    workbook = Workbook()
    for row in rows:
        workbook.worksheets[0].append(row)
    return _saved(workbook)


def _with_sheet_xml(xml: str) -> bytes:
    file = BytesIO()
    with (
        zipfile.ZipFile(BytesIO(_saved(Workbook()))) as old,
        zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            is_sheet = name == "xl/worksheets/sheet1.xml"
            new.writestr(name, xml if is_sheet else old.read(name))
    return file.getvalue()


def test_every_sheet_is_marked_and_every_row_keeps_its_number() -> None:
    workbook = Workbook()
    workbook.worksheets[0].title = "Stock"
    stock = {"A1": "Item", "B1": "Price", "A2": "Rope", "B2": 12, "A5": "Twine"}
    _fill(workbook, "Stock", stock)
    hidden = workbook.create_sheet("Secret")
    hidden.sheet_state = "hidden"
    hidden["A1"] = "hidden too"
    workbook.create_sheet("Empty")

    reading = read_xlsx(_saved(workbook))

    assert reading.text == "Item | Price\nRope | 12\nTwine\n\nhidden too"
    assert reading.landmarks == (
        Landmark("sheet", 0, 1, "Stock"),
        Landmark("row", 0, 1),
        Landmark("row", 13, 2),
        Landmark("row", 23, 5),
        Landmark("sheet", 30, 2, "Secret"),
        Landmark("row", 30, 1),
    )
    assert reading.tables == (Table(0, 28, 12), Table(30, 40, 30))
    assert reading.headings == ()


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (12.0, "12"),
        (0.1, "0.1"),
        (0.1 + 0.2, "0.3"),
        (-1234.5, "-1234.5"),
        (123456789012, "123456789012"),
        (True, "TRUE"),
        (False, "FALSE"),
        (date(2020, 9, 22), "2020-09-22"),
        (datetime(2020, 9, 22), "2020-09-22"),
        (datetime(2020, 9, 22, 8, 30), "2020-09-22 08:30"),
        (clock(8, 30), "08:30"),
        ("  two\n words ", "two words"),
        ("#N/A", "#N/A"),
    ],
)
def test_values_are_written_as_a_reader_of_the_sheet_would(value: object, text: str) -> None:
    assert read_xlsx(_with_rows([value])).text == text


@pytest.mark.parametrize(
    ("first", "header"),
    [(["Item", "Price"], "Item | Price"), (["Rope", 12], ""), ([2019, 2020], ""), (["Only"], "")],
)
def test_the_header_is_a_first_row_of_words(first: list[object], header: str) -> None:
    reading = read_xlsx(_with_rows(first, ["Twine", 3]))

    (table,) = reading.tables
    assert reading.text[table.start : table.header_end] == header


def test_titles_above_the_header_are_apart_from_the_table() -> None:
    reading = read_xlsx(_with_rows(["Prices 2020"], [], ["Item", "Price"], ["Rope", 12]))

    assert reading.text == "Prices 2020\n\nItem | Price\nRope | 12"
    assert [mark.number for mark in reading.landmarks if mark.kind == "row"] == [1, 3, 4]
    assert reading.tables == (Table(0, 11, 0), Table(13, 35, 25))


def test_columns_left_blank_before_the_table_are_left_out() -> None:
    reading = read_xlsx(_with_rows([None, "Item", "Price"], [None, "Rope", 12], [None, None, 3]))

    assert reading.text == "Item | Price\nRope | 12\n | 3"


def test_each_row_landmark_points_at_its_own_row() -> None:
    rows: list[list[object]] = [[f"name {number}", number] for number in range(1, 2501)]
    reading = read_xlsx(_with_rows(*rows))

    assert len(reading.landmarks) == 2501
    for mark in reading.landmarks[1:]:
        line = reading.text[mark.start :].partition("\n")[0]
        assert line == f"name {mark.number} | {mark.number}"


def test_a_sheet_that_declares_a_million_rows_of_nothing_is_quick() -> None:
    data = _with_cells({"A1": "Only this", "B1048576": "and the last cell"})
    started = time.monotonic()

    reading = read_xlsx(data)

    assert reading.text.split() == ["Only", "this", "|", "and", "the", "last", "cell"]
    assert reading.landmarks[-1].number == 1_048_576
    assert time.monotonic() - started < 10


def test_a_sheet_of_formatted_but_blank_rows_is_quick() -> None:
    rows = "".join(
        f'<row r="{number}"><c r="A{number}" s="0"/></row>' for number in range(2, 200_000)
    )
    xml = (
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        '<row r="1"><c r="A1" t="inlineStr"><is><t>Only this</t></is></c></row>'
        f"{rows}</sheetData></worksheet>"
    )
    started = time.monotonic()

    assert read_xlsx(_with_sheet_xml(xml)).text == "Only this"
    assert time.monotonic() - started < 5


def test_core_properties_are_read() -> None:
    workbook = Workbook()
    _fill(workbook, "Sheet", {"A1": "Text"})
    workbook.properties.title = "Prices"
    workbook.properties.creator = "Ann Example"

    reading = read_xlsx(_saved(workbook))

    assert (reading.title, reading.author) == ("Prices", "Ann Example")


def test_a_zip_bomb_in_a_workbook_is_refused() -> None:
    with pytest.raises(UnreadableFile, match="ZIP bomb"):
        read_xlsx(_with_sheet_xml("<worksheet>" + " " * (64 * 2**20) + "</worksheet>"))


@pytest.mark.parametrize("size", [0, 100, 3000])
def test_a_truncated_workbook_says_so(size: int) -> None:
    with pytest.raises(UnreadableFile, match="truncated or damaged"):
        read_xlsx(_saved(Workbook())[:size])


def test_the_text_of_a_csv_file_is_its_own() -> None:
    text = 'Item,Note\nRope,"two\nlines, quoted"\n\nTwine,"3"\n'

    reading = read_csv(text.encode(), "stock.csv")

    assert reading.text == text
    assert reading.media_type == "text/csv"
    assert reading.landmarks == (
        Landmark("row", 0, 1),
        Landmark("row", 10, 2),
        Landmark("row", 36, 4),
    )
    assert text[10:36] == 'Rope,"two\nlines, quoted"\n\n'
    assert reading.tables == (Table(0, 45, 9),)


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found(delimiter: str) -> None:
    rows = [["Item", "Price", "Note"], ["Rope", "12", "a"], ["Twine", "3", "b"]]
    text = "\n".join(delimiter.join(row) for row in rows)

    reading = read_csv(text.encode(), "stock.csv")

    assert [text[mark.start :][:4] for mark in reading.landmarks] == ["Item", "Rope", "Twin"]
    assert reading.text[: reading.tables[0].header_end] == delimiter.join(rows[0])


def test_decimal_commas_do_not_hide_the_semicolon() -> None:
    text = "Jahr;Summe;Rest\n2022;1,5;-2,5\n2023;2,5;3,5\n"

    (table,) = read_csv(text.encode(), "a.csv").tables

    assert text[: table.header_end] == "Jahr;Summe;Rest"


def test_a_declared_delimiter_is_taken_and_its_line_is_no_row() -> None:
    text = "sep=;\nItem;Price\nRope;12,50\n"

    reading = read_csv(text.encode(), "a.csv")

    assert [mark.number for mark in reading.landmarks] == [2, 3]
    assert reading.tables == (Table(6, 27, 16),)


@pytest.mark.parametrize(
    ("text", "header"),
    [
        pytest.param("Item,Price\nRope,12\n", "Item,Price", id="a number below"),
        pytest.param("Name,City\nAnn,Rome\nBob,Oslo\n", "Name,City", id="two rows below"),
        pytest.param("Ann,Rome\nBob,Oslo\n", "", id="too little to tell"),
        pytest.param("1,2\n3,4\n5,6\n", "", id="numbers on top"),
        pytest.param("Only a line of prose\n", "", id="prose"),
    ],
)
def test_the_header_is_judged_with_care(text: str, header: str) -> None:
    (table,) = read_csv(text.encode(), "a.csv").tables

    assert text[table.start : table.header_end] == header


def test_a_quote_that_never_closes_costs_no_row() -> None:
    text = 'Item,Size\n"5 inch,broken\n' + "".join(f"r{number},1\n" for number in range(5000))

    marks = read_csv(text.encode(), "a.csv").landmarks

    assert len(marks) == 5002
    assert all(text[mark.start - 1] == "\n" for mark in marks[1:])


def test_a_cell_beyond_what_the_library_takes_is_read() -> None:
    text = "a,b\n" + "x" * 200_000 + ",1\nc,2\n"

    assert [mark.start for mark in read_csv(text.encode(), "a.csv").landmarks] == [0, 4, 200_007]


@pytest.mark.parametrize("text", ["", "\n\n", ",,\n,,\n"])
def test_a_blank_csv_file_has_no_table(text: str) -> None:
    reading = read_csv(text.encode(), "a.csv")

    assert (reading.landmarks, reading.tables) == ((), ())


@given(st.lists(st.lists(st.text('ab,;"\n 1', max_size=4), min_size=1, max_size=4), max_size=8))
def test_marks_of_any_csv_file_stand_in_order_at_line_starts(rows: list[list[str]]) -> None:
    text = "\n".join(",".join(row) for row in rows)

    reading = read_csv(text.encode(), "a.csv")

    starts = [mark.start for mark in reading.landmarks]
    assert starts == sorted(set(starts))
    assert all(start == 0 or reading.text[start - 1] == "\n" for start in starts)
    for table in reading.tables:
        assert starts[0] == table.start <= table.header_end <= table.end <= len(reading.text)
