"""How an evaluation is shown: a table of figures and the failures, or JSON."""

import textwrap
from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.table import Table

from qa import Case, Figure, Outcome, answer_json
from web.terminal import new_console, plain

SCHEMA = 1

_MOST_FAILURES = 20


def show_evaluation(
    outcomes: Sequence[Outcome], figures: Sequence[Figure], lacks: Mapping[int, str]
) -> None:
    """The figures, then each question that failed, with what was shown instead."""
    console = new_console()
    answerable = sum(one.case.answerable for one in outcomes)
    questions = "question" if len(outcomes) == 1 else "questions"
    console.print(
        f"{len(outcomes):,} {questions}: {answerable:,} with an answer, "
        f"{len(outcomes) - answerable:,} without.\n"
    )
    table = Table(box=None, pad_edge=False, show_header=False)
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True, justify="right")
    table.add_column(no_wrap=True, justify="right")
    table.add_column()
    for figure in figures:
        counted = figure.name != "mrr" and figure.number
        table.add_row(
            figure.name,
            spoken(figure.name, figure.value),
            f"{figure.total:,} of {figure.number:,}" if counted else "",
            figure.meaning,
        )
    console.print(table)
    failed = [one for one in outcomes if not one.met]
    if failed:
        console.print(f"\n{len(failed):,} failed:")
    for outcome in failed[:_MOST_FAILURES]:
        _show_failure(console, outcome, lacks.get(outcome.case.line))
    if len(failed) > _MOST_FAILURES:
        console.print(f"\n… and {len(failed) - _MOST_FAILURES:,} more; --json lists them all")


def spoken(name: str, value: float | None) -> str:
    """The value of a figure as people write it: shares in percent, the rank's mean as it is."""
    if value is None:
        return "–"
    return f"{value:.3f}" if name == "mrr" else f"{100 * value:.1f} %"


def evaluation_json(
    outcomes: Sequence[Outcome], figures: Sequence[Figure], lacks: Mapping[int, str]
) -> dict[str, Any]:
    """The figures and the failures as plain values; each answer in the one answer schema."""
    return {
        "schema": SCHEMA,
        "questions": len(outcomes),
        "figures": {
            figure.name: {"value": figure.value, "total": figure.total, "of": figure.number}
            for figure in figures
        },
        "failures": [
            {
                "line": one.case.line,
                "question": one.case.question,
                "expected": {
                    "answerable": one.case.answerable,
                    "quotes": list(one.case.quotes),
                    "documents": list(one.case.documents),
                },
                "reason": _reason(one, lacks.get(one.case.line)),
                "rank": one.rank,
                "excerpt": one.excerpt,
                "answer": answer_json(one.answer),
            }
            for one in outcomes
            if not one.met
        ],
    }


def _show_failure(console: Console, outcome: Outcome, lack: str | None) -> None:
    case = outcome.case
    _print(console, f"\nline {case.line}: {case.question}", indent=0)
    if case.answerable:
        _print(console, f"expected {_expected(case)}")
    _print(console, _reason(outcome, lack))
    for excerpt in outcome.shown[:1]:
        label = "shown" if outcome.answer.answered else "closest"
        _print(console, f"{label}: “{excerpt.quote}” {excerpt.citation}")


def _print(console: Console, text: str, *, indent: int = 2) -> None:
    lead = "\n" if text.startswith("\n") else ""
    lines = textwrap.wrap(
        " ".join(text.split()), width=min(console.width, 100) - indent, break_on_hyphens=False
    )
    console.print(lead + "\n".join(" " * indent + plain(line) for line in lines))


def _expected(case: Case) -> str:
    words = " or ".join(f"“{quote}”" for quote in case.quotes)
    documents = " or ".join(case.documents)
    return f"{words} in {documents}" if words and documents else words or documents


def _reason(outcome: Outcome, lack: str | None) -> str:
    """Why a case failed, in a few words."""
    answer = outcome.answer
    if outcome.inexact:
        return f"{outcome.inexact[0].citation} is quoted in words that do not stand there"
    if not outcome.case.answerable:
        return f"answered (confidence {answer.confidence:.2f}), though there is no answer"
    if lack:
        return lack
    place = f"passage {outcome.rank} of the ranking" if outcome.rank else "not in the ranking"
    if not answer.answered:
        return f"refused (confidence {answer.confidence:.2f}); what is expected is {place}"
    return f"answered with other words; what is expected is {place}"
