"""What a check found, and how the terminal shows it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from rich.table import Table

from web.terminal import new_console, plain

Mark = Literal["ok", "warning", "failed", "not set up"]

_WIDEST = 100
_SECONDS_MATTER = 300
_MARK_WIDTH, _NAME_WIDTH = 10, 15


@dataclass(frozen=True, slots=True)
class Finding:
    """What was looked at, how it is, and what to do where it is not well."""

    mark: Mark
    name: str
    said: str


def show(findings: Iterable[Finding]) -> int:
    """Show each finding as it comes; returns how many failed."""
    console = new_console()
    failed = 0
    for finding in findings:
        table = Table(
            box=None, pad_edge=False, show_header=False, width=min(console.width, _WIDEST)
        )
        table.add_column(width=_MARK_WIDTH, no_wrap=True)
        table.add_column(width=_NAME_WIDTH, no_wrap=True)
        table.add_column(overflow="fold", ratio=1)
        trouble = finding.mark in {"failed", "warning"}
        mark = f"[bold]{finding.mark}[/bold]" if trouble else finding.mark
        table.add_row(mark, plain(finding.name), plain(finding.said))
        console.print(table)
        failed += finding.mark == "failed"
    return failed


def spell(seconds: float) -> str:
    """A length of time in words: `2 min 3 s`; from 5 minutes on whole minutes are enough."""
    whole = round(abs(seconds))
    if whole >= _SECONDS_MATTER:
        whole = 60 * round(whole / 60)
    minutes, rest = divmod(whole, 60)
    hours, minutes = divmod(minutes, 60)
    parts = [(hours, "h"), (minutes, "min"), (rest, "s")]
    return " ".join(f"{number} {unit}" for number, unit in parts if number) or "0 s"


def ahead(seconds: float) -> str:
    """The same with its direction: `2 min 3 s ahead of`."""
    return f"{spell(seconds)} {'ahead of' if seconds >= 0 else 'behind'}"
