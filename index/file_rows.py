"""The rows of files: how each ended when it was last looked at."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from sqlalchemy import Connection, delete, func, insert, select, update

from index import facets
from index.schema import documents, files, passages

FileState = Literal["indexed", "skipped", "failed", "removed"]


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
    citation_key: str = ""
    tags: tuple[str, ...] = ()


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


def move_file(connection: Connection, source: str, now: str) -> None:
    """Know a file, and the document it gave, by another source."""
    for table in (files, documents):
        connection.execute(update(table).where(table.c.source == source).values(source=now))
    facets.move(connection, source, now)


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
                for name in ("key", "id", "title", "author", "date", "media_type", "citation_key")
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
            citation_key=row.citation_key or "",
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
