"""How an explanation is shown in the terminal."""

import math
from pathlib import PurePath

from rich.console import Console
from rich.table import Table

from qa import Answer, Explanation
from web.terminal import new_console, plain

_MOST_PASSAGES = 5


def show_explanation(answer: Answer) -> None:
    """The words, the passages' scores, the confidence's parts and the times, if there are any."""
    explanation = answer.explanation
    if explanation is None:
        return
    console = new_console()
    words = ", ".join(f"{plain(word)} {rarity:.2f}" for word, rarity in explanation.rarity.items())
    console.print(f"[bold]Words and their rarity:[/bold] {words}\n")
    if explanation.passages:
        _show_passages(console, explanation)
        _show_confidence(console, explanation)
    sure = "at least" if answer.answered else "less than"
    console.print(
        f"[bold]Confidence {answer.confidence:.4f}[/bold], {sure} the threshold "
        f"{explanation.threshold:g}: {'answered' if answer.answered else 'not answered'}\n"
    )
    steps = ", ".join(f"{step} {ms:.1f}" for step, ms in explanation.steps.items())
    console.print(f"[bold]Milliseconds:[/bold] {steps}")


def _show_passages(console: Console, explanation: Explanation) -> None:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    reranked = any(one.ranked.reranked is not None for one in explanation.passages)
    names = ["passage", "shown", "dense", "lexical", "sentence", "reranker", "score"]
    for name in names if reranked else [name for name in names if name != "reranker"]:
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("place", overflow="fold")
    for number, one in enumerate(explanation.passages, 1):
        if number > _MOST_PASSAGES and not one.excerpts:
            continue
        ranked, hit = one.ranked, one.ranked.hit
        table.add_row(
            str(number),
            ", ".join(map(str, one.excerpts)) or "–",
            f"{hit.dense:.3f}",
            f"{hit.lexical:.2f}",
            f"{ranked.evidence['sentence']:.3f}",
            *([_score(ranked.reranked)] if reranked else []),
            f"{ranked.score:.3f}",
            plain(f"{PurePath(hit.document.source).name}, {one.locator.text}"),
        )
    console.print(table)
    console.print()


def _score(given: float | None) -> str:
    return "–" if given is None else f"{given:.3f}"


def _show_confidence(console: Console, explanation: Explanation) -> None:
    if not explanation.signals:
        console.print("The words in quotation marks decide: they stand here, or nowhere.\n")
        return
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column("signal", no_wrap=True)
    for name in ("value", "weight", "product"):
        table.add_column(name, justify="right", no_wrap=True)
    for signal in explanation.signals:
        product = signal.value * signal.weight
        table.add_row(
            signal.name, f"{signal.value:.3f}", f"{signal.weight:.2f}", f"{product:+.3f}"
        )
    total = explanation.bias + sum(one.value * one.weight for one in explanation.signals)
    table.add_row("bias", "", "", f"{explanation.bias:+.3f}")
    table.add_row("sum", "", "", f"{total:+.3f}")
    console.print(table)
    console.print(f"1 / (1 + exp({-total:.3f})) = {1 / (1 + math.exp(-total)):.4f}\n")
