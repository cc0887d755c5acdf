"""What Slack sends, as values of the kinds that it documents."""

import json
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import parse_qsl

# All that is asked of us; a command has no type.
_TYPES = {
    None,
    "app_rate_limited",
    "block_actions",
    "event_callback",
    "message_action",
    "url_verification",
}


class Malformed(ValueError):
    """What Slack sent is not what Slack documents; the message says what is missing."""


def checked_payload(body: bytes, kind: str) -> Mapping[str, Any]:
    """What a body of a media type says, read as Bolt reads it.

    Raises `Malformed`, or another `ValueError`, for what Slack never sends.
    """
    text = body.decode()
    if kind == "application/json" or text.startswith("{"):
        told = json.loads(text)
    else:
        told = dict(parse_qsl(text, strict_parsing=True, keep_blank_values=True))
        if "payload" in told:
            told = json.loads(told["payload"])
    if not isinstance(told, dict):
        raise Malformed("it is no object")
    # An escape may name half a character, which nothing can store.
    json.dumps(told, ensure_ascii=False).encode()
    _check(told)
    return told


def _check(payload: Mapping[str, Any]) -> None:
    """Raise `Malformed` for what Bolt would stumble over."""
    objects = ("event", "team", "user", "channel", "enterprise", "message", "container", "view")
    _check_objects(payload, objects)
    granted = payload.get("authorizations") or []
    if not isinstance(granted, list) or not all(isinstance(one, dict) for one in granted):
        raise Malformed("its 'authorizations' are no list of objects")
    kind = payload.get("type")
    if not isinstance(kind, str | None) or kind not in _TYPES:
        raise Malformed(f"its type is {str(kind)[:40]!r}")
    if kind == "event_callback":
        event = payload.get("event")
        if not isinstance(event, dict) or not isinstance(event.get("type"), str):
            raise Malformed("its event has no type")
        _check_objects(event, ("user", "channel"))
    if kind == "block_actions":
        actions = payload.get("actions")
        if not isinstance(actions, list) or not actions or not isinstance(actions[0], dict):
            raise Malformed("it has no action")


def _check_objects(payload: Mapping[str, Any], names: Iterable[str]) -> None:
    for name in names:
        if not isinstance(payload.get(name), dict | str | None):
            raise Malformed(f"its {name!r} is no object")


def object_of(body: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """The object of that name; raises `Malformed`."""
    value = body.get(name)
    if not isinstance(value, dict):
        raise Malformed(f"the payload has no {name!r}")
    return value


def id_of(body: Mapping[str, Any], name: str) -> str:
    """The id of the object of that name; raises `Malformed`."""
    return text_of(object_of(body, name), "id")


def text_of(body: Mapping[str, Any], name: str, *, optional: bool = False) -> str:
    """The text of that name, empty only if it is `optional`; raises `Malformed`."""
    value = body.get(name)
    if value is None and optional:
        return ""
    if not isinstance(value, str) or not (value or optional):
        raise Malformed(f"the payload has no {name!r}")
    return value
