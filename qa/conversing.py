"""Conversations: questions that may lean on those before them, and answers that are kept.

An answer is kept as it was shown. What it quotes of a document that has been
removed since is withheld whenever it is read.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
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

# So many turns before it tell which of a turn's words may be shown: those within its reach, and
# as many again, for questions that are asked at once are numbered after ones they do not know.
_BEFORE = 2 * _REACH


def ask_in(
    bot: Bot,
    library: Library,
    conversation_id: str | None,
    question: str,
    *,
    limit: int = 5,
    only: Filter | None = None,
    rule: Filter | None = None,
    follow_up: bool = True,
) -> KeptTurn:
    """Ask after the turns of a conversation, and keep question and answer as its next turn.

    `only` is part of the question, and is kept with it; `rule` is what whoever asks
    may be told of at all. Without an id they begin a conversation: there is none until
    there is an answer. Raises as `Bot.ask` does, and `ConversationMissing`.
    """
    history = _history(library, conversation_id, rule) if conversation_id is not None else []
    within = only.and_also(rule) if only and rule else only or rule
    answer = bot.ask(question, limit=limit, only=within, history=history, follow_up=follow_up)
    return library.conversations.append(
        conversation_id,
        question=answer.question,
        follow_up=follow_up,
        only=filter_json(only),
        answer=answer_json(answer),
    )


def shown_turns(
    library: Library,
    conversation_id: str,
    *,
    after: int = 0,
    limit: int | None = None,
    rule: Filter | None = None,
) -> Sequence[KeptTurn]:
    """All turns of a conversation or up to `limit`, as they may be shown, oldest first.

    With `after`, those that follow the one of that number; with `rule`, to whom it
    lets see the documents that it keeps alone. Raises `ConversationMissing`.
    """
    first = max(0, after - _BEFORE)
    most = None if limit is None else limit + after - first
    turns = library.conversations.turns(conversation_id, after=first, limit=most)
    shown = _as_shown(turns, library.kept(rule))
    return [_of_today(turn) for turn in shown if turn.number > after]


def _history(library: Library, conversation_id: str, rule: Filter | None) -> list[Turn]:
    last = library.conversations.get(conversation_id).turns
    turns = shown_turns(library, conversation_id, after=max(0, last - _REACH), rule=rule)
    # Some may have been added meanwhile.
    return [Turn(turn.question, _quotes(turn.answer)) for turn in turns[-_REACH:]]


def _of_today(turn: KeptTurn) -> KeptTurn:
    """A turn in today's schema: what earlier versions kept points at no answer."""
    answer = dict(turn.answer)
    for name in ("excerpts", "closest"):
        answer[name] = [{"answer_span": None, **one} for one in answer[name]]
    return replace(turn, answer=answer)


def _as_shown(turns: Iterable[KeptTurn], present: Collection[str]) -> list[KeptTurn]:
    """Turns that follow each other, with answers that quote documents that are `present` alone."""
    shown: list[KeptTurn] = []
    for turn in turns:
        answer = _without_removed(turn.answer, present)
        before = shown[-_BEFORE:]
        # A question may have taken words over from a quote that is gone.
        if any("withheld" in one.answer for one in before):
            asked = {word for one in (*before, turn) for word in words_of(one.question)}
            if not asked.issuperset(words_of(answer["searched"])):
                answer["searched"] = turn.question
        shown.append(replace(turn, answer=answer))
    return shown


def shown_feedback(library: Library) -> Sequence[Judged]:
    """All judged turns, what was said last first, with answers as they may be shown."""
    judged = library.feedback.latest()
    shown: dict[tuple[str, int], Mapping[str, Any]] = {}
    for conversation in {one.conversation for one in judged}:
        # One that is deleted meanwhile has nothing to show.
        with suppress(ConversationMissing):
            for turn in shown_turns(library, conversation):
                shown[conversation, turn.number] = turn.answer
    places = [(one, (one.conversation, one.number)) for one in judged]
    return [replace(one, answer=shown[place]) for one, place in places if place in shown]


def erase_removed(library: Library, *, sparing: Collection[str] = ()) -> None:
    """Take from the disk what kept answers quote of documents that are no longer there.

    Until then it is merely withheld, so that a document that comes back is quoted again;
    `sparing` are the ids of those that still may.
    """
    before = library.kept(None).union(sparing)
    for conversation in library.conversations.latest():
        # One that is deleted meanwhile quotes nothing.
        with suppress(ConversationMissing):
            kept = library.conversations.turns(conversation.id)
            # A document may have been added, asked for and quoted since.
            if _erased(kept, before):
                present = library.kept(None).union(sparing)
                library.conversations.amend(conversation.id, _erased(kept, present))


def _erased(kept: Sequence[KeptTurn], present: Collection[str]) -> dict[int, Mapping[str, Any]]:
    """The answers, by their number, that quote documents that are not present, without those."""
    shown = _as_shown(kept, present)
    return {
        turn.number: turn.answer
        for turn, before in zip(shown, kept, strict=True)
        if turn.answer != before.answer
    }


def _without_removed(answer: Mapping[str, Any], present: Collection[str]) -> dict[str, Any]:
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
