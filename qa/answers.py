"""Answers: excerpts of documents, each with its place."""

from dataclasses import dataclass

from index import Document, Locator
from qa.citations import cite
from qa.explanations import Explanation
from qa.permanence import permanent_link


@dataclass(frozen=True, slots=True)
class Excerpt:
    """The characters start:end of a document, quoted; `score` is higher for better.

    The context is the sentences around the quote, from `context_start` to
    `context_end`; `locator` is the place of the quote. `also` are other documents'
    excerpts that say the same in the same words, best first.
    """

    document: Document
    start: int
    end: int
    score: float
    context_start: int
    context_end: int
    locator: Locator
    also: tuple["Excerpt", ...] = ()

    @property
    def header(self) -> str:
        """The header row of the table that the quote is from; empty where there is none."""
        return header_above(self.document, self.start)

    @property
    def quote(self) -> str:
        """The exact words."""
        return self.document.text[self.start : self.end]

    @property
    def before(self) -> str:
        """The sentences before the quote, with the space that separates them."""
        return self.document.text[self.context_start : self.start]

    @property
    def after(self) -> str:
        """The sentences after the quote, with the space that separates them."""
        return self.document.text[self.end : self.context_end]

    @property
    def citation(self) -> str:
        """One line that names the source and the place."""
        return cite(self.document, self.locator)

    @property
    def link(self) -> str:
        """The path, on our own server, that opens at the quote, and finds it if it moved."""
        return permanent_link(self.document, self.start, self.end)


@dataclass(frozen=True, slots=True)
class Answer:
    """What the library says to a question.

    No excerpts: it does not say; `closest` then holds what came nearest, which
    answers nothing. `searched` is the question as it was searched: with words of
    earlier ones where it leans on them. `confidence` is from 0 to 1, `took_ms` the
    milliseconds used; `explanation` is there if it was asked for.
    """

    question: str
    searched: str
    excerpts: tuple[Excerpt, ...]
    closest: tuple[Excerpt, ...]
    confidence: float
    took_ms: float
    explanation: Explanation | None = None

    @property
    def answered(self) -> bool:
        """Whether the library says anything."""
        return bool(self.excerpts)


def header_above(document: Document, start: int) -> str:
    """The header row of the table in which `start` is; empty outside and in the header itself."""
    table = document.table_at(start)
    if table is None or start < table.header_end:
        return ""
    return document.text[table.start : table.header_end].strip()
