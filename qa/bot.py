"""The bot: from a question to an answer with citations."""

from index import Filter, Library, Reranker
from qa.answers import Answer
from qa.confidence import confidence, signals
from qa.excerpts import excerpts
from qa.explanations import Stopwatch, explanation
from qa.questions import understood
from qa.ranking import RankedPassage, rank
from qa.reranking import reranked

_CLOSEST = 3


class Bot:
    """Answers questions from one library; safe to share between threads."""

    def __init__(
        self, library: Library, *, threshold: float, reranker: Reranker | None = None
    ) -> None:
        self._library = library
        self._threshold = threshold
        self._reranker = reranker

    def passages(
        self, question: str, *, limit: int = 5, only: Filter | None = None
    ) -> list[RankedPassage]:
        """The up to `limit` passages that bear most on the question, best first.

        They are what `ask` quotes from, without its decision whether they answer.
        Raises as `ask` does.
        """
        asked = understood(question)
        kept = only.and_also(asked.only) if only else asked.only
        found = self._library.search(asked.text, only=kept, phrases=asked.phrases)
        ranked = rank(asked.text, found, phrases=asked.phrases)
        if self._reranker is not None:
            ranked = reranked(asked.text, ranked, self._reranker)
        return ranked[:limit]

    def ask(
        self, question: str, *, limit: int = 5, only: Filter | None = None, explain: bool = False
    ) -> Answer:
        """Up to `limit` excerpts that answer, or none where the library does not say.

        Filters and phrases that stand in the question (see `understood`) narrow
        what `only` keeps. A question that is nothing but phrases is answered where
        they stand. With `explain`, the answer carries the numbers that led to it.

        Raises `QuestionError` for a question that is empty, too long or no text,
        and `FilterError` for a filter that is malformed or keeps no document.
        """
        watch = Stopwatch()
        asked = understood(question)
        kept = only.and_also(asked.only) if only else asked.only
        found = self._library.search(asked.text, only=kept, phrases=asked.phrases)
        nowhere = bool(asked.phrases) and not found.hits
        if nowhere:
            found = self._library.search(asked.text, only=kept)
        watch.finish("retrieve")
        ranked = rank(asked.text, found, phrases=asked.phrases)
        watch.finish("rank")
        certainty = 0.0 if nowhere else 1.0 if asked.only_phrases else confidence(ranked)
        sure = certainty >= self._threshold and not nowhere
        watch.finish("decide")
        ordered = ranked
        if self._reranker is not None:
            # After the decision: the confidence was fitted to our own order.
            ordered = reranked(asked.text, ranked, self._reranker)
            watch.finish("rerank")
        shown = excerpts(ordered, limit=limit if sure else min(limit, _CLOSEST))
        watch.finish("quote")
        return Answer(
            question=asked.typed,
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
