"""The inbox: what came in is known, in order, and forgotten in time."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from index import ConversationMissing, Entry, Inbox, Library
from index.inbox import INBOX


class Clock:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.now = 1_700_000_000.0

    def __call__(self) -> float:
        """The time that was set."""
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def inbox(tmp_path: Path, clock: Clock) -> Iterator[Inbox]:
    opened = Inbox(tmp_path, clock=clock)
    yield opened
    opened.close()


def put(inbox: Inbox, *keys: str, door: str = "slack", line: str = "") -> list[bool]:
    return [inbox.put(key, {"text": key}, door=door, line=line or key) for key in keys]


def claimed(inbox: Inbox) -> list[str]:
    """The keys of all that can be claimed."""
    found = []
    while entry := inbox.claim("slack"):
        found.append(entry.key)
    return found


def test_what_came_is_answered_in_the_order_in_which_it_came(inbox: Inbox, clock: Clock) -> None:
    assert put(inbox, "b", "a", "c") == [True] * 3

    assert inbox.claim("slack") == Entry("b", {"text": "b"}, {}, 0, clock.now)
    assert claimed(inbox) == ["a", "c"]
    assert inbox.unanswered("slack") == 3


def test_what_comes_again_is_known_while_it_waits_and_for_an_hour(
    inbox: Inbox, clock: Clock
) -> None:
    put(inbox, "a")
    assert put(inbox, "a") == [False]
    inbox.claim("slack")
    inbox.finish("a")
    clock.now += 3599
    assert put(inbox, "a") == [False]
    assert inbox.unanswered("slack") == 0

    clock.now += 2
    assert put(inbox, "a") == [True]


def test_what_waits_is_never_forgotten(inbox: Inbox, clock: Clock) -> None:
    put(inbox, "a")
    clock.now += 100_000
    put(inbox, "b")

    assert claimed(inbox) == ["a", "b"]


def test_nothing_that_was_said_is_kept_after_the_answer(inbox: Inbox, tmp_path: Path) -> None:
    inbox.put("a", {"text": "a secret"}, door="slack", line="a")
    inbox.claim("slack")
    inbox.note("a", turn="another secret")
    inbox.finish("a")

    with closing(sqlite3.connect(tmp_path / INBOX)) as opened:
        rows = opened.execute("SELECT key, content, progress, state FROM inbox").fetchall()
    assert rows == [("a", "{}", "{}", "done")]


def test_of_one_line_one_is_answered_at_a_time(inbox: Inbox) -> None:
    put(inbox, "a", "b", line="thread")
    put(inbox, "c")

    assert claimed(inbox) == ["a", "c"]
    inbox.finish("a")
    assert claimed(inbox) == ["b"]


def test_doors_have_nothing_to_do_with_each_other(inbox: Inbox) -> None:
    put(inbox, "a", door="hooks", line="x")
    put(inbox, "b", line="x")

    assert claimed(inbox) == ["b"]
    assert inbox.recover("hooks") == 0
    assert inbox.recover("slack") == 1


def test_what_is_postponed_waits_and_its_attempts_are_counted(inbox: Inbox, clock: Clock) -> None:
    put(inbox, "a")
    inbox.claim("slack")
    inbox.postpone("a", 30, failed=True)
    assert claimed(inbox) == []
    clock.now += 31

    entry = inbox.claim("slack")

    assert entry is not None
    assert (entry.attempts, inbox.age(entry)) == (1, 31)
    inbox.postpone("a", 0, failed=False)
    again = inbox.claim("slack")
    assert again is not None
    assert again.attempts == 1


def test_who_waits_for_long_is_told_once(inbox: Inbox, clock: Clock) -> None:
    put(inbox, "a")
    assert inbox.claim_untold("slack", older_than=4) is None
    clock.now += 5
    put(inbox, "b")

    entry = inbox.claim_untold("slack", older_than=4)

    assert entry is not None
    assert entry.key == "a"
    inbox.note("a", told="yes")
    inbox.give_back("a", told=True)
    assert inbox.claim_untold("slack", older_than=4) is None
    first = inbox.claim("slack")
    assert first is not None
    assert (first.key, first.progress) == ("a", {"told": "yes"})


def test_another_process_goes_on_with_what_was_left(tmp_path: Path, inbox: Inbox) -> None:
    put(inbox, "a", "b")
    inbox.claim("slack")
    inbox.note("a", told="here")
    inbox.note("a", turn=1)
    assert [inbox.count_post("a") for _ in range(2)] == [1, 2]

    other = Inbox(tmp_path)
    try:
        assert put(other, "a") == [False]
        assert other.recover("slack") == 1
        entry = other.claim("slack")
        assert entry is not None
        assert (entry.key, entry.progress) == ("a", {"told": "here", "turn": 1})
        assert other.count_post("a") == 3
    finally:
        other.close()


def test_a_conversation_goes_on_at_its_place_until_it_is_deleted(
    tmp_path: Path, make_library: Callable[[Path], Library]
) -> None:
    (tmp_path / "empty").mkdir()
    library = make_library(tmp_path / "empty")
    first, second = (library.conversations.create() for _ in range(2))
    assert library.threads.conversation("C1/1.2") is None

    library.threads.keep("C1/1.2", first.id)
    assert library.threads.conversation("C1/1.2") == first.id
    library.threads.keep("C1/1.2", second.id)
    assert library.threads.conversation("C1/1.2") == second.id

    library.conversations.delete(second.id)
    assert library.threads.conversation("C1/1.2") is None
    with pytest.raises(ConversationMissing):
        library.threads.keep("C1/1.2", second.id)
