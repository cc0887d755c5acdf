"""How the terminal shows what is in a draft."""

from collections.abc import Iterator, Sequence

from rich.console import Console
from rich.text import Text

from qa import Check, Draft
from web.check_findings import Finding, Kind, Lines, findings, summary
from web.terminal import new_console, printable, show_text
from web.wording_report import difference, legend, show_place

_STYLES = {
    "error": "bold red",
    "warning": "bold yellow",
    "note": "bold cyan",
    "none": "bold green",
}
_CLAIMS: frozenset[Kind] = frozenset({"supported", "unsupported"})
_CITATIONS: frozenset[Kind] = frozenset({"unknown source", "doubtful citation"})


def show_check(draft: Draft, check: Check, *, everything: bool) -> None:
    """What is not fine in a draft, or everything; its claims; and how much there is of each."""
    console = new_console()
    lines = Lines(check.draft)
    told = findings(check)
    changes = [change for one in told for change in one.changes]
    if changes:
        console.print(f"Where words are altered: {legend(changes)}\n", highlight=False)
    for one in _ordered(told):
        if everything or one.level != "none" or one.kind in _CLAIMS:
            _show(console, draft, lines, one, everything=everything)
    show_text(console, Text(printable(f"{draft.name}: {summary(check, told)}")), margin=0)


def _ordered(told: Sequence[Finding]) -> list[Finding]:
    """Quotations, then citations, marks, claims; each in the order of the draft."""
    ranks = {"unbalanced": 2, **dict.fromkeys(_CITATIONS, 1), **dict.fromkeys(_CLAIMS, 3)}
    return sorted(told, key=lambda one: ranks.get(one.kind, 0))


def _show(console: Console, draft: Draft, lines: Lines, one: Finding, *, everything: bool) -> None:
    line, column = lines.at(one.start)
    place = f"line {line}" if draft.converted else f"{line}:{column}"
    head = Text(printable(f"{draft.name}:{place}")).append(f"  {one.title}", _STYLES[one.level])
    console.print(head, highlight=False, soft_wrap=True)
    show_text(console, _words(one))
    for said in _remarks(one):
        show_text(console, Text(printable(said)))
    if one.kind in _CLAIMS:
        for each in one.places:
            told = f"{one.places_told}: {each.citation}"
            show_text(console, Text(printable(told), style="dim"))
            if everything:
                show_text(console, Text(printable(f"“{each.quote}”")))
    else:
        for each in one.places:
            show_place(console, each)
    console.print()


def _words(one: Finding) -> Text:
    if one.changes:
        return difference(one.changes)
    return Text(printable(f"“{one.words}”" if one.checked else one.words))


def _remarks(one: Finding) -> Iterator[str]:
    if one.cited:
        yield f"cited: {one.cited}"
    if one.remark:
        yield f"({one.remark})"
    elif one.kind not in _CLAIMS | {"exact", "altered"}:
        yield f"({one.meaning[0].lower()}{one.meaning[1:].rstrip('.')})"
