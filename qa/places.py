"""Places: spans of documents, with all that is said of one wherever it is shown."""

from dataclasses import dataclass, field

from index import Document, Locator, locate
from qa.citations import cite
from qa.permanence import permanent_link


@dataclass(frozen=True, slots=True)
class Place:
    """The characters start:end of a document; `locator` is where they stand in it."""

    document: Document
    start: int
    end: int
    locator: Locator = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "locator", locate(self.document, self.start, self.end))

    @property
    def header(self) -> str:
        """The header row of the table that the quote is from; empty where there is none."""
        return header_above(self.document, self.start)

    @property
    def quote(self) -> str:
        """The exact words."""
        return self.document.text[self.start : self.end]

    @property
    def citation(self) -> str:
        """One line that names the source and the place."""
        return cite(self.document, self.locator)

    @property
    def link(self) -> str:
        """The path, on our own server, that opens at the quote, and finds it if it moved."""
        return permanent_link(self.document, self.start, self.end)


def header_above(document: Document, start: int) -> str:
    """The header row of the table in which `start` is; empty outside and in the header itself."""
    table = document.table_at(start)
    if table is None or start < table.header_end:
        return ""
    return document.text[table.start : table.header_end].strip()


def page_names(document: Document, first: int = 1, last: int | None = None) -> set[str]:
    """What pages are called, in lower case: by their numbers, counted from 1, and their labels."""
    return {
        name.casefold()
        for one in document.landmarks
        if one.kind == "page" and first <= one.number and (last is None or one.number <= last)
        for name in (str(one.number), one.label or "")
        if name
    }
