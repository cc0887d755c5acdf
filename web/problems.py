"""Errors as problem documents (RFC 9457) for programs and as a page for people."""

import json
import logging
from collections.abc import Mapping

from flask import Flask, Response, render_template, request
from typing_extensions import TypedDict
from werkzeug.exceptions import HTTPException

from index import (
    ConversationMissing,
    FilterError,
    LibraryLocked,
    LibraryNotWritable,
    PinciteError,
    TooBusy,
)
from qa import DraftError, QuestionError, QuotationError
from web.crowd import Crowded

_LOG = logging.getLogger(__name__)


class ProblemJson(TypedDict):
    """What went wrong, in a sentence (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str


def wants_page() -> bool:
    """Whether it is a browser that asks, for a person."""
    kinds = ["application/problem+json", "text/html"]
    return request.accept_mimetypes.best_match(kinds) == "text/html"


def problem(
    status: int, title: str, detail: str, *, more: Mapping[str, object] | None = None
) -> Response:
    """A problem document with any members `more`, or a page where a browser asks for one."""
    if wants_page():
        return Response(
            render_template("problem.html", title=title, detail=detail),
            status,
            mimetype="text/html",
        )
    body: ProblemJson = {
        "type": "about:blank",
        "title": title,
        "status": status,
        "detail": detail,
    }
    return Response(
        json.dumps({**body, **(more or {})}, ensure_ascii=False),
        status,
        mimetype="application/problem+json",
    )


def later(detail: str) -> Response:
    """A problem that is over in a moment."""
    refusal = problem(503, "Service Unavailable", detail)
    refusal.headers["Retry-After"] = "2"
    return refusal


def answer_problems(app: Flask) -> None:
    """Let every error of the application end as a problem document."""

    @app.errorhandler(FilterError)
    @app.errorhandler(DraftError)
    @app.errorhandler(QuestionError)
    @app.errorhandler(QuotationError)
    def unasked(error: FilterError | DraftError | QuestionError | QuotationError) -> Response:
        return problem(422, "The question cannot be asked", str(error))

    @app.errorhandler(Crowded)
    @app.errorhandler(TooBusy)
    def crowded(error: Crowded | TooBusy) -> Response:
        return later(str(error))

    @app.errorhandler(ConversationMissing)
    def missing(error: ConversationMissing) -> Response:
        return problem(404, "Not Found", str(error))

    @app.errorhandler(PinciteError)
    def unusable(error: PinciteError) -> Response:
        _LOG.error("%s", error)
        temporary = isinstance(error, LibraryLocked | LibraryNotWritable)
        return problem(503 if temporary else 500, "The library cannot be used", str(error))

    @app.errorhandler(HTTPException)
    def refused(error: HTTPException) -> Response:
        response = problem(error.code or 500, error.name, error.description or error.name)
        response.headers.extend(
            (name, value)
            for name, value in error.get_headers()
            if name.lower() not in {"content-type", "content-length"}
        )
        return response

    @app.errorhandler(Exception)
    def failed(error: Exception) -> Response:
        _LOG.error("%s %s failed", request.method, request.path, exc_info=error)
        return problem(
            500, "Internal Server Error", "something went wrong; the log has the reason"
        )
