"""Where passages stand, and the texts that they are part of, without their vectors."""

import json
from collections.abc import Iterable, Iterator
from typing import NamedTuple

import numpy as np
from sqlalchemy import Connection, text

from index.vectors import Keys

_PLACES = text(
    "SELECT group_concat(key || ',' || document || ',' || start || ',' || \"end\") FROM passages "
    "WHERE key IN (SELECT value FROM json_each(:keys))"
)
_TEXTS = text("SELECT key, text FROM documents WHERE key IN (SELECT value FROM json_each(:keys))")

# Rows that are fetched one by one take several times as long.
_AT_ONCE = 100


class Body(NamedTuple):
    """A passage: its key, the key of its document, and the characters start:end of its text."""

    key: int
    document: int
    start: int
    end: int


def bodies(connection: Connection, keys: Keys) -> list[Body]:
    """The passages under the keys, in no order."""
    listed = connection.execute(_PLACES, {"keys": json.dumps(keys.tolist())}).scalar()
    # Joined by SQLite, which takes a tenth of the time of a row each.
    numbers = np.fromstring(listed or "", dtype=np.int64, sep=",").reshape(-1, 4)
    return list(map(Body._make, numbers.tolist()))


def texts(connection: Connection, documents: Iterable[int]) -> Iterator[tuple[int, str]]:
    """The texts of documents by their keys, in no order; loaded some at a time."""
    rows = connection.execute(_TEXTS, {"keys": json.dumps(list(documents))})
    for some in rows.partitions(_AT_ONCE):
        yield from ((row.key, row.text) for row in some)
