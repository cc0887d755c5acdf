"""The reader's model: the bundled encoder with what was learnt merged into its weights."""

import copy
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from index.errors import PinciteError
from index.models.encoders import DEFAULT_MODEL, QUESTION_TURN, TURN, all_threads, bundled_digest

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
    layers = {
        f"encoder.{path}": layer
        for path, layer in adapted.encoder.named_modules()
        if isinstance(layer, torch.nn.Linear)
    }
    if not _fits(learnt, layers, width=adapted.config.hidden_size):
        raise PinciteError(f"the reader {adapters} is damaged; {_CURE}")
    for path, layer in layers.items():
        change = learnt[f"{path}.up"].float() @ learnt[f"{path}.down"].float()
        layer.weight.data = (layer.weight.data.float() + change).to(layer.weight.dtype)
    head, bias = learnt["head.weight"].float().T, learnt["head.bias"].float()

    def of_width(rows: Sequence[Row], width: int, threads: int) -> list[TokenScores]:
        ids, types, mask = (np.zeros((len(rows), width), dtype=np.int64) for _ in range(3))
        for n, (own, asked) in enumerate(rows):
            ids[n, : len(own)] = own
            types[n, asked : len(own)] = 1
            mask[n, : len(own)] = 1
        with QUESTION_TURN, torch.inference_mode():
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

    def scores(rows: Sequence[Row], threads: int = 0) -> list[TokenScores]:
        # No row waits for a longer one.
        found: dict[int, TokenScores] = {}
        widths = [-(-len(ids) // _STEP) * _STEP for ids, _ in rows]
        for width in sorted(set(widths)):
            alike = [n for n, own in enumerate(widths) if own == width]
            found.update(
                zip(alike, of_width([rows[n] for n in alike], width, threads), strict=True)
            )
        return [found[n] for n in range(len(rows))]

    return scores


def _read(adapters: Path, name: str) -> dict[str, Any]:
    """What was learnt, by name, if it fits the model."""
    import torch
    from safetensors import SafetensorError, safe_open

    if name != DEFAULT_MODEL:
        msg = (
            f"the reader was trained on {DEFAULT_MODEL!r} and does not fit {name!r}; leave "
            "PINCITE_RERANKER unset with that model"
        )
        raise PinciteError(msg)
    try:
        with safe_open(adapters, framework="pt") as file:
            told = file.metadata() or {}
            learnt = {key: file.get_tensor(key) for key in file.offset_keys()}
    except (OSError, SafetensorError) as error:
        raise PinciteError(f"the reader {adapters} cannot be read ({error}); {_CURE}") from error
    base, there = told.get("base", ""), bundled_digest()
    if base != there:
        msg = (
            f"the reader {adapters} fits another model than the one that is installed "
            f"(it names {base[:12] or 'none'}, here is {there[:12]}); {_CURE}"
        )
        raise PinciteError(msg)
    half = all(value.dtype == torch.float16 for value in learnt.values())
    if not half or told.get("weights") != weights_digest(learnt):
        raise PinciteError(f"the reader {adapters} is damaged; {_CURE}")
    return learnt


def weights_digest(weights: Mapping[str, Any]) -> str:
    """The SHA-256 of tensors by their names, which tells whether a file of them is whole."""
    digest = hashlib.sha256()
    for name, value in sorted(weights.items()):
        digest.update(name.encode() + value.numpy().tobytes())
    return digest.hexdigest()


def _fits(learnt: Mapping[str, Any], layers: Mapping[str, Any], width: int) -> bool:
    """Whether there are two thin matrices for each layer and a head, and only numbers in them."""
    rank = next((len(value) for key, value in learnt.items() if key.endswith(".down")), 0)
    wanted = {"head.weight": (3, width), "head.bias": (3,)}
    for path, layer in layers.items():
        wanted[f"{path}.down"] = (rank, layer.in_features)
        wanted[f"{path}.up"] = (layer.out_features, rank)
    return wanted == {key: tuple(value.shape) for key, value in learnt.items()} and all(
        bool(value.isfinite().all()) for value in learnt.values()
    )
