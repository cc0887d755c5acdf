"""Changes to a library, each one a transaction."""

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from itertools import count as counting
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, select

from index import facets, lexical
from index.document_rows import (
    citation_key,
    delete_document,
    document_key,
    insert_document,
    reference_of,
)
from index.documents import Document, Reading
from index.embedder import Embedder, PassageVectors
from index.errors import PinciteError
from index.file_rows import FileRecord, file_record, forget_file, record_file
from index.files import is_gone
from index.passage_rows import insert_passages, known_vectors, passage_digest, passage_text
from index.passages import Passage, split
from index.schema import documents, read_manifest, write_manifest
from index.store import Store
from index.tokens import Measure

Progress = Callable[[int, int], None]

# Passages embedded between two words on how far it is; fewer would be slower.
_STRETCH = 64


@dataclass(frozen=True, slots=True)
class Prepared:
    """A document's passages with their digests and vectors; `embedded` of them are new."""

    passages: Sequence[Passage]
    digests: Sequence[bytes]
    vectors: Sequence[PassageVectors]
    embedded: int


@dataclass(frozen=True, slots=True)
class Labelling:
    """Which tags to give to documents, and which of those that were given to take away."""

    add: tuple[str, ...] = ()
    drop: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for tag in (*self.add, *self.drop):
            if not facets.folded_tag(tag):
                raise PinciteError(f"the tag {tag!r} is empty; give it a name")
            if not facets.is_text(tag):
                raise PinciteError(f"the tag {tag!r} is no valid text; type it anew")

    def of(self, labels: Iterable[str]) -> tuple[str, ...]:
        """The labels of a document that had those given; each once, as it was first written."""
        found: dict[str, str] = {}
        for tag in (*labels, *self.add):
            found.setdefault(facets.folded_tag(tag), " ".join(tag.lstrip("# ").split()))
        for tag in self.drop:
            found.pop(facets.folded_tag(tag), None)
        return tuple(found.values())


NO_LABELLING = Labelling()


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
        reference: Mapping[str, Any] | None = None,
        labelling: Labelling = NO_LABELLING,
        progress: Progress = lambda _done, _total: None,
    ) -> tuple[FileRecord, int]:
        """Add what was read from a file, in the place of what it gave before.

        `reference` is the item that a library of references gives it, `bibliography`
        that of its sidecar, which goes before all others. Labels that it had stay, but
        for those that `labelling` takes away, and so does its citation key.
        `progress` is told how many passages are embedded, of how many that must be;
        when all are, for the last time, right before the document is committed.
        What it raises ends the adding, and nothing is kept.

        Returns the file's record and how many passages had to be embedded: those
        that stand in the library already, in this or another document, are not.
        """
        prepared = prepare(
            reading,
            embedder=self._embedder,
            count=self._count,
            known=self._known_vectors,
            progress=progress,
        )
        with self._store.write() as connection:
            before, labels = _settle(connection, source, sha256)
            known = {field.name: getattr(reading, field.name) for field in fields(Reading)}
            known["bibliography"] = {
                **reading.bibliography,
                **(reference or {}),
                **bibliography,
            }
            document = Document(
                **known,
                id=before.document,
                source=source,
                sha256=sha256,
                reference=reference or {},
            )
            keyed = citation_key(connection, document, before=before.citation_key)
            document = replace(document, citation_key=keyed)
            key = insert_document(connection, document, labelling.of(labels))
            insert_prepared(connection, key, document, prepared)
            record = FileRecord(
                source,
                "indexed",
                "",
                fingerprint,
                document.id,
                len(prepared.passages),
                reading.silent_pages,
            )
            record_file(connection, record)
        return record, prepared.embedded

    def label(self, document_id: str, labelling: Labelling) -> None:
        """Change the labels of a document, if it is still there, and nothing else."""
        if labelling == NO_LABELLING:
            return
        with self._store.read() as connection:
            key = document_key(connection, document_id)
            before = () if key is None else facets.labels_of(connection, key)
        after = labelling.of(before)
        if set(after) != set(before):
            with self._store.write() as connection:
                # It may have been removed meanwhile.
                if (key := document_key(connection, document_id)) is not None:
                    facets.relabel(connection, key, after)

    def note(self, record: FileRecord) -> None:
        """Keep that a file gave no document; a skipped one loses what it gave before."""
        with self._store.read() as connection:
            known = file_record(connection, record.source)
        if known and replace(known, document=None) == record:
            return
        with self._store.write() as connection:
            known = file_record(connection, record.source)
            if record.state == "skipped" and known and known.document:
                delete_document(connection, known.document)
            record_file(connection, record)

    def remove(self, sources: Sequence[str]) -> None:
        """Remove files and the documents they gave, all at once.

        Also wiped is what documents removed before left in the database's file.
        """
        with self._store.write() as connection:
            for source in sources:
                known = file_record(connection, source)
                if known and known.document:
                    delete_document(connection, known.document)
                forget_file(connection, source)
            # Otherwise the removed words would stay on the disk until a later merge.
            lexical.merge_words(connection)
        self._store.checkpoint()

    def _known_vectors(self, digests: Sequence[bytes]) -> dict[bytes, PassageVectors]:
        with self._store.read() as connection:
            dimension = int(read_manifest(connection)["dimension"])
            return known_vectors(connection, digests, dimension)


def prepare(
    reading: Reading,
    *,
    embedder: Embedder,
    count: Measure,
    known: Callable[[Sequence[bytes]], dict[bytes, PassageVectors]],
    progress: Progress = lambda _done, _total: None,
) -> Prepared:
    """Split a reading and embed the passages whose vectors are not `known` by digest.

    `progress` is told how many are embedded, of how many, before and after each stretch.
    """
    passages = split(reading, count=count, measure=embedder.measure, window=embedder.window)
    texts = [passage_text(reading.text, passage) for passage in passages]
    digests = [passage_digest(text) for text in texts]
    found = known(digests)
    new = {
        digest: text for digest, text in zip(digests, texts, strict=True) if digest not in found
    }
    unknown = list(new)
    progress(0, len(unknown))
    for first in range(0, len(unknown), _STRETCH):
        stretch = unknown[first : first + _STRETCH]
        vectors_of_it = embedder.passages([new[digest] for digest in stretch])
        found.update(zip(stretch, vectors_of_it, strict=True))
        progress(first + len(stretch), len(unknown))
    vectors = [found[digest] for digest in digests]
    return Prepared(passages, digests, vectors, len(new))


def insert_prepared(
    connection: Connection, key: int, document: Document, prepared: Prepared
) -> None:
    """Add the prepared passages of the document under the key."""
    write_manifest(connection, dimension=str(len(prepared.vectors[0].passage)))
    insert_passages(
        connection,
        key,
        document,
        prepared.passages,
        prepared.digests,
        prepared.vectors,
    )


def kept_reference(store: Store, source: str, sha256: str) -> Mapping[str, Any]:
    """The item that a library of references gave to what a source's document goes on from."""
    with store.read() as connection:
        before = _predecessor(connection, source, sha256)
        return reference_of(connection, before.document) if before else {}


@dataclass(frozen=True, slots=True)
class _Before:
    """What a document goes on from: its id, its source and its citation key."""

    document: str
    source: str
    citation_key: str = ""


def _settle(connection: Connection, source: str, sha256: str) -> tuple[_Before, tuple[str, ...]]:
    """Make room for a source's document; decide what it goes on from, and which labels it had.

    All of that stays when the file is read again, and when it was moved. So links to it
    stay good.
    """
    before = _predecessor(connection, source, sha256)
    if before is not None:
        labels = delete_document(connection, before.document)
        if before.source != source:
            forget_file(connection, before.source)
        return before, labels
    # The first choice is taken if a document that began here has moved away since.
    choices = (hashlib.sha256(f"{source}\0{n}".encode()).hexdigest()[:16] for n in counting())
    free = (choice for choice in choices if document_key(connection, choice) is None)
    return _Before(next(free), source), ()


def _predecessor(connection: Connection, source: str, sha256: str) -> _Before | None:
    """The document that the file gave before, or that of a file which was moved.

    The latter is another source of the same bytes whose file is gone.
    """
    columns = select(documents.c.id, documents.c.source, documents.c.citation_key)
    own = connection.execute(columns.where(documents.c.source == source)).one_or_none()
    if own is not None:
        return _Before(own.id, own.source, own.citation_key)
    twins = columns.where(documents.c.sha256 == sha256).order_by(documents.c.source)
    for twin in connection.execute(twins).all():
        if is_gone(Path(twin.source)):
            return _Before(twin.id, twin.source, twin.citation_key)
    return None
