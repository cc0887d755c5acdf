"""Conversations and feedback as plain values, around the one answer schema."""

from collections.abc import Mapping
from typing import Any

# Python 3.11's own cannot be turned into a JSON schema.
from typing_extensions import TypedDict

from index import Conversation, Feedback, Filter, Judged, KeptTurn, Verdict
from qa.wire import SCHEMA, AnswerJson

# A class cannot have a field of the name "in".
FilterJson = TypedDict(
    "FilterJson",
    {
        "in": list[str],
        "author": list[str],
        "tag": list[str],
        "after": str | None,
        "before": str | None,
    },
)
FilterJson.__doc__ = "What was asked of only some documents; empty or null where of all."


class FeedbackJson(TypedDict):
    """What was said of an answer, and when (UTC, ISO 8601)."""

    verdict: Verdict
    note: str
    given: str


class TurnJson(TypedDict):
    """A question of a conversation, numbered from 1, and the answer as it was shown."""

    schema: int
    number: int
    question: str
    follow_up: bool
    only: FilterJson
    asked: str
    answer: AnswerJson
    feedback: FeedbackJson | None


class ConversationJson(TypedDict):
    """A conversation of `turns` questions; times are UTC, ISO 8601."""

    schema: int
    id: str
    title: str
    created: str
    changed: str
    turns: int


class JudgedJson(FeedbackJson):
    """What was said of the answer to turn `number` of a conversation."""

    conversation: str
    number: int
    question: str


def filter_json(only: Filter | None) -> FilterJson:
    """What a filter keeps, as plain values; raises `ValueError` for one that is put together."""
    if only is not None and only.also:
        raise ValueError("a filter that is put together of several has no wire form")
    return {
        "in": list(only.within) if only else [],
        "author": list(only.authors) if only else [],
        "tag": list(only.tags) if only else [],
        "after": only.after if only else None,
        "before": only.before if only else None,
    }


def filter_of(values: Mapping[str, Any]) -> Filter:
    """The filter of plain values, as `filter_json` gives them."""
    return Filter(
        within=tuple(values["in"]),
        authors=tuple(values["author"]),
        tags=tuple(values["tag"]),
        after=values["after"],
        before=values["before"],
    )


def feedback_json(feedback: Feedback) -> FeedbackJson:
    """A verdict as plain values."""
    return {"verdict": feedback.verdict, "note": feedback.note, "given": feedback.given}


def turn_json(turn: KeptTurn) -> TurnJson:
    """A turn as plain values."""
    only: Any = turn.only
    answer: Any = turn.answer
    return {
        "schema": SCHEMA,
        "number": turn.number,
        "question": turn.question,
        "follow_up": turn.follow_up,
        "only": only,
        "asked": turn.asked,
        "answer": answer,
        "feedback": feedback_json(turn.feedback) if turn.feedback else None,
    }


def conversation_json(conversation: Conversation) -> ConversationJson:
    """A conversation as plain values, without its turns."""
    return {
        "schema": SCHEMA,
        "id": conversation.id,
        "title": conversation.title,
        "created": conversation.created,
        "changed": conversation.changed,
        "turns": conversation.turns,
    }


def judged_json(judged: Judged) -> JudgedJson:
    """A judged turn as plain values, without its answer."""
    return {
        "conversation": judged.conversation,
        "number": judged.number,
        "question": judged.question,
        **feedback_json(judged.feedback),
    }
