"""What sets, systems and measures exchange. Every range is characters of one source's text."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from index import Reading


@dataclass(frozen=True, slots=True, order=True)
class Range:
    """The characters start:end of a document, the end exclusive."""

    document: str
    start: int
    end: int

    def __len__(self) -> int:
        return self.end - self.start

    def shared(self, other: "Range") -> int:
        """How many characters both have."""
        if self.document != other.document:
            return 0
        return max(0, min(self.end, other.end) - max(self.start, other.start))


@dataclass(frozen=True, slots=True)
class Source:
    """A document as every system gets it."""

    id: str
    reading: Reading


@dataclass(frozen=True, slots=True)
class Question:
    """A question and its gold; without any, the documents do not answer it.

    `relevant` grades documents (higher is better), `answers` are wordings any
    of which answers, and each of `marked` is one person's choice of ranges. It may
    be `written_on` a document that does not answer it.
    """

    text: str
    relevant: Mapping[str, int] = field(default_factory=dict)
    answers: tuple[str, ...] = ()
    marked: tuple[tuple[Range, ...], ...] = ()
    written_on: str = ""

    @property
    def documents(self) -> frozenset[str]:
        """Those that it is about, whether they answer it or not."""
        return frozenset(self.relevant) | ({self.written_on} - {""})

    @property
    def answerable(self) -> bool:
        """Whether the documents answer it."""
        return bool(self.relevant or self.marked)


@dataclass(frozen=True, slots=True)
class QuestionSet:
    """Documents that make one library, and what is asked of it.

    `sentences` are those of each document, where they are part of the gold.
    """

    name: str
    sources: Sequence[Source]
    questions: Sequence[Question]
    sentences: Mapping[str, tuple[Range, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Response:
    """What a system says to one question, best first.

    `excerpts` is what a person would be shown, even where the system would
    rather be silent; `confidence` grows with its certainty, on a scale of its own.
    """

    passages: tuple[Range, ...]
    excerpts: tuple[Range, ...]
    confidence: float


System = Callable[[QuestionSet], list[Response]]
"""Fills its index with a set's sources and answers its questions, in their order."""
