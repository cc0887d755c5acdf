"""How long a question takes, all steps included, as the library grows.

Run with `make bench-latency`, with nothing else running. One library grows from size to size. Its
passages are real ones (SQuAD, the chunking evaluation) with their own vectors while they
last; beyond, they are copies in which a fifth of the words is replaced by other words of the
sets, with the vectors of real passages and noise.
"""

import argparse
import json
import random
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
from rich.progress import Progress

from benchmarks.bench import ROOT, add_data_option, temporary_library
from benchmarks.plots import draw_latency
from benchmarks.sets import FOLDERS, LOADERS
from benchmarks.shapes import Source
from index import (
    Embedder,
    Library,
    PassageText,
    PassageVectors,
    Reading,
    SentenceEmbedder,
)
from index.embedder import Vector
from qa import Bot

_SETS = ("chunking", "squad")
_SIZES = (1_000, 10_000, 100_000)
_QUESTIONS = 200
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


def main() -> None:
    """Fill the library to each size, ask it, and write the table and the plot."""
    arguments = _arguments()
    missing = [name for name in _SETS if not (arguments.data / FOLDERS.get(name, name)).is_dir()]
    if missing:
        sys.exit(f"skipped: {arguments.data} has no {', '.join(missing)}; set PINCITE_DATA")
    sets = [LOADERS[name](arguments.data, 10**6) for name in _SETS]
    sources = [source for one in sets for source in one.sources]
    chance = random.Random(_SEED)
    chance.shuffle(sources)
    asked = [question.text for one in sets for question in one.questions if question.answerable]
    questions = chance.sample(asked, _QUESTIONS)
    embedder = Copying(SentenceEmbedder())
    rows = []
    with temporary_library(embedder) as library:
        documents = _documents(sources, embedder, chance)
        for size in arguments.sizes:
            held = _grow(library, documents, size)
            p50, p95 = np.percentile(_milliseconds(library, questions), [50, 95])
            rows.append({"passages": held, "p50_ms": round(p50, 1), "p95_ms": round(p95, 1)})
            print(f"{held:>9,} passages: p50 {p50:6.1f} ms, p95 {p95:6.1f} ms")
    _write(rows, arguments.output)


def _documents(
    sources: Sequence[Source], embedder: Copying, chance: random.Random
) -> Iterator[Source]:
    """The real documents, then copies for ever, several texts in each."""
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


def _grow(library: Library, documents: Iterator[Source], size: int) -> int:
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


def _milliseconds(library: Library, questions: Sequence[str]) -> list[float]:
    bot = Bot(library, threshold=0.5)
    library.warm_up()
    took = []
    for question in questions:
        began = time.perf_counter()
        bot.ask(question)
        took.append(1000 * (time.perf_counter() - began))
    return took


def _write(rows: list[dict[str, float]], folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    lines = ["| passages | p50 | p95 |", "|---:|---:|---:|"]
    lines += [
        f"| {row['passages']:,} | {row['p50_ms']:.0f} ms | {row['p95_ms']:.0f} ms |"
        for row in rows
    ]
    (folder / "latency.json").write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")
    (folder / "latency.md").write_text("\n".join(lines) + "\n", encoding="utf-8")
    draw_latency(rows, folder / "latency.png")
    print(f"wrote latency.json, latency.md, latency.png into {folder}")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--sizes", type=int, nargs="+", default=list(_SIZES), help="passages, ascending"
    )
    add_data_option(parser)
    parser.add_argument(
        "--output",
        type=Path,
        default=ROOT / "benchmarks" / "results",
        help="where the table and the plot are written",
    )
    return parser.parse_args()


if __name__ == "__main__":
    main()
