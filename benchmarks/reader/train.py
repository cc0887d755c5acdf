"""Trains the reader; run with `make train-reader`.

What it learns from is composed first and kept in the folder that it works in, as are
checkpoints: stopped, it goes on where it was. The same seed gives the same reader on the
same machine.
"""

import argparse
import json
import sys
import time
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import torch
from safetensors.torch import save_file
from tokenizers import Tokenizer

from benchmarks.bench import ROOT, add_data_option
from benchmarks.plots import draw_training
from benchmarks.reader.batches import Encoded, encoded, epoch, tensors
from benchmarks.reader.examples import (
    articles,
    read_pairs,
    read_trials,
    training_pairs,
    trials,
    write,
)
from benchmarks.reader.model import MODEL, RANK, Reader, loss
from benchmarks.reader.trying import figures
from index import SentenceEmbedder

_CHECKPOINT = "checkpoint.pt"
_RATE = 1e-3
_DECAY = 0.01
_CLIP = 1.0
_WARM_UP = 200
_TRIALS = 600
_SEED = 7


@dataclass(slots=True)
class _Progress:
    """Where training is: the steps done, and a line of the log for each that was told of."""

    step: int
    log: list[dict[str, float]]


def prepare(data: Path, work: Path, seed: int) -> None:
    """Compose what is learnt from and what validates it, if it is not there already."""
    learn, validate, fit = articles(data)
    embedder = SentenceEmbedder()
    if not (work / "trials.jsonl").exists():
        every = [*learn, *validate, *fit]
        write(
            work / "trials.jsonl",
            list(trials(validate, every, embedder, most=_TRIALS, seed=seed)),
        )
    if not (work / "pairs.jsonl").exists():
        write(work / "pairs.jsonl", list(training_pairs(learn, embedder, seed)))


def train(
    work: Path,
    *,
    steps: int,
    until: int | None = None,
    every: int = 100,
    rank: int = RANK,
    seed: int = _SEED,
    device: str = "cpu",
) -> Path:
    """Train from the last checkpoint on, and write the adapter.

    The rate falls to nothing over all the `steps`; up to the step `until` they are done now.
    """
    stop = min(steps, until or steps)
    torch.manual_seed(seed)
    reader = Reader(rank)
    tokenizer = Tokenizer.from_file(str(MODEL / "tokenizer.json"))
    pairs = encoded(read_pairs(work / "pairs.jsonl"), tokenizer)
    some = read_trials(work / "trials.jsonl")
    tried = encoded([each for one in some for each in (*one.pairs, one.source)], tokenizer)
    reader.to(device)
    parameters = [one for one in reader.parameters() if one.requires_grad]
    optimizer = torch.optim.AdamW(parameters, lr=_RATE, weight_decay=_DECAY)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer,
        lambda step: min(
            (step + 1) / _WARM_UP, max(0.0, (steps - step) / max(1, steps - _WARM_UP))
        ),
    )
    done = _resumed(work, reader, optimizer, schedule)
    a_round = len(epoch(pairs, seed))
    print(f"{len(pairs):,} pairs, {a_round:,} steps an epoch, from step {done.step:,}", flush=True)
    began, lost = time.monotonic(), []
    while done.step < stop:
        order = epoch(pairs, seed + done.step // a_round)
        for numbers in order[done.step % a_round :]:
            lost.append(_step(reader, [pairs[n] for n in numbers], optimizer, schedule, device))
            done.step += 1
            if done.step % every == 0 or done.step == stop:
                told = {"step": done.step, "loss": sum(lost) / len(lost)}
                if done.step % (5 * every) == 0 or done.step == stop:
                    told |= figures(reader, some, tried)
                done.log.append(told)
                seconds = (time.monotonic() - began) / len(lost) if lost else 0.0
                print(json.dumps({**_rounded(told), "s/step": round(seconds, 2)}), flush=True)
                _checkpoint(work, reader, optimizer, schedule, done)
                began, lost = time.monotonic(), []
            if done.step == stop:
                break
    return _written(work, reader, done)


def _step(
    reader: Reader,
    pairs: list[Encoded],
    optimizer: torch.optim.Optimizer,
    schedule: torch.optim.lr_scheduler.LRScheduler,
    device: str,
) -> float:
    batch = tensors(pairs).on(device)
    reader.train()
    with torch.autocast(device, dtype=torch.bfloat16):
        likely = reader(batch.ids, batch.types, batch.mask, batch.allowed)
    lost = loss(likely.float(), batch.spans, batch.known)
    optimizer.zero_grad()
    lost.backward()  # type: ignore[no-untyped-call]  # untyped there
    torch.nn.utils.clip_grad_norm_(
        [one for one in reader.parameters() if one.requires_grad], _CLIP
    )
    optimizer.step()
    schedule.step()
    return float(lost.detach())


def _checkpoint(
    work: Path,
    reader: Reader,
    optimizer: torch.optim.Optimizer,
    schedule: torch.optim.lr_scheduler.LRScheduler,
    done: _Progress,
) -> None:
    """Keep all that is needed to go on, whole or not at all."""
    written = work / "checkpoint.part"
    torch.save(
        {
            "learnt": reader.learnt(),
            "optimizer": optimizer.state_dict(),
            "schedule": schedule.state_dict(),
            "chance": torch.get_rng_state(),
            "step": done.step,
            "log": done.log,
        },
        written,
    )
    written.replace(work / _CHECKPOINT)


def _resumed(
    work: Path,
    reader: Reader,
    optimizer: torch.optim.Optimizer,
    schedule: torch.optim.lr_scheduler.LRScheduler,
) -> _Progress:
    """Take up the last checkpoint of the folder, if there is one."""
    if not (work / _CHECKPOINT).exists():
        return _Progress(0, [])
    kept = torch.load(work / _CHECKPOINT, weights_only=True)
    reader.load_state_dict(kept["learnt"], strict=False)
    optimizer.load_state_dict(kept["optimizer"])
    schedule.load_state_dict(kept["schedule"])
    torch.set_rng_state(kept["chance"])
    return _Progress(kept["step"], kept["log"])


def _written(work: Path, reader: Reader, done: _Progress) -> Path:
    """Write what was learnt in half precision, with the model that it belongs to."""
    path = work / "reader.safetensors"
    weights = {name: value.half().contiguous() for name, value in reader.learnt().items()}
    base = sha256((MODEL / "model.safetensors").read_bytes()).hexdigest()
    metadata = {"base": base, "steps": str(done.step), "seed": str(torch.initial_seed())}
    save_file(weights, path, metadata)
    draw_training(done.log, work / "training.png")
    return path


def _rounded(told: dict[str, float]) -> dict[str, float]:
    return {name: round(value, 4) for name, value in told.items()}


def main() -> None:
    """Compose the pairs, train, and write the adapter, the log and its plot."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--work", type=Path, default=ROOT / ".bench" / "reader", help="the folder to work in"
    )
    parser.add_argument("--steps", type=int, default=4000, help="steps in all")
    parser.add_argument("--until", type=int, help="the step to stop at for now (default: all)")
    parser.add_argument("--every", type=int, default=100, help="steps between checkpoints")
    parser.add_argument("--rank", type=int, default=RANK, help="of the adapters")
    parser.add_argument("--seed", type=int, default=_SEED, help="draws other pairs and batches")
    parser.add_argument("--device", default="cpu", help="where to train: cpu, or cuda")
    add_data_option(parser)
    told = parser.parse_args()
    if not (told.data / "squad").is_dir():
        sys.exit(f"skipped: {told.data} has no squad; set PINCITE_DATA")
    told.work.mkdir(parents=True, exist_ok=True)
    prepare(told.data, told.work, told.seed)
    path = train(
        told.work,
        steps=told.steps,
        until=told.until,
        every=told.every,
        rank=told.rank,
        seed=told.seed,
        device=told.device,
    )
    print(f"{path}: {path.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
