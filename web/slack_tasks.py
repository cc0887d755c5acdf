"""What of all that Slack sends is something to do, and what exactly."""

import hashlib
import html
import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

from qa import LONGEST_QUESTION, literal
from web.blocks import asked_turn
from web.slack_payloads import Malformed, id_of, object_of, text_of

Kind = Literal[
    "question",
    "help",
    "sources",
    "status",
    "context",
    "share",
    "helpful",
    "wrong_source",
    "unfurl",
]

_SUBCOMMANDS: Mapping[str, Kind] = {"help": "help", "sources": "sources", "status": "status"}
# The buttons below an answer, by their action ids.
ACTIONS: tuple[Kind, ...] = ("context", "share", "helpful", "wrong_source")

# Of all messages, those that a person wrote and everyone in the channel sees.
_SUBTYPES = {"", "file_share", "thread_broadcast"}
_LINK = re.compile(r"<(https?|mailto):[^<|>]*\|([^<>]*)>|<((?:https?|mailto):[^<>]*)>")
_MENTION = re.compile(r"<([@#!])([^<|>]*)(?:\|([^<>]*))?>")


@dataclass(frozen=True, slots=True)
class Task:
    """Something to do for somebody in Slack.

    `text` is the question. The outcome goes to `response_url` where there is one,
    which only who asked sees, and else to the channel; either in its thread `thread`.
    `conversation` and `turn` are those of the answer whose button was pressed, which
    only one person sees where it is `private`.
    `unfurl` is where the `links` were seen, as `chat.unfurl` wants it said.
    """

    kind: Kind
    team: str
    channel: str
    text: str = ""
    thread: str = ""
    response_url: str = ""
    conversation: str = ""
    turn: int = 0
    private: bool = False
    links: tuple[str, ...] = ()
    unfurl: tuple[tuple[str, str], ...] = ()

    @property
    def place(self) -> str:
        """The name of the thread that is talked in; empty where what is said is private."""
        if not self.thread or self.response_url:
            return ""
        return f"slack/{self.team}/{self.channel}/{self.thread}"

    def as_json(self) -> dict[str, object]:
        """The task as plain values."""
        return asdict(self)

    @classmethod
    def of_json(cls, values: Mapping[str, Any]) -> "Task":
        """The task that `as_json` wrote down."""
        links = tuple(values["links"])
        unfurl = tuple((name, value) for name, value in values["unfurl"])
        return cls(**{**values, "links": links, "unfurl": unfurl})


@dataclass(frozen=True, slots=True)
class Received:
    """A task and the key by which it is known if it comes again."""

    key: str
    task: Task


def command(body: Mapping[str, Any]) -> Received:
    """What a slash command asks for; raises `Malformed`."""
    text = plain_text(text_of(body, "text", optional=True))
    task = Task(
        kind=_kind(text),
        team=text_of(body, "team_id", optional=True),
        channel=text_of(body, "channel_id"),
        text=text,
        response_url=text_of(body, "response_url"),
        private=True,
    )
    return Received(f"slack/command/{_trigger(body)}", task)


def shortcut(body: Mapping[str, Any]) -> Received:
    """What the shortcut on a message asks for: a source for what the message says."""
    message = object_of(body, "message")
    task = Task(
        kind="question",
        team=_team(body),
        channel=id_of(body, "channel"),
        # Somebody's own words: nothing in them is a filter or a phrase.
        text=literal(_beginning(plain_text(_said(message)))),
        thread=text_of(message, "thread_ts", optional=True),
        response_url=text_of(body, "response_url"),
        private=True,
    )
    return Received(f"slack/shortcut/{_trigger(body)}", task)


def action(body: Mapping[str, Any]) -> Received:
    """What a pressed button asks for; raises `Malformed`."""
    actions = body.get("actions")
    pressed = actions[0] if isinstance(actions, list) and actions else None
    if not isinstance(pressed, dict):
        raise Malformed("the payload has no action")
    name = text_of(pressed, "action_id")
    kind = next((one for one in ACTIONS if one == name), None)
    if kind is None:
        raise Malformed(f"no button of ours has the action_id {name!r}")
    value = text_of(pressed, "value")
    if (asked := asked_turn(value)) is None:
        raise Malformed(f"no button of ours has the value {value[:40]!r}")
    conversation, turn = asked
    container = object_of(body, "container")
    task = Task(
        kind=kind,
        team=_team(body),
        channel=id_of(body, "channel"),
        thread=text_of(container, "thread_ts", optional=True),
        response_url=text_of(body, "response_url"),
        conversation=conversation,
        turn=turn,
        private=bool(container.get("is_ephemeral")),
    )
    # Whoever presses twice wants it shared once.
    once = f"{task.channel}/{conversation}/{turn}" if kind == "share" else _trigger(body)
    return Received(f"slack/{kind}/{once}", task)


def event(body: Mapping[str, Any]) -> Received | None:
    """What an event asks for; None if nothing. Raises `Malformed`."""
    happened = object_of(body, "event")
    kind = text_of(happened, "type")
    if kind == "link_shared":
        return _links(body, happened)
    if kind not in {"app_mention", "message"} or not _is_of_a_person(body, happened):
        return None
    me = _own_id(body)
    text = text_of(happened, "text", optional=True)
    mentioned = kind == "app_mention" or (me and f"<@{me}" in text)
    direct = happened.get("channel_type") == "im"
    if not mentioned and not direct:
        return None
    asked = plain_text(_without_mention(text, me))
    if not asked and not mentioned:
        return None
    team = text_of(body, "team_id", optional=True)
    channel, posted = text_of(happened, "channel"), text_of(happened, "ts")
    task = Task(
        kind=_kind(asked),
        team=team,
        channel=channel,
        text=asked,
        thread=text_of(happened, "thread_ts", optional=True) or posted,
    )
    # A mention comes as two events: the message tells that they are one.
    return Received(f"slack/message/{team}/{channel}/{posted}", task)


def plain_text(text: str) -> str:
    """What somebody wrote in Slack, without Slack's own marks."""
    text = _LINK.sub(lambda link: link[2] or link[3] or "", text)
    text = _MENTION.sub(lambda one: f"{'#' if one[1] == '#' else ''}{one[3] or ''}", text)
    return html.unescape(text).strip()


def _said(message: Mapping[str, Any]) -> str:
    """What a message says; of one that is forwarded, or a bot's, what it holds."""
    if text := text_of(message, "text", optional=True):
        return text
    attached = message.get("attachments")
    texts = [
        text_of(one, "text", optional=True) or text_of(one, "fallback", optional=True)
        for one in (attached if isinstance(attached, list) else [])
        if isinstance(one, dict)
    ]
    return "\n".join(filter(None, texts))


def _links(body: Mapping[str, Any], shared: Mapping[str, Any]) -> Received | None:
    links = shared.get("links")
    if not isinstance(links, list):
        raise Malformed("the event has no list of links")
    urls = tuple(text_of(link, "url") for link in links if isinstance(link, dict))
    # A message that is still being written is named by an id of its own.
    draft = text_of(shared, "unfurl_id", optional=True), text_of(shared, "source", optional=True)
    if all(draft):
        where = (("unfurl_id", draft[0]), ("source", draft[1]))
    else:
        where = (("channel", text_of(shared, "channel")), ("ts", text_of(shared, "message_ts")))
    task = Task(
        kind="unfurl",
        team=text_of(body, "team_id", optional=True),
        channel=text_of(shared, "channel", optional=True),
        links=urls,
        unfurl=where,
    )
    return Received(f"slack/event/{text_of(body, 'event_id')}", task)


def _is_of_a_person(body: Mapping[str, Any], message: Mapping[str, Any]) -> bool:
    """Whether a person wrote it, and now: not a bot, not we, and no edit, joining or the like."""
    subtype = text_of(message, "subtype", optional=True)
    if subtype not in _SUBTYPES or message.get("hidden") or message.get("edited"):
        return False
    if message.get("bot_id") or message.get("bot_profile"):
        return False
    user = text_of(message, "user", optional=True)
    return user not in {"", "USLACKBOT", _own_id(body)}


def _own_id(body: Mapping[str, Any]) -> str:
    """The user id that the app itself has in the workspace; empty where Slack does not say."""
    granted = body.get("authorizations")
    first = granted[0] if isinstance(granted, list) and granted else None
    if not isinstance(first, dict) or not first.get("is_bot", True):
        return ""
    return str(first.get("user_id") or "")


def _without_mention(text: str, me: str) -> str:
    """The text without the app's mention; where its id is unknown, without the first one."""
    if me:
        return re.sub(rf"<@{re.escape(me)}(?:\|[^>]*)?>", " ", text)
    return re.sub(r"<@[^>]*>", " ", text, count=1)


def _beginning(text: str) -> str:
    """As much of a message as may be asked at once."""
    if len(text) <= LONGEST_QUESTION:
        return text
    return text[:LONGEST_QUESTION].rsplit(maxsplit=1)[0]


def _kind(text: str) -> Kind:
    return _SUBCOMMANDS.get(text.lower(), "question") if text else "help"


def _trigger(body: Mapping[str, Any]) -> str:
    """What tells a press of a button or a command from all others."""
    if trigger := text_of(body, "trigger_id", optional=True):
        return trigger
    told = json.dumps(body, sort_keys=True)
    return hashlib.sha256(told.encode(errors="surrogatepass")).hexdigest()


def _team(body: Mapping[str, Any]) -> str:
    """The workspace; where an app is installed for many, that of who acts."""
    if body.get("team") is None:
        return text_of(object_of(body, "user"), "team_id", optional=True)
    return id_of(body, "team")
