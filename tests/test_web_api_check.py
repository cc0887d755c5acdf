"""Checking drafts over HTTP."""

from typing import Any

import pytest
from flask.testing import FlaskClient

DRAFT = (
    "They “had sent two thousand soldiers”, it says, and “Bridges are built of marzipan here”. "
    "Iran took part in Kavkaz 2020 with 1,000 soldiers."
)


def test_a_draft_is_judged(client: FlaskClient) -> None:
    told: Any = client.post("/api/check", json={"draft": DRAFT}).json

    assert [one["verdict"] for one in told["quotations"]] == ["altered", "not found"]
    assert told["counts"] == {"altered": 1, "not found": 1}
    assert told["passes"] is False
    span = told["quotations"][0]["span"]
    assert DRAFT[span["start"] : span["end"]] == "had sent two thousand soldiers"
    assert told["quotations"][0]["places"][0]["quote"] == "had sent a thousand soldiers"
    assert [one["text"] for one in told["claims"]] == [
        "Iran took part in Kavkaz 2020 with 1,000 soldiers."
    ]


def test_claims_are_left_out_if_not_wanted_and_text_has_no_blocks(client: FlaskClient) -> None:
    body = {"draft": "> Iran sent 12 tanks.\n\n" + DRAFT, "claims": False, "markdown": False}

    told: Any = client.post("/api/check", json=body).json

    assert told["claims"] == []
    assert len(told["quotations"]) == 2


@pytest.mark.parametrize(
    ("body", "status", "said"),
    [
        ({"draft": " "}, 422, "the draft is empty"),
        ({"draft": ""}, 422, "draft: String should have at least 1 character"),
        ({"draft": "a" * 100_001}, 422, "at most 100000 characters"),
        ({"draft": "a\0b"}, 422, "half a character"),
        ({"draft": "a" * 1_300_000}, 413, "the body is larger than"),
        ({"draft": DRAFT, "in": "no such place"}, 422, "no such place"),
    ],
)
def test_what_cannot_be_checked_is_refused(
    client: FlaskClient, body: Any, status: int, said: str
) -> None:
    response = client.post("/api/check", json=body)

    assert response.status_code == status
    assert said in response.get_json()["detail"]


def test_a_long_draft_in_any_script_fits(client: FlaskClient) -> None:
    body = {"draft": "𝒳" * 100_000, "claims": False}

    assert client.post("/api/check", json=body).status_code == 200
