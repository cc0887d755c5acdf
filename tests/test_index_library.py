"""A library keeps what it is given, forgets what is removed, and sees every change."""

import json
import os
import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from conftest import WordEmbedder

from index import (
    FileReport,
    Library,
    LibraryDamaged,
    LibraryLocked,
    LibraryMismatch,
    LibraryMissing,
    PinciteError,
    add_files,
    find_files,
    rebuild_library,
    token_counter,
)
from qa import Answer, Bot, answer_json

Add = Callable[..., dict[str, FileReport]]


def open_library(folder: Path, embedder: WordEmbedder, *, create: bool = False) -> Library:
    return Library.open(folder, embedder=embedder, count=token_counter(), create=create)


@pytest.fixture
def library(tmp_path: Path, embedder: WordEmbedder) -> Iterator[Library]:
    with open_library(tmp_path / "library", embedder, create=True) as library:
        yield library


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "oil.txt").write_text(
        "South Korea stopped buying oil.\n\nIt had bought much before."
    )
    (folder / "law.md").write_text("# Law\n\nThe senate passed a law about zebras.\n")
    return folder


def add(library: Library, *paths: Path) -> dict[str, FileReport]:
    """Reports by file name."""
    reports = add_files(library, find_files(list(paths)), seconds=60)
    return {Path(report.source).name: report for report in reports}


def states(reports: dict[str, FileReport]) -> dict[str, str]:
    return {name: report.state for name, report in reports.items()}


def found(library: Library, question: str) -> set[tuple[str, str]]:
    """The file names and passages that share a word with the question."""
    return {
        (Path(hit.document.source).name, hit.document.text[hit.start : hit.end].strip())
        for hit in library.search(question).hits
        if hit.lexical > 0
    }


def told(library: Library, question: str) -> str:
    """An answer as bytes would tell it, without the time it took."""
    answer: Answer = Bot(library, threshold=0.0).ask(question)
    return json.dumps({**answer_json(answer), "took_ms": 0})


def test_what_is_added_is_found_with_its_document(library: Library, folder: Path) -> None:
    assert states(add(library, folder)) == {"law.md": "indexed", "oil.txt": "indexed"}

    assert found(library, "zebras") == {
        ("law.md", "# Law\n\nThe senate passed a law about zebras.")
    }
    document = library.document(library.search("zebras").hits[0].document.id)
    assert document is not None
    assert (document.title, document.source) == ("Law", str(folder / "law.md"))


def test_dense_lexical_and_sentence_scores_are_of_the_question(
    library: Library, folder: Path, embedder: WordEmbedder
) -> None:
    add(library, folder)
    vector = embedder.question("senate zebras")

    best = library.search("senate zebras").hits[0]

    assert best.document.title == "Law"
    assert best.lexical > 0
    body = "The senate passed a law about zebras."
    own = embedder.question(f"Law\n{body}").astype(np.float16).astype(np.float32) @ vector
    assert best.dense == pytest.approx(float(own), abs=1e-3)
    assert len(best.sentence_scores) == len(best.sentences) == 1


def test_an_unchanged_file_is_not_read_or_embedded_again(
    library: Library, folder: Path, embedder: WordEmbedder
) -> None:
    add(library, folder)
    embedded = embedder.embedded

    assert states(add(library, folder)) == {"law.md": "unchanged", "oil.txt": "unchanged"}
    assert embedder.embedded == embedded


def test_a_changed_file_replaces_what_it_gave_and_keeps_its_id(
    library: Library, folder: Path
) -> None:
    add(library, folder)
    before = library.file(str(folder / "law.md"))
    (folder / "law.md").write_text("# Law\n\nThe senate passed a law about okapis.\n")

    assert states(add(library, folder)) == {"law.md": "indexed", "oil.txt": "unchanged"}

    assert found(library, "zebras") == set()
    assert {name for name, _ in found(library, "okapis")} == {"law.md"}
    after = library.file(str(folder / "law.md"))
    assert before is not None
    assert after is not None
    assert before.document == after.document


def test_only_the_passages_that_changed_are_embedded(
    library: Library, folder: Path, embedder: WordEmbedder
) -> None:
    sections = [f"# Part {n}\n\nThis part is about topic{n}.\n" for n in range(10)]
    (folder / "book.md").write_text("\n".join(sections))
    add(library, folder)
    sections[4] = "# Part 4\n\nThis part is about giraffes.\n"
    (folder / "book.md").write_text("\n".join(sections))

    report = add(library, folder)["book.md"]

    assert (report.passages, report.embedded) == (10, 1)


def test_the_same_bytes_under_two_names_are_embedded_once_and_both_found(
    library: Library, folder: Path, embedder: WordEmbedder
) -> None:
    shutil.copy(folder / "law.md", folder / "copy.md")

    reports = add(library, folder)

    assert sum(report.embedded for report in reports.values()) == embedder.embedded == 2
    assert {name for name, _ in found(library, "zebras")} == {"copy.md", "law.md"}


def test_a_renamed_file_keeps_its_vectors_and_its_id(
    library: Library, folder: Path, embedder: WordEmbedder
) -> None:
    add(library, folder)
    before = library.file(str(folder / "law.md"))
    embedded = embedder.embedded
    (folder / "law.md").rename(folder / "statute.md")

    assert add(library, folder)["statute.md"].embedded == 0

    assert embedder.embedded == embedded
    after = library.file(str(folder / "statute.md"))
    assert before is not None
    assert after is not None
    assert before.document == after.document
    assert library.file(str(folder / "law.md")) is None
    assert {name for name, _ in found(library, "zebras")} == {"statute.md"}


def test_a_new_file_under_a_moved_file_s_old_name_gets_an_id_of_its_own(
    library: Library, folder: Path
) -> None:
    add(library, folder)
    (folder / "law.md").rename(folder / "statute.md")
    add(library, folder)
    (folder / "law.md").write_text("# New\n\nThis one is about quaggas.\n")
    add(library, folder)

    ids = [file.document for file in library.files()]
    assert len(ids) == len(set(ids)) == 3
    assert {name for name, _ in found(library, "zebras quaggas")} == {"law.md", "statute.md"}


def test_a_removed_document_is_found_by_no_route(
    library: Library, folder: Path, tmp_path: Path, embedder: WordEmbedder
) -> None:
    add(library, folder)
    known = library.file(str(folder / "law.md"))
    assert known is not None
    assert known.document is not None

    with library.writer() as writer:
        writer.remove([str(folder / "law.md")])

    def routes(library: Library) -> set[str]:
        hits = library.search("the senate passed a law about zebras").hits
        listed = [file.source for file in library.files()]
        texts = [hit.document.text for hit in hits] + listed
        return {text for text in texts if "zebra" in text or "law.md" in text}

    assert routes(library) == set()
    assert library.document(known.document) is None
    with open_library(tmp_path / "library", embedder) as reopened:
        assert routes(reopened) == set()
        assert reopened.passage_count() == 1
    assert b"zebra" not in b"".join(
        path.read_bytes() for path in (tmp_path / "library").iterdir() if path.is_file()
    )


def test_an_emptied_file_no_longer_answers(library: Library, folder: Path) -> None:
    add(library, folder)
    (folder / "law.md").write_text("")

    report = add(library, folder)["law.md"]

    assert (report.state, report.reason) == ("skipped", "empty file")
    assert found(library, "zebras") == set()


def test_a_file_that_cannot_be_read_any_more_still_answers_and_says_so(
    library: Library, folder: Path
) -> None:
    add(library, folder)
    (folder / "law.md").write_bytes(b"%PDF-1.7 truncated")

    report = add(library, folder)["law.md"]

    assert report.state == "failed"
    assert "answers still come from the version read before" in report.reason
    assert {name for name, _ in found(library, "zebras")} == {"law.md"}


def test_a_sidecar_overrides_and_its_change_is_noticed(library: Library, folder: Path) -> None:
    add(library, folder)
    item = {"title": "The Zebra Act", "author": [{"family": "Doe", "given": "Jane"}]}
    (folder / "law.md.meta.json").write_text(json.dumps(item))

    assert states(add(library, folder)) == {"law.md": "indexed", "oil.txt": "unchanged"}

    document = library.search("zebras").hits[0].document
    assert (document.title, document.author) == ("The Zebra Act", "Jane Doe")
    assert document.bibliography == item


def test_a_broken_sidecar_fails_its_file_alone(library: Library, folder: Path) -> None:
    (folder / "law.md.meta.json").write_text("{")

    reports = add(library, folder)

    assert states(reports) == {"law.md": "failed", "oil.txt": "indexed"}
    assert "law.md.meta.json" in reports["law.md"].reason


def test_hidden_files_sidecars_and_the_library_itself_are_no_documents(tmp_path: Path) -> None:
    for name in ("a.txt", ".hidden.txt", "a.txt.meta.json", ".git/b.txt", "lib/c.txt", "d/e.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("text")

    files = find_files([tmp_path, tmp_path / "a.txt"], leave_out=tmp_path / "lib")

    assert files == [tmp_path / "a.txt", tmp_path / "d" / "e.txt"]


def test_a_path_that_does_not_exist_is_named(tmp_path: Path) -> None:
    with pytest.raises(PinciteError, match=r"there is no file or folder '.*nowhere'"):
        find_files([tmp_path / "nowhere"])


def test_an_open_library_sees_what_another_process_changes(
    library: Library, folder: Path, tmp_path: Path, embedder: WordEmbedder
) -> None:
    with open_library(tmp_path / "library", embedder) as other:
        assert found(other, "zebras") == set()
        add(library, folder)
        assert {name for name, _ in found(other, "zebras")} == {"law.md"}
        with library.writer() as writer:
            writer.remove([str(folder / "law.md")])
        assert found(other, "zebras") == set()


def test_a_second_writer_is_told_to_wait(
    library: Library, folder: Path, tmp_path: Path, embedder: WordEmbedder
) -> None:
    with (
        open_library(tmp_path / "library", embedder) as other,
        library.writer(),
        pytest.raises(LibraryLocked, match="wait until it has finished"),
    ):
        add(other, folder)

    assert states(add(library, folder)) == {"law.md": "indexed", "oil.txt": "indexed"}


QUESTIONS = ("Who passed a law about zebras?", "Did South Korea buy oil before?")


@pytest.mark.parametrize("name", ["vectors.faiss", "vectors.json"])
@pytest.mark.parametrize(
    "damage",
    [
        pytest.param(lambda path: path.unlink(), id="gone"),
        pytest.param(lambda path: path.write_bytes(b""), id="empty"),
        pytest.param(lambda path: path.write_bytes(path.read_bytes()[:-9]), id="truncated"),
        pytest.param(
            lambda path: path.write_bytes(path.read_bytes()[:60] + b"\xff" * 40), id="garbled"
        ),
    ],
)
def test_a_damaged_snapshot_changes_no_answer_and_embeds_nothing(
    library: Library,
    folder: Path,
    tmp_path: Path,
    embedder: WordEmbedder,
    name: str,
    damage: Callable[[Path], None],
) -> None:
    add(library, folder)
    expected = [told(library, question) for question in QUESTIONS]
    embedded = embedder.embedded
    damage(tmp_path / "library" / name)

    with open_library(tmp_path / "library", embedder) as reopened:
        assert [told(reopened, question) for question in QUESTIONS] == expected
    assert embedder.embedded == embedded


def test_a_snapshot_of_another_library_is_not_used(
    library: Library, folder: Path, tmp_path: Path, embedder: WordEmbedder
) -> None:
    add(library, folder)
    (tmp_path / "more").mkdir()
    (tmp_path / "more" / "x.txt").write_text("Okapis are shy.")
    with open_library(tmp_path / "other", embedder, create=True) as other:
        add(other, tmp_path / "more")
    for name in ("vectors.faiss", "vectors.json"):
        shutil.copy(tmp_path / "other" / name, tmp_path / "library" / name)

    with open_library(tmp_path / "library", embedder) as reopened:
        assert [told(reopened, question) for question in QUESTIONS] == [
            told(library, question) for question in QUESTIONS
        ]


def test_the_order_of_building_shows_in_no_answer(
    library: Library, folder: Path, tmp_path: Path, embedder: WordEmbedder
) -> None:
    with open_library(tmp_path / "other", embedder, create=True) as other:
        add(library, folder / "law.md")
        add(library, folder / "oil.txt")
        add(other, folder / "oil.txt")
        add(other, folder / "law.md")
        for question in QUESTIONS:
            assert told(library, question) == told(other, question)
            assert told(library, question) == told(library, question)


def test_no_library_is_said_with_the_command_that_makes_one(
    tmp_path: Path, embedder: WordEmbedder
) -> None:
    with pytest.raises(LibraryMissing, match="make one with: pincite add PATH"):
        open_library(tmp_path, embedder)
    assert list(tmp_path.iterdir()) == []


def test_another_model_is_refused_and_a_rebuild_makes_it_fit(
    library: Library, folder: Path, tmp_path: Path
) -> None:
    add(library, folder)
    other = WordEmbedder("other words")
    with pytest.raises(LibraryMismatch, match=r"made with model 'words'.*pincite rebuild"):
        open_library(tmp_path / "library", other)

    done: list[str] = []
    rebuild_library(tmp_path / "library", embedder=other, count=token_counter(), done=done.append)

    assert done == [str(folder / "law.md"), str(folder / "oil.txt")]
    with open_library(tmp_path / "library", other) as rebuilt:
        assert {name for name, _ in found(rebuilt, "zebras")} == {"law.md"}
        assert states(add(rebuilt, folder)) == {"law.md": "unchanged", "oil.txt": "unchanged"}
    with pytest.raises(LibraryMismatch):
        library.search("zebras")


def test_an_interrupted_rebuild_leaves_the_library_as_it_was(
    library: Library, folder: Path, tmp_path: Path
) -> None:
    add(library, folder)
    expected = told(library, QUESTIONS[0])

    def interrupt(_source: str) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        rebuild_library(
            tmp_path / "library", embedder=WordEmbedder("o"), count=token_counter(), done=interrupt
        )

    assert told(library, QUESTIONS[0]) == expected


def test_a_damaged_database_is_said(
    library: Library, folder: Path, tmp_path: Path, embedder: WordEmbedder
) -> None:
    add(library, folder)
    library.close()
    (tmp_path / "library" / "library.sqlite").write_bytes(b"no database" * 1000)

    with pytest.raises(LibraryDamaged, match="is damaged"):
        open_library(tmp_path / "library", embedder)


def test_stopping_between_files_keeps_what_was_done(library: Library, folder: Path) -> None:
    answers = iter([False, True])
    files = find_files([folder])

    reports = list(add_files(library, files, seconds=60, stop=lambda: next(answers)))

    assert [Path(report.source).name for report in reports] == ["law.md"]
    assert states(add(library, folder)) == {"law.md": "unchanged", "oil.txt": "indexed"}


def test_two_first_writers_make_one_library(
    tmp_path: Path, folder: Path, embedder: WordEmbedder
) -> None:
    with ThreadPoolExecutor(8) as pool:
        opened = list(
            pool.map(lambda _: open_library(tmp_path / "new", embedder, create=True), range(8))
        )
    add(opened[0], folder)

    assert {one.passage_count() for one in opened} == {2}
    for one in opened:
        one.close()


def test_what_is_no_regular_file_fails_at_once(library: Library, folder: Path) -> None:
    os.mkfifo(folder / "pipe.txt")

    reports = add(library, folder)

    assert states(reports) == {"law.md": "indexed", "oil.txt": "indexed", "pipe.txt": "failed"}
    assert "no regular file" in reports["pipe.txt"].reason


def test_a_sidecar_with_half_a_character_fails_its_file_alone(
    library: Library, folder: Path
) -> None:
    (folder / "law.md.meta.json").write_text(r'{"title": "\ud800"}')

    assert states(add(library, folder)) == {"law.md": "failed", "oil.txt": "indexed"}


def test_the_library_is_left_out_however_its_path_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "lib").mkdir()
    (tmp_path / "lib" / "c.txt").write_text("text")
    (tmp_path / "a").mkdir()
    monkeypatch.chdir(tmp_path / "a")

    assert find_files([Path("..")], leave_out=Path("../lib")) == []


def test_a_database_that_was_put_back_does_not_take_later_vectors_for_its_own(
    library: Library, folder: Path, tmp_path: Path, embedder: WordEmbedder
) -> None:
    add(library, folder / "law.md")
    library.close()
    backup = (tmp_path / "library" / "library.sqlite").read_bytes()
    with open_library(tmp_path / "library", embedder) as later:
        add(later, folder / "oil.txt")
    (tmp_path / "library" / "library.sqlite").write_bytes(backup)
    (folder / "new.txt").write_text("Okapis are shy.")

    with open_library(tmp_path / "library", embedder) as restored:
        add(restored, folder / "new.txt")
        hits = restored.search("okapis shy").hits
        best = max(hits, key=lambda hit: hit.dense)
    assert best.document.text == "Okapis are shy."


def test_a_file_that_fails_again_changes_nothing(
    library: Library, folder: Path, tmp_path: Path
) -> None:
    (folder / "bad.pdf").write_bytes(b"%PDF-1.7 broken")
    add(library, folder)
    before = {path: path.stat().st_mtime_ns for path in (tmp_path / "library").iterdir()}

    assert states(add(library, folder))["bad.pdf"] == "failed"

    after = {path: path.stat().st_mtime_ns for path in (tmp_path / "library").iterdir()}
    assert {path for path in before if before[path] != after[path]} <= {
        tmp_path / "library" / "writer.lock"
    }
