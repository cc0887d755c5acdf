"""Making a library's database, and bringing one of an older format up to date."""

import os
import uuid
from pathlib import Path

from filelock import FileLock, Timeout
from sqlalchemy import Connection

from index.database import connect_to, translated, writable
from index.document_rows import key_every_document
from index.errors import LibraryLocked, LibraryNotWritable
from index.facets import index_every_document
from index.passages import SPLITTER_VERSION
from index.schema import DATABASE, FORMAT_VERSION, LOCK, manifest, read_manifest, write_manifest

_MIGRATIONS = Path(__file__).with_name("migrations")
_PATIENCE_SECONDS = 10


def create_once(folder: Path, model: str) -> None:
    """Create the database unless another process does so first."""
    with writable(folder):
        folder.mkdir(parents=True, exist_ok=True)
    try:
        with writable(folder), FileLock(folder / LOCK, timeout=_PATIENCE_SECONDS):
            if not (folder / DATABASE).is_file():
                _create(folder, model)
    except Timeout as error:
        # Whoever writes has created it by now.
        if not (folder / DATABASE).is_file():
            msg = f"another process is creating a library in {str(folder)!r}; try again"
            raise LibraryLocked(msg) from error


def migrate(folder: Path, found: str) -> None:
    """Bring the tables from the format found to today's; all of it is kept, or nothing is."""
    if not os.access(folder, os.W_OK) or not os.access(folder / DATABASE, os.W_OK):
        msg = (
            f"the library in {str(folder)!r} has format {found}, this Pincite uses "
            f"{FORMAT_VERSION}, and it is read-only; open it once, with pincite status, where it "
            "can be written"
        )
        raise LibraryNotWritable(msg)
    try:
        with writable(folder), FileLock(folder / LOCK, timeout=_PATIENCE_SECONDS):
            _migrate(folder)
    except Timeout as error:
        msg = (
            f"the library in {str(folder)!r} has format {found} and another process is writing "
            "to it; wait until it has finished and try again"
        )
        raise LibraryLocked(msg) from error


def _create(folder: Path, model: str) -> None:
    """Build the database beside its place and move it there whole."""
    temporary = folder / f"{DATABASE}.{uuid.uuid4().hex}"
    with translated(folder):
        engine = connect_to(temporary, journal="DELETE")
        try:
            with engine.begin() as connection:
                _upgrade(connection, made_in=None)
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


def _migrate(folder: Path) -> None:
    with translated(folder):
        engine = connect_to(folder / DATABASE)
        try:
            with engine.begin() as connection:
                state = read_manifest(connection)
                if state["format"] == str(FORMAT_VERSION):
                    # Another process was first.
                    return
                _upgrade(connection, made_in=state["format"])
                if state["format"] == "1":
                    index_every_document(connection)
                key_every_document(connection)
                # A server that still runs the older Pincite sees that it must stop.
                generation = int(state["generation"]) + 1
                write_manifest(connection, format=str(FORMAT_VERSION), generation=str(generation))
        finally:
            engine.dispose()


def _upgrade(connection: Connection, *, made_in: str | None) -> None:
    """Run the migrations after the format `made_in`, inside the connection's transaction."""
    # Imported here because only a new or an old library needs it.
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    if made_in is not None:
        command.stamp(config, made_in, purge=True)
    command.upgrade(config, str(FORMAT_VERSION))
