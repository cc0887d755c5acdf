"""The bot: from a question to an answer with citations."""

from collections.abc import Sequence
from dataclasses import replace

from index import Filter, Library, Reranker
from qa.answers import Answer
from qa.errors import QuestionError
from qa.excerpts import excerpts
from qa.explanations import explanation
from qa.followups import Turn
from qa.ranking import RankedPassage
from qa.reranking import reranked
from qa.retrieval import retrieved
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

    def warm_up(self) -> None:
        """Ask something, so that the first question waits for no model; raises `PinciteError`."""
        self.passages("warm up")

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
        found = reranked(got.text, got.ranked, self._reranker)
        if self._reranker is not None:
            watch.finish("rerank")
        stands = bool(got.ranked) and not got.nowhere
        weighing = found.weighing if stands and not got.asked.only_phrases else None
        # Without, it is a phrase that decides: it stands somewhere, or nowhere.
        certainty = weighing.confidence if weighing else float(stands)
        sure = certainty >= self.threshold and not got.nowhere
        watch.finish("decide")
        shown = excerpts(found.passages, limit=limit if sure else min(limit, _CLOSEST))
        watch.finish("quote")
        return Answer(
            question=got.asked.typed,
            searched=got.searched,
            excerpts=shown if sure else (),
            closest=() if sure else tuple(replace(one, answer=None) for one in shown),
            confidence=certainty,
            took_ms=watch.took_ms,
            explanation=explanation(
                got.found,
                found.passages,
                weighing=weighing,
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
        return list(reranked(got.text, got.ranked, self._reranker).passages[:limit])
