"""How long a question takes, all steps included, as the library grows.

Run with `make bench-latency`, with nothing else running. One library grows from size to size, as
`growing` tells; at each size it is asked with the reader, which reads seven passages, and without.
"""

import argparse
import json
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from benchmarks.bench import add_data_option, add_output_option, temporary_library
from benchmarks.growing import Copying, documents, grow, material
from benchmarks.plots import draw_latency
from index import Library, Reader, SentenceEmbedder
from qa import Bot

_SIZES = (1_000, 10_000, 100_000)
_QUESTIONS = 200


def main() -> None:
    """Fill the library to each size, ask it, and write the table and the plot."""
    arguments = _arguments()
    sources, questions = material(arguments.data, _QUESTIONS)
    model = SentenceEmbedder()
    embedder = Copying(model)
    rows = []
    with temporary_library(embedder) as library:
        more = documents(sources, embedder)
        for size in arguments.sizes:
            held = grow(library, more, size)
            row = {"passages": float(held)}
            for name, reader in (("", Reader(model)), ("unread_", None)):
                p50, p95 = np.percentile(_milliseconds(library, questions, reader), [50, 95])
                row |= {f"{name}p50_ms": round(p50, 1), f"{name}p95_ms": round(p95, 1)}
                said = "without the reader" if reader is None else "with the reader"
                print(f"{held:>9,} passages, {said}: p50 {p50:6.1f} ms, p95 {p95:6.1f} ms")
            rows.append(row)
    _write(rows, arguments.output)


def _milliseconds(
    library: Library, questions: Sequence[str], reader: Reader | None
) -> list[float]:
    bot = Bot(library, threshold=0.5, reranker=reader)
    bot.warm_up()
    took = []
    for question in questions:
        began = time.perf_counter()
        bot.ask(question)
        took.append(1000 * (time.perf_counter() - began))
    return took


def _write(rows: list[dict[str, float]], folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    lines = [
        "| passages | p50 | p95 | p50, no reader | p95, no reader |",
        "|---:|---:|---:|---:|---:|",
    ]
    names = ("p50_ms", "p95_ms", "unread_p50_ms", "unread_p95_ms")
    lines += [
        " | ".join([f"| {row['passages']:,.0f}", *(f"{row[name]:.0f} ms" for name in names)])
        + " |"
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
    add_output_option(parser)
    return parser.parse_args()


if __name__ == "__main__":
    main()
