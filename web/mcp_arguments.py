"""The arguments that several tools take, and what an assistant is told of them."""

from typing import Annotated

from pydantic import BeforeValidator, Field

from index import Filter
from qa import Format

_MOST_TURNS = 20


def _as_tuple(value: object) -> object:
    """A single value, which assistants like to give without its list, as one of a list."""
    return (value,) if isinstance(value, str) else value


Values = Annotated[tuple[str, ...], BeforeValidator(_as_tuple)]

Within = Annotated[
    Values,
    Field(
        description="Only what is there: files, folders (any run of a path's parts), words that "
        "stand together in a title, or ids of documents. Any of several will do."
    ),
]
Authors = Annotated[
    Values, Field(description="Only documents of an author whose name has all these words.")
]
Tags = Annotated[Values, Field(description="Only documents with one of these tags.")]
After = Annotated[
    str | None, Field(description="Only documents of then or later: 2020, 2020-09 or 2020-09-22.")
]
Before = Annotated[str | None, Field(description="Only documents of then or earlier.")]
Formats = Annotated[
    tuple[Format, ...],
    BeforeValidator(_as_tuple),
    Field(
        description="Give each quote with its citation, ready to paste, in these formats too: "
        "pandoc is “quote” [@key, p. 12], markdown a block quote with a footnote."
    ),
]
Earlier = Annotated[
    tuple[str, ...],
    Field(max_length=_MOST_TURNS),
    BeforeValidator(_as_tuple),
    Field(
        description="The questions asked before, oldest first, if this one leans on them "
        "(“and in 2022?”, “what did he say?”)."
    ),
]


def chosen(
    within: tuple[str, ...],
    author: tuple[str, ...],
    tag: tuple[str, ...],
    after: str | None,
    before: str | None,
) -> Filter | None:
    """The filter of these arguments, if they are any; raises `FilterError`."""
    only = Filter(within=within, authors=author, tags=tag, after=after, before=before)
    return only or None
