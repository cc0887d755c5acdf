"""Trains the reader; run with `make train-reader`.

What it learns from is prepared first and kept in the folder that it works in, as are
checkpoints: stopped, it goes on where it was. The same seed gives the same reader on the
same machine.
"""

import argparse
import json
import random
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks.bench import ROOT, add_data_option
from benchmarks.plots import draw_training
from benchmarks.reader.batches import Encoded, learnable, mixed
from benchmarks.reader.examples import Case, drawn, read
from benchmarks.reader.model import RANK, opened, tokenizer, write
from benchmarks.reader.preparing import prepare
from benchmarks.reader.training import Progress, Training
from benchmarks.reader.trying import figures

EPOCHS = 6

_CHECKPOINT = "checkpoint.pt"
# While it trains so many of the questions kept back are tried, every so many checkpoints.
_TRIED, _TRIED_EVERY = 600, 5
_SEED = 7


def epoch(cases: Sequence[Case], seed: int, number: int) -> list[list[Encoded]]:
    """The pairs of every batch of an epoch; no other epoch need be drawn before it."""
    chance = random.Random(f"{seed}, epoch {number}")
    pairs = learnable(drawn(cases, chance), tokenizer())
    return [[pairs[n] for n in numbers] for numbers in mixed(pairs, chance)]


def train(
    cases: Sequence[Case],
    work: Path,
    *,
    steps: int | None = None,
    until: int | None = None,
    every: int = 100,
    rank: int = RANK,
    seed: int = _SEED,
    device: str = "cpu",
) -> Path:
    """Train from the last checkpoint on, and write the adapter.

    Raises ValueError if that was begun with other `steps`, another `rank` or `seed`.

    The rate falls to nothing over all the `steps`, which are six epochs where nothing else is
    said; up to the step `until` they are done now.
    """
    an_epoch = len(epoch(cases, seed, 0))
    steps = steps or EPOCHS * an_epoch
    stop = min(steps, until or steps)
    training = Training(steps=steps, rank=rank, seed=seed, device=device)
    if (work / _CHECKPOINT).exists():
        training.resume(work / _CHECKPOINT)
    done = training.done
    tried = _tried(cases, seed)
    print(f"{an_epoch:,} steps an epoch; {done.step:,} of {steps:,} are done", flush=True)
    began, lost = time.monotonic(), []
    for pairs in _following(cases, seed, done, stop):
        lost.append(training.step(pairs))
        if done.step % every and done.step != stop:
            continue
        told = {"step": done.step, "loss": sum(lost) / len(lost)}
        seconds = (time.monotonic() - began) / len(lost)
        if tried and (done.step % (_TRIED_EVERY * every) == 0 or done.step == stop):
            told |= figures(training.reader, tried)
        done.log.append(told)
        print(json.dumps({**_rounded(told), "s/step": round(seconds, 2)}), flush=True)
        training.keep(work / _CHECKPOINT)
        began, lost = time.monotonic(), []
    path = work / "reader.safetensors"
    write(training.reader, path, steps=done.step, seed=seed)
    draw_training(done.log, work / "training.png")
    return path


def _following(
    cases: Sequence[Case], seed: int, done: Progress, stop: int
) -> Iterator[list[Encoded]]:
    """The batches from where training is, one epoch after another."""
    while done.step < stop:
        for pairs in epoch(cases, seed, done.epoch)[done.place :]:
            yield pairs
            if done.step == stop:
                return
        done.epoch, done.place = done.epoch + 1, 0


def _tried(cases: Sequence[Case], seed: int) -> list[Case]:
    """Some of SQuAD's questions that are reported; without SQuAD none."""
    own = [case for case in cases if case.of == "squad" and case.part == "report"]
    return random.Random(seed).sample(own, min(_TRIED, len(own)))


def _rounded(told: dict[str, float]) -> dict[str, float]:
    return {name: round(value, 4) for name, value in told.items()}


def report(path: Path, cases: Sequence[Case], device: str = "cpu") -> None:
    """Print the figures of an adapter on all that is kept back to be reported, set by set."""
    reader = opened(path).to(device)
    for name in dict.fromkeys(case.of for case in cases):
        own = [case for case in cases if case.of == name and case.part == "report"]
        print(f"{name}: {len(own):,} questions", flush=True)
        for figure, value in figures(reader, own).items():
            print(f"  {figure:36}{value:6.1%}", flush=True)


def main() -> None:
    """Prepare the cases, train, and write the adapter, the log and its plot; or try an adapter."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--work", type=Path, default=ROOT / ".bench" / "reader", help="the folder to work in"
    )
    parser.add_argument(
        "--try",
        type=Path,
        metavar="FILE",
        dest="tried",
        help="train nothing: try this adapter on what is kept back",
    )
    parser.add_argument("--steps", type=int, help=f"steps in all (default: {EPOCHS} epochs)")
    parser.add_argument("--until", type=int, help="the step to stop at for now (default: all)")
    parser.add_argument("--every", type=int, default=100, help="steps between checkpoints")
    parser.add_argument("--rank", type=int, default=RANK, help="of the adapters")
    parser.add_argument("--seed", type=int, default=_SEED, help="draws other pairs and batches")
    parser.add_argument("--device", default="cpu", help="where to train: cpu, or cuda")
    add_data_option(parser)
    told = parser.parse_args()
    told.work.mkdir(parents=True, exist_ok=True)
    cases = [case for path in prepare(told.data, told.work) for case in read(path)]
    if not any(case.part == "learn" for case in cases):
        sys.exit(f"nothing to learn from in {told.data}")
    if told.tried is not None:
        try:
            report(told.tried, cases, told.device)
        except (OSError, ValueError) as error:
            sys.exit(f"{told.tried} cannot be tried: {error}")
        return
    try:
        path = train(
            cases,
            told.work,
            steps=told.steps,
            until=told.until,
            every=told.every,
            rank=told.rank,
            seed=told.seed,
            device=told.device,
        )
    except ValueError as error:
        sys.exit(f"{error}; train with these, in another folder (--work), or remove it")
    print(f"{path}: {path.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
