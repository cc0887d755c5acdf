"""A look at what Slack would show, for development: there only in Flask's debug mode."""

import json

from flask import Blueprint, render_template, request

from qa import answer_json
from web.blocks import answer_message
from web.state import current_bot, current_crowd

preview = Blueprint("preview", __name__)

# Any will do: nothing is kept of what is asked here.
_CONVERSATION, _TURN = "preview", 1


@preview.get("/slack/preview")
def show() -> str:
    """The answer to `?q=` as a message of Slack, with `?context=1` after that button."""
    question = request.args.get("q", "")
    message = None
    if question:
        with current_crowd().turn():
            answer = current_bot().ask(question)
        message = answer_message(
            answer_json(answer),
            base=request.url_root.rstrip("/"),
            shareable=True,
            conversation=_CONVERSATION,
            turn=_TURN,
            context=bool(request.args.get("context")),
        )
    shown = json.dumps(message.blocks, ensure_ascii=False, indent=2) if message else ""
    return render_template("preview.html", question=question, message=message, shown=shown)
