"""Giving a file up while it is added; removing a document and putting it back."""

import threading
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from conftest import WordEmbedder

from index import (
    FileReport,
    Labelling,
    Library,
    LibraryLocked,
    PassageText,
    PassageVectors,
    add_files,
    token_counter,
)
from qa import Bot, answer_json

Make = Callable[[Path], Library]

_BRIDGE = "The harbour bridge was opened in spring.\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "documents"
    folder.mkdir()
    (folder / "bridge.txt").write_text(_BRIDGE)
    (folder / "lamp.txt").write_text("Marta keeps the lamp of the lighthouse.\n")
    return folder


def _long(path: Path) -> Path:
    """A file of some hundred passages."""
    paragraphs = (f"# Part {n}\n\nThe keeper of house {n} is Ada{n}.\n" for n in range(300))
    path.write_text("\n".join(paragraphs))
    return path


def _add(library: Library, path: Path, **options: object) -> FileReport:
    (report,) = add_files(library, [path], seconds=60, **options)  # type: ignore[arg-type]  # options vary
    return report


def _quotes(library: Library, question: str) -> list[str]:
    return [one.quote for one in Bot(library, threshold=0).ask(question).excerpts]


def test_progress_is_told_passage_by_passage_up_to_all_of_them(
    folder: Path, make_library: Make
) -> None:
    library = make_library(folder)
    told: list[tuple[int, int]] = []

    report = _add(library, _long(folder / "long.md"), progress=lambda *far: told.append(far))

    total = report.embedded
    assert total >= 300
    assert told[0] == (0, total)
    assert told[-1] == (total, total)
    assert told == sorted(set(told))
    assert len(told) > 4


def test_a_file_that_is_cancelled_leaves_nothing_and_the_next_one_is_added(
    folder: Path, make_library: Make
) -> None:
    library = make_library(folder)
    before = library.files()
    seen: list[int] = []

    reports = list(
        add_files(
            library,
            [_long(folder / "long.md"), folder / "bridge.txt"],
            seconds=60,
            progress=lambda done, _total: seen.append(done),
            cancelled=lambda: bool(seen) and seen[-1] > 0,
        )
    )

    assert [report.state for report in reports] == ["cancelled", "unchanged"]
    assert library.files() == before
    assert not any("Ada" in quote for quote in _quotes(library, "Who is Ada7?"))


def test_a_file_is_given_up_while_it_is_read(
    folder: Path, make_library: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    library = make_library(folder)
    asked: list[str] = []

    def cancelled() -> bool:
        asked.append(threading.current_thread().name)
        return True

    _long(folder / "long.md")
    (folder / "huge.md").write_text("Word and word. " * 1_000_000)
    report = _add(library, folder / "huge.md", cancelled=cancelled)

    assert report.state == "cancelled"
    # By the one that waits for the reader, not by whoever embeds.
    assert asked[0] != threading.main_thread().name
    assert library.file(str(folder / "huge.md")) is None


def test_what_was_removed_is_found_by_no_route_and_comes_back_as_it_was(
    folder: Path, make_library: Make, embedder: WordEmbedder
) -> None:
    library = make_library(folder)
    source = str(folder / "bridge.txt")
    _add(library, folder / "bridge.txt", labelling=Labelling(add=("port",)))
    before = library.file(source)
    assert before is not None
    assert before.document is not None
    document = library.document(before.document)
    answer = answer_json(Bot(library, threshold=0).ask("When was the bridge opened?"))

    removed = library.remove(before.document)

    assert removed is not None
    assert library.document(before.document) is None
    assert _BRIDGE.strip() not in _quotes(library, "When was the bridge opened?")
    gone = library.file(source)
    assert gone is not None
    assert (gone.state, gone.document) == ("removed", None)
    assert library.remove(before.document) is None

    embedded = embedder.embedded
    (folder / "bridge.txt").unlink()
    assert library.restore(removed)
    assert not library.restore(removed)

    assert embedder.embedded == embedded
    assert library.document(before.document) == document
    again = answer_json(Bot(library, threshold=0).ask("When was the bridge opened?"))
    assert {**again, "took_ms": 0} == {**answer, "took_ms": 0}
    (file,) = [file for file in library.files() if file.source == source]
    assert (file.state, file.tags, file.passages) == ("indexed", ("port",), 1)


def test_a_removed_file_stays_out_until_it_changes_or_is_added_by_hand(
    folder: Path, make_library: Make
) -> None:
    library = make_library(folder)
    for path, changes in [
        (folder / "bridge.txt", True),
        (folder / "lamp.txt", False),
    ]:
        known = library.file(str(path))
        assert known is not None
        library.remove(known.document or "")

        kept_out = _add(library, path, heed_removals=True)
        if changes:
            path.write_text(_BRIDGE + "It is red.\n")
        back = _add(library, path, heed_removals=changes)

        assert kept_out.state == "skipped"
        assert kept_out.reason.startswith("removed by you")
        assert back.state == "indexed"
        now = library.file(str(path))
        assert now is not None
        assert now.document == known.document


def test_the_words_of_what_was_removed_are_wiped(
    tmp_path: Path, folder: Path, make_library: Make
) -> None:
    (folder / "secret.txt").write_text("The password is xyzzyplugh.\n")
    library = make_library(folder)
    known = library.file(str(folder / "secret.txt"))
    assert known is not None

    library.remove(known.document or "")
    library.forget([])

    stored = b"".join(path.read_bytes() for path in (tmp_path / "library").glob("library.sqlite*"))
    assert b"xyzzyplugh" not in stored
    assert b"lighthouse" in stored


class _SlowEmbedder(WordEmbedder):
    """Waits, while it embeds, until a test has done what it wants."""

    def __init__(self) -> None:
        super().__init__()
        self.reached = threading.Event()
        self.go_on = threading.Event()

    def passages(self, texts: Sequence[PassageText]) -> list[PassageVectors]:
        self.reached.set()
        assert self.go_on.wait(30)
        return super().passages(texts)


def test_a_document_is_removed_and_restored_while_another_is_added(
    tmp_path: Path, folder: Path, make_library: Make
) -> None:
    library = make_library(folder)
    known = library.file(str(folder / "bridge.txt"))
    assert known is not None
    slow = _SlowEmbedder()
    (folder / "new.txt").write_text("The ferry leaves at noon.\n")

    with Library.open(tmp_path / "library", embedder=slow, count=token_counter()) as other:
        thread = threading.Thread(target=_add, args=(other, folder / "new.txt"))
        thread.start()
        assert slow.reached.wait(30)
        with pytest.raises(LibraryLocked):
            _add(library, folder / "lamp.txt")
        removed = library.remove(known.document or "")
        assert removed is not None
        assert _BRIDGE.strip() not in _quotes(library, "When was the bridge opened?")
        assert library.restore(removed)
        slow.go_on.set()
        thread.join()

    assert _quotes(library, "When was the bridge opened?")[0] == _BRIDGE.strip()
    assert _quotes(library, "When does the ferry leave?")[0] == "The ferry leaves at noon."
