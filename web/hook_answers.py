"""Answering commands of chat servers: in the response if it is soon, else where they said."""

import logging
import threading
from collections.abc import Mapping
from functools import partial
from typing import Any

from index import Entry
from qa import answer_json
from web.answering import Answering
from web.desk import Desk
from web.markdown_answers import answer_markdown, neutral
from web.posting import PostingError
from web.subcommands import SUBCOMMANDS, said_of_itself
from web.texts import say

_LOG = logging.getLogger(__name__)

# The door of the inbox by which commands come.
DOOR = "hooks"

# A chat server waits a few seconds for a command, and longer where it has nowhere to be told.
_PATIENCE_SECONDS = 2.0
_LONGEST_SECONDS = 25.0


class Slot:
    """Where a request waits for its answer, until it gives up."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._given = threading.Event()
        self._text = ""
        self._left = False

    def wait(self, seconds: float) -> str | None:
        """The text, or None if it did not come in time and is no longer waited for."""
        self._given.wait(seconds)
        with self._lock:
            self._left = not self._given.is_set()
            return None if self._left else self._text

    def give(self, text: str) -> bool:
        """Hand over the text; False if nobody waits any more."""
        with self._lock:
            if not self._left:
                self._text = text
                self._given.set()
            return not self._left


class HookAnswers:
    """Answers commands of chat servers: in the response if it is soon, else where they said."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._slots: dict[str, Slot] = {}

    def receive(self, answering: Answering, key: str, fields: Mapping[str, str]) -> str:
        """Take in a command and wait for its answer; empty for one that came before.

        It is told later where the answer takes longer and there is a `response_url`
        that may be posted to.
        """
        url = fields.get("response_url", "")
        later = bool(url) and self._may_post_to(url)
        slot = Slot()
        if self._slots.setdefault(key, slot) is not slot:
            return ""
        kept = {**fields, "response_url": url if later else ""}
        if not answering.put(key, dict(kept), line=key):
            del self._slots[key]
            return ""
        text = slot.wait(_PATIENCE_SECONDS if later else _LONGEST_SECONDS)
        return text if text is not None else say("team.working" if later else "team.late")

    def answer(self, entry: Entry) -> None:
        """Answer a command; raises `Later`."""
        text = self._text(entry)
        slot = self._slots.pop(entry.key, None)
        if slot is not None and slot.give(text):
            return
        if url := entry.content["response_url"]:
            self._desk.respond(entry, url, reply(entry.content, text))
        else:
            _LOG.error("%r was answered when nobody waited any more", entry.key)

    def tell(self, _entry: Entry) -> None:
        """Nothing: the response to the command said that its answer comes later."""

    def _may_post_to(self, url: str) -> bool:
        try:
            self._desk.poster.check(url)
        except PostingError as error:
            _LOG.error("%s", error)
            return False
        return True

    def _text(self, entry: Entry) -> str:
        asked = entry.content["text"]
        rule = self._desk.team.only(entry.content["team_id"], entry.content["channel_id"])
        name = asked.lower() or "help"
        if name == "help":
            return neutral(say("team.help_hooks"))
        if name in SUBCOMMANDS:
            waiting = max(0, self._desk.inbox.unanswered(DOOR) - 1)
            return neutral(said_of_itself(name, self._desk.library, rule, waiting=waiting))
        ask = partial(self._desk.bot.ask, asked, only=rule)
        answer = self._desk.answered(entry, ask, rule)
        if isinstance(answer, str):
            return neutral(answer)
        return answer_markdown(answer_json(answer), base=self._desk.base)


def reply(fields: Mapping[str, Any], text: str) -> dict[str, object]:
    """What a chat server shows: to who gave a command alone, and below a message otherwise."""
    kind = "ephemeral" if fields["command"] else "comment"
    # The text is Markdown, in which Mattermost need not look for Slack's marks.
    return {"response_type": kind, "text": text, "skip_slack_parsing": True}
