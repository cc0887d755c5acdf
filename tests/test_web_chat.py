"""Conversations as pages, by forms alone: what is posted, kept, refused and gone."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from conftest import WordEmbedder
from flask.testing import FlaskClient
from lxml import html

from index import Library
from qa import Settings
from web import create_app
from web.app import close_app

BROWSER = {"Accept": "text/html"}
ATTACK = "<script>alert(1)</script>"
ROOT = Path(__file__).parents[1]


@pytest.fixture
def client(
    tmp_path: Path, make_library: Callable[[Path], Library], embedder: WordEmbedder
) -> Iterator[FlaskClient]:
    """A client of a server over one short document."""
    folder = tmp_path / "documents"
    folder.mkdir()
    (folder / "bridge.txt").write_text("Mayor Smith opened the harbour bridge in spring.\n")
    make_library(folder)
    app = create_app(Settings(library=tmp_path / "library", threshold=0), embedder=embedder)
    yield app.test_client()
    close_app(app)


@pytest.fixture
def conversation(client: FlaskClient) -> str:
    """The address of a conversation of one question."""
    response = client.post("/ask", data={"q": "Who opened the harbour bridge?"})
    assert response.status_code == 303
    return response.headers["Location"].partition("#")[0]


def _page(client: FlaskClient, address: str) -> Any:  # lxml's types for what a path finds are many
    return html.fromstring(client.get(address).text)


def test_a_question_begins_a_conversation_and_the_next_goes_on(
    client: FlaskClient, conversation: str
) -> None:
    begun = conversation.rpartition("/")[2]

    again = client.post("/ask", data={"q": f"And {ATTACK}?", "conversation": begun})

    assert again.headers["Location"] == f"{conversation}#turn-2"
    page = _page(client, conversation)
    titles = [title.text_content() for title in page.xpath("//section[@class='turn']/h2")]
    assert titles == ["Who opened the harbour bridge?", f"And {ATTACK}?"]
    assert page.xpath("//script[not(@src)]") == []
    assert "Who opened the harbour bridge?" in client.get("/").text


def test_a_script_gets_the_new_turn_alone(client: FlaskClient) -> None:
    script = {"X-Fragment": "turn"}
    begun = client.post("/ask", data={"q": "Who opened it?"}, headers=script)
    address = begun.headers["Content-Location"]
    fields = {"q": "When was it opened?", "conversation": address.removeprefix("/c/")}
    asked = client.post("/ask", data=fields, headers=script)

    # The first turn comes with the page of the conversation that it begins.
    assert (begun.status_code, asked.status_code) == (200, 200)
    assert 'id="turns"' in begun.text
    assert asked.headers["Content-Location"] == address
    assert "<html" not in asked.text
    assert 'id="turn-2"' in asked.text


def test_what_is_asked_of_stays_chosen_in_a_conversation(client: FlaskClient) -> None:
    begun = client.post("/ask", data={"q": "Who opened it?", "in": "bridge.txt", "author": ""})

    page = _page(client, begun.headers["Location"])

    assert page.xpath("//form[@class='ask']//input[@name='in']/@value") == ["bridge.txt"]
    assert "Asked only of: bridge.txt" in page.text_content()


@pytest.mark.parametrize(
    "fields",
    [
        pytest.param({"q": "?!"}, id="no-words"),
        pytest.param({}, id="nothing"),
        pytest.param({"q": "Who?", "after": "yesterday"}, id="date"),
    ],
)
def test_what_cannot_be_asked_begins_nothing(client: FlaskClient, fields: dict[str, str]) -> None:
    response = client.post("/ask", data=fields, headers=BROWSER)

    assert response.status_code == 422
    page = html.fromstring(response.text)
    assert page.xpath("string(//input[@name='q']/@value)") == fields.get("q", "")
    assert page.xpath("string(//input[@name='after']/@value)") == fields.get("after", "")
    assert page.xpath("count(//*[@role='alert'])") == 1
    assert _conversations(client) == []


# A server that is killed while it searches for the answer to a first question.
_KILLED = """
import os, signal, sys
from pathlib import Path
from conftest import WordEmbedder
from qa import Settings
from web import create_app

class Killing(WordEmbedder):
    def question(self, text):
        os.kill(os.getpid(), signal.SIGKILL)

app = create_app(Settings(library=Path(sys.argv[1])), embedder=Killing())
app.test_client().post("/ask", data={"q": "Who opened the harbour bridge?"})
"""


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")
def test_a_server_that_is_killed_while_it_answers_begins_nothing(
    client: FlaskClient, tmp_path: Path
) -> None:
    paths = (ROOT, ROOT / "tests", ROOT / "tools")
    killed = subprocess.run(
        [sys.executable, "-c", _KILLED, str(tmp_path / "library")],
        env={
            **os.environ,
            "PYTHONPATH": os.pathsep.join(map(str, paths)),
        },
        capture_output=True,
        text=True,
        timeout=120,
    )

    assert killed.returncode == -signal.SIGKILL, killed.stderr
    assert _conversations(client) == []


def _conversations(client: FlaskClient) -> list[Any]:
    found = client.get("/api/conversations").json
    assert found is not None
    return list(found["conversations"])


def test_a_conversation_is_renamed_judged_and_deleted(
    client: FlaskClient, conversation: str
) -> None:
    client.post(f"{conversation}/rename", data={"title": f" A {ATTACK} title "})
    assert _page(client, conversation).xpath("string(//h1)") == (f"A {ATTACK} title")
    assert client.post(f"{conversation}/rename", data={"title": " "}).status_code == 422

    client.post(f"{conversation}/1/feedback", data={"verdict": "not there"})
    pressed = "//button[@aria-pressed='true']"
    page = _page(client, conversation)
    assert [one.text_content() for one in page.xpath(pressed)] == ["Not there"]
    assert client.post(f"{conversation}/1/feedback", data={"verdict": "so so"}).status_code == 422
    client.post(f"{conversation}/1/feedback", data={"verdict": ""})
    assert _page(client, conversation).xpath(pressed) == []

    assert client.post(f"{conversation}/delete").status_code == 303
    gone = client.get(conversation, headers=BROWSER)
    assert gone.status_code == 404
    assert "it may have been deleted" in gone.text
    begun = conversation.rpartition("/")[2]
    lost = client.post("/ask", data={"q": f"Who {ATTACK}?", "conversation": begun})
    assert lost.status_code == 404
    page = html.fromstring(lost.text)
    assert page.xpath("string(//input[@name='q']/@value)") == f"Who {ATTACK}?"
    assert page.xpath("//input[@name='conversation']") == []


def test_a_title_is_plain_text(client: FlaskClient, conversation: str) -> None:
    refused = client.post(f"{conversation}/rename", data={"title": "a\x1b[2Jb"}, headers=BROWSER)

    assert refused.status_code == 422
    assert "holds control characters" in refused.text
    assert _page(client, conversation).xpath("string(//h1)") == "Who opened the harbour bridge?"


def test_another_verdict_keeps_the_note_that_was_given(
    client: FlaskClient, conversation: str
) -> None:
    given = {"verdict": "helpful", "note": "as in the minutes"}
    path = f"/api/conversations/{conversation.rpartition('/')[2]}/turns/1/feedback"
    assert client.put(path, json=given).status_code == 200

    client.post(f"{conversation}/1/feedback", data={"verdict": "wrong source"})

    listed: Any = client.get("/api/feedback").json
    assert [(one["verdict"], one["note"]) for one in listed["feedback"]] == [
        ("wrong source", "as in the minutes")
    ]
    client.put(path, json={"verdict": "helpful"})
    listed = client.get("/api/feedback").json
    assert [one["note"] for one in listed["feedback"]] == [""]


def test_a_long_question_is_a_title_that_says_it_goes_on(client: FlaskClient) -> None:
    question = "Who opened the harbour bridge " + "and why " * 20 + "was it?"
    address = client.post("/ask", data={"q": question}).headers["Location"]

    (kept,) = _conversations(client)
    assert len(kept["title"]) <= 100
    assert kept["title"].endswith("…")
    assert question.startswith(kept["title"].removesuffix("…"))
    # It stands above the question itself, and is not shown twice.
    (heading,) = _page(client, address).xpath("//h1")
    assert heading.get("class") == "unseen"


def test_what_cannot_be_asked_can_be_asked_better_in_its_conversation(
    client: FlaskClient, conversation: str
) -> None:
    begun = conversation.rpartition("/")[2]

    refused = html.fromstring(client.post("/ask", data={"q": "?", "conversation": begun}).text)

    assert refused.xpath("string(//input[@name='conversation']/@value)") == begun


def test_another_site_s_form_is_refused(client: FlaskClient, conversation: str) -> None:
    response = client.post(
        f"{conversation}/delete", headers={"Origin": "https://elsewhere.example"}
    )

    assert response.status_code == 403
    assert client.get(conversation).status_code == 200


def test_older_conversations_are_a_page_further(client: FlaskClient) -> None:
    for number in range(23):
        client.post("/ask", data={"q": f"Who opened bridge {number}?"})

    latest = _page(client, "/")
    (more,) = latest.xpath("//a[starts-with(@href, '/?cursor=')]/@href")
    older = _page(client, more)

    listed = "//section[@aria-labelledby='conversations']//li/a"
    shown = [one.text_content() for page in (latest, older) for one in page.xpath(listed)]
    assert shown == [f"Who opened bridge {number}?" for number in reversed(range(23))]
    assert older.xpath("//a[starts-with(@href, '/?cursor=')]") == []
    assert client.get("/?cursor=none").status_code == 422
