"""The HTTP interface to feedback: say something of an answer, list it, export it as cases."""

from flask import Blueprint, Response, jsonify
from pydantic import Field
from typing_extensions import TypedDict

from index import Verdict
from qa import FeedbackJson, JudgedJson, case_lines, feedback_json, judged_json, shown_feedback
from web.operations import Body, Operation, PlainText, describes
from web.pagination import PageQuery, page_of
from web.state import current_library

feedback_api = Blueprint("feedback_api", __name__)

_FEEDBACK = "/api/conversations/<conversation_id>/turns/<int:number>/feedback"
_TAG = "feedback"


class FeedbackRequest(Body):
    """What a person says of an answer."""

    example = '{"verdict": "helpful", "note": "…"}'

    verdict: Verdict
    note: PlainText = Field(default="", max_length=2000)


class FeedbackPageJson(TypedDict):
    """Feedback, the latest first; `next` is a cursor, or null at the end."""

    schema: int
    feedback: list[JudgedJson]
    next: str | None


@feedback_api.put(_FEEDBACK)
@describes(
    Operation(
        summary="Say something of an answer",
        tag=_TAG,
        body=FeedbackRequest,
        answers=FeedbackJson,
    )
)
def give(conversation_id: str, number: int, body: FeedbackRequest) -> Response:
    """Say something of an answer, in the place of what was said."""
    given = current_library().feedback.give(conversation_id, number, body.verdict, body.note)
    return jsonify(feedback_json(given))


@feedback_api.delete(_FEEDBACK)
@describes(Operation(summary="Take back what was said of an answer", tag=_TAG, status=204))
def withdraw(conversation_id: str, number: int) -> Response:
    """Take back what was said of an answer, if anything was."""
    current_library().feedback.withdraw(conversation_id, number)
    return Response(status=204)


@feedback_api.get("/api/feedback")
@describes(Operation(summary="List feedback", tag=_TAG, query=PageQuery, answers=FeedbackPageJson))
def feedback(query: PageQuery) -> Response:
    """A page of all that was said, the latest first."""
    kept = current_library().feedback
    page, following = page_of(
        query.limit,
        query.cursor,
        kinds=(str, str, int),
        place=lambda one: (one.feedback.given, one.conversation, one.number),
        read=lambda most, before: kept.latest(most, before=before),
    )
    told: FeedbackPageJson = {
        "schema": 1,
        "feedback": [judged_json(one) for one in page],
        "next": following,
    }
    return jsonify(told)


@feedback_api.get("/api/feedback/export")
@describes(
    Operation(
        summary="Feedback as evaluation cases, a line each, for pincite eval",
        tag=_TAG,
        media_types=("application/jsonl",),
    )
)
def export() -> Response:
    """The cases that feedback gives, in the form of `pincite eval`."""
    lines = case_lines(shown_feedback(current_library()))
    response = Response("".join(f"{line}\n" for line in lines), mimetype="application/jsonl")
    response.headers["Content-Disposition"] = 'attachment; filename="feedback.jsonl"'
    return response
