"""The bot: from a question to an answer with citations."""

from collections.abc import Sequence

from index import Filter, Library, Reranker
from qa.answers import Answer
from qa.confidence import confidence, signals
from qa.errors import QuestionError
from qa.excerpts import excerpts
from qa.explanations import explanation
from qa.followups import Turn
from qa.ranking import RankedPassage
from qa.reranking import reranked
from qa.retrieval import Retrieved, retrieved
from qa.stopwatch import Stopwatch

_CLOSEST = 3


class Bot:
    """Answers questions from one library; safe to share between threads."""

    def __init__(
        self, library: Library, *, threshold: float, reranker: Reranker | None = None
    ) -> None:
        self._library = library
        self.threshold = threshold
        self._reranker = reranker

    def ask(
        self,
        question: str,
        *,
        limit: int = 5,
        only: Filter | None = None,
        history: Sequence[Turn] = (),
        follow_up: bool = True,
        explain: bool = False,
    ) -> Answer:
        """Up to `limit` excerpts that answer, or none where the library does not say.

        Filters and phrases that stand in the question (see `understood`) narrow
        what `only` keeps. A question that is nothing but phrases is answered where
        they stand. Where the question leans on `history`, the turns before it,
        oldest first, words of theirs are searched with it, unless `follow_up` is
        off; `Answer.searched` is what was searched. With `explain`, the answer
        carries the numbers that led to it.

        Raises `QuestionError` for a question that is empty, too long or no text or
        a limit below 1, and `FilterError` for a filter that is malformed or keeps
        no document.
        """
        if limit < 1:
            raise QuestionError(f"the limit is {limit}; ask for at least 1 excerpt")
        watch = Stopwatch()
        turns = history if follow_up else ()
        got = retrieved(self._library, question, only=only, history=turns, watch=watch)
        certainty = _certainty(got)
        sure = certainty >= self.threshold and not got.nowhere
        watch.finish("decide")
        ordered = got.ranked
        if self._reranker is not None:
            # After the decision: the confidence was fitted to our own order.
            ordered = reranked(got.text, ordered, self._reranker)
            watch.finish("rerank")
        shown = excerpts(ordered, limit=limit if sure else min(limit, _CLOSEST))
        watch.finish("quote")
        return Answer(
            question=got.asked.typed,
            searched=got.searched,
            excerpts=shown if sure else (),
            closest=() if sure else shown,
            confidence=certainty,
            took_ms=watch.took_ms,
            explanation=explanation(
                got.found,
                ordered,
                signals=signals(got.ranked) if _weighs(got) else {},
                shown=[(one.document.id, one.start, one.end) for one in shown],
                threshold=self.threshold,
                steps=watch.steps,
            )
            if explain
            else None,
        )

    def passages(
        self,
        question: str,
        *,
        limit: int = 5,
        only: Filter | None = None,
        history: Sequence[Turn] = (),
        follow_up: bool = True,
    ) -> list[RankedPassage]:
        """The up to `limit` passages that bear most on the question, best first.

        They are what `ask` quotes from, without its decision whether they answer;
        it describes the arguments. Raises as `ask` does.
        """
        turns = history if follow_up else ()
        got = retrieved(self._library, question, only=only, history=turns, watch=Stopwatch())
        ordered = got.ranked
        if self._reranker is not None:
            ordered = reranked(got.text, ordered, self._reranker)
        return list(ordered[:limit])


def _weighs(got: Retrieved) -> bool:
    """Whether evidence decides, and not that a phrase stands somewhere or nowhere."""
    return bool(got.ranked) and not got.nowhere and not got.asked.only_phrases


def _certainty(got: Retrieved) -> float:
    if _weighs(got):
        return confidence(got.ranked)
    return 1.0 if got.ranked and not got.nowhere else 0.0
