"""The passages that Pincite cuts, for it and the baselines, each embedded once in a run."""

from collections.abc import Sequence

from rich.progress import track

from benchmarks.shapes import QuestionSet, Range
from index import Embedder, PassageText, PassageVectors, split, token_counter
from index.embedder import Vector
from index.passage_rows import passage_text

_AT_ONCE = 256


class Remembering:
    """An embedder that embeds no passage and no question twice."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self._passages: dict[PassageText, PassageVectors] = {}
        self._questions: dict[str, Vector] = {}
        self.name = embedder.name
        self.window = embedder.window

    def measure(self, texts: Sequence[str]) -> Sequence[int]:
        """The number of the model's tokens in each text."""
        return self._embedder.measure(texts)

    def passages(self, texts: Sequence[PassageText]) -> list[PassageVectors]:
        """A vector a passage and a vector a sentence."""
        new = [text for text in dict.fromkeys(texts) if text not in self._passages]
        self._passages.update(zip(new, self._embedder.passages(new), strict=True))
        return [self._passages[text] for text in texts]

    def question(self, text: str) -> Vector:
        """The vector to search with, shape (dimension,)."""
        if text not in self._questions:
            self._questions[text] = self._embedder.question(text)
        return self._questions[text]


def cut(question_set: QuestionSet, embedder: Embedder) -> list[tuple[Range, PassageText]]:
    """The passages of a set as a library cuts them, and what is embedded of each."""
    count = token_counter()
    return [
        (
            Range(source.id, passage.start, passage.end),
            passage_text(source.reading.text, passage),
        )
        for source in track(question_set.sources, f"{question_set.name}: cutting", transient=True)
        for passage in split(
            source.reading, count=count, measure=embedder.measure, window=embedder.window
        )
    ]


def embed(name: str, texts: Sequence[PassageText], embedder: Embedder) -> list[PassageVectors]:
    """The vectors of all texts, many at once, with a progress bar."""
    starts = range(0, len(texts), _AT_ONCE)
    return [
        vectors
        for start in track(starts, f"{name}: embedding", transient=True)
        for vectors in embedder.passages(texts[start : start + _AT_ONCE])
    ]
