"""Feedback: what a person said of the answers of conversations."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

from sqlalchemy import Connection, delete, insert, select, tuple_

from index.errors import ConversationMissing
from index.schema import conversations, feedback, turns
from index.store import Store

Verdict = Literal["helpful", "wrong source", "not there"]


@dataclass(frozen=True, slots=True)
class Feedback:
    """A verdict on one answer, with a note that may be empty, and when it was given (UTC)."""

    verdict: Verdict
    note: str
    given: str


@dataclass(frozen=True, slots=True)
class Judged:
    """A turn, as `KeptTurn` describes it, of a conversation, and what was said of it."""

    conversation: str
    number: int
    question: str
    only: Mapping[str, Any]
    answer: Mapping[str, Any]
    feedback: Feedback


class FeedbackBook:
    """What was said of the answers of a library's conversations: one verdict a turn."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def give(
        self, conversation_id: str, number: int, verdict: Verdict, note: str | None
    ) -> Feedback:
        """Say something of a turn, in the place of what was said; raises `ConversationMissing`.

        Without a note, the one that there is stays.
        """
        with self._store.keep() as connection:
            turn = _turn_key(connection, conversation_id, number)
            if note is None:
                before = select(feedback.c.note).where(_of_turn() == turn)
                note = connection.execute(before).scalar_one_or_none() or ""
            said = Feedback(verdict, note, now())
            connection.execute(delete(feedback).where(_of_turn() == turn))
            connection.execute(
                insert(feedback).values(
                    conversation=turn[0],
                    number=number,
                    verdict=verdict,
                    note=note,
                    given=said.given,
                )
            )
        return said

    def withdraw(self, conversation_id: str, number: int) -> None:
        """Take back what was said of a turn, if anything was; raises `ConversationMissing`."""
        with self._store.keep() as connection:
            turn = _turn_key(connection, conversation_id, number)
            connection.execute(delete(feedback).where(_of_turn() == turn))

    def latest(
        self, limit: int | None = None, *, before: tuple[str, str, int] | None = None
    ) -> Sequence[Judged]:
        """All judged turns or up to `limit`, what was said last first.

        With `before`, when one was judged, its conversation and its number, those
        that follow it.
        """
        query = (
            select(
                conversations.c.id, turns, feedback.c.verdict, feedback.c.note, feedback.c.given
            )
            .join(turns, _of_turn() == tuple_(turns.c.conversation, turns.c.number))
            .join(conversations, conversations.c.key == turns.c.conversation)
            .order_by(feedback.c.given.desc(), conversations.c.id.desc(), feedback.c.number.desc())
            .limit(limit)
        )
        if before is not None:
            place = tuple_(feedback.c.given, conversations.c.id, feedback.c.number)
            query = query.where(place < before)
        with self._store.read() as connection:
            return [
                Judged(
                    conversation=row.id,
                    number=row.number,
                    question=row.question,
                    only=json.loads(row.only),
                    answer=json.loads(row.answer),
                    feedback=Feedback(row.verdict, row.note, row.given),
                )
                for row in connection.execute(query)
            ]


def now() -> str:
    """The time, as it is kept: UTC in ISO 8601, so that its order is that of the texts."""
    return datetime.now(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def _of_turn() -> Any:  # a tuple of columns, for which SQLAlchemy has no narrower type
    return tuple_(feedback.c.conversation, feedback.c.number)


def _turn_key(connection: Connection, conversation_id: str, number: int) -> tuple[int, int]:
    query = (
        select(turns.c.conversation)
        .join(conversations, conversations.c.key == turns.c.conversation)
        .where(conversations.c.id == conversation_id, turns.c.number == number)
    )
    # SQLite refuses numbers of more than 64 bits.
    key = connection.execute(query).scalar_one_or_none() if number.bit_length() < 64 else None
    if key is None:
        raise ConversationMissing(
            f"there is no turn {number} of a conversation {conversation_id!r}; it may have been "
            "deleted"
        )
    return int(key), number
