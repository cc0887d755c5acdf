"""The question's words are marked in a quote, and nothing else is."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa import marked


@pytest.mark.parametrize(
    ("question", "text", "words"),
    [
        pytest.param(
            "Who accused the Americans?",
            "He accuses an American.",
            ["accuses", "American"],
            id="endings",
        ),
        pytest.param("What is it?", "Oil is it.", ["is", "it"], id="function-words-alone"),
        pytest.param("Is the oil sold?", "It is the oil.", ["oil"], id="function-words"),
        pytest.param("What is RFC-2119?", "See RFC-2119.", ["RFC-2119"], id="identifier"),
        pytest.param("oil", "An oil-theft, oils.", ["oil-theft", "oils"], id="hyphen"),
        pytest.param(
            "東京の人口は？", "東京都の人口は百万。", ["東京", "の人口は"], id="unspaced"
        ),
    ],
)
def test_the_words_of_the_question_are_marked(question: str, text: str, words: list[str]) -> None:
    assert [text[start:end] for start, end in marked(question, text)] == words


@given(st.text(min_size=1, max_size=60), st.text(max_size=200))
def test_marks_are_in_order_and_apart(question: str, text: str) -> None:
    spans = marked(question, text)

    assert all(0 <= start < end <= len(text) for start, end in spans)
    assert all(first[1] < second[0] for first, second in pairwise(spans))


@given(st.text(max_size=200))
def test_a_text_is_cut_nowhere_else(text: str) -> None:
    inside = {n for start, end in marked(text, text) for n in range(start, end)}

    assert all(not text[n].isspace() for n in inside)
