"""Plain text, Markdown and their encodings."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.documents import Heading
from index.errors import UnreadableFile
from index.reading.draft import clean
from index.reading.encodings import decode
from index.reading.text import read_markdown, read_text


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("Plain ASCII.", "ascii"),
        ("naïve “quotes” — and 50 €", "utf-8"),
        ("Ärger über Öl", "utf-8-sig"),
        ("Wide characters: 日本語", "utf-16"),
        ("Wide characters without a mark.", "utf-16-le"),
        ("Wide characters without a mark.", "utf-16-be"),
        ("Wider characters without a mark.", "utf-32-be"),
        ("Wider characters.", "utf-32"),
        ("Café déjà vu, “naïve” – 50 €", "cp1252"),
        ("Müller grüßt größere Häuser", "cp1252"),
        ("El niño mañana llegará aquí", "latin-1"),
        ("Příliš žluťoučký kůň úpěl ďábelské ódy", "cp1250"),
        ("Příliš žluťoučký kůň úpěl ďábelské ódy", "iso8859-2"),
        ("Zażółć gęślą jaźń", "cp1250"),
        ("Árvíztűrő tükörfúrógép", "cp1250"),
        ("Привет, мир! Это текст, который написан на русском языке.", "cp1251"),
        ("Съешь же ещё этих мягких французских булок, да выпей чаю. " * 4, "koi8-r"),
        ("Καλημέρα κόσμε, τι κάνεις σήμερα; Είμαι καλά, ευχαριστώ.", "cp1253"),
        ("吾輩は猫である。名前はまだ無い。どこで生れたかとんと見当がつかぬ。" * 3, "shift_jis"),
        ("吾輩は猫である。名前はまだ無い。どこで生れたかとんと見当がつかぬ。" * 3, "euc_jp"),
        ("吾輩は猫である。名前はまだ無い。", "iso2022_jp"),
        ("这是一个简短的中文句子，用来测试编码。", "gb18030"),
        ("人人生而自由，在尊嚴和權利上一律平等。他們賦有理性和良心。" * 2, "big5"),
        ("모든 인간은 태어날 때부터 자유로우며 그 존엄과 권리에 있어 동등하다.", "euc_kr"),
    ],
)
def test_decodes(text: str, encoding: str) -> None:
    assert decode(text.encode(encoding)) == text


def test_one_broken_byte_does_not_turn_utf8_into_something_else() -> None:
    data = ("Größe zählt. " * 30).encode() + b"\xff"

    assert decode(data) == "Größe zählt. " * 30 + "\ufffd"


def test_declared_encoding_decides_where_the_bytes_do_not() -> None:
    data = "Привет".encode("koi8-r")

    assert decode(data, "KOI8-R") == "Привет"
    assert decode(b"plain", "no-such-encoding") == "plain"


def test_binary_data_is_not_text() -> None:
    with pytest.raises(UnreadableFile, match="binary data"):
        decode(bytes(range(1, 32)) * 50)


@given(st.binary(max_size=2000), st.none() | st.text(max_size=20))
def test_decode_fails_in_one_way_only(data: bytes, declared: str | None) -> None:
    with contextlib.suppress(UnreadableFile):
        assert isinstance(decode(data, declared), str)


@given(st.text())
def test_utf8_comes_back_as_it_was(text: str) -> None:
    with contextlib.suppress(UnreadableFile):
        assert (
            read_text(text.encode()).text == clean(text).removeprefix("\ufeff") or "\x00" in text
        )


def test_plain_text_keeps_every_character_but_the_kinds_of_newline() -> None:
    reading = read_text("\ufeffOne\r\n  two \rthree\t\n\n\nfour".encode())

    assert reading.text == "One\n  two \nthree\t\n\n\nfour"
    assert reading.media_type == "text/plain"
    assert reading.headings == ()


MARKDOWN = """---
title: The Front
author: [Jane Doe, {name: Richard Roe}]
date: 2020-01-02
lang: en
tags: [ignored]
---
# One *two* [three](https://example.org) #

Text above a line
***

```python
# not a heading
```

Setext
======

Second
---

##No space, no heading
 ### Deep {#id}

- item
---
"""


def test_markdown_headings_stand_at_their_own_lines() -> None:
    reading = read_markdown(MARKDOWN.encode())

    assert reading.text == MARKDOWN
    assert [
        (heading.level, heading.title, reading.text[heading.start : heading.end])
        for heading in reading.headings
    ] == [
        (1, "One two three", "# One *two* [three](https://example.org) #"),
        (1, "Setext", "Setext\n======"),
        (2, "Second", "Second\n---"),
        (3, "Deep", " ### Deep {#id}"),
    ]


def test_markdown_front_matter_is_metadata_and_still_text() -> None:
    reading = read_markdown(MARKDOWN.encode())

    assert reading.title == "The Front"
    assert reading.author == "Jane Doe; Richard Roe"
    assert reading.date == "2020-01-02"
    assert reading.language == "en"


@pytest.mark.parametrize(
    "front", ["---\n: [\n---\n", "---\ndate: 2020-99-99\n---\n", "---\njust words\n---\n"]
)
def test_bad_front_matter_is_simply_text(front: str) -> None:
    reading = read_markdown((front + "\n# Title\n").encode())

    assert reading.text == front + "\n# Title\n"
    assert reading.title == "Title"
    assert reading.date is None


def test_markdown_tables_have_rows() -> None:
    table = "| City | People |\n|:-----|-------:|\n| Rome | 2.8 |\n| Bern | 0.1 |"
    reading = read_markdown(f"Before.\n\n{table}\n\nA | B without a rule\n".encode())

    (found,) = reading.tables
    assert reading.text[found.start : found.end] == table
    assert reading.text[found.start : found.header_end] == "| City | People |\n|:-----|-------:|"
    assert [
        (mark.kind, mark.number, reading.text[mark.start :].split("\n")[0])
        for mark in reading.landmarks
    ] == [
        ("row", 1, "| City | People |"),
        ("row", 2, "| Rome | 2.8 |"),
        ("row", 3, "| Bern | 0.1 |"),
    ]


def test_a_table_in_a_fence_is_no_table() -> None:
    assert read_markdown(b"~~~\n| a | b |\n|---|---|\n~~~\n").tables == ()


_LINES = st.lists(
    st.sampled_from(
        [
            "# A",
            "## B #",
            "Text",
            "===",
            "---",
            "```",
            "~~~",
            "| a | b |",
            "|---|---|",
            "",
            "> # q",
        ]
    )
    | st.text(alphabet="ab#`|-= \t*é", max_size=12),
    max_size=30,
)


@given(_LINES, st.sampled_from(["\n", "\r\n"]))
def test_markdown_is_unchanged_and_its_marks_are_inside(lines: list[str], newline: str) -> None:
    source = newline.join(lines)
    reading = read_markdown(source.encode())

    assert reading.text == "\n".join(lines)
    assert list(reading.headings) == sorted(reading.headings, key=lambda heading: heading.start)
    for heading in reading.headings:
        assert _stands_on_whole_lines(reading.text, heading)
    for table in reading.tables:
        assert 0 <= table.start < table.header_end <= table.end <= len(reading.text)
    for mark in reading.landmarks:
        assert any(table.start <= mark.start < table.end for table in reading.tables)


def _stands_on_whole_lines(text: str, heading: Heading) -> bool:
    before = text[: heading.start]
    after = text[heading.end :]
    return (
        (not before or before.endswith("\n"))
        and (not after or after.startswith("\n"))
        and set(heading.title) <= {*text[heading.start : heading.end], " "}
    )
