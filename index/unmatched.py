"""Why a filter keeps no document, said with what comes nearest."""

from collections.abc import Iterable, Iterator, Sequence
from difflib import get_close_matches
from pathlib import Path

from sqlalchemy import Connection, func, select

from index.errors import NothingKept
from index.facets import folded, folded_tag
from index.filters import Condition, Filter, conditions
from index.schema import documents, facets

# Looking for what is written alike takes its time.
_MOST_COMPARED = 5000
_MOST_LISTED = 10
_LONGEST_SHOWN = 80


def unmatched(connection: Connection, only: Filter) -> NothingKept:
    """The error of a filter that keeps no document."""
    if connection.execute(select(documents.c.key).limit(1)).first() is None:
        return NothingKept("the library has no documents; add some with: pincite add PATH")
    wanted = list(conditions(only))
    for condition in wanted:
        if connection.execute(condition.documents.limit(1)).first() is None:
            return NothingKept(_reason(connection, condition))
    given = ", ".join(f"{one.name} {_listed(one.values)}" for one in wanted)
    return NothingKept(f"no document passes all the filters at once ({given}); leave one out")


def _reason(connection: Connection, condition: Condition) -> str:
    said = _listed(condition.values)
    if condition.name in {"after", "before"}:
        return _reason_of_date(connection, condition.name, said)
    if condition.name == "author":
        names = _values(connection, "author")
        near = _nearest(
            condition.values, ((word, name) for name in names for word in _parts(name))
        )
        return f"no document is by an author {said}; {_hint(near, names, 'authors')}"
    if condition.name == "tag":
        tags = _values(connection, "tag", "label")
        near = _nearest(condition.values, ((folded_tag(tag), tag) for tag in tags))
        return f"no document has the tag {said}; {_hint(near, tags, 'tags')}"
    titles = _values(connection, "title")
    names = _names(connection)
    folders = {part for path in _values(connection, "path") for part in path.split("/")[:-1]}
    near = _nearest(condition.values, ((folded(one), one) for one in (*titles, *sorted(folders))))
    return (
        f"no document is in {said}: no file, folder, title or id is called that; "
        f"{_hint(near, names, 'documents')}"
    )


def _reason_of_date(connection: Connection, name: str, said: str) -> str:
    dates = documents.c.date
    first, last = connection.execute(select(func.min(dates), func.max(dates))).one()
    if first is None:
        return f"no document is dated {name} {said}; none of them has a date"
    return f"no document is dated {name} {said}; their dates go from {first} to {last}"


def _hint(near: str | None, known: list[str], kind: str) -> str:
    if near is not None:
        return f"did you mean {near!r}?"
    if 0 < len(known) <= _MOST_LISTED:
        return f"the {kind} are {_listed(known)}"
    return f"the library has {len(known):,} {kind}" if known else f"its documents have no {kind}"


def _nearest(values: Iterable[str], known: Iterable[tuple[str, str]]) -> str | None:
    """What is written most like one of the values; `known` is (folded, as written)."""
    shown: dict[str, str] = {}
    for plain, written in known:
        shown.setdefault(plain, written)
    for value in values:
        if found := get_close_matches(folded_tag(value), shown, n=1):
            return shown[found[0]]
    return None


def _parts(name: str) -> Iterator[str]:
    plain = folded(name)
    yield plain
    yield from plain.split()


def _values(connection: Connection, *kinds: str) -> list[str]:
    query = select(facets.c.value).where(facets.c.kind.in_(kinds)).distinct()
    ordered = query.order_by(facets.c.value).limit(_MOST_COMPARED)
    return [row.value for row in connection.execute(ordered)]


def _names(connection: Connection) -> list[str]:
    """What each document is called."""
    query = select(documents.c.title, documents.c.source)
    return sorted(row.title or Path(row.source).name for row in connection.execute(query))


def _listed(values: Sequence[str]) -> str:
    shown = [repr(_shortened(value)) for value in values[:_MOST_LISTED]]
    return ", ".join([*shown, "…"] if len(values) > _MOST_LISTED else shown)


def _shortened(value: str) -> str:
    return value if len(value) <= _LONGEST_SHOWN else f"{value[: _LONGEST_SHOWN - 1]}…"
