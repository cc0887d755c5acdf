"""Follow-up questions on MTRAG: recall of the last turn with and without the turns before it.

Run with `make bench-followups`. Every passage of the set is a document of its own, recall@5 the
share of a question's relevant documents among the first five ranked, each by its best passage.
Rules and thresholds were chosen on the conversations of one half, and the reader has learnt from
its first turns; the other confirms.
"""

import argparse
import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.bench import add_data_option
from benchmarks.shapes import QuestionSet, Source
from benchmarks.systems.pincite import filled
from index import Reader, Reading, SentenceEmbedder
from qa import Bot, Turn
from qa.confidence import THRESHOLD

TASKS = ("tasks_un.jsonl", "tasks_human_subset.jsonl")
DEPTH = 5


@dataclass(frozen=True, slots=True)
class Task:
    """The last question of a conversation, the passages that answer it, what was said before."""

    question: str
    relevant: frozenset[str]
    asked: tuple[str, ...]
    told: tuple[str, ...]
    half: int


@dataclass(frozen=True, slots=True)
class Result:
    """The recall of a task without and with history, and whether history was used."""

    half: int
    alone: float
    together: float
    leaned: bool


def tasks(folder: Path) -> Iterator[Task]:
    """The tasks that have a relevant passage."""
    for name in TASKS:
        for line in (folder / name).read_text(encoding="utf-8").splitlines():
            one = json.loads(line)
            said: list[list[str]] = one["history"]
            conversation = one["_id"].partition("<::>")[0]
            if one["relevant"]:
                yield Task(
                    question=one["question"],
                    relevant=frozenset(one["relevant"]),
                    asked=tuple(text for speaker, text in said if speaker == "user"),
                    told=tuple(text for speaker, text in said if speaker == "agent"),
                    half=hashlib.sha256(conversation.encode()).digest()[-1] % 2,
                )


def sources(folder: Path) -> list[Source]:
    """Every passage as a document of its own."""
    lines = (folder / "corpus.jsonl").read_text(encoding="utf-8").splitlines()
    return [
        Source(
            one["_id"],
            Reading(text=one["text"], media_type="text/plain", title=one["title"] or None),
        )
        for one in map(json.loads, lines)
    ]


def questions_only(_: Bot, task: Task) -> list[Turn]:
    """What the command line has of a conversation."""
    return [Turn(one) for one in task.asked]


def own_quotes(bot: Bot, task: Task) -> list[Turn]:
    """What the bot itself answers, turn by turn."""
    history: list[Turn] = []
    for one in task.asked:
        quotes = tuple(excerpt.quote for excerpt in bot.ask(one, history=history).excerpts)
        history.append(Turn(one, quotes))
    return history


def agent_s_words(_: Bot, task: Task) -> list[Turn]:
    """What the agent of the data set said, in place of quotes."""
    return [Turn(one, (said,)) for one, said in zip(task.asked, task.told, strict=False)]


def measure(
    bot: Bot, asked: Sequence[Task], told: Callable[[Bot, Task], list[Turn]]
) -> list[Result]:
    """Ask each question without and with its history."""
    return [_result(bot, task, told(bot, task)) for task in asked]


def _result(bot: Bot, task: Task, history: Sequence[Turn]) -> Result:
    answer = bot.ask(task.question, history=history)
    return Result(
        half=task.half,
        alone=_recall(bot, task, ()),
        together=_recall(bot, task, history),
        leaned=answer.searched != answer.question,
    )


def _recall(bot: Bot, task: Task, history: Sequence[Turn]) -> float:
    ranked = bot.passages(task.question, limit=50, history=history)
    found = list(dict.fromkeys(one.hit.document.source for one in ranked))[:DEPTH]
    return len(task.relevant & set(found)) / len(task.relevant)


def report(name: str, results: Sequence[Result]) -> None:
    """Print one line of the table: each half, then both."""
    cells = []
    for part in ({0}, {1}, {0, 1}):
        of_part = [one for one in results if one.half in part]
        count = max(1, len(of_part))
        alone = sum(one.alone for one in of_part) / count
        together = sum(one.together for one in of_part) / count
        cells.append(f"{len(of_part):4} {alone:6.1%} {together:6.1%}")
    print(f"{name:40}" + "  ".join(cells))


def main() -> None:
    """Build the library, ask it, and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    add_data_option(parser)
    folder = parser.parse_args().data / "mtrag"
    if not (folder / "corpus.jsonl").is_file():
        print(f"skipped: {folder / 'corpus.jsonl'} is not there; set PINCITE_DATA")
        return
    everything = list(tasks(folder))
    later = [task for task in everything if task.asked]
    first = [task for task in everything if not task.asked]
    embedder = SentenceEmbedder()
    with filled(QuestionSet("mtrag", sources(folder), []), embedder) as library:
        print(f"{library.passage_count()} passages; tasks, recall@{DEPTH} without, with history")
        for name, reader in (("reader off", None), ("reader", Reader(embedder))):
            print(f"{name:40}{'half to tune':20}{'half to confirm':20}both")
            bot = Bot(library, threshold=THRESHOLD, reranker=reader)
            report("first turns", measure(bot, first, questions_only))
            for told in (questions_only, own_quotes, agent_s_words):
                results = measure(bot, later, told)
                print(told.__name__.replace("_", " "))
                report("  later turns", results)
                report("  of these, searched with history", [one for one in results if one.leaned])
                report("  of these, standing alone", [one for one in results if not one.leaned])


if __name__ == "__main__":
    main()
