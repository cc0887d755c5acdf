"""What a text, or the sidecar beside it, declares about itself."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.documents import Reading, Table
from index.errors import UnreadableFile
from index.reading.dates import parse_date
from index.reading.declared import with_declared
from index.reading.sidecar import load_sidecar, with_sidecar


def declared(text: str, media_type: str = "text/plain") -> Reading:
    reading = with_declared(Reading(text=text, media_type=media_type))
    assert reading.text == text
    return reading


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("2020", "2020"),
        ("2020-09", "2020-09"),
        ("2020-09-22", "2020-09-22"),
        ("2020-09-22T10:11:12.5Z", "2020-09-22"),
        ("2020-09-22 10:11", "2020-09-22"),
        ("2020/9/22", "2020-09-22"),
        ("Tue, 22 Sep 2020 10:11:12 +0000", "2020-09-22"),
        ("22 September 2020", "2020-09-22"),
        ("22nd of September, 2020", "2020-09-22"),
        ("September 22, 2020", "2020-09-22"),
        ("Tuesday, September 22, 2020 at 5:30 p.m. EDT", "2020-09-22"),
        ("22-Sep-2020", "2020-09-22"),
        ("Sept. 2020", "2020-09"),
        ("D:20200922101112+02'00'", "2020-09-22"),
        ("D:2020", "2020"),
        ("22/09/2020", "2020-09-22"),
        ("9/22/2020", "2020-09-22"),
        ("04/04/2020", "2020-04-04"),
        ("03/04/2020", None),
        ("31 February 2020", None),
        ("2020-13-01", None),
        ("3 May", None),
        ("On 3 May 2020 it rained", None),
        ("", None),
    ],
)
def test_dates(text: str, date: str | None) -> None:
    assert parse_date(text) == date


@given(st.dates())
def test_every_iso_date_is_itself(day: object) -> None:
    date = str(day)
    assert parse_date(date) == (date if "1400" <= date < "2100" else None)


@given(st.text(alphabet="0123456789-/.: DTZSeptMay,", max_size=25))
def test_a_date_is_iso_or_none(text: str) -> None:
    date = parse_date(text)

    assert date is None or parse_date(date) == date or date < "1400" or date >= "2100"


@pytest.mark.parametrize(
    "text",
    [
        " date 2020-09-22 Whether it is the Foreign Minister or not, it is so.",
        "Date: 22 September 2020\n\nText.",
        "A Title\n\nSeptember 22, 2020\n\nText.",
        "**Published:** 2020-09-22\n\nText.",
        "By Jane Doe | September 22, 2020\n\nText.",
        "Oslo report\nTuesday, 22 September 2020\nText.",
    ],
)
def test_a_declared_date_is_found(text: str) -> None:
    assert declared(text).date == "2020-09-22"


@pytest.mark.parametrize(
    "text",
    [
        "It happened on 22 September 2020.",
        "Update 2020-09-22 was applied to the system.",
        "Date: 03/04/2020\n\nText.",
        "2020\n\nText.",
        "\n".join(f"Line {number}." for number in range(20)) + "\n2020-09-22\n",
    ],
)
def test_other_dates_are_not_the_documents(text: str) -> None:
    assert declared(text).date is None


def test_a_date_in_a_table_is_data() -> None:
    text = "2020-09-22\n2020-09-23"
    reading = Reading(text=text, media_type="text/csv", tables=(Table(0, len(text), 0),))

    assert with_declared(reading).date is None


@pytest.mark.parametrize(
    ("line", "author"),
    [
        ("By Jane Doe", "Jane Doe"),
        ("by Jane van der Doe and J. R. O’Brien", "Jane van der Doe and J. R. O’Brien"),
        ("Author: Jean-Luc Müller", "Jean-Luc Müller"),
        ("Authors: Jane Doe, Richard Roe", "Jane Doe, Richard Roe"),
        ("By Jane Doe — 3 May 2020", "Jane Doe"),
        ("By the end of the year", None),
        ("By Order Of The King", None),
        ("By and large", None),
        ("By John Smith went home.", None),
        ("By Email", None),
        ("Author: 42", None),
        ("Stand by Jane Doe", None),
    ],
)
def test_authors(line: str, author: str | None) -> None:
    assert declared(f"A Title\n\n{line}\n\nText follows.").author == author


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("Harbours of the North\n\nThey stay open.", "Harbours of the North"),
        ("Title: Harbours\nThey stay open.", "Harbours"),
        ("Harbours\n========\n\nThey stay open.", "Harbours"),
        ("========\nHarbours\n========\n\nThey stay open.", "Harbours"),
        ("They stay open.\n\nThey do.", None),
        ("Harbours\nstay open\n\nalways", None),
        ("Harbours", None),
        ("Dear Jane\n\nThey stay open.", None),
        ("- an item\n\nThey stay open.", None),
        ("22 September 2020\n\nThey stay open.", None),
        ("By Jane Doe\n\nThey stay open.", None),
        ("https://example.org/\n\nThey stay open.", None),
        ("a lower-case beginning\n\nThey stay open.", None),
        ("1\n00:00:01,000 --> 00:00:02,000\n\nHello", None),
        ("word " * 40 + "\n\nThey stay open.", None),
    ],
)
def test_titles(text: str, title: str | None) -> None:
    assert declared(text).title == title


def test_only_plain_text_has_its_title_in_the_first_line() -> None:
    assert declared("Harbours\n\nThey stay open.", "application/pdf").title is None


def test_what_the_format_declares_stays() -> None:
    reading = Reading(
        text="Title: B\nBy Richard Roe\n2021-01-01\n",
        media_type="text/html",
        title="A",
        author="Jane Doe",
        date="2020",
    )

    assert with_declared(reading) == reading


READING = Reading(
    text="Words.", media_type="text/plain", title="Old", author="Nobody", date="1999"
)


def test_the_sidecar_takes_precedence() -> None:
    item = {
        "title": "New",
        "author": [{"given": "Jane", "family": "Doe"}, {"literal": "The Council"}],
        "issued": {"date-parts": [[2020, "9"]]},
        "language": "en",
    }

    reading = with_sidecar(READING, item)

    assert (reading.title, reading.author, reading.date, reading.language, reading.text) == (
        "New",
        "Jane Doe; The Council",
        "2020-09",
        "en",
        "Words.",
    )


def test_the_sidecar_leaves_what_it_does_not_name() -> None:
    assert with_sidecar(READING, {}) == READING
    assert with_sidecar(READING, {"issued": {"raw": "22 September 2020"}}).date == "2020-09-22"


@pytest.mark.parametrize(
    ("item", "problem"),
    [
        ({"title": 5}, "title must be a text, not 5"),
        ({"author": "Jane"}, "author must be a list of names"),
        ({"author": ["Jane"]}, "author must be a list of names"),
        ({"author": [{"family": 1}]}, "family must be a text"),
        ({"issued": 2020}, "issued must be a date"),
        ({"issued": {"date-parts": []}}, "date-parts must be like"),
        ({"issued": {"date-parts": [[2020, 13]]}}, "not a certain date"),
        ({"issued": {"raw": "some day"}}, "not a certain date"),
    ],
)
def test_a_malformed_item_names_the_problem(item: dict[str, object], problem: str) -> None:
    with pytest.raises(UnreadableFile, match=f"sidecar is wrong: .*{problem}"):
        with_sidecar(READING, item)


@pytest.mark.parametrize("text", ['{"title": "A"}', '[{"title": "A"}]', '\ufeff{"title": "A"}'])
def test_loads_a_sidecar(tmp_path: Path, text: str) -> None:
    path = tmp_path / "a.txt.meta.json"
    path.write_text(text, encoding="utf-8")

    assert load_sidecar(path) == {"title": "A"}


@pytest.mark.parametrize("text", ["", "{", "[]", "5", json.dumps([{}, {}]), "[" * 100_000])
def test_a_broken_sidecar_is_named(tmp_path: Path, text: str) -> None:
    path = tmp_path / "a.txt.meta.json"
    path.write_text(text)

    with pytest.raises(UnreadableFile, match=r"sidecar is wrong: 'a.txt.meta.json'"):
        load_sidecar(path)


def test_a_missing_sidecar_is_named(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="sidecar"):
        load_sidecar(tmp_path / "a.meta.json")
