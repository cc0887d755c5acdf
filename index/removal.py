"""Taking a document out of a library, and putting it back as it was."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from index import records
from index.documents import Document
from index.embedding import Embedder, PassageVectors
from index.passages import Measure
from index.records import FileRecord
from index.schema import read_manifest
from index.store import Store
from index.writing import insert_prepared, prepare

REMOVED = "removed by you; it comes back when its file changes or is added by hand"


@dataclass(frozen=True, slots=True)
class Removed:
    """All that the library held of a document; `vectors` are those of its passages, by digest."""

    record: FileRecord
    document: Document
    labels: tuple[str, ...]
    vectors: Mapping[bytes, PassageVectors]


def remove_document(store: Store, document_id: str) -> Removed | None:
    """Remove a document in one transaction; None if there is none of that id.

    Its file stays known as *removed*.
    """
    with store.write() as connection:
        key = records.document_key(connection, document_id)
        if key is None:
            return None
        ((_, document),) = records.load_documents(connection, [key])
        record = records.file_record(connection, document.source)
        if record is None:
            raise LookupError(f"the document {document_id!r} is of no known file")
        dimension = int(read_manifest(connection)["dimension"])
        vectors = records.vectors_in(connection, key, dimension)
        labels = records.delete_document(connection, document_id)
        gone = replace(record, state="removed", reason=REMOVED, document=None, silent_pages=())
        records.record_file(connection, gone)
    return Removed(record, document, labels, vectors)


def restore_document(
    store: Store, removed: Removed, *, embedder: Embedder, count: Measure
) -> bool:
    """Put a document back under its id, with its labels; whether it was not there already.

    Nothing is read or embedded. A document that its file gave since then stays.
    """
    prepared = prepare(
        removed.document,
        embedder=embedder,
        count=count,
        known=lambda digests: {one: removed.vectors[one] for one in digests},
    )
    with store.write() as connection:
        now = records.file_record(connection, removed.record.source)
        if now and now.document:
            return False
        if records.document_key(connection, removed.document.id) is not None:
            return False
        key = records.insert_document(connection, removed.document, removed.labels)
        insert_prepared(connection, key, removed.document, prepared)
        records.record_file(connection, removed.record)
    return True
