"""The bot: from a question to an answer with citations."""

import unicodedata

from index import Library, Reranker
from qa.answers import Answer
from qa.confidence import confidence, signals
from qa.errors import QuestionError
from qa.excerpts import excerpts
from qa.explanations import Stopwatch, explanation
from qa.ranking import rank
from qa.reranking import reranked

LONGEST_QUESTION = 2000

_CLOSEST = 3


class Bot:
    """Answers questions from one library; safe to share between threads."""

    def __init__(
        self, library: Library, *, threshold: float, reranker: Reranker | None = None
    ) -> None:
        self._library = library
        self._threshold = threshold
        self._reranker = reranker

    def ask(self, question: str, *, limit: int = 5, explain: bool = False) -> Answer:
        """Up to `limit` excerpts that answer, or none where the library does not say.

        With `explain`, the answer carries the numbers that led to it. Raises
        `QuestionError` for a question that is empty, too long or no text.
        """
        watch = Stopwatch()
        asked = checked_question(question)
        found = self._library.search(asked)
        watch.finish("retrieve")
        ranked = rank(found)
        watch.finish("rank")
        certainty = confidence(ranked)
        sure = certainty >= self._threshold
        watch.finish("decide")
        ordered = ranked
        if self._reranker is not None:
            # After the decision: the confidence was fitted to our own order.
            ordered = reranked(asked, ranked, self._reranker)
            watch.finish("rerank")
        shown = excerpts(ordered, limit=limit if sure else min(limit, _CLOSEST))
        watch.finish("quote")
        return Answer(
            question=asked,
            excerpts=shown if sure else (),
            closest=() if sure else shown,
            confidence=certainty,
            took_ms=watch.took_ms,
            explanation=explanation(
                found,
                ordered,
                signals=signals(ranked) if ranked else {},
                shown=[(one.document.id, one.start, one.end) for one in shown],
                threshold=self._threshold,
                steps=watch.steps,
            )
            if explain
            else None,
        )


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
