"""The HTTP interface to conversations: begin, ask, list, rename, export, delete."""

import re
import unicodedata
from typing import Literal

from flask import Blueprint, Response, abort, jsonify, request, url_for
from pydantic import Field
from typing_extensions import TypedDict

from index import Conversation
from qa import (
    ConversationJson,
    TurnJson,
    ask_in,
    conversation_json,
    shown_turns,
    to_markdown,
    turn_json,
)
from web.api import Asked
from web.operations import Body, Operation, PlainText, Query, describes
from web.pagination import PageQuery, latest_conversations, page_of
from web.state import current_bot, current_crowd, current_library

conversations_api = Blueprint("conversations_api", __name__)

_CONVERSATIONS = "/api/conversations"
_CONVERSATION = f"{_CONVERSATIONS}/<conversation_id>"
_TAG = "conversations"
_TURN = f"{_CONVERSATION}/turns/<int:number>"
LONGEST_TITLE = 200


class NewConversation(Body):
    """A conversation; without a title its first question becomes one."""

    example = '{"title": "…"}'

    title: PlainText = Field(default="", max_length=LONGEST_TITLE)


class Renaming(Body):
    """The new title of a conversation."""

    example = '{"title": "…"}'

    title: PlainText = Field(min_length=1, max_length=LONGEST_TITLE)


class ExportQuery(Query):
    """How to export."""

    format: Literal["markdown", "json"] = "markdown"


class ConversationsJson(TypedDict):
    """Conversations, the one changed last first; `next` is a cursor, or null at the end."""

    schema: int
    conversations: list[ConversationJson]
    next: str | None


class TurnsJson(TypedDict):
    """Turns of a conversation, oldest first; `next` is a cursor, or null at the end."""

    schema: int
    turns: list[TurnJson]
    next: str | None


class ExportJson(TypedDict):
    """A conversation with all its turns."""

    schema: int
    conversation: ConversationJson
    turns: list[TurnJson]


@conversations_api.get(_CONVERSATIONS)
@describes(
    Operation(summary="List conversations", tag=_TAG, query=PageQuery, answers=ConversationsJson)
)
def conversations(query: PageQuery) -> Response:
    """A page of the conversations, the one changed last first."""
    page, following = latest_conversations(query.limit, query.cursor)
    told: ConversationsJson = {
        "schema": 1,
        "conversations": [conversation_json(one) for one in page],
        "next": following,
    }
    return jsonify(told)


@conversations_api.post(_CONVERSATIONS)
@describes(
    Operation(
        summary="Begin a conversation",
        tag=_TAG,
        body=NewConversation,
        answers=ConversationJson,
        status=201,
    )
)
def begin(body: NewConversation) -> Response:
    """Begin a conversation."""
    made = current_library().conversations.create(body.title)
    response = jsonify(conversation_json(made))
    response.status_code = 201
    response.headers["Location"] = url_for(".conversation", conversation_id=made.id)
    return response


@conversations_api.get(_CONVERSATION)
@describes(Operation(summary="One conversation", tag=_TAG, answers=ConversationJson))
def conversation(conversation_id: str) -> Response:
    """A conversation without its turns."""
    return jsonify(conversation_json(current_library().conversations.get(conversation_id)))


@conversations_api.patch(_CONVERSATION)
@describes(
    Operation(summary="Rename a conversation", tag=_TAG, body=Renaming, answers=ConversationJson)
)
def rename(conversation_id: str, body: Renaming) -> Response:
    """Give a conversation another title."""
    renamed = current_library().conversations.rename(conversation_id, body.title)
    return jsonify(conversation_json(renamed))


@conversations_api.delete(_CONVERSATION)
@describes(Operation(summary="Delete a conversation", tag=_TAG, status=204))
def delete(conversation_id: str) -> Response:
    """Delete a conversation with all that was asked and said in it."""
    current_library().conversations.delete(conversation_id)
    return Response(status=204)


@conversations_api.get(f"{_CONVERSATION}/turns")
@describes(
    Operation(
        summary="The questions of a conversation and their answers",
        tag=_TAG,
        query=PageQuery,
        answers=TurnsJson,
    )
)
def turns(conversation_id: str, query: PageQuery) -> Response:
    """A page of the turns, oldest first."""
    page, following = page_of(
        query.limit,
        query.cursor,
        kinds=(int,),
        place=lambda turn: (turn.number,),
        read=lambda most, after: shown_turns(
            current_library(), conversation_id, after=after[0] if after else 0, limit=most
        ),
    )
    told: TurnsJson = {
        "schema": 1,
        "turns": [turn_json(one) for one in page],
        "next": following,
    }
    return jsonify(told)


@conversations_api.post(f"{_CONVERSATION}/turns")
@describes(
    Operation(summary="Ask in a conversation", tag=_TAG, body=Asked, answers=TurnJson, status=201)
)
def ask(conversation_id: str, body: Asked) -> Response:
    """Ask after the questions of a conversation, and keep the answer."""
    with current_crowd().turn():
        turn = ask_in(
            current_bot(),
            current_library(),
            conversation_id,
            body.question,
            limit=body.limit,
            only=body.only(),
            follow_up=body.follow_up,
        )
    response = jsonify(turn_json(turn))
    response.status_code = 201
    response.headers["Location"] = url_for(
        ".turn", conversation_id=conversation_id, number=turn.number
    )
    return response


@conversations_api.get(_TURN)
@describes(Operation(summary="One question and its answer", tag=_TAG, answers=TurnJson))
def turn(conversation_id: str, number: int) -> Response:
    """One turn."""
    library = current_library()
    if not 1 <= number <= library.conversations.get(conversation_id).turns:
        abort(404, f"there is no turn {number} of the conversation {conversation_id!r}")
    (found,) = shown_turns(library, conversation_id, after=number - 1, limit=1)
    return jsonify(turn_json(found))


@conversations_api.get(f"{_CONVERSATION}/export")
@describes(
    Operation(
        summary="Export a conversation",
        tag=_TAG,
        query=ExportQuery,
        answers=ExportJson,
        media_types=("text/markdown", "application/json"),
    )
)
def export(conversation_id: str, query: ExportQuery) -> Response:
    """A conversation as a file: Markdown with footnotes, or JSON."""
    kept = current_library().conversations.get(conversation_id)
    shown = shown_turns(current_library(), conversation_id)
    if query.format == "json":
        told: ExportJson = {
            "schema": 1,
            "conversation": conversation_json(kept),
            "turns": [turn_json(one) for one in shown],
        }
        response = jsonify(told)
    else:
        base = request.host_url.rstrip("/")
        response = Response(to_markdown(kept, shown, base=base), mimetype="text/markdown")
    ending = "json" if query.format == "json" else "md"
    response.headers["Content-Disposition"] = f'attachment; filename="{_name(kept)}.{ending}"'
    return response


def _name(conversation: Conversation) -> str:
    """A file name, in plain ASCII, for a conversation."""
    plain = unicodedata.normalize("NFKD", conversation.title).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")[:60] or "conversation"
