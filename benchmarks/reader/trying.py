"""How well the reader reads what was kept from it."""

import re
import string
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from benchmarks.metrics import auroc
from benchmarks.reader.batches import Batch, batched, encoded, tensors
from benchmarks.reader.examples import Candidate, Case, Pair
from benchmarks.reader.model import Reader, tokenizer
from index.reader import LONGEST
from qa.confidence import BEST

# How much of the reader's margin is added to the rank score while it is tried.
SHARE = 0.4

_NEVER = -1e4
_ARTICLES = re.compile(r"\b(?:a|an|the)\b")
_PUNCTUATION = str.maketrans("", "", string.punctuation)


@dataclass(frozen=True, slots=True)
class Found:
    """The answer that the reader sees in a passage, and the log-odds that it is one.

    The margin is how much likelier the best span is than none, and the log-odds that there is
    an answer added.
    """

    text: str
    margin: float


def read(reader: Reader, pairs: Sequence[Pair]) -> list[Found]:
    """The best answer in the passage of each pair."""
    tokens = encoded(pairs, tokenizer())
    found: dict[int, Found] = {}
    order = sorted(range(len(pairs)), key=lambda n: len(tokens[n].ids))
    reader.eval()
    device = next(reader.parameters()).device
    with torch.inference_mode(), torch.autocast(device.type, dtype=torch.bfloat16):
        for numbers in batched(order):
            batch = tensors([tokens[n] for n in numbers]).on(device)
            likely, answerable = reader(batch.ids, batch.types, batch.mask, batch.allowed)
            best = zip(numbers, *_best(likely, answerable, batch), strict=True)
            for n, margin, start, end in best:
                one = tokens[n]
                inside = one.offsets[start - one.first : end - one.first + 1] if start else ()
                text = pairs[n].passage.text[inside[0][0] : inside[-1][1]] if inside else ""
                found[n] = Found(text, margin)
    return [found[n] for n in range(len(pairs))]


def _best(
    likely: Tensor, answerable: Tensor, batch: Batch
) -> tuple[list[float], list[int], list[int]]:
    """The margin of each pair, and the first and last token of its best span."""
    outside = ~batch.allowed
    outside[:, 0] = True
    begins, ends = likely.masked_fill(outside[:, None, :], _NEVER).unbind(1)
    scores = begins[:, :, None] + ends[:, None, :]
    short = torch.ones_like(scores[0], dtype=torch.bool).triu().tril(LONGEST - 1)
    best, place = scores.masked_fill(~short, 3 * _NEVER).flatten(1).max(dim=1)
    margins = best - likely[:, 0, 0] - likely[:, 1, 0] + answerable
    width = likely.shape[2]
    return margins.tolist(), (place // width).tolist(), (place % width).tolist()


def figures(reader: Reader, cases: Sequence[Case]) -> dict[str, float]:
    """The figures of some cases of one set; those whose set does not allow them are left out.

    Right first is among the best five, of the questions that have an answer among all that
    were found: in SQuAD a passage that holds one, elsewhere one of a document that bears on it.
    """
    own = [(case, source) for case in cases if (source := case.source) is not None]
    pairs = dict.fromkeys(
        Pair(case.question, one.passage)
        for case, source in own
        for one in (*case.candidates[:BEST], source)
    )
    found = dict(zip(pairs, read(reader, list(pairs)), strict=True))
    right_alone, right_mixed, best_alone, best_mixed, read_best = [], [], [], [], []
    exact, shared = [], []
    for case, source in own:
        best = case.candidates[:BEST]
        margins = [found[Pair(case.question, one.passage)].margin for one in best]
        scores = [one.score + SHARE * each for one, each in zip(best, margins, strict=True)]
        answer = found[Pair(case.question, source.passage)]
        best_alone.append(max(one.score for one in best))
        best_mixed.append(max(scores))
        read_best.append(answer.margin)
        if case.answerable:
            right_alone.append(_is_right(case, best[0]))
            right_mixed.append(_is_right(case, best[scores.index(max(scores))]))
            if case.answers:
                exact.append(max(_normal(one) == _normal(answer.text) for one in case.answers))
                shared.append(max(words_f1(one, answer.text) for one in case.answers))
    answerable = [case.answerable for case, _ in own]
    told = {
        "right passage first, ranking alone": _mean(right_alone),
        "right passage first": _mean(right_mixed),
    }
    if exact:
        told |= {"exact answer": _mean(exact), "F1 of the answer": _mean(shared)}
    if len(set(answerable)) > 1:
        told |= {
            "AUROC in the right passage": auroc(*_parted(read_best, answerable)),
            "AUROC of all, ranking alone": auroc(*_parted(best_alone, answerable)),
            "AUROC of all": auroc(*_parted(best_mixed, answerable)),
        }
    return told


def _is_right(case: Case, candidate: Candidate) -> bool:
    return candidate.own and (bool(candidate.spans) or not case.article)


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


def words_f1(right: str, found: str) -> float:
    """How much of their words two answers share, as SQuAD measures it, from 0 to 1."""
    one, other = Counter(_normal(right).split()), Counter(_normal(found).split())
    shared = (one & other).total()
    return 2 * shared / max(1, one.total() + other.total())
