"""The command `eval`: a user's own questions, asked and measured."""

import json
import math
import sys
from typing import BinaryIO

import click

from qa import CasesError, Figure, Settings, evaluate, figures, read_cases, unfounded
from web.opening import open_bot, open_library
from web.options import with_settings
from web.scores import evaluation_json, show_evaluation, spoken
from web.terminal import progress

_NAMES = tuple(figure.name for figure in figures([]))

Bound = tuple[str, float]


def _bounds(
    context: click.Context, option: click.Parameter, given: tuple[str, ...]
) -> tuple[Bound, ...]:
    """What FIGURE=SHARE says, as (name, share from 0 to 1)."""
    return tuple(_bound(text) for text in given)


def _bound(text: str) -> Bound:
    name, _, share = text.partition("=")
    if name not in _NAMES:
        raise click.BadParameter(f"{name!r} is no figure; choose from {', '.join(_NAMES)}")
    try:
        wanted = float(share.removesuffix("%")) / (100 if share.endswith("%") else 1)
    except ValueError:
        wanted = math.nan
    if not 0 <= wanted <= 1:
        raise click.BadParameter(f"{share!r} is no share; give one like {name}=0.9 or {name}=90%")
    return name, wanted


@click.command(
    "eval",
    epilog="""
\b
Examples:
  pincite eval questions.jsonl
  pincite eval questions.jsonl --at-least recall@5=90% --at-most false-refusals=5%

Each line of FILE is a JSON object: "question", and what is expected, which is a "quote" (or a
list: any of them), a "document" (path, file name, title or id), both, or "answerable": false.

Exit status: 0; 1 where a figure falls short of --at-least or exceeds --at-most; 2 where FILE or
an option cannot be used.
""",
)
@click.argument("file", type=click.File("rb"))
@click.option(
    "--at-least",
    multiple=True,
    metavar="FIGURE=SHARE",
    callback=_bounds,
    help="Fail where a figure is lower (0.9 or 90%; the figures are named in the table).",
)
@click.option(
    "--at-most",
    multiple=True,
    metavar="FIGURE=SHARE",
    callback=_bounds,
    help="Fail where a figure is higher.",
)
@click.option("--json", "as_json", is_flag=True, help="Print figures and failures as JSON.")
@with_settings
def evaluate_file(
    settings: Settings,
    file: BinaryIO,
    at_least: tuple[Bound, ...],
    at_most: tuple[Bound, ...],
    as_json: bool,
) -> None:
    """Ask the questions of FILE and measure the answers.

    How often the right passage is found and quoted, how often the documents are rightly said to
    be silent, and which questions failed.
    """
    try:
        cases = read_cases(file.read())
    except CasesError as error:
        for problem in error.problems:
            click.echo(f"pincite: {file.name}, {problem}", err=True)
        click.echo("pincite: nothing was asked; mend the file and try again", err=True)
        sys.exit(2)
    with open_library(settings) as library, progress(len(cases)) as advance:
        bot = open_bot(settings, library)
        outcomes = []
        for outcome in evaluate(bot, library, cases):
            outcomes.append(outcome)
            advance(f"line {outcome.case.line}")
        lacks = unfounded(library, [one.case for one in outcomes if not one.met])
    measured = figures(outcomes)
    if as_json:
        told = evaluation_json(outcomes, measured, lacks)
        click.echo(json.dumps(told, ensure_ascii=False, indent=2))
    else:
        show_evaluation(outcomes, measured, lacks)
    missed = _missed({figure.name: figure for figure in measured}, at_least, at_most)
    for sentence in missed:
        click.echo(f"pincite: {sentence}", err=True)
    if missed:
        sys.exit(1)


def _missed(
    measured: dict[str, Figure], at_least: tuple[Bound, ...], at_most: tuple[Bound, ...]
) -> list[str]:
    """A sentence for each bound that does not hold; what was not measured holds none."""
    found = []
    for words, bounds in (("at least", at_least), ("at most", at_most)):
        for name, wanted in bounds:
            value = measured[name].value
            asked = f"{words} {spoken(name, wanted)} was asked for"
            if value is None:
                found.append(f"{name} was not measured, no question is about it; {asked}")
            elif value < wanted if words == "at least" else value > wanted:
                found.append(f"{name} is {spoken(name, value)}; {asked}")
    return found
