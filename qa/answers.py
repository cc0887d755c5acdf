"""Answers: excerpts of documents, each with its place."""

from dataclasses import dataclass

from index import Span
from qa.explanations import Explanation
from qa.places import Place


@dataclass(frozen=True, slots=True)
class Excerpt(Place):
    """A place that is quoted in answer; `score` is higher for better.

    The context is the sentences around the quote, from `context_start` to
    `context_end`. `answer` is where in the document the words stand that the reader
    takes for the answer: within the quote, None if it points at none. `also` are
    other documents' excerpts that say the same in the same words, best first.
    """

    score: float
    context_start: int
    context_end: int
    answer: Span | None = None
    also: tuple["Excerpt", ...] = ()

    @property
    def before(self) -> str:
        """The sentences before the quote, with the space that separates them."""
        return self.document.text[self.context_start : self.start]

    @property
    def after(self) -> str:
        """The sentences after the quote, with the space that separates them."""
        return self.document.text[self.end : self.context_end]


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
