"""The command line: add, remove, status, ask, rebuild, serve."""

import json
import os
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import wraps
from pathlib import Path
from typing import Any

import click

from index import (
    FileReport,
    Library,
    PinciteError,
    SentenceEmbedder,
    absolute,
    add_files,
    find_files,
    is_gone,
    rebuild_library,
    token_counter,
)
from qa import Bot, Settings, Turn, answer_json
from web import report
from web.opening import open_library

_EXAMPLES = """
\b
Examples:
  pincite add ~/papers                 read a folder (again: only what changed)
  pincite ask "Who rejected the ceasefire?"
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


def _with_settings(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command its settings, with `--library` over the environment's."""

    @click.option(
        "--library",
        type=click.Path(path_type=Path, file_okay=False),
        metavar="DIR",
        help="The library's folder (default: PINCITE_LIBRARY, else your data folder).",
    )
    @wraps(command)
    def run(*args: Any, library: Path | None, **options: Any) -> None:
        settings = Settings.from_environment(os.environ)
        if library is not None:
            settings = replace(settings, library=library)
        command(settings, *args, **options)

    return run


@click.group(epilog=_EXAMPLES, invoke_without_command=True)
@click.version_option(package_name="pincite", prog_name="pincite")
@click.pass_context
def commands(context: click.Context) -> None:
    """Ask your own documents; get verbatim excerpts with pinpoint citations."""
    if context.invoked_subcommand is None:
        click.echo(context.get_help())


@commands.command(
    epilog="""
\b
Examples:
  pincite add ~/papers notes.md
  pincite add ~/papers --library ~/papers.pincite

NAME.meta.json beside a file (a CSL-JSON item) sets its title, author and date.
Ctrl-C stops after the document in hand; the same command goes on from there.
"""
)
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@_with_settings
def add(settings: Settings, paths: tuple[Path, ...]) -> None:
    """Read files and folders into the library."""
    files = find_files(paths, leave_out=settings.library)
    with open_library(settings, create=True) as library, _stopping() as stopped:
        reports: list[FileReport] = []
        with report.progress(len(files)) as advance:
            for one in add_files(library, files, seconds=settings.read_seconds, stop=stopped):
                reports.append(one)
                advance(one.source)
        report.show_added(reports, missing=_missing(library, paths))
        if stopped():
            _fail(f"stopped; {len(files) - len(reports)} files are left for the next run", 130)
    if files and not any(one.state in {"indexed", "unchanged"} for one in reports):
        raise PinciteError("none of the files gave a document")


@commands.command(
    epilog="""
\b
Examples:
  pincite remove ~/papers/draft.docx
  pincite remove ~/papers              everything below the folder
  pincite remove --missing             files that no longer exist
"""
)
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option("--missing", is_flag=True, help="Remove every file that no longer exists.")
@_with_settings
def remove(settings: Settings, paths: tuple[Path, ...], missing: bool) -> None:
    """Remove files from the library (never from the disk).

    A folder stands for all that was added from below it.
    """
    if not paths and not missing:
        raise click.UsageError("name a file or folder to remove, or give --missing")
    with open_library(settings) as library:
        known = [file.source for file in library.files()]
        sources: set[str] = set()
        for path in paths:
            below = [source for source in known if _stands_below(source, path)]
            if not below:
                raise PinciteError(
                    f"the library holds nothing at {str(path)!r}; see: pincite status"
                )
            sources.update(below)
        if missing:
            sources.update(source for source in known if is_gone(Path(source)))
        with library.writer() as writer:
            writer.remove(sorted(sources))
    click.echo(f"Removed {len(sources)} {'file' if len(sources) == 1 else 'files'}.")


@commands.command(
    epilog="""
\b
Examples:
  pincite status
  pincite status --all                 every file, not only those with a remark
"""
)
@click.option("--all", "everything", is_flag=True, help="List every file.")
@_with_settings
def status(settings: Settings, everything: bool) -> None:
    """Show what is in the library, and what is not and why."""
    with open_library(settings) as library:
        report.show_status(library, everything=everything)


@commands.command(
    epilog="""
\b
Examples:
  pincite ask "When do the sanctions take effect?"
  pincite ask "Who is Zarif?" -n 3 --json
  pincite ask "What did he say about Idlib?" --follow-up-to "Who is Zarif?"
"""
)
@click.argument("question")
@click.option(
    "-n",
    "--number",
    "limit",
    default=5,
    show_default=True,
    type=click.IntRange(1, 50),
    help="The most excerpts to show.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the answer as JSON (schema 1).")
@click.option(
    "--follow-up-to",
    "earlier",
    multiple=True,
    metavar="QUESTION",
    help="A question asked before; give several oldest first.",
)
@_with_settings
def ask(
    settings: Settings, question: str, limit: int, as_json: bool, earlier: tuple[str, ...]
) -> None:
    """Ask a question; print the words that answer it.

    They are quoted exactly, each with the place where it stands.
    """
    with open_library(settings) as library:
        answer = Bot(library, threshold=settings.threshold).ask(
            question, limit=limit, history=[Turn(one) for one in earlier]
        )
    if as_json:
        click.echo(json.dumps(answer_json(answer), ensure_ascii=False, indent=2))
    else:
        report.show_answer(answer)


@commands.command(
    epilog="""
\b
Examples:
  pincite rebuild
  PINCITE_MODEL=~/models/e5-small pincite rebuild
"""
)
@_with_settings
def rebuild(settings: Settings) -> None:
    """Embed the library anew.

    Needed after PINCITE_MODEL or Pincite itself changed. The documents' texts are taken from the
    library; no file is read again.
    """
    with report.progress(None) as advance:
        number = rebuild_library(
            settings.library,
            embedder=SentenceEmbedder(settings.model),
            count=token_counter(settings.encoding),
            done=advance,
        )
    click.echo(f"Rebuilt {number} {'document' if number == 1 else 'documents'}.")


@commands.command(
    epilog="""
\b
Examples:
  pincite serve
  pincite serve --port 9000
"""
)
@click.option("--host", help="The address to listen on (default: PINCITE_HOST, else 127.0.0.1).")
@click.option(
    "--port", type=click.IntRange(1, 65535), help="The port (default: PINCITE_PORT, else 8000)."
)
@_with_settings
def serve(settings: Settings, host: str | None, port: int | None) -> None:
    """Serve the chat page and the HTTP interface."""
    # Flask and gunicorn take a while to load, and no other command needs them.
    from web import server

    settings = replace(
        settings,
        host=settings.host if host is None else host,
        port=settings.port if port is None else port,
    )
    server.check_address(settings)
    with open_library(settings) as library:
        number = sum(file.document is not None for file in library.files())
    documents = "document" if number == 1 else "documents"
    click.echo(f"{number} {documents} at {server.address(settings)} (Ctrl-C stops)")
    server.serve(settings)


@contextmanager
def _stopping() -> Iterator[Callable[[], bool]]:
    """Let the first Ctrl-C end the work after the document in hand; a second ends it at once."""
    asked = False

    def ask_to_stop(_signal: int, _frame: object) -> None:
        nonlocal asked
        if asked:
            raise KeyboardInterrupt
        asked = True
        click.echo("stopping after the document in hand (Ctrl-C again stops at once)", err=True)

    before = signal.signal(signal.SIGINT, ask_to_stop)
    try:
        yield lambda: asked
    finally:
        signal.signal(signal.SIGINT, before)


def _missing(library: Library, paths: Sequence[Path]) -> list[str]:
    """The library's files at or below the paths that no longer exist."""
    return [
        file.source
        for file in library.files()
        if any(_stands_below(file.source, path) for path in paths) and is_gone(Path(file.source))
    ]


def _stands_below(source: str, path: Path) -> bool:
    top = absolute(path)
    return Path(source) == top or top in Path(source).parents
