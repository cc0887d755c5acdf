"""A library as large as wanted: real passages while they last, then copies of them.

The real ones (SQuAD, the chunking evaluation) have their own vectors. In copies a fifth of the
words is replaced by other words of the sets, and their vectors are those of real passages
with noise.
"""

import random
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
from rich.progress import Progress

from benchmarks.sets import FOLDERS, LOADERS
from benchmarks.shapes import Source
from index import Embedder, Library, PassageText, PassageVectors, Reading
from index.embedder import Vector

_SETS = ("chunking", "squad")
_REPLACED = 0.2
_NOISE = 0.5
_COPIED_AT_ONCE = 20
_SEED = 5


class Copying:
    """The model, until `copies` is set; then noisy copies of the vectors that it gave before."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self._given: list[npt.NDArray[np.float16]] = []
        self._chance = np.random.default_rng(_SEED)
        self.copies = False
        self.name = embedder.name
        self.window = embedder.window

    def measure(self, texts: Sequence[str]) -> Sequence[int]:
        """The number of the model's tokens in each text."""
        return self._embedder.measure(texts)

    def passages(self, texts: Sequence[PassageText]) -> list[PassageVectors]:
        """A vector a passage and a vector a sentence."""
        if not self.copies:
            found = self._embedder.passages(texts)
            self._given += [vectors.passage for vectors in found]
            return found
        places = self._chance.integers(len(self._given), size=len(texts))
        noisy = [
            self._noisy(self._given[place], 1 + len(text.sentences))
            for place, text in zip(places, texts, strict=True)
        ]
        return [PassageVectors(rows[0], rows[1:]) for rows in noisy]

    def question(self, text: str) -> Vector:
        """The vector to search with, shape (dimension,)."""
        return self._embedder.question(text)

    def _noisy(self, vector: npt.NDArray[np.float16], rows: int) -> npt.NDArray[np.float16]:
        noise = self._chance.standard_normal((rows, len(vector)), dtype=np.float32)
        near = vector.astype(np.float32) + noise * (_NOISE / len(vector) ** 0.5)
        near /= np.linalg.norm(near, axis=1, keepdims=True)
        return np.asarray(near, dtype=np.float16)


def material(data: Path, most: int) -> tuple[list[Source], list[str]]:
    """The documents of the sets in a folder and at most so many of their questions.

    Both are in a chance order.

    Ends the program with a sentence where a set is missing.
    """
    if missing := [name for name in _SETS if not (data / FOLDERS.get(name, name)).is_dir()]:
        sys.exit(f"skipped: {data} has no {', '.join(missing)}; set PINCITE_DATA")
    sets = [LOADERS[name](data, 10**6) for name in _SETS]
    sources = [source for one in sets for source in one.sources]
    chance = random.Random(_SEED)
    chance.shuffle(sources)
    asked = [question.text for one in sets for question in one.questions if question.answerable]
    return sources, chance.sample(asked, min(most, len(asked)))


def documents(sources: Sequence[Source], embedder: Copying) -> Iterator[Source]:
    """The real documents, then copies for ever, several texts in each."""
    chance = random.Random(_SEED)
    yield from sources
    embedder.copies = True
    words = [word for source in sources for word in source.reading.text.split(" ")]
    number = 0
    while True:
        texts = []
        for source in chance.choices(sources, k=_COPIED_AT_ONCE):
            kept = source.reading.text[:2000].split(" ")
            changed = [
                chance.choice(words) if chance.random() < _REPLACED else word for word in kept
            ]
            texts.append(" ".join(changed))
        number += 1
        reading = Reading(text="\n\n".join(texts), media_type="text/plain")
        yield Source(f"copy {number}", reading)


def grow(library: Library, documents: Iterator[Source], size: int) -> int:
    """Add documents until there are so many passages; returns how many there are."""
    held = library.passage_count()
    with library.writer() as writer, Progress(transient=True) as progress:
        bar = progress.add_task(f"filling up to {size:,} passages", total=size, completed=held)
        while held < size:
            source = next(documents)
            record, _ = writer.add(
                source.reading, source=source.id, sha256=source.id, fingerprint="", bibliography={}
            )
            held += record.passages
            progress.update(bar, completed=held)
    return held
