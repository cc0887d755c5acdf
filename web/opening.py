"""Opening the library that the settings name, and the bot over it."""

from index import Embedder, Library, Reranker, SentenceEmbedder, token_counter
from qa import Bot, Settings


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


def open_bot(settings: Settings, library: Library) -> Bot:
    """The bot over a library; raises a `PinciteError` if its re-ranker cannot be used."""
    reranker = Reranker.open(settings.reranker, library.folder) if settings.reranker else None
    return Bot(library, threshold=settings.threshold, reranker=reranker)
