"""A busy minute of team chat, with the server ended and begun again in the middle of it.

Run with `make bench-slack`, with nothing else running. A server over a real library answers
what a stand-in for Slack sends: 500 events, 100 of them sent three times, out of order. Twice:
the server is ended first as an operator ends it, then killed. Each question must be answered
exactly once, and all that the server takes be acknowledged in time; else the status is 1.
"""

import argparse
import asyncio
import json
import re
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.bench import (
    add_data_option,
    add_library_options,
    add_output_option,
    spread,
)
from benchmarks.growing import Copying, documents, grow, material
from benchmarks.plots import draw_chatting
from benchmarks.sending import Sent, send
from benchmarks.servers import Server
from benchmarks.traffic import Asked, Minute, plan
from benchmarks.workspace import Workspace
from index import Library, Reader, SentenceEmbedder, token_counter
from web.answering import AT_ONCE

_WAYS = {"SIGTERM": signal.SIGTERM, "SIGKILL": signal.SIGKILL}
# An answer that was posted and not noted may be posted again: of each worker the one in hand.
_MAY_COME_TWICE = {"SIGTERM": 0, "SIGKILL": AT_ONCE}

_LONGEST_MS, _MEDIAN_MS = 1000.0, 100.0

_PATH = "/slack/events"
_SECRET = "8f742231b10e8888abcd99yyyzzz85a5"  # noqa: S105  # Slack's documented example
_PLAIN = re.compile(r"[\w ,.'()-]{10,150}\?")
# How long is waited for answers after all is sent, and for what should not come any more.
_PATIENCE, _QUIET = 180.0, 3.0


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a minute, times in milliseconds.

    `asked` and `answered` are moments, in seconds since the minute began, and `down`
    is from when to when no server answered. Besides the questions answered `once`, `twice`
    or `never`: `stray` messages answer nothing, and `left` say for ever that an answer comes.
    """

    sent: Sent
    acknowledged_ms: list[float]
    answered_ms: list[float]
    asked: list[float]
    answered: list[float]
    down: tuple[float, float]
    once: int
    twice: int
    never: int
    waited: int
    stray: int
    left: int
    limited: int

    def rows(self) -> dict[str, str]:
        """What is told of it, by its name."""
        return {
            "deliveries, with retries": f"{len(self.acknowledged_ms) + self._failed:,}",
            "of these refused, no server being there": f"{self.sent.refused:,}",
            "of these not acknowledged within 3 s": f"{self.sent.late:,}",
            "time until acknowledged": spread(self.acknowledged_ms),
            "slowest acknowledgement": f"{max(self.acknowledged_ms):,.0f} ms",
            "questions answered once": f"{self.once:,} of {self.once + self.twice + self.never:,}",
            "questions answered twice": f"{self.twice:,}",
            "questions never answered": f"{self.never:,}",
            "told that it takes longer": f"{self.waited:,}",
            "time until answered": spread(self.answered_ms),
            "posts that Slack's limit put off": f"{self.limited:,}",
            "server away": f"{self.down[1] - self.down[0]:.1f} s",
        }

    def faults(self, may_come_twice: int) -> list[str]:
        """What must not be."""
        found = {
            f"{self.never} questions were never answered": self.never,
            f"{self.twice} questions were answered twice": self.twice > may_come_twice,
            f"{self.left} messages say for ever that an answer comes": self.left > may_come_twice,
            f"{self.stray} messages answer nothing": self.stray,
            f"{self.sent.lost} deliveries failed for good": self.sent.lost,
            f"errors: {', '.join(sorted(set(self.sent.errors)))}": self.sent.errors,
            f"{self.sent.late} deliveries were not acknowledged": self.sent.late,
            "an acknowledgement took a second": max(self.acknowledged_ms) >= _LONGEST_MS,
            "half of them took too long": np.median(self.acknowledged_ms) >= _MEDIAN_MS,
        }
        return [fault for fault, is_so in found.items() if is_so]

    @property
    def _failed(self) -> int:
        return self.sent.refused + self.sent.late


def main() -> None:
    """Fill a library, let chat come in while its server ends and begins, and tell the outcome."""
    arguments = _arguments()
    # Whoever ends this ends the server too, which is of another session.
    signal.signal(signal.SIGTERM, lambda *_told: sys.exit(143))
    minute = Minute()
    sources, asked = material(arguments.data, 4 * minute.questions)
    # What has marks of search or of Slack would be another question in the answer.
    told = dict.fromkeys(" ".join(text.split()) for text in asked)
    questions = [text for text in told if _PLAIN.fullmatch(text)]
    if len(questions) < minute.questions:
        sys.exit(f"{arguments.data} has {len(questions)} of the {minute.questions} questions")
    with tempfile.TemporaryDirectory() as folder:
        library = arguments.library or Path(folder) / "library"
        model = SentenceEmbedder()
        embedder = Copying(model)
        with Library.open(
            library, embedder=embedder, count=token_counter(), create=True
        ) as filled:
            passages = grow(filled, documents(sources, embedder), arguments.size)
        print(f"{passages:,} passages")
        outcomes = {
            way: _minute(minute, questions[: minute.questions], library, Path(folder), way)
            for way in arguments.ways
        }
        read = Reader(model, library).candidates
    _write(outcomes, read, arguments.output)
    faults = [
        f"{way}: {fault}"
        for way, outcome in outcomes.items()
        for fault in outcome.faults(_MAY_COME_TWICE[way])
    ]
    print("\n".join(faults) or "each question was answered, and all was acknowledged in time")
    sys.exit(1 if faults else 0)


def _minute(
    minute: Minute, questions: Sequence[str], library: Path, folder: Path, way: str
) -> Outcome:
    # Of a measurement that was broken off, some may still wait for an answer.
    for left_over in library.glob("inbox.sqlite*"):
        left_over.unlink()
    workspace = Workspace()
    rules = folder / "team.toml"
    rules.write_text(f'post_hosts = ["{workspace.host}"]\n', encoding="utf-8")
    environment = {
        "BENCH_SLACK_API": f"http://{workspace.host}/api/",
        "PINCITE_SLACK_SIGNING_SECRET": _SECRET,
        "PINCITE_SLACK_BOT_TOKEN": "xoxb-stand-in",
        "PINCITE_TEAM_FILE": str(rules),
        "PINCITE_PUBLIC_URL": "https://pincite.example",
    }
    server = Server(library, program=["-m", "benchmarks.slack_server"], environment=environment)
    deliveries = plan(minute, questions, time.time(), answers=f"http://{workspace.host}")
    asked = {delivery.asked for delivery in deliveries}

    async def restart(began: float) -> tuple[float, float]:
        await asyncio.sleep(minute.restart)
        ended = time.perf_counter()
        await asyncio.to_thread(server.end, _WAYS[way])
        await asyncio.to_thread(server.begin)
        return ended - began, time.perf_counter() - began

    async def run() -> tuple[float, Sent, tuple[float, float]]:
        began = time.perf_counter()
        sending = send(server.address, _PATH, _SECRET, deliveries)
        return began, *await asyncio.gather(sending, restart(began))

    with server:
        began, sent, down = asyncio.run(run())
        _wait_for_answers(workspace, len(asked))
    workspace.close()
    return _outcome(began, sent, down, asked, workspace)


def _wait_for_answers(workspace: Workspace, number: int) -> None:
    end = time.monotonic() + _PATIENCE
    while len(workspace.answers()) < number and time.monotonic() < end:
        time.sleep(0.2)
    time.sleep(_QUIET)


def _outcome(
    began: float,
    sent: Sent,
    down: tuple[float, float],
    asked: set[Asked],
    workspace: Workspace,
) -> Outcome:
    answers = workspace.answers()
    came = Counter(Asked(one.line, one.place) for one in answers)
    times = Counter(came[one] for one in asked)
    right = [one for one in answers if Asked(one.line, one.place) in asked]
    return Outcome(
        sent=sent,
        acknowledged_ms=[1000 * took for _, took in sent.acknowledged],
        answered_ms=[1000 * (one.since - sent.begun[one.line]) for one in right],
        asked=sorted(moment - began for moment in sent.begun.values()),
        answered=sorted(one.since - began for one in right),
        down=down,
        once=times[1],
        twice=sum(count for number, count in times.items() if number > 1),
        never=times[0],
        waited=workspace.told(),
        stray=len(answers) - len(right),
        left=workspace.waiting(),
        limited=workspace.refused,
    )


def _write(outcomes: Mapping[str, Outcome], read: int, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    told = {
        way: {**outcome.rows(), "passages that the reader reads": f"{read}"}
        for way, outcome in outcomes.items()
    }
    names = list(next(iter(told.values())))
    lines = [
        f"| server ended by | {' | '.join(told)} |",
        "|---" + "|---:" * len(told) + "|",
        *(f"| {name} | {' | '.join(rows[name] for rows in told.values())} |" for name in names),
    ]
    (folder / "slack.md").write_text("\n".join(lines) + "\n", encoding="utf-8")
    (folder / "slack.json").write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")
    draw_chatting(
        {way: (one.asked, one.answered, one.down) for way, one in outcomes.items()},
        folder / "slack.png",
    )
    print("\n".join(line for line in lines if not line.startswith("|---")))
    print(f"wrote slack.json, slack.md, slack.png into {folder}")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--ways", nargs="+", choices=_WAYS, default=list(_WAYS), help="how the server is ended"
    )
    add_library_options(parser)
    add_data_option(parser)
    add_output_option(parser)
    return parser.parse_args()


if __name__ == "__main__":
    main()
