"""The command `references`."""

import click

from index import Filter
from qa import Settings
from qa import references as as_references
from web.opening import open_library
from web.options import with_filter, with_settings
from web.terminal import without_control


@click.command(
    epilog="""
\b
Examples:
  pincite references > refs.json
  pincite references --format bibtex --tag thesis > refs.bib

Each entry has the key that `pincite ask` and `pincite quote` cite with --format pandoc.
"""
)
@click.option(
    "--format",
    "style",
    type=click.Choice(["csl", "bibtex", "ris"]),
    default="csl",
    show_default=True,
    help="CSL-JSON, BibTeX or RIS.",
)
@with_filter
@with_settings
def references(settings: Settings, style: str, only: Filter | None) -> None:
    """Print the documents as a library of references."""
    with open_library(settings) as library:
        found = [library.document(one.document) for one in library.catalogue(only)]
    known = [document for document in found if document is not None]
    click.echo(without_control(as_references(known, style)))
