"""What the reader is taught by: right spans, whether there is one, and agreeing with itself."""

import torch
from torch import Tensor
from torch.nn import functional

from benchmarks.reader.batches import Batch

_AGREEMENT = 2.0
_ANSWERABLE = 0.5
_NEVER = -1e4
# No logarithm is taken of less.
_LEAST = 1e-6
_NEARLY_ONE = -1e-4


def loss(likely: Tensor, answerable: Tensor, batch: Batch) -> Tensor:
    """The loss of a batch of which each pair was read twice, with other units dropped.

    `likely` are log-probabilities of (2 n, 2, tokens) and `answerable` log-odds of (2 n,), for
    a batch that is `twice` n pairs.
    """
    spans = span_losses(likely, batch).mean()
    told = functional.binary_cross_entropy_with_logits(answerable, batch.answerable.float())
    apart = disagreement(likely, batch.allowed[: len(likely) // 2])
    return spans + _AGREEMENT * 0.5 * apart + _ANSWERABLE * told


def span_losses(likely: Tensor, batch: Batch) -> Tensor:
    """How unlikely the right spans are together, or any at all for `somewhere`: shape (n,).

    Without an answer the right span is the first token alone.
    """
    first = likely[:, 0].gather(1, batch.spans[..., 0])
    last = likely[:, 1].gather(1, batch.spans[..., 1])
    right = (first + last).masked_fill(~batch.known, _NEVER).logsumexp(dim=1)
    none = (likely[:, 0, 0] + likely[:, 1, 0]).clamp(max=_NEARLY_ONE)
    some = torch.log1p(-none.exp() + _LEAST)
    return -torch.where(batch.somewhere, some, right)


def disagreement(likely: Tensor, allowed: Tensor) -> Tensor:
    """How far the two readings of each pair are apart: Kullback and Leibler's, both ways."""
    one, other = likely.chunk(2)
    apart = one.exp() * (one - other) + other.exp() * (other - one)
    mean: Tensor = apart.masked_fill(~allowed[:, None, :], 0).sum(dim=(1, 2)).mean()
    return mean
