"""Answers come from the right place with the right words, or there is none."""

import json
from pathlib import Path
from typing import Any

import pytest
from conftest import WordEmbedder

from index import (
    Document,
    Landmark,
    Library,
    Locator,
    locate,
    token_counter,
)
from index.reading import read
from qa import Bot, QuestionError, answer_json, cite, spoken_date

GOLDEN = [
    json.loads(line)
    for line in (Path(__file__).parent / "golden_questions.jsonl").read_text().splitlines()
]


def golden_questions(*, answerable: bool) -> list[Any]:
    """Parameters; those beyond the present ranking must fail until it improves."""
    return [
        pytest.param(
            one,
            id=one["question"][:40],
            marks=[pytest.mark.xfail(strict=True, reason="beyond the present ranking")]
            if one.get("hard")
            else [],
        )
        for one in GOLDEN
        if bool(one["must_quote"]) == answerable
    ]


@pytest.fixture
def bot(seed_library: Library) -> Bot:
    return Bot(seed_library, threshold=0.5)


@pytest.mark.parametrize("golden", golden_questions(answerable=True))
def test_the_answering_words_stand_in_the_first_three_excerpts(
    bot: Bot, golden: dict[str, str]
) -> None:
    answer = bot.ask(golden["question"])

    found = [
        Path(one.document.source).name
        for one in answer.excerpts[:3]
        if golden["must_quote"] in " ".join(one.quote.split())
    ]
    assert found == [golden["file"]]


@pytest.mark.parametrize("golden", golden_questions(answerable=False))
def test_what_the_documents_do_not_say_is_not_answered(bot: Bot, golden: dict[str, str]) -> None:
    answer = bot.ask(golden["question"])

    assert (answer.answered, answer.excerpts) == (False, ())
    assert answer.confidence < 0.5


def test_a_refusal_offers_what_came_closest_under_another_name(bot: Bot) -> None:
    told = answer_json(bot.ask("What is the capital of Australia?"))

    assert told["excerpts"] == []
    assert 1 <= len(told["closest"]) <= 3


def test_the_same_question_has_the_same_answer_byte_for_byte(bot: Bot) -> None:
    told = [
        json.dumps({**answer_json(bot.ask("What is a pinpoint citation?")), "took_ms": 0})
        for _ in range(5)
    ]

    assert len(set(told)) == 1


def test_an_empty_library_says_nothing(tmp_path: Path) -> None:
    with Library.open(
        tmp_path, embedder=WordEmbedder(), count=token_counter(), create=True
    ) as library:
        answer = Bot(library, threshold=0.0).ask("Is anything there?")

    assert (answer.excerpts, answer.closest, answer.confidence) == ((), (), 0.0)


def test_limit_bounds_the_excerpts(bot: Bot) -> None:
    assert [len(bot.ask("How is a page cited?", limit=n).excerpts) for n in (1, 2)] == [1, 2]


@pytest.mark.parametrize(
    ("question", "reason"),
    [
        pytest.param("", "is empty", id="empty"),
        pytest.param(" \n\t", "is empty", id="white"),
        pytest.param("x" * 2001, "2,001 characters; at most 2,000", id="too-long"),
        pytest.param("what\x00now", "control characters", id="nul"),
        pytest.param("what \ud800 now", "control characters", id="lone-surrogate"),
        pytest.param("?!…", "has no words", id="no-words"),
        pytest.param(b"bytes", "must be text, not bytes", id="bytes"),
        pytest.param(None, "must be text, not NoneType", id="none"),
    ],
)
def test_what_is_no_question_is_refused_with_a_reason(
    bot: Bot, question: str, reason: str
) -> None:
    with pytest.raises(QuestionError, match=reason):
        bot.ask(question)


@pytest.mark.parametrize(
    "question",
    [
        pytest.param("x" * 2000, id="longest"),
        pytest.param('"AND OR NOT" NEAR(*) ^col:', id="query-syntax"),
        pytest.param("日本語は？", id="japanese"),
        pytest.param("'; DROP TABLE words; --", id="sql"),
        pytest.param("the of and", id="function-words"),
        pytest.param("😀 a", id="emoji"),
    ],
)
def test_any_text_can_be_asked(bot: Bot, question: str) -> None:
    assert bot.ask(question).question == question


def document(text: str, name: str, **changes: object) -> Document:
    reading = read(text.encode(), name)
    fields = {field: getattr(reading, field) for field in reading.__dataclass_fields__}
    return Document(**{**fields, "id": "1", "source": f"/{name}", "sha256": "", **changes})


def place(document: Document, quote: str) -> Locator:
    start = document.text.index(quote)
    return locate(document, start, start + len(quote))


PAGES = (Landmark("page", 0, 1, "i"), Landmark("page", 8, 2, "ii"), Landmark("page", 18, 3))


@pytest.mark.parametrize(
    ("quote", "text"),
    [
        pytest.param("One two", "p. i, line 1", id="label"),
        pytest.param("three", "p. ii, line 1", id="line-within-the-page"),
        pytest.param("two\nthree", "pp. i–ii", id="over-two-pages"),
        pytest.param("four.\n\nFive", "pp. ii–3", id="no-label"),
        pytest.param("six\nseven", "p. 3, lines 1–2", id="two-lines"),
    ],
)
def test_a_place_in_pages(quote: str, text: str) -> None:
    paged = document(
        "One two\nthree four.\n\nFive six\nseven.",
        "a.txt",
        media_type="application/pdf",
        landmarks=(PAGES[0], PAGES[1], Landmark("page", 21, 3)),
    )

    assert place(paged, quote).text == text


@pytest.mark.parametrize(
    ("name", "text", "quote", "said"),
    [
        pytest.param("a.txt", "One.\nTwo.\nThree.", "Two.", "line 2", id="text"),
        pytest.param(
            "a.md", "# Law\n\n## Oil\n\nThree.", "Three.", "section “Oil”, line 5", id="md"
        ),
        pytest.param(
            "a.html",
            "<h1>Law</h1><p>One.</p><p>Two.</p>",
            "Two.",
            "section “Law”, paragraph 2",
            id="html",
        ),
        pytest.param("a.html", "<p>One.</p><p>Two.</p>", "Two.", "paragraph 2", id="no-heading"),
        pytest.param(
            "a.html",
            "<h1>Law</h1><p>One.</p><h2>Two.</h2>",
            "Two.",
            "section “Law”, paragraph 2",
            id="a-heading-itself",
        ),
        pytest.param(
            "a.md",
            "# Law\n\n| a | b |\n|---|---|\n| c | d |\n",
            "| c | d |",
            "section “Law”, line 5",
            id="markdown-table",
        ),
        pytest.param(
            "a.html",
            "<h1>Law</h1><table><tr><th>a<th>b<tr><td>c<td>2</table>",
            "c | 2",
            "section “Law”, row 2",
            id="html-table",
        ),
        pytest.param("a.csv", "name,year\na b,1\nc d,2\ne f,3\n", "c d,2", "row 3", id="csv"),
    ],
)
def test_a_place_without_pages(name: str, text: str, quote: str, said: str) -> None:
    assert place(document(text, name), quote).text == said


@pytest.mark.parametrize("span", [(0, 0), (3, 2), (-1, 2), (0, 99)])
def test_a_span_outside_the_text_has_no_place(span: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="is not within the document's 4 characters"):
        locate(document("One.", "a.txt"), *span)


def test_a_citation_is_one_line_with_what_is_known() -> None:
    known = document("One.\nTwo.", "a.txt", title="Oil", author="Jane Doe", date="2020-09-22")
    bare = document("One.\nTwo.", "a.txt")

    assert cite(known, place(known, "Two.")) == "Jane Doe, “Oil”, 22 September 2020, line 2."
    assert cite(bare, place(bare, "Two.")) == "“a.txt”, line 2."


@pytest.mark.parametrize(
    ("date", "spoken"),
    [("2020-09-22", "22 September 2020"), ("2020-09", "September 2020"), ("2020", "2020")],
)
def test_dates_are_spoken_as_far_as_they_go(date: str, spoken: str) -> None:
    assert spoken_date(date) == spoken


def test_the_context_is_whole_sentences(bot: Bot) -> None:
    contexts = 0
    for golden in GOLDEN:
        answer = bot.ask(golden["question"])
        for one in answer.excerpts + answer.closest:
            text = one.document.text
            if one.before:
                contexts += 1
                said_before = text[: one.context_start].rstrip(" ")
                assert said_before == "" or said_before[-1] in ".?!:”’)\n"
            if one.after:
                said_after = text[one.context_end :].lstrip(" ")
                assert one.after[-1] in ".?!:”’)" or said_after[:1] in ("\n", "")
    assert contexts > 20
