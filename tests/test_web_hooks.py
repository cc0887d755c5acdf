"""Webhooks of Mattermost, of Rocket.Chat and of any program, over real HTTP."""

import json
import threading
from collections.abc import Mapping
from urllib.parse import urlencode

import pytest
from chatting import CHANNEL, FORM, HOOK_TOKEN, TEAM, Chat, OpenChat, Said
from conftest import WordEmbedder

from index import Filter
from index.embedder import Vector
from web.credentials import Credentials

QUESTION = "When was the harbour bridge opened?"
QUOTE = "The harbour bridge was opened in spring."

MATTERMOST = {
    "channel_id": CHANNEL,
    "channel_name": "town-square",
    "command": "/pincite",
    "team_domain": "team",
    "team_id": TEAM,
    "text": QUESTION,
    "token": HOOK_TOKEN,
    "trigger_id": "cW50eGN6OmFkbWlu",
    "user_id": "c3a4cqe3dfy6dgopqt8ai3hydh",
    "user_name": "somename",
}

ROCKET_CHAT = {
    "token": HOOK_TOKEN,
    "bot": False,
    "channel_id": CHANNEL,
    "channel_name": "general",
    "message_id": "9Xk7",
    "timestamp": "2026-01-01T00:00:00.000Z",
    "user_id": "u1",
    "user_name": "somename",
    "text": f"pincite {QUESTION}",
    "trigger_word": "pincite",
    "isEdited": False,
}


def slash(chat: Chat, fields: Mapping[str, str], **headers: str) -> Said:
    told = {
        "Content-Type": FORM,
        **{name.replace("_", "-"): value for name, value in headers.items()},
    }
    return chat.post("/hooks/slash", urlencode(fields).encode(), told)


def test_mattermost_is_answered_in_markdown_to_who_asked(open_chat: OpenChat) -> None:
    with open_chat() as chat:
        said = slash(chat, MATTERMOST)

        assert said.status == 200
        assert said.json["response_type"] == "ephemeral"
        assert QUOTE in said.json["text"]
        assert "(https://pincite.example/d/" in said.json["text"]
        assert said.json["skip_slack_parsing"] is True


def test_the_token_may_stand_in_the_header(open_chat: OpenChat) -> None:
    fields = {name: value for name, value in MATTERMOST.items() if name != "token"}
    with open_chat() as chat:
        said = slash(chat, fields, Authorization=f"Token {HOOK_TOKEN}")

        assert QUOTE in said.json["text"]


@pytest.mark.parametrize(
    ("token", "header"),
    [("", ""), ("wrong", ""), ("", "Token wrong"), ("", f"Bearer {HOOK_TOKEN}"), ("\u00e9", "")],
)
def test_another_token_is_refused(open_chat: OpenChat, token: str, header: str) -> None:
    with open_chat() as chat:
        said = slash(chat, {**MATTERMOST, "token": token}, Authorization=header)

        assert said.status == 401
        assert "PINCITE_HOOK_TOKENS" in said.json["detail"]


def test_rocket_chat_is_answered_below_the_message(open_chat: OpenChat) -> None:
    with open_chat() as chat:
        body = json.dumps(ROCKET_CHAT).encode()
        said = chat.post("/hooks/slash", body, {"Content-Type": "application/json"})
        own = json.dumps({**ROCKET_CHAT, "bot": True, "message_id": "x"}).encode()
        ignored = chat.post("/hooks/slash", own, {"Content-Type": "application/json"})

        assert said.json["response_type"] == "comment"
        assert said.json["text"].startswith(f"**{QUESTION}**")
        assert ignored == (200, "{}\n")


def test_what_comes_again_is_not_answered_again(open_chat: OpenChat) -> None:
    with open_chat() as chat:
        assert QUOTE in slash(chat, MATTERMOST).json["text"]
        assert slash(chat, MATTERMOST).json == {}
        assert QUOTE in slash(chat, {**MATTERMOST, "trigger_id": "another"}).json["text"]


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"{", "application/json"),
        (b"[]", "application/json"),
        (b"text=x", "text/plain"),
    ],
)
def test_what_is_malformed_is_refused(open_chat: OpenChat, body: bytes, kind: str) -> None:
    with open_chat() as chat:
        assert chat.post("/hooks/slash", body, {"Content-Type": kind}).status == 400


def test_a_question_that_cannot_be_asked_is_told_why(open_chat: OpenChat) -> None:
    with open_chat() as chat:
        assert "no words" in slash(chat, {**MATTERMOST, "text": "?!"}).json["text"]


def test_a_channel_is_answered_from_its_documents_alone(open_chat: OpenChat) -> None:
    with open_chat(channels={CHANNEL: Filter(within=("public/",))}) as chat:
        said = slash(chat, {**MATTERMOST, "text": "When will the harbour tunnel be dug?"})
        sources = slash(chat, {**MATTERMOST, "text": "sources", "trigger_id": "2"})

        assert "dug in winter" not in said.text
        assert "bridge" in sources.json["text"]
        assert "plan" not in sources.json["text"]


class SlowEmbedder(WordEmbedder):
    """Answers a question only when a test lets it."""

    def __init__(self) -> None:
        super().__init__()
        self.go_on = threading.Event()

    def question(self, text: str) -> Vector:
        """The vector to search with, but not before a test lets it be."""
        assert self.go_on.wait(30)
        return super().question(text)


def test_an_answer_that_takes_long_comes_to_the_response_url(
    open_chat: OpenChat, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("web.hook_answers._PATIENCE_SECONDS", 0.1)
    slow = SlowEmbedder()
    with open_chat(embedder=slow) as chat:
        url = f"http://{chat.slack.host}/hooks/commands/x"
        said = slash(chat, {**MATTERMOST, "response_url": url})
        assert "Still working" in said.json["text"]
        slow.go_on.set()

        (call,) = chat.slack.wait_for(1)
        assert call.path == "/hooks/commands/x"
        assert call.body["response_type"] == "ephemeral"
        assert QUOTE in call.body["text"]


def test_a_response_url_elsewhere_is_refused_and_logged(
    open_chat: OpenChat, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("web.hook_answers._LONGEST_SECONDS", 0.1)
    slow = SlowEmbedder()
    with open_chat(embedder=slow, post_hosts=()) as chat:
        url = f"http://{chat.slack.host}/hooks/commands/x"
        said = slash(chat, {**MATTERMOST, "response_url": url})
        slow.go_on.set()

        assert "ask again" in said.json["text"]
        assert f"nothing is posted to '{chat.slack.host}'" in caplog.text
    assert chat.slack.calls == []


def test_a_program_with_a_token_gets_text_and_answer(open_chat: OpenChat) -> None:
    with open_chat(password="correct horse") as chat:
        token = Credentials(chat.library.folder).create("n8n")
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        said = chat.post("/hooks/ask", json.dumps({"text": QUESTION}).encode(), headers)

        assert said.status == 200
        assert QUOTE in said.json["text"]
        assert said.json["answer"]["schema"] == 1
        assert said.json["answer"]["excerpts"][0]["quote"].startswith(QUOTE)

        assert chat.post("/hooks/ask", b'{"text": ""}', headers).status == 422
        assert chat.post("/hooks/ask", b"{", headers).status == 400


@pytest.mark.parametrize("header", ["", "Bearer wrong", f"Bearer {HOOK_TOKEN}", "Basic eDp5"])
def test_a_program_without_a_token_is_refused(open_chat: OpenChat, header: str) -> None:
    with open_chat() as chat:
        headers = {"Authorization": header, "Content-Type": "application/json"}
        said = chat.post("/hooks/ask", b'{"text": "x"}', headers)

        assert said.status == 401
        assert "pincite token create" in said.json["detail"]
