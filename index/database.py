"""The door to SQLite: connections, and what it refuses said in the user's terms."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

from filelock import Timeout
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import DatabaseError, OperationalError
from sqlalchemy.pool import NullPool, QueuePool

from index.errors import LibraryDamaged, LibraryLocked, LibraryNotWritable

# How long a write waits for another: a server stores a question, or removes a document, while
# others are added.
_BUSY_MS = 20_000

# What SQLite says of a file that is no database any more.
_DAMAGE = ("malformed", "not a database", "no such table")


def connect_to(database: Path, journal: str = "WAL") -> Engine:
    """Connections to a database that leave transactions to whoever begins them."""
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
        "sqlite://",
        creator=connect,
        poolclass=QueuePool if writable else NullPool,
        # What people asked must not end up in a log with an error.
        hide_parameters=True,
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
        # Who will write must say so at once: a transaction that has read already cannot wait for
        # another writer, only fail.
        writes = connection.get_execution_options().get("writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def empty_journal(engine: Engine) -> None:
    """Move what was written into the database file and empty the journal beside it."""
    with engine.connect() as connection:
        driver = connection.connection.driver_connection
        if driver is not None:
            driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()


@contextmanager
def translated(folder: Path) -> Iterator[None]:
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
def writable(folder: Path) -> Iterator[None]:
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
