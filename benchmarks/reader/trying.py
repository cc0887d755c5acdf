"""How well the reader reads what was kept from it."""

import re
import string
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import torch

from benchmarks.metrics import auroc
from benchmarks.reader.batches import Encoded, batched, tensors
from benchmarks.reader.examples import Trial
from benchmarks.reader.model import Reader

# The answer is one run of at most so many tokens.
LONGEST = 30
# How much of the reader's score is added to the rank score while it is validated.
SHARE = 0.4

_ARTICLES = re.compile(r"\b(?:a|an|the)\b")
_PUNCTUATION = str.maketrans("", "", string.punctuation)


@dataclass(frozen=True, slots=True)
class Found:
    """The answer that the reader sees in a passage, and how much likelier than none it is."""

    text: str
    margin: float


def read(reader: Reader, pairs: Sequence[Encoded], passages: Sequence[str]) -> list[Found]:
    """The best answer in each passage, for the pairs of question and passage."""
    found: dict[int, Found] = {}
    order = sorted(range(len(pairs)), key=lambda n: len(pairs[n].ids))
    reader.eval()
    device = next(reader.parameters()).device
    with torch.inference_mode(), torch.autocast(device.type, dtype=torch.bfloat16):
        for numbers in batched(order):
            batch = tensors([pairs[n] for n in numbers]).on(device)
            likely = reader(batch.ids, batch.types, batch.mask, batch.allowed).cpu()
            for n, own in zip(numbers, likely, strict=True):
                found[n] = _best(pairs[n], own, passages[n])
    return [found[n] for n in range(len(pairs))]


def _best(pair: Encoded, likely: torch.Tensor, passage: str) -> Found:
    first, last = pair.first, pair.first + len(pair.offsets)
    begins, ends = likely[0, first:last], likely[1, first:last]
    if not len(begins):
        return Found("", -100.0)
    scores = begins[:, None] + ends[None]
    allowed = torch.ones_like(scores, dtype=torch.bool).triu().tril(LONGEST - 1)
    scores = scores.masked_fill(~allowed, -1e4)
    place = int(scores.argmax())
    start, end = divmod(place, scores.shape[1])
    text = passage[pair.offsets[start][0] : pair.offsets[end][1]]
    return Found(text, float(scores[start, end] - likely[0, 0] - likely[1, 0]))


def figures(reader: Reader, some: Sequence[Trial], pairs: Sequence[Encoded]) -> dict[str, float]:
    """The figures of all trials, of whose pairs each is followed by the one of its source."""
    passages = [
        passage
        for one in some
        for passage in (*(each.passage for each in one.pairs), one.source.passage)
    ]
    every = iter(read(reader, pairs, passages))
    exact, shared = [], []
    alone, mixed, best_alone, best_mixed, read_best = [], [], [], [], []
    for one in some:
        margins = [next(every).margin for _ in one.pairs]
        source = next(every)
        scores = [
            score + SHARE * margin for score, margin in zip(one.scores, margins, strict=True)
        ]
        best_alone.append(max(one.scores))
        best_mixed.append(max(scores))
        read_best.append(source.margin)
        if one.answerable:
            alone.append(one.gold == 0)
            mixed.append(one.gold == scores.index(max(scores)))
            exact.append(max(_normal(each) == _normal(source.text) for each in one.answers))
            shared.append(max(_f1(each, source.text) for each in one.answers))
    answerable = [one.answerable for one in some]
    return {
        "right passage first, ranking alone": _mean(alone),
        "right passage first": _mean(mixed),
        "exact answer": _mean(exact),
        "F1 of the answer": _mean(shared),
        "AUROC in the right passage": auroc(*_parted(read_best, answerable)),
        "AUROC of all, ranking alone": auroc(*_parted(best_alone, answerable)),
        "AUROC of all": auroc(*_parted(best_mixed, answerable)),
    }


def _parted(
    scores: Sequence[float], answerable: Sequence[bool]
) -> tuple[list[float], list[float]]:
    found: dict[bool, list[float]] = {True: [], False: []}
    for score, is_so in zip(scores, answerable, strict=True):
        found[is_so].append(score)
    return found[True], found[False]


def _mean(values: Sequence[float]) -> float:
    return sum(values) / max(1, len(values))


def _normal(answer: str) -> str:
    """As SQuAD compares answers: without case, articles and punctuation."""
    plain = answer.casefold().translate(_PUNCTUATION)
    return " ".join(_ARTICLES.sub(" ", plain).split())


def _f1(right: str, found: str) -> float:
    one, other = Counter(_normal(right).split()), Counter(_normal(found).split())
    shared = (one & other).total()
    return 2 * shared / max(1, one.total() + other.total())
