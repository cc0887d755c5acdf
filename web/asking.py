"""The command `ask`."""

import json
import os

import click

from index import Filter
from qa import FORMATS, Settings, Turn, answer_in_formats, answer_json
from web import report
from web.explaining import show_explanation
from web.opening import open_bot, open_library
from web.options import with_filter, with_settings
from web.team import TeamSettings


@click.command(
    epilog="""
\b
Examples:
  pincite ask "When do the sanctions take effect?"
  pincite ask "Who is Zarif?" -n 3 --json
  pincite ask "Who is Zarif?" --explain
  pincite ask "Who is Zarif?" -n 1 --format chicago
  pincite ask "What did he say about Idlib?" --follow-up-to "Who is Zarif?"
  pincite ask "What was agreed?" --in ~/papers/2020 --author Smith --after 2020-05
  pincite ask "What changed?" --post-to https://hooks.slack.com/services/…
  pincite ask 'Where does "null and void" stand? tag:contract in:"annual report"'

A phrase in quotation marks must stand in what is found, letter by letter. --in takes a
file, a folder, words of a title or a document's id. Of several values of one filter any
will do; several filters must all hold. Filters in the question narrow further.

--post-to takes an incoming webhook of Slack, or of a host that team.toml allows; what is
posted has links if PINCITE_PUBLIC_URL says where others reach the server.
"""
)
@click.argument("question")
@click.option(
    "-n",
    "--number",
    "limit",
    default=5,
    show_default=True,
    type=click.IntRange(1, 50),
    help="The most excerpts to show.",
)
@with_filter
@click.option("--explain", is_flag=True, help="Show the scores that led to the answer.")
@click.option(
    "--format",
    "style",
    type=click.Choice(FORMATS),
    metavar="NAME",
    help=f"Print the quotes with their citations as one of: {', '.join(FORMATS)}.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the answer as JSON (schema 1).")
@click.option(
    "--follow-up-to",
    "earlier",
    multiple=True,
    metavar="QUESTION",
    help="A question asked before; give several oldest first.",
)
@click.option("--post-to", metavar="URL", help="Post the answer to an incoming webhook too.")
@with_settings
def ask(
    settings: Settings,
    question: str,
    limit: int,
    only: Filter | None,
    explain: bool,
    earlier: tuple[str, ...],
    style: str | None,
    as_json: bool,
    post_to: str | None,
) -> None:
    """Ask a question; print the words that answer it.

    They are quoted exactly, each with the place where it stands.
    """
    push = None
    if post_to is not None:
        # What posts takes a while to load, and most answers stay here.
        from web.pushing import Push

        push = Push(post_to, TeamSettings.from_environment(os.environ, settings.library))
    with open_library(settings) as library:
        bot = open_bot(settings, library)
        if explain:
            # Loading the model is no step of answering.
            bot.warm_up()
        answer = bot.ask(
            question,
            limit=limit,
            only=only,
            history=[Turn(one) for one in earlier],
            explain=explain,
        )
    if as_json:
        told = answer_in_formats(answer, [style] if style else [])
        click.echo(json.dumps(told, ensure_ascii=False, indent=2))
    elif style and answer.answered:
        report.show_formatted(answer.excerpts, style)
        show_explanation(answer)
    else:
        report.show_answer(answer)
        show_explanation(answer)
    if push:
        push.send(answer_json(answer))
        click.echo(f"Posted to {push.host}.", err=True)
