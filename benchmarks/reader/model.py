"""The reader as it learns: the bundled encoder, frozen, with low-rank adapters and a head."""

import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from tokenizers import Tokenizer
from torch import Tensor, nn
from transformers import AutoModel

from index.models import bundled_digest, bundled_model, weights_digest

RANK = 44
_DROPPED = 0.1
_NEVER = -1e4


class LowRank(nn.Module):
    """A frozen linear layer, and what is learnt to be added to it: two thin matrices."""

    def __init__(self, frozen: nn.Linear, rank: int) -> None:
        super().__init__()
        self.frozen = frozen
        self.down = nn.Parameter(torch.empty(rank, frozen.in_features))
        self.up = nn.Parameter(torch.zeros(frozen.out_features, rank))
        nn.init.kaiming_uniform_(self.down, a=math.sqrt(5))

    def forward(self, states: Tensor) -> Tensor:
        """The layer's output, shape (…, out)."""
        thin = nn.functional.dropout(states, _DROPPED, self.training) @ self.down.T
        added: Tensor = self.frozen(states) + thin @ self.up.T
        return added


class Reader(nn.Module):
    """Scores every token of a question and a passage as the first or last of the answer."""

    def __init__(self, rank: int = RANK) -> None:
        super().__init__()
        # On processors plain attention has the quickest way back.
        self.bert = AutoModel.from_pretrained(
            bundled_model(),
            local_files_only=True,
            attn_implementation="eager",
            hidden_dropout_prob=_DROPPED,
            attention_probs_dropout_prob=_DROPPED,
        ).float()
        self.bert.requires_grad_(False)
        for name, layer in list(_linear(self.bert.encoder)):
            _put(self.bert.encoder, name, LowRank(layer, rank))
        # The first token of an answer, its last, and for "[CLS]" whether there is one.
        self.head = nn.Linear(self.bert.config.hidden_size, 3)

    def forward(
        self, ids: Tensor, types: Tensor, mask: Tensor, allowed: Tensor
    ) -> tuple[Tensor, Tensor]:
        """Where the answer is, shape (n, 2, tokens), and the log-odds that there is one, (n,).

        All tensors have shape (n, tokens). For each token the log-probabilities that an answer
        begins and that it ends there; the first token stands for no answer, and besides only
        those that are `allowed` can begin or end one.
        """
        states = self.bert(
            input_ids=ids, token_type_ids=types, attention_mask=mask
        ).last_hidden_state
        with torch.autocast(states.device.type, enabled=False):
            scores = self.head(states.float())
        places = scores[..., :2].transpose(1, 2).masked_fill(~allowed[:, None, :], _NEVER)
        return places.log_softmax(dim=-1), scores[:, 0, 2]

    def learnt(self) -> dict[str, Tensor]:
        """What is learnt: matrices beside the linear layers of a BertModel, and the head."""
        return {
            name.removeprefix("bert."): value
            for name, value in self.named_parameters()
            if value.requires_grad
        }

    def learn(self, values: dict[str, Tensor]) -> None:
        """Take what was learnt, by the same names; raises ValueError if any does not fit."""
        own = self.learnt()
        if {name: value.shape for name, value in own.items()} != {
            name: value.shape for name, value in values.items()
        }:
            msg = "it holds other matrices than this reader has; was it trained with another rank?"
            raise ValueError(msg)
        with torch.no_grad():
            for name, value in values.items():
                own[name].copy_(value)


def tokenizer() -> Tokenizer:
    """What cuts a text into the model's tokens."""
    return Tokenizer.from_file(str(bundled_model() / "tokenizer.json"))


def write(reader: Reader, path: Path, *, steps: int, seed: int) -> None:
    """Write what was learnt in half precision, with the model that it belongs to."""
    weights = {
        name: value.detach().cpu().half().contiguous() for name, value in reader.learnt().items()
    }
    told = {"base": bundled_digest(), "weights": weights_digest(weights)}
    save_file(weights, path, {**told, "steps": str(steps), "seed": str(seed)})


def opened(path: Path) -> Reader:
    """The reader of an adapter file.

    Raises FileNotFoundError if there is none, and ValueError if it is none or of another model.
    """
    try:
        with safe_open(path, "pt") as file:
            told = file.metadata() or {}
            weights = {name: file.get_tensor(name) for name in file.offset_keys()}
    except SafetensorError as error:
        msg = f"it is no file of tensors ({error})"
        raise ValueError(msg) from error
    if told.get("base") != bundled_digest():
        msg = "it was trained on another model than the bundled one"
        raise ValueError(msg)
    rank = next((len(value) for name, value in weights.items() if name.endswith("down")), 1)
    reader = Reader(rank)
    reader.learn(weights)
    return reader


def _linear(module: nn.Module) -> Iterator[tuple[str, nn.Linear]]:
    for name, layer in module.named_modules():
        if isinstance(layer, nn.Linear):
            yield name, layer


def _put(module: nn.Module, name: str, layer: nn.Module) -> None:
    """Put a layer in the place of the one of that name."""
    path, _, last = name.rpartition(".")
    parent: Any = module.get_submodule(path) if path else module
    setattr(parent, last, layer)
