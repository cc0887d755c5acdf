"""The manifest of the Slack app: what the code needs, and nothing else."""

import inspect
import json
from typing import Any

import pytest
from chatting import BOT_TOKEN, ME, StandIn, mention
from conftest import Pincite

from web.blocks import notice
from web.manifest import manifest, scopes
from web.slack import SlackWeb, slack_web
from web.slack_tasks import event

URL = "https://pincite.example"

# What Slack documents: the scope of each method and event.
SCOPES = {
    "chat.postMessage": "chat:write",
    "chat.update": "chat:write",
    "chat.unfurl": "links:write",
    "app_mention": "app_mentions:read",
    "link_shared": "links:read",
    "message.channels": "channels:history",
    "message.groups": "groups:history",
    "message.im": "im:history",
    "message.mpim": "mpim:history",
    "reaction_added": "reactions:read",
}
LINKS = [{"domain": "pincite.example", "url": f"{URL}/d/x"}]


def answered_events() -> list[str]:
    """The events that lead to something, of all that Slack has for what is written to an app."""
    written = {**mention("", "1.1"), "text": "When was the bridge opened?"}
    kinds = {"channels": "channel", "groups": "group", "im": "im", "mpim": "mpim"}
    happened: dict[str, dict[str, object]] = {
        "app_mention": written,
        "link_shared": {"type": "link_shared", "channel": "C", "message_ts": "1", "links": LINKS},
        "reaction_added": {"type": "reaction_added", "user": "U", "reaction": "eyes"},
        **{
            f"message.{name}": {**written, "type": "message", "channel_type": kind}
            for name, kind in kinds.items()
        },
    }
    told = {"event_id": "Ev1", "authorizations": [{"user_id": ME, "is_bot": True}]}
    return sorted(name for name, one in happened.items() if event({**told, "event": one}))


def called_methods(stand_in: StandIn) -> set[str]:
    """Slack's methods that answers can call."""
    web = slack_web(BOT_TOKEN, stand_in.api)
    values: dict[str, Any] = {"message": notice("x"), "where": {}, "unfurls": {}}
    for name, method in inspect.getmembers(web, inspect.ismethod):
        if not name.startswith("_"):
            names = list(inspect.signature(method).parameters)
            method(**{one: values.get(one, "x") for one in names})
    public = [name for name in vars(SlackWeb) if not name.startswith("_")]
    assert len(stand_in.calls) == len(public)
    return {call.path.removeprefix("/api/") for call in stand_in.calls}


def test_its_events_are_those_that_are_answered() -> None:
    told = manifest(URL)["settings"]["event_subscriptions"]["bot_events"]

    assert told == answered_events()


def test_its_scopes_are_those_of_events_and_methods(stand_in: StandIn) -> None:
    needed = {SCOPES[name] for name in (*answered_events(), *called_methods(stand_in))}

    # Slash commands and shortcuts have one of their own.
    assert manifest(URL)["oauth_config"]["scopes"]["bot"] == sorted({"commands", *needed})


def test_all_of_it_leads_to_the_server() -> None:
    told = manifest(f"{URL}/docs")
    there = f"{URL}/docs/slack/events"

    assert told["features"]["slash_commands"][0]["url"] == there
    assert told["settings"]["event_subscriptions"]["request_url"] == there
    assert told["settings"]["interactivity"] == {"is_enabled": True, "request_url": there}
    assert told["features"]["unfurl_domains"] == ["pincite.example"]
    assert told["settings"]["socket_mode_enabled"] is False


@pytest.mark.parametrize("url", ["", "http://localhost:8000", "https://10.0.0.1", "https://box"])
def test_with_socket_mode_it_leads_nowhere(url: str) -> None:
    told = manifest(url, socket_mode=True)

    assert told["settings"]["socket_mode_enabled"] is True
    assert "url" not in json.dumps(told)
    assert "unfurl" not in json.dumps(told)
    assert "links" not in json.dumps(told)
    assert told["settings"]["event_subscriptions"] == {"bot_events": ["app_mention", "message.im"]}
    assert told["oauth_config"]["scopes"]["bot"] == scopes("")


def test_with_socket_mode_links_unfold_where_there_is_a_domain() -> None:
    told = manifest(URL, socket_mode=True)

    assert told["features"]["unfurl_domains"] == ["pincite.example"]
    assert "link_shared" in told["settings"]["event_subscriptions"]["bot_events"]


def test_it_stays_within_the_limits_of_slack() -> None:
    told = manifest(URL)
    (shortcut,) = told["features"]["shortcuts"]
    (command,) = told["features"]["slash_commands"]

    assert len(told["display_information"]["name"]) <= 35
    assert len(told["display_information"]["description"]) < 140
    assert (len(shortcut["name"]) <= 24, len(shortcut["description"]) <= 150) == (True, True)
    assert (len(command["description"]) <= 2000, len(command["usage_hint"]) <= 1000) == (
        True,
        True,
    )


def test_the_command_prints_it_and_nothing_else(pincite: Pincite) -> None:
    outcome = pincite("slack", "manifest", "--public-url", f"{URL}/")

    assert (outcome.status, outcome.err) == (0, "")
    assert json.loads(outcome.out) == manifest(URL)


def test_the_command_takes_the_setting(pincite: Pincite, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PINCITE_PUBLIC_URL", URL)

    assert json.loads(pincite("slack", "manifest").out) == manifest(URL)


def test_what_is_left_out_is_said(pincite: Pincite) -> None:
    outcome = pincite("slack", "manifest", "--socket-mode")

    assert outcome.status == 0
    assert json.loads(outcome.out) == manifest("", socket_mode=True)
    assert "will not unfold" in outcome.err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "give --public-url https://pincite.example"),
        (["--public-url", "http://pincite.example"], "Slack sends to https addresses alone"),
        (["--public-url", "https://localhost:8000"], "Slack cannot reach"),
        (["--public-url", "pincite.example"], "--public-url='pincite.example' cannot be used"),
    ],
)
def test_an_address_that_slack_cannot_use_is_refused(
    pincite: Pincite, arguments: list[str], said: str
) -> None:
    outcome = pincite("slack", "manifest", *arguments)

    assert (outcome.status, outcome.out) == (1, "")
    assert said in outcome.err
    assert outcome.err.count("\n") == 1
