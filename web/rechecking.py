"""The command `watch`."""

import contextlib
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import click

from index import Filter, PinciteError
from qa import Settings, read_draft
from web.check_report import show_check
from web.checking import check_with_progress, told_apart
from web.draft_names import readable, shown
from web.opening import open_library
from web.options import with_filter, with_settings
from web.terminal import new_console

# A file that was not touched for so long is not being written any more.
_QUIET_SECONDS = 0.2

_Identity = tuple[int, int, int, int]


@click.command(
    epilog="""
\b
Examples:
  pincite watch column.md
  pincite watch thesis.docx --no-claims --in ~/papers

The report is that of `pincite check`, anew for each save. What is added to the library
meanwhile counts from the next save on. A draft that is gone or cannot be read is waited
for. Ctrl-C ends it, with status 0.
"""
)
@click.argument("draft", type=click.Path(path_type=Path))
@click.option("--all", "everything", is_flag=True, help="Show what is well quoted too.")
@click.option("--no-claims", "look_up", flag_value=False, default=True, help="Quotations only.")
@told_apart
@with_filter
@with_settings
def watch(
    settings: Settings, draft: Path, everything: bool, look_up: bool, only: Filter | None
) -> None:
    """Check a draft again whenever it is saved."""
    if str(draft) == "-":
        raise click.UsageError("standard input is saved nowhere; give a file in place of -")
    console = new_console()
    with contextlib.suppress(KeyboardInterrupt), open_library(settings) as library:
        for _ in _saves(draft):
            if console.is_terminal:
                console.clear()
            console.print(f"[dim]{time.strftime('%H:%M:%S')}[/dim]")
            try:
                read = read_draft(draft)
                found = check_with_progress(settings, library, read, only=only, look_up=look_up)
                show_check(shown(read), found, everything=everything)
            except PinciteError as error:
                click.echo(readable(f"pincite: {error}; waiting for the next save"), err=True)
            # Who reads it through a pipe wants it now, too.
            sys.stdout.flush()


def _saves(path: Path) -> Iterator[None]:
    """At once, and then whenever the file is another, or none, and stays so for a moment.

    Looking at the one file again and again sees every way of saving, on any kind of disk.
    """
    told = before = _identity(path)
    yield
    while True:
        time.sleep(_QUIET_SECONDS)
        now = _identity(path)
        if now == before and now != told:
            yield
            told = now
        before = now


def _identity(path: Path) -> _Identity | None:
    try:
        of = path.stat()
    except OSError:
        return None
    return (of.st_dev, of.st_ino, of.st_mtime_ns, of.st_size)
