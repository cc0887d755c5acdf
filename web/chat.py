"""Conversations as pages: asking, looking back, renaming, deleting, and saying what was right.

Everything here works without scripts: a form posts, and a redirect shows the outcome. With
scripts the same address answers with the new turn alone.
"""

from typing import cast, get_args

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Redirect

from index import ConversationMissing, FilterError, Verdict
from qa import QuestionError, ask_in, shown_turns
from web.api_conversations import LONGEST_TITLE
from web.choosing import Chosen
from web.crowd import Crowded
from web.operations import plain
from web.state import current_bot, current_crowd, current_library

chat = Blueprint("chat", __name__)

VERDICTS: tuple[str, ...] = get_args(Verdict)


@chat.post("/ask")
def ask() -> Response | Redirect:
    """Ask in a conversation, or begin one; the form's fields are those of the box."""
    form = request.form
    conversation = form.get("conversation") or None
    try:
        with current_crowd().turn():
            turn = ask_in(
                current_bot(),
                current_library(),
                conversation,
                form.get("q", ""),
                only=Chosen.of(form).only(),
                follow_up=not form.get("alone"),
            )
    except (QuestionError, FilterError) as error:
        return _refused(error, 422, conversation)
    except ConversationMissing as error:
        # Asked again, the question begins a conversation of its own.
        return _refused(error, 404, None)
    except Crowded as error:
        refusal = _refused(error, 503, conversation)
        refusal.headers["Retry-After"] = "2"
        return refusal
    address = url_for("chat.show", conversation_id=turn.conversation)
    if request.headers.get("X-Fragment") != "turn":
        return redirect(f"{address}#turn-{turn.number}", 303)
    # Of a conversation that has just begun, nothing is shown yet.
    page = (
        render_template("turn.html", turn=turn, conversation=turn.conversation)
        if conversation
        else show(turn.conversation)
    )
    return Response(page, mimetype="text/html", headers={"Content-Location": address})


def _refused(error: Exception, status: int, conversation: str | None) -> Response:
    """The box with the question still in it, and why it was not asked."""
    page = render_template(
        "home.html",
        question=request.form.get("q", ""),
        refusal=str(error),
        conversation=conversation or "",
        chosen=Chosen.of(request.form),
        tags=current_library().tags(),
    )
    return Response(page, status, mimetype="text/html")


@chat.get("/c/<conversation_id>")
def show(conversation_id: str) -> str:
    """A conversation, with the box to ask on."""
    library = current_library()
    found = library.conversations.get(conversation_id)
    turns = shown_turns(library, conversation_id)
    return render_template(
        "conversation.html",
        conversation=found,
        turns=turns,
        chosen=Chosen.before_this(turns),
        tags=library.tags(),
    )


@chat.post("/c/<conversation_id>/rename")
def rename(conversation_id: str) -> Redirect:
    """Give it another title."""
    try:
        title = plain(" ".join(request.form.get("title", "").split()))
    except ValueError as error:
        abort(422, f"the title cannot be used: {error}")
    if not 0 < len(title) <= LONGEST_TITLE:
        abort(422, f"a title has 1 to {LONGEST_TITLE} characters, and this one {len(title)}")
    current_library().conversations.rename(conversation_id, title)
    return redirect(url_for("chat.show", conversation_id=conversation_id), 303)


@chat.post("/c/<conversation_id>/delete")
def delete(conversation_id: str) -> Redirect:
    """Delete it with all of its turns."""
    current_library().conversations.delete(conversation_id)
    return redirect(url_for("pages.home"), 303)


@chat.post("/c/<conversation_id>/<int:number>/feedback")
def judge(conversation_id: str, number: int) -> Redirect:
    """Say whether an answer was right; an empty verdict takes back what was said."""
    verdict = request.form.get("verdict", "")
    feedback = current_library().feedback
    if verdict in VERDICTS:
        feedback.give(conversation_id, number, cast("Verdict", verdict), note=None)
    elif verdict:
        abort(422, f"the verdict is {verdict!r}; it must be one of {', '.join(VERDICTS)}")
    else:
        feedback.withdraw(conversation_id, number)
    address = url_for("chat.show", conversation_id=conversation_id)
    return redirect(f"{address}#turn-{number}", 303)
