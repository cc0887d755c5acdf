"""Evaluation: how well a library answers questions whose answers are known."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from index import Document, Library
from qa.answers import Answer, Excerpt
from qa.bot import Bot
from qa.cases import Case
from qa.expected import first_holding, first_sharing

_RANKS = (1, 3, 5)
_MOST_PASSAGES = 10


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a case.

    `rank` is that of the first passage that holds what was expected, and `excerpt`
    the number of the first excerpt shown that does; both count from 1, and are None
    where there is none. `inexact` are the excerpts shown that are not, character for
    character, what the library holds at their place.
    """

    case: Case
    answer: Answer
    rank: int | None
    excerpt: int | None
    inexact: tuple[Excerpt, ...]

    @property
    def shown(self) -> tuple[Excerpt, ...]:
        """The excerpts that answered, or what came closest."""
        return self.answer.excerpts or self.answer.closest

    @property
    def met(self) -> bool:
        """Whether what was expected was shown, and only in its own words."""
        right = self.excerpt is not None if self.case.answerable else not self.answer.answered
        return right and not self.inexact


@dataclass(frozen=True, slots=True)
class Figure:
    """A measure: `total` over `number` questions or quotes, `value` from 0 to 1."""

    name: str
    meaning: str
    total: float
    number: int

    @property
    def value(self) -> float | None:
        """The mean, or None where there was nothing to measure."""
        return self.total / self.number if self.number else None


def evaluate(bot: Bot, library: Library, cases: Iterable[Case]) -> Iterator[Outcome]:
    """Ask each question and compare what comes with what its case expects."""
    for case in cases:
        answer = bot.ask(case.question, explain=True)
        ranked = answer.explanation.passages if answer.explanation else ()
        hits = [one.ranked.hit for one in ranked[:_MOST_PASSAGES]]
        places = [(hit.document, hit.start, hit.end) for hit in hits]
        shown = [(one.document, one.start, one.end) for one in answer.excerpts]
        yield Outcome(
            case=case,
            answer=answer,
            rank=first_sharing(case, places) if case.answerable else None,
            excerpt=first_holding(case, shown) if case.answerable else None,
            inexact=tuple(
                one
                for one in answer.excerpts or answer.closest
                if not is_exact(one, library.document(one.document.id))
            ),
        )


def is_exact(excerpt: Excerpt, stored: Document | None) -> bool:
    """Whether the words shown are those that the library holds at the excerpt's place."""
    return stored is not None and excerpt.quote == stored.text[excerpt.start : excerpt.end]


def figures(outcomes: Sequence[Outcome]) -> list[Figure]:
    """Every measure over the outcomes."""
    told = [one for one in outcomes if one.case.answerable]
    silent = [one for one in outcomes if not one.case.answerable]
    quoted = [one for one in told if one.case.quotes]
    return [
        *(
            _share(
                f"recall@{most}",
                f"expected passage among the first {most}",
                [one.rank is not None and one.rank <= most for one in told],
            )
            for most in _RANKS
        ),
        Figure(
            "mrr",
            f"mean of 1 / its rank, 0 beyond {_MOST_PASSAGES}",
            sum(1 / one.rank for one in told if one.rank is not None),
            len(told),
        ),
        _share(
            "first-excerpt",
            "expected words in the first excerpt",
            [one.excerpt == 1 for one in quoted],
        ),
        _share(
            "any-excerpt",
            "expected words in any excerpt",
            [one.excerpt is not None for one in quoted],
        ),
        _share(
            "exact-quotes",
            "quotes shown that are verbatim",
            [quote not in one.inexact for one in outcomes for quote in one.shown],
        ),
        _share(
            "false-refusals",
            "refused, though there is an answer",
            [not one.answer.answered for one in told],
        ),
        _share(
            "right-refusals",
            "refused, and there is no answer",
            [not one.answer.answered for one in silent],
        ),
        _share(
            "foreign-answered",
            "answered, though there is none",
            [one.answer.answered for one in silent],
        ),
    ]


def _share(name: str, meaning: str, claims: Sequence[bool]) -> Figure:
    return Figure(name, meaning, sum(claims), len(claims))
