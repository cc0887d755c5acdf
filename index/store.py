"""The SQLite database of a library: its transactions and its one writer."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout
from sqlalchemy import Connection, Engine

from index.creation import create_once, migrate
from index.database import connect_to, empty_journal, translated, writable
from index.errors import LibraryLocked, LibraryMismatch, LibraryMissing, LibraryNotWritable
from index.passages import SPLITTER_VERSION
from index.schema import DATABASE, FORMAT_VERSION, LOCK, read_manifest, write_manifest

_CURES = {
    "format": "use the Pincite that made it, or add your documents to a new library",
    "splitter": "build it anew with: pincite rebuild",
    "model": "unset PINCITE_MODEL, or build the library anew with: pincite rebuild",
}


class Store:
    """One database: many readers, each on a snapshot, and one writer at a time."""

    def __init__(self, folder: Path, engine: Engine) -> None:
        self.folder = folder
        self._engine = engine
        self._lock = FileLock(folder / LOCK)
        self._opened = _identity(folder)

    @classmethod
    def open(cls, folder: Path, *, model: str | None, create: bool = False) -> "Store":
        """Open the library in `folder`, or make it there if `create`.

        One of an older format is brought up to date; one made with another model is
        refused, unless `model` is None.

        Raises a `LibraryError` that says why the folder cannot be used.
        """
        if not (folder / DATABASE).is_file():
            if not create or model is None:
                msg = f"there is no library in {str(folder)!r}; make one with: pincite add PATH"
                raise LibraryMissing(msg)
            create_once(folder, model)
        log = folder / f"{DATABASE}-wal"
        shared = folder / f"{DATABASE}-shm"
        unfinished = log.exists() and log.stat().st_size and not shared.exists()
        if unfinished and not os.access(folder, os.W_OK):
            msg = (
                f"the library in {str(folder)!r} was not closed in order and is read-only; "
                "open it once, with pincite status, where it can be written"
            )
            raise LibraryNotWritable(msg)
        store = cls(folder, connect_to(folder / DATABASE))
        try:
            found = store.manifest()
            if _is_older(found):
                migrate(folder, found["format"])
                found = store.manifest()
            check_manifest(found, folder, model)
        except BaseException:
            store.close()
            raise
        return store

    def is_in_place(self) -> bool:
        """Whether the folder still has the database that was opened, and no other."""
        return self._opened == _identity(self.folder)

    def manifest(self) -> dict[str, str]:
        """What the library says of itself."""
        with self.read() as connection:
            return read_manifest(connection)

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A connection that sees the library as it is at its first query."""
        with translated(self.folder), self._engine.connect() as connection:
            yield connection

    @contextmanager
    def keep(self) -> Iterator[Connection]:
        """One transaction that changes nothing that is searched; all of it is kept or nothing.

        It needs not be the library's one writer: it waits for a transaction of theirs.
        """
        engine = self._engine.execution_options(writes=True)
        with translated(self.folder), engine.begin() as connection:
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """One transaction; all of it is kept, and the generation moves on, or nothing is."""
        with self.keep() as connection:
            yield connection
            generation = int(read_manifest(connection)["generation"])
            write_manifest(connection, generation=str(generation + 1))

    @contextmanager
    def writer(self) -> Iterator[None]:
        """Be the library's only writer; raises `LibraryLocked` if there is another."""
        try:
            with writable(self.folder):
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
        with translated(self.folder):
            empty_journal(self._engine)

    def close(self) -> None:
        """Let go of the database."""
        self._engine.dispose()


def check_manifest(found: dict[str, str], folder: Path, model: str | None) -> None:
    """Raise `LibraryMismatch` unless this Pincite, with this model, made the library.

    Without a model only the format is looked at.
    """
    expected = {"format": str(FORMAT_VERSION)}
    if model is not None:
        expected |= {"splitter": str(SPLITTER_VERSION), "model": model}
    for name, value in expected.items():
        if found.get(name) != value:
            msg = (
                f"the library in {str(folder)!r} was made with {name} {found.get(name)!r}, and "
                f"this Pincite uses {value!r}; {_CURES[name]}"
            )
            raise LibraryMismatch(msg)


def _identity(folder: Path) -> tuple[int, int] | None:
    """What tells a database's file from another of its name; None where there is none."""
    try:
        found = (folder / DATABASE).stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _is_older(found: dict[str, str]) -> bool:
    return found.get("format") in {str(number) for number in range(1, FORMAT_VERSION)}
