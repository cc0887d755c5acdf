"""The benchmark from end to end on small sets, and what it exchanges with its peers."""

import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import WordEmbedder
from test_benchmarks_sets import paragraph, write

from benchmarks import growing, latency, quality
from benchmarks.peers.exchange import Chunk, Text, answer, checked, located
from benchmarks.results import Results, Row, table
from benchmarks.shapes import Question, QuestionSet, Range, Response, Source
from benchmarks.systems.baselines import bm25, dense, dense_sentences
from benchmarks.systems.passages import Remembering
from benchmarks.systems.peer import peer, versions
from benchmarks.systems.pincite import pincite
from index import Embedder, PassageText, Reading

MOON = "The moon is far away. Apollo reached the moon with three astronauts."
SUN = "The sun is a hot star. Its corona is hotter than its surface."


@pytest.fixture
def question_set() -> QuestionSet:
    sources = [
        Source(name, Reading(text=text, media_type="text/plain", title=name.title()))
        for name, text in (("moon", MOON), ("sun", SUN))
    ]
    return QuestionSet(
        "squad",
        sources,
        [
            Question("Who reached the moon?", {"moon": 1}),
            Question("Is the corona hotter?", {"sun": 1}),
        ],
        {"sun": (Range("sun", 0, 22), Range("sun", 23, 61))},
    )


@pytest.mark.parametrize("system", [pincite, bm25, dense])
def test_each_system_answers_with_ranges_of_the_right_document(
    question_set: QuestionSet,
    embedder: WordEmbedder,
    system: Callable[[QuestionSet, Embedder], list[Response]],
) -> None:
    responses = system(question_set, Remembering(embedder))

    assert [one.passages[0] for one in responses] == [
        Range("moon", 0, len(MOON)),
        Range("sun", 0, len(SUN)),
    ]


def test_pincite_shows_what_it_quotes(question_set: QuestionSet, embedder: WordEmbedder) -> None:
    (about_the_moon, _) = pincite(question_set, embedder)

    shown = about_the_moon.excerpts[0]
    assert MOON[shown.start : shown.end] == "Apollo reached the moon with three astronauts."


def test_sentences_alone_are_ranked_one_by_one(
    question_set: QuestionSet, embedder: WordEmbedder
) -> None:
    (_, about_the_corona) = dense_sentences(question_set, embedder)

    assert about_the_corona.passages == (Range("sun", 23, 61), Range("sun", 0, 22))


def test_what_was_embedded_is_not_embedded_again(embedder: WordEmbedder) -> None:
    text = PassageText("", "a b", ((0, 3),))
    remembering = Remembering(embedder)

    first = remembering.passages([text, text])
    again = remembering.passages([text])

    assert embedder.embedded == 1
    assert first[0] is first[1] is again[0]


def test_copies_lie_near_the_vectors_given_before(embedder: WordEmbedder) -> None:
    copying = growing.Copying(embedder)
    (real,) = copying.passages([PassageText("", "the far moon", ((0, 12),))])
    copying.copies = True

    (copy,) = copying.passages([PassageText("", "a b. c d.", ((0, 4), (5, 9)))])

    assert embedder.embedded == 1
    assert copy.sentences.shape == (2, len(real.passage))
    assert 0.7 < float(copy.passage.astype(float) @ real.passage.astype(float)) < 0.99


def test_a_peer_is_asked_once_and_its_answers_are_kept(
    tmp_path: Path, question_set: QuestionSet
) -> None:
    found = [{"document": "sun", "start": 0, "end": 22, "score": 0.25}]
    python = tmp_path / "python"
    python.write_text(f"#!/bin/sh\necho '{json.dumps([found, found])}' > \"$4\"\n")
    python.chmod(0o755)

    first = peer(question_set, "txtai", python=python, kept=tmp_path / "kept")
    again = peer(question_set, "txtai", python=tmp_path / "gone", kept=tmp_path / "kept")

    shown = (Range("sun", 0, 22),)
    assert first == again == [Response(shown, shown, 0.25)] * 2


def test_a_peer_gets_the_documents_and_gives_its_chunks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    documents = [{"id": "moon", "title": "Moon", "text": MOON}]
    write(tmp_path / "task", json.dumps({"documents": documents, "questions": ["a", "b"]}))
    monkeypatch.setattr(sys, "argv", ["peer", str(tmp_path / "task"), str(tmp_path / "found")])
    chunk = Chunk("moon", 0, 21, 0.5)

    answer(lambda given: lambda _: [chunk] * len(given))

    told = {"document": "moon", "start": 0, "end": 21, "score": 0.5}
    assert json.loads((tmp_path / "found").read_text()) == [[told], [told]]
    assert Text(**documents[0]).title == "Moon"


def test_a_chunk_that_is_not_what_the_document_says_is_an_error() -> None:
    assert checked({"a": "one two"}, Chunk("a", 4, 7, 0), "two") == Chunk("a", 4, 7, 0)
    with pytest.raises(ValueError, match="holds 'one', but the peer returned 'two'"):
        checked({"a": "one two"}, Chunk("a", 0, 3, 0), "two")


def test_chunks_are_located_in_their_order() -> None:
    assert list(located("a b a b", ["a b", "a b"])) == [0, 4]


def test_the_peers_are_pinned() -> None:
    assert {"llama-index-core", "langchain-core", "txtai", "torch"} <= set(versions())


def test_the_best_value_of_a_row_is_bold_and_a_missing_one_a_dash() -> None:
    rows = [
        Row("squad", "right paragraph first", 1200, "%", {"Pincite": 0.9, "txtai": 0.5}),
        Row("scifact", "nDCG@10", 800, "score", {"Pincite": 0.7}),
    ]

    assert table(rows).splitlines() == [
        "| | questions | Pincite | txtai |",
        "|---|---:|---:|---:|",
        "| **SQuAD 2.0** | | | |",
        "| right paragraph first | 1,200 | **90.0 %** | 50.0 % |",
        "| **SciFact** | | | |",
        "| nDCG@10 | 800 | **0.700** | – |",
    ]


def test_a_run_measures_what_is_there_and_says_what_is_not(
    tmp_path: Path,
    embedder: WordEmbedder,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    asked = (("Who reached the moon?", "Apollo"), ("Who left Mars?", ""))
    articles = [
        {"title": f"Star {n}", "paragraphs": [paragraph(f"It shines {n}.")]} for n in range(10)
    ]
    # Every fifth is asked about.
    articles[4] = {
        "title": "Sun",
        "paragraphs": [paragraph(SUN, ("Is the corona hotter?", "hotter"))],
    }
    articles[9] = {"title": "Moon", "paragraphs": [paragraph(MOON, *asked)]}
    write(tmp_path / "data" / "squad" / "squad_v2.json", json.dumps({"data": articles}))
    given = ["--sets", "squad,foreign,scifact", "--data", str(tmp_path / "data")]
    monkeypatch.setattr(
        sys,
        "argv",
        ["quality", *given, "--peers-python", "gone", "--output", str(tmp_path / "out")],
    )

    quality.main(embedder)

    told = " ".join(capsys.readouterr().out.split())
    assert "skipped the peers: gone is not there" in told
    assert "skipped scifact" in told
    results = Results.load(tmp_path / "out" / "quality.json")
    values = {(row.set, row.measure): row.values["Pincite"] for row in results.rows}
    assert values["squad", "right paragraph first"] == 1
    assert values["squad", "answer inside the first excerpt"] == 1
    assert values["foreign", "AUROC"] == 1
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        "quality.json",
        "quality.md",
        "quality.png",
        "refusals.png",
        "reliability.png",
    ]


def test_a_set_that_there_is_not_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["quality", "--sets", "squad,sqad"])

    with pytest.raises(SystemExit):
        quality.main()

    assert "no set 'sqad'; there are squad, foreign," in capsys.readouterr().err


def test_latency_says_which_sets_it_lacks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["latency", "--data", str(tmp_path)])

    with pytest.raises(SystemExit, match="has no chunking, squad; set PINCITE_DATA"):
        latency.main()
