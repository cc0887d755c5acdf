"""Excerpts: whole thoughts, each said once, with all the places where it stands."""

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index import Library, SentenceEmbedder, add_files, find_files, token_counter
from qa import Answer, Bot, QuestionError, answer_json
from qa.repeats import says_the_same

Ask = Callable[[dict[str, str], str], Answer]


@pytest.fixture
def ask(tmp_path: Path, sentence_embedder: SentenceEmbedder) -> Ask:
    """Ask a library of the given files with the real model."""

    def asked(files: dict[str, str], question: str) -> Answer:
        folder = tmp_path / "files"
        for name, text in files.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text, encoding="utf-8")
        with Library.open(
            tmp_path / "library", embedder=sentence_embedder, count=token_counter(), create=True
        ) as library:
            list(add_files(library, find_files([folder]), seconds=60))
            return Bot(library, threshold=0.0).ask(question)

    return asked


def names(answer: Answer) -> list[str]:
    return [Path(one.document.source).name for one in answer.excerpts]


FILLER = (
    "The museum opened a wing for tapestries. Its garden is closed in winter. "
    "Visitors may bring water into the halls."
)


def test_a_pronoun_is_quoted_with_the_sentence_that_it_stands_for(ask: Ask) -> None:
    text = f"{FILLER} Marta Kessel led the survey of the glacier. She measured it with radar.\n"

    (first, *_) = ask({"a.txt": text}, "What was measured with radar?").excerpts

    assert first.quote == "Marta Kessel led the survey of the glacier. She measured it with radar."


def test_a_list_is_quoted_with_the_line_that_leads_into_it(ask: Ask) -> None:
    text = (
        f"{FILLER}\n\nThe permit for the quarry requires:\n- a fence of two metres,\n"
        f"- a warden at night,\n- a yearly report on dust.\n\n{FILLER}\n"
    )

    (first, *_) = ask({"a.md": text}, "What does the permit for the quarry require?").excerpts

    assert first.quote.startswith("The permit for the quarry requires:")
    assert first.quote.endswith("a yearly report on dust.")


def test_a_question_in_the_text_is_quoted_with_its_answer(ask: Ask) -> None:
    text = f"{FILLER} Who repairs the town clock? Old Benno does, every spring. {FILLER}\n"

    (first, *_) = ask({"a.txt": text}, "Who repairs the town clock?").excerpts

    assert "Old Benno does" in first.quote


def test_the_same_words_in_two_documents_are_one_excerpt_with_both_places(ask: Ask) -> None:
    said = "The ferry to Orsk sails at dawn on Tuesdays."
    answer = ask(
        {
            "a.txt": f"{FILLER} {said}\n",
            "b.txt": f"{said.replace(' to Orsk', chr(10) + 'to Orsk')} Bread is dear this year.\n",
            "c.txt": FILLER,
        },
        "When does the ferry to Orsk sail?",
    )

    first = answer.excerpts[0]
    places = [first, *first.also]
    assert {Path(one.document.source).name for one in places} == {"a.txt", "b.txt"}
    assert all(" ".join(one.quote.split()) == said for one in places)
    assert all(one.quote == one.document.text[one.start : one.end] for one in places)
    assert sum("ferry" in one.quote for one in answer.excerpts) == 1
    shown = answer_json(answer)["excerpts"][0]
    assert [place["citation"] for place in shown["also"]] == [first.also[0].citation]


def test_reports_on_one_template_are_told_apart_by_what_the_question_names(ask: Ask) -> None:
    def report(company: str, money: str) -> str:
        return (
            f"# Annual report of {company}\n\n## Results\n\nRevenue for the year was {money} "
            "million euros. Costs were in line with the plan.\n"
        )

    files = {"a.md": report("Norvik Foods", "412"), "b.md": report("Talbot Mills", "387")}

    for company, money in (("Norvik Foods", "412"), ("Talbot Mills", "387")):
        first = ask(files, f"What was the revenue of {company}?").excerpts[0]

        assert money in first.quote
        assert not first.also


def test_a_row_comes_with_the_header_of_its_table(ask: Ask) -> None:
    rows = "\n".join(
        f"{name},{number},oak" for name, number in zip("abcdef", range(6), strict=True)
    )
    text = f"boat,berth,wood\n{rows}\nMirabelle,17,larch\n"

    first = ask({"boats.csv": text}, "Which berth has the Mirabelle?").excerpts[0]

    assert "Mirabelle" in first.quote
    assert "\n" not in first.quote
    assert first.header == "boat,berth,wood"
    assert first.header in first.document.text


@pytest.mark.parametrize(
    "word", ["KX-4471/B", "§ 12(3)", "RFC-2119", "E0277", "漢字検定", "10.1038/nature12373"]
)
def test_what_carries_meaning_as_it_is_written_is_found(ask: Ask, word: str) -> None:
    files = {f"{n}.txt": FILLER for n in range(3)}
    files["right.txt"] = f"{FILLER} The shelf by the door is for {word} alone. {FILLER}\n"

    first = ask(files, f"What about {word}?").excerpts[0]

    assert word in first.quote


def test_a_quoted_phrase_stands_in_every_excerpt(ask: Ask) -> None:
    files = {
        "a.txt": f"{FILLER} The lease is null and void after a year. The lease may be renewed.\n",
        "b.txt": "The lease is void, and null is what it pays. Leases end. Leases begin.\n",
    }

    answer = ask(files, 'When is the lease "null and void"?')

    assert names(answer) == ["a.txt"]
    assert "null and void" in answer.excerpts[0].quote


def test_the_same_row_under_another_header_is_another_fact(ask: Ask) -> None:
    files = {"revenue.csv": "year,revenue\n2019,500\n", "losses.csv": "year,losses\n2019,500\n"}

    answer = ask(files, "What was the revenue in 2019?")

    assert answer.excerpts[0].header == "year,revenue"
    assert not any(one.also for one in answer.excerpts)


def test_part_of_a_number_is_no_other_place(ask: Ask) -> None:
    files = {"a.md": "- Interest rate: 3\n", "b.md": "- Interest rate: 3.5 percent\n"}

    answer = ask(files, "What is the interest rate?")

    assert not any(one.also for one in answer.excerpts)


def test_a_title_is_no_answer(ask: Ask) -> None:
    text = "The sanctions take effect\n\nThe first step came in force in August.\n"
    meta = {"a.txt": text, "a.txt.meta.json": '{"title": "The sanctions take effect"}'}

    first = ask(meta, "When do the sanctions take effect?").excerpts[0]

    assert "August" in first.quote


def test_a_list_is_quoted_as_far_as_it_fits(ask: Ask) -> None:
    items = "\n".join(f"- Duty {n}: look after gate {n}." for n in range(1, 9))

    first = ask({"a.md": f"The warden has these duties:\n{items}\n"}, "What are the duties?")

    assert "gate 8" in first.excerpts[0].quote


def test_a_limit_below_one_is_refused(seed_library: Library) -> None:
    with pytest.raises(QuestionError, match="the limit is 0"):
        Bot(seed_library, threshold=0.5).ask("Who is Zarif?", limit=0)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        pytest.param("The ferry sails.", "the FERRY\nsails", True, id="typography"),
        pytest.param("The ferry sails.", "It rains. The ferry sails.", True, id="within"),
        pytest.param("Revenue was 412.", "Revenue was 387.", False, id="number"),
        pytest.param("Anna paid the bill.", "Berta paid the bill.", False, id="name"),
        pytest.param("It was paid in full.", "It was not paid in full.", False, id="negation"),
        pytest.param("Staff may smoke.", "No staff may smoke.", False, id="no"),
        pytest.param("He was late.", "It is not true that he was late.", False, id="clause"),
        pytest.param("Acme sued Globex.", "Globex sued Acme.", False, id="order"),
        pytest.param("He must pay.", "He may pay.", False, id="duty"),
        pytest.param("It was -5 degrees.", "It was 5 degrees.", False, id="sign"),
        pytest.param("It cost $100.", "It cost €100.", False, id="currency"),
        pytest.param("It rose by 5%.", "It rose by 5.", False, id="percent"),
        pytest.param("可以吸烟。", "不可以吸烟。", False, id="chinese"),
        pytest.param("", "", False, id="nothing"),
    ],
)
def test_what_counts_as_a_repeat(one: str, other: str, same: bool) -> None:
    assert says_the_same(one, other) is same


@given(st.text(), st.text())
def test_repeating_is_mutual(one: str, other: str) -> None:
    assert says_the_same(one, other) == says_the_same(other, one)
