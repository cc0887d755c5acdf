"""Taking a document out of a library, and putting it back as it was."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from index.document_rows import delete_document, document_key, insert_document, load_documents
from index.documents import Document
from index.embedder import Embedder, PassageVectors
from index.file_rows import FileRecord, file_record, record_file
from index.passage_rows import vectors_in
from index.schema import read_manifest
from index.store import Store
from index.tokens import Measure
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
        key = document_key(connection, document_id)
        if key is None:
            return None
        ((_, document),) = load_documents(connection, [key])
        record = file_record(connection, document.source)
        if record is None:
            raise LookupError(f"the document {document_id!r} is of no known file")
        dimension = int(read_manifest(connection)["dimension"])
        vectors = vectors_in(connection, key, dimension)
        labels = delete_document(connection, document_id)
        gone = replace(record, state="removed", reason=REMOVED, document=None, silent_pages=())
        record_file(connection, gone)
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
        now = file_record(connection, removed.record.source)
        if now and now.document:
            return False
        if document_key(connection, removed.document.id) is not None:
            return False
        key = insert_document(connection, removed.document, removed.labels)
        insert_prepared(connection, key, removed.document, prepared)
        record_file(connection, removed.record)
    return True
