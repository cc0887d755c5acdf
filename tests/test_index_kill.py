"""An ingestion that is killed at any moment loses nothing and leaves nothing half done."""

import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path

import pytest
from conftest import WordEmbedder

from index import Embedder, Library, SentenceEmbedder, token_counter
from qa import Bot, answer_json

DOCUMENTS = 300
ROOT = Path(__file__).parents[1]

PINCITE = "from web.cli import main; main()"

# What `pincite add` does, with the tests' embedder, saying what is acknowledged.
ADD = """
import sys
from pathlib import Path
from conftest import WordEmbedder
from index import Library, add_files, find_files, token_counter
library, folder = map(Path, sys.argv[1:])
with Library.open(library, embedder=WordEmbedder(), count=token_counter(), create=True) as opened:
    for report in add_files(opened, find_files([folder]), seconds=60):
        print(report.state, report.source, flush=True)
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("folder")
    chance = random.Random(7)
    words = [f"word{n}" for n in range(500)]
    for number in range(DOCUMENTS):
        sentences = [" ".join(chance.choices(words, k=12)).capitalize() for _ in range(8)]
        text = (
            f"# Report {number}\n\nOnly here: unique{number}.\n\n" + ". ".join(sentences) + ".\n"
        )
        (folder / f"report-{number:03}.md").write_text(text)
    return folder


def open_library(place: Path, embedder: Embedder, *, create: bool = False) -> Library:
    return Library.open(place, embedder=embedder, count=token_counter(), create=create)


def answers(place: Path, embedder: Embedder) -> list[str]:
    """What the library says to fifty questions, but for the time it took."""
    with open_library(place, embedder) as library:
        bot = Bot(library, threshold=0.0)
        told = [
            answer_json(bot.ask(f"What is unique{number} word{number}?"))
            for number in range(0, DOCUMENTS, 6)
        ]
    return [json.dumps({**answer, "took_ms": 0}) for answer in told]


def documents_in(place: Path) -> int:
    """How many documents are committed, seen from outside."""
    try:
        with closing(sqlite3.connect(f"file:{place / 'library.sqlite'}?mode=ro", uri=True)) as one:
            return int(one.execute("SELECT count(*) FROM documents").fetchone()[0])
    except sqlite3.Error:
        return 0


def run(command: Sequence[str], place: Path, kill: Callable[[], None] | None) -> set[str]:
    """Run an ingestion, killed when `kill` returns; the sources it acknowledged."""
    process = subprocess.Popen(
        [*command],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(map(str, (ROOT, ROOT / "tests")))},
        start_new_session=True,
    )
    try:
        if kill is not None:
            kill()
            os.killpg(process.pid, signal.SIGKILL)
        said, _ = process.communicate(timeout=240)
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
    # The kill may have cut the last line.
    lines = said.split("\n")[:-1]
    return {line.partition(" ")[2] for line in lines if line.startswith("indexed ")}


def moment(place: Path, chance: random.Random) -> Callable[[], None]:
    """Waits for a random moment: mostly while documents are being added."""
    already = documents_in(place)

    def wait() -> None:
        if chance.random() < 0.15:
            time.sleep(chance.uniform(0.1, 2.0))
            return
        deadline = time.monotonic() + 60
        while documents_in(place) == already and time.monotonic() < deadline:
            time.sleep(0.005)
        time.sleep(chance.uniform(0.0, 0.4))

    return wait


def check(place: Path, embedder: Embedder, acknowledged: set[str]) -> set[str]:
    """Hold a library that was just killed to its promises; the sources it has."""
    with open_library(place, embedder) as library:
        files = library.files()
        indexed = {file.source for file in files if file.state == "indexed"}
        assert acknowledged <= indexed
        assert library.passage_count() == sum(file.passages for file in files)
        for file in files:
            document = library.document(file.document or "")
            assert document is not None
            assert document.text == Path(file.source).read_text()
            unique = document.text.partition("unique")[2].partition(".")[0]
            # Just this document holds its word: SQLite, FTS5 and FAISS agree.
            hits = library.search(f"unique{unique}").hits
            assert {hit.document.source for hit in hits if hit.lexical} == {file.source}
    return indexed


@pytest.mark.parametrize("command", ["library", "pincite"])
def test_an_ingestion_killed_at_random_moments_ends_as_if_it_had_not_been(
    command: str,
    folder: Path,
    tmp_path: Path,
    kills: int,
    sentence_embedder: SentenceEmbedder,
) -> None:
    real = command == "pincite"
    embedder: Embedder = sentence_embedder if real else WordEmbedder()
    chance = random.Random(kills)
    places = [tmp_path / "killed-0"]
    acknowledged: set[str] = set()
    interrupted = 0

    def add(place: Path) -> list[str]:
        start = [sys.executable, "-c", PINCITE if real else ADD]
        return [*start, *(("add", str(folder), "--library") if real else ()), str(place)] + (
            [] if real else [str(folder)]
        )

    for _ in range(max(1, kills // 2) if real else kills):
        acknowledged |= run(add(places[-1]), places[-1], moment(places[-1], chance))
        if not (places[-1] / "library.sqlite").exists():
            continue
        acknowledged = check(places[-1], embedder, acknowledged)
        interrupted += 0 < len(acknowledged) < DOCUMENTS
        if len(acknowledged) == DOCUMENTS:
            # Nothing is left to interrupt: begin another.
            places.append(tmp_path / f"killed-{len(places)}")
            acknowledged = set()
    places.append(tmp_path / "unkilled")
    for place in places[-2:]:
        run(add(place), place, None)

    assert interrupted > 0
    assert len(check(places[-2], embedder, acknowledged)) == DOCUMENTS
    assert answers(places[-2], embedder) == answers(places[-1], embedder)
