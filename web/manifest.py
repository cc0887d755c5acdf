"""The manifest of the Slack app: what it may do, and where Slack sends what happens."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from qa import SettingsError
from web.callers import is_this_machine

EVENTS_PATH = "/slack/events"

# The scope that each event and each method needs; nothing else is asked for.
EVENTS = {"app_mention": "app_mentions:read", "message.im": "im:history"}
METHODS = {"chat.postMessage": "chat:write", "chat.update": "chat:write"}
UNFURL_EVENTS = {"link_shared": "links:read"}
UNFURL_METHODS = {"chat.unfurl": "links:write"}
# That of slash commands and of shortcuts.
_COMMANDS = "commands"


def manifest(public_url: str, *, socket_mode: bool = False) -> dict[str, Any]:
    """The manifest as Slack's pages take it, for a server at an address (no slash at its end).

    With `socket_mode` Slack sends nothing to the address, which may be empty then.
    Raises `SettingsError` for an address that Slack cannot send to.
    """
    if not socket_mode:
        _check(public_url)
    where = {} if socket_mode else {"request_url": public_url + EVENTS_PATH}
    domain = unfurl_domain(public_url)
    events = {**EVENTS, **(UNFURL_EVENTS if domain else {})}
    return {
        "display_information": {
            "name": "Pincite",
            "description": "Ask the team's documents; get the quoted passage with its page.",
        },
        "features": {
            # Without this tab nobody can write to the app.
            "app_home": {
                "home_tab_enabled": False,
                "messages_tab_enabled": True,
                "messages_tab_read_only_enabled": False,
            },
            "bot_user": {"display_name": "pincite", "always_online": True},
            "shortcuts": [
                {
                    "name": "Find a source for this",
                    "type": "message",
                    "callback_id": "find_source",
                    "description": "Look in the documents for what the message says.",
                }
            ],
            "slash_commands": [
                {
                    "command": "/pincite",
                    **({} if socket_mode else {"url": public_url + EVENTS_PATH}),
                    "description": "Ask the documents; only you see the answer.",
                    "usage_hint": "QUESTION, or: help, sources, status",
                    "should_escape": False,
                }
            ],
            **({"unfurl_domains": [domain]} if domain else {}),
        },
        "oauth_config": {"scopes": {"bot": scopes(public_url)}},
        "settings": {
            "event_subscriptions": {**where, "bot_events": sorted(events)},
            "interactivity": {"is_enabled": True, **where},
            "org_deploy_enabled": False,
            "socket_mode_enabled": socket_mode,
            "token_rotation_enabled": False,
        },
    }


def scopes(public_url: str) -> list[str]:
    """The bot scopes that the app needs, by name."""
    needed: list[Mapping[str, str]] = [EVENTS, METHODS]
    if unfurl_domain(public_url):
        needed += [UNFURL_EVENTS, UNFURL_METHODS]
    return sorted({_COMMANDS, *(scope for one in needed for scope in one.values())})


def unfurl_domain(public_url: str) -> str:
    """The domain whose links unfold in Slack; empty for what is no public https domain."""
    parts = urlsplit(public_url)
    host = parts.hostname or ""
    # The last part of an IP address is no top-level domain.
    is_domain = "." in host and host.rpartition(".")[2].isalpha()
    return host if parts.scheme == "https" and is_domain else ""


def _check(public_url: str) -> None:
    if not public_url:
        raise SettingsError(
            "Slack must be told where it reaches this server: give --public-url "
            "https://pincite.example (or set PINCITE_PUBLIC_URL), or use --socket-mode, "
            "which needs no public address"
        )
    parts = urlsplit(public_url)
    if parts.scheme != "https":
        raise SettingsError(
            f"Slack sends to https addresses alone, and {public_url!r} is none: put the server "
            "behind a proxy with TLS, or use --socket-mode, which needs no public address"
        )
    if is_this_machine(parts.hostname or ""):
        raise SettingsError(
            f"Slack cannot reach {public_url!r}, which is this machine's own name for itself: "
            "give its public address, or use --socket-mode"
        )
