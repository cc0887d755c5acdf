"""Files of evaluation questions are read line by line, and a broken line is named."""

import json

import pytest
from conftest import GOLDEN_QUESTIONS
from hypothesis import given
from hypothesis import strategies as st

from qa import Case, CasesError, read_cases


def _problems(data: bytes) -> tuple[str, ...]:
    with pytest.raises(CasesError) as caught:
        read_cases(data)
    return caught.value.problems


@pytest.mark.parametrize(
    ("expected", "case"),
    [
        pytest.param({"quote": "oil"}, Case(1, "Why?", ("oil",)), id="quote"),
        pytest.param({"quote": ["oil", "gas"]}, Case(1, "Why?", ("oil", "gas")), id="any-quote"),
        pytest.param({"must_quote": "oil"}, Case(1, "Why?", ("oil",)), id="must_quote"),
        pytest.param({"answer": "oil"}, Case(1, "Why?", ("oil",)), id="answer"),
        pytest.param({"document": "a.pdf"}, Case(1, "Why?", (), ("a.pdf",)), id="document"),
        pytest.param(
            {"file": "a.pdf", "quote": "oil", "hard": 7},
            Case(1, "Why?", ("oil",), ("a.pdf",)),
            id="both-and-an-unknown-field",
        ),
        pytest.param({"file": "a", "must_quote": None}, Case(1, "Why?", (), ("a",)), id="null"),
        pytest.param({"answerable": False}, Case(1, "Why?"), id="not-answerable"),
        pytest.param({"answer": None}, Case(1, "Why?"), id="answer-null"),
        pytest.param({"file": None, "must_quote": None}, Case(1, "Why?"), id="all-null"),
        pytest.param({"answerable": True, "quote": "a"}, Case(1, "Why?", ("a",)), id="answerable"),
    ],
)
def test_a_line_says_what_is_expected(expected: dict[str, object], case: Case) -> None:
    assert read_cases(json.dumps({"question": " Why? ", **expected}).encode()) == [case]


def test_lines_count_from_1_and_empty_ones_are_passed_over() -> None:
    data = b'\xef\xbb\xbf\n{"question": "a", "quote": "b"}\r\n \n{"question": "c", "quote": "d"}'

    assert [case.line for case in read_cases(data)] == [2, 4]


def test_the_golden_questions_can_be_read() -> None:
    cases = read_cases(GOLDEN_QUESTIONS.read_bytes())

    assert {case.answerable for case in cases} == {True, False}
    assert len(cases) == len(GOLDEN_QUESTIONS.read_text().splitlines())


@pytest.mark.parametrize(
    ("line", "said"),
    [
        pytest.param(b"Who?", "is not JSON", id="no-json"),
        pytest.param(b'{"question": "a", "quote": "b"', "is not JSON", id="cut-off"),
        pytest.param(b"[" * 100_000, "nested too deeply", id="deep"),
        pytest.param(b"[1]", "is not an object", id="list"),
        pytest.param(b'{"question": "\xff"}', "byte 15 is not UTF-8", id="bytes"),
        pytest.param(b'{"quote": "b"}', "has no question", id="no-question"),
        pytest.param(b'{"question": " ", "quote": "b"}', "is empty", id="empty-question"),
        pytest.param(b'{"question": 7, "quote": "b"}', "not int", id="number"),
        pytest.param(b'{"question": "a"}', "expects nothing", id="no-expectation"),
        pytest.param(b'{"question": "a", "qoute": "b"}', "expects nothing", id="misspelt"),
        pytest.param(b'{"question": "a", "quote": 7}', "quote holds 7", id="quote-number"),
        pytest.param(b'{"question": "a", "quote": ["b", 7]}', "quote holds 7", id="in-a-list"),
        pytest.param(b'{"question": "a", "quote": " "}', "quote is empty", id="empty-quote"),
        pytest.param(b'{"question": "a", "quote": []}', "an empty list", id="empty-list"),
        pytest.param(b'{"question": "a", "quote": "\\ud800"}', "is no text", id="surrogate"),
        pytest.param(b'{"question": "a", "answerable": "no"}', "'no'; it must be", id="no-truth"),
        pytest.param(
            b'{"question": "a", "answerable": true}', "name its quote", id="answerable-by-what"
        ),
        pytest.param(
            b'{"question": "a", "answerable": false, "quote": "b"}',
            "yet 'b' is expected",
            id="contradiction",
        ),
        pytest.param(
            b'{"question": "a", "answer": null, "file": "b"}', "yet 'b'", id="null-contradiction"
        ),
    ],
)
def test_a_broken_line_is_named_with_what_is_wrong(line: bytes, said: str) -> None:
    (problem,) = _problems(b'{"question": "a", "quote": "b"}\n' + line + b"\n")

    assert problem.startswith("line 2: ")
    assert said in problem


def test_the_first_ten_broken_lines_are_named_and_the_rest_counted() -> None:
    problems = _problems(b"?\n" * 12)

    assert [problem.partition(":")[0] for problem in problems] == [
        *(f"line {number}" for number in range(1, 11)),
        "… and 2 more lines",
    ]


@pytest.mark.parametrize("data", [b"", b"\n \n", b"\xef\xbb\xbf"])
def test_a_file_without_questions_is_refused(data: bytes) -> None:
    assert "holds no questions" in _problems(data)[0]


_TEXT = st.text(st.characters(codec="utf-8"), min_size=1, max_size=20).filter(str.strip)
_SOME = st.lists(_TEXT, min_size=1, max_size=3)


@given(st.lists(st.tuples(_SOME, st.just([]) | _SOME), min_size=1, max_size=4))
def test_what_is_expected_is_kept_as_it_is_written(
    rows: list[tuple[list[str], list[str]]],
) -> None:
    lines = [
        json.dumps({"question": "Why?", "quote": quotes, "document": documents or None})
        for quotes, documents in rows
    ]

    assert read_cases("\n".join(lines).encode()) == [
        Case(line, "Why?", tuple(quotes), tuple(documents))
        for line, (quotes, documents) in enumerate(rows, 1)
    ]


@given(st.binary() | st.text().map(lambda text: json.dumps({"question": text}).encode()))
def test_any_bytes_are_cases_or_a_reason(data: bytes) -> None:
    try:
        outcome: list[Case] | tuple[str, ...] = read_cases(data)
    except CasesError as error:
        outcome = error.problems

    assert outcome
