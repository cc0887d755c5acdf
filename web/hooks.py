"""Webhooks for what is not Slack: Mattermost's and Rocket.Chat's commands, and any program."""

import hmac
import json
import uuid
from collections.abc import Mapping
from typing import Annotated

from flask import Blueprint, Response, jsonify, request
from pydantic import Field
from typing_extensions import TypedDict
from werkzeug.exceptions import BadRequest

from index import is_text
from qa import AnswerJson, answer_json
from web.answering import Answering
from web.credentials import Credentials
from web.hook_answers import HookAnswers, reply
from web.markdown_answers import answer_markdown
from web.operations import Body, Operation, describes
from web.problems import problem
from web.received import received
from web.state import current_bot, current_crowd
from web.team import TeamSettings

SLASH = "/hooks/slash"
ASK = "/hooks/ask"


def slash_routes(team: TeamSettings, answers: HookAnswers, answering: Answering) -> Blueprint:
    """The route for commands of Mattermost and Rocket.Chat, which show a token."""
    routes = Blueprint("slash", __name__)

    @routes.post(SLASH)
    def receive() -> Response:
        # Kept for who is refused, to be told what arrived.
        body = request.get_data()
        fields = _fields()
        number = _token_number(team, fields)
        if number is None:
            return problem(
                401,
                "Unauthorized",
                "the token is none of those in PINCITE_HOOK_TOKENS",
                more={"received": received(body)},
            )
        if any(fields.get(name, "false") != "false" for name in ("bot", "isEdited")):
            # Answers must not be answered.
            return jsonify({})
        told = {name: fields.get(name, "") for name in _KEPT}
        told["text"] = _asked(fields)
        known = next(filter(None, map(fields.get, ("trigger_id", "post_id", "message_id"))), None)
        text = answers.receive(answering, f"hooks/{number}/{known or uuid.uuid4().hex}", told)
        return jsonify(reply(told, text) if text else {})

    return routes


_KEPT = ("command", "team_id", "channel_id", "response_url")


class HookQuestion(Body):
    """A question from any program."""

    example = '{"text": "…"}'

    text: Annotated[str, Field(json_schema_extra={"minLength": 1})]


class HookAnswerJson(TypedDict):
    """The answer as Markdown to show, and in full."""

    text: str
    answer: AnswerJson


def ask_routes(credentials: Credentials, base: str) -> Blueprint:
    """The route for programs, which show a token of `pincite token`."""
    routes = Blueprint("hooks", __name__)

    @routes.before_request
    def refuse_strangers() -> Response | None:
        shown = request.authorization
        if shown and shown.type == "bearer" and credentials.knows(shown.token or ""):
            return None
        detail = "send a token (Authorization: Bearer …), made with: pincite token create NAME"
        refusal = problem(401, "Unauthorized", detail)
        refusal.headers["WWW-Authenticate"] = 'Bearer realm="Pincite"'
        return refusal

    @routes.post(ASK)
    @describes(
        Operation(
            summary="Ask from a webhook, with a token",
            tag="asking",
            body=HookQuestion,
            answers=HookAnswerJson,
        )
    )
    def ask(body: HookQuestion) -> Response:
        """Answer a question, as Markdown and in the one answer schema."""
        with current_crowd().turn():
            answer = answer_json(current_bot().ask(body.text))
        told: HookAnswerJson = {"text": answer_markdown(answer, base=base), "answer": answer}
        return jsonify(told)

    return routes


def _fields() -> dict[str, str]:
    """The fields of a form, or of JSON as Rocket.Chat sends it; raises `BadRequest`."""
    if not request.is_json:
        if request.mimetype != "application/x-www-form-urlencoded":
            raise BadRequest("the body is neither a form nor JSON")
        return request.form.to_dict()
    told = request.get_json()
    if not isinstance(told, dict):
        raise BadRequest("the body is no JSON object")
    fields = {
        name: value if isinstance(value, str) else json.dumps(value)
        for name, value in told.items()
        if value is not None
    }
    if not all(is_text(value) for value in fields.values()):
        raise BadRequest("the body names half a character, which is no text")
    return fields


def _token_number(team: TeamSettings, fields: Mapping[str, str]) -> int | None:
    """Which of the tokens is shown, in the header or in the form; None if none of them is."""
    kind, _, shown = request.headers.get("Authorization", "").partition(" ")
    candidates = [fields.get("token", ""), shown.strip() if kind.lower() == "token" else ""]
    # All are compared, so that the time tells nothing.
    matches = [
        sum(hmac.compare_digest(_bytes(one), _bytes(token)) for one in candidates) > 0
        for token in team.hook_tokens
    ]
    return matches.index(True) if any(matches) else None


def _bytes(text: str) -> bytes:
    return text.encode(errors="surrogatepass")


def _asked(fields: Mapping[str, str]) -> str:
    """The question, without the word that called us."""
    text = fields.get("text", "").strip()
    word = fields.get("trigger_word", "").strip()
    called = word and text.casefold().startswith(word.casefold())
    return text[len(word) :].lstrip(" ,:;\t\n") if called else text
