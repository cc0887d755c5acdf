"""Explanations: which numbers led to an answer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from index import Found, Locator, locate
from qa.confidence import Weighing
from qa.ranking import RankedPassage

_MOST_PASSAGES = 10

Place = tuple[str, int, int]


@dataclass(frozen=True, slots=True)
class Signal:
    """What the confidence is computed from: `value` times `weight` is added to the sum."""

    name: str
    value: float
    weight: float


@dataclass(frozen=True, slots=True)
class ExplainedPassage:
    """A ranked passage, where it stands, and the numbers of the excerpts cut from it."""

    ranked: RankedPassage
    locator: Locator
    excerpts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """How an answer came about.

    `rarity` is the inverse document frequency of each word of the question;
    `passages` are the best ten, best first, and any other that an excerpt was cut
    from. The confidence is 1 / (1 + exp(-sum)) of `bias` and the signals, and there
    is an answer from `threshold` upwards; without signals a phrase in quotation
    marks decided: it stands somewhere, or nowhere. `steps` are milliseconds, in order.
    """

    rarity: Mapping[str, float]
    passages: tuple[ExplainedPassage, ...]
    bias: float
    signals: tuple[Signal, ...]
    threshold: float
    steps: Mapping[str, float]


def explanation(
    found: Found,
    ranked: Sequence[RankedPassage],
    *,
    weighing: Weighing | None,
    shown: Sequence[Place],
    threshold: float,
    steps: Mapping[str, float],
) -> Explanation:
    """Explain what was found, ranked and shown; `shown` are the excerpts' (id, start, end).

    There is no `weighing` where a phrase decided.
    """
    passages = [
        ExplainedPassage(
            ranked=one,
            locator=locate(one.hit.document, one.hit.start, one.hit.end),
            excerpts=numbers,
        )
        for place, one in enumerate(ranked)
        if (numbers := _cut_from(one, shown)) or place < _MOST_PASSAGES
    ]
    return Explanation(
        rarity=found.rarity,
        passages=tuple(passages),
        bias=weighing.bias if weighing else 0.0,
        signals=tuple(
            Signal(name, value, weighing.weights[name]) for name, value in weighing.signals.items()
        )
        if weighing
        else (),
        threshold=threshold,
        steps=steps,
    )


def _cut_from(ranked: RankedPassage, shown: Sequence[Place]) -> tuple[int, ...]:
    hit = ranked.hit
    return tuple(
        number
        for number, (document, start, end) in enumerate(shown, 1)
        if document == hit.document.id and start < hit.end and hit.start < end
    )
