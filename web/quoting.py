"""The command `quote`."""

import json
import sys

import click

from index import Filter
from qa import FORMATS, QuotationError, Settings, find_words, wording_in_formats
from web import report
from web.opening import open_library
from web.options import with_filter, with_settings
from web.wording_report import show_wording


@click.command(
    epilog="""
\b
Examples:
  pincite quote "a thousand soldiers"
  pincite quote "had sent two thousand soldiers" -n 3 --json
  pincite quote "a thousand soldiers" -n 1 --format mla
  pincite quote - --in ~/papers/2020 < paragraph.txt

Typography makes no difference: quotation marks, dashes, ligatures, hyphens at line ends,
white space, case. What is shown is what the document has. Where the words stand nowhere,
passages that come near follow, with what differs, and some that say it in other words.
--format prints the places where they stand; if there are none, those that come near.
Ends with status 0 where the words stand exactly, and with 1 where they do not.
"""
)
@click.argument("words")
@click.option(
    "-n",
    "--number",
    "most",
    default=10,
    show_default=True,
    type=click.IntRange(1, 1000),
    help="The most places of a kind to show.",
)
@with_filter
@click.option(
    "--format",
    "style",
    type=click.Choice(FORMATS),
    metavar="NAME",
    help="Print the quotes with their citations in a format that `ask` has.",
)
@click.option("--json", "as_json", is_flag=True, help="Print what was found as JSON (schema 1).")
@with_settings
def quote(
    settings: Settings,
    words: str,
    most: int,
    only: Filter | None,
    style: str | None,
    as_json: bool,
) -> None:
    """Find where words stand; WORDS may be - for standard input.

    Every place is counted, and shown with its citation.
    """
    if words == "-":
        words = _standard_input()
    with open_library(settings) as library:
        found = find_words(library, words, only=only, most=most, threshold=settings.threshold)
    places = found.exact or found.near
    if as_json:
        told = wording_in_formats(found, [style] if style else [])
        click.echo(json.dumps(told, ensure_ascii=False, indent=2))
    elif style and places:
        if not found.exact:
            click.echo("pincite: these words stand nowhere; what comes near follows", err=True)
        report.show_formatted(places, style)
    else:
        show_wording(found)
    sys.exit(0 if found.exact else 1)


def _standard_input() -> str:
    try:
        return sys.stdin.read()
    except UnicodeDecodeError as error:
        raise QuotationError("standard input is no text in UTF-8; convert it") from error
