"""The HTTP interface for checking drafts."""

from flask import Blueprint, Response, jsonify
from pydantic import Field

from qa import CheckJson, check_draft, check_json
from web.api import Filtered
from web.operations import Operation, describes
from web.state import current_bot, current_checks, current_library

check_api = Blueprint("check_api", __name__)

LONGEST_DRAFT = 100_000
# A character is twelve bytes at most in JSON.
LARGEST_BODY = 12 * LONGEST_DRAFT + 64 * 1024


class CheckRequest(Filtered):
    """A draft, in Markdown unless it says otherwise; `claims` are looked up if wanted."""

    example = '{"draft": "…"}'

    draft: str = Field(min_length=1, max_length=LONGEST_DRAFT)
    markdown: bool = True
    claims: bool = True


@check_api.post("/api/check")
@describes(
    Operation(
        summary="Check the quotations, citations and claims of a draft",
        tag="asking",
        body=CheckRequest,
        answers=CheckJson,
        largest=LARGEST_BODY,
    )
)
def check(body: CheckRequest) -> Response:
    """Judge every quotation and citation of a draft, and look up what it claims."""
    with current_checks().turn():
        checked = check_draft(
            current_library(),
            body.draft,
            markdown=body.markdown,
            only=body.only(),
            look_up=body.claims,
            threshold=current_bot().threshold,
        )
    return jsonify(check_json(checked))
