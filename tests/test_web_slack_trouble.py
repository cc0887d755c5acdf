"""Slack or we in trouble: answers are late then, and neither lost nor told twice."""

import json
import sqlite3
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from chatting import (
    TEAM,
    OpenChat,
    Reply,
    SlowEmbedder,
    StandIn,
    buttons,
    mention,
)

from index import Inbox
from index.errors import LibraryDamaged, LibraryLocked

QUESTION = "When was the harbour bridge opened?"
QUOTE = "The harbour bridge was opened in spring."
POST = "/api/chat.postMessage"


def test_a_response_url_of_another_host_is_refused_and_logged(
    open_chat: OpenChat, caplog: pytest.LogCaptureFixture
) -> None:
    with open_chat(post_hosts=()) as chat:
        assert chat.command(QUESTION).status == 200

        chat.settled()
        assert f"nothing is posted to '{chat.slack.host}'" in caplog.text


def test_blocks_that_are_refused_are_sent_again_as_text_with_the_citation(
    open_chat: OpenChat, stand_in: StandIn
) -> None:
    stand_in.replies[POST] = [Reply(200, {"ok": False, "error": "msg_blocks_too_long"})]
    with open_chat() as chat:
        chat.mention(QUESTION)

        first, second = chat.slack.wait_for(2)
        assert first.body["blocks"]
        assert not second.body["blocks"]
        assert QUOTE in second.body["text"]
        assert "https://pincite.example/d/" in second.body["text"]


@pytest.mark.parametrize(
    "reply",
    [
        pytest.param(
            Reply(429, {"ok": False, "error": "ratelimited"}, {"Retry-After": "1"}), id="too often"
        ),
        pytest.param(Reply(503, {}), id="down"),
        pytest.param(Reply(200, {"ok": False, "error": "internal_error"}), id="in trouble"),
        pytest.param(Reply(0, {}), id="away"),
    ],
)
@pytest.mark.parametrize("path", [POST, "/commands/1"])
def test_an_answer_that_slack_does_not_take_is_posted_again(
    open_chat: OpenChat,
    stand_in: StandIn,
    monkeypatch: pytest.MonkeyPatch,
    reply: Reply,
    path: str,
) -> None:
    monkeypatch.setattr("web.answering._SHORTEST_PAUSE", 0.1)
    monkeypatch.setattr("web.posting._FIRST_WAIT", 0.1)
    stand_in.replies[path] = [reply]
    with open_chat() as chat:
        _ = chat.mention(QUESTION) if path == POST else chat.command(QUESTION)

        first, second = chat.slack.wait_for(2)
        if path == POST or reply.status != 200:
            assert first == second
        (kept,) = chat.library.conversations.latest()
        assert kept.turns == 1
        chat.last()


def test_what_slack_never_takes_is_given_up_and_logged(
    open_chat: OpenChat,
    stand_in: StandIn,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr("web.answering._SHORTEST_PAUSE", 0.0)
    stand_in.replies[POST] = [
        *[Reply(500, {})] * 5,
        Reply(200, {"ok": False, "error": "channel_not_found"}),
    ]
    with open_chat() as chat:
        chat.mention(QUESTION)
        chat.slack.wait_for(5)
        chat.mention(QUESTION)
        chat.slack.wait_for(6)
        chat.last()

    assert "is given up" in caplog.text
    assert "Slack refused chat.postMessage: channel_not_found" in caplog.text


def test_a_response_url_is_posted_to_five_times_at_most(
    open_chat: OpenChat,
    stand_in: StandIn,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr("web.answering._SHORTEST_PAUSE", 0.0)
    monkeypatch.setattr("web.posting._FIRST_WAIT", 0.0)
    refused = Reply(400, {"ok": False, "error": "invalid_blocks"})
    stand_in.replies["/commands/1"] = [Reply(500, {}), refused, *[Reply(500, {})] * 9]
    with open_chat() as chat:
        chat.command(QUESTION)
        chat.slack.wait_for(3)
    # The next server goes on counting.
    with open_chat() as chat:
        chat.slack.wait_for(5)
        chat.last()
        assert len(chat.slack.wait_for(5, "/commands/1")) == 5

    assert "did not take the message" in caplog.text


def test_who_waits_for_long_is_told_and_the_answer_takes_its_place(
    open_chat: OpenChat, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("web.answering.PATIENCE_SECONDS", 0.5)
    slow = SlowEmbedder()
    with open_chat(embedder=slow) as chat:
        for _ in range(4):
            chat.mention("What goes slowly?")
        chat.mention(QUESTION)
        chat.command(QUESTION)

        here, there = sorted(chat.slack.wait_for(2), key=lambda call: call.path)
        assert here.path == POST
        assert there.path.startswith("/commands/")
        assert all("Still working" in call.body["text"] for call in (here, there))
        slow.go_on.set()

        (update,) = chat.slack.wait_for(1, "/api/chat.update")
        assert update.body["ts"].startswith("1700000999.")
        assert QUOTE in update.words
        _, answer = chat.slack.wait_for(2, "/commands/")
        assert answer.body["replace_original"] is False
        assert QUOTE in answer.words
        chat.slack.wait_for(4 + 1, POST)


def test_what_was_acknowledged_is_answered_by_the_next_server(open_chat: OpenChat) -> None:
    slow = SlowEmbedder()
    with open_chat(embedder=slow) as chat:
        events = [
            mention(f"{QUESTION} {number}", f"1700000001.{number:06}") for number in range(9)
        ]
        blockers = [mention("What goes slowly?", f"1700000002.{number:06}") for number in range(4)]
        for event in (*blockers, *events):
            assert chat.happens(event).status == 200
        closing = threading.Timer(0.5, slow.go_on.set)
        closing.start()
    closing.join()
    answered = len(chat.slack.calls)
    assert answered < 13

    with open_chat() as chat:
        for event in events:
            assert chat.happens(event).status == 200
        calls = chat.slack.wait_for(13)
        chat.last()

    places = [call.body["thread_ts"] for call in calls]
    assert sorted(places) == sorted(str(one["ts"]) for one in (*blockers, *events))


def test_while_the_library_is_rebuilt_answers_are_told_and_not_kept(
    open_chat: OpenChat, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.database._BUSY_MS", 100)
    with open_chat() as chat:
        # As a rebuild does, from its first document to its last.
        with chat.library._store.keep():  # noqa: SLF001 (the one lock)
            assert chat.mention(QUESTION).status == 200
            (call,) = chat.slack.wait_for(1)
        assert QUOTE in call.words
        assert not buttons(call.body)


def test_a_library_that_cannot_be_asked_is_told_kindly(open_chat: OpenChat) -> None:
    with open_chat() as chat:
        with closing(sqlite3.connect(chat.library.folder / "library.sqlite")) as database:
            database.execute("DROP TABLE files")
        chat.command("sources")
        assert "being rebuilt" in chat.settled()[0].body["text"]


def test_trouble_with_the_disk_delays_answers_and_loses_none(
    open_chat: OpenChat, monkeypatch: pytest.MonkeyPatch
) -> None:
    trouble = dict.fromkeys(("recover", "claim", "claim_untold", "finish", "postpone"), 2)

    def troubled(name: str) -> Callable[..., Any]:
        done = getattr(Inbox, name)

        def do(*told: Any, **named: Any) -> Any:
            if trouble[name]:
                trouble[name] -= 1
                raise LibraryLocked("the disk is full")
            return done(*told, **named)

        return do

    for name in trouble:
        monkeypatch.setattr(Inbox, name, troubled(name))
    monkeypatch.setattr("web.answering._SHORTEST_PAUSE", 0.1)
    with open_chat() as chat:
        chat.slack.replies[POST] = [Reply(503, {})]
        chat.mention(QUESTION, ts="1700000001.000100")
        chat.mention(QUESTION, thread="1700000001.000100")

        assert len(chat.settled()) == 3
        assert set(trouble.values()) == {0}


def test_an_answer_takes_another_place_where_ours_is_gone(
    open_chat: OpenChat, stand_in: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("web.answering.PATIENCE_SECONDS", 0.3)
    stand_in.replies["/api/chat.update"] = [
        Reply(200, {"ok": False, "error": "message_not_found"})
    ]
    slow = SlowEmbedder()
    with open_chat(embedder=slow) as chat:
        for _ in range(4):
            chat.mention("What goes slowly?")
        chat.mention(QUESTION)
        chat.slack.wait_for(1)
        slow.go_on.set()

        answers = [call for call in chat.settled() if QUOTE in call.words and call.path == POST]
        assert any(QUESTION in call.words for call in answers)


def test_who_waits_for_a_full_server_is_told(
    open_chat: OpenChat, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("web.answering.PATIENCE_SECONDS", 0.2)
    with open_chat() as chat:
        crowd = chat.app.extensions["pincite.crowd"]
        monkeypatch.setattr(crowd, "_most_waiting", 0)
        free = crowd._free  # noqa: SLF001 (to be full)
        monkeypatch.setattr(crowd, "_free", 0)
        chat.mention(QUESTION)

        (told,) = chat.slack.wait_for(1)
        assert "Still working" in told.body["text"]
        monkeypatch.setattr(crowd, "_free", free)
        (answer,) = chat.slack.wait_for(1, "/api/chat.update")
        assert QUOTE in answer.words


def test_nothing_is_posted_while_slack_asked_for_a_pause(
    open_chat: OpenChat, stand_in: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("web.answering.PATIENCE_SECONDS", 60.0)
    busy = {"ok": False, "error": "ratelimited"}
    stand_in.replies[POST] = [Reply(429, busy, {"Retry-After": "4"})]
    with open_chat() as chat:
        chat.mention(QUESTION)
        chat.slack.wait_for(1)
        for _ in range(3):
            chat.mention(QUESTION)
        chat.command(QUESTION)

        chat.slack.wait_for(1, "/commands/")
        assert len(chat.slack.wait_for(1, POST)) == 1
        assert len(chat.settled()) == 6


def test_an_answer_that_could_not_be_shared_can_be_again(
    open_chat: OpenChat, stand_in: StandIn
) -> None:
    with open_chat() as chat:
        chat.command(QUESTION)
        (answer,) = chat.slack.wait_for(1)
        stand_in.replies["/actions/2"] = [Reply(404, {"ok": False, "error": "used_url"})]
        for _ in range(3):
            chat.press(buttons(answer.body)["share"], private=True)
            chat.settled()

        shared = [call.path for call in chat.settled() if call.path.startswith("/actions/")]
        assert shared == ["/actions/2", "/actions/3", "/actions/3"]


def test_an_app_of_many_workspaces_has_its_buttons_pressed(open_chat: OpenChat) -> None:
    with open_chat() as chat:
        chat.mention(QUESTION)
        (answer,) = chat.slack.wait_for(1)
        said = chat.press(buttons(answer.body)["helpful"], team=None, enterprise={"id": "E1"})

        assert said.status == 200
        assert "noted" in chat.settled()[-1].body["text"]


def test_what_is_said_of_an_answer_in_a_thread_is_thanked_there(open_chat: OpenChat) -> None:
    with open_chat() as chat:
        chat.mention(QUESTION, ts="1700000001.000100")
        (answer,) = chat.slack.wait_for(1)
        container = {"type": "message", "thread_ts": "1700000001.000100", "is_ephemeral": False}
        chat.press(buttons(answer.body)["helpful"], container=container)

        assert chat.settled()[-1].body["thread_ts"] == "1700000001.000100"


def test_slack_may_say_that_it_leaves_events_out(
    open_chat: OpenChat, caplog: pytest.LogCaptureFixture
) -> None:
    told = {"type": "app_rate_limited", "team_id": TEAM, "minute_rate_limited": 1518467820}
    with open_chat() as chat:
        assert chat.signed(json.dumps(told).encode(), "application/json").status == 200
    assert "leaves events out" in caplog.text


def test_what_was_asked_is_on_the_disk_no_more_when_it_is_answered(open_chat: OpenChat) -> None:
    with open_chat() as chat:
        chat.command("What of the zanzibar bridge?")
        chat.settled()
        chat.last()
        chat.settled()
        files = list(chat.library.folder.glob("inbox.sqlite*"))
        assert files
        assert not any(b"zanzibar" in file.read_bytes() for file in files)


def test_a_damaged_inbox_says_what_to_delete(open_chat: OpenChat, tmp_path: Path) -> None:
    with open_chat() as chat:
        folder = chat.library.folder
    (folder / "inbox.sqlite").write_bytes(b"no database" * 1000)

    with pytest.raises(LibraryDamaged, match=r"inbox.sqlite' is damaged; delete it"), open_chat():
        pass


def test_an_acknowledgement_waits_for_no_answer(open_chat: OpenChat) -> None:
    slow = SlowEmbedder()
    with open_chat(embedder=slow) as chat:
        for number in range(12):
            assert chat.mention(f"What goes slowly? {number}").status == 200
        assert chat.slack.calls == []
        slow.go_on.set()
        chat.slack.wait_for(12)


def test_an_answer_that_was_kept_is_posted_and_not_asked_again(
    open_chat: OpenChat, stand_in: StandIn
) -> None:
    stand_in.replies[POST] = [Reply(500, {})]
    with open_chat() as chat:
        chat.mention(QUESTION)
        chat.slack.wait_for(1)
    with open_chat() as chat:
        chat.slack.wait_for(2)
        (kept,) = chat.library.conversations.latest()
        assert kept.turns == 1
        chat.last()
