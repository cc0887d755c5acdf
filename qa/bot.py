"""The bot: from a question to an answer with citations."""

import time
import unicodedata
from collections.abc import Sequence
from dataclasses import replace

from index import Found, Library
from qa.answers import Answer
from qa.confidence import confidence
from qa.errors import QuestionError
from qa.excerpts import excerpts
from qa.followups import Leaning, Turn, in_context, leaning
from qa.ranking import rank

LONGEST_QUESTION = 2000

_CLOSEST = 3

# How much nearer (as cosine) the best passage must be with earlier words than without: they may
# cost a little where the question reads as a follow-up, and must pay where it is merely thin.
_NEARER = {Leaning.YES: -0.1, Leaning.MAYBE: 0.05}

# How much nearer the words of an older question must bring it still.
_OLDER = 0.02


class Bot:
    """Answers questions from one library; safe to share between threads."""

    def __init__(self, library: Library, *, threshold: float) -> None:
        self._library = library
        self._threshold = threshold

    def ask(
        self,
        question: str,
        *,
        limit: int = 5,
        history: Sequence[Turn] = (),
        follow_up: bool = True,
    ) -> Answer:
        """Up to `limit` excerpts that answer, or none where the library does not say.

        Where the question leans on `history`, the turns before it, oldest first, words of theirs
        are searched with it, unless `follow_up` is off. `Answer.searched` is what was searched.

        Raises `QuestionError` for a question that is empty, too long or no text.
        """
        began = time.perf_counter()
        asked = checked_question(question)
        earlier = [checked_turn(number, turn) for number, turn in enumerate(history, 1)]
        searched, hits = self._search(asked, earlier if follow_up else [])
        ranked = rank(hits)
        certainty = confidence(ranked)
        sure = certainty >= self._threshold
        found = excerpts(ranked, limit=limit if sure else min(limit, _CLOSEST))
        return Answer(
            question=asked,
            searched=searched,
            excerpts=found if sure else (),
            closest=() if sure else found,
            confidence=certainty,
            took_ms=round((time.perf_counter() - began) * 1000, 1),
        )

    def _search(self, asked: str, history: Sequence[Turn]) -> tuple[str, Found]:
        """What is searched, and what is found; words of the history must earn their place."""
        alone = self._library.search(asked)
        weigh = self._library.distinctness
        lean = leaning(asked, weigh) if history else Leaning.NO
        if lean is Leaning.NO:
            return asked, alone
        ways = [
            (joined, self._library.search(joined))
            for joined in in_context(asked, history, weigh)
            if len(joined) <= LONGEST_QUESTION
        ]
        best, least = (asked, alone), _NEARER[lean]
        for way in ways:
            if _nearest(way[1]) - _nearest(best[1]) > least:
                best, least = way, _OLDER
        return best


def checked_turn(number: int, turn: Turn) -> Turn:
    """An earlier turn whose question could be asked; raises `QuestionError` with its number."""
    try:
        return replace(turn, question=checked_question(turn.question))
    except QuestionError as error:
        raise QuestionError(f"turn {number} of the history: {error}") from None


def _nearest(found: Found) -> float:
    return max((hit.dense for hit in found.hits), default=0.0)


def checked_question(question: str) -> str:
    """The question without space at its ends; raises `QuestionError`."""
    if not isinstance(question, str):
        raise QuestionError(f"the question must be text, not {type(question).__name__}")
    asked = question.strip()
    if not asked:
        raise QuestionError("the question is empty; ask something")
    if len(asked) > LONGEST_QUESTION:
        raise QuestionError(
            f"the question has {len(asked):,} characters; at most {LONGEST_QUESTION:,} are taken"
        )
    if any(
        unicodedata.category(character) in {"Cc", "Cs"} and not character.isspace()
        for character in asked
    ):
        raise QuestionError("the question holds control characters; ask in plain text")
    if not any(character.isalnum() for character in asked):
        raise QuestionError(f"the question {asked[:40]!r} has no words; ask with words")
    return asked
