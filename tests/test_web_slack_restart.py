"""A busy moment in Slack with the server ended and begun again in the middle of it."""

import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Timer

import pytest
from chatting import Chat, OpenChat, SlowEmbedder, StandIn

from benchmarks.traffic import Delivery, Minute, plan
from benchmarks.workspace import first_line

MINUTE = Minute(events=40, retried=12, seconds=40, restart=20)


def test_each_question_is_answered_once_over_a_restart(
    open_chat: OpenChat, stand_in: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Nobody is told to wait, however slow the machine.
    monkeypatch.setattr("web.answering.PATIENCE_SECONDS", 600.0)
    questions = [f"How slowly goes number {number}?" for number in range(MINUTE.questions)]
    deliveries = plan(MINUTE, questions, time.time(), answers=f"http://{stand_in.host}")
    before = [one for one in deliveries if one.after < MINUTE.restart]
    after = [one for one in deliveries if one.after >= MINUTE.restart]
    slow = SlowEmbedder()

    with open_chat(embedder=slow) as chat:
        assert deliver(chat, before) == {200}
        assert stand_in.calls == []
        ending = Timer(0.5, slow.go_on.set)
        ending.start()
    ending.join()
    answered_before = len(stand_in.calls)
    with open_chat() as chat:
        assert deliver(chat, after) == {200}
        stand_in.wait_for(len(questions))
        chat.command("help")
        stand_in.wait_for(len(questions) + 1)

    *_, asked_last = stand_in.calls
    assert asked_last.body["text"].startswith("Ask a question")
    answered = Counter(
        (call.path, call.body.get("channel"), call.body.get("thread_ts"), first_line(call.body))
        for call in stand_in.calls[:-1]
    )
    assert 0 < answered_before < len({one.asked for one in before})
    assert set(answered.values()) == {1}
    assert {
        (f"{channel}/{thread}" if channel else path, line)
        for path, channel, thread, line in answered
    } == {(one.asked.place, one.asked.text) for one in deliveries}


def deliver(chat: Chat, deliveries: Sequence[Delivery]) -> set[int]:
    """Send several at once; returns the statuses."""

    def sent(delivery: Delivery) -> int:
        body, headers = delivery.sent(0)
        return chat.signed(body, headers.pop("Content-Type"), headers=headers).status

    with ThreadPoolExecutor(8) as senders:
        return set(senders.map(sent, deliveries))
