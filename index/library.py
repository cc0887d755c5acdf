"""A library: one folder of documents that can be added to, removed from and searched."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np
from sqlalchemy import Connection

from index import lexical
from index.cache import DocumentCache
from index.catalogue import CatalogueEntry, read_catalogue
from index.conversations import Conversations
from index.document_rows import count_documents, load_document, load_documents
from index.documents import Document
from index.embedder import Embedder
from index.facets import all_tags
from index.feedback import FeedbackBook
from index.file_rows import FileRecord, file_record, file_records, move_file
from index.filters import Filter, kept_documents, kept_passages
from index.passage_rows import count_passages, stored_passages
from index.phrases import passages_holding
from index.projection import Projection
from index.removal import Removed, remove_document, restore_document
from index.search import Found, Hit, combined_scores, inverse_frequency
from index.standing import Standing, Stretch, standing, standing_in_order
from index.store import Store
from index.threads import Threads
from index.tokens import Measure
from index.unmatched import unmatched
from index.vectors import Keys
from index.writing import Writer, kept_reference

_MOST_HITS = 50


class Library:
    """The documents of one folder on disk; safe to search from many threads.

    `conversations`, `threads` and `feedback` are what was asked of it, where that goes
    on, and what was said of the answers; they need no `writer`.

    SQLite holds the truth. The FAISS index follows it: every search first sees
    whether another thread or process has written, and catches up.
    """

    def __init__(self, store: Store, embedder: Embedder, count: Measure) -> None:
        self.conversations = Conversations(store)
        self.threads = Threads(store)
        self.feedback = FeedbackBook(store)
        self._store = store
        self.embedder = embedder
        self._count = count
        self._vectors = Projection(store, embedder.name)
        self._documents = DocumentCache()

    @classmethod
    def open(
        cls, folder: Path, *, embedder: Embedder, count: Measure, create: bool = False
    ) -> "Library":
        """Open the library in `folder`, or make it there if `create`; raises `LibraryError`."""
        store = Store.open(folder, model=embedder.name, create=create)
        return cls(store, embedder, count)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the database; the library cannot be used afterwards."""
        self._store.close()

    @property
    def folder(self) -> Path:
        """Where the library stands on disk."""
        return self._store.folder

    def is_in_place(self) -> bool:
        """Whether the folder still has the library that was opened, and no other or none."""
        return self._store.is_in_place()

    @contextmanager
    def writer(self) -> Iterator[Writer]:
        """Hold the sole right to change the library; raises `LibraryLocked` if another has it.

        At the end the FAISS snapshot is brought up to date, so that the next process need not
        build it.
        """
        with self._store.writer():
            try:
                yield Writer(self._store, self.embedder, self._count)
            finally:
                self._vectors.save()

    def remove(self, document_id: str) -> Removed | None:
        """Remove a document, whoever is adding others; None if there is none of that id.

        What is returned is enough to `restore` it. Its file stays known as *removed*.
        """
        return remove_document(self._store, document_id)

    def restore(self, removed: Removed) -> bool:
        """Put a document back as it was; False if its file has given one since then."""
        return restore_document(self._store, removed, embedder=self.embedder, count=self._count)

    def forget(self, sources: Sequence[str]) -> None:
        """Remove files and their documents, whoever is adding others.

        It also wipes what earlier removals left in the database's file, where
        nothing finds it any more.
        """
        Writer(self._store, self.embedder, self._count).remove(sources)

    def move(self, moved: Mapping[str, str]) -> None:
        """Know files, and their documents, by other sources: those that stood at the keys.

        None of the values may be known yet.
        """
        if moved:
            with self._store.write() as connection:
                for source, now in moved.items():
                    move_file(connection, source, now)

    def files(self) -> list[FileRecord]:
        """Every file that was looked at and how it ended, by its source."""
        with self._store.read() as connection:
            return list(file_records(connection))

    def file(self, source: str) -> FileRecord | None:
        """What is known of one file."""
        with self._store.read() as connection:
            return file_record(connection, source)

    def tags(self) -> list[str]:
        """The tags that documents have, each once, in alphabetical order."""
        with self._store.read() as connection:
            return all_tags(connection)

    def reference(self, source: str, sha256: str) -> Mapping[str, Any]:
        """The item that a library of references gave a file's document, or the file it was before.

        Empty if none did.
        """
        return kept_reference(self._store, source, sha256)

    def document_count(self) -> int:
        """How many documents there are."""
        with self._store.read() as connection:
            return count_documents(connection)

    def passage_count(self) -> int:
        """How many passages can be found."""
        with self._store.read() as connection:
            return count_passages(connection)

    def document(self, document_id: str) -> Document | None:
        """A document by its id."""
        with self._store.read() as connection:
            return load_document(connection, document_id)

    def catalogue(self, only: Filter | None = None) -> list[CatalogueEntry]:
        """What the documents that `only` keeps are called, by their sources.

        Raises `FilterError` where the filter keeps no document.
        """
        with self._store.read() as connection:
            kept = kept_documents(connection, only)
            if only and not kept:
                raise unmatched(connection, only)
            return [one for one in read_catalogue(connection) if one.document in kept]

    def kept(self, only: Filter | None) -> frozenset[str]:
        """The ids of the documents that a filter keeps, maybe none; without one, of all."""
        with self._store.read() as connection:
            return kept_documents(connection, only)

    def distinctness(self, text: str) -> dict[str, float]:
        """The words of a text that carry meaning, and how well each tells the passages apart.

        From 0 (it stands in all of them) to 1 (in none).
        """
        with self._store.read() as connection:
            total = count_passages(connection)
            most = inverse_frequency(total, 0)
            return {
                word: inverse_frequency(total, lexical.passages_with(connection, word)) / most
                for word in lexical.content_words(text)
                if word not in lexical.FUNCTION_WORDS
            }

    def standing(
        self, words: str, *, only: Filter | None = None, most: int = 10, similar: bool = True
    ) -> Standing:
        """Where the words stand in the documents that `only` keeps, whatever the typography.

        At most so many places are given, and all are counted. Passages that are only
        `similar` are given if wanted. Raises `FilterError` where the filter keeps no
        document.
        """
        with self._store.read() as connection:
            among = _chosen(connection, only, ())
            load = self._loader(connection)
            return standing(connection, words, among, load, most=most, similar=similar)

    def standing_in_order(
        self, parts: Sequence[str], *, only: Filter | None = None
    ) -> tuple[tuple[Stretch, ...], ...]:
        """A stretch for each of the parts, in order, in each document that has them so.

        Of several the closest together. Raises `FilterError` where the filter keeps
        no document.
        """
        with self._store.read() as connection:
            among = _chosen(connection, only, ())
            return standing_in_order(connection, parts, among, self._loader(connection))

    def search(
        self,
        question: str,
        *,
        limit: int = 100,
        only: Filter | None = None,
        phrases: Sequence[str] = (),
    ) -> Found:
        """The best passages, best first, out of up to `limit` candidates from each index.

        Candidates are those alone that `only` keeps and that hold every one of
        the `phrases`; how rare a word is stays that of the whole library. Raises
        `FilterError` where the filter keeps no document.
        """
        vector = self.embedder.question(question)
        words = lexical.content_words(question)
        with self._store.read() as connection:
            index = self._vectors.caught_up(connection)
            total = len(index)
            rarity = {
                word: inverse_frequency(total, lexical.passages_with(connection, word))
                for word in words
            }
            among = _chosen(connection, only, phrases)
            dense = index.search(vector, limit, among)
            by_words = lexical.lexical_scores(connection, words, limit, among)
            candidates = sorted(
                stored_passages(connection, dense.keys() | by_words.keys(), len(vector)),
                key=lambda passage: (passage.document_id, passage.start),
            )
            # Neither FAISS' summing order nor a row's place may show in a score.
            cosines = [
                round(float(passage.vector.astype(np.float32) @ vector), 6)
                for passage in candidates
            ]
            scores = [round(by_words.get(passage.key, 0.0), 6) for passage in candidates]
            best = sorted(
                zip(candidates, cosines, scores, combined_scores(cosines, scores), strict=True),
                key=lambda scored: -scored[3],
            )[:_MOST_HITS]
            found = self._loader(connection)({passage.document for passage, *_ in best})
        hits = [
            Hit(
                document=found[passage.document],
                start=passage.start,
                end=passage.end,
                context=passage.context,
                sentences=passage.sentences,
                dense=cosine,
                lexical=score,
                combined=combined,
                sentence_scores=tuple(
                    round(float(similarity), 6)
                    for similarity in passage.sentence_vectors.astype(np.float32) @ vector
                ),
            )
            for passage, cosine, score, combined in best
        ]
        return Found(tuple(hits), rarity)

    def _loader(self, connection: Connection) -> Callable[[Iterable[int]], dict[int, Document]]:
        """What loads documents by their keys, or has them in memory."""
        return lambda keys: self._documents.get(
            keys, lambda missing: load_documents(connection, missing)
        )


def _chosen(connection: Connection, only: Filter | None, phrases: Sequence[str]) -> Keys | None:
    """The keys of the passages that may be found; None for all of them."""
    among = None
    if only:
        among = kept_passages(connection, only)
        if not len(among):
            raise unmatched(connection, only)
    return passages_holding(connection, phrases, among) if phrases else among
