"""Conversations: questions that may lean on those before them, and answers that are kept.

An answer is kept as it was shown. What it quotes of a document that has been
removed since is withheld whenever it is read.
"""

from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any

from index import ConversationMissing, Filter, Judged, KeptTurn, Library, words_of
from qa.bot import Bot
from qa.followups import Turn
from qa.wire import answer_json
from qa.wire_conversations import filter_json

# Turns further back say nothing about what is meant.
_REACH = 20


def ask_in(
    bot: Bot,
    library: Library,
    conversation_id: str,
    question: str,
    *,
    limit: int = 5,
    only: Filter | None = None,
    follow_up: bool = True,
) -> KeptTurn:
    """Ask after the turns of a conversation, and keep question and answer as its next turn.

    Raises as `Bot.ask` does, and `ConversationMissing`.
    """
    turns = shown_turns(library, conversation_id)[-_REACH:]
    history = [Turn(turn.question, _quotes(turn.answer)) for turn in turns]
    answer = bot.ask(question, limit=limit, only=only, history=history, follow_up=follow_up)
    return library.conversations.append(
        conversation_id,
        question=answer.question,
        follow_up=follow_up,
        only=filter_json(only),
        answer=answer_json(answer),
    )


def shown_turns(library: Library, conversation_id: str) -> Sequence[KeptTurn]:
    """The turns of a conversation as they may be shown, oldest first.

    Raises `ConversationMissing`.
    """
    turns = library.conversations.turns(conversation_id)
    present = library.conversations.present()
    shown: list[KeptTurn] = []
    asked: set[str] = set()
    lost = False
    for turn in turns:
        answer = without_removed(turn.answer, present)
        asked.update(words_of(turn.question))
        # A question may have taken words over from a quote that is gone.
        if lost and not asked.issuperset(words_of(answer["searched"])):
            answer["searched"] = turn.question
        lost = lost or "withheld" in answer
        shown.append(replace(turn, answer=answer))
    return shown


def shown_feedback(
    library: Library, limit: int | None = None, *, before: tuple[str, str, int] | None = None
) -> Sequence[Judged]:
    """As `FeedbackBook.latest`, with answers as they may be shown."""
    judged = library.feedback.latest(limit, before=before)
    shown: dict[tuple[str, int], Mapping[str, Any]] = {}
    for conversation in {one.conversation for one in judged}:
        # One that is deleted meanwhile has nothing to show.
        with suppress(ConversationMissing):
            for turn in shown_turns(library, conversation):
                shown[conversation, turn.number] = turn.answer
    places = [(one, (one.conversation, one.number)) for one in judged]
    return [replace(one, answer=shown[place]) for one, place in places if place in shown]


def erase_removed(library: Library) -> None:
    """Take from the disk what kept answers quote of documents that are no longer there.

    Until then it is merely withheld, so that a document that comes back is quoted again.
    """
    for conversation in library.conversations.latest():
        kept = library.conversations.turns(conversation.id)
        shown = shown_turns(library, conversation.id)
        changed = {
            turn.number: turn.answer
            for turn, before in zip(shown, kept, strict=False)
            if turn.answer != before.answer
        }
        if changed:
            library.conversations.amend(conversation.id, changed)


def without_removed(answer: Mapping[str, Any], present: Collection[str]) -> dict[str, Any]:
    """An answer (schema 1) that quotes documents that are `present` (their ids) alone.

    Excerpts keep their numbers; `withheld` has those of the others, if there are any.
    """
    shown = dict(answer)
    withheld = set(answer.get("withheld", ()))
    for name in ("excerpts", "closest"):
        shown[name] = [
            {**one, "also": [other for other in one["also"] if _is_present(other, present)]}
            for one in answer[name]
            if _is_present(one, present)
        ]
        withheld.update(one["number"] for one in answer[name] if not _is_present(one, present))
    if withheld:
        shown["withheld"] = sorted(withheld)
    return shown


def _is_present(place: Mapping[str, Any], present: Collection[str]) -> bool:
    return place["document"]["id"] in present


def _quotes(answer: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(excerpt["quote"] for excerpt in answer["excerpts"])
