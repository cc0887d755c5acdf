"""The figures are those that a hand computes, and a failure says what is missing."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from conftest import SEEDS

from index import Library
from qa import Answer, Bot, Case, Excerpt, Outcome, evaluate, figures, is_exact, unfounded

_NOTES = {
    "bridge.txt": "The harbour bridge was opened in spring. It is two\nmiles long.\n",
    "tower.md": "# The tower\n\nThe clock tower has four faces. One of them is always late.\n",
}


@pytest.fixture
def notes(tmp_path: Path, make_library: Callable[[Path], Library]) -> Library:
    folder = tmp_path / "notes"
    folder.mkdir()
    for name, text in _NOTES.items():
        (folder / name).write_text(text)
    return make_library(folder)


def _outcomes(library: Library, *cases: Case, threshold: float = 0.0) -> list[Outcome]:
    return list(evaluate(Bot(library, threshold=threshold), library, cases))


def _excerpt(library: Library, question: str) -> Excerpt:
    return Bot(library, threshold=0.0).ask(question).excerpts[0]


@pytest.mark.parametrize(
    ("expected", "rank", "excerpt"),
    [
        pytest.param(Case(1, "", ("opened in spring",)), 1, 1, id="words"),
        pytest.param(Case(1, "", ("It is two miles",)), 1, None, id="not-in-the-excerpt"),
        pytest.param(Case(1, "", ("nowhere", "opened in")), 1, 1, id="any-of-the-quotes"),
        pytest.param(Case(1, "", ("opened  in\nspring",)), 1, 1, id="white-space-folded"),
        pytest.param(Case(1, "", ("Opened in Spring",)), None, None, id="but-not-case"),
        pytest.param(Case(1, "", ("nowhere",)), None, None, id="nowhere"),
        pytest.param(Case(1, "", (), ("bridge.txt",)), 1, 1, id="file-name"),
        pytest.param(Case(1, "", (), ("./notes/bridge.txt",)), 1, 1, id="end-of-a-path"),
        pytest.param(Case(1, "", (), ("notes\\bridge.txt",)), 1, 1, id="backslash"),
        pytest.param(Case(1, "", (), ("idge.txt",)), None, None, id="end-of-a-name"),
        pytest.param(Case(1, "", (), ("the  TOWER",)), 2, None, id="title"),
        pytest.param(Case(1, "", (), ("no.txt", "tower.md")), 2, None, id="any-of-the-documents"),
        pytest.param(Case(1, "", ("four faces",), ("bridge.txt",)), None, None, id="both"),
        pytest.param(Case(1, ""), None, None, id="no-answer"),
    ],
)
def test_an_outcome_tells_where_what_was_expected_stands(
    notes: Library, expected: Case, rank: int | None, excerpt: int | None
) -> None:
    (outcome,) = _outcomes(
        notes, replace(expected, question="When was the harbour bridge opened?")
    )

    assert (outcome.rank, outcome.excerpt) == (rank, excerpt)


def test_a_document_is_also_known_by_its_id_and_its_path_from_here(
    notes: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "below").mkdir()
    monkeypatch.chdir(tmp_path / "below")
    known = _excerpt(notes, "When was the harbour bridge opened?").document
    names = [known.id, known.source, "../notes/bridge.txt"]

    outcomes = _outcomes(notes, *(Case(1, "Which harbour bridge?", (), (name,)) for name in names))

    assert [outcome.rank for outcome in outcomes] == [1, 1, 1]


def test_a_passage_counts_that_holds_most_of_a_long_quote(seed_library: Library) -> None:
    text = (SEEDS / "kavkaz-2020.md").read_text()
    whole = text[text.index("TASS reported") : text.index("TASS reported") + 1500]

    (outcome,) = _outcomes(seed_library, Case(1, "Which nations sent soldiers?", (whole,)))

    assert (outcome.rank, outcome.excerpt) == (1, None)


def _outcome(
    library: Library,
    case: Case,
    *,
    rank: int | None = None,
    excerpt: int | None = None,
    answered: bool = True,
    exact: bool = True,
) -> Outcome:
    shown = (_excerpt(library, "When was the harbour bridge opened?"),)
    answer = Answer(
        question=case.question,
        searched=case.question,
        excerpts=shown if answered else (),
        closest=() if answered else shown,
        confidence=0.5,
        took_ms=1.0,
    )
    return Outcome(case, answer, rank, excerpt, () if exact else shown)


def test_every_figure_is_as_computed_by_hand(notes: Library) -> None:
    words, place, nothing = Case(1, "a", ("x",)), Case(2, "b", (), ("y",)), Case(3, "c")
    outcomes = [
        _outcome(notes, words, rank=1, excerpt=1),
        _outcome(notes, words, rank=2, excerpt=3),
        _outcome(notes, words, rank=4, answered=False),
        _outcome(notes, words, rank=None, exact=False),
        _outcome(notes, place, rank=10, excerpt=2),
        _outcome(notes, nothing),
        _outcome(notes, nothing, answered=False),
        _outcome(notes, nothing, answered=False, exact=False),
    ]

    measured = {one.name: (one.total, one.number) for one in figures(outcomes)}

    assert measured == {
        "recall@1": (1, 5),
        "recall@3": (2, 5),
        "recall@5": (3, 5),
        "mrr": (1 + 1 / 2 + 1 / 4 + 1 / 10, 5),
        "first-excerpt": (1, 4),
        "any-excerpt": (2, 4),
        "exact-quotes": (6, 8),
        "false-refusals": (1, 5),
        "right-refusals": (2, 3),
        "foreign-answered": (1, 3),
    }
    assert [one.met for one in outcomes] == [True, True, False, False, True, False, True, False]


def test_what_nothing_measures_has_no_value() -> None:
    assert [figure.value for figure in figures([])] == [None] * 10


def test_a_quote_is_held_against_what_the_library_holds_now(notes: Library) -> None:
    excerpt = _excerpt(notes, "When was the harbour bridge opened?")
    stored = notes.document(excerpt.document.id)
    assert stored is not None

    assert is_exact(excerpt, stored)
    assert not is_exact(excerpt, replace(stored, text=stored.text.replace("spring", "winter")))
    assert not is_exact(excerpt, None)


def test_what_the_library_lacks_is_named(notes: Library) -> None:
    cases = [
        Case(1, "a", ("four faces",)),
        Case(2, "b", ("five faces", "six faces")),
        Case(3, "c", ("four faces",), ("bridge.txt",)),
        Case(4, "d", (), ("no.txt",)),
        Case(5, "e", (), ("tower.md",)),
        Case(6, "f", ("It is two miles long.",)),
        Case(7, "g"),
    ]

    assert unfounded(notes, cases) == {
        2: "the expected words stand nowhere in the library",
        3: "the expected words stand nowhere in 'bridge.txt'",
        4: "the library holds no document 'no.txt'",
    }


def test_what_is_refused_is_not_shown(notes: Library) -> None:
    (outcome,) = _outcomes(notes, Case(1, "Which bridge?", ("spring",)), threshold=1.0)

    assert (outcome.rank, outcome.excerpt, outcome.met) == (1, None, False)
    assert outcome.shown == outcome.answer.closest != ()
