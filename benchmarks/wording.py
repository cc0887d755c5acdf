"""Finding words: how long it takes, and whether altered quotations are found and foreign ones not.

Run with `make bench-wording`, with nothing else running. The library holds the texts of five
sets, over 10 million characters; vectors are drawn, because words are found without them. The
thresholds of `qa/wording.py` were chosen on quotations from two of the sets, the others confirm.
"""

import argparse
import json
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from benchmarks.bench import add_data_option, add_output_option, temporary_library
from benchmarks.quotations import Drawer, Quotation, altered, disguised
from benchmarks.sets import LOADERS
from index import Document, Library, PassageText, PassageVectors, Reading, words_in
from index.embedder import Vector
from qa import Place, Wording, find_words

_TUNING = ("chunking", "squad")
_CONFIRMING = ("scifact", "cranfield", "clapnq")
_COMMON = ("one of the", "of the", "it is not the case that", "as well as", "in the presence of")
_LENGTHS = (3, 8, 40, 1500)
_ALTERED = ((5, 1), (8, 1), (20, 2), (200, 10))
_SEED = 11


class Drawn:
    """An embedder that reads nothing: every vector is drawn."""

    name = "drawn"
    window = 256

    def __init__(self) -> None:
        self._chance = np.random.default_rng(_SEED)

    def measure(self, texts: Sequence[str]) -> Sequence[int]:
        """About the number of the usual model's tokens in each text."""
        return [len(text) // 4 for text in texts]

    def passages(self, texts: Sequence[PassageText]) -> list[PassageVectors]:
        """A vector a passage and a vector a sentence."""
        return [
            PassageVectors(self._vectors(1)[0], self._vectors(len(t.sentences))) for t in texts
        ]

    def question(self, text: str) -> Vector:
        """The vector to search with."""
        vector: Vector = self._vectors(1)[0].astype(np.float32)
        return vector

    def _vectors(self, rows: int) -> npt.NDArray[np.float16]:
        drawn = self._chance.standard_normal((rows, 384), dtype=np.float32)
        drawn /= np.linalg.norm(drawn, axis=1, keepdims=True)
        return np.asarray(drawn, dtype=np.float16)


def fill(
    library: Library,
    data: Path,
    sets: Sequence[str] = (*_TUNING, *_CONFIRMING),
    described: Callable[[int, Reading], Reading] = lambda _number, reading: reading,
) -> dict[str, list[Document]]:
    """Add the texts of the sets, if they are not there; the documents of each set.

    Each of them as `described` has it; it is given the number of the document.
    """
    count = 0
    for name in sets if not library.files() else ():
        with library.writer() as writer:
            for number, source in enumerate(LOADERS[name](data, 1).sources):
                where = f"/{name}/{number}"
                reading = described(count, source.reading)
                writer.add(reading, source=where, sha256=where, fingerprint="", bibliography={})
                count += 1
    found: dict[str, list[Document]] = {}
    for file in library.files():
        document = library.document(str(file.document))
        if document is not None:
            found.setdefault(file.source.split("/")[1], []).append(document)
    return found


def foreign(data: Path) -> dict[str, list[Document]]:
    """Documents that are not in the library, to tune with and to confirm."""
    articles = json.loads((data / "squad" / "squad_v1_other_articles.json").read_text("utf-8"))
    lines = (data / "mtrag" / "corpus.jsonl").read_text("utf-8").splitlines()
    texts = {
        "to tune": [
            one["context"] for article in articles["data"] for one in article["paragraphs"]
        ],
        "to confirm": [json.loads(line)["text"] for line in lines],
    }
    return {
        name: [
            Document(text=text, media_type="text/plain", id="", source="", sha256="")
            for text in some
        ]
        for name, some in texts.items()
    }


def exact_rows(library: Library, documents: Sequence[Document], count: int) -> Iterator[list[str]]:
    """How long exact quotations take, and how many are found at their own place."""
    for words in _COMMON:
        answers = [find_words(library, words, meaning=False) for _ in range(9)]
        yield [f"“{words}”, {answers[0].total:,} places", "", "", *_times(answers[1:])]
    drawer = Drawer(documents, "exact")
    for length in _LENGTHS:
        drawn = [drawer.quotation(length) for _ in range(count)]
        answers = [
            find_words(library, disguised(one.words, drawer.chance), most=1000, meaning=False)
            for one in drawn
        ]
        held = sum(_holds(one, answer.exact) for one, answer in zip(drawn, answers, strict=True))
        what = f"{length} words" if length < _LENGTHS[-1] else "10,000 characters"
        yield [
            f"as it stands, {what}",
            f"{count:,}",
            f"{100 * held / count:.1f} %",
            *_times(answers),
        ]


def near_rows(
    library: Library,
    own: Sequence[Document],
    others: Sequence[Document],
    count: int,
    name: str,
) -> Iterator[list[str]]:
    """How many altered quotations are found, and how many from texts that are not there."""
    drawer, stranger = Drawer(own, name), Drawer(others, name)
    vocabulary = [
        word for text in others[:300] for word in re.findall("[a-z]{3,}", text.text[:2000])
    ]
    for length, changes in _ALTERED:
        drawn: list[Quotation] = []
        answers: list[Wording] = []
        while len(drawn) < count:
            one = drawer.quotation(length)
            words = altered(one.words, changes, vocabulary, drawer.chance)
            answer = find_words(library, words, meaning=False)
            # What an alteration left as it was, or made of words that stand elsewhere.
            if not answer.exact:
                drawn.append(one)
                answers.append(answer)
        held = sum(_says(one, answer.near) for one, answer in zip(drawn, answers, strict=True))
        what = f"{name}, {changes} of {length} words altered"
        yield [what, f"{count:,}", f"{100 * held / count:.1f} %", *_times(answers)]
        invented = [
            find_words(library, stranger.quotation(length).words, meaning=False)
            for _ in range(count)
        ]
        nowhere = [answer for answer in invented if not answer.exact]
        held = sum(bool(answer.near) for answer in nowhere)
        share = f"{100 * held / max(1, len(nowhere)):.1f} %"
        yield [
            f"{name}, {length} words of other texts",
            f"{len(nowhere):,}",
            share,
            *_times(nowhere),
        ]


def _holds(one: Quotation, places: Sequence[Place]) -> bool:
    return any(
        place.document.id == one.document.id and place.start < one.end and one.start < place.end
        for place in places
    )


def _says(one: Quotation, places: Sequence[Place]) -> bool:
    """Whether a place is that of the quotation, or has the same words elsewhere."""
    words = words_in(one.words).keys
    return _holds(one, places) or any(words_in(place.quote).keys == words for place in places)


def _times(answers: Sequence[Wording]) -> list[str]:
    p50, p95 = np.percentile([answer.took_ms for answer in answers], [50, 95])
    return [f"{p50:.0f} ms", f"{p95:.0f} ms"]


def main() -> None:
    """Fill a library, look for quotations, and write the table."""
    arguments = _arguments()
    folders = {"squad", "chunking_evaluation", "scifact", "cranfield", "clapnq", "mtrag"}
    if missing := sorted(one for one in folders if not (arguments.data / one).is_dir()):
        sys.exit(f"skipped: {arguments.data} has no {', '.join(missing)}; set PINCITE_DATA")
    with temporary_library(Drawn()) as library:
        documents = fill(library, arguments.data)
        everything = [document for some in documents.values() for document in some]
        characters = sum(len(document.text) for document in everything)
        print(f"{characters:,} characters, {library.passage_count():,} passages")
        rows = list(_shown(exact_rows(library, everything, arguments.count)))
        for (name, others), sets in zip(
            foreign(arguments.data).items(), (_TUNING, _CONFIRMING), strict=True
        ):
            own = [document for one in sets for document in documents[one]]
            rows += _shown(near_rows(library, own, others, arguments.count, name))
    lines = [f"| {characters:,} characters | quotations | found | p50 | p95 |"]
    lines += ["|---|---:|---:|---:|---:|", *(f"| {' | '.join(row)} |" for row in rows)]
    (arguments.output / "wording.md").write_text("\n".join(lines) + "\n", encoding="utf-8")


def _shown(rows: Iterator[list[str]]) -> Iterator[list[str]]:
    for row in rows:
        print("  ".join(row), flush=True)
        yield row


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=200, help="quotations of each kind")
    add_data_option(parser)
    add_output_option(parser)
    return parser.parse_args()


if __name__ == "__main__":
    main()
