"""Sentences stand where they stand."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index import sentence_spans


def sentences(text: str, language: str | None = None) -> list[str]:
    return [text[start:end] for start, end in sentence_spans(text, 0, len(text), language)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("One. Two.", ["One.", "Two."], id="plain"),
        pytest.param(
            "constant statements.Whether it is.",
            ["constant statements.", "Whether it is."],
            id="missing-space",
        ),
        pytest.param("He said “yes.”Then left.", ["He said “yes.”", "Then left."], id="quote"),
        pytest.param("He left!)Then.", ["He left!)", "Then."], id="closing-bracket"),
        pytest.param(
            "Mr. X’s U.S. Army. No. 5 is on p. 12.",
            ["Mr. X’s U.S. Army.", "No. 5 is on p. 12."],
            id="abbreviations",
        ),
        pytest.param(
            "Visit www.example.com/Foo.Bar now. Call System.Out.Print() too.",
            ["Visit www.example.com/Foo.Bar now.", "Call System.Out.Print() too."],
            id="addresses-and-code",
        ),
        pytest.param(
            "Do this:\n1. First. More.\n2. Second\n- third",
            ["Do this:", "1. First.", "More.", "2. Second", "- third"],
            id="list",
        ),
        pytest.param(
            "A line\nthat goes on. Next.\n\nA title\n\nText.",
            ["A line\nthat goes on.", "Next.", "A title", "Text."],
            id="wrapped-lines-and-paragraphs",
        ),
        pytest.param("日本語。次の文。", ["日本語。", "次の文。"], id="no-spaces"),
        pytest.param("   \n\n ", [], id="white"),
    ],
)
def test_sentences_end_where_a_reader_says(text: str, expected: list[str]) -> None:
    assert sentences(text) == expected


ANY_TEXT = st.text(
    st.sampled_from("ab .!?\n\t\r“”()'’-1。؟שáé😀👩‍🚀e\u0301\u202e\u00ad\ufeff\u200d"),
    max_size=200,
)


@given(text=ANY_TEXT, language=st.sampled_from([None, "en", "de", "zh-Hant", "xx"]))
def test_spans_are_ordered_trimmed_and_lose_nothing(text: str, language: str | None) -> None:
    spans = list(sentence_spans(text, 0, len(text), language))

    assert all(start < end for start, end in spans)
    assert all(before[1] <= after[0] for before, after in pairwise(spans))
    assert all(text[start:end] == text[start:end].strip() for start, end in spans)
    said = "".join(text[start:end] for start, end in spans)
    assert "".join(said.split()) == "".join(text.split())


@given(text=ANY_TEXT, start=st.integers(0, 50), length=st.integers(0, 100))
def test_a_part_of_a_text_gives_spans_of_the_whole(text: str, start: int, length: int) -> None:
    start, end = min(start, len(text)), min(start + length, len(text))

    assert [(a - start, b - start) for a, b in sentence_spans(text, start, end, None)] == list(
        sentence_spans(text[start:end], 0, end - start, None)
    )
