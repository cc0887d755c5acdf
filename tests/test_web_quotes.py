"""Where words stand, from the command line and over HTTP."""

import io
import json
import sys
from pathlib import Path
from typing import Any

import pytest
from conftest import Pincite
from flask.testing import FlaskClient

STANDING = "had sent a thousand soldiers"


@pytest.fixture
def folder(tmp_path: Path, pincite: Pincite) -> Path:
    """A folder of two documents, which are in the library."""
    folder = tmp_path / "papers"
    folder.mkdir()
    (folder / "minutes.txt").write_text(
        "The committee decided not to renew the contract with the shipping company."
    )
    (folder / "letter.md").write_text("# Letter\n\nWe shall “not” renew it.\n")
    assert pincite("add", folder).status == 0
    return folder


def test_words_that_stand_are_shown_with_their_place(folder: Path, pincite: Pincite) -> None:
    shown = pincite("quote", "DECIDED NOT to\nrenew")

    assert (shown.status, shown.err) == (0, "")
    assert "Word for word in 1 place of 1 document." in shown.out
    assert "1   “decided not to renew”" in shown.out
    assert "“minutes.txt”, line 1." in shown.out


def test_what_differs_is_marked_without_colours_too(folder: Path, pincite: Pincite) -> None:
    shown = pincite("quote", "the committee decided to renew all contracts with the company")

    assert shown.status == 1
    assert "These words stand nowhere in your documents." in shown.out
    words = " ".join(shown.out.split())
    assert "decided {+not+} to renew [-all contracts-] {+the contract+} with" in words
    assert "[-your words-] {+the document's+}" in words


def test_options_narrow_and_the_rest_is_counted(folder: Path, pincite: Pincite) -> None:
    everywhere = pincite("quote", "renew", "-n", "1")
    narrowed = pincite("quote", "renew", "--in", folder / "letter.md")

    assert "Word for word in 2 places of 2 documents; the first 1 follow." in everywhere.out
    assert "Word for word in 1 place of 1 document." in narrowed.out
    assert "one word is looked for only as it stands" in " ".join(narrowed.out.split())


def test_json_is_the_schema_and_words_may_come_from_standard_input(
    folder: Path, pincite: Pincite, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("not to renew\n"))

    told: dict[str, Any] = json.loads(pincite("quote", "-", "--json").out)

    assert (told["schema"], told["words"], told["total"]) == (1, "not to renew", 1)
    (place,) = told["exact"]
    assert (place["number"], place["quote"]) == (1, "not to renew")


def test_a_source_whose_file_is_gone_is_told(folder: Path, pincite: Pincite) -> None:
    (folder / "minutes.txt").unlink()

    assert "(its file is gone)" in " ".join(pincite("quote", "not to renew").out.split())

    assert pincite("remove", "--missing").status == 0
    assert pincite("quote", "not to renew", "--in", "minutes").err.startswith(
        "pincite: no document is in 'minutes'"
    )


@pytest.mark.parametrize(
    ("words", "said"), [("", "is empty"), ("…", "has no words"), ("a" * 10_001, "at most 10,000")]
)
def test_what_cannot_be_looked_for_is_one_line(
    folder: Path, pincite: Pincite, words: str, said: str
) -> None:
    refused = pincite("quote", words)

    assert (refused.status, refused.out) == (1, "")
    assert said in refused.err
    assert refused.err.count("\n") == 1


def test_no_control_character_of_a_document_reaches_the_terminal(
    tmp_path: Path, pincite: Pincite
) -> None:
    (tmp_path / "a.txt").write_bytes(b"It was \x1b[31m [bold]red[/bold] then.")
    pincite("add", tmp_path / "a.txt")

    shown = pincite("quote", "was [31m [bold]red[/bold] then").out

    assert "“was \ufffd[31m [bold]red[/bold] then”" in shown
    assert "\x1b" not in shown


def test_over_http_each_kind_is_told(client: FlaskClient) -> None:
    exact: Any = client.post("/api/quotes", json={"words": STANDING.upper()}).json
    near: Any = client.post(
        "/api/quotes", json={"words": "had sent two thousand soldiers", "limit": 1}
    ).json
    alike: Any = client.post(
        "/api/quotes", json={"words": "Soldiers of six countries took part in the drill"}
    ).json

    assert [one["quote"] for one in exact["exact"]] == [STANDING]
    assert (exact["total"], exact["documents"], exact["near"], exact["alike"]) == (1, 1, [], [])
    span = exact["exact"][0]["span"]
    again: Any = client.get(exact["exact"][0]["link"].replace("/d/", "/api/citations/")).json
    assert (again["state"], again["span"]) == ("unchanged", span)
    assert {"kind": "replaced", "theirs": "two ", "ours": "a "} in near["near"][0]["changes"]
    assert alike["alike"]
    assert alike["exact"] == []


@pytest.mark.parametrize(
    ("body", "said"),
    [
        pytest.param({"words": " "}, "the quotation is empty", id="empty"),
        pytest.param({"words": "a" * 10_001}, "at most 10,000", id="too_long"),
        pytest.param({"words": "a", "limit": 0}, "limit", id="limit"),
        pytest.param({"words": "a", "question": "b"}, "question", id="unknown_field"),
        pytest.param({"words": "a", "in": "nowhere"}, "no document is in 'nowhere'", id="filter"),
    ],
)
def test_over_http_a_refusal_says_why(
    client: FlaskClient, body: dict[str, object], said: str
) -> None:
    response = client.post("/api/quotes", json=body)

    assert (response.status_code, response.mimetype) == (422, "application/problem+json")
    assert said in response.json["detail"] if response.json else False


def test_over_http_ten_thousand_characters_in_any_script_fit(client: FlaskClient) -> None:
    for words in ("人" * 10_000, "𝒳" * 10_000, "word " * 2000):
        assert client.post("/api/quotes", json={"words": words}).status_code == 200


def test_places_are_given_in_a_format(folder: Path, pincite: Pincite) -> None:
    standing = pincite("quote", "decided not to renew", "--format", "pandoc")
    near = pincite("quote", "the committee decided to renew the contract", "--format", "plain")
    as_json = pincite("quote", "decided not to renew", "--format", "plain", "--json")

    assert (standing.status, standing.out) == (0, "“decided not to renew” [@minutes, line 1]\n")
    assert near.status == 1
    assert near.err == "pincite: these words stand nowhere; what comes near follows\n"
    assert near.out.startswith("“The committee decided not to renew the contract” “minutes.txt”")
    (place,) = json.loads(as_json.out)["exact"]
    assert place["formats"] == {"plain": "“decided not to renew” “minutes.txt”, line 1."}


def test_status_tells_the_keys_that_are_cited(folder: Path, pincite: Pincite) -> None:
    assert "key: minutes" in pincite("status", "--all").out
