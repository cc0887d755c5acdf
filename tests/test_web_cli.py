"""The command line, from its arguments to its last line and exit status."""

import json
import os
import re
import resource
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from conftest import Outcome, Pincite
from flask.testing import FlaskClient

from index import Library, SentenceEmbedder, add_files, find_files, token_counter
from qa import Settings
from web import create_app
from web.app import close_app
from web.cli import commands

_PINCITE = [sys.executable, "-c", "from web.cli import main; main()"]
_NOBODY = 65534

_NOTES = {
    "bridge.txt": "The harbour bridge was opened in spring. It is two miles long.\n",
    "tower.md": "# The tower\n\nThe clock tower has four faces. One of them is always late.\n",
    "broken.pdf": "%PDF-1.7\nnothing more",
    "photo.png": "\x89PNG",
}


@pytest.fixture
def documents(tmp_path: Path) -> Path:
    """A folder of two documents, a damaged file and a picture."""
    return _write_notes(tmp_path / "documents")


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory, small_models: Path) -> Path:
    """A folder with `documents` and the library that they were added to; tests only copy it."""
    folder = tmp_path_factory.mktemp("prepared")
    _write_notes(folder / "documents")
    with Library.open(
        folder / "library",
        embedder=SentenceEmbedder(str(small_models / "mean")),
        count=token_counter(),
        create=True,
    ) as library:
        for _ in add_files(library, find_files([folder / "documents"]), seconds=60):
            pass
    return folder


@pytest.fixture
def added(prepared: Path, tmp_path: Path) -> Path:
    """The documents of the test's own library, which are shared: nothing is to change them."""
    shutil.copytree(prepared / "library", tmp_path / "library")
    return prepared / "documents"


def _write_notes(folder: Path) -> Path:
    folder.mkdir()
    for name, text in _NOTES.items():
        (folder / name).write_text(text)
    return folder


def _refused(outcome: Outcome, *said: str, status: int = 1) -> None:
    """The command said one line on stderr, and nothing else."""
    assert outcome.status == status
    assert outcome.out == ""
    assert outcome.err.startswith("pincite: ")
    assert outcome.err.count("\n") == 1
    for words in said:
        assert words in outcome.err


def _answer(outcome: Outcome) -> Any:
    """The answer of `ask --json`, but for the time it took."""
    assert (outcome.status, outcome.err) == (0, "")
    answer = json.loads(outcome.out)
    assert answer.pop("took_ms") >= 0
    return answer


def _folded(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.parametrize("name", sorted(commands.commands))
def test_the_help_of_every_command_shows_an_example(pincite: Pincite, name: str) -> None:
    outcome = pincite(name, "--help")

    assert (outcome.status, outcome.err) == (0, "")
    assert f"Usage: pincite {name} " in outcome.out
    assert re.search(rf"Examples:\n +(PINCITE_\S+ )?pincite {name}", outcome.out)


@pytest.mark.parametrize("arguments", [(), ("--help",)])
def test_without_a_command_all_of_them_are_shown(
    pincite: Pincite, arguments: tuple[str, ...]
) -> None:
    outcome = pincite(*arguments)

    assert (outcome.status, outcome.err) == (0, "")
    for name in commands.commands:
        assert f"\n  {name} " in outcome.out
    assert "Examples:\n    pincite add " in outcome.out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        pytest.param(["nothing"], "No such command 'nothing'", id="unknown_command"),
        pytest.param(["ask"], "Missing argument 'QUESTION'", id="no_question"),
        pytest.param(["ask", "Who?", "-n", "0"], "0 is not in the range", id="n_0"),
        pytest.param(["ask", "Who?", "-n", "51"], "51 is not in the range", id="n_51"),
        pytest.param(["ask", "Who?", "-n", "x"], "'x' is not a valid integer", id="n_word"),
        pytest.param(["ask", "Who?", "--bad"], "No such option '--bad'", id="unknown_option"),
        pytest.param(["ask", "Who", "is", "it"], "unexpected extra arguments", id="no_quotes"),
        pytest.param(["add"], "Missing argument 'PATHS...'", id="nothing_to_add"),
        pytest.param(["remove"], "name a file or folder to remove", id="nothing_to_remove"),
        pytest.param(["serve", "--port", "70000"], "70000 is not in the range", id="port"),
    ],
)
def test_a_command_used_wrongly_is_refused_with_a_hint(
    pincite: Pincite, arguments: list[str], said: str
) -> None:
    _refused(pincite(*arguments), said, "--help", status=2)


_LOADED = """
import contextlib, io, sys
from web.cli import main
with contextlib.suppress(SystemExit), contextlib.redirect_stdout(io.StringIO()):
    main()
heavy = {"flask", "gunicorn", "mcp", "sentence_transformers", "torch", "uvicorn", "waitress"}
print(*sorted(heavy & {*sys.modules}))
"""


@pytest.mark.parametrize("arguments", ["--help", "serve --help", "mcp --help"])
def test_what_only_tells_loads_no_model_and_no_server(arguments: str) -> None:
    ended = subprocess.run(
        [sys.executable, "-c", _LOADED, *arguments.split()],
        capture_output=True,
        text=True,
        timeout=60,
    )

    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "\n", "")


def test_a_folder_to_watch_must_be_there(pincite: Pincite, tmp_path: Path) -> None:
    _refused(pincite("serve", tmp_path / "nothing"), str(tmp_path / "nothing"), "no folder")

    assert not (tmp_path / "library").exists()


def test_adding_says_how_every_file_ended(
    pincite: Pincite, documents: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(documents)
    outcome = pincite("add", documents)

    assert outcome.status == 0
    assert outcome.err.strip() == ""
    lines = [_folded(line) for line in outcome.out.splitlines()]
    assert lines[:2] == [
        "4 files: 2 indexed, 1 skipped, 1 failed.",
        "2 passages embedded, 0 known already.",
    ]
    assert lines[2].startswith("failed broken.pdf ")
    assert any(line.startswith("skipped photo.png ") for line in lines)


def test_adding_again_embeds_nothing(pincite: Pincite, added: Path) -> None:

    outcome = pincite("add", added)

    assert outcome.status == 0
    assert outcome.out.startswith(
        "4 files: 2 unchanged, 1 skipped, 1 failed.\n0 passages embedded, "
    )


def test_adding_again_embeds_what_changed_and_names_what_is_gone(
    pincite: Pincite, documents: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(documents)
    pincite("add", documents)
    (documents / "bridge.txt").write_text("The harbour bridge was closed in autumn.\n")
    (documents / "tower.md").unlink()

    outcome = pincite("add", documents)

    assert outcome.out.startswith(
        "3 files: 1 indexed, 1 skipped, 1 failed.\n1 passages embedded, 0 known already.\n"
    )
    assert re.search(r"missing +tower\.md .*pincite remove --missing", _folded(outcome.out))
    quotes = _quotes(_answer(pincite("ask", "the harbour bridge", "--json")))
    assert "The harbour bridge was closed in autumn." in quotes
    assert not any("opened" in quote for quote in quotes)


def _quotes(answer: Any) -> list[str]:
    return [excerpt["quote"] for excerpt in answer["excerpts"] + answer["closest"]]


def test_adding_only_files_that_cannot_be_read_fails(pincite: Pincite, documents: Path) -> None:
    outcome = pincite("add", documents / "broken.pdf")

    assert outcome.status == 1
    assert outcome.out.startswith("1 file: 1 failed.\n")
    assert outcome.err.splitlines()[-1] == "pincite: none of the files gave a document"


def test_adding_an_empty_folder_gives_an_empty_library(pincite: Pincite, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()

    outcome = pincite("add", tmp_path / "empty")

    assert outcome.status == 0
    assert outcome.out.startswith("0 files: nothing to read.\n")
    assert pincite("status").out.startswith("0 documents, 0 passages in ")
    asked = pincite("ask", "Who is there?")
    assert (asked.status, asked.out) == (0, "Your documents do not say.\n")


@pytest.mark.parametrize("name", ["nowhere", "a" * 300, "b/c/d"])
def test_adding_what_is_not_there_is_refused(pincite: Pincite, tmp_path: Path, name: str) -> None:
    _refused(pincite("add", tmp_path / name), name)
    assert not (tmp_path / "library").exists()


@pytest.mark.parametrize(
    "arguments", [["ask", "Who?"], ["status"], ["remove", "x"], ["rebuild"], ["serve"]]
)
def test_without_a_library_the_command_that_makes_one_is_named(
    pincite: Pincite, tmp_path: Path, arguments: list[str]
) -> None:
    outcome = pincite(*arguments)

    _refused(outcome, f"there is no library in '{tmp_path / 'library'}'", "pincite add")


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("PINCITE_PORT", "eighty"),
        ("PINCITE_PORT", "70000"),
        ("PINCITE_THRESHOLD", "2"),
        ("PINCITE_THRESHOLD", "nan"),
        ("PINCITE_READ_SECONDS", "0"),
    ],
)
def test_a_setting_that_cannot_be_used_is_named_with_its_value(
    pincite: Pincite, monkeypatch: pytest.MonkeyPatch, variable: str, value: str
) -> None:
    monkeypatch.setenv(variable, value)

    _refused(pincite("status"), f"{variable}='{value}'")


def test_the_library_of_the_option_is_preferred_to_that_of_the_environment(
    pincite: Pincite, documents: Path, tmp_path: Path
) -> None:
    other = tmp_path / "other library?#%41"

    pincite("add", documents / "bridge.txt", "--library", other)
    pincite("add", documents / "tower.md")

    assert "1 documents" in pincite("status").out
    assert _sources(_answer(pincite("ask", "Who?", "--json"))) == {str(documents / "tower.md")}
    elsewhere = _answer(pincite("ask", "Who?", "--json", "--library", other))
    assert _sources(elsewhere) == {str(documents / "bridge.txt")}
    assert str(other) in _folded(pincite("status", "--library", other).out)


def _sources(answer: Any) -> set[str]:
    return {excerpt["document"]["source"] for excerpt in answer["excerpts"]}


def test_a_library_may_stand_within_the_folder_that_is_added(
    pincite: Pincite, documents: Path
) -> None:
    library = documents / "library"
    pincite("add", documents, "--library", library)

    outcome = pincite("add", documents, "--library", library)

    assert outcome.out.startswith("4 files: 2 unchanged, 1 skipped, 1 failed.\n")


def test_an_answer_shows_quotes_citations_and_sources(pincite: Pincite, added: Path) -> None:

    outcome = pincite("ask", "When was the harbour bridge opened?", "-n", 1)

    assert (outcome.status, outcome.err) == (0, "")
    assert outcome.out.splitlines() == [
        "1   “The harbour bridge was opened in spring.”",
        "    “bridge.txt”, line 1.",
        f"    {added / 'bridge.txt'}",
        "",
    ]


def test_a_follow_up_shows_what_was_searched(pincite: Pincite, added: Path) -> None:
    earlier = ["--follow-up-to", "Who likes zebras?", "--follow-up-to", "What is the clock tower?"]

    outcome = pincite("ask", "How many faces does it have?", "-n", 1, *earlier)
    told = _answer(pincite("ask", "How many faces does it have?", "--json", *earlier))

    assert (outcome.status, outcome.err) == (0, "")
    searched, empty, *_ = outcome.out.splitlines()
    assert (searched, empty) == (f"Searched: {told['searched']}", "")
    assert told["searched"] == "How many faces does it have? (clock tower)"
    assert "four faces" in outcome.out
    _refused(pincite("ask", "Why?", "--follow-up-to", " "), "turn 1 of the history", "is empty")


def test_what_is_not_said_shows_what_came_closest(
    pincite: Pincite, added: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PINCITE_THRESHOLD", "1")

    outcome = pincite("ask", "Which zebras live here?", "-n", 1)

    assert (outcome.status, outcome.err) == (0, "")
    assert outcome.out.startswith(
        "Your documents do not say.\n\nWhat comes closest, without answering:\n\n–   “"
    )
    assert outcome.out.count("“") == 2


@pytest.mark.parametrize("number", [1, 2])
def test_n_is_the_most_excerpts(pincite: Pincite, added: Path, number: int) -> None:

    answer = _answer(pincite("ask", "Is it the tower or the bridge?", "--json", "-n", number))

    assert [excerpt["number"] for excerpt in answer["excerpts"]] == list(range(1, number + 1))


@pytest.mark.parametrize(
    ("question", "said"),
    [
        pytest.param("", "the question is empty", id="empty"),
        pytest.param(" \t ", "the question is empty", id="whitespace"),
        pytest.param("a" * 2001, "2,001 characters", id="2001_characters"),
        pytest.param("?!", "has no words", id="no_words"),
        pytest.param("\x1b[2J hello", "control characters", id="escape"),
        pytest.param("caf\udce9?", "control characters", id="not_utf8"),
    ],
)
def test_a_question_that_cannot_be_asked_is_refused(
    pincite: Pincite, added: Path, question: str, said: str
) -> None:
    assert added.exists()

    _refused(pincite("ask", question), said)


def test_what_documents_hold_never_steers_the_terminal(pincite: Pincite, tmp_path: Path) -> None:
    folder = tmp_path / "documents"
    folder.mkdir()
    (folder / "[bold]a[0m.txt").write_text("[red]The bridge[/red] [link=x]is red[/nothing].\n")

    added = pincite("add", folder)
    asked = pincite("ask", "Is the bridge red?")

    assert (added.status, asked.status) == (0, 0)
    assert "“[red]The bridge[/red] [link=x]is red[/nothing].”" in asked.out
    assert "[bold]a[0m.txt" in asked.out
    assert "\x1b" not in added.out + added.err + asked.out


def test_status_lists_what_there_is_something_to_say_of(
    pincite: Pincite, documents: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(documents)
    pincite("add", documents)
    (documents / "tower.md").unlink()

    brief, whole = pincite("status"), pincite("status", "--all")

    assert brief.out.startswith(f"2 documents, 2 passages in {documents.parent / 'library'}\n")
    listed = [line.split()[:2] for line in brief.out.splitlines()[1:] if line[0] != " "]
    assert listed == [["failed", "broken.pdf"], ["missing", "tower.md"], ["skipped", "photo.png"]]
    listed = [line.split()[:2] for line in whole.out.splitlines()[1:] if line[0] != " "]
    assert ["indexed", "bridge.txt"] in listed
    assert len(listed) == 4


def test_a_removed_file_is_found_no_more(pincite: Pincite, added: Path) -> None:

    outcome = pincite("remove", added / "bridge.txt")

    assert outcome == (0, "Removed 1 file.\n", "")
    assert (added / "bridge.txt").exists()
    assert _sources(_answer(pincite("ask", "the harbour bridge", "--json"))) == {
        str(added / "tower.md")
    }
    _refused(pincite("remove", added / "bridge.txt"), "the library holds nothing at")


def test_a_removed_upload_does_not_come_back_with_the_next_server(
    pincite: Pincite, added: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "library" / "uploads" / "0123456789abcdef"
    folder.mkdir(parents=True)
    (folder / "ferry.txt").write_text("The ferry leaves at noon.\n")
    pincite("add", folder / "ferry.txt")

    assert pincite("remove", folder / "ferry.txt") == (0, "Removed 1 file.\n", "")

    app = create_app(Settings.from_environment(os.environ))
    jobs = app.test_client().get("/api/uploads").json
    close_app(app)
    assert jobs is not None
    assert jobs["jobs"] == []
    assert not folder.exists()
    assert (added / "bridge.txt").exists()


def test_a_removed_folder_takes_all_below_it_and_nothing_beside_it(
    pincite: Pincite, documents: Path
) -> None:
    for folder in ("inner", "inner2"):
        (documents / folder).mkdir()
        (documents / folder / "boat.txt").write_text(f"The boat of {folder} has left.\n")
    pincite("add", documents)

    outcome = pincite("remove", documents / "inner")

    assert outcome == (0, "Removed 1 file.\n", "")
    assert _sources(_answer(pincite("ask", "the boat has left", "--json"))) == {
        str(documents / "inner2" / "boat.txt")
    }
    status = pincite("status", "--all").out
    assert all(name in status for name in ("bridge.txt", "tower.md"))


def test_remove_missing_drops_just_the_files_that_are_gone(
    pincite: Pincite, documents: Path
) -> None:
    pincite("add", documents)
    (documents / "tower.md").unlink()
    (documents / "broken.pdf").unlink()

    assert pincite("remove", "--missing") == (0, "Removed 2 files.\n", "")
    assert pincite("remove", "--missing") == (0, "Removed 0 files.\n", "")
    assert pincite("status").out.startswith("1 documents, 1 passages in ")


@pytest.mark.parametrize("other", ["cls", "nothing"])
def test_a_library_made_with_another_model_is_refused_with_the_cure(
    pincite: Pincite,
    added: Path,
    small_models: Path,
    monkeypatch: pytest.MonkeyPatch,
    other: str,
) -> None:
    monkeypatch.setenv("PINCITE_MODEL", str(small_models / other))

    for arguments in (["ask", "Who?"], ["add", str(added)], ["status"], ["serve"]):
        _refused(pincite(*arguments), "was made with model", "pincite rebuild")


def test_rebuilding_with_another_model_keeps_texts_and_links(
    pincite: Pincite, added: Path, small_models: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    question = "When was the harbour bridge opened?"
    before = _answer(pincite("ask", question, "--json"))
    monkeypatch.setenv("PINCITE_MODEL", str(small_models / "cls"))

    outcome = pincite("rebuild")

    assert (outcome.status, outcome.out) == (0, "Rebuilt 2 documents.\n")
    assert outcome.err.strip() == ""
    after = _answer(pincite("ask", question, "--json"))
    assert {excerpt["link"] for excerpt in after["excerpts"]} == {
        excerpt["link"] for excerpt in before["excerpts"]
    }
    assert pincite("add", added).out.startswith("4 files: 2 unchanged, ")


def test_a_model_that_cannot_be_loaded_is_named(
    pincite: Pincite, documents: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PINCITE_MODEL", str(tmp_path / "no model"))

    outcome = pincite("add", documents / "bridge.txt")

    _refused(outcome, f"the embedding model '{tmp_path / 'no model'}'", "PINCITE_MODEL")


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param(lambda data: b"not a database, " * 500, id="other_content"),
        pytest.param(lambda data: data[: len(data) // 2], id="cut_off"),
        pytest.param(lambda data: data[:4096] + b"\xa5" * (len(data) - 4096), id="overwritten"),
        pytest.param(lambda data: b"", id="empty"),
    ],
)
def test_a_damaged_database_is_said_to_be_damaged(
    pincite: Pincite, added: Path, tmp_path: Path, damage: Callable[[bytes], bytes]
) -> None:
    database = tmp_path / "library" / "library.sqlite"
    database.write_bytes(damage(database.read_bytes()))

    for arguments in (["ask", "Who?"], ["status"], ["add", str(added)]):
        _refused(pincite(*arguments), "is damaged")


@pytest.mark.parametrize(
    ("name", "damage"),
    [
        pytest.param("vectors.faiss", lambda path: path.unlink(), id="gone"),
        pytest.param("vectors.faiss", lambda path: path.write_bytes(b""), id="empty"),
        pytest.param("vectors.faiss", lambda path: path.write_bytes(b"?" * 99), id="other"),
        pytest.param(
            "vectors.faiss", lambda path: path.write_bytes(path.read_bytes()[:-9]), id="cut_off"
        ),
        pytest.param("vectors.json", lambda path: path.unlink(), id="seal_gone"),
        pytest.param("vectors.json", lambda path: path.write_bytes(b"[]"), id="seal_other"),
    ],
)
def test_a_damaged_snapshot_changes_no_answer(
    pincite: Pincite, added: Path, tmp_path: Path, name: str, damage: Callable[[Path], object]
) -> None:
    question = ["ask", "When was the harbour bridge opened?", "--json"]
    before = _answer(pincite(*question))
    damage(tmp_path / "library" / name)

    assert _answer(pincite(*question)) == before
    assert pincite("add", added / "bridge.txt").out.startswith("1 file: 1 unchanged.\n0 ")
    assert (tmp_path / "library" / name).stat().st_size > 2
    assert _answer(pincite(*question)) == before


def test_a_library_that_another_process_writes_to_can_be_asked_but_not_changed(
    pincite: Pincite, added: Path, tmp_path: Path
) -> None:
    question = ["ask", "When was the harbour bridge opened?", "--json"]
    before = _answer(pincite(*question))
    hold = f"""
from pathlib import Path
from index.store import Store
store = Store.open(Path({str(tmp_path / "library")!r}), model=None)
with store.writer():
    print("held", flush=True)
    input()
"""
    with subprocess.Popen(
        [sys.executable, "-c", hold], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as holder:
        try:
            assert holder.stdout is not None
            assert holder.stdout.readline() == b"held\n"
            for arguments in (
                ["add", str(added)],
                ["remove", str(added)],
                ["remove", "--missing"],
                ["rebuild"],
            ):
                _refused(pincite(*arguments), "another process is writing", "try again")
            assert _answer(pincite(*question)) == before
            assert pincite("status").status == 0
        finally:
            holder.communicate(b"\n", timeout=20)

    assert pincite("remove", added).status == 0


def test_a_full_disk_loses_nothing_that_was_acknowledged(
    pincite: Pincite, added: Path, tmp_path: Path
) -> None:
    question = ["ask", "When was the harbour bridge opened?", "--json"]
    before = _answer(pincite(*question))
    big = tmp_path / "big"
    big.mkdir()
    for n in range(2):
        lines = [
            f"Entry {n}.{line} of the long log says that all is well.\n" for line in range(500)
        ]
        (big / f"log{n}.txt").write_text("".join(lines))

    with _files_no_larger_than(160 * 1024):
        outcome = pincite("add", big)
        assert _answer(pincite(*question)) == before

    assert outcome.status == 1
    assert outcome.err.strip().startswith("pincite: the library in ")
    assert outcome.err.strip().count("\n") == 0
    assert "cannot be written" in outcome.err
    again = pincite("add", big)
    assert again.status == 0
    assert again.out.startswith("2 files: ")
    assert pincite("status").out.startswith("4 documents, ")


@contextmanager
def _files_no_larger_than(size: int) -> Iterator[None]:
    """What a full disk is to a program: every write beyond some point fails."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


# Root may write everywhere. The first run imports all that the others need, since nobody
# may read the interpreter's own folder once the rights are given up.
_AS_NOBODY = f"""
import contextlib, io, json, os, sys
from web.cli import main

def run(*arguments):
    sys.argv = ["pincite", *arguments]
    out, err, status = io.StringIO(), io.StringIO(), 0
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            main()
        except SystemExit as leaving:
            status = leaving.code or 0
    return status, out.getvalue(), err.getvalue()

question, source = sys.argv[1:]
run("ask", question)
if os.getuid() == 0:
    os.setgid({_NOBODY})
    os.setuid({_NOBODY})
json.dump([run("ask", question, "--json"), run("status"), run("remove", source)], sys.stdout)
"""


def test_a_library_that_may_not_be_written_can_be_asked_but_not_changed(
    pincite: Pincite, documents: Path, small_models: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    question = "When was the harbour bridge opened?"
    # Below the tests' own folder nobody else may read.
    with TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        library = folder / "library"
        model = shutil.copytree(small_models / "mean", folder / "model")
        (model / "model.safetensors").chmod(0o644)
        monkeypatch.setenv("PINCITE_LIBRARY", str(library))
        monkeypatch.setenv("PINCITE_MODEL", str(model))
        pincite("add", documents)
        before = _answer(pincite("ask", question, "--json"))
        library.chmod(0o555)
        try:
            done = subprocess.run(
                [sys.executable, "-c", _AS_NOBODY, question, str(documents)],
                capture_output=True,
                text=True,
                timeout=120,
                check=False,
            )
        finally:
            library.chmod(0o755)

    assert done.stderr == ""
    asked, status, removed = (Outcome(*one) for one in json.loads(done.stdout))
    assert _answer(asked) == before
    assert status.status == 0
    _refused(removed, "cannot be written")


def test_the_command_line_and_the_http_interface_give_the_same_answer(
    seed_library: Library, client: FlaskClient
) -> None:
    question = "What warning did Nikki Haley give to Syria, Russia and Iran?"
    expected: Any = client.post("/api/ask", json={"question": question, "limit": 3}).json
    del expected["took_ms"]

    done = subprocess.run(
        [*_PINCITE, "ask", question, "--json", "-n", "3", "--library", str(seed_library.folder)],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )

    assert _answer(Outcome(done.returncode, done.stdout, done.stderr)) == expected


def test_a_refusal_is_one_line_and_status_1_in_a_real_process(tmp_path: Path) -> None:
    done = subprocess.run(
        [*_PINCITE, "status", "--library", str(tmp_path)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    _refused(Outcome(done.returncode, done.stdout, done.stderr), "pincite add PATH")


def test_a_reader_that_has_seen_enough_ends_the_command_quietly(tmp_path: Path) -> None:
    with subprocess.Popen(
        [*_PINCITE, "--help"], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait(timeout=60) in {0, 1}


def test_ctrl_c_stops_after_the_document_in_hand_and_the_next_run_goes_on(
    pincite: Pincite, tmp_path: Path
) -> None:
    folder = tmp_path / "many"
    folder.mkdir()
    for n in range(40):
        (folder / f"{n:03}.txt").write_text(f"Note {n} says that boat {n} has left.\n" * 30)
    database = tmp_path / "library" / "library.sqlite"
    with subprocess.Popen(
        [*_PINCITE, "add", str(folder)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            _wait_until(lambda: _stored_files(database) >= 2)
            process.send_signal(signal.SIGINT)
            out, err = process.communicate(timeout=60)
        finally:
            process.kill()

    kept = _stored_files(database)
    assert process.returncode == 130
    assert 2 <= kept < 40
    assert "Traceback" not in err
    assert "stopping after the document in hand" in err
    assert err.splitlines()[-1] == (
        f"pincite: stopped; {40 - kept} files are left for the next run"
    )
    assert out.startswith(f"{kept} files: {kept} indexed.\n")
    again = pincite("add", folder)
    assert again.status == 0
    assert again.out.startswith(f"40 files: {40 - kept} indexed, {kept} unchanged.\n")


def _wait_until(happened: Callable[[], bool], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < end
        time.sleep(0.02)


def _stored_files(database: Path) -> int:
    if not database.exists():
        return 0
    connection = sqlite3.connect(f"file:{database}?mode=ro", uri=True)
    try:
        (number,) = connection.execute("SELECT count(*) FROM files").fetchone()
    finally:
        connection.close()
    return int(number)


@pytest.mark.parametrize(
    ("options", "names"),
    [
        pytest.param(["--in", "tower.md"], {"tower.md"}, id="in"),
        pytest.param(
            ["--in", "the tower", "--in", "bridge"], {"tower.md", "bridge.txt"}, id="two"
        ),
        pytest.param(["--in", "./tower.md"], {"tower.md"}, id="from_here"),
        pytest.param(["--tag", "stone"], {"bridge.txt"}, id="tag"),
        pytest.param(
            ["--author", "ada", "--after", "2020-05", "--before", "2020"],
            {"dated.md"},
            id="author_and_dates",
        ),
    ],
)
def test_the_options_of_ask_choose_documents(
    pincite: Pincite,
    documents: Path,
    monkeypatch: pytest.MonkeyPatch,
    options: list[str],
    names: set[str],
) -> None:
    (documents / "dated.md").write_text("---\nauthor: Ada\ndate: 2020\n---\n\nThe four bridges.\n")
    pincite("add", documents)
    pincite("add", documents / "bridge.txt", "--tag", "Stone")
    monkeypatch.chdir(documents)

    answer = _answer(pincite("ask", "the harbour bridge", "--json", "--explain", *options))

    passages = answer["explanation"]["passages"]
    assert {Path(one["document"]["source"]).name for one in passages} == names


def test_filters_in_the_question_narrow_the_options(pincite: Pincite, added: Path) -> None:
    answer = _answer(pincite("ask", "the bridge in:bridge", "--json", "--in", added))
    assert _sources(answer) == {str(added / "bridge.txt")}
    assert answer["question"] == "the bridge in:bridge"

    _refused(
        pincite("ask", "the bridge in:bridge", "--in", "tower"), "'tower'", "'bridge'", "at once"
    )


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        pytest.param(["--after", "yesterday"], "after 'yesterday' is no date", id="after"),
        pytest.param(["--before", "2020-13"], "before '2020-13' is no date", id="before"),
        pytest.param(["--in", "nowhere"], "no document is in 'nowhere'", id="in"),
        pytest.param(["--author", "Nobody"], "author 'Nobody'", id="author"),
        pytest.param(["--tag", "none"], "the tag 'none'; its documents have no tags", id="tag"),
        pytest.param(["--tag", ""], "the filter 'tag' has no value", id="empty"),
        pytest.param(["--tag", "\udcff"], "no valid text", id="no_text"),
    ],
)
def test_a_filter_that_cannot_be_used_is_named_with_its_value(
    pincite: Pincite, added: Path, arguments: list[str], said: str
) -> None:
    _refused(pincite("ask", "Who?", *arguments), said)


def test_a_phrase_is_found_where_it_stands_or_nothing_is_answered(
    pincite: Pincite, added: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PINCITE_THRESHOLD", "0.99")

    answer = _answer(pincite("ask", "“four  FACES. One”", "--json"))
    assert _sources(answer) == {str(added / "tower.md")}

    answer = _answer(pincite("ask", '"four faces, one"', "--json"))
    assert (answer["answered"], answer["excerpts"], answer["confidence"]) == (False, [], 0)
    assert answer["closest"]


def test_tags_are_given_shown_kept_and_taken_back(
    pincite: Pincite, documents: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "400")
    (documents / "own.md").write_text("---\ntags: [boat, Stone]\n---\n\nThe boat has left.\n")
    pincite("add", documents)

    tagged = pincite("add", documents, "--tag", "stone", "--tag", "old  town")
    assert tagged.out.startswith("5 files: 3 unchanged, 1 skipped, 1 failed.\n0 passages embedded")
    assert "\ntags: boat (1), old town (3), stone (3)\n" in pincite("status").out
    assert "1 passage; tags: boat, old town, Stone" in _folded(pincite("status", "--all").out)
    app = create_app(Settings.from_environment(os.environ))
    page = app.test_client().get("/").text
    close_app(app)
    assert re.findall(r"<option[^>]*>([^<]+)</option>", page) == ["boat", "old town", "Stone"]
    assert "3 documents" in page

    (documents / "bridge.txt").write_text("The harbour bridge is closed.\n")
    assert pincite("add", documents).out.startswith("5 files: 1 indexed, 2 unchanged, ")
    assert _sources(_answer(pincite("ask", "bridge tag:stone in:bridge", "--json")))

    (documents / "bridge.txt").rename(documents / "moved.txt")
    pincite("add", documents)
    assert _sources(_answer(pincite("ask", "bridge tag:stone in:moved", "--json")))

    pincite("rebuild")
    pincite("add", documents, "--untag", "STONE")
    assert "\ntags: boat (1), old town (3), Stone (1)\n" in pincite("status").out

    _refused(pincite("add", documents, "--tag", " # "), "the tag ' # ' is empty")


def test_what_is_removed_is_erased_from_conversations(pincite: Pincite, tmp_path: Path) -> None:
    (tmp_path / "zebra.txt").write_text("Zebras are shy.")
    pincite("add", tmp_path / "zebra.txt")
    app = create_app(Settings.from_environment(os.environ))
    client = app.test_client()
    made = client.post("/api/conversations", json={}).json
    assert made is not None
    path = f"/api/conversations/{made['id']}/turns"
    asked = client.post(path, json={"question": "Who is shy?"})
    assert "Zebras are shy." in asked.text
    app.extensions["pincite.library"].close()

    assert pincite("remove", tmp_path / "zebra.txt").status == 0

    files = [path for path in (tmp_path / "library").iterdir() if path.is_file()]
    assert b"Zebras" not in b"".join(path.read_bytes() for path in files)
