"""Opening the library that the settings name, and the bot over it."""

from index import (
    DEFAULT_MODEL,
    CrossEncoder,
    Embedder,
    Library,
    PinciteError,
    Reader,
    Reranker,
    SentenceEmbedder,
    token_counter,
)
from qa import NO_RERANKER, READER, Bot, Settings


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
    return Bot(library, threshold=settings.threshold, reranker=_reranker(settings, library))


def _reranker(settings: Settings, library: Library) -> Reranker | None:
    if settings.reranker == NO_RERANKER:
        return None
    if settings.reranker not in (None, READER):
        return CrossEncoder.open(settings.reranker, library.folder)
    # The reader is the bundled model, adapted.
    embedder = library.embedder
    if isinstance(embedder, SentenceEmbedder) and embedder.name == DEFAULT_MODEL:
        return Reader(embedder, library.folder)
    if settings.reranker == READER:
        msg = (
            f"PINCITE_RERANKER=reader needs the embedding model {DEFAULT_MODEL}, and this library "
            f"has {embedder.name}; leave PINCITE_RERANKER unset with it"
        )
        raise PinciteError(msg)
    return None
