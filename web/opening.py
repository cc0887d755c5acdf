"""Opening the library that the settings name."""

from index import Embedder, Library, SentenceEmbedder, token_counter
from qa import Settings


def open_library(
    settings: Settings, *, embedder: Embedder | None = None, create: bool = False
) -> Library:
    """The library of the settings; raises a `LibraryError` if it cannot be used."""
    return Library.open(
        settings.library,
        embedder=embedder or SentenceEmbedder(settings.model),
        count=token_counter(settings.encoding),
        create=create,
    )
