"""Threads: which conversation goes on at which place elsewhere, such as a thread of a chat."""

from sqlalchemy import select
from sqlalchemy.dialects.sqlite import insert

from index.conversations import conversation_key
from index.schema import conversations, threads
from index.store import Store


class Threads:
    """The conversations that go on elsewhere, each under the name of its place."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def conversation(self, place: str) -> str | None:
        """The id of the conversation at a place; None if there is none, or it was deleted."""
        query = (
            select(conversations.c.id)
            .join(threads, threads.c.conversation == conversations.c.key)
            .where(threads.c.place == place)
        )
        with self._store.read() as connection:
            return connection.execute(query).scalar_one_or_none()

    def keep(self, place: str, conversation_id: str) -> None:
        """Let a conversation go on at a place; raises `ConversationMissing`."""
        with self._store.keep() as connection:
            key = conversation_key(connection, conversation_id)
            kept = insert(threads).values(place=place, conversation=key)
            connection.execute(
                kept.on_conflict_do_update(
                    index_elements=[threads.c.place], set_={"conversation": key}
                )
            )
