"""The page on which one pastes a draft to have it checked."""

from flask import Blueprint, render_template, request

from qa import Draft, DraftError, check_draft
from web.api_check import LARGEST_BODY, LONGEST_DRAFT
from web.check_view import check_view
from web.state import current_bot, current_checks, current_library
from web.texts import say

check_pages = Blueprint("check_pages", __name__)


@check_pages.get("/check")
def show() -> str:
    """The box for the draft."""
    return _page("", markdown=True, claims=True)


@check_pages.post("/check")
def check() -> str | tuple[str, int]:
    """The draft with what was found of it; it is kept nowhere."""
    request.max_content_length = request.max_form_memory_size = LARGEST_BODY
    # A form's lines end as those of the network do.
    text = request.form.get("draft", "").replace("\r\n", "\n")
    markdown, claims = "markdown" in request.form, "claims" in request.form
    try:
        if len(text) > LONGEST_DRAFT:
            raise DraftError(say("checking.too_long", most=f"{LONGEST_DRAFT:,}"))
        with current_checks().turn():
            checked = check_draft(
                current_library(),
                text,
                markdown=markdown,
                look_up=claims,
                threshold=current_bot().threshold,
            )
    except DraftError as error:
        return _page(text, markdown=markdown, claims=claims, refusal=str(error)), 422
    draft = Draft(say("checking.yours"), text, markdown)
    return _page(text, markdown=markdown, claims=claims, view=check_view(draft, checked))


def _page(text: str, **told: object) -> str:
    return render_template(
        "check.html",
        draft=text,
        longest=LONGEST_DRAFT,
        documents=current_library().document_count(),
        **{"view": None, "refusal": None, **told},
    )
