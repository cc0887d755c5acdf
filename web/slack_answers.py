"""Doing what was asked for in Slack, from the task that was kept to the message that is seen."""

import logging
import re
from collections.abc import Mapping
from functools import partial
from typing import Protocol, cast
from urllib.parse import urlsplit

from index import (
    ConversationMissing,
    Entry,
    Filter,
    KeptTurn,
    LibraryError,
    LibraryLocked,
    Verdict,
)
from qa import (
    Answer,
    AnswerJson,
    answer_json,
    ask_in,
    citation_json,
    found_again,
    shown_turns,
)
from web.answering import Later
from web.blocks import Block, Message, answer_message, notice, unfurled
from web.desk import Desk
from web.slack_tasks import Task
from web.subcommands import said_of_itself
from web.texts import say

_LOG = logging.getLogger(__name__)

# The door of the inbox by which tasks come.
DOOR = "slack"

_VERDICTS: Mapping[str, Verdict] = {"helpful": "helpful", "wrong_source": "wrong source"}
# Where Slack says that a link stands in what is still being written.
_COMPOSER = "COMPOSER"
_LINK = re.compile(r"/d/([0-9a-zA-Z_-]+)/([0-9]{1,12})-([0-9]{1,12})-([a-z2-7]{12}[0-9]{1,9})")


class Slack(Protocol):
    """Slack's methods that answers need."""

    def post(self, channel: str, thread: str, message: Message) -> str:
        """Post a message in a thread; returns its ts, empty where Slack refuses it."""

    def update(self, channel: str, ts: str, message: Message) -> bool:
        """Put a message in the place of one of ours; False where Slack refuses it."""

    def unfurl(self, where: Mapping[str, str], unfurls: Mapping[str, object]) -> None:
        """Show what links lead to."""


class SlackAnswers:
    """Answers tasks from Slack.

    What was asked and answered is noted before it is posted, so that a task that is
    taken up again is posted and not asked once more.
    """

    def __init__(self, desk: Desk, slack: Slack) -> None:
        self._desk = desk
        self._slack = slack

    def answer(self, entry: Entry) -> None:
        """Do what an entry asks for; raises `Later`."""
        task = Task.of_json(entry.content)
        match task.kind:
            case "question":
                self._reply(entry, task, self._answered(entry, task))
            case "help" | "sources" | "status":
                self._reply(entry, task, self._told(task))
            case "unfurl":
                self._unfurl(task)
            case _:
                self._pressed(entry, task)

    def tell(self, entry: Entry) -> None:
        """Say that an answer takes longer; in a thread it takes the place of what is said here."""
        task = Task.of_json(entry.content)
        if task.kind != "question" or "told" in entry.progress:
            return
        message = notice(say("team.working"))
        if task.response_url:
            told = "here" if self._respond(entry, task, message) else ""
        else:
            told = self._slack.post(task.channel, task.thread, message)
        if told:
            self._desk.inbox.note(entry.key, told=told)

    def _answered(self, entry: Entry, task: Task) -> Message:
        rule = self._desk.team.only(task.team, task.channel)
        answer = self._desk.answered(entry, partial(self._asked, entry, task, rule), rule)
        if isinstance(answer, str):
            return notice(answer)
        if isinstance(answer, Answer):
            return answer_message(answer_json(answer), base=self._desk.base)
        return self._message(answer, private=task.private)

    def _asked(self, entry: Entry, task: Task, rule: Filter | None) -> KeptTurn | Answer:
        place, library = task.place, self._desk.library
        before = library.threads.conversation(place) if place else None
        try:
            turn = self._kept(entry, rule) or self._ask(entry, task.text, before, rule)
            if place and turn.conversation != before:
                library.threads.keep(place, turn.conversation)
        except LibraryLocked as error:
            # By a rebuild, say. What cannot be kept can be told all the same.
            _LOG.warning("%r is answered and not kept: %s", entry.key, error)
            return self._desk.bot.ask(task.text, only=rule)
        return turn

    def _ask(
        self, entry: Entry, text: str, conversation: str | None, rule: Filter | None
    ) -> KeptTurn:
        ask = partial(ask_in, self._desk.bot, self._desk.library, rule=rule)
        try:
            turn = ask(conversation, text)
        except ConversationMissing:
            # Deleted on the page meanwhile.
            turn = ask(None, text)
        self._desk.inbox.note(entry.key, conversation=turn.conversation, turn=turn.number)
        return turn

    def _kept(self, entry: Entry, rule: Filter | None) -> KeptTurn | None:
        """The turn that was asked for an entry before, if one was."""
        asked = entry.progress
        return self._turn(asked["conversation"], asked["turn"], rule) if "turn" in asked else None

    def _turn(self, conversation: str, number: int, rule: Filter | None) -> KeptTurn | None:
        """A turn that was kept, as a rule lets it be shown now; None if it was deleted."""
        try:
            turns = shown_turns(
                self._desk.library, conversation, after=number - 1, limit=1, rule=rule
            )
        except ConversationMissing:
            return None
        return next((turn for turn in turns if turn.number == number), None)

    def _message(self, turn: KeptTurn, *, private: bool, context: bool = False) -> Message:
        return answer_message(
            cast("AnswerJson", turn.answer),
            base=self._desk.base,
            shareable=private,
            conversation=turn.conversation,
            turn=turn.number,
            context=context,
        )

    def _told(self, task: Task) -> Message:
        only = self._desk.team.only(task.team, task.channel)
        # Who asks is in line too.
        waiting = max(0, self._desk.inbox.unanswered(DOOR) - 1)
        return notice(said_of_itself(task.kind, self._desk.library, only, waiting=waiting))

    def _pressed(self, entry: Entry, task: Task) -> None:
        """A button below an answer."""
        try:
            rule = self._desk.team.only(task.team, task.channel)
            turn = self._turn(task.conversation, task.turn, rule)
            if turn is None:
                self._respond(entry, task, notice(say("team.gone")))
            elif task.kind in _VERDICTS:
                verdict = _VERDICTS[task.kind]
                self._desk.library.feedback.give(turn.conversation, turn.number, verdict, note="")
                self._respond(entry, task, notice(say("team.noted")))
            elif task.kind == "context":
                message = self._message(turn, private=task.private, context=True)
                self._respond(entry, task, message, replace_original=True)
            else:
                self._share(entry, task, turn)
        except LibraryError as error:
            raise Later(str(error), seconds=30, failed=False) from error

    def _share(self, entry: Entry, task: Task, turn: KeptTurn) -> None:
        """Show all what one person saw, in its place."""
        if "shared" not in entry.progress:
            message = self._message(turn, private=False)
            if not self._respond(entry, task, message, response_type="in_channel"):
                # Whoever presses again may have more luck.
                self._desk.inbox.forget(entry.key)
                return
            self._desk.inbox.note(entry.key, shared=True)
        self._desk.respond(entry, task.response_url, {"delete_original": True})

    def _unfurl(self, task: Task) -> None:
        if task.channel == _COMPOSER and self._desk.team.channels:
            # Nobody knows yet where it will be read.
            return
        unfurls = {}
        kept = self._desk.library.kept(self._desk.team.only(task.team, task.channel))
        for link in task.links:
            if blocks := self._quoted(link, kept):
                unfurls[link] = {"blocks": blocks}
        if unfurls:
            self._slack.unfurl(dict(task.unfurl), unfurls)

    def _quoted(self, link: str, kept: frozenset[str]) -> list[Block]:
        """What a link of our own leads to; nothing where nothing may be shown of it."""
        if not self._desk.base or not link.startswith(f"{self._desk.base}/"):
            return []
        path = urlsplit(link.removeprefix(self._desk.base)).path
        if (match := _LINK.fullmatch(path)) is None or match[1] not in kept:
            return []
        document = self._desk.library.document(match[1])
        if document is None:
            return []
        found = found_again(document, int(match[2]), int(match[3]), match[4])
        told = citation_json(document, found)
        if told["quote"] is None or told["citation"] is None:
            return []
        return unfurled(told["quote"], told["citation"])

    def _reply(self, entry: Entry, task: Task, message: Message) -> None:
        told = entry.progress.get("told", "")
        if task.response_url:
            self._respond(entry, task, message)
        # Somebody may have deleted what we said.
        elif not told or not self._slack.update(task.channel, told, message):
            self._slack.post(task.channel, task.thread, message)

    def _respond(
        self,
        entry: Entry,
        task: Task,
        message: Message,
        *,
        response_type: str = "ephemeral",
        replace_original: bool = False,
    ) -> bool:
        spoken: dict[str, object] = {
            "text": message.text,
            # What is quoted has asterisks of its own.
            "mrkdwn": False,
            "response_type": response_type,
            "replace_original": replace_original,
        }
        if task.thread:
            spoken["thread_ts"] = task.thread
        if message.blocks:
            spoken["blocks"] = list(message.blocks)
        return self._desk.respond(entry, task.response_url, spoken)
