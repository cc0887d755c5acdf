"""Changes to a library, each one a transaction."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from itertools import count as counting
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, select

from index import lexical, records
from index.documents import Document, Reading
from index.embedding import Embedder, PassageVectors
from index.files import is_gone
from index.passages import Measure, Passage, split
from index.records import FileRecord
from index.store import Store, documents, read_manifest, write_manifest


@dataclass(frozen=True, slots=True)
class Prepared:
    """A document's passages with their digests and vectors; `embedded` of them are new."""

    passages: Sequence[Passage]
    digests: Sequence[bytes]
    vectors: Sequence[PassageVectors]
    embedded: int


class Writer:
    """The one who may change a library, while it is held by `Library.writer`."""

    def __init__(self, store: Store, embedder: Embedder, count: Measure) -> None:
        self._store = store
        self._embedder = embedder
        self._count = count

    def add(
        self,
        reading: Reading,
        *,
        source: str,
        sha256: str,
        fingerprint: str,
        bibliography: Mapping[str, Any],
    ) -> tuple[FileRecord, int]:
        """Add what was read from a file, in the place of what it gave before.

        Returns the file's record and how many passages had to be embedded: those
        that stand in the library already, in this or another document, are not.
        """
        prepared = prepare(
            reading, embedder=self._embedder, count=self._count, known=self._known_vectors
        )
        with self._store.write() as connection:
            document = Document(
                **{field.name: getattr(reading, field.name) for field in fields(Reading)},
                id=_settle(connection, source, sha256),
                source=source,
                sha256=sha256,
                bibliography=bibliography,
            )
            insert_prepared(connection, document, prepared)
            record = FileRecord(
                source,
                "indexed",
                "",
                fingerprint,
                document.id,
                len(prepared.passages),
                reading.silent_pages,
            )
            records.record_file(connection, record)
        return record, prepared.embedded

    def note(self, record: FileRecord) -> None:
        """Keep that a file gave no document; a skipped one loses what it gave before."""
        with self._store.read() as connection:
            known = records.file_record(connection, record.source)
        if known and replace(known, document=None) == record:
            return
        with self._store.write() as connection:
            if record.state == "skipped" and known and known.document:
                records.delete_document(connection, known.document)
            records.record_file(connection, record)

    def remove(self, sources: Sequence[str]) -> None:
        """Remove files and the documents they gave, all at once."""
        with self._store.write() as connection:
            for source in sources:
                known = records.file_record(connection, source)
                if known and known.document:
                    records.delete_document(connection, known.document)
                records.forget_file(connection, source)
            # Otherwise the removed words would stay on the disk until a later merge.
            lexical.merge_words(connection)
        self._store.checkpoint()

    def _known_vectors(self, digests: Sequence[bytes]) -> dict[bytes, PassageVectors]:
        with self._store.read() as connection:
            dimension = int(read_manifest(connection)["dimension"])
            return records.known_vectors(connection, digests, dimension)


def prepare(
    reading: Reading,
    *,
    embedder: Embedder,
    count: Measure,
    known: Callable[[Sequence[bytes]], dict[bytes, PassageVectors]],
) -> Prepared:
    """Split a reading and embed the passages whose vectors are not `known` by digest."""
    passages = split(reading, count=count, measure=embedder.measure, window=embedder.window)
    texts = [records.passage_text(reading.text, passage) for passage in passages]
    digests = [records.digest(text) for text in texts]
    found = known(digests)
    new = {
        digest: text for digest, text in zip(digests, texts, strict=True) if digest not in found
    }
    if new:
        found.update(zip(new, embedder.passages(list(new.values())), strict=True))
    vectors = [found[digest] for digest in digests]
    return Prepared(passages, digests, vectors, len(new))


def insert_prepared(connection: Connection, document: Document, prepared: Prepared) -> None:
    """Add a document with its prepared passages; its id and source must be free."""
    write_manifest(connection, dimension=str(len(prepared.vectors[0].passage)))
    records.insert_document(
        connection,
        document,
        Path(document.source).name,
        prepared.passages,
        prepared.digests,
        prepared.vectors,
    )


def _settle(connection: Connection, source: str, sha256: str) -> str:
    """Make room for a source's document and decide its id.

    The id stays when the file is read again, and when it was moved: another
    source of the same bytes whose file is gone. So links to it stay good.
    """
    known = records.file_record(connection, source)
    if known and known.document:
        records.delete_document(connection, known.document)
        return known.document
    twins = select(documents.c.id, documents.c.source).where(documents.c.sha256 == sha256)
    for twin in connection.execute(twins.order_by(documents.c.source)).all():
        if is_gone(Path(twin.source)):
            records.delete_document(connection, twin.id)
            records.forget_file(connection, twin.source)
            return str(twin.id)
    # The first choice is taken if a document that began here has moved away since.
    choices = (hashlib.sha256(f"{source}\0{n}".encode()).hexdigest()[:16] for n in counting())
    return next(choice for choice in choices if records.load_document(connection, choice) is None)
