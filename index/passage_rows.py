"""The rows of passages: their spans, their vectors and their words."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from sqlalchemy import Connection, delete, func, insert, select

from index import lexical
from index.documents import Document
from index.embedder import PassageText, PassageVectors
from index.passages import Passage
from index.schema import MANY, documents, passages
from index.sentences import Span


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


def passage_digest(text: PassageText) -> bytes:
    """The same for passages whose vectors must be the same."""
    plain = json.dumps([text.context, text.body, text.sentences], ensure_ascii=False)
    return hashlib.blake2b(plain.encode("utf-8", "surrogatepass"), digest_size=16).digest()


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
    for passage, digest, found in zip(split, digests, vectors, strict=True):
        rows.append(
            {
                "document": key,
                "start": passage.start,
                "end": passage.end,
                "context": passage.context,
                "digest": digest,
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


def delete_passages(connection: Connection, key: int) -> None:
    """Drop the passages of a document, their vectors and their words."""
    lexical.forget_words(connection, key)
    connection.execute(delete(passages).where(passages.c.document == key))


def known_vectors(
    connection: Connection, digests: Sequence[bytes], dimension: int
) -> dict[bytes, PassageVectors]:
    """The vectors of passages that were embedded before, by digest."""
    found: dict[bytes, PassageVectors] = {}
    for first in range(0, len(digests), MANY):
        rows = connection.execute(
            select(passages.c.digest, passages.c.vector, passages.c.sentence_vectors).where(
                passages.c.digest.in_(digests[first : first + MANY])
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


def stored_passages(
    connection: Connection, keys: Iterable[int], dimension: int
) -> Iterator[StoredPassage]:
    """Passages by their keys, in no order."""
    wanted = list(keys)
    for first in range(0, len(wanted), MANY):
        query = (
            select(passages, documents.c.id)
            .join(documents, documents.c.key == passages.c.document)
            .where(passages.c.key.in_(wanted[first : first + MANY]))
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
    for first in range(0, len(keys), MANY):
        query = select(passages.c.key, passages.c.vector).where(
            passages.c.key.in_(keys[first : first + MANY])
        )
        found.update({row.key: row.vector for row in connection.execute(query)})
    joined = b"".join(found[key] for key in keys)
    return np.frombuffer(joined, dtype=np.float16).reshape(-1, dimension)
