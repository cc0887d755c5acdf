"""Conversations: questions that were asked one after another, and the answers that were shown."""

import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, Select, delete, func, insert, select, tuple_, update

from index.errors import ConversationMissing
from index.feedback import Feedback, now
from index.schema import conversations, feedback, turns
from index.store import Store

# What the answer to a question looks like is not this package's: any JSON object.
Json = Mapping[str, Any]

_LONGEST_TITLE = 100


@dataclass(frozen=True, slots=True)
class Conversation:
    """A conversation of so many turns; its times are UTC, in ISO 8601."""

    id: str
    title: str
    created: str
    changed: str
    turns: int = 0


@dataclass(frozen=True, slots=True)
class KeptTurn:
    """A question of a conversation and the answer as it was shown; numbers count from 1.

    `follow_up`: whether it was allowed to lean on the turns before it; `only` is
    the filter that it was asked with.
    """

    conversation: str
    number: int
    question: str
    follow_up: bool
    only: Json
    answer: Json
    asked: str
    feedback: Feedback | None = None


class Conversations:
    """The conversations of a library; safe to share between threads and processes.

    Keeping something waits for whoever adds documents, but not for long: theirs
    are many short transactions.
    """

    def __init__(self, store: Store) -> None:
        self._store = store

    def create(self, title: str = "") -> Conversation:
        """Begin a conversation, under an id that nobody can guess."""
        with self._store.keep() as connection:
            return _create(connection, title)

    def latest(
        self, limit: int | None = None, *, before: tuple[str, str] | None = None
    ) -> Sequence[Conversation]:
        """All conversations or up to `limit`, the one changed last first.

        With `before`, the `changed` and `id` of one, those that follow it.
        """
        query = _conversations().order_by(
            conversations.c.changed.desc(), conversations.c.id.desc()
        )
        if before is not None:
            query = query.where(tuple_(conversations.c.changed, conversations.c.id) < before)
        with self._store.read() as connection:
            return [_conversation(row) for row in connection.execute(query.limit(limit))]

    def get(self, conversation_id: str) -> Conversation:
        """One conversation; raises `ConversationMissing`."""
        with self._store.read() as connection:
            return _get(connection, conversation_id)

    def rename(self, conversation_id: str, title: str) -> Conversation:
        """Give a conversation another title; raises `ConversationMissing`."""
        with self._store.keep() as connection:
            key = conversation_key(connection, conversation_id)
            connection.execute(
                update(conversations).where(conversations.c.key == key).values(title=title)
            )
            return _get(connection, conversation_id)

    def delete(self, conversation_id: str) -> None:
        """Delete a conversation with its turns and what was said of them, also from the disk.

        Raises `ConversationMissing`.
        """
        with self._store.keep() as connection:
            key = conversation_key(connection, conversation_id)
            connection.execute(delete(conversations).where(conversations.c.key == key))
        self._store.checkpoint()

    def append(
        self,
        conversation_id: str | None,
        *,
        question: str,
        follow_up: bool,
        only: Json,
        answer: Json,
    ) -> KeptTurn:
        """Keep a question and its answer as the next turn; raises `ConversationMissing`.

        Without an id they begin a conversation, in the same transaction. The first
        question becomes the title of a conversation that has none.
        """
        with self._store.keep() as connection:
            if conversation_id is None:
                conversation_id = _create(connection).id
            time = now()
            key = conversation_key(connection, conversation_id)
            last = select(func.max(turns.c.number)).where(turns.c.conversation == key)
            number = (connection.execute(last).scalar_one() or 0) + 1
            connection.execute(
                insert(turns).values(
                    conversation=key,
                    number=number,
                    question=question,
                    follow_up=follow_up,
                    only=_dumped(only),
                    answer=_dumped(answer),
                    asked=time,
                )
            )
            this = update(conversations).where(conversations.c.key == key)
            connection.execute(this.values(changed=time))
            named = this.where(conversations.c.title == "")
            connection.execute(named.values(title=title_of(question)))
        return KeptTurn(conversation_id, number, question, follow_up, only, answer, time)

    def turns(
        self, conversation_id: str, *, after: int = 0, limit: int | None = None
    ) -> Sequence[KeptTurn]:
        """All turns or up to `limit`, after the one of that number, oldest first.

        Raises `ConversationMissing`.
        """
        with self._store.read() as connection:
            key = conversation_key(connection, conversation_id)
            query = (
                _turns().where(turns.c.conversation == key, turns.c.number > after).limit(limit)
            )
            return [_turn(conversation_id, row) for row in connection.execute(query)]

    def amend(self, conversation_id: str, answers: Mapping[int, Json]) -> None:
        """Put other answers in the place of those of the turns of these numbers, on the disk too.

        Raises `ConversationMissing`.
        """
        with self._store.keep() as connection:
            key = conversation_key(connection, conversation_id)
            for number, answer in answers.items():
                connection.execute(
                    update(turns)
                    .where(turns.c.conversation == key, turns.c.number == number)
                    .values(answer=_dumped(answer))
                )
        self._store.checkpoint()


def title_of(question: str) -> str:
    """The title of a conversation that begins with a question: all of it, or its beginning."""
    title = " ".join(question.split())
    return title if len(title) <= _LONGEST_TITLE else f"{title[: _LONGEST_TITLE - 1].rstrip()}…"


def conversation_key(connection: Connection, conversation_id: str) -> int:
    """The key of a conversation; raises `ConversationMissing`."""
    query = select(conversations.c.key).where(conversations.c.id == conversation_id)
    key = connection.execute(query).scalar_one_or_none()
    if key is None:
        raise ConversationMissing(
            f"there is no conversation {conversation_id!r}; it may have been deleted"
        )
    return int(key)


def _create(connection: Connection, title: str = "") -> Conversation:
    time = now()
    made = Conversation(secrets.token_urlsafe(16), title, created=time, changed=time)
    connection.execute(
        insert(conversations).values(id=made.id, title=title, created=time, changed=time)
    )
    return made


def _get(connection: Connection, conversation_id: str) -> Conversation:
    key = conversation_key(connection, conversation_id)
    return _conversation(
        connection.execute(_conversations().where(conversations.c.key == key)).one()
    )


def _conversations() -> Select[Any]:
    number = (
        select(func.count()).where(turns.c.conversation == conversations.c.key).scalar_subquery()
    )
    return select(conversations, number.label("turns"))


def _turns() -> Select[Any]:
    said = feedback.c
    both = (said.conversation == turns.c.conversation) & (said.number == turns.c.number)
    return (
        select(turns, said.verdict, said.note, said.given)
        .outerjoin(feedback, both)
        .order_by(turns.c.number)
    )


def _conversation(row: Row[Any]) -> Conversation:
    return Conversation(row.id, row.title, row.created, row.changed, row.turns)


def _turn(conversation_id: str, row: Row[Any]) -> KeptTurn:
    return KeptTurn(
        conversation=conversation_id,
        number=row.number,
        question=row.question,
        follow_up=row.follow_up,
        only=json.loads(row.only),
        answer=json.loads(row.answer),
        asked=row.asked,
        feedback=Feedback(row.verdict, row.note, row.given) if row.verdict else None,
    )


def _dumped(value: Json) -> str:
    return json.dumps(value, ensure_ascii=False)
