"""A library of an older format is brought up to date where it stands, whole or not at all."""

import os
import shutil
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from conftest import WordEmbedder
from filelock import FileLock
from sqlalchemy import create_engine

from index import (
    Filter,
    Library,
    LibraryMismatch,
    LibraryNotWritable,
    add_files,
    find_files,
    rebuild_library,
    token_counter,
)
from index.schema import FORMAT_VERSION, metadata

ROOT = Path(__file__).parents[1]

# As Pincite 0.1 made it.
FORMAT_1 = """
CREATE TABLE manifest (name TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (name));
CREATE TABLE files (
    source TEXT NOT NULL, state TEXT NOT NULL, reason TEXT NOT NULL, fingerprint TEXT NOT NULL,
    silent_pages TEXT NOT NULL, PRIMARY KEY (source)
);
CREATE TABLE documents (
    "key" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL, source TEXT NOT NULL,
    sha256 TEXT NOT NULL, media_type TEXT NOT NULL, title TEXT, author TEXT, date TEXT,
    language TEXT, bibliography TEXT NOT NULL, text TEXT NOT NULL, marks TEXT NOT NULL,
    UNIQUE (id), UNIQUE (source)
);
CREATE INDEX ix_documents_sha256 ON documents (sha256);
CREATE TABLE passages (
    "key" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, document INTEGER NOT NULL,
    start INTEGER NOT NULL, "end" INTEGER NOT NULL, context TEXT NOT NULL, digest BLOB NOT NULL,
    vector BLOB NOT NULL, sentences BLOB NOT NULL, sentence_vectors BLOB NOT NULL,
    FOREIGN KEY(document) REFERENCES documents ("key")
);
CREATE INDEX ix_passages_document ON passages (document);
CREATE INDEX ix_passages_digest ON passages (digest);
CREATE VIRTUAL TABLE words USING fts5(name, context, body, tokenize='porter unicode61');
"""

COLUMNS = "id source sha256 media_type title author date language bibliography text marks"


def open_library(place: Path) -> Library:
    return Library.open(place, embedder=WordEmbedder(), count=token_counter())


@pytest.fixture
def old(tmp_path: Path, make_library: Callable[[Path], Library]) -> Path:
    """The folder of a library of format 1 with two documents and all that they gave."""
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "law.md").write_text("---\nauthor: Jane Smith\ntags: law\n---\n\nZebras are shy.\n")
    (folder / "oil.txt").write_text("Oil was bought.\n\nZebras buy none.")
    make_library(folder).close()
    place = tmp_path / "old"
    place.mkdir()
    with closing(sqlite3.connect(place / "library.sqlite")) as made:
        made.executescript(FORMAT_1)
        made.execute("ATTACH ? AS new", (str(tmp_path / "library" / "library.sqlite"),))
        keyed = f"key, {', '.join(COLUMNS.split())}"
        made.execute(f"INSERT INTO documents ({keyed}) SELECT {keyed} FROM new.documents")  # noqa: S608 (our own names)
        for table in ("manifest", "files", "passages"):
            made.execute(f"INSERT INTO {table} SELECT * FROM new.{table}")  # noqa: S608 (our own names)
        words = "rowid, name, context, body"
        made.execute(f"INSERT INTO words ({words}) SELECT {words} FROM new.words")  # noqa: S608 (our own names)
        made.execute("UPDATE manifest SET value = '1' WHERE name = 'format'")
        made.execute("UPDATE files SET fingerprint = replace(fingerprint, '3:', '1:')")
        made.execute("PRAGMA journal_mode = WAL")
        made.commit()
    return place


def held(place: Path) -> dict[str, object]:
    """All that a library of format 1 held, and its format."""
    with closing(sqlite3.connect(place / "library.sqlite")) as one:
        queries = {
            "documents": f"SELECT {', '.join(COLUMNS.split())} FROM documents",  # noqa: S608 (our own names)
            "passages": "SELECT * FROM passages",
            "files": "SELECT * FROM files",
            "words": "SELECT rowid, * FROM words",
            "format": "SELECT value FROM manifest WHERE name = 'format'",
        }
        return {name: one.execute(query).fetchall() for name, query in queries.items()}


def test_it_is_brought_up_to_date_when_it_is_opened_and_nothing_is_lost(
    old: Path, tmp_path: Path
) -> None:
    before = held(old)

    with open_library(old) as library:
        hits = library.search("zebras").hits
        assert len(hits) == 2
        (hit,) = library.search("zebras", only=Filter(authors=("smith",))).hits
        assert hit.document.author == "Jane Smith"
        assert len(library.search("zebras", only=Filter(within=("folder",))).hits) == 2
        assert [file.tags for file in library.files()] == [(), ()]

    assert held(old) == {**before, "format": [(str(FORMAT_VERSION),)]}
    with open_library(old) as library:
        reports = list(add_files(library, find_files([tmp_path / "folder"]), seconds=60))
        assert [(one.state, one.embedded) for one in reports] == [("indexed", 0)] * 2
        assert [file.tags for file in library.files()] == [("law",), ()]


def test_documents_of_format_4_get_citation_keys_and_keep_the_rest(old: Path) -> None:
    open_library(old).close()
    with closing(sqlite3.connect(old / "library.sqlite")) as one:
        one.execute("DROP INDEX ix_documents_citation_key")
        for column in ("reference", "citation_key"):
            one.execute(f"ALTER TABLE documents DROP COLUMN {column}")
        one.execute("UPDATE manifest SET value = '4' WHERE name = 'format'")
        one.commit()
        facets = one.execute("SELECT * FROM facets").fetchall()

    with open_library(old) as library:
        documents = [library.document(str(file.document)) for file in library.files()]

    assert [one.citation_key for one in documents if one] == ["smithlaw", "oil"]
    assert [dict(one.reference) for one in documents if one] == [{}, {}]
    with closing(sqlite3.connect(old / "library.sqlite")) as one:
        assert one.execute("SELECT * FROM facets").fetchall() == facets


def test_one_that_is_rebuilt_is_brought_up_to_date_first(old: Path) -> None:
    number = rebuild_library(
        old, embedder=WordEmbedder("other"), count=token_counter(), done=lambda _source: None
    )

    assert number == 2
    with Library.open(old, embedder=WordEmbedder("other"), count=token_counter()) as library:
        assert len(library.search("zebras", only=Filter(authors=("jane",))).hits) == 1


def test_the_migrations_make_the_tables_that_are_used(
    tmp_path: Path, make_library: Callable[[Path], Library]
) -> None:
    (tmp_path / "empty").mkdir()
    make_library(tmp_path / "empty").close()

    engine = create_engine(f"sqlite:///{tmp_path / 'library' / 'library.sqlite'}")
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"include_object": is_ours})
        assert compare_metadata(context, metadata) == []
        assert context.get_current_revision() == str(FORMAT_VERSION)
    engine.dispose()


def is_ours(_object: object, name: str, kind: str, _reflected: bool, _other: object) -> bool:
    return kind != "table" or not name.startswith("words")


def test_one_of_a_newer_format_is_refused(old: Path) -> None:
    with closing(sqlite3.connect(old / "library.sqlite")) as one:
        one.execute("UPDATE manifest SET value = '999' WHERE name = 'format'")
        one.commit()

    with pytest.raises(LibraryMismatch, match=r"format '999'.*use the Pincite that made it"):
        open_library(old)
    with pytest.raises(LibraryMismatch, match="format '999'"):
        rebuild_library(
            old, embedder=WordEmbedder(), count=token_counter(), done=lambda _source: None
        )


OPEN = """
import os, sys
from pathlib import Path
from conftest import WordEmbedder
from index import Library, PinciteError, token_counter
if os.getuid() == 0:
    os.setgid(65534)
    os.setuid(65534)
try:
    Library.open(Path(sys.argv[1]), embedder=WordEmbedder(), count=token_counter()).close()
except PinciteError as error:
    print(type(error).__name__, error)
"""


def test_one_that_is_read_only_is_refused_with_what_to_do(old: Path, tmp_path: Path) -> None:
    for above in (tmp_path, *tmp_path.parents[:2]):
        above.chmod(0o755)
    for path in old.iterdir():
        path.chmod(0o444)
    old.chmod(0o555)
    try:
        said = subprocess.run(
            [sys.executable, "-c", OPEN, str(old)],
            env={**os.environ, "PYTHONPATH": os.pathsep.join(map(str, (ROOT, ROOT / "tests")))},
            capture_output=True,
            text=True,
            timeout=120,
            check=True,
        ).stdout
    finally:
        old.chmod(0o755)

    assert said.startswith(LibraryNotWritable.__name__)
    assert "has format 1" in said
    assert "open it once, with pincite status, where it can be written" in said


def test_one_that_is_being_written_waits_for_its_writer(old: Path) -> None:
    lock = FileLock(old / "writer.lock", thread_local=False)
    lock.acquire()
    release = threading.Timer(0.3, lock.release)
    release.start()
    try:
        with open_library(old) as library:
            assert library.passage_count() == 2
    finally:
        release.join()


KILL = """
import os, signal, sys
from pathlib import Path
from sqlalchemy import Engine, event
from conftest import WordEmbedder
from index import Library, token_counter

left = int(sys.argv[2])

@event.listens_for(Engine, "after_cursor_execute")
def executed(_connection, _cursor, statement, *_others):
    global left
    if not statement.lstrip().upper().startswith(("SELECT", "PRAGMA", "BEGIN")):
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

Library.open(Path(sys.argv[1]), embedder=WordEmbedder(), count=token_counter()).close()
"""


@pytest.mark.parametrize("changes", [1, 4, 8])
def test_one_that_is_killed_meanwhile_is_as_it_was_and_can_be_opened(
    old: Path, tmp_path: Path, changes: int
) -> None:
    before = held(old)
    place = tmp_path / "killed"
    shutil.copytree(old, place)

    ended = subprocess.run(
        [sys.executable, "-c", KILL, str(place), str(changes)],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(map(str, (ROOT, ROOT / "tests")))},
        timeout=120,
        check=False,
    )

    assert ended.returncode == -9
    assert held(place) == before
    with open_library(place) as library:
        assert len(library.search("zebras", only=Filter(authors=("smith",))).hits) == 1
