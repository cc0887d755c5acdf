"""The catalogue: what each document of a library is called, without its text."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, select

from index.facets import names_of
from index.reading.variables import person_of
from index.schema import documents


@dataclass(frozen=True, slots=True)
class CatalogueEntry:
    """What a document goes by: its id, its citation key, and what a writer may call it.

    `families` are the authors' family names, or the names of bodies; `year` is that
    of its date, if it has one; `addresses` are its DOI and its URL.
    """

    document: str
    citation_key: str
    title: str
    families: tuple[str, ...]
    year: str
    addresses: tuple[str, ...]


def read_catalogue(connection: Connection) -> list[CatalogueEntry]:
    """All documents, by their sources."""
    names = ("id", "source", "citation_key", "title", "author", "date", "bibliography")
    query = select(*(documents.c[name] for name in names)).order_by(documents.c.source)
    found = []
    for row in connection.execute(query):
        people = [person_of(name) for name in names_of(row.author)]
        item: Mapping[str, Any] = json.loads(row.bibliography)
        addresses = (item.get("DOI"), item.get("URL"), row.source)
        found.append(
            CatalogueEntry(
                document=row.id,
                citation_key=row.citation_key,
                title=row.title or Path(row.source).name,
                families=tuple(one.get("family") or one.get("literal", "") for one in people),
                year=(row.date or "")[:4],
                addresses=tuple(one for one in addresses if isinstance(one, str) and one),
            )
        )
    return found
