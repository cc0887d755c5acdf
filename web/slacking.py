"""The command `slack`: Slack without a public address."""

import json
import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import click

from index import Library
from qa import Bot, Settings, SettingsError
from web.opening import open_bot, open_library
from web.options import with_settings
from web.team import TeamSettings, public_url


@click.group(
    invoke_without_command=True,
    epilog="""
\b
Examples:
  pincite slack
  PINCITE_PUBLIC_URL=https://pincite.example pincite slack
  pincite slack manifest --socket-mode

It needs PINCITE_SLACK_BOT_TOKEN and PINCITE_SLACK_APP_TOKEN. What is quoted links to its source
if PINCITE_PUBLIC_URL says where others reach the server: run pincite serve beside it.
""",
)
@with_settings
def slack(settings: Settings) -> None:
    """Answer in Slack without a public address (Socket Mode)."""
    if click.get_current_context().invoked_subcommand is not None:
        return
    team = TeamSettings.from_environment(os.environ, settings.library)
    for name, token in (
        ("PINCITE_SLACK_BOT_TOKEN", team.bot_token),
        ("PINCITE_SLACK_APP_TOKEN", team.app_token),
    ):
        if not token:
            raise SettingsError(
                f"{name} is not set; the pages of your app at api.slack.com show it"
            )
    with open_library(settings) as library:
        bot = open_bot(settings, library)
        bot.warm_up()
        with listening(team, bot, library):
            click.echo("Answering in Slack (Ctrl-C stops)")
            _wait_for_the_end()


@slack.command(
    "manifest",
    epilog="""
\b
Examples:
  pincite slack manifest --public-url https://pincite.example
  pincite slack manifest --socket-mode

Copy what it prints to https://api.slack.com/apps: Create New App, From a manifest, JSON.
""",
)
@click.option(
    "--public-url",
    "told",
    metavar="URL",
    help="The https address that Slack reaches the server at (default: PINCITE_PUBLIC_URL).",
)
@click.option(
    "--socket-mode", is_flag=True, help="For `pincite slack`, which needs no public address."
)
def show_manifest(told: str | None, socket_mode: bool) -> None:
    """Print the manifest of the Slack app, with the least it needs.

    It makes the app with its command, shortcut, events and permissions.
    """
    # With Flask, which takes a while to load.
    from web.manifest import manifest, unfurl_domain

    name = "PINCITE_PUBLIC_URL" if told is None else "--public-url"
    url = os.environ.get("PINCITE_PUBLIC_URL", "") if told is None else told
    url = public_url(url.strip(), name=name)
    click.echo(json.dumps(manifest(url, socket_mode=socket_mode), indent=2))
    if not unfurl_domain(url):
        click.echo(
            "Links to sources will not unfold in Slack: that takes a public https domain "
            "(--public-url).",
            err=True,
        )


@contextmanager
def listening(
    team: TeamSettings, bot: Bot, library: Library, *, api: str | None = None
) -> Iterator[None]:
    """Answer in Slack as long as the block lasts; raises `PinciteError` if Slack does not let us.

    `api` is where Slack's methods are, if not at their usual place.
    """
    # Slack's packages take a while to load, and no other command needs them.
    from web.crowd import Crowd
    from web.slack import listen
    from web.team_chat import SLACK_API, TeamChat

    chat = TeamChat(bot, library, Crowd(), team=team)
    try:
        close = listen(team, chat.slack(api or SLACK_API), api=api or SLACK_API)
        try:
            yield
        finally:
            close()
    finally:
        chat.close()


def _wait_for_the_end() -> None:
    ended = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_told: ended.set())
    ended.wait()
