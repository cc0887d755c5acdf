"""The rows of documents: their text, what is known of them, and the facets that follow."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Row, delete, exists, func, insert, select, update

from index import facets
from index.citation_keys import made_key, own_key
from index.documents import Document
from index.passage_rows import delete_passages
from index.reading.wire import marks_from_json, marks_to_json
from index.schema import MANY, documents


def insert_document(connection: Connection, document: Document, labels: Sequence[str]) -> int:
    """Add a document, without passages, under the labels; returns its key."""
    inserted = connection.execute(
        insert(documents).values(
            id=document.id,
            source=document.source,
            sha256=document.sha256,
            media_type=document.media_type,
            title=document.title,
            author=document.author,
            date=document.date,
            language=document.language,
            bibliography=json.dumps(dict(document.bibliography), ensure_ascii=False),
            text=document.text,
            marks=marks_to_json(document),
            tags=json.dumps(document.tags, ensure_ascii=False),
            reference=json.dumps(dict(document.reference), ensure_ascii=False),
            citation_key=document.citation_key,
        )
    )
    key = int((inserted.inserted_primary_key or (0,))[0])
    facets.index_document(
        connection,
        key,
        source=document.source,
        title=document.title,
        author=document.author,
        tags=document.tags,
        labels=labels,
    )
    return key


def delete_document(connection: Connection, document_id: str) -> tuple[str, ...]:
    """Drop a document, its passages, their vectors and their words; returns its labels.

    One that is gone already had none.
    """
    key = document_key(connection, document_id)
    if key is None:
        return ()
    labels = facets.labels_of(connection, key)
    facets.forget_document(connection, key)
    delete_passages(connection, key)
    connection.execute(delete(documents).where(documents.c.key == key))
    return labels


def load_document(connection: Connection, document_id: str) -> Document | None:
    """A document by its id."""
    row = connection.execute(select(documents).where(documents.c.id == document_id)).one_or_none()
    return None if row is None else _document(row)


def load_documents(connection: Connection, keys: Iterable[int]) -> Iterator[tuple[int, Document]]:
    """Documents by their keys."""
    wanted = list(keys)
    for first in range(0, len(wanted), MANY):
        query = select(documents).where(documents.c.key.in_(wanted[first : first + MANY]))
        for row in connection.execute(query):
            yield row.key, _document(row)


def document_key(connection: Connection, document_id: str) -> int | None:
    """The key of the document with the id, if it is there."""
    query = select(documents.c.key).where(documents.c.id == document_id)
    return connection.execute(query).scalar_one_or_none()


def document_keys(connection: Connection) -> list[int]:
    """The keys of all documents, ascending."""
    return [
        row.key for row in connection.execute(select(documents.c.key).order_by(documents.c.key))
    ]


def sources_of(connection: Connection, keys: Iterable[int]) -> dict[int, str]:
    """The sources of documents by their keys, in the order of the sources."""
    wanted = list(keys)
    found: list[tuple[str, int]] = []
    for first in range(0, len(wanted), MANY):
        query = select(documents.c.source, documents.c.key).where(
            documents.c.key.in_(wanted[first : first + MANY])
        )
        found += [(row.source, row.key) for row in connection.execute(query)]
    return {key: source for source, key in sorted(found)}


def citation_key(connection: Connection, document: Document, *, before: str = "") -> str:
    """The key that a person gave; else the one it had `before`; else a new one of its own."""

    def taken(key: str) -> bool:
        query = select(exists().where(documents.c.citation_key == key))
        return bool(connection.execute(query).scalar_one())

    return own_key(document.bibliography) or before or made_key(document, taken)


def key_every_document(connection: Connection) -> None:
    """Give a citation key to each document that has none."""
    for number, document in load_documents(connection, document_keys(connection)):
        if not document.citation_key:
            key = citation_key(connection, document)
            keyed = update(documents).where(documents.c.key == number)
            connection.execute(keyed.values(citation_key=key))


def reference_of(connection: Connection, document_id: str) -> Mapping[str, Any]:
    """The item that a library of references gave a document; empty if none did."""
    query = select(documents.c.reference).where(documents.c.id == document_id)
    found = connection.execute(query).scalar_one_or_none()
    return dict(json.loads(found)) if found else {}


def _document(row: Row[Any]) -> Document:
    bibliography: Mapping[str, Any] = json.loads(row.bibliography)
    return Document(
        id=row.id,
        source=row.source,
        sha256=row.sha256,
        bibliography=bibliography,
        reference=json.loads(row.reference),
        citation_key=row.citation_key,
        text=row.text,
        media_type=row.media_type,
        title=row.title,
        author=row.author,
        date=row.date,
        language=row.language,
        tags=tuple(json.loads(row.tags)),
        **marks_from_json(row.marks),
    )


def count_documents(connection: Connection) -> int:
    """How many documents there are."""
    return int(connection.execute(select(func.count(documents.c.key))).scalar_one())
