"""Documents: one canonical text each, with the marks that point into it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

LandmarkKind = Literal["page", "slide", "sheet", "row", "part"]


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading whose own line begins at `start`; level 1 is the outermost."""

    start: int
    end: int
    level: int
    title: str


@dataclass(frozen=True, slots=True)
class Landmark:
    """Where a page, slide, sheet, table row or e-mail part begins.

    `number` counts from 1 within its kind (rows: within their table, or their
    sheet or file). `label` is a page's printed label, a sheet's or a part's
    name, a slide's title.
    """

    kind: LandmarkKind
    start: int
    number: int
    label: str | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of cells, text[start:end]; the header is text[start:header_end] (may be empty)."""

    start: int
    end: int
    header_end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What a reader found in one file.

    Offsets are characters of `text`; headings, landmarks and tables are sorted
    by `start`. `date` is ISO 8601 as far as it is declared (2020, 2020-09,
    2020-09-22). `tags` are the keywords that the file declares. `bibliography` are
    the CSL-JSON variables that it declares besides. `silent_pages` are the page
    numbers, from 1, that gave no text.
    """

    text: str
    media_type: str
    title: str | None = None
    author: str | None = None
    date: str | None = None
    language: str | None = None
    tags: tuple[str, ...] = ()
    bibliography: Mapping[str, Any] = field(default_factory=dict, hash=False)
    headings: tuple[Heading, ...] = ()
    landmarks: tuple[Landmark, ...] = ()
    tables: tuple[Table, ...] = ()
    silent_pages: tuple[int, ...] = ()

    def table_at(self, offset: int) -> Table | None:
        """The table that the character at an offset stands in."""
        return next((one for one in self.tables if one.start <= offset < one.end), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Document(Reading):
    """A reading with an identity.

    `id` stays the same while the source is re-read; `source` is an absolute
    path or URL; `sha256` is that of the file's bytes. `bibliography` is what the
    file declares, with the item that a library of references gave it and that of
    its sidecar over it; `reference` is the former of the two. `citation_key` names
    the document in what a writer cites, and stays as well.
    """

    id: str
    source: str
    sha256: str
    reference: Mapping[str, Any] = field(default_factory=dict, hash=False)
    citation_key: str = ""

    @property
    def name(self) -> str:
        """The title, or the file's name where none is declared, on one line."""
        name = self.title or self.source.replace("\\", "/").rstrip("/").rpartition("/")[2]
        return " ".join(name.split())
