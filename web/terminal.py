"""The terminal: progress, and text that cannot do anything to it."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.text import Text

_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")


@contextmanager
def progress(total: int | None) -> Iterator[Callable[..., None]]:
    """A progress bar on stderr; call what it gives with each thing that is done.

    Of how many, if that is known only then, is its keyword `total`.
    """
    columns = (
        BarColumn(bar_width=24),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        TextColumn("{task.description}"),
    )
    console = Console(stderr=True)
    with Progress(
        *columns, console=console, transient=True, disable=not console.is_terminal
    ) as bar:
        task = bar.add_task("", total=total)

        def advance(name: str, *, total: int | None = None) -> None:
            said = plain(shortened(Path(name).name, 32))
            bar.update(task, advance=1, total=total, description=said)

        yield advance


def new_console() -> Console:
    """A console on stdout that colours nothing by itself."""
    return Console(highlight=False)


def shortened(text: str, most: int) -> str:
    """The text in at most that many characters."""
    return text if len(text) <= most else text[: most - 1] + "…"


def text_width(console: Console) -> int:
    """How many characters a line of a quote has, beside its number."""
    return max(40, min(console.width, 100)) - 4


def show_text(console: Console, text: Text, mark: str = "", *, margin: int = 4) -> None:
    """Print a text with a margin, in which its first line has a mark."""
    for position, line in enumerate(text.wrap(console, text_width(console))):
        line.rstrip()
        console.print(Text(f"{mark if position == 0 else '':<{margin}}") + line, highlight=False)


def printable(text: str) -> str:
    """Text from outside with single spaces, and no control character that reaches the terminal."""
    return _CONTROL.sub("\ufffd", re.sub(r"\s+", " ", text))


def plain(text: str) -> str:
    """Text from outside: no control character reaches the terminal, no markup takes effect."""
    return escape(without_control(text))


def without_control(text: str) -> str:
    """Text from outside, for a terminal that is told of no markup."""
    return _CONTROL.sub("\ufffd", text)
