"""What the command line shows: how files ended, what is there, answers."""

import re
import textwrap
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from index import FileReport, Library, Matching, is_gone
from qa import Answer, Excerpt, FormatError, Place, formatted, formatted_together
from web.terminal import new_console, plain, show_text, text_width, without_control

_MOST_REMARKS = 20


def show_added(reports: Sequence[FileReport], *, missing: Sequence[str]) -> None:
    """How many files ended in which way, and why some gave nothing."""
    counts = Counter(one.state for one in reports)
    said = ", ".join(
        f"{counts[state]:,} {state}"
        for state in ("indexed", "unchanged", "skipped", "failed")
        if counts[state]
    )
    embedded = sum(one.embedded for one in reports)
    passages = sum(one.passages for one in reports)
    console = new_console()
    files = "file" if len(reports) == 1 else "files"
    console.print(f"{len(reports):,} {files}: {said or 'nothing to read'}.")
    console.print(f"{embedded:,} passages embedded, {passages - embedded:,} known already.")
    remarks: list[tuple[str, str, str]] = [
        (one.state, one.source, one.reason or _silent(one.silent_pages))
        for one in reports
        if one.reason or one.silent_pages
    ]
    remarks += [
        ("missing", source, "its file is gone; to drop it: pincite remove --missing")
        for source in missing
    ]
    _show_remarks(console, remarks)


def show_matched(matching: Matching) -> None:
    """Which entry of a library of references is which file, and what is left of both."""
    console = new_console()
    entries = matching.references.entries
    files = len(matching.asked)
    console.print(
        f"{plain(matching.references.name)}: {len(entries):,} "
        f"{'entry' if len(entries) == 1 else 'entries'}; {len(matching.decided):,} of {files:,} "
        f"{'file' if files == 1 else 'files'} matched.",
        soft_wrap=True,
    )
    rows = [("matched", one.source, f"{one.keys[0]}, by {one.by}") for one in matching.decided]
    rows += [
        ("undecided", one.source, f"{', '.join(one.keys)} have the same {one.by}; none was taken")
        for one in matching.undecided
    ]
    rows += [("no entry", source, "") for source in matching.without_entry]
    rows += [
        ("no file", f"{one.key}, line {one.line}", str(one.item.get("title", "")))
        for one in matching.without_file
    ]
    rows += [
        ("trouble", f"{matching.references.name}, line {one.line}", one.what)
        for one in matching.references.troubles
    ]
    _show_rows(console, rows)


def show_status(library: Library, *, everything: bool) -> None:
    """What the library holds, and each file that there is something to say of."""
    files = library.files()
    console = new_console()
    documents = [file for file in files if file.document]
    console.print(
        f"{len(documents):,} documents, {sum(file.passages for file in files):,} passages in "
        f"{plain(str(library.folder))}",
        soft_wrap=True,
    )
    tags = Counter(tag.casefold() for file in documents for tag in file.tags)
    if tags:
        written = {tag.casefold(): tag for file in documents for tag in file.tags}
        shown = ", ".join(f"{written[tag]} ({tags[tag]:,})" for tag in sorted(tags))
        console.print(f"tags: {plain(shown)}", soft_wrap=True)
    rows = []
    for file in files:
        gone = is_gone(Path(file.source))
        remark = file.reason or _silent(file.silent_pages) or ("its file is gone" if gone else "")
        if everything or remark:
            said = remark or f"{file.passages} {'passage' if file.passages == 1 else 'passages'}"
            if everything and file.tags:
                said += f"; tags: {', '.join(file.tags)}"
            if everything and file.citation_key:
                said += f"; key: {file.citation_key}"
            rows.append(("missing" if gone else file.state, file.source, said))
    _show_remarks(console, rows, most=None if everything else _MOST_REMARKS)


def show_answer(answer: Answer) -> None:
    """The quotes with their citations, or that the documents do not say."""
    console = new_console()
    if answer.searched != answer.question:
        console.print(f"[dim]Searched: {plain(answer.searched)}[/dim]\n", soft_wrap=True)
    if answer.answered:
        _show_excerpts(console, answer.excerpts)
        return
    console.print("[bold]Your documents do not say.[/bold]")
    if answer.closest:
        console.print("\nWhat comes closest, without answering:\n")
        _show_excerpts(console, answer.closest, bullet=True)


def show_formatted(places: Sequence[Place], style: str) -> None:
    """The quotes with their citations in a format, as they are to be pasted or saved."""
    told = []
    for number, place in enumerate(places, 1):
        try:
            formatted(place, place.document, style)
        except FormatError as error:
            click.echo(f"pincite: quote {number}: {error}", err=True)
        else:
            told.append((place, place.document))
    if not told:
        raise FormatError(f"none of the quotes can be given as {style!r}")
    click.echo(without_control(formatted_together(told, style)))


def _show_excerpts(console: Console, excerpts: Sequence[Excerpt], *, bullet: bool = False) -> None:
    width = text_width(console)
    for number, excerpt in enumerate(excerpts, 1):
        mark = "–" if bullet else f"{number}"
        if excerpt.header:
            _show_dim(console, " ".join(excerpt.header.split()), width)
        for position, paragraph in enumerate(_quoted(excerpt)):
            show_text(console, paragraph, mark if position == 0 else "")
        _show_dim(console, excerpt.citation, width)
        _show_source(console, excerpt)
        for other in excerpt.also:
            _show_dim(console, f"Also in {other.citation}", width)
            _show_source(console, other)
        console.print()


def _quoted(excerpt: Excerpt) -> list[Text]:
    """The paragraphs of a quote in quotation marks, with what answers in bold.

    White space is folded for the terminal; `--json` has the characters as they are.
    """
    quote, (start, end) = excerpt.quote, excerpt.answer or (0, 0)
    first, last = start - excerpt.start, end - excerpt.start
    paragraphs = [Text("“")]
    before = 0
    for word in re.finditer(r"\S+", quote):
        if "\n\n" in quote[before : word.start()]:
            paragraphs.append(Text())
        elif before:
            paragraphs[-1].append(" ")
        before = word.end()
        bold = (min(max(place, word.start()), before) for place in (first, last))
        cuts = [word.start(), *bold, before]
        for style, (one, other) in zip(("", "bold", ""), pairwise(cuts), strict=True):
            paragraphs[-1].append(without_control(quote[one:other]), style)
    paragraphs[-1].append("”")
    return paragraphs


def _show_dim(console: Console, text: str, width: int) -> None:
    for line in _wrapped(text, width):
        console.print(f"    [dim]{plain(line)}[/dim]", highlight=False)


def _show_source(console: Console, excerpt: Excerpt) -> None:
    source = plain(excerpt.document.source)
    console.print(f"    [dim]{source}[/dim]", highlight=False, soft_wrap=True)


def _wrapped(text: str, width: int) -> list[str]:
    return textwrap.wrap(text, width=width, break_on_hyphens=False)


def _show_remarks(
    console: Console, remarks: Sequence[tuple[str, str, str]], most: int | None = _MOST_REMARKS
) -> None:
    if not remarks:
        return
    ordered = sorted(remarks, key=lambda remark: (remark[0] == "skipped", remark))
    _show_rows(console, ordered[:most])
    if most is not None and len(remarks) > most:
        console.print(f"… and {len(remarks) - most:,} more; see: pincite status --all")


def _show_rows(console: Console, rows: Sequence[tuple[str, str, str]]) -> None:
    if not rows:
        return
    table = Table(box=None, pad_edge=False, show_header=False)
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold", ratio=2)
    table.add_column(overflow="fold", ratio=3)
    for state, source, said in rows:
        table.add_row(state, plain(_nearby(source)), plain(said))
    console.print(table)


def _nearby(source: str) -> str:
    """A path as it can be typed here: relative where it is below the current folder."""
    here = Path.cwd()
    path = Path(source)
    return str(path.relative_to(here)) if path.is_relative_to(here) else source


def _silent(pages: Sequence[int]) -> str:
    if not pages:
        return ""
    shown = ", ".join(str(page) for page in pages[:10]) + (", …" if len(pages) > 10 else "")
    return f"no text on {'page' if len(pages) == 1 else 'pages'} {shown}"
