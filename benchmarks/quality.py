"""Answer quality of Pincite beside baselines and peers on public sets.

Run with `make bench-quality`. A complete run takes about an hour and writes
its table and plots into benchmarks/results; any other run leaves those alone.
"""

import argparse
import subprocess
import sys
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

from rich.console import Console

from benchmarks.bench import ROOT, add_data_option
from benchmarks.measures import confidences, measured
from benchmarks.plots import draw
from benchmarks.results import WITHOUT_READER, Results, Row, table
from benchmarks.sets import FOLDERS, LOADERS, each_filing
from benchmarks.shapes import QuestionSet, Response, System
from benchmarks.systems.baselines import bm25, dense, dense_sentences
from benchmarks.systems.passages import Remembering
from benchmarks.systems.peer import PEERS, peer, versions
from benchmarks.systems.pincite import pincite
from index import Embedder, Reader, SentenceEmbedder

RESULTS = ROOT / "benchmarks" / "results"

# Elsewhere a peer would say what dense alone says, at a cost of hours.
_PEER_SETS = ("squad", "foreign", "chunking", "cranfield")
_KEPT = ROOT / ".bench"
_QUICK = 60
_FULL = 2000

_CONSOLE = Console()


def main(model: Embedder | None = None) -> None:
    """Ask every system every question, and write the table and the plots.

    `model` stands for the bundled model where one is given.
    """
    arguments = _arguments()
    peers = {} if arguments.no_peers else _peers(arguments.peers_python)
    own = model or SentenceEmbedder()
    embedder = Remembering(own)
    reader = Reader(own) if isinstance(own, SentenceEmbedder) else None
    systems: dict[str, System] = {
        "Pincite": lambda asked: pincite(asked, embedder, reader),
        WITHOUT_READER: lambda asked: pincite(asked, embedder, None),
        "BM25 alone": lambda asked: bm25(asked, embedder),
        "dense alone": lambda asked: (
            dense_sentences(asked, embedder) if asked.sentences else dense(asked, embedder)
        ),
    }
    results = Results(versions=versions())
    complete = bool(peers) and not arguments.quick and arguments.sets == list(LOADERS)
    for name in arguments.sets:
        folder = arguments.data / FOLDERS.get(name, name)
        if not folder.is_dir():
            complete = False
            _CONSOLE.print(f"skipped {name}: {folder} is not there; set PINCITE_DATA")
            continue
        question_set = LOADERS[name](arguments.data, _QUICK if arguments.quick else _FULL)
        chosen = systems | (peers if name in _PEER_SETS else {})
        rows = list(_rows(question_set, chosen, results))
        if name == "financebench":
            rows += _filings(question_set, systems)
        results.rows.extend(rows)
        _CONSOLE.print(table(rows), markup=False, soft_wrap=True)
    if not results.rows:
        sys.exit("nothing was measured")
    output = RESULTS if complete else _KEPT / "partial"
    _write(results, arguments.output or output)


def _rows(
    question_set: QuestionSet, systems: dict[str, System], results: Results
) -> Iterator[Row]:
    figures = {}
    for system, answers in systems.items():
        responses = answers(question_set)
        figures[system] = measured(question_set, responses)
        if any(not question.answerable for question in question_set.questions):
            kept = results.confidences.setdefault(question_set.name, {})
            own, other = confidences(question_set, responses)
            kept[system] = [round(x, 4) for x in own], [round(x, 4) for x in other]
    for place, first in enumerate(figures["Pincite"]):
        values = {system: found[place].value for system, found in figures.items()}
        yield Row(question_set.name, first.measure, first.questions, first.unit, values)


def _filings(together: QuestionSet, systems: dict[str, System]) -> Iterator[Row]:
    """Each question asked of its own filing alone, all of them counted together."""
    alone = each_filing(together)
    joined = QuestionSet(
        "financebench, one filing",
        together.sources,
        list(chain.from_iterable(one.questions for one in alone)),
    )

    def all_of(system: System) -> System:
        def answers(_: QuestionSet) -> list[Response]:
            return list(chain.from_iterable(system(one) for one in alone))

        return answers

    return _rows(joined, {name: all_of(one) for name, one in systems.items()}, Results())


def _peers(python: Path) -> dict[str, System]:
    if not python.is_file():
        _CONSOLE.print(f"skipped the peers: {python} is not there; `make peers` installs them")
        return {}

    def asks(script: str) -> System:
        return lambda asked: peer(asked, script, python=python, kept=_KEPT / "peers")

    return {name: asks(script) for name, script in PEERS.items()}


def _write(results: Results, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    results.save(folder / "quality.json")
    (folder / "quality.md").write_text(table(results.rows), encoding="utf-8")
    drawn = draw(results, folder)
    _CONSOLE.print(f"wrote quality.json, quality.md, {', '.join(drawn)} into {folder}")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--sets",
        type=_set_names,
        default=list(LOADERS),
        help=f"which sets, with commas between (default: {','.join(LOADERS)})",
    )
    parser.add_argument("--no-peers", action="store_true", help="leave the other systems out")
    parser.add_argument(
        "--quick", action="store_true", help=f"at most {_QUICK} questions of a kind and set"
    )
    add_data_option(parser)
    parser.add_argument(
        "--peers-python",
        type=Path,
        default=ROOT / ".venv-peers" / "bin" / "python",
        help="the Python that the peers are installed for (default: .venv-peers/bin/python)",
    )
    parser.add_argument("--output", type=Path, help="where the table and the plots are written")
    return parser.parse_args()


def _set_names(given: str) -> list[str]:
    names = [name.strip() for name in given.split(",") if name.strip()]
    unknown = [name for name in names if name not in LOADERS]
    if unknown or not names:
        msg = f"no set {', '.join(unknown) or given!r}; there are {', '.join(LOADERS)}"
        raise argparse.ArgumentTypeError(msg)
    return names


if __name__ == "__main__":
    try:
        main()
    except subprocess.CalledProcessError as error:
        sys.exit(f"a peer failed (exit status {error.returncode}); `make peers` installs it anew")
