"""Rebuilding: the same documents, embedded with another model or split by another splitter."""

from collections.abc import Callable
from pathlib import Path

from index.document_rows import document_keys, load_documents
from index.embedder import Embedder
from index.passage_rows import delete_passages
from index.passages import SPLITTER_VERSION
from index.schema import write_manifest
from index.store import Store
from index.tokens import Measure
from index.vectors import SNAPSHOT
from index.writing import insert_prepared, prepare


def rebuild_library(
    folder: Path, *, embedder: Embedder, count: Measure, done: Callable[[str], None]
) -> int:
    """Split and embed every document anew, all in one transaction; returns their number.

    The texts are the library's own; `done` is called with each source. Until the
    end, and if it is interrupted, the library stays as it was.
    """
    store = Store.open(folder, model=None)
    try:
        with store.writer(), store.write() as connection:
            write_manifest(connection, model=embedder.name, splitter=str(SPLITTER_VERSION))
            kept = document_keys(connection)
            for key in kept:
                ((_, document),) = load_documents(connection, [key])
                prepared = prepare(
                    document, embedder=embedder, count=count, known=lambda _digests: {}
                )
                delete_passages(connection, key)
                insert_prepared(connection, key, document, prepared)
                done(document.source)
        (folder / SNAPSHOT).unlink(missing_ok=True)
    finally:
        store.close()
    return len(kept)
