"""The command line: add, remove, status, ask, rebuild, serve, and those kept elsewhere."""

import json
import os
import re
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import click

from index import (
    FileReport,
    Filter,
    Labelling,
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
from qa import Settings, Turn, answer_json, erase_removed
from web import report
from web.evaluating import evaluate_file
from web.explaining import show_explanation
from web.granting import show_hash, token
from web.opening import open_bot, open_library
from web.options import with_settings
from web.terminal import progress

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
  pincite add ~/papers/2020 --tag "annual report"

NAME.meta.json beside a file (a CSL-JSON item) sets its title, author and date, and adds
its keywords as tags. A tag given with --tag stays when the file is read again.
Ctrl-C stops after the document in hand; the same command goes on from there.
"""
)
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--tag", "tags", multiple=True, help="Give the documents a tag (repeatable).")
@click.option("--untag", "untags", multiple=True, help="Take back a tag given with --tag.")
@with_settings
def add(
    settings: Settings, paths: tuple[Path, ...], tags: tuple[str, ...], untags: tuple[str, ...]
) -> None:
    """Read files and folders into the library."""
    labelling = Labelling(add=tags, drop=untags)
    files = find_files(paths, leave_out=settings.library)
    with open_library(settings, create=True) as library, _stopping() as stopped:
        reports: list[FileReport] = []
        with progress(len(files)) as advance:
            for one in add_files(
                library,
                files,
                seconds=settings.read_seconds,
                stop=stopped,
                labelling=labelling,
            ):
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
@with_settings
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
        erase_removed(library)
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
@with_settings
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
  pincite ask "Who is Zarif?" --explain
  pincite ask "What did he say about Idlib?" --follow-up-to "Who is Zarif?"
  pincite ask "What was agreed?" --in ~/papers/2020 --author Smith --after 2020-05
  pincite ask 'Where does "null and void" stand? tag:contract in:"annual report"'

A phrase in quotation marks must stand in what is found, letter by letter. --in takes a
file, a folder, words of a title or a document's id. Of several values of one filter any
will do; several filters must all hold. Filters in the question narrow further.
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
@click.option(
    "--in", "within", multiple=True, metavar="PLACE", help="Ask only what is there (repeatable)."
)
@click.option("--author", "authors", multiple=True, help="Ask only an author's documents.")
@click.option("--tag", "tags", multiple=True, help="Ask only documents with the tag.")
@click.option("--after", metavar="DATE", help="Ask only documents of then or later.")
@click.option("--before", metavar="DATE", help="Ask only documents of then or earlier.")
@click.option("--explain", is_flag=True, help="Show the scores that led to the answer.")
@click.option("--json", "as_json", is_flag=True, help="Print the answer as JSON (schema 1).")
@click.option(
    "--follow-up-to",
    "earlier",
    multiple=True,
    metavar="QUESTION",
    help="A question asked before; give several oldest first.",
)
@with_settings
def ask(
    settings: Settings,
    question: str,
    limit: int,
    within: tuple[str, ...],
    authors: tuple[str, ...],
    tags: tuple[str, ...],
    after: str | None,
    before: str | None,
    explain: bool,
    earlier: tuple[str, ...],
    as_json: bool,
) -> None:
    """Ask a question; print the words that answer it.

    They are quoted exactly, each with the place where it stands.
    """
    only = Filter(
        within=tuple(map(_from_here, within)),
        authors=authors,
        tags=tags,
        after=after,
        before=before,
    )
    with open_library(settings) as library:
        bot = open_bot(settings, library)
        if explain:
            # Loading the model is no step of answering.
            library.warm_up()
        answer = bot.ask(
            question,
            limit=limit,
            only=only or None,
            history=[Turn(one) for one in earlier],
            explain=explain,
        )
    if as_json:
        click.echo(json.dumps(answer_json(answer), ensure_ascii=False, indent=2))
    else:
        report.show_answer(answer)
        show_explanation(answer)


@commands.command(
    epilog="""
\b
Examples:
  pincite rebuild
  PINCITE_MODEL=~/models/e5-small pincite rebuild
"""
)
@with_settings
def rebuild(settings: Settings) -> None:
    """Embed the library anew.

    Needed after PINCITE_MODEL or Pincite itself changed. The documents' texts are taken from the
    library; no file is read again.
    """
    with progress(None) as advance:
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
  pincite serve ~/papers               read the folder, and what changes in it from now on
  pincite serve --port 9000

A file that is deleted from a watched folder leaves the library; a folder that is gone as a
whole, such as an unplugged disk, leaves it as it is.
"""
)
@click.argument(
    "folders", nargs=-1, metavar="[FOLDER]...", type=click.Path(path_type=Path, file_okay=False)
)
@click.option("--host", help="The address to listen on (default: PINCITE_HOST, else 127.0.0.1).")
@click.option(
    "--port", type=click.IntRange(1, 65535), help="The port (default: PINCITE_PORT, else 8000)."
)
@with_settings
def serve(
    settings: Settings, folders: tuple[Path, ...], host: str | None, port: int | None
) -> None:
    """Serve the chat page and the HTTP interface.

    The files below each FOLDER are read and then watched: what is added, changed, renamed or
    deleted there shows in the next answer.
    """
    # Flask and gunicorn take a while to load, and no other command needs them.
    from web import server

    settings = replace(
        settings,
        host=settings.host if host is None else host,
        port=settings.port if port is None else port,
    )
    for folder in folders:
        if not folder.expanduser().is_dir():
            raise PinciteError(f"there is no folder {str(folder)!r} to watch; check the path")
    server.check_address(settings)
    with open_library(settings, create=bool(folders)) as library:
        number = sum(file.document is not None for file in library.files())
    documents = "document" if number == 1 else "documents"
    click.echo(f"{number} {documents} at {server.address(settings)} (Ctrl-C stops)")
    for folder in folders:
        click.echo(f"Watching {folder}")
    server.serve(settings, folders)


for command in (evaluate_file, show_hash, token):
    commands.add_command(command)


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


def _from_here(place: str) -> str:
    """A place that is told from the current folder (`.`, `../b`), told from the root."""
    return str(absolute(Path(place))) if re.match(r"\.\.?(?:[/\\]|$)", place) else place


def _stands_below(source: str, path: Path) -> bool:
    top = absolute(path)
    return Path(source) == top or top in Path(source).parents
