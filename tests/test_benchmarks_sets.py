"""The loaders of the public sets, on small files laid out as those are."""

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from benchmarks.growing import material
from benchmarks.sets import (
    LOADERS,
    chunking,
    clapnq,
    cranfield,
    each_filing,
    foreign,
    scifact,
    squad,
)
from benchmarks.shapes import Question, QuestionSet, Range, Source
from index import Reading


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def lines(*rows: dict[str, Any]) -> str:
    return "".join(json.dumps(row) + "\n" for row in rows)


def paragraph(text: str, *asked: tuple[str, str]) -> dict[str, Any]:
    return {
        "context": text,
        "qas": [
            {
                "question": question,
                "is_impossible": not answer,
                "answers": [{"text": answer}] if answer else [],
            }
            for question, answer in asked
        ],
    }


@pytest.fixture
def squad_folder(tmp_path: Path) -> Path:
    articles = [
        {"title": f"Star_{n}", "paragraphs": [paragraph(f"It is {n}.", (f"Which? {n}", f"{n}"))]}
        for n in range(10)
    ]
    # Every fifth is asked about.
    articles[4] = {
        "title": "The_Moon",
        "paragraphs": [paragraph("It is far.", ("How far?", "far"))],
    }
    articles[9] = {
        "title": "The_Sun",
        "paragraphs": [paragraph("It is hot.", ("How hot?", "hot"), ("How cold?", ""))],
    }
    write(tmp_path / "squad" / "squad_v2.json", json.dumps({"data": articles}))
    older = [{**one, "title": f"Older_{one['title']}"} for one in articles[:4]]
    write(tmp_path / "squad" / "squad_v1_other_articles.json", json.dumps({"data": older}))
    return tmp_path


def test_each_paragraph_of_squad_is_a_document_with_its_article_as_title(
    squad_folder: Path,
) -> None:
    loaded = squad(squad_folder, 10)

    assert len(loaded.sources) == 10
    assert [(one.id, one.reading.title, one.reading.text) for one in loaded.sources[4::5]] == [
        ("The_Moon/0", "The Moon", "It is far."),
        ("The_Sun/0", "The Sun", "It is hot."),
    ]
    assert loaded.questions == [
        Question("How far?", {"The_Moon/0": 1}, ("far",)),
        Question("How hot?", {"The_Sun/0": 1}, ("hot",)),
        Question("How cold?"),
    ]
    assert [question.answerable for question in loaded.questions] == [True, True, False]


def test_foreign_questions_are_about_the_articles_left_out(squad_folder: Path) -> None:
    loaded = foreign(squad_folder, 10)

    assert [one.id for one in loaded.sources] == [
        *(f"Star_{n}/0" for n in (1, 3, 5, 7)),
        "The_Sun/0",
    ]
    assert [(one.text, one.answerable) for one in loaded.questions] == [
        ("How hot?", True),
        ("How far?", False),
    ]


def chunking_folder(folder: Path, content: str) -> Path:
    for name in ("chatlogs", "finance", "pubmed", "state_of_the_union", "wikitexts"):
        write(folder / "chunking_evaluation" / "corpora" / f"{name}.md", f"This is {name}.")
    with (folder / "chunking_evaluation" / "questions_df.csv").open("w", newline="") as file:
        table = csv.writer(file)
        table.writerow(["question", "references", "corpus_id"])
        marked = [{"content": content, "start_index": 8, "end_index": 15}]
        table.writerow(["What is it?", json.dumps(marked), "finance"])
    return folder


def test_marked_ranges_stand_where_the_set_says(tmp_path: Path) -> None:
    loaded = chunking(chunking_folder(tmp_path, "finance"), 10)

    assert len(loaded.sources) == 5
    (question,) = loaded.questions
    assert question.marked == ((Range("finance", 8, 15),),)


def test_who_wants_more_questions_than_there_are_gets_them_all(squad_folder: Path) -> None:
    sources, questions = material(chunking_folder(squad_folder, "finance"), 100)

    assert len(sources) == 15
    assert sorted(questions) == ["How far?", "How hot?", "What is it?"]


def test_a_marked_range_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"finance\.md does not hold 'banking' at 8"):
        chunking(chunking_folder(tmp_path, "banking"), 10)


def test_a_claim_of_scifact_has_the_abstracts_it_cites(tmp_path: Path) -> None:
    folder = tmp_path / "scifact"
    write(folder / "corpus.jsonl", lines({"_id": "7", "title": "Cells", "text": "They divide."}))
    write(
        folder / "queries_train.jsonl",
        lines({"_id": "1", "text": "Cells divide."}, {"_id": "2", "text": "Nobody cites."}),
    )
    write(folder / "qrels_train.tsv", "query-id\tcorpus-id\tscore\n1\t7\t1\n1\t8\t1\n")

    loaded = scifact(tmp_path, 10)

    assert loaded.questions == [Question("Cells divide.", {"7": 1, "8": 1})]


def test_a_claim_on_an_abstract_that_the_reader_learns_from_reports_nothing(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "scifact"
    numbers = ("7", "8", "7", "7", "9", "8")
    write(
        folder / "corpus.jsonl",
        lines(*({"_id": one, "title": "Cells", "text": "They divide."} for one in "789")),
    )
    claims = [{"_id": str(n), "text": f"Claim {n}."} for n in range(6)]
    write(folder / "queries_train.jsonl", lines(*claims))
    cited = "".join(f"{n}\t{one}\t1\n" for n, one in enumerate(numbers))
    write(folder / "qrels_train.tsv", f"query-id\tcorpus-id\tscore\n{cited}")

    kept = LOADERS["scifact"](tmp_path, 10)

    assert sorted(one.text for one in kept.questions) == ["Claim 1.", "Claim 5."]


def test_the_marked_sentences_of_clapnq_are_ranges_of_their_passage(tmp_path: Path) -> None:
    passage = {
        "title": "T",
        "text": "A b . C d . A b . ",
        "sentences": ["A b .", "C d .", "A b ."],
    }
    answered = {
        "input": "what?",
        "passages": [passage],
        "output": [{"selected_sentences": ["C d ."]}, {"selected_sentences": []}],
    }
    silent = {"input": "who?", "passages": [passage], "output": [{"selected_sentences": []}]}
    write(tmp_path / "clapnq" / "answerable.jsonl", lines(answered))
    write(tmp_path / "clapnq" / "unanswerable.jsonl", lines(silent))

    loaded = clapnq(tmp_path, 10)

    (source,) = loaded.sources
    assert loaded.sentences == {
        source.id: (Range(source.id, 0, 5), Range(source.id, 6, 11), Range(source.id, 12, 17))
    }
    assert [(one.answerable, one.marked) for one in loaded.questions] == [
        (True, ((Range(source.id, 6, 11),),)),
        (False, ()),
    ]


def test_cranfield_numbers_its_queries_by_their_order_and_grades_from_four(tmp_path: Path) -> None:
    folder = tmp_path / "cranfield"
    write(
        folder / "cran.all.1400",
        ".I 1\n.T\na\nwing .\n.A\nx\n.B\ny\n.W\na\nwing .\n  lift .\n.I 2\n.T\n.A\n.B\n.W\n",
    )
    write(folder / "cran.qry", ".I 001\n.W\nwhat\nlifts .\n.I 009\n.W\nwhy .\n")
    write(folder / "cranqrel", "1 1 1\n2 1  4\n")

    loaded = cranfield(tmp_path, 10)

    assert [(one.id, one.reading.title, one.reading.text) for one in loaded.sources] == [
        ("1", "a wing .", "a\nwing .\n  lift .\n")
    ]
    assert loaded.questions == [Question("what lifts .", {"1": 4}), Question("why .", {"1": 1})]


@pytest.mark.parametrize("load", [squad, foreign])
def test_a_sample_is_the_same_every_time(
    squad_folder: Path, load: Callable[[Path, int], QuestionSet]
) -> None:
    assert load(squad_folder, 2).questions == load(squad_folder, 2).questions


def test_a_filing_alone_is_asked_what_it_answers() -> None:
    reading = Reading(text="x", media_type="application/pdf")
    asked = [Question("about a", {"a": 1}), Question("about b", {"b": 1})]
    together = QuestionSet("financebench", [Source("a", reading), Source("b", reading)], asked)

    assert [(one.name, one.questions) for one in each_filing(together)] == [
        ("financebench: a", [asked[0]]),
        ("financebench: b", [asked[1]]),
    ]


def test_every_set_is_loaded_from_its_own_name() -> None:
    assert list(LOADERS) == [loader.__name__ for loader in LOADERS.values()]
