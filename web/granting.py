"""The commands that say who may use a server: its password's hash, and tokens for programs."""

import click
from rich.table import Table

from qa import Settings
from web.credentials import Credentials
from web.opening import open_library
from web.options import with_settings
from web.terminal import new_console, plain


@click.command(
    "password",
    epilog="""
\b
Examples:
  pincite password
  export PINCITE_PASSWORD="$(pincite password)"
""",
)
def show_hash() -> None:
    """Ask for a password and print its hash.

    PINCITE_PASSWORD may be the hash, so that the password itself stands nowhere.
    """
    # Hashing belongs to the server's packages, which no other command loads.
    from web.passwords import hashed

    # The hash alone goes to the standard output, which a shell's variable takes.
    given = click.prompt("Password", hide_input=True, confirmation_prompt=True, err=True)
    click.echo(hashed(given))


@click.group(
    epilog="""
\b
Examples:
  pincite token create newsroom-bot
  pincite token list
  pincite token revoke newsroom-bot
"""
)
def token() -> None:
    """Let programs use a server that asks for a password.

    A program sends its token with each request: Authorization: Bearer TOKEN. It may do all that
    the page can do. A running server knows of a change at once.
    """


@token.command()
@click.argument("name")
@with_settings
def create(settings: Settings, name: str) -> None:
    """Make a token, and print it this once."""
    click.echo(_credentials(settings).create(name))


@token.command("list")
@with_settings
def list_tokens(settings: Settings) -> None:
    """Show the names of the tokens, and when each was made."""
    tokens = _credentials(settings).tokens()
    if not tokens:
        click.echo("There are no tokens; make one: pincite token create NAME")
        return
    table = Table(box=None, pad_edge=False)
    for heading in ("name", "made"):
        table.add_column(heading)
    for one in tokens:
        table.add_row(plain(one.name), plain(one.created))
    new_console().print(table)


@token.command()
@click.argument("name")
@with_settings
def revoke(settings: Settings, name: str) -> None:
    """Let a token in no longer."""
    _credentials(settings).revoke(name)
    click.echo(f"Revoked {name}.")


def _credentials(settings: Settings) -> Credentials:
    # A mistyped folder is told, not made.
    with open_library(settings) as library:
        return Credentials(library.folder)
