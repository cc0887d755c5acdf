"""The command `eval`, from its file to its exit status."""

import json
from pathlib import Path

import pytest
from conftest import Pincite

from qa import figures

_LINES = (
    {"question": "When was the harbour bridge opened?", "quote": "opened in spring"},
    {"question": "Who opened the bridge [red]at last[/red]?", "quote": "the\x1b mayor"},
    {"question": "How long is the tower?", "answerable": False},
)
_NAMES = [figure.name for figure in figures([])]


@pytest.fixture
def questions(tmp_path: Path, pincite: Pincite) -> Path:
    """A file of three questions, and the library that they are about."""
    folder = tmp_path / "notes"
    folder.mkdir()
    (folder / "bridge.txt").write_text("The harbour bridge was opened in spring.\n")
    assert pincite("add", folder).status == 0
    path = tmp_path / "questions.jsonl"
    path.write_text("\n".join(map(json.dumps, _LINES)))
    return path


def test_the_table_fits_80_columns_and_the_failures_say_what_was_shown(
    pincite: Pincite, questions: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    outcome = pincite("eval", questions)

    assert (outcome.status, outcome.err) == (0, "")
    lines = outcome.out.splitlines()
    assert lines[0] == "3 questions: 2 with an answer, 1 without."
    assert [line.split()[0] for line in lines[2:12]] == _NAMES
    assert lines[2].split()[1:6] == ["50.0", "%", "1", "of", "2"]
    assert max(map(len, lines)) <= 80
    said = " ".join(outcome.out.split())
    assert "2 failed:" in said
    assert (
        "line 2: Who opened the bridge [red]at last[/red]? expected “the\ufffd mayor” "
        "the expected words stand nowhere in the library shown: “The harbour bridge was opened "
        "in spring.” “bridge.txt”, line 1." in said
    )
    assert "line 3: How long is the tower? answered (confidence 0." in said


def test_refusals_show_what_came_closest(
    pincite: Pincite, questions: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PINCITE_THRESHOLD", "1")
    questions.write_text(json.dumps({"question": "Why?", "quote": "opened in spring"}))
    said = " ".join(pincite("eval", questions).out.split())

    assert "line 1: Why? expected “opened in spring” refused (confidence 0." in said
    assert "what is expected is passage 1 of the ranking closest: “The harbour bridge" in said


def test_json_has_every_figure_and_failure(pincite: Pincite, questions: Path) -> None:
    outcome = pincite("eval", questions, "--json")

    assert (outcome.status, outcome.err) == (0, "")
    told = json.loads(outcome.out)
    assert list(told) == ["schema", "questions", "figures", "failures"]
    assert (told["schema"], told["questions"], list(told["figures"])) == (1, 3, _NAMES)
    assert told["figures"]["mrr"] == {"value": 0.5, "total": 1.0, "of": 2}
    first, second = told["failures"]
    answer = first.pop("answer")
    assert first == {
        "line": 2,
        "question": _LINES[1]["question"],
        "expected": {"answerable": True, "quotes": [_LINES[1]["quote"]], "documents": []},
        "reason": "the expected words stand nowhere in the library",
        "rank": None,
        "excerpt": None,
    }
    assert answer["excerpts"][0]["quote"] == "The harbour bridge was opened in spring."
    assert (second["line"], second["expected"]["answerable"]) == (3, False)


@pytest.mark.parametrize(
    ("bound", "said"),
    [
        pytest.param(["--at-least", "recall@1=50%"], "", id="just-met"),
        pytest.param(["--at-most", "foreign-answered=1"], "", id="at-most-met"),
        pytest.param(
            ["--at-least", "recall@5=0.51"],
            "pincite: recall@5 is 50.0 %; at least 51.0 % was asked for\n",
            id="too-low",
        ),
        pytest.param(
            ["--at-most", "foreign-answered=5%", "--at-least", "mrr=0.75", "--json"],
            "pincite: mrr is 0.500; at least 0.750 was asked for\n"
            "pincite: foreign-answered is 100.0 %; at most 5.0 % was asked for\n",
            id="several",
        ),
    ],
)
def test_a_figure_beyond_its_bound_ends_with_status_1(
    pincite: Pincite, questions: Path, bound: list[str], said: str
) -> None:
    outcome = pincite("eval", questions, *bound)

    assert (outcome.status, outcome.err) == (1 if said else 0, said)


def test_a_figure_that_nothing_measures_meets_no_bound(pincite: Pincite, questions: Path) -> None:
    questions.write_text(json.dumps(_LINES[0]))
    outcome = pincite("eval", questions, "--at-least", "right-refusals=0")

    assert outcome.status == 1
    assert outcome.err == (
        "pincite: right-refusals was not measured, no question is about it; "
        "at least 0.0 % was asked for\n"
    )


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        pytest.param(["--at-least", "recall=0.9"], "'recall' is no figure; choose", id="figure"),
        pytest.param(["--at-least", "mrr"], "'' is no share; give one like mrr=0.9", id="none"),
        pytest.param(["--at-most", "mrr=90"], "'90' is no share", id="beyond-1"),
        pytest.param(["--at-most", "mrr=nan"], "'nan' is no share", id="nan"),
        pytest.param(["--at-most", "mrr=x%"], "'x%' is no share", id="word"),
    ],
)
def test_a_bound_that_is_none_is_refused(
    pincite: Pincite, questions: Path, arguments: list[str], said: str
) -> None:
    outcome = pincite("eval", questions, *arguments)

    assert (outcome.status, outcome.out, outcome.err.count("\n")) == (2, "", 1)
    assert said in outcome.err


def test_a_file_that_is_not_there_is_refused(pincite: Pincite, tmp_path: Path) -> None:
    outcome = pincite("eval", tmp_path / "no.jsonl")

    assert (outcome.status, outcome.out) == (2, "")
    assert "no.jsonl': No such file" in outcome.err


def test_broken_lines_are_named_and_nothing_is_asked(pincite: Pincite, questions: Path) -> None:
    questions.write_text("Who?\n" + json.dumps(_LINES[0]) + '\n{"question": "Who?"}\n')
    outcome = pincite("eval", questions)

    assert (outcome.status, outcome.out) == (2, "")
    first, second, last = outcome.err.splitlines()
    assert first.startswith(f"pincite: {questions}, line 1: it is not JSON")
    assert second.startswith(f"pincite: {questions}, line 3: it expects nothing; give a quote")
    assert last == "pincite: nothing was asked; mend the file and try again"


def test_without_a_library_one_line_says_so(pincite: Pincite, tmp_path: Path) -> None:
    (tmp_path / "questions.jsonl").write_text(json.dumps(_LINES[0]))
    outcome = pincite("eval", tmp_path / "questions.jsonl")

    assert (outcome.status, outcome.out) == (1, "")
    assert "there is no library" in outcome.err
