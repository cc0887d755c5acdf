"""How the terminal shows where words stand, and what differs where they come near."""

from collections.abc import Iterable
from pathlib import Path

from rich.console import Console
from rich.text import Text

from index import is_gone
from qa import Change, Place, Wording
from web.terminal import new_console, printable, show_text

# Each kind is told by its signs too, for where there are no colours.
_REPLACED = "bold yellow"
_MISSING = "bold green"
_ADDED = "bold red"


def show_wording(found: Wording) -> None:
    """The places with their citations, or that the words stand nowhere, and what is near."""
    console = new_console()
    console.print(_summary(found), highlight=False)
    for remark in found.remarks:
        console.print(f"({remark})", highlight=False, markup=False)
    console.print()
    for number, place in enumerate(found.exact, 1):
        _show(console, number, Text(printable(f"“{place.quote}”")), place)
    if found.near:
        elsewhere = "In other documents, nearly" if found.exact else "Nearly"
        differing = [change for near in found.near for change in near.changes]
        console.print(f"[bold]{elsewhere}[/bold] ({legend(differing)}):\n", highlight=False)
        for number, near in enumerate(found.near, 1):
            _show(console, number, difference(near.changes), near)
    if found.alike:
        console.print("[bold]In other words[/bold], perhaps:\n")
        for number, excerpt in enumerate(found.alike, 1):
            _show(console, number, Text(printable(f"“{excerpt.quote}”")), excerpt)


def _summary(found: Wording) -> str:
    if not found.total:
        return "[bold]These words stand nowhere in your documents.[/bold]"
    places = "1 place" if found.total == 1 else f"{found.total:,} places"
    documents = "1 document" if found.documents == 1 else f"{found.documents:,} documents"
    rest = found.total - len(found.exact)
    more = f"; the first {len(found.exact):,} follow" if rest else ""
    return f"[bold]Word for word in {places}[/bold] of {documents}{more}."


def _show(console: Console, number: int, words: Text, place: Place) -> None:
    show_text(console, words, str(number))
    show_place(console, place)
    console.print()


def legend(changes: Iterable[Change]) -> str:
    """What the signs of the kinds of changes mean, as markup."""
    kinds = {change.kind for change in changes}
    said = []
    if kinds & {"replaced", "added"}:
        said.append(r"\[-your words-]")
    if kinds & {"replaced", "missing"}:
        said.append("{+the document's+}")
    return " ".join(said)


def difference(changes: Iterable[Change]) -> Text:
    """The document's words; those of the quotation that differ in brackets before them."""
    text = Text("“")
    for change in changes:
        if change.kind == "same":
            text.append(printable(change.ours))
            continue
        style = {"replaced": _REPLACED, "missing": _MISSING, "added": _ADDED}[change.kind]
        if change.theirs:
            text.append(f"[-{printable(change.theirs.strip())}-]", f"strike {_ADDED}")
            text.append(" ")
        if change.ours:
            text.append(f"{{+{printable(change.ours.strip())}+}}", style)
            text.append(printable(change.ours[len(change.ours.rstrip()) :]))
    text.rstrip()
    return text.append("”")


def show_place(console: Console, place: Place) -> None:
    """Where words stand: the citation and the file."""
    show_text(console, Text(printable(place.citation), style="dim"))
    gone = " (its file is gone)" if is_gone(Path(place.document.source)) else ""
    console.print(
        Text(f"    {printable(place.document.source)}{gone}", style="dim"),
        highlight=False,
        soft_wrap=True,
    )
