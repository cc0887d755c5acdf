"""The command `quote`."""

import json
import sys

import click

from index import Filter
from qa import QuotationError, Settings, find_words, wording_json
from web.opening import open_library
from web.options import with_filter, with_settings
from web.wording_report import show_wording


@click.command(
    epilog="""
\b
Examples:
  pincite quote "a thousand soldiers"
  pincite quote "had sent two thousand soldiers" -n 3 --json
  pincite quote - --in ~/papers/2020 < paragraph.txt

Typography makes no difference: quotation marks, dashes, ligatures, hyphens at line ends,
white space, case. What is shown is what the document has. Where the words stand nowhere,
passages that come near follow, with what differs, and some that say it in other words.
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
@click.option("--json", "as_json", is_flag=True, help="Print what was found as JSON (schema 1).")
@with_settings
def quote(settings: Settings, words: str, most: int, only: Filter | None, as_json: bool) -> None:
    """Find where words stand; WORDS may be - for standard input.

    Every place is counted, and shown with its citation.
    """
    if words == "-":
        words = _standard_input()
    with open_library(settings) as library:
        found = find_words(library, words, only=only, most=most, threshold=settings.threshold)
    if as_json:
        click.echo(json.dumps(wording_json(found), ensure_ascii=False, indent=2))
    else:
        show_wording(found)
    sys.exit(0 if found.exact else 1)


def _standard_input() -> str:
    try:
        return sys.stdin.read()
    except UnicodeDecodeError as error:
        raise QuotationError("standard input is no text in UTF-8; convert it") from error
