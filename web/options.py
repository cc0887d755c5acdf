"""What commands are given: all of them their settings, some of them which documents to ask."""

import os
import re
from collections.abc import Callable
from dataclasses import replace
from functools import wraps
from pathlib import Path
from typing import Any

import click

from index import Filter, absolute
from qa import Settings


def with_settings(command: Callable[..., None]) -> Callable[..., None]:
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


def with_filter(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command, as `only`, the filter that its options make, if any."""

    @click.option(
        "--in", "within", multiple=True, metavar="PLACE", help="Only what is there (repeatable)."
    )
    @click.option("--author", "authors", multiple=True, help="Only an author's documents.")
    @click.option("--tag", "tags", multiple=True, help="Only documents with the tag.")
    @click.option("--after", metavar="DATE", help="Only documents of then or later.")
    @click.option("--before", metavar="DATE", help="Only documents of then or earlier.")
    @wraps(command)
    def run(
        *args: Any,
        within: tuple[str, ...],
        authors: tuple[str, ...],
        tags: tuple[str, ...],
        after: str | None,
        before: str | None,
        **options: Any,
    ) -> None:
        only = Filter(
            within=tuple(map(_from_here, within)),
            authors=authors,
            tags=tags,
            after=after,
            before=before,
        )
        command(*args, only=only or None, **options)

    return run


def _from_here(place: str) -> str:
    """A place that is told from the current folder (`.`, `../b`), told from the root."""
    return str(absolute(Path(place))) if re.match(r"\.\.?(?:[/\\]|$)", place) else place
