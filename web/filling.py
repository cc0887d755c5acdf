"""The commands that change what is in a library: add, remove, rebuild; and status, which tells."""

import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import click

from index import (
    FileReport,
    Labelling,
    Library,
    Matching,
    PinciteError,
    SentenceEmbedder,
    absolute,
    add_files,
    find_files,
    is_gone,
    load_references,
    rebuild_library,
    token_counter,
)
from qa import Settings, erase_removed
from web import report
from web.opening import open_library
from web.options import with_settings
from web.terminal import progress
from web.uploads import Uploads


class _Stopped(click.ClickException):
    """Ctrl-C ended a command that had more to do."""

    exit_code = 130


@click.command(
    epilog="""
\b
Examples:
  pincite add ~/papers notes.md
  pincite add ~/papers --library ~/papers.pincite
  pincite add ~/papers/2020 --tag "annual report"
  pincite add ~/papers --bibliography refs.bib

NAME.meta.json beside a file (a CSL-JSON item) sets its title, author and date, and adds
its keywords as tags. A tag given with --tag stays when the file is read again, and so
does what --bibliography says of it: BibTeX, RIS or CSL-JSON, whose entries are matched
with files by hash, file name, key, DOI or title.
Ctrl-C stops after the document in hand; the same command goes on from there.
"""
)
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--tag", "tags", multiple=True, help="Give the documents a tag (repeatable).")
@click.option("--untag", "untags", multiple=True, help="Take back a tag given with --tag.")
@click.option(
    "--bibliography",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    metavar="FILE",
    help="Take what a library of references says of the files.",
)
@with_settings
def add(
    settings: Settings,
    paths: tuple[Path, ...],
    tags: tuple[str, ...],
    untags: tuple[str, ...],
    bibliography: Path | None,
) -> None:
    """Read files and folders into the library."""
    labelling = Labelling(add=tags, drop=untags)
    matching = Matching(load_references(bibliography)) if bibliography else None
    files = find_files(paths, leave_out=settings.library)
    if bibliography is not None:
        # It may stand beside what it describes, and is no document itself.
        files = [path for path in files if path != absolute(bibliography)]
    with open_library(settings, create=True) as library, _stopping() as stopped:
        reports: list[FileReport] = []
        with progress(len(files)) as advance:
            for one in add_files(
                library,
                files,
                seconds=settings.read_seconds,
                stop=stopped,
                labelling=labelling,
                matching=matching,
            ):
                reports.append(one)
                advance(one.source)
        report.show_added(reports, missing=_missing(library, paths))
        if matching is not None:
            report.show_matched(matching)
        if stopped():
            raise _Stopped(f"stopped; {len(files) - len(reports)} files are left for the next run")
    if files and not any(one.state in {"indexed", "unchanged"} for one in reports):
        raise PinciteError("none of the files gave a document")


@click.command(
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

    A folder stands for all that was added from below it. Of what was uploaded, the library's own
    copy is deleted.
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
        uploads = Uploads(library.folder)
        with library.writer() as writer:
            # First, or else the server would find files that it does not know, and add them again.
            for path in map(Path, sources):
                if uploads.hold(path):
                    uploads.discard(path)
            writer.remove(sorted(sources))
        erase_removed(library)
    click.echo(f"Removed {len(sources)} {'file' if len(sources) == 1 else 'files'}.")


@click.command(
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


@click.command(
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
