"""The command `doctor`: whether team chat is set up well, and else what is to blame."""

import os
import sys

import click

from qa import Settings, SettingsError
from web.findings import Finding, show
from web.options import with_settings
from web.team import TeamSettings, public_url


@click.command(
    epilog="""
\b
Examples:
  pincite doctor
  pincite doctor --url http://127.0.0.1:8000

It asks Slack about the tokens, and sends what Slack would send to the server at
PINCITE_PUBLIC_URL, or at --url: signed, stale, tampered, sent again. Nothing of it is seen in
any channel. The exit status is 1 if something failed.
"""
)
@click.option("--url", metavar="URL", help="Try the server there, not at its public address.")
@with_settings
def doctor(settings: Settings, url: str | None) -> None:
    """Check the set-up of team chat, and name what is wrong."""
    # With what speaks HTTP and to Slack, which takes a while to load.
    from web.examining import examine

    server = public_url(url, name="--url") if url is not None else ""
    try:
        team = TeamSettings.from_environment(os.environ, settings.library)
    except SettingsError as error:
        show([Finding("failed", "settings", f"{error}; nothing starts before that is mended")])
        sys.exit(1)
    failed = show(examine(settings, team, url=server))
    if failed:
        checks = "check" if failed == 1 else "checks"
        click.echo(f"\n{failed} {checks} failed; begin with the first.")
        sys.exit(1)
