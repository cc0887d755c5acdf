"""The SQLite database of a library: its tables, its manifest and its transactions."""

import os
import sqlite3
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

from filelock import FileLock, Timeout
from sqlalchemy import (
    Column,
    Connection,
    Engine,
    ForeignKey,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    create_engine,
    event,
    select,
    update,
)
from sqlalchemy.exc import DatabaseError, OperationalError
from sqlalchemy.pool import NullPool, QueuePool

from index.errors import (
    LibraryDamaged,
    LibraryLocked,
    LibraryMismatch,
    LibraryMissing,
    LibraryNotWritable,
)
from index.passages import SPLITTER_VERSION

FORMAT_VERSION = 1
DATABASE = "library.sqlite"

_LOCK = "writer.lock"
_BUSY_MS = 5000
_CREATION_SECONDS = 10

_CURES = {
    "format": "add your documents to a new library",
    "splitter": "build it anew with: pincite rebuild",
    "model": "unset PINCITE_MODEL, or build the library anew with: pincite rebuild",
}

# What SQLite says of a file that is no database any more.
_DAMAGE = ("malformed", "not a database", "no such table")

metadata = MetaData()

manifest = Table(
    "manifest",
    metadata,
    Column("name", Text, primary_key=True),
    Column("value", Text, nullable=False),
)

# Every file that was looked at, also those that gave no document.
files = Table(
    "files",
    metadata,
    Column("source", Text, primary_key=True),
    Column("state", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("fingerprint", Text, nullable=False),
    Column("silent_pages", Text, nullable=False),
)

documents = Table(
    "documents",
    metadata,
    Column("key", Integer, primary_key=True),
    Column("id", Text, nullable=False, unique=True),
    Column("source", Text, nullable=False, unique=True),
    Column("sha256", Text, nullable=False, index=True),
    Column("media_type", Text, nullable=False),
    Column("title", Text),
    Column("author", Text),
    Column("date", Text),
    Column("language", Text),
    Column("bibliography", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("marks", Text, nullable=False),
    sqlite_autoincrement=True,
)

# Keys are never used twice, so a vector that stands under a key stays true.
passages = Table(
    "passages",
    metadata,
    Column("key", Integer, primary_key=True),
    Column("document", ForeignKey("documents.key"), nullable=False, index=True),
    Column("start", Integer, nullable=False),
    Column("end", Integer, nullable=False),
    Column("context", Text, nullable=False),
    Column("digest", LargeBinary, nullable=False, index=True),
    Column("vector", LargeBinary, nullable=False),
    Column("sentences", LargeBinary, nullable=False),
    Column("sentence_vectors", LargeBinary, nullable=False),
    sqlite_autoincrement=True,
)

_WORDS = """
CREATE VIRTUAL TABLE words USING fts5(name, context, body, tokenize='porter unicode61')
"""


class Store:
    """One database: many readers, each on a snapshot, and one writer at a time."""

    def __init__(self, folder: Path, engine: Engine) -> None:
        self.folder = folder
        self._engine = engine
        self._lock = FileLock(folder / _LOCK)

    @classmethod
    def open(cls, folder: Path, *, model: str | None, create: bool = False) -> "Store":
        """Open the library in `folder`, or make it there if `create`.

        A library made otherwise is refused, unless `model` is None.

        Raises a `LibraryError` that says why the folder cannot be used.
        """
        if not (folder / DATABASE).is_file():
            if not create or model is None:
                msg = f"there is no library in {str(folder)!r}; make one with: pincite add PATH"
                raise LibraryMissing(msg)
            _create_once(folder, model)
        log = folder / f"{DATABASE}-wal"
        shared = folder / f"{DATABASE}-shm"
        unfinished = log.exists() and log.stat().st_size and not shared.exists()
        if unfinished and not os.access(folder, os.W_OK):
            msg = (
                f"the library in {str(folder)!r} was not closed in order and is read-only; "
                "open it once, with pincite status, where it can be written"
            )
            raise LibraryNotWritable(msg)
        store = cls(folder, _engine(folder / DATABASE))
        try:
            with store.read() as connection:
                found = read_manifest(connection)
            if model is not None:
                check_manifest(found, folder, model)
        except BaseException:
            store.close()
            raise
        return store

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A connection that sees the library as it is at its first query."""
        with _translated(self.folder), self._engine.connect() as connection:
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """One transaction; all of it is kept, and the generation moves on, or nothing is."""
        with _translated(self.folder), self._engine.begin() as connection:
            yield connection
            generation = int(read_manifest(connection)["generation"])
            write_manifest(connection, generation=str(generation + 1))

    @contextmanager
    def writer(self) -> Iterator[None]:
        """Be the library's only writer; raises `LibraryLocked` if there is another."""
        try:
            with _writable(self.folder):
                self._lock.acquire(timeout=0)
        except Timeout as error:
            msg = (
                f"another process is writing to the library in {str(self.folder)!r}; "
                "wait until it has finished and try again"
            )
            raise LibraryLocked(msg) from error
        try:
            yield
        finally:
            self._lock.release()

    def checkpoint(self) -> None:
        """Move what was written into the database file and empty the log beside it."""
        with _translated(self.folder), self._engine.connect() as connection:
            driver = connection.connection.driver_connection
            if driver is not None:
                driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    def close(self) -> None:
        """Let go of the database."""
        self._engine.dispose()


def read_manifest(connection: Connection) -> dict[str, str]:
    """The manifest: format, splitter, model, library (an identity), generation, dimension."""
    return {row.name: row.value for row in connection.execute(select(manifest))}


def write_manifest(connection: Connection, **values: str) -> None:
    """Set rows of the manifest that are there already."""
    for name, value in values.items():
        connection.execute(update(manifest).where(manifest.c.name == name).values(value=value))


def check_manifest(found: dict[str, str], folder: Path, model: str) -> None:
    """Raise `LibraryMismatch` unless this Pincite, with this model, made the library."""
    expected = {
        "format": str(FORMAT_VERSION),
        "splitter": str(SPLITTER_VERSION),
        "model": model,
    }
    for name, value in expected.items():
        if found.get(name) != value:
            msg = (
                f"the library in {str(folder)!r} was made with {name} {found.get(name)!r}, and "
                f"this Pincite uses {value!r}; {_CURES[name]}"
            )
            raise LibraryMismatch(msg)


def _create_once(folder: Path, model: str) -> None:
    """Create the database unless another process does so first."""
    with _writable(folder):
        folder.mkdir(parents=True, exist_ok=True)
    try:
        with _writable(folder), FileLock(folder / _LOCK, timeout=_CREATION_SECONDS):
            if not (folder / DATABASE).is_file():
                _create(folder, model)
    except Timeout as error:
        # Whoever writes has created it by now.
        if not (folder / DATABASE).is_file():
            msg = f"another process is creating a library in {str(folder)!r}; try again"
            raise LibraryLocked(msg) from error


def _create(folder: Path, model: str) -> None:
    """Build the database beside its place and move it there whole."""
    temporary = folder / f"{DATABASE}.{uuid.uuid4().hex}"
    with _translated(folder):
        engine = _engine(temporary, journal="DELETE")
        try:
            with engine.begin() as connection:
                metadata.create_all(connection)
                connection.exec_driver_sql(_WORDS)
                rows = {
                    "format": str(FORMAT_VERSION),
                    "splitter": str(SPLITTER_VERSION),
                    "model": model,
                    "library": uuid.uuid4().hex,
                    "generation": "0",
                    "dimension": "0",
                }
                connection.execute(
                    manifest.insert(), [{"name": n, "value": v} for n, v in rows.items()]
                )
            engine.dispose()
            temporary.rename(folder / DATABASE)
        finally:
            engine.dispose()
            temporary.unlink(missing_ok=True)


def _engine(database: Path, journal: str = "WAL") -> Engine:
    writable = os.access(database.parent, os.W_OK)

    def connect() -> sqlite3.Connection:
        if writable:
            return sqlite3.connect(database, check_same_thread=False)
        # SQLite cannot keep its own files here: it shares those of a writer, or does without.
        shared = database.with_name(f"{database.name}-shm").exists()
        mode = "mode=ro" if shared else "immutable=1"
        address = f"file:{quote(str(database))}?{mode}"
        return sqlite3.connect(address, uri=True, check_same_thread=False)

    engine = create_engine(
        "sqlite://", creator=connect, poolclass=QueuePool if writable else NullPool
    )

    @event.listens_for(engine, "connect")
    def _connected(connection: Any, _record: object) -> None:  # a driver's connection
        # The driver would begin transactions by itself, and only before some statements.
        connection.isolation_level = None
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout = {_BUSY_MS}")
        cursor.execute("PRAGMA foreign_keys = ON")
        cursor.execute("PRAGMA secure_delete = ON")
        if writable:
            cursor.execute(f"PRAGMA journal_mode = {journal}")
            cursor.execute("PRAGMA synchronous = FULL")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begun(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN")

    return engine


@contextmanager
def _translated(folder: Path) -> Iterator[None]:
    """Say in the user's terms what the driver or the file system refused."""
    try:
        yield
    except OperationalError as error:
        raise _operational(folder, str(error.orig)) from error
    except DatabaseError as error:
        if not any(sign in str(error.orig) for sign in _DAMAGE):
            raise
        raise _damaged(folder, str(error.orig)) from error


@contextmanager
def _writable(folder: Path) -> Iterator[None]:
    """Say that the file system refused the folder."""
    try:
        yield
    except Timeout:
        raise
    except OSError as error:
        msg = f"the library in {str(folder)!r} cannot be written: {error.strerror or error}"
        raise LibraryNotWritable(msg) from error


def _damaged(folder: Path, reason: str) -> LibraryDamaged:
    return LibraryDamaged(
        f"the library in {str(folder)!r} is damaged ({reason}); move the folder away and add "
        "your documents again"
    )


def _operational(folder: Path, reason: str) -> Exception:
    place = repr(str(folder))
    if "locked" in reason or "busy" in reason:
        return LibraryLocked(f"the library in {place} is in use by another process; try again")
    if any(sign in reason for sign in _DAMAGE):
        return _damaged(folder, reason)
    return LibraryNotWritable(
        f"the library in {place} cannot be written ({reason}); nothing that was acknowledged is "
        "lost; free some space or check the folder's permissions and try again"
    )
