"""What every benchmark runs with: its options, a library to throw away, and how times are told."""

import argparse
import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from index import Embedder, Library, token_counter

ROOT = Path(__file__).parents[1]


def add_data_option(parser: argparse.ArgumentParser) -> None:
    """Let a benchmark be told where the sets are, as `data`."""
    parser.add_argument(
        "--data",
        type=Path,
        default=Path(os.environ.get("PINCITE_DATA", ROOT.parent / "shared" / "data")),
        help="the folder of the sets (default: PINCITE_DATA, else ../shared/data)",
    )


def add_output_option(parser: argparse.ArgumentParser) -> None:
    """Let a benchmark be told where its table and plot are written, as `output`."""
    parser.add_argument(
        "--output",
        type=Path,
        default=ROOT / "benchmarks" / "results",
        help="where the table and the plot are written",
    )


def add_library_options(parser: argparse.ArgumentParser) -> None:
    """Let a benchmark be told of a library to fill, as `size` and `library`."""
    parser.add_argument("--size", type=int, default=10_000, help="passages of the library")
    parser.add_argument(
        "--library", type=Path, help="a library to fill and keep (default: one that is deleted)"
    )


@contextmanager
def temporary_library(embedder: Embedder) -> Iterator[Library]:
    """A new library, deleted in the end."""
    with (
        tempfile.TemporaryDirectory() as folder,
        Library.open(
            Path(folder), embedder=embedder, count=token_counter(), create=True
        ) as library,
    ):
        yield library


def spread(milliseconds: Sequence[float]) -> str:
    """The median and the 95th percentile of times, as a table tells them."""
    p50, p95 = np.percentile(milliseconds, [50, 95])
    return f"p50 {p50:,.0f} ms, p95 {p95:,.0f} ms"
