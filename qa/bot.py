"""The bot: from a question to an answer with citations."""

from collections.abc import Sequence

from index import Filter, Library, Reranker
from qa.answers import Answer
from qa.confidence import confidence, signals
from qa.errors import QuestionError
from qa.excerpts import excerpts
from qa.explanations import Stopwatch, explanation
from qa.followups import Turn
from qa.ranking import RankedPassage, rank
from qa.reranking import reranked
from qa.retrieval import Retrieved, retrieved

_CLOSEST = 3


class Bot:
    """Answers questions from one library; safe to share between threads."""

    def __init__(
        self, library: Library, *, threshold: float, reranker: Reranker | None = None
    ) -> None:
        self._library = library
        self._threshold = threshold
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
        got = retrieved(self._library, question, only=only, history=history if follow_up else ())
        watch.finish("retrieve")
        ranked = rank(got.text, got.found, phrases=got.phrases)
        watch.finish("rank")
        certainty = _certainty(got, ranked)
        sure = certainty >= self._threshold and not got.nowhere
        watch.finish("decide")
        ordered = ranked
        if self._reranker is not None:
            # After the decision: the confidence was fitted to our own order.
            ordered = reranked(got.text, ranked, self._reranker)
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
                signals=signals(ranked) if _weighs(got, ranked) else {},
                shown=[(one.document.id, one.start, one.end) for one in shown],
                threshold=self._threshold,
                steps=watch.steps,
            )
            if explain
            else None,
        )

    def passages(
        self, question: str, *, limit: int = 5, only: Filter | None = None
    ) -> list[RankedPassage]:
        """The up to `limit` passages that bear most on the question, best first.

        They are what `ask` quotes from, without its decision whether they answer.
        Raises as `ask` does.
        """
        got = retrieved(self._library, question, only=only)
        ranked = rank(got.text, got.found, phrases=got.phrases)
        if self._reranker is not None:
            ranked = reranked(got.text, ranked, self._reranker)
        return ranked[:limit]


def _weighs(got: Retrieved, ranked: Sequence[RankedPassage]) -> bool:
    """Whether evidence decides, and not that a phrase stands somewhere or nowhere."""
    return bool(ranked) and not got.nowhere and not got.asked.only_phrases


def _certainty(got: Retrieved, ranked: Sequence[RankedPassage]) -> float:
    if _weighs(got, ranked):
        return confidence(ranked)
    return 1.0 if ranked and not got.nowhere else 0.0
