"""What is typed is told apart into words, phrases and filters; nothing else is taken for one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index import Filter, FilterError
from qa import QuestionError
from qa.questions import understood


@pytest.mark.parametrize(
    "question",
    [
        "What does `in:` mean?",
        "What does in: mean?",
        "What is at http://example.org/in:box?",
        "Is the ratio 3:1 or 4:1?",
        "re: your mail",
        "What is foo:bar?",
        "Why begin:here and (tag:x)?",
        "Is it in:? Or tag:!",
        'Is a 5" pipe wider than a 6" pipe?',
        'He said "what happens now?',
        "the dog's 'tail'",
        'What does "?!" mean?',
        "Who\nis\tthere?",
    ],
)
def test_what_is_no_filter_stays_a_question(question: str) -> None:
    asked = understood(question)

    assert (asked.text, asked.phrases, asked.only) == (question, (), None)
    assert not asked.only_phrases


@pytest.mark.parametrize(
    ("question", "text", "phrases", "only"),
    [
        pytest.param(
            "Who won? in:2020", "Who won?", (), Filter(within=("2020",)), id="filter_at_the_end"
        ),
        pytest.param(
            "IN:papers Tag:x who won?",
            "who won?",
            (),
            Filter(within=("papers",), tags=("x",)),
            id="case",
        ),
        pytest.param(
            'Who won in:"annual report"?',
            "Who won",
            (),
            Filter(within=("annual report",)),
            id="quoted_value",
        ),
        pytest.param(
            "Who won author:“Jane Smith” author:«Doe»?",
            "Who won",
            (),
            Filter(authors=("Jane Smith", "Doe")),
            id="curly_values",
        ),
        pytest.param(
            "Who won after:2020-05 before:2021, or lost?",
            "Who won or lost?",
            (),
            Filter(after="2020-05", before="2021"),
            id="dates",
        ),
        pytest.param(
            "Who? after:2019 after:2020-05 before:2021 before:2021-06 after:2020",
            "Who?",
            (),
            Filter(after="2020-05", before="2021-06"),
            id="two_dates",
        ),
        pytest.param("Who is in:a.b.c.?", "Who is", (), Filter(within=("a.b.c",)), id="dots"),
        pytest.param(
            'What is "null and void"?',
            "What is null and void?",
            ("null and void",),
            None,
            id="straight",
        ),
        pytest.param(
            "Is “a b” „c d“ «\u00a0e f\u00a0»?",
            "Is a b c d e f?",
            ("a b", "c d", "e f"),
            None,
            id="typographic",
        ),
        pytest.param("什么是“人工智能”？", "什么是人工智能？", ("人工智能",), None, id="chinese"),
        pytest.param(
            '什么是"人工智能"吗？', "什么是人工智能吗？", ("人工智能",), None, id="beside"
        ),
        pytest.param('Where is "in:x" said?', "Where is in:x said?", ("in:x",), None, id="inside"),
        pytest.param('Is it "a" or "a"?', "Is it a or a?", ("a",), None, id="twice"),
        pytest.param('("AB-1234/7")', "(AB-1234/7)", ("AB-1234/7",), None, id="brackets"),
        pytest.param(
            '5" pipe "null and void" tag:x',
            '5" pipe null and void',
            ("null and void",),
            Filter(tags=("x",)),
            id="inches_and_a_phrase",
        ),
    ],
)
def test_phrases_and_filters_are_told_apart(
    question: str, text: str, phrases: tuple[str, ...], only: Filter | None
) -> None:
    asked = understood(question)

    assert (asked.text, asked.phrases, asked.only) == (text, phrases, only)
    assert asked.typed == question


@pytest.mark.parametrize(
    ("question", "alone"),
    [('"null and void"', True), ("“a” «b»? tag:x", True), ('"a" b', False), ("a", False)],
)
def test_a_question_of_phrases_alone_is_known(question: str, alone: bool) -> None:
    assert understood(question).only_phrases == alone


@pytest.mark.parametrize("question", ["in:papers", "tag:a after:2020 ?", 'in:"annual report"'])
def test_filters_alone_are_no_question(question: str) -> None:
    with pytest.raises(QuestionError, match="only filters"):
        understood(question)


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("Who? after:yesterday", "after 'yesterday' is no date"),
        ("Who? before:2020-13 before:2019", "before '2020-13' is no date"),
        ('Who? tag:""', "the filter 'tag' has no value"),
        ("Who? after:2021 before:2020", "after '2021' and before '2020'"),
    ],
)
def test_a_malformed_filter_is_refused_with_its_value(question: str, said: str) -> None:
    with pytest.raises(FilterError, match=said):
        understood(question)


words = st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=8)
plain = st.lists(words, min_size=1, max_size=5).map(" ".join)
values = st.lists(words, min_size=1, max_size=3).map(" ".join)
given_filters = st.lists(st.tuples(st.sampled_from(["in", "author", "tag"]), values), max_size=4)
marks = st.sampled_from(['""', "“”", "«»", "„“"])


@given(plain, st.lists(st.tuples(marks, plain), max_size=3), given_filters)
def test_what_is_written_out_is_understood(
    question: str, phrases: list[tuple[str, str]], filters: list[tuple[str, str]]
) -> None:
    quoted = [f"{mark[0]}{phrase}{mark[1]}" for mark, phrase in phrases]
    typed = " ".join([question, *quoted, *(f'{name}:"{value}"' for name, value in filters)])

    asked = understood(typed)

    expected = tuple(dict.fromkeys(phrase for _, phrase in phrases))
    assert asked.phrases == expected
    assert asked.text == " ".join([question, *(phrase for _, phrase in phrases)])
    only = asked.only or Filter()
    for name, found in (("in", only.within), ("author", only.authors), ("tag", only.tags)):
        assert found == tuple(value for given_name, value in filters if given_name == name)


@given(st.text(max_size=80))
def test_any_text_is_understood_or_refused(typed: str) -> None:
    try:
        asked = understood(typed)
    except (QuestionError, FilterError):
        return
    assert asked.typed == typed.strip()
    assert asked.phrases or asked.only or asked.text == asked.typed
