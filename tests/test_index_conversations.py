"""Conversations and feedback in the library's database, beside whoever writes documents."""

import re
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import WordEmbedder

from index import (
    ConversationMissing,
    Library,
    LibraryNotWritable,
    add_files,
    find_files,
    rebuild_library,
    token_counter,
)

ANSWER = {"schema": 1, "excerpts": [], "said": "zebras “é”"}


def open_library(place: Path, embedder: WordEmbedder | None = None) -> Library:
    return Library.open(place, embedder=embedder or WordEmbedder(), count=token_counter())


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "law.txt").write_text("Zebras are shy.")
    return folder


@pytest.fixture
def library(folder: Path, make_library: Callable[[Path], Library]) -> Library:
    return make_library(folder)


def ask(library: Library, conversation: str, question: str = "Who is shy?") -> int:
    return library.conversations.append(
        conversation, question=question, follow_up=True, only={}, answer=ANSWER
    ).number


def test_a_turn_is_kept_as_it_was_shown(library: Library, tmp_path: Path) -> None:
    made = library.conversations.create()
    first = library.conversations.append(
        made.id, question="Who\n is shy?", follow_up=False, only={"tag": ["law"]}, answer=ANSWER
    )
    second = ask(library, made.id, "And zebras?")

    with open_library(tmp_path / "library") as other:
        turns = other.conversations.turns(made.id)
        kept = other.conversations.get(made.id)

    assert turns[0] == first
    assert [turn.number for turn in turns] == [1, second] == [1, 2]
    assert (turns[0].follow_up, turns[0].only, turns[0].answer) == (
        False,
        {"tag": ["law"]},
        ANSWER,
    )
    assert (kept.title, kept.turns, kept.created) == ("Who is shy?", 2, made.created)
    assert made.created < first.asked < kept.changed == turns[1].asked
    assert library.conversations.turns(made.id, after=1) == [turns[1]]
    assert library.conversations.turns(made.id, limit=1) == [turns[0]]


def test_ids_cannot_be_guessed_and_stand_in_an_address(library: Library) -> None:
    ids = {library.conversations.create().id for _ in range(20)}

    assert len(ids) == 20
    assert all(re.fullmatch(r"[A-Za-z0-9_-]{22}", one) for one in ids)


def test_conversations_are_listed_by_their_last_change_page_by_page(library: Library) -> None:
    made = [library.conversations.create(str(number)) for number in range(5)]
    ask(library, made[1].id)

    page = library.conversations.latest(3)
    rest = library.conversations.latest(3, before=(page[-1].changed, page[-1].id))

    assert [one.title for one in page] == ["1", "4", "3"]
    assert [one.title for one in rest] == ["2", "0"]


def test_a_title_that_was_given_stays(library: Library) -> None:
    made = library.conversations.create("Zebras")
    ask(library, made.id)
    assert library.conversations.get(made.id).title == "Zebras"

    assert library.conversations.rename(made.id, "Law").title == "Law"
    assert library.conversations.get(made.id).title == "Law"


def test_a_deleted_conversation_is_gone_from_the_disk(library: Library, tmp_path: Path) -> None:
    made = library.conversations.create("Of quaggas")
    library.conversations.append(
        made.id, question="quaggas?", follow_up=True, only={}, answer={"said": "quaggas"}
    )
    library.feedback.give(made.id, 1, "helpful", "quaggas!")

    library.conversations.delete(made.id)

    assert library.conversations.latest(9) == []
    assert library.feedback.latest() == []
    files = [path for path in (tmp_path / "library").iterdir() if path.is_file()]
    assert b"quaggas" not in b"".join(path.read_bytes() for path in files)


def test_what_is_not_there_is_said_to_be_missing(library: Library) -> None:
    made = library.conversations.create()
    refused: list[Callable[[], object]] = [
        lambda: library.conversations.get("x"),
        lambda: library.conversations.rename("x", "y"),
        lambda: library.conversations.delete("x"),
        lambda: library.conversations.turns("x"),
        lambda: ask(library, "x"),
        lambda: library.feedback.give(made.id, 1, "helpful", ""),
        lambda: library.feedback.withdraw(made.id, 1),
    ]
    for action in refused:
        with pytest.raises(ConversationMissing, match="it may have been deleted"):
            action()


def test_one_verdict_a_turn_changed_or_withdrawn(library: Library) -> None:
    made = library.conversations.create()
    ask(library, made.id)
    ask(library, made.id, "And?")
    library.feedback.give(made.id, 1, "helpful", "")
    library.feedback.give(made.id, 2, "not there", "")

    changed = library.feedback.give(made.id, 1, "wrong source", "the minutes say so")

    assert library.conversations.turns(made.id)[0].feedback == changed
    said = library.feedback.latest()
    assert [(one.number, one.feedback.verdict) for one in said] == [
        (1, "wrong source"),
        (2, "not there"),
    ]
    assert (said[0].conversation, said[0].question, said[0].answer) == (
        made.id,
        "Who is shy?",
        ANSWER,
    )
    (last,) = library.feedback.latest(5, before=(said[0].feedback.given, made.id, 1))
    assert last == said[1]

    library.feedback.withdraw(made.id, 1)
    library.feedback.withdraw(made.id, 1)

    assert library.conversations.turns(made.id)[0].feedback is None
    assert library.feedback.latest() == [said[1]]


def test_rebuilding_keeps_conversations_and_feedback(library: Library, tmp_path: Path) -> None:
    made = library.conversations.create()
    ask(library, made.id)
    said = library.feedback.give(made.id, 1, "helpful", "")
    library.close()

    other = WordEmbedder("other")
    rebuild_library(
        tmp_path / "library", embedder=other, count=token_counter(), done=lambda _source: None
    )

    with open_library(tmp_path / "library", other) as rebuilt:
        (turn,) = rebuilt.conversations.turns(made.id)
        assert (turn.answer, turn.feedback) == (ANSWER, said)


def test_turns_are_kept_while_documents_are_added_and_the_index_does_not_move(
    library: Library, folder: Path, tmp_path: Path
) -> None:
    made = library.conversations.create()
    for number in range(30):
        (folder / f"{number}.txt").write_text(f"Zebra {number} is shy.")
    added: list[str] = []

    def add() -> None:
        with open_library(tmp_path / "library") as other:
            added.extend(one.state for one in add_files(other, find_files([folder]), seconds=60))

    adding = threading.Thread(target=add)
    adding.start()
    asked = 0
    while adding.is_alive():
        ask(library, made.id)
        asked += 1
    adding.join()

    assert sorted(added) == ["indexed"] * 30 + ["unchanged"]
    assert library.conversations.get(made.id).turns == asked > 0


def test_the_writer_of_documents_is_not_waited_for(library: Library, tmp_path: Path) -> None:
    made = library.conversations.create()
    before = generation(library)
    with open_library(tmp_path / "library") as other, other.writer():
        ask(library, made.id)
        library.feedback.give(made.id, 1, "helpful", "")

    assert generation(library) == before


def generation(library: Library) -> str:
    return library._store.manifest()["generation"]  # noqa: SLF001 (nothing public tells it)


def test_threads_and_processes_number_turns_one_after_another(
    library: Library, tmp_path: Path
) -> None:
    made = library.conversations.create()
    numbers: list[int] = []
    with open_library(tmp_path / "library") as other:
        threads = [
            threading.Thread(target=lambda one=one: numbers.append(ask(one, made.id)))
            for one in [library, other] * 8
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    assert sorted(numbers) == list(range(1, 17))


def test_a_full_disk_is_said(library: Library) -> None:
    engine = library._store._engine  # noqa: SLF001 (a limit that a full disk stands for)
    with engine.connect() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
    made = library.conversations.create()

    with pytest.raises(LibraryNotWritable, match="cannot be written"):
        library.conversations.append(
            made.id, question="?", follow_up=True, only={}, answer={"long": "x" * 1_000_000}
        )

    assert library.conversations.turns(made.id) == []
