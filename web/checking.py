"""The command `check`."""

import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import Any

import click

from index import Filter, Library, PinciteError
from qa import Check, Draft, DraftError, Settings, check_draft, check_json, read_draft
from web.check_report import show_check
from web.opening import open_library
from web.options import with_filter, with_settings
from web.terminal import progress

_STANDARD_INPUT = "standard input"


class Unchecked(click.ClickException):
    """What was to be checked was not: another outcome than finding something wrong."""

    exit_code = 2


@dataclass(frozen=True, slots=True)
class Checked:
    """A draft and what is in it."""

    draft: Draft
    check: Check


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
  pincite check chapters/*.md --in ~/papers --json
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
@with_filter
@click.option(
    "--json", "as_json", is_flag=True, help="Print JSON (schema 1), one line for each draft."
)
@told_apart
@with_settings
def check(
    settings: Settings,
    drafts: tuple[str, ...],
    everything: bool,
    look_up: bool,
    only: Filter | None,
    as_json: bool,
) -> None:
    """Check that what drafts quote is what the sources say.

    DRAFT may be - for standard input, which is read as Markdown.
    """
    read, refused = _read_all(drafts)
    checked: list[Checked] = []
    if read:
        with open_library(settings) as library:
            for draft in read:
                try:
                    found = _checked(settings, library, draft, only=only, look_up=look_up)
                except DraftError as error:
                    refused.append(f"{draft.name}: {error}")
                else:
                    checked.append(Checked(draft, found))
    for one in checked:
        if as_json:
            told = {"draft": one.draft.name, **check_json(one.check)}
            click.echo(json.dumps(told, ensure_ascii=False))
        else:
            show_check(one.draft, one.check, everything=everything)
    for reason in refused:
        click.echo(f"pincite: {reason}", err=True)
    passed = all(one.check.passes for one in checked)
    sys.exit(2 if refused else 0 if passed else 1)


def _read_all(names: Sequence[str]) -> tuple[list[Draft], list[str]]:
    """The drafts that can be read, and why others cannot."""
    read: list[Draft] = []
    refused: list[str] = []
    for name in dict.fromkeys(names):
        try:
            read.append(_standard_input() if name == "-" else read_draft(Path(name)))
        except DraftError as error:
            refused.append(str(error))
    return read, refused


def _standard_input() -> Draft:
    try:
        return Draft(_STANDARD_INPUT, sys.stdin.read(), markdown=True)
    except UnicodeDecodeError as error:
        raise DraftError("standard input is no text in UTF-8; convert it") from error


def _checked(
    settings: Settings, library: Library, draft: Draft, *, only: Filter | None, look_up: bool
) -> Check:
    with progress(None) as advance:
        return check_draft(
            library,
            draft.text,
            markdown=draft.markdown,
            only=only,
            look_up=look_up,
            threshold=settings.threshold,
            done=lambda _done, total: advance(draft.name, total=total),
        )
