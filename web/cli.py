"""The command line: one group, and how each command of it may end."""

import os
import sys

import click

from index import PinciteError
from web.asking import ask
from web.assisting import mcp
from web.checking import check
from web.doctor import doctor
from web.evaluating import evaluate_file
from web.filling import add, rebuild, remove, status
from web.granting import show_hash, token
from web.quoting import quote
from web.rechecking import watch
from web.referencing import references
from web.serving import serve
from web.slacking import slack

_EXAMPLES = """
\b
Examples:
  pincite add ~/papers                 read a folder (again: only what changed)
  pincite ask "Who rejected the ceasefire?"
  pincite quote "a thousand soldiers"  find where these words stand
  pincite check column.md              is every quotation what its source says?
  pincite serve                        ask in the browser at http://127.0.0.1:8000
"""


def main() -> None:
    """Run the command line; a refusal is one line on stderr and exit status 1."""
    try:
        commands(prog_name="pincite", standalone_mode=False)
    except PinciteError as error:
        _fail(str(error), 1)
    except click.UsageError as error:
        hint = f"; see: {error.ctx.command_path} --help" if error.ctx else ""
        _fail(error.format_message().rstrip(".") + hint, error.exit_code)
    except click.ClickException as error:
        _fail(error.format_message(), error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        _fail("stopped", 130)
    except BrokenPipeError:
        # The reader of our output has seen enough.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    except OSError as error:
        _fail(f"{error.filename!r}: {error.strerror}" if error.filename else str(error), 1)


def _fail(message: str, status: int) -> None:
    click.echo(f"pincite: {' '.join(message.split())}", err=True)
    sys.exit(status)


@click.group(epilog=_EXAMPLES, invoke_without_command=True)
@click.version_option(package_name="pincite", prog_name="pincite")
@click.pass_context
def commands(context: click.Context) -> None:
    """Ask your own documents; get verbatim excerpts with pinpoint citations."""
    if context.invoked_subcommand is None:
        click.echo(context.get_help())


for command in (
    add,
    remove,
    status,
    ask,
    quote,
    references,
    check,
    watch,
    evaluate_file,
    rebuild,
    serve,
    slack,
    doctor,
    show_hash,
    token,
    mcp,
):
    commands.add_command(command)
