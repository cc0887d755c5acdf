"""Facets: what documents are filtered by, folded so that a filter need not match letter by letter.

A path is kept with a slash at both ends, words with a space at both ends, so
that whole folders and whole words are found as parts of a text. A *label* is a
tag that a person gave; all else follows from the document.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Literal

from sqlalchemy import Connection, delete, func, insert, select, update

from index.lexical import searchable
from index.schema import documents, facets

Kind = Literal["path", "title", "author", "tag", "label"]

_ACCENTS = re.compile("[\u0300-\u036f]")
_NO_WORD = re.compile(r"[\W_]+")


def folded(text: str) -> str:
    """The text on one line, without case, accents and compatibility forms."""
    plain = _ACCENTS.sub("", unicodedata.normalize("NFKD", text)).casefold()
    return " ".join(unicodedata.normalize("NFKC", plain).split())


def folded_tag(tag: str) -> str:
    """A tag as it is compared: `#Draft` is `draft`."""
    return folded(tag.lstrip("# "))


def folded_path(path: str) -> str:
    """A path between slashes: `/papers/a.txt/`; with two before it if it begins at the root."""
    return f"/{folded(path).replace(chr(92), '/').rstrip('/')}/"


def folded_words(text: str) -> str:
    """The words between spaces: ` annual report 2020 `; nothing if there are none."""
    words = _NO_WORD.sub(" ", folded(searchable(text))).strip()
    return f" {words} " if words else ""


def is_text(value: str) -> bool:
    """Whether the database can hold it: half a character, as broken input has, it cannot."""
    return not any("\ud800" <= character <= "\udfff" or character == "\0" for character in value)


def names_of(author: str | None) -> list[str]:
    """The names of a document's authors, one by one."""
    return [name.strip() for name in (author or "").split(";") if name.strip()]


def index_document(
    connection: Connection,
    key: int,
    *,
    source: str,
    title: str | None,
    author: str | None,
    tags: Iterable[str] = (),
    labels: Iterable[str] = (),
) -> None:
    """Add the facets of a document that has none."""
    name = source.replace("\\", "/").rstrip("/").rpartition("/")[2]
    found: list[tuple[Kind, str, str]] = [
        ("path", source, folded_path(source)),
        ("title", name, folded_words(name)),
        *(("title", one, folded_words(one)) for one in (title,) if one),
        *(("author", one, folded_words(one)) for one in names_of(author)),
        *(("tag", one, folded_tag(one)) for one in tags),
        *(("label", one, folded_tag(one)) for one in labels),
    ]
    connection.execute(
        insert(facets),
        [
            {"document": key, "kind": kind, "value": value, "folded": plain}
            for kind, value, plain in found
        ],
    )


def index_every_document(connection: Connection) -> None:
    """Add the facets of all documents of a library that has none."""
    columns = (documents.c.key, documents.c.source, documents.c.title, documents.c.author)
    for row in connection.execute(select(*columns)).all():
        index_document(connection, row.key, source=row.source, title=row.title, author=row.author)


def forget_document(connection: Connection, key: int) -> None:
    """Drop the facets of a document."""
    connection.execute(delete(facets).where(facets.c.document == key))


def move(connection: Connection, source: str, now: str) -> None:
    """Find the document of a source at another one of the same name."""
    path = (facets.c.kind == "path") & (facets.c.value == source)
    connection.execute(update(facets).where(path).values(value=now, folded=folded_path(now)))


def labels_of(connection: Connection, key: int) -> tuple[str, ...]:
    """The tags that a person gave a document, in alphabetical order."""
    query = select(facets.c.value).where(facets.c.document == key, facets.c.kind == "label")
    return tuple(row.value for row in connection.execute(query.order_by(facets.c.folded)))


def relabel(connection: Connection, key: int, labels: Sequence[str]) -> None:
    """Give a document just these labels."""
    connection.execute(delete(facets).where(facets.c.document == key, facets.c.kind == "label"))
    if labels:
        connection.execute(
            insert(facets),
            [
                {"document": key, "kind": "label", "value": one, "folded": folded_tag(one)}
                for one in labels
            ],
        )


def all_tags(connection: Connection) -> list[str]:
    """The tags that documents have, each once however it is written, in alphabetical order."""
    query = (
        select(func.min(facets.c.value))
        .where(facets.c.kind.in_(("tag", "label")))
        .group_by(facets.c.folded)
        .order_by(facets.c.folded)
    )
    return list(connection.execute(query).scalars())


def tags_by_document(connection: Connection) -> dict[int, tuple[str, ...]]:
    """All tags of each document that has any, its own and those it was given, each once."""
    query = (
        select(facets.c.document, facets.c.value, facets.c.folded)
        .where(facets.c.kind.in_(("tag", "label")))
        .order_by(facets.c.folded, facets.c.kind.desc())
    )
    found: dict[int, dict[str, str]] = {}
    for row in connection.execute(query):
        found.setdefault(row.document, {}).setdefault(row.folded, row.value)
    return {document: tuple(tags.values()) for document, tags in found.items()}
