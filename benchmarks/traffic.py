"""What a busy minute of Slack sends: mentions, most of all, out of order and repeated."""

import json
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlencode

# The workspace, and the id that the app itself has in it.
ME = "U0PINCITE"
TEAM = "T0TEAM"

_EVENTS_TYPE = "application/json"
_FORM_TYPE = "application/x-www-form-urlencoded"

# Of the events, so many are commands, direct messages, and mentions that come as two events.
_COMMANDS, _DIRECT, _TWINS = 0.08, 0.12, 0.12
# Of the messages in channels, so many begin a thread.
_ROOTS = 0.6
_CHANNELS = 20
_SEED = 5


@dataclass(frozen=True, slots=True)
class Asked:
    """A question and where its answer belongs: "CHANNEL/THREAD", or the path of a response URL."""

    text: str
    place: str


@dataclass(frozen=True, slots=True)
class Delivery:
    """What Slack sends after so many seconds, with the number that Slack gives to retries.

    Slack gives up a command that fails; a person gives it again, with another `trigger`.
    """

    after: float
    asked: Asked
    payload: Mapping[str, object]
    retry: int = 0

    @property
    def is_command(self) -> bool:
        """Whether it is a slash command, and no event."""
        return "command" in self.payload

    def sent(self, attempt: int) -> tuple[bytes, dict[str, str]]:
        """Body and headers, the signature's aside, of the so-manieth attempt (0 is the first)."""
        if self.is_command:
            trigger = f"{self.payload['trigger_id']}.{attempt}"
            body = urlencode({**self.payload, "trigger_id": trigger})
            return body.encode(), {"Content-Type": _FORM_TYPE}
        headers = {"Content-Type": _EVENTS_TYPE}
        if number := self.retry + attempt:
            headers["X-Slack-Retry-Num"] = str(number)
            headers["X-Slack-Retry-Reason"] = "http_error" if attempt else "http_timeout"
        return json.dumps(self.payload).encode(), headers


@dataclass(frozen=True, slots=True)
class Minute:
    """How much is sent: so many events in so many seconds, of which some are sent three times.

    The server ends after `restart` seconds.
    """

    events: int = 500
    retried: int = 100
    seconds: float = 60.0
    restart: float = 30.0

    @property
    def questions(self) -> int:
        """How many questions are asked: a mention that comes as two events is one."""
        return self.events - int(self.events * _TWINS)


def plan(minute: Minute, questions: Sequence[str], now: float, *, answers: str) -> list[Delivery]:
    """All that is sent, in the order it is sent; response URLs begin with `answers`.

    Messages are named by `now`, in seconds since 1970, so that none was there before.

    Every event has its time by chance, so that replies come before what they reply
    to; the two of a mention are less than a second apart. Of those retried, the first
    retry comes together with the event, or soon after, and the second some seconds
    after, or after the restart.
    """
    chance = random.Random(_SEED)
    events = []
    for one, twin in _events(minute, questions, now, answers, chance):
        after = chance.uniform(0, minute.seconds)
        events.append(replace(one, after=after))
        if twin:
            beside = min(max(after + chance.uniform(-1, 1), 0), minute.seconds)
            events.append(replace(twin, after=beside))
    repeatable = [event for event in events if not event.is_command]
    retries = [
        retry
        for event in chance.sample(repeatable, minute.retried)
        for retry in _retries(event, minute, chance)
    ]
    return sorted([*events, *retries], key=lambda delivery: delivery.after)


def _retries(event: Delivery, minute: Minute, chance: random.Random) -> Iterator[Delivery]:
    soon = chance.choice([0.0, 0.02, 0.2, 1.0])
    later = soon + chance.uniform(1, 5)
    if event.after < minute.restart and chance.random() < 0.5:
        later = chance.uniform(minute.restart, minute.seconds) - event.after
    yield replace(event, after=event.after + soon, retry=1)
    yield replace(event, after=event.after + max(soon, later), retry=2)


def _events(
    minute: Minute, questions: Sequence[str], now: float, answers: str, chance: random.Random
) -> Iterator[tuple[Delivery, Delivery | None]]:
    """What is asked, and beside it the second event of what comes as two."""
    commands, direct = int(minute.events * _COMMANDS), int(minute.events * _DIRECT)
    twins = int(minute.events * _TWINS)
    roots: list[tuple[str, str]] = []
    for number, text in enumerate(questions):
        ts = f"{now + number / 1000:.6f}"
        if number < commands:
            yield _command(text, f"{now:.0f}.{number}", answers), None
            continue
        if number < commands + direct:
            message = _message(text, ts, f"D0{number}")
            yield _event(text, {**message, "channel_type": "im"}), None
            continue
        channel, thread = f"C0{chance.randrange(_CHANNELS)}", ""
        if roots and chance.random() > _ROOTS:
            channel, thread = chance.choice(roots)
        else:
            roots.append((channel, ts))
        message = _message(f"<@{ME}> {text}", ts, channel, thread)
        mention = _event(text, {**message, "type": "app_mention"})
        twin = _event(text, {**message, "channel_type": "channel"})
        yield mention, twin if number < commands + direct + twins else None


def _message(text: str, ts: str, channel: str, thread: str = "") -> dict[str, object]:
    return {
        "type": "message",
        "user": "U0ASKS",
        "text": text,
        "ts": ts,
        "event_ts": ts,
        "channel": channel,
        **({"thread_ts": thread} if thread else {}),
    }


def _event(text: str, message: Mapping[str, object]) -> Delivery:
    place = f"{message['channel']}/{message.get('thread_ts', message['ts'])}"
    payload = {
        "type": "event_callback",
        "token": "deprecated",
        "team_id": TEAM,
        "api_app_id": "A0PINCITE",
        "event_id": f"Ev{message['ts']}{message['type']}",
        "event_time": int(float(str(message["ts"]))),
        "authorizations": [{"team_id": TEAM, "user_id": ME, "is_bot": True}],
        "event": message,
    }
    return Delivery(0.0, Asked(text, place), payload)


def _command(text: str, trigger: str, answers: str) -> Delivery:
    path = f"/commands/{trigger}"
    payload = {
        "command": "/pincite",
        "text": text,
        "team_id": TEAM,
        "channel_id": "C0COMMANDS",
        "user_id": "U0ASKS",
        "trigger_id": trigger,
        "response_url": answers + path,
    }
    return Delivery(0.0, Asked(text, path), payload)
