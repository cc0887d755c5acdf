"""Pairs as the encoder takes them: tokens, in batches of about one length."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from typing import Any

import torch
from torch import Tensor

from benchmarks.reader.examples import Pair
from index.reader import row_of

BATCH = 48
_MOST_SPANS = 8
# Of so many batches the pairs are ordered by length.
_TOGETHER = 50


@dataclass(frozen=True, slots=True)
class Encoded:
    """The tokens of a pair.

    `types` is 1 for those of the passage and what stands above it; from `first` on they are
    the passage's own, at the characters `offsets` of it. `spans` are the first and the last
    tokens of each answer, none where the passage does not answer or does `somewhere`.
    """

    ids: tuple[int, ...]
    types: tuple[int, ...]
    first: int
    offsets: tuple[tuple[int, int], ...]
    spans: tuple[tuple[int, int], ...]
    somewhere: bool


@dataclass(frozen=True, slots=True)
class Batch:
    """Tensors of (n, tokens), the right spans and what is known of each pair.

    `spans` are (n, most, 2), of which those count that are `known`: (n, most). `answerable`
    and `somewhere` are (n,).
    """

    ids: Tensor
    types: Tensor
    mask: Tensor
    allowed: Tensor
    spans: Tensor
    known: Tensor
    answerable: Tensor
    somewhere: Tensor

    def on(self, device: str | torch.device) -> "Batch":
        """The same where the reader is."""
        return Batch(*(getattr(self, one.name).to(device) for one in fields(self)))

    def twice(self) -> "Batch":
        """Every pair a second time, after all of them."""
        tensors = (getattr(self, one.name) for one in fields(self))
        return Batch(*(torch.cat([one, one]) for one in tensors))


def encoded(pairs: Sequence[Pair], tokenizer: Any) -> list[Encoded]:  # tokenizers has no types
    """The tokens of each pair; what is too long is cut at its end."""
    tokenizer.no_padding()
    tokenizer.no_truncation()
    questions = _tokens([one.question for one in pairs], tokenizer)
    passages = _tokens([_written(one) for one in pairs], tokenizer)
    begin, separator = tokenizer.token_to_id("[CLS]"), tokenizer.token_to_id("[SEP]")
    found = []
    for pair in pairs:
        passage = passages[_written(pair)]
        head = len(_written(pair)) - len(pair.passage.text)
        (ids, asked), own = row_of(
            questions[pair.question], passage, head, begin=begin, separator=separator
        )
        offsets = tuple((first - head, last - head) for first, last in passage.offsets[own])
        first = asked + own.start
        found.append(
            Encoded(
                ids=tuple(ids),
                types=(0,) * asked + (1,) * (len(ids) - asked),
                first=first,
                offsets=offsets,
                spans=tuple(_tokens_of(pair, offsets, first))[:_MOST_SPANS],
                somewhere=pair.somewhere,
            )
        )
    return found


def learnable(pairs: Sequence[Pair], tokenizer: Any) -> list[Encoded]:
    """The tokens of each pair but those whose answer was cut away."""
    both = zip(pairs, encoded(pairs, tokenizer), strict=True)
    return [one for pair, one in both if one.spans or not pair.spans]


def _written(pair: Pair) -> str:
    above = pair.passage.context
    return f"{above}\n{pair.passage.text}" if above else pair.passage.text


def _tokens(texts: Sequence[str], tokenizer: Any) -> dict[str, Any]:
    """The tokens of every text, each once."""
    each = list(dict.fromkeys(texts))
    return dict(zip(each, tokenizer.encode_batch(each, add_special_tokens=False), strict=True))


def _tokens_of(
    pair: Pair, offsets: Sequence[tuple[int, int]], first: int
) -> Iterator[tuple[int, int]]:
    for start, end in pair.spans:
        inside = [n for n, (low, high) in enumerate(offsets) if low < end and start < high]
        if inside and offsets[-1][1] >= end:
            yield first + inside[0], first + inside[-1]


def batched(order: Sequence[int]) -> Iterator[Sequence[int]]:
    """The numbers of the pairs, in this order, a batch at a time."""
    for start in range(0, len(order), BATCH):
        yield order[start : start + BATCH]


def mixed(pairs: Sequence[Encoded], chance: random.Random) -> list[Sequence[int]]:
    """The numbers of the pairs of every batch of an epoch, of about one length, by chance."""
    order = list(range(len(pairs)))
    chance.shuffle(order)
    size = BATCH * _TOGETHER
    found: list[Sequence[int]] = []
    for start in range(0, len(order), size):
        near = sorted(order[start : start + size], key=lambda n: len(pairs[n].ids))
        found += batched(near)
    chance.shuffle(found)
    return found


def tensors(pairs: Sequence[Encoded]) -> Batch:
    """The pairs of a batch, filled up to the longest of them."""
    width = max(len(one.ids) for one in pairs)
    most = max(1, *(len(one.spans) for one in pairs))
    # Without an answer the first token is the right one.
    spans = [one.spans or ((0, 0),) for one in pairs]
    lengths = torch.tensor([len(one.ids) for one in pairs])
    firsts = torch.tensor([one.first for one in pairs])
    lasts = torch.tensor([one.first + len(one.offsets) for one in pairs])
    place = torch.arange(width)[None]
    return Batch(
        ids=torch.tensor([[*one.ids, *[0] * (width - len(one.ids))] for one in pairs]),
        types=torch.tensor([[*one.types, *[0] * (width - len(one.types))] for one in pairs]),
        mask=(place < lengths[:, None]).long(),
        allowed=(place == 0) | ((place >= firsts[:, None]) & (place < lasts[:, None])),
        spans=torch.tensor([[*own, *[(0, 0)] * (most - len(own))] for own in spans]),
        known=torch.arange(most)[None] < torch.tensor([len(own) for own in spans])[:, None],
        answerable=torch.tensor([bool(one.spans) or one.somewhere for one in pairs]),
        somewhere=torch.tensor([one.somewhere for one in pairs]),
    )
