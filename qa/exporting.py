"""Conversations to keep elsewhere: Markdown, its citations as footnotes."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from index import Conversation, KeptTurn
from qa.citations import spoken_date
from qa.styles.markup import block_quote, markdown_line


def to_markdown(conversation: Conversation, turns: Sequence[KeptTurn], *, base: str) -> str:
    """A conversation in Markdown: each excerpt a block quote, its citation a footnote.

    `base` is the address of the server that the footnotes' links lead to, without a
    slash at its end. The words of questions and documents are never markup.
    """
    notes: list[str] = []
    parts = [
        f"# {_line(conversation.title) or 'Conversation'}",
        f"Asked with Pincite on {spoken_date(conversation.created[:10])}.",
    ]
    for turn in turns:
        parts += _turn(turn, notes, base)
    return "\n\n".join([*parts, *notes]) + "\n"


def _turn(turn: KeptTurn, notes: list[str], base: str) -> Iterator[str]:
    answer = turn.answer
    yield f"## {turn.number}. {_line(turn.question)}"
    if answer["searched"] != turn.question:
        yield f"Searched: {_line(answer['searched'])}"
    if not answer["answered"]:
        yield "Your documents do not say."
    if answer["closest"]:
        yield "What came closest, which answers nothing:"
    for excerpt in (*answer["excerpts"], *answer["closest"]):
        notes.append(_note(len(notes) + 1, excerpt, base))
        yield f"{block_quote(excerpt['quote'])}[^{len(notes)}]"
    for number in answer.get("withheld", ()):
        yield f"Excerpt {number} is from a document that was removed."


def _note(number: int, excerpt: Mapping[str, Any], base: str) -> str:
    return f"[^{number}]: {_line(excerpt['citation'])} [Open]({base}{excerpt['link']})"


def _line(text: str) -> str:
    return markdown_line(" ".join(text.split()))
