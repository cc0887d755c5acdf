"""The reader's model: the bundled encoder with what was learnt merged into its weights."""

import copy
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from index.errors import PinciteError
from index.models.encoders import DEFAULT_MODEL, TURN, all_threads, bundled_digest

# Few widths, as torch prepares a kernel for each.
_STEP = 32

_CURE = "install Pincite anew, or set PINCITE_RERANKER=off to answer without the reader"


@dataclass(frozen=True, slots=True)
class TokenScores:
    """What the model says of a question and a passage: log-odds against there being no answer.

    `begins` and `ends` are of each token, shape (tokens,), to be the first and the last of the
    answer; `answerable` is of the passage as a whole.
    """

    begins: npt.NDArray[np.float32]
    ends: npt.NDArray[np.float32]
    answerable: float


Row = tuple[Sequence[int], int]
"""The tokens of a question and a passage, and how many of them are the question's."""


class TokenScorer(Protocol):
    """Scores all tokens of some rows."""

    def __call__(self, rows: Sequence[Row], threads: int = 0) -> list[TokenScores]:
        """The scores of each row, computed on so many threads (0: all there are)."""


def token_scorer(
    adapters: Path,
    name: str,
    model: Any,  # sentence-transformers publishes no types
) -> TokenScorer:
    """A function that scores all tokens of some rows, with the encoder that was adapted.

    The file of adapters holds for linear layers of the bundled encoder two thin matrices
    whose product is added to its weights, and a head. `model` is that encoder as it was
    loaded under its `name`: it is left as it is, and its embedding table is shared.

    Raises `PinciteError` if the file is not there, is damaged, or is for another model.
    """
    import torch

    learnt = _read(adapters, name)
    encoder = model[0].auto_model
    with TURN:
        # What is in the memo is not copied.
        adapted = copy.deepcopy(encoder, {id(encoder.embeddings): encoder.embeddings})
        adapted.pooler = None
        try:
            for path in {key.rpartition(".")[0] for key in learnt if key.startswith("encoder.")}:
                weight = adapted.get_submodule(path).weight
                change = learnt[f"{path}.up"].float() @ learnt[f"{path}.down"].float()
                weight.data = (weight.data.float() + change).to(weight.dtype)
            head, bias = learnt["head.weight"].float().T, learnt["head.bias"].float()
        except (AttributeError, KeyError, RuntimeError) as error:
            raise PinciteError(f"the reader {adapters} is damaged ({error}); {_CURE}") from error

    def scores(rows: Sequence[Row], threads: int = 0) -> list[TokenScores]:
        width = -(-max(len(ids) for ids, _ in rows) // _STEP) * _STEP
        ids, types, mask = (np.zeros((len(rows), width), dtype=np.int64) for _ in range(3))
        for n, (own, asked) in enumerate(rows):
            ids[n, : len(own)] = own
            types[n, asked : len(own)] = 1
            mask[n, : len(own)] = 1
        with TURN, torch.inference_mode():
            torch.set_num_threads(threads or all_threads())
            states = adapted(
                input_ids=torch.from_numpy(ids),
                token_type_ids=torch.from_numpy(types),
                attention_mask=torch.from_numpy(mask),
            ).last_hidden_state
            found = (states.float() @ head + bias).numpy()
        return [
            TokenScores(
                begins=own[: len(ids), 0] - own[0, 0],
                ends=own[: len(ids), 1] - own[0, 1],
                answerable=float(own[0, 2]),
            )
            for own, (ids, _) in zip(found, rows, strict=True)
        ]

    return scores


def _read(adapters: Path, name: str) -> dict[str, Any]:
    """What was learnt, by name, if it fits the model."""
    from safetensors import SafetensorError, safe_open

    if name != DEFAULT_MODEL:
        msg = (
            f"the reader was trained on {DEFAULT_MODEL!r} and does not fit {name!r}; leave "
            "PINCITE_RERANKER unset with that model"
        )
        raise PinciteError(msg)
    try:
        with safe_open(adapters, framework="pt") as file:
            base = (file.metadata() or {}).get("base", "")
            learnt = {key: file.get_tensor(key) for key in file.keys()}  # noqa: SIM118 (no mapping)
    except (OSError, SafetensorError) as error:
        raise PinciteError(f"the reader {adapters} cannot be read ({error}); {_CURE}") from error
    there = bundled_digest()
    if base != there:
        msg = (
            f"the reader {adapters} fits another model than the one that is installed "
            f"(it names {base[:12] or 'none'}, here is {there[:12]}); {_CURE}"
        )
        raise PinciteError(msg)
    return learnt
