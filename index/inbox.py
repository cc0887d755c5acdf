"""An inbox: what was asked from elsewhere, kept from its acknowledgement to its answer and on."""

import json
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    Engine,
    Float,
    Index,
    Integer,
    MetaData,
    Select,
    Table,
    Text,
    delete,
    func,
    select,
    update,
)
from sqlalchemy.dialects.sqlite import insert

from index.database import connect_to, empty_journal, translated
from index.errors import LibraryDamaged

# A file of its own: what comes in is acknowledged at once, and a rebuild holds
# the library's database from its first document to its last.
INBOX = "inbox.sqlite"

# Whoever sends does not send the same again after that long.
_REMEMBERED_SECONDS = 3600.0

_METADATA = MetaData()

_INBOX = Table(
    "inbox",
    _METADATA,
    Column("number", Integer, primary_key=True),
    Column("key", Text, nullable=False, unique=True),
    Column("door", Text, nullable=False),
    Column("line", Text, nullable=False),
    Column("content", Text, nullable=False),
    Column("progress", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("told", Boolean, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("posts", Integer, nullable=False),
    Column("received", Float, nullable=False),
    Column("begun", Float),
    Column("due", Float, nullable=False),
    Index("ix_inbox_state", "state", "door", "number"),
)


@dataclass(frozen=True, slots=True)
class Entry:
    """What waits for an answer, or is being answered.

    `content` is what was put in, `progress` what was noted since; `attempts` is how
    often it failed, and `begun` when it was first claimed, in seconds since 1970.
    """

    key: str
    content: Mapping[str, Any]
    progress: Mapping[str, Any]
    attempts: int
    begun: float


class Inbox:
    """What came in by some doors; safe to share between threads and processes.

    An entry is put in once, however often it comes: its key is remembered for an
    hour, while what it says is forgotten as soon as it is answered. Entries of one
    line are answered one after another, those of different lines in any order.
    """

    def __init__(self, folder: Path, *, clock: Callable[[], float] = time.time) -> None:
        self._folder = folder
        self._clock = clock
        self._engine: Engine = connect_to(folder / INBOX)
        # Threads that wait here do not wait for SQLite, which is not fair to them.
        self._lock = threading.Lock()
        try:
            with self._changing() as connection:
                _METADATA.create_all(connection)
        except LibraryDamaged as error:
            raise LibraryDamaged(
                f"{str(folder / INBOX)!r} is damaged; delete it: what was asked and not answered "
                "yet is lost with it, and nothing else"
            ) from error

    def put(self, key: str, content: Mapping[str, Any], *, door: str, line: str) -> bool:
        """Take in what came by a door; False if it has come before. It is on the disk then."""
        moment = self._clock()
        with self._changing() as connection:
            long_ago = _INBOX.c.received < moment - _REMEMBERED_SECONDS
            connection.execute(delete(_INBOX).where(_INBOX.c.state == "done", long_ago))
            entered = insert(_INBOX).values(
                key=key,
                door=door,
                line=line,
                content=_dumped(content),
                progress="{}",
                state="waiting",
                told=False,
                attempts=0,
                posts=0,
                received=moment,
                due=moment,
            )
            return connection.execute(entered.on_conflict_do_nothing()).rowcount > 0

    def claim(self, door: str) -> Entry | None:
        """Take what has waited longest, and whose line is free; it is nobody else's then."""
        return self._claimed(_waiting(door, self._clock()))

    def claim_untold(self, door: str, *, older_than: float) -> Entry | None:
        """The same for what has waited for so many seconds and was never `give_back` as told."""
        moment = self._clock()
        late = _INBOX.c.received < moment - older_than
        return self._claimed(_waiting(door, moment).where(~_INBOX.c.told, late))

    def note(self, key: str, **progress: Any) -> None:  # JSON values
        """Add to what is kept of how far the answer is, for who claims the entry next."""
        self._change(key, progress=func.json_patch(_INBOX.c.progress, _dumped(progress)))

    def count_post(self, key: str) -> int:
        """Count a post that an entry's answer takes, and return how many there are now."""
        posts = update(_INBOX).where(_INBOX.c.key == key).values(posts=_INBOX.c.posts + 1)
        with self._changing() as connection:
            return int(connection.execute(posts.returning(_INBOX.c.posts)).scalar_one())

    def give_back(self, key: str, *, told: bool = False) -> None:
        """Let a claimed entry wait on, in its place; `told`: whoever asked knows that it does."""
        self._change(key, state="waiting", **({"told": True} if told else {}))

    def postpone(self, key: str, seconds: float, *, failed: bool) -> None:
        """Let a claimed entry wait for so many seconds at least.

        `failed` counts as an attempt; nobody can be told then that it waits.
        """
        due = self._clock() + seconds
        attempts = _INBOX.c.attempts + int(failed)
        told = _INBOX.c.told | failed
        self._change(key, state="waiting", told=told, due=due, attempts=attempts)

    def finish(self, key: str) -> None:
        """Be done with an entry; its key alone is remembered."""
        self._change(key, state="done", content="{}", progress="{}")
        if not self.unanswered():
            # Its words stand in the journal until then.
            with translated(self._folder):
                empty_journal(self._engine)

    def forget(self, key: str) -> None:
        """Know an entry no more, so that it may come again."""
        with self._changing() as connection:
            connection.execute(delete(_INBOX).where(_INBOX.c.key == key))

    def recover(self, door: str) -> int:
        """Let wait again what somebody had claimed who is no more; returns how many."""
        claimed = (_INBOX.c.state == "claimed") & (_INBOX.c.door == door)
        with self._changing() as connection:
            return connection.execute(
                update(_INBOX).where(claimed).values(state="waiting")
            ).rowcount

    def age(self, entry: Entry) -> float:
        """How many seconds ago an entry was first claimed."""
        return self._clock() - entry.begun

    def unanswered(self, door: str | None = None) -> int:
        """How many entries wait or are being answered, of one door or of all."""
        query = (
            select(func.count())
            .select_from(_INBOX)
            .where(_INBOX.c.state.in_(("waiting", "claimed")))
        )
        if door is not None:
            query = query.where(_INBOX.c.door == door)
        with translated(self._folder), self._engine.connect() as connection:
            return int(connection.execute(query).scalar_one())

    def close(self) -> None:
        """Let go of the file."""
        self._engine.dispose()

    def _claimed(self, query: Select[Any]) -> Entry | None:
        # Most often nothing waits, and who only looks needs not keep others from writing.
        with translated(self._folder), self._engine.connect() as connection:
            if connection.execute(query).first() is None:
                return None
        with self._changing() as connection:
            if (row := connection.execute(query).first()) is None:
                return None
            begun = row.begun or self._clock()
            this = update(_INBOX).where(_INBOX.c.number == row.number)
            connection.execute(this.values(state="claimed", begun=begun))
        return Entry(
            key=row.key,
            content=json.loads(row.content),
            progress=json.loads(row.progress),
            attempts=row.attempts,
            begun=begun,
        )

    def _change(self, key: str, **values: Any) -> None:  # columns' values, of their types
        with self._changing() as connection:
            connection.execute(update(_INBOX).where(_INBOX.c.key == key).values(**values))

    @contextmanager
    def _changing(self) -> Iterator[Connection]:
        engine = self._engine.execution_options(writes=True)
        with self._lock, translated(self._folder), engine.begin() as connection:
            yield connection


def _waiting(door: str, moment: float) -> Select[Any]:
    """What may be claimed, the first of it."""
    held = _INBOX.alias("held")
    in_hand = select(held.c.line).where(held.c.state == "claimed", held.c.door == door)
    return (
        select(_INBOX)
        .where(
            _INBOX.c.state == "waiting",
            _INBOX.c.door == door,
            _INBOX.c.due <= moment,
            _INBOX.c.line.not_in(in_hand),
        )
        .order_by(_INBOX.c.number)
        .limit(1)
    )


def _dumped(value: Mapping[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False)
