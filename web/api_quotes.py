"""The HTTP interface for finding words."""

from typing import Annotated

from flask import Blueprint, Response, jsonify, request
from pydantic import Field

from qa import Format, WordingJson, find_words, wording_in_formats
from web.api import MOST_FORMATS, Filtered
from web.operations import Operation, describes
from web.state import current_bot, current_crowd, current_library

quotes_api = Blueprint("quotes", __name__)


class QuoteRequest(Filtered):
    """Words to look for; a filter of several values takes a list of them."""

    example = '{"words": "…", "limit": 10}'

    words: Annotated[str, Field(json_schema_extra={"minLength": 1})]
    limit: int = Field(default=10, ge=1, le=1000)
    meaning: bool = True
    formats: list[Format] = Field(default=[], max_length=MOST_FORMATS)


@quotes_api.post("/api/quotes")
@describes(
    Operation(
        summary="Find where words stand", tag="asking", body=QuoteRequest, answers=WordingJson
    )
)
def find(body: QuoteRequest) -> Response:
    """Where words stand exactly, where nearly, and what says it in other words."""
    with current_crowd().turn():
        found = find_words(
            current_library(),
            body.words,
            only=body.only(),
            most=body.limit,
            meaning=body.meaning,
            threshold=current_bot().threshold,
        )
    base = request.host_url.rstrip("/")
    return jsonify(wording_in_formats(found, body.formats, base=base))
