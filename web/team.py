"""Settings of team chat: secrets from the environment, rules from one file."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from index import Filter, FilterError
from qa import SettingsError

_HOST = re.compile(r"(?:[a-z0-9._-]+|\[[0-9a-f:.]+\])(?::[0-9]{1,5})?")
_SHORTEST_TOKEN = 16

# Slack's ids, and those of Mattermost and Rocket.Chat, whose first channel is called by a word.
_ID = re.compile(r"[CDGET][A-Z0-9]{5,}|[A-Za-z0-9]{17,}|GENERAL")

_FILTERS = {
    "in": "within",
    "author": "authors",
    "tag": "tags",
    "after": "after",
    "before": "before",
}
_OF_ONE_VALUE = ("after", "before")


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamSettings:
    """What team chat may do; what is empty is switched off.

    `public_url` begins every link to this server (no slash at its end);
    `signing_secret`, `bot_token` and `app_token` are Slack's; `hook_tokens` are
    those that `/hooks/slash` takes. `post_hosts` are the hosts ("host" or
    "host:port") that answers may be sent to besides Slack's own. `channels` and
    `teams` hold filters by id; the channel "default" stands for those not named.
    """

    public_url: str = ""
    signing_secret: str = field(default="", repr=False)
    bot_token: str = field(default="", repr=False)
    app_token: str = field(default="", repr=False)
    hook_tokens: tuple[str, ...] = field(default=(), repr=False)
    post_hosts: tuple[str, ...] = ()
    channels: Mapping[str, Filter] = field(default_factory=dict)
    teams: Mapping[str, Filter] = field(default_factory=dict)

    @classmethod
    def from_environment(cls, environment: Mapping[str, str], library: Path) -> "TeamSettings":
        """Settings from the environment and the team file, by default `team.toml` in the library.

        Raises `SettingsError` for a value or a file that cannot be used.
        """

        def value(name: str) -> str:
            return environment.get(f"PINCITE_{name}", "").strip()

        named = value("TEAM_FILE")
        rules = _read_rules(team_file(environment, library), required=bool(named))
        if value("SLACK_SIGNING_SECRET") and not value("SLACK_BOT_TOKEN"):
            raise SettingsError(
                "PINCITE_SLACK_SIGNING_SECRET is set and PINCITE_SLACK_BOT_TOKEN is not: nothing "
                "could be answered in Slack; set both, or neither"
            )
        return cls(
            public_url=public_url(value("PUBLIC_URL")),
            signing_secret=value("SLACK_SIGNING_SECRET"),
            bot_token=_slack_token("SLACK_BOT_TOKEN", value("SLACK_BOT_TOKEN"), "xoxb-"),
            app_token=_slack_token("SLACK_APP_TOKEN", value("SLACK_APP_TOKEN"), "xapp-"),
            hook_tokens=_hook_tokens(value("HOOK_TOKENS")),
            **rules,
        )

    def only(self, team: str, channel: str) -> Filter | None:
        """What a question from there may be asked of: both rules hold; None is everything."""
        of_channel = self.channels.get(channel, self.channels.get("default")) or None
        of_team = self.teams.get(team) or None
        if of_channel and of_team:
            return of_channel.and_also(of_team)
        return of_channel or of_team


def team_file(environment: Mapping[str, str], library: Path) -> Path:
    """Where the rules of team chat stand, if there are any."""
    named = environment.get("PINCITE_TEAM_FILE", "").strip()
    return Path(named).expanduser() if named else library / "team.toml"


def public_url(text: str, *, name: str = "PINCITE_PUBLIC_URL") -> str:
    """An address without a slash at its end; `SettingsError`, with the name, if it is none."""
    if not text:
        return ""
    try:
        parts = urlsplit(text)
        usable = (
            parts.scheme in {"http", "https"}
            and _HOST.fullmatch(parts.netloc.lower()) is not None
            and parts.port != 0
            and re.fullmatch(r"[A-Za-z0-9/._~-]*", parts.path) is not None
            and not {"?", "#"} & set(text)
        )
    except ValueError:
        usable = False
    if not usable:
        raise SettingsError(
            f"{name}={text!r} cannot be used: it must be the address that others "
            "reach this server at, such as https://pincite.example"
        )
    return text.rstrip("/")


def _slack_token(name: str, token: str, prefix: str) -> str:
    # The value is a secret, even where it is the wrong one.
    if token and not (token.startswith(prefix) and token.isascii() and token.isprintable()):
        raise SettingsError(f"PINCITE_{name} cannot be used: such a token begins with {prefix!r}")
    return token


def _hook_tokens(text: str) -> tuple[str, ...]:
    tokens = tuple(filter(None, (token.strip() for token in text.split(","))))
    for number, token in enumerate(tokens, 1):
        if len(token) < _SHORTEST_TOKEN:
            raise SettingsError(
                f"token {number} of PINCITE_HOOK_TOKENS can be guessed: it has {len(token)} "
                f"characters; use the one that your chat server made, of {_SHORTEST_TOKEN} or more"
            )
    return tokens


def _read_rules(path: Path, *, required: bool) -> dict[str, Any]:
    """The file's part of the settings by field."""
    try:
        told = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        if required:
            msg = f"there is no file {str(path)!r}; check PINCITE_TEAM_FILE"
            raise SettingsError(msg) from None
        return {}
    except OSError as error:
        raise SettingsError(f"{str(path)!r} cannot be read: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"{str(path)!r} is not valid TOML: {error}") from error
    try:
        return _rules(told)
    except (ValueError, FilterError) as error:
        raise SettingsError(f"{str(path)!r} cannot be used: {error}") from error


def _rules(told: Mapping[str, object]) -> dict[str, Any]:
    _check_names(told, ("post_hosts", "channels", "teams"), "the file")
    hosts = tuple(host.lower() for host in _texts(told.get("post_hosts", []), "post_hosts"))
    for host in hosts:
        if not _HOST.fullmatch(host):
            msg = f"post_hosts names {host!r}; write a host such as 'chat.example' or with a port"
            raise ValueError(msg)
    return {
        "post_hosts": hosts,
        "channels": _filters(told.get("channels", {}), "channels"),
        "teams": _filters(told.get("teams", {}), "teams"),
    }


def _filters(told: object, kind: str) -> dict[str, Filter]:
    filters = {}
    for name, rule in _table(told, kind).items():
        where = f"{kind}.{name}"
        if not (_ID.fullmatch(name) or (kind, name) == ("channels", "default")):
            raise ValueError(
                f"[{where}] would never hold: {name!r} is a name, and not an id; chat servers "
                "show the id in a channel's details, and in its address (Slack: C0123456789)"
            )
        values = {}
        _check_names(table := _table(rule, where), tuple(_FILTERS), f"[{where}]")
        for key, value in table.items():
            texts = _texts(value, f"{key!r} of [{where}]")
            if key in _OF_ONE_VALUE and len(texts) != 1:
                raise ValueError(f"{key!r} of [{where}] must be one date")
            values[_FILTERS[key]] = texts[0] if key in _OF_ONE_VALUE else texts
        try:
            filters[name] = Filter(**values)  # type: ignore[arg-type]  # checked above
        except FilterError as error:
            raise ValueError(f"[{where}]: {error}") from error
    return filters


def _table(told: object, name: str) -> Mapping[str, object]:
    if not isinstance(told, dict):
        raise ValueError(f"{name!r} must be a table, such as [{name}]")
    return told


def _texts(told: object, name: str) -> tuple[str, ...]:
    """One text, or a list of texts, as texts."""
    texts = told if isinstance(told, list) else [told]
    if not all(isinstance(text, str) for text in texts):
        raise ValueError(f"{name} must be text in quotation marks, or a list of such")
    return tuple(texts)


def _check_names(told: Mapping[str, object], known: tuple[str, ...], where: str) -> None:
    for name in told:
        if name not in known:
            msg = f"{where} has {name!r}, which nothing reads; it may have {', '.join(known)}"
            raise ValueError(msg)
