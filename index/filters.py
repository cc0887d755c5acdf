"""Filters: which documents a question is asked of."""

import datetime
import re
from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from pathlib import Path

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Connection,
    Select,
    and_,
    false,
    func,
    or_,
    select,
    union,
)

from index.errors import FilterError
from index.facets import folded_path, folded_tag, folded_words, is_text
from index.lexical import listed_keys
from index.schema import documents, facets, passages
from index.vectors import Keys

_DATE = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")
_LONGEST_VALUE = 1000
_MOST_VALUES = 50
_MOST_WORDS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """What a document must be: of each kind one of the values, and of all kinds that are given.

    `within`: its id, its file, a folder above it (from the root, or any run of a
    path's parts), or words that stand together in its title or its file's name.
    `authors`: all words of the value are in the name of one author. `tags`: the
    whole tag. Case, accents and compatibility forms make no difference.

    `after` and `before` are ISO 8601 as far as they go and belong to the time
    that they bound. A date that is only a year or a month is all of it: what is
    dated 2020 is both after 2020-05 and before 2020-05. What has no date is
    neither.

    `also` is another filter that must be passed too.

    Raises `FilterError` for a value that is empty or is no date.
    """

    within: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    after: str | None = None
    before: str | None = None
    also: "Filter | None" = None

    def __post_init__(self) -> None:
        for name, values in (("in", self.within), ("author", self.authors), ("tag", self.tags)):
            if len(values) > _MOST_VALUES:
                msg = f"{len(values)} values of {name!r} are too many; give {_MOST_VALUES} at most"
                raise FilterError(msg)
            for value in values:
                _check(name, value)
        for value in self.authors:
            if len(folded_words(value).split()) > _MOST_WORDS:
                msg = f"the author {value[:40]!r} has over {_MOST_WORDS} words; give fewer"
                raise FilterError(msg)
        first = first_day(self.after, "after") if self.after is not None else ""
        last = last_day(self.before, "before") if self.before is not None else "9999"
        if first > last:
            msg = f"nothing is both after {self.after!r} and before {self.before!r}; swap the two"
            raise FilterError(msg)

    def __bool__(self) -> bool:
        return any(getattr(self, field.name) for field in fields(self))

    def and_also(self, other: "Filter | None") -> "Filter":
        """The filter that keeps what both keep."""
        return replace(self, also=self.also.and_also(other) if self.also else other)


@dataclass(frozen=True, slots=True)
class Condition:
    """One kind of a filter: its name as it is typed, its values, and the documents it keeps."""

    name: str
    values: tuple[str, ...]
    documents: Select[int] | CompoundSelect[int]


def kept_passages(connection: Connection, only: Filter) -> Keys:
    """The keys of all passages of the documents that a filter keeps, ascending; maybe none."""
    query = select(func.group_concat(passages.c.key))
    for condition in conditions(only):
        query = query.where(passages.c.document.in_(condition.documents))
    return listed_keys(connection.execute(query).scalar())


def kept_documents(connection: Connection, only: Filter | None) -> frozenset[str]:
    """The ids of the documents that a filter keeps, maybe none; without one, of all."""
    query = select(documents.c.id)
    for condition in conditions(only) if only else ():
        query = query.where(documents.c.key.in_(condition.documents))
    return frozenset(connection.execute(query).scalars())


def conditions(only: Filter) -> Iterator[Condition]:
    """What a document must be, kind by kind."""
    if only.within:
        yield Condition("in", only.within, _within(only.within))
    if only.authors:
        yield Condition("author", only.authors, _by(only.authors))
    if only.tags:
        folded = [folded_tag(tag) for tag in only.tags]
        tagged = _with_facet(facets.c.kind.in_(("tag", "label")), facets.c.folded.in_(folded))
        yield Condition("tag", only.tags, tagged)
    if only.after is not None:
        latest = documents.c.date + func.substr("-12-31", func.length(documents.c.date) - 3)
        late = select(documents.c.key).where(latest >= first_day(only.after, "after"))
        yield Condition("after", (only.after,), late)
    if only.before is not None:
        early = select(documents.c.key).where(
            # The shorter of two dates that agree comes first, as the first day does.
            documents.c.date <= last_day(only.before, "before")
        )
        yield Condition("before", (only.before,), early)
    if only.also is not None:
        yield from conditions(only.also)


def first_day(date: str, name: str) -> str:
    """The day that a date begins with; raises `FilterError` for what is no date."""
    return f"{_checked_date(date, name)}{'-01-01'[len(date) - 4 :]}"


def last_day(date: str, name: str) -> str:
    """The last day (or one past it) that a date covers; raises `FilterError`."""
    return f"{_checked_date(date, name)}{'-12-31'[len(date) - 4 :]}"


def _within(values: tuple[str, ...]) -> CompoundSelect[int]:
    found = []
    for value in values:
        path, words = folded_path(_from_home(value)), folded_words(value)
        found.append(and_(facets.c.kind == "path", func.instr(facets.c.folded, path) > 0))
        if words:
            found.append(and_(facets.c.kind == "title", func.instr(facets.c.folded, words) > 0))
    return union(
        _with_facet(or_(*found)), select(documents.c.key).where(documents.c.id.in_(values))
    )


def _by(values: tuple[str, ...]) -> Select[int]:
    names = []
    for value in values:
        words = dict.fromkeys(folded_words(value).split())
        held = [func.instr(facets.c.folded, f" {word} ") > 0 for word in words]
        names.append(and_(*held) if held else false())
    return _with_facet(facets.c.kind == "author", or_(*names))


def _with_facet(*what: ColumnElement[bool]) -> Select[int]:
    return select(facets.c.document).where(*what)


def _from_home(path: str) -> str:
    try:
        return str(Path(path).expanduser()) if path.startswith("~") else path
    except RuntimeError:
        # There is no such user.
        return path


def _check(name: str, value: str) -> None:
    if not value.strip():
        raise FilterError(f"the filter {name!r} has no value; give one or leave the filter out")
    if len(value) > _LONGEST_VALUE or not is_text(value):
        msg = f"the value {value[:40]!r} of {name!r} is too long or no valid text; shorten it"
        raise FilterError(msg)


def _checked_date(date: str, name: str) -> str:
    match = _DATE.fullmatch(date)
    try:
        if match is None:
            raise ValueError
        datetime.date(*(int(part or 1) for part in match.groups()))
    except ValueError:
        msg = f"{name} {date[:40]!r} is no date; write 2020, 2020-09 or 2020-09-22"
        raise FilterError(msg) from None
    return date
