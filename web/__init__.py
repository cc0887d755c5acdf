"""The edges that people touch: HTTP, the chat page, the command line."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

    from index import Embedder
    from qa import Settings

__all__ = ["create_app"]


def create_app(
    settings: "Settings | None" = None, *, embedder: "Embedder | None" = None
) -> "Flask":
    """The web application over the library of the settings (by default those of PINCITE_*)."""
    # The command line is part of this package and must not wait for Flask.
    from web.app import create_app as create

    return create(settings, embedder=embedder)
