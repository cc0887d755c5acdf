"""Slack, from a real request over real HTTP to the message that is posted."""

import json
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

import pytest
from chatting import (
    BOT_TOKEN,
    CHANNEL,
    FORM,
    ME,
    SECRET,
    TEAM,
    Chat,
    OpenChat,
    buttons,
    mention,
)
from slack_sdk.signature import SignatureVerifier

from index import Filter

QUESTION = "When was the harbour bridge opened?"
QUOTE = "The harbour bridge was opened in spring."
POST = "/api/chat.postMessage"


def test_a_mention_is_answered_in_its_thread_with_the_quote(open_chat: OpenChat) -> None:
    with open_chat() as chat:
        said = chat.mention(QUESTION, ts="1700000001.000100")

        (call,) = chat.slack.wait_for(1)
        assert said == (200, "")
        assert (call.path, call.token) == (POST, BOT_TOKEN)
        assert call.body["channel"] == CHANNEL
        assert call.body["thread_ts"] == "1700000001.000100"
        assert (call.body["unfurl_links"], call.body["unfurl_media"]) == (False, False)
        assert QUOTE in json.dumps(call.body["blocks"])
        assert QUOTE in call.body["text"]
        assert "https://pincite.example/d/" in call.words
        assert list(buttons(call.body)) == ["context", "helpful", "wrong_source"]


def test_a_follow_up_in_a_thread_keeps_its_context(open_chat: OpenChat) -> None:
    with open_chat() as chat:
        chat.mention(QUESTION, ts="1700000001.000100")
        chat.mention("What did it cost?", thread="1700000001.000100")
        chat.mention("What did it cost?")

        chat.slack.wait_for(3)
        conversations = chat.library.conversations.latest()
        asked = {one.title: one.turns for one in conversations}
        assert asked == {QUESTION: 2, "What did it cost?": 1}
        (thread,) = [one for one in conversations if one.turns == 2]
        _, followed = chat.library.conversations.turns(thread.id)
        assert "bridge" in followed.answer["searched"]


def test_a_thread_whose_conversation_was_deleted_begins_another(open_chat: OpenChat) -> None:
    with open_chat() as chat:
        chat.mention(QUESTION, ts="1700000001.000100")
        chat.slack.wait_for(1)
        (first,) = chat.library.conversations.latest()
        chat.library.conversations.delete(first.id)

        chat.mention(QUESTION, thread="1700000001.000100")

        chat.slack.wait_for(2)
        (second,) = chat.library.conversations.latest()
        assert (second.turns, second.id != first.id) == (1, True)


def test_a_direct_message_needs_no_mention(open_chat: OpenChat) -> None:
    with open_chat() as chat:
        direct = {**mention("", "1700000001.000100"), "type": "message", "channel_type": "im"}
        chat.happens({**direct, "text": QUESTION, "channel": "D0ME"})

        (call,) = chat.slack.wait_for(1)
        assert (call.body["channel"], call.body["thread_ts"]) == ("D0ME", "1700000001.000100")
        assert QUOTE in call.words


def test_a_mention_that_comes_as_two_events_is_answered_once(open_chat: OpenChat) -> None:
    with open_chat() as chat:
        event = mention(QUESTION, "1700000001.000100")
        twin = {**event, "type": "message", "channel_type": "channel"}

        assert [chat.happens(one).status for one in (event, twin, event)] == [200] * 3

        assert len(chat.settled()) == 1


def test_retries_and_replays_are_acknowledged_and_not_answered_again(open_chat: OpenChat) -> None:
    with open_chat() as chat:
        event = mention(QUESTION, "1700000001.000100")
        retry = {"X-Slack-Retry-Num": "1", "X-Slack-Retry-Reason": "http_timeout"}
        fields = chat.command_fields(QUESTION)
        statuses = [
            chat.happens(event, event_id="Ev1").status,
            chat.happens(event, event_id="Ev1", headers=retry).status,
            *(chat.signed(urlencode(fields).encode(), FORM).status for _ in range(3)),
        ]

        assert statuses == [200] * 5
        assert len(chat.settled()) == 2


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"user": ME}, id="our own"),
        pytest.param({"bot_id": "B0OTHER"}, id="another bot's"),
        pytest.param({"subtype": "bot_message", "user": None}, id="a bot without a user"),
        pytest.param({"subtype": "message_changed", "hidden": True}, id="an edit"),
        pytest.param({"edited": {"user": "U0ASKS", "ts": "1.1"}}, id="a mention by an edit"),
        pytest.param({"subtype": "channel_join"}, id="somebody joins"),
        pytest.param({"user": "USLACKBOT"}, id="Slackbot's"),
        pytest.param({"channel_type": "channel", "text": "no mention"}, id="no mention"),
        pytest.param({"type": "reaction_added", "user": "U0ASKS"}, id="something else"),
    ],
)
def test_what_is_not_asked_of_us_is_ignored(
    open_chat: OpenChat, change: Mapping[str, object]
) -> None:
    event = {**mention(QUESTION, "1700000001.000100"), "type": "message", "channel_type": "im"}
    with open_chat() as chat:
        assert chat.happens({**event, **change}) == (200, "")

        chat.last()


def test_a_command_is_answered_to_who_gave_it_and_can_be_shared(open_chat: OpenChat) -> None:
    with open_chat() as chat:
        assert chat.command(QUESTION) == (200, "")

        (answer,) = chat.slack.wait_for(1)
        assert answer.path.startswith("/commands/")
        assert answer.token == ""
        assert answer.body["response_type"] == "ephemeral"
        assert QUESTION in json.dumps(answer.body["blocks"])
        assert QUOTE in answer.words
        pressed = buttons(answer.body)
        assert list(pressed) == ["context", "share", "helpful", "wrong_source"]

        chat.press(pressed["share"], private=True)
        chat.press(pressed["share"], private=True)

        shared, dropped = chat.slack.wait_for(2, "/actions/")
        assert shared.body["response_type"] == "in_channel"
        assert shared.body["replace_original"] is False
        assert QUOTE in shared.words
        assert "share" not in buttons(shared.body)
        assert dropped.body["delete_original"] is True
        chat.last()


def test_more_context_takes_the_place_of_the_answer(open_chat: OpenChat) -> None:
    with open_chat() as chat:
        chat.command(QUESTION)
        (answer,) = chat.slack.wait_for(1)

        chat.press(buttons(answer.body)["context"], private=True)

        (call,) = chat.slack.wait_for(1, "/actions/")
        assert call.body["replace_original"] is True
        assert "It cost nine million crowns." in json.dumps(call.body["blocks"])
        assert list(buttons(call.body)) == ["share", "helpful", "wrong_source"]


@pytest.mark.parametrize(
    ("button", "verdict"), [("helpful", "helpful"), ("wrong_source", "wrong source")]
)
def test_a_verdict_is_kept_as_feedback(open_chat: OpenChat, button: str, verdict: str) -> None:
    with open_chat() as chat:
        chat.mention(QUESTION)
        (answer,) = chat.slack.wait_for(1)

        chat.press(buttons(answer.body)[button])

        (thanks,) = chat.slack.wait_for(1, "/actions/")
        assert (thanks.body["response_type"], thanks.body["replace_original"]) == (
            "ephemeral",
            False,
        )
        (judged,) = chat.library.feedback.latest()
        assert (judged.question, judged.feedback.verdict) == (QUESTION, verdict)


def test_a_button_of_an_answer_that_is_gone_says_so(open_chat: OpenChat) -> None:
    with open_chat() as chat:
        chat.mention(QUESTION)
        (answer,) = chat.slack.wait_for(1)
        (kept,) = chat.library.conversations.latest()
        chat.library.conversations.delete(kept.id)

        chat.press(buttons(answer.body)["helpful"])

        (call,) = chat.slack.wait_for(1, "/actions/")
        assert "no longer kept" in call.body["text"]


def test_the_shortcut_finds_a_source_for_a_message(open_chat: OpenChat) -> None:
    with open_chat() as chat:
        said = chat.payload(
            {
                "type": "message_action",
                "callback_id": "find_source",
                "trigger_id": "13.37",
                "team": {"id": TEAM},
                "channel": {"id": CHANNEL},
                "user": {"id": "U0ASKS"},
                "message": {"text": f"<@U0X> says: {QUESTION} " + "bridge " * 500, "ts": "1.1"},
                "response_url": f"http://{chat.slack.host}/app/1",
            }
        )

        (call,) = chat.slack.wait_for(1)
        assert said.status == 200
        assert (call.path, call.body["response_type"]) == ("/app/1", "ephemeral")
        assert QUOTE in call.words
        assert "share" in buttons(call.body)


@pytest.mark.parametrize(
    "said",
    [
        {"text": 'They said "whatever it takes" of when the harbour bridge was opened'},
        {"text": "after:lunch When was the harbour bridge opened?"},
        {"text": "tag:x in:y When was the harbour bridge opened?"},
        {"text": "", "attachments": [{"text": "When was the harbour bridge opened?"}]},
    ],
    ids=str,
)
def test_the_words_of_a_message_are_no_filters(open_chat: OpenChat, said: dict[str, Any]) -> None:
    with open_chat() as chat:
        chat.payload(
            {
                "type": "message_action",
                "callback_id": "find_source",
                "trigger_id": "13.shortcut",
                "team": {"id": TEAM},
                "channel": {"id": CHANNEL},
                "user": {"id": "U0ASKS"},
                "message": {"ts": "1.1", **said},
                "response_url": f"http://{chat.slack.host}/app/1",
            }
        )

        assert QUOTE in chat.settled()[0].words


def link_of(chat: Chat, question: str) -> str:
    before = len(chat.slack.calls)
    chat.mention(question)
    *_, call = chat.slack.wait_for(before + 1)
    link: str = next(
        element["url"]
        for block in call.body["blocks"]
        for part in block.get("elements", [])
        for element in part.get("elements", [])
        if element["type"] == "link"
    )
    return link


def shared(links: list[str], **changes: object) -> dict[str, object]:
    return {
        "type": "link_shared",
        "user": "U0ASKS",
        "channel": CHANNEL,
        "message_ts": "1700000005.000100",
        "links": [{"domain": "pincite.example", "url": link} for link in links],
        **changes,
    }


def test_a_link_of_ours_is_shown_as_its_quote(open_chat: OpenChat) -> None:
    with open_chat() as chat:
        link = link_of(chat, QUESTION)
        others = ["https://other.example" + link[23:], link[:-3] + "aaa1", f"{link}/x"]

        chat.happens(shared([link, *others]))

        (call,) = chat.slack.wait_for(1, "/api/chat.unfurl")
        assert (call.body["channel"], call.body["ts"]) == (CHANNEL, "1700000005.000100")
        assert list(call.body["unfurls"]) == [link]
        assert QUOTE in call.words


def test_a_link_in_a_draft_is_shown_there(open_chat: OpenChat) -> None:
    with open_chat() as chat:
        link = link_of(chat, QUESTION)

        chat.happens(shared([link], unfurl_id="C1.2.3", source="composer", message_ts="x"))

        (call,) = chat.slack.wait_for(1, "/api/chat.unfurl")
        assert (call.body["unfurl_id"], call.body["source"]) == ("C1.2.3", "composer")
        assert "channel" not in call.body


def test_a_channel_is_answered_from_its_documents_alone(open_chat: OpenChat) -> None:
    with open_chat() as unlimited:
        secret = link_of(unlimited, "When will the harbour tunnel be dug?")
    with open_chat(channels={CHANNEL: Filter(within=("public/",))}) as chat:
        before = len(chat.slack.calls)
        chat.mention("When will the harbour tunnel be dug?")
        *_, answer = chat.slack.wait_for(before + 1)
        assert "dug in winter" not in answer.words

        chat.happens(shared([secret]))
        chat.command("sources")
        (sources,) = chat.slack.wait_for(1, "/commands/")
        assert "bridge" in sources.body["text"]
        assert "plan" not in sources.body["text"]
        chat.last()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "/pincite sources"),
        ("help", "/pincite sources"),
        ("HELP", "/pincite sources"),
        ("sources", "I can quote 2 documents here:"),
        ("status", "Ready. I can quote 2 documents here; 0 in line."),
    ],
)
def test_a_command_says_what_it_can_do(open_chat: OpenChat, text: str, told: str) -> None:
    with open_chat() as chat:
        chat.command(text)
        chat.slack.wait_for(1)
        chat.mention(text)

        calls = chat.slack.wait_for(2)
        assert [told in call.body["text"] for call in calls] == [True, True]


def test_a_question_that_cannot_be_asked_is_told_why(open_chat: OpenChat) -> None:
    with open_chat() as chat:
        chat.command("x" * 2001)
        chat.command('"bridge" after:never')
        chat.command("?!")

        said = [call.body["text"] for call in chat.slack.wait_for(3)]
        assert any("2,001 characters" in one for one in said)
        assert any("is no date" in one for one in said)
        assert any("has no words" in one for one in said)


def test_what_a_document_says_pings_nobody(open_chat: OpenChat) -> None:
    with open_chat() as chat:
        chat.mention("When will the harbour tunnel be dug?")

        (call,) = chat.slack.wait_for(1)
        assert "&lt;!channel&gt; &amp; others" in call.body["text"]
        assert "<!channel>" not in call.body["text"]


def test_marks_of_slack_are_no_words_of_the_question(open_chat: OpenChat) -> None:
    with open_chat() as chat:
        chat.mention(
            "When was the <https://x.example/a|harbour> bridge of <#C1|port> &amp; co opened?"
        )

        chat.slack.wait_for(1)
        (kept,) = chat.library.conversations.latest()
        assert kept.title == "When was the harbour bridge of #port & co opened?"


# What must not be processed.


def headers(stamp: str, signature: str) -> dict[str, str]:
    return {
        "Content-Type": "application/json",
        "X-Slack-Request-Timestamp": stamp,
        "X-Slack-Signature": signature,
    }


def signature(body: bytes, stamp: str, secret: str = SECRET) -> str:
    return SignatureVerifier(secret).generate_signature(timestamp=stamp, body=body) or ""


@pytest.mark.parametrize(
    "case",
    [
        *("missing", "no signature", "wrong", "not ASCII", "stale", "future", "no number"),
        *("empty", "negative", "huge", "another secret", "another body", "another time"),
        "no UTF-8",
    ],
)
def test_what_is_not_signed_is_refused_and_not_processed(open_chat: OpenChat, case: str) -> None:
    body = json.dumps(
        {"type": "event_callback", "team_id": TEAM, "event": mention(QUESTION, "1.1")}
    ).encode()
    now = str(int(time.time()))
    stale, future = str(int(now) - 301), str(int(now) + 310)
    told: dict[str, dict[str, str]] = {
        "missing": {},
        "no signature": {"X-Slack-Request-Timestamp": now},
        "wrong": headers(now, "v0=" + "0" * 64),
        "not ASCII": headers(now, "v0=\u00e9"),
        "stale": headers(stale, signature(body, stale)),
        "future": headers(future, signature(body, future)),
        "no number": headers("soon", signature(body, "soon")),
        "empty": headers("", signature(body, "")),
        "negative": headers(f"-{now}", signature(body, f"-{now}")),
        "huge": headers("9" * 400, signature(body, "9" * 400)),
        "another secret": headers(now, signature(body, now, "0" * 32)),
        "another body": headers(now, signature(body + b" ", now)),
        "another time": headers(now, signature(body, str(int(now) - 1))),
        "no UTF-8": headers(now, "v0=" + "0" * 64),
    }
    with open_chat() as chat:
        sent = body + b"\xff" if case == "no UTF-8" else body
        said = chat.post("/slack/events", sent, told[case])

        assert said.status == 401
        chat.last()


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        pytest.param(b"", "application/json", id="nothing"),
        pytest.param(b"{", "application/json", id="half an object"),
        pytest.param(b"[]", "application/json", id="a list"),
        pytest.param(b'"x"', "application/json", id="a string"),
        pytest.param(b"{" + b'"a":{' * 5000, "application/json", id="deep"),
        pytest.param(b"payload=%7B", FORM, id="half a payload"),
        pytest.param(b"payload=[]", FORM, id="a payload that is a list"),
        pytest.param(b"command=%2Fpincite", FORM, id="a command without a channel"),
        pytest.param(b"nonsense", FORM, id="no form"),
        pytest.param(b'{"type":"event_callback"}', "application/json", id="no event"),
        pytest.param(b'{"type":"event_callback","event":7}', "application/json", id="a number"),
        pytest.param(b'{"type":"event_callback","event":{}}', "application/json", id="no type"),
        pytest.param(
            b'{"type":"event_callback","event":{"type":"app_mention","user":"U1"}}',
            "application/json",
            id="a mention without a channel",
        ),
        pytest.param(
            b'{"type":"event_callback","event_id":"E","event":{"type":"link_shared","links":7}}',
            "application/json",
            id="links that are none",
        ),
        pytest.param(
            urlencode({"payload": '{"type":"block_actions","actions":[]}'}).encode(),
            FORM,
            id="no action",
        ),
        pytest.param(
            urlencode({"payload": '{"type":"block_actions","team":7,"actions":[{}]}'}).encode(),
            FORM,
            id="a team that is a number",
        ),
        pytest.param(
            urlencode({"payload": '{"type":"message_action","callback_id":"x"}'}).encode(),
            FORM,
            id="a shortcut without a message",
        ),
        pytest.param(b'{"type":"workflow_step_edit"}', "application/json", id="another type"),
        pytest.param(b'{"type":["event_callback"]}', "application/json", id="types"),
    ],
)
def test_what_is_malformed_is_refused(open_chat: OpenChat, body: bytes, kind: str) -> None:
    with open_chat() as chat:
        assert chat.signed(body, kind).status == 400


@pytest.mark.parametrize(
    "changes",
    [
        *({"authorizations": value} for value in ([7], "x", [None], {"a": 1})),
        *({"event": {name: value}} for name in ("user", "channel") for value in (7, [], ["x"])),
        *({"event": {"subtype": value}} for value in (7, ["x"], {"x": 1})),
        *({"event": {name: "\ud800"}} for name in ("text", "ts", "thread_ts")),
    ],
    ids=str,
)
def test_an_event_of_other_types_is_refused(open_chat: OpenChat, changes: dict[str, Any]) -> None:
    with open_chat() as chat:
        event = {**mention(QUESTION, chat.ts()), **changes.pop("event", {})}
        body = json.dumps({**chat.envelope(event), **changes}).encode()

        assert chat.signed(body, "application/json").status == 400
        assert chat.settled() == []


def test_a_long_row_of_marks_is_read_at_once(open_chat: OpenChat) -> None:
    with open_chat() as chat:
        assert chat.mention("<@" * 100_000).status == 200
        assert "at most 2,000" in chat.settled()[0].words


def test_a_button_that_is_not_ours_is_refused(open_chat: OpenChat) -> None:
    with open_chat() as chat:
        assert chat.press({"action_id": "context", "value": "x", "type": "button"}).status == 400
        assert chat.press({"action_id": "other", "value": "x", "type": "button"}).status == 400


def test_slack_may_see_that_the_address_is_ours(open_chat: OpenChat) -> None:
    with open_chat() as chat:
        challenge = {"type": "url_verification", "token": "x", "challenge": "3eZbrw1aBm2rZgRNFdxV"}
        said = chat.signed(json.dumps(challenge).encode(), "application/json")
        assert (said.status, said.json) == (200, {"challenge": "3eZbrw1aBm2rZgRNFdxV"})

        plain = {"Content-Type": FORM}
        assert chat.post("/slack/events", b"ssl_check=1&token=x", plain) == (200, "")
        unsigned = chat.post("/slack/events", json.dumps(challenge).encode(), {})
        assert unsigned.status == 401


def test_a_large_message_with_a_button_is_taken_and_a_larger_body_is_not(
    open_chat: OpenChat,
) -> None:
    with open_chat() as chat:
        chat.mention(QUESTION)
        (answer,) = chat.slack.wait_for(1)

        button = buttons(answer.body)["helpful"]
        assert chat.press(button, message={"text": "\u0416" * 40_000}).status == 200
        assert chat.press(button, message={"text": "x" * 1024 * 1024}).status == 413


def test_without_a_secret_there_is_no_route(open_chat: OpenChat) -> None:
    with open_chat(signing_secret="", hook_tokens=()) as chat:
        assert chat.mention(QUESTION).status == 404
        assert not (chat.library.folder / "inbox.sqlite").exists()
        assert chat.post("/hooks/slash", b"", {"Content-Type": FORM}).status == 404


def test_neither_a_password_nor_another_name_keeps_slack_out(open_chat: OpenChat) -> None:
    foreign = {"Host": "pincite.example", "X-Forwarded-For": "54.1.2.3"}
    with open_chat(password="correct horse") as chat:
        assert chat.mention(QUESTION, headers=foreign).status == 200
        assert chat.post("/api/ask", b"{}", foreign).status == 401
    with open_chat() as chat:
        assert chat.mention(QUESTION, headers=foreign).status == 200
        assert chat.post("/api/ask", b"{}", foreign).status == 403
