"""The state of training: what changes from step to step, and is kept in checkpoints."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import torch

from benchmarks.reader.batches import BATCH, Encoded, tensors
from benchmarks.reader.losses import loss
from benchmarks.reader.model import Reader

_RATE, _HEAD_RATE = 1.5e-3, 1e-3
_DECAY = 0.01
_CLIP = 1.0
_WARM_UP = 200
# Processors take more than twice as long, and 9 GiB, for a batch that is read in one go.
_AT_ONCE_ON_PROCESSORS = 4


@dataclass(slots=True)
class Progress:
    """Where training is: the steps done in all and in the epoch, and what the log tells."""

    step: int = 0
    epoch: int = 0
    place: int = 0
    log: list[dict[str, float]] = field(default_factory=list)


class Training:
    """A reader that learns, over so many steps, from what batches it is given.

    Of a batch so many pairs are read `at_once`: where nothing is said a few on processors,
    and elsewhere all.
    """

    def __init__(
        self, *, steps: int, rank: int, seed: int, device: str, at_once: int | None = None
    ) -> None:
        torch.manual_seed(seed)
        self._given = {"steps": steps, "rank": rank, "seed": seed}
        self.reader = Reader(rank).to(device)
        self.done = Progress()
        self._device = torch.device(device)
        on_processors = self._device.type == "cpu"
        self._at_once = at_once or (_AT_ONCE_ON_PROCESSORS if on_processors else BATCH)
        learnt = self.reader.learnt()
        head = [value for name, value in learnt.items() if name.startswith("head")]
        adapters = [value for name, value in learnt.items() if not name.startswith("head")]
        self._parameters = [*adapters, *head]
        self._optimizer = torch.optim.AdamW(
            [{"params": adapters, "lr": _RATE}, {"params": head, "lr": _HEAD_RATE}],
            weight_decay=_DECAY,
        )
        warm = min(_WARM_UP, steps // 10 + 1)
        # From nothing to the whole rate, and then to nothing again.
        self._schedule = torch.optim.lr_scheduler.LambdaLR(
            self._optimizer,
            lambda step: min((step + 1) / warm, max(0.0, (steps - step) / max(1, steps - warm))),
        )

    def step(self, pairs: Sequence[Encoded]) -> float:
        """Learn from a batch of pairs, each read twice; returns the loss."""
        self.reader.train()
        self._optimizer.zero_grad()
        lost = sum(
            self._read(pairs[start : start + self._at_once], len(pairs))
            for start in range(0, len(pairs), self._at_once)
        )
        torch.nn.utils.clip_grad_norm_(self._parameters, _CLIP)
        self._optimizer.step()
        self._schedule.step()
        self.done.step += 1
        self.done.place += 1
        return lost

    def _read(self, pairs: Sequence[Encoded], of: int) -> float:
        """Add what these pairs teach, of so many of a batch; returns their share of its loss."""
        batch = tensors(pairs).twice().on(self._device)
        with torch.autocast(self._device.type, dtype=torch.bfloat16):
            likely, answerable = self.reader(batch.ids, batch.types, batch.mask, batch.allowed)
        share = loss(likely, answerable, batch) * len(pairs) / of
        torch.autograd.backward(share)
        return float(share.detach())

    def keep(self, path: Path) -> None:
        """Keep all that is needed to go on, whole or not at all."""
        state: dict[str, Any] = {
            "learnt": {name: value.detach() for name, value in self.reader.learnt().items()},
            "optimizer": self._optimizer.state_dict(),
            "schedule": self._schedule.state_dict(),
            "chance": torch.get_rng_state(),
            "done": asdict(self.done),
            "given": self._given,
        }
        if self._device.type == "cuda":
            state["chance of the device"] = torch.cuda.get_rng_state(self._device)
        written = path.with_suffix(".part")
        torch.save(state, written)
        written.replace(path)

    def resume(self, path: Path) -> None:
        """Go on from what was kept; raises ValueError if it was begun otherwise."""
        kept = torch.load(path, weights_only=True, map_location="cpu")
        if kept.get("given") != self._given:
            begun, wanted = (_told(each) for each in (kept.get("given") or {}, self._given))
            msg = f"{path} was begun with {begun or 'other options'}, not {wanted}"
            raise ValueError(msg)
        self.reader.learn(kept["learnt"])
        self._optimizer.load_state_dict(kept["optimizer"])
        self._schedule.load_state_dict(kept["schedule"])
        torch.set_rng_state(kept["chance"])
        if self._device.type == "cuda" and "chance of the device" in kept:
            torch.cuda.set_rng_state(kept["chance of the device"], self._device)
        self.done = Progress(**kept["done"])


def _told(given: Mapping[str, int]) -> str:
    return ", ".join(f"{name} {value}" for name, value in given.items())
