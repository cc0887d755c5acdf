"""What the database's rows mean: documents, passages and the state of each file."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
from sqlalchemy import Connection, Row, delete, func, insert, select

from index import facets, lexical
from index.documents import Document
from index.embedding import PassageText, PassageVectors
from index.passages import Passage
from index.reading.wire import marks_from_json, marks_to_json
from index.schema import documents, files, passages
from index.sentences import Span

FileState = Literal["indexed", "skipped", "failed", "removed"]

# SQLite takes a limited number of variables in one statement.
_MANY = 500


@dataclass(frozen=True, slots=True)
class FileRecord:
    """How a file ended when it was last looked at; `fingerprint` tells whether it changed since.

    One that is *removed* gave a document that a person removed. `document` is the
    id of the document it gave, which an older version of a failed file may have
    given; `title` falls back to the file's name; `tags` are those that the document
    declares and those that it was given.
    """

    source: str
    state: FileState
    reason: str
    fingerprint: str
    document: str | None = None
    passages: int = 0
    silent_pages: tuple[int, ...] = ()
    title: str = ""
    author: str | None = None
    date: str | None = None
    media_type: str | None = None
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class StoredPassage:
    """A passage as a search reads it: where it stands, its spans and its vectors."""

    key: int
    document: int
    document_id: str
    start: int
    end: int
    context: str
    sentences: tuple[Span, ...]
    vector: npt.NDArray[np.float16]
    sentence_vectors: npt.NDArray[np.float16]


def passage_text(document_text: str, passage: Passage) -> PassageText:
    """What is embedded of a passage, with spans counted from its body's start."""
    start, end = passage.body
    spans = tuple((first - start, last - start) for first, last in passage.sentences)
    return PassageText(passage.context, document_text[start:end], spans)


def digest(text: PassageText) -> bytes:
    """The same for passages whose vectors must be the same."""
    plain = json.dumps([text.context, text.body, text.sentences], ensure_ascii=False)
    return hashlib.blake2b(plain.encode("utf-8", "surrogatepass"), digest_size=16).digest()


def known_vectors(
    connection: Connection, digests: Sequence[bytes], dimension: int
) -> dict[bytes, PassageVectors]:
    """The vectors of passages that were embedded before, by digest."""
    found: dict[bytes, PassageVectors] = {}
    for first in range(0, len(digests), _MANY):
        rows = connection.execute(
            select(passages.c.digest, passages.c.vector, passages.c.sentence_vectors).where(
                passages.c.digest.in_(digests[first : first + _MANY])
            )
        )
        for row in rows:
            found[row.digest] = PassageVectors(
                np.frombuffer(row.vector, dtype=np.float16),
                np.frombuffer(row.sentence_vectors, dtype=np.float16).reshape(-1, dimension),
            )
    return found


def vectors_in(connection: Connection, key: int, dimension: int) -> dict[bytes, PassageVectors]:
    """The vectors of a document's passages, by digest."""
    query = select(passages.c.digest).where(passages.c.document == key)
    return known_vectors(connection, connection.execute(query).scalars().all(), dimension)


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


def insert_passages(
    connection: Connection,
    key: int,
    document: Document,
    split: Sequence[Passage],
    digests: Sequence[bytes],
    vectors: Sequence[PassageVectors],
) -> None:
    """Add the passages of the document under the key, their vectors and their words."""
    last = connection.execute(select(func.max(passages.c.key))).scalar() or 0
    rows = []
    for passage, passage_digest, found in zip(split, digests, vectors, strict=True):
        rows.append(
            {
                "document": key,
                "start": passage.start,
                "end": passage.end,
                "context": passage.context,
                "digest": passage_digest,
                "vector": found.passage.tobytes(),
                "sentences": np.asarray(passage.sentences, dtype=np.int32).tobytes(),
                "sentence_vectors": found.sentences.tobytes(),
            }
        )
    connection.execute(insert(passages), rows)
    added = select(passages.c.key, passages.c.start, passages.c.end, passages.c.context).where(
        passages.c.document == key, passages.c.key > last
    )
    name = Path(document.source).name
    lexical.index_words(
        connection,
        [
            (row.key, name, row.context, document.text[row.start : row.end])
            for row in connection.execute(added)
        ],
    )


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


def delete_passages(connection: Connection, key: int) -> None:
    """Drop the passages of a document, their vectors and their words."""
    lexical.forget_words(connection, key)
    connection.execute(delete(passages).where(passages.c.document == key))


def record_file(connection: Connection, record: FileRecord) -> None:
    """Keep how a file ended."""
    connection.execute(delete(files).where(files.c.source == record.source))
    connection.execute(
        insert(files).values(
            source=record.source,
            state=record.state,
            reason=record.reason,
            fingerprint=record.fingerprint,
            silent_pages=json.dumps(record.silent_pages),
        )
    )


def forget_file(connection: Connection, source: str) -> None:
    """Drop what is known of a file."""
    connection.execute(delete(files).where(files.c.source == source))


def file_records(connection: Connection) -> Iterator[FileRecord]:
    """Every file that was looked at, by its source."""
    counts = (
        select(passages.c.document, func.count().label("number"))
        .group_by(passages.c.document)
        .subquery()
    )
    query = (
        select(
            files,
            *(
                documents.c[name]
                for name in ("key", "id", "title", "author", "date", "media_type")
            ),
            func.coalesce(counts.c.number, 0).label("number"),
        )
        .outerjoin(documents, documents.c.source == files.c.source)
        .outerjoin(counts, counts.c.document == documents.c.key)
        .order_by(files.c.source)
    )
    tags = facets.tags_by_document(connection)
    for row in connection.execute(query):
        yield FileRecord(
            source=row.source,
            state=row.state,
            reason=row.reason,
            fingerprint=row.fingerprint,
            document=row.id,
            passages=row.number,
            silent_pages=tuple(json.loads(row.silent_pages)),
            title=row.title or Path(row.source).name,
            author=row.author,
            date=row.date,
            media_type=row.media_type,
            tags=tags.get(row.key, ()),
        )


def file_record(connection: Connection, source: str) -> FileRecord | None:
    """What is known of one file."""
    query = (
        select(files, documents.c.id)
        .outerjoin(documents, documents.c.source == files.c.source)
        .where(files.c.source == source)
    )
    row = connection.execute(query).one_or_none()
    if row is None:
        return None
    return FileRecord(
        row.source,
        row.state,
        row.reason,
        row.fingerprint,
        row.id,
        silent_pages=tuple(json.loads(row.silent_pages)),
    )


def load_documents(connection: Connection, keys: Iterable[int]) -> Iterator[tuple[int, Document]]:
    """Documents by their keys."""
    wanted = list(keys)
    for first in range(0, len(wanted), _MANY):
        query = select(documents).where(documents.c.key.in_(wanted[first : first + _MANY]))
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


def load_document(connection: Connection, document_id: str) -> Document | None:
    """A document by its id."""
    row = connection.execute(select(documents).where(documents.c.id == document_id)).one_or_none()
    return None if row is None else _document(row)


def stored_passages(
    connection: Connection, keys: Iterable[int], dimension: int
) -> Iterator[StoredPassage]:
    """Passages by their keys, in no order."""
    wanted = list(keys)
    for first in range(0, len(wanted), _MANY):
        query = (
            select(passages, documents.c.id)
            .join(documents, documents.c.key == passages.c.document)
            .where(passages.c.key.in_(wanted[first : first + _MANY]))
        )
        for row in connection.execute(query):
            spans = np.frombuffer(row.sentences, dtype=np.int32).reshape(-1, 2).tolist()
            yield StoredPassage(
                key=row.key,
                document=row.document,
                document_id=row.id,
                start=row.start,
                end=row.end,
                context=row.context,
                sentences=tuple((start, end) for start, end in spans),
                vector=np.frombuffer(row.vector, dtype=np.float16),
                sentence_vectors=np.frombuffer(row.sentence_vectors, dtype=np.float16).reshape(
                    -1, dimension
                ),
            )


def count_passages(connection: Connection) -> int:
    """How many passages there are."""
    return int(connection.execute(select(func.count()).select_from(passages)).scalar_one())


def passage_keys(connection: Connection) -> npt.NDArray[np.int64]:
    """The keys of all passages, ascending."""
    rows = connection.execute(select(passages.c.key))
    return np.sort(np.fromiter((row.key for row in rows), dtype=np.int64))


def vectors_of(
    connection: Connection, keys: Sequence[int], dimension: int
) -> npt.NDArray[np.float16]:
    """The vectors of passages, one a row, in the order of the keys."""
    found: dict[int, bytes] = {}
    for first in range(0, len(keys), _MANY):
        query = select(passages.c.key, passages.c.vector).where(
            passages.c.key.in_(keys[first : first + _MANY])
        )
        found.update({row.key: row.vector for row in connection.execute(query)})
    joined = b"".join(found[key] for key in keys)
    return np.frombuffer(joined, dtype=np.float16).reshape(-1, dimension)


def _document(row: Row[Any]) -> Document:
    bibliography: Mapping[str, Any] = json.loads(row.bibliography)
    return Document(
        id=row.id,
        source=row.source,
        sha256=row.sha256,
        bibliography=bibliography,
        text=row.text,
        media_type=row.media_type,
        title=row.title,
        author=row.author,
        date=row.date,
        language=row.language,
        tags=tuple(json.loads(row.tags)),
        **marks_from_json(row.marks),
    )
