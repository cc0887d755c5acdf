"""`ask --explain` and `"explain": true`."""

import json
from pathlib import Path

import pytest
from conftest import Pincite
from flask.testing import FlaskClient

from index import Library
from qa import Bot, Settings
from web.explaining import show_explanation


@pytest.mark.parametrize(
    "question", ["Which nations sent soldiers to the Kavkaz exercise?", "What is the capital?"]
)
def test_the_tables_fit_80_columns(
    seed_library: Library,
    question: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    answer = Bot(seed_library, threshold=0.5).ask(question, explain=True)

    show_explanation(answer)

    lines = capsys.readouterr().out.splitlines()
    assert max(map(len, lines)) <= 80
    heads = [line.split() for line in lines]
    assert "passage shown dense lexical sentence score place".split() in heads
    assert "signal value weight product".split() in heads
    assert f"Confidence {answer.confidence:.4f}" in "\n".join(lines)
    assert not any("…" in line for line in lines)


def test_the_command_line_explains_when_asked_to(pincite: Pincite, tmp_path: Path) -> None:
    (tmp_path / "notes [b].txt").write_text("The harbour bridge was opened in spring.\n")
    pincite("add", tmp_path / "notes [b].txt")

    plain = pincite("ask", "Which bridge [red]?").out
    explained = pincite("ask", "Which bridge [red]?", "--explain").out

    assert explained.startswith(plain)
    added = " ".join(explained[len(plain) :].split())
    assert added.startswith("Words and their rarity: bridge 0.29, red 1.39 ")
    assert "notes [b].txt, line 1" in added
    assert "at least the threshold 0: answered Milliseconds: retrieve " in added


def test_json_on_the_command_line_has_the_explanation(pincite: Pincite, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("The harbour bridge was opened in spring.\n")
    pincite("add", tmp_path / "notes.txt")

    told = json.loads(pincite("ask", "Which bridge?", "--explain", "--json").out)

    assert [one["place"] for one in told["explanation"]["passages"]] == ["line 1"]


def test_the_http_interface_explains_when_asked_to(client: FlaskClient) -> None:
    question = "Which nations sent soldiers to the Kavkaz exercise?"

    asked = client.post("/api/ask", json={"question": question, "explain": True}).json
    plain = client.post("/api/ask", json={"question": question, "explain": False}).json

    assert asked is not None
    assert plain is not None
    assert "explanation" not in plain
    assert asked["explanation"]["threshold"] == Settings().threshold
    assert asked["explanation"]["passages"][0]["excerpts"][0] == 1


def test_a_phrase_decides_without_signals(client: FlaskClient) -> None:
    question = 'Who sent soldiers, "purple unicorn"?'

    asked = client.post("/api/ask", json={"question": question, "explain": True}).json

    assert asked is not None
    assert (asked["answered"], asked["confidence"]) == (False, 0.0)
    assert asked["explanation"]["signals"] == []


def test_explain_must_be_true_or_false(client: FlaskClient) -> None:
    response = client.post("/api/ask", json={"question": "Who?", "explain": "yes"})

    assert response.status_code == 422
    assert "explain: " in response.text
