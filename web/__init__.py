"""The edges that people touch: HTTP, the chat page, the command line."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from flask import Flask

    from index import Embedder
    from qa import Settings

__all__ = ["create_app"]


def create_app(
    settings: "Settings | None" = None,
    *,
    embedder: "Embedder | None" = None,
    watch: "Sequence[Path]" = (),
) -> "Flask":
    """The web application over the library of the settings (by default those of PINCITE_*).

    What is in the folders to `watch` is added, and what changes in them from then on.
    """
    # The command line is part of this package and must not wait for Flask.
    from web.app import create_app as create

    return create(settings, embedder=embedder, watch=watch)
