"""The command `check`."""

import json
import sys
from collections.abc import Callable, Iterable, Sequence
from functools import wraps
from pathlib import Path
from typing import Any

import click

from index import Filter, Library, PinciteError
from qa import Check, Draft, DraftError, Settings, check_draft, check_json, read_draft
from web.check_findings import counted
from web.check_html import check_html
from web.check_report import show_check
from web.draft_names import STANDARD_INPUT, identity, readable, shown
from web.fixing import write_fixed
from web.opening import open_library
from web.options import with_filter, with_settings
from web.sarif import sarif
from web.terminal import progress


class Unchecked(click.ClickException):
    """What was to be checked or told was not: another outcome than finding something wrong."""

    exit_code = 2


def told_apart(command: Callable[..., None]) -> Callable[..., None]:
    """Let a command end with status 2 where it cannot check, for 1 says what it found."""

    @wraps(command)
    def run(*args: Any, **options: Any) -> None:
        try:
            command(*args, **options)
        except PinciteError as error:
            raise Unchecked(str(error)) from error

    return run


@click.command(
    epilog="""
\b
Examples:
  pincite check column.md
  pincite check column.docx --all --no-claims
  pincite check chapters/*.md --in ~/papers --sarif drafts.sarif
  pincite check column.md --html column.html
  pincite check column.md --fix         write column.fixed.md
  pincite check - < column.md

A draft is Markdown, plain text or a Word document. Each quotation of four words or more,
or with a citation, is judged: exact, elided (words left out or in brackets), altered,
misattributed, wrong page, not found. Other sentences with a number, a date or a name are
looked up: a passage has all of them, or no support is found. That says nothing of what is
true. Ends with status 0 where all is well, with 1 where something is altered,
misattributed, not found or cites an unknown source, and with 2 where a draft cannot be
checked.
"""
)
@click.argument("drafts", nargs=-1, required=True, metavar="DRAFT...")
@click.option("--all", "everything", is_flag=True, help="Show what is well quoted too.")
@click.option("--no-claims", "look_up", flag_value=False, default=True, help="Quotations only.")
@told_apart
@with_filter
@click.option(
    "--json", "as_json", is_flag=True, help="Print JSON (schema 1), one line for each draft."
)
@click.option("--sarif", "sarif_file", metavar="FILE", help="Write SARIF, for editors and CI.")
@click.option("--html", "html_file", metavar="FILE", help="Write a page with all of it marked.")
@click.option("--fix", "fix", is_flag=True, help="Write a copy with true wording and citations.")
@with_settings
def check(
    settings: Settings,
    drafts: tuple[str, ...],
    everything: bool,
    look_up: bool,
    only: Filter | None,
    as_json: bool,
    sarif_file: str | None,
    html_file: str | None,
    fix: bool,
) -> None:
    """Check that what drafts quote is what the sources say.

    DRAFT may be - for standard input, which is read as Markdown, and FILE - for
    standard output.
    """
    if fix and "-" in drafts:
        raise click.UsageError("--fix writes beside a draft; give a file in place of -")
    printed = _printed(drafts, as_json=as_json, files=(sarif_file, html_file))
    checked, refused = _check_all(settings, drafts, only=only, look_up=look_up)
    if sarif_file:
        log = json.dumps(sarif(checked, refused), ensure_ascii=False, indent=2)
        _write(sarif_file, f"{log}\n")
    if html_file:
        _write(html_file, check_html(checked))
    for draft, found in checked:
        if as_json:
            told = {"draft": readable(draft.name), **check_json(found)}
            click.echo(json.dumps(told, ensure_ascii=False))
        elif not printed:
            show_check(shown(draft), found, everything=everything)
    if fix:
        refused += _write_copies(checked, aside=printed)
    for reason in refused:
        click.echo(f"pincite: {reason}", err=True)
    passed = all(found.passes for _, found in checked)
    sys.exit(2 if refused else 0 if passed else 1)


def _printed(drafts: Sequence[str], *, as_json: bool, files: Sequence[str | None]) -> bool:
    """Whether something other than the report goes to standard output; refuses two of them."""
    there = [name for name in files if name == "-"]
    if as_json + len(there) > 1:
        raise click.UsageError("only one of --json, --sarif - and --html - can be printed")
    taken = {identity(name) for name in drafts if name != "-"}
    for name in files:
        if name is None or name == "-":
            continue
        if identity(name) in taken:
            raise click.UsageError(
                readable(f"{name} is a draft or another report; name another file")
            )
        taken.add(identity(name))
    return as_json or bool(there)


def _write(name: str, text: str) -> None:
    if name == "-":
        click.echo(text, nl=False)
        return
    try:
        Path(name).write_text(text, encoding="utf-8")
    except OSError as error:
        raise Unchecked(readable(f"{name} cannot be written: {error.strerror}")) from error


def _write_copies(checked: Sequence[tuple[Draft, Check]], *, aside: bool) -> list[str]:
    """Write fixed copies of drafts; returns why some cannot be written."""
    refused = []
    for draft, found in checked:
        try:
            copy, made = write_fixed(draft, found)
        except DraftError as error:
            refused.append(readable(str(error)))
        else:
            click.echo(
                f"{readable(str(copy))}: {counted(made.reworded, 'quotation')} reworded, "
                f"{counted(made.cited, 'citation')} set.",
                err=aside,
            )
    return refused


def _check_all(
    settings: Settings, names: Sequence[str], *, only: Filter | None, look_up: bool
) -> tuple[list[tuple[Draft, Check]], list[str]]:
    """What is in the drafts, and why some of them cannot be checked."""
    checked: list[tuple[Draft, Check]] = []
    refused: list[str] = []
    with open_library(settings) as library:
        for name in _once(names):
            try:
                draft = _standard_input() if name == "-" else read_draft(Path(name))
            except DraftError as error:
                refused.append(readable(str(error)))
                continue
            try:
                found = check_with_progress(settings, library, draft, only=only, look_up=look_up)
            except DraftError as error:
                refused.append(readable(f"{draft.name}: {error}"))
            else:
                checked.append((draft, found))
    return checked, refused


def _once(names: Sequence[str]) -> Iterable[str]:
    """The names without those of a file that has another one before."""
    first: dict[object, str] = {}
    for name in names:
        first.setdefault(name if name == "-" else identity(name), name)
    return first.values()


def _standard_input() -> Draft:
    try:
        return Draft(STANDARD_INPUT, sys.stdin.read(), markdown=True)
    except UnicodeDecodeError as error:
        raise DraftError("standard input is no text in UTF-8; convert it") from error


def check_with_progress(
    settings: Settings, library: Library, draft: Draft, *, only: Filter | None, look_up: bool
) -> Check:
    """What is in a draft; a bar on a terminal's stderr shows how far it is."""
    with progress(None) as advance:
        return check_draft(
            library,
            draft.text,
            markdown=draft.markdown,
            only=only,
            look_up=look_up,
            threshold=settings.threshold,
            done=lambda _done, total: advance(readable(draft.name), total=total),
        )
