"""The bot: from a question to an answer with citations."""

import time

from index import Filter, Library
from qa.answers import Answer
from qa.confidence import confidence
from qa.excerpts import excerpts
from qa.questions import understood
from qa.ranking import rank

_CLOSEST = 3


class Bot:
    """Answers questions from one library; safe to share between threads."""

    def __init__(self, library: Library, *, threshold: float) -> None:
        self._library = library
        self._threshold = threshold

    def ask(self, question: str, *, limit: int = 5, only: Filter | None = None) -> Answer:
        """Up to `limit` excerpts that answer, or none where the library does not say.

        Filters and phrases that stand in the question (see `understood`) narrow
        what `only` keeps. A question that is nothing but phrases is answered where
        they stand.

        Raises `QuestionError` for a question that is empty, too long or no text,
        and `FilterError` for a filter that is malformed or keeps no document.
        """
        began = time.perf_counter()
        asked = understood(question)
        kept = only.and_also(asked.only) if only else asked.only
        literal = self._library.search(asked.text, only=kept, phrases=asked.phrases)
        nowhere = bool(asked.phrases) and not literal.hits
        ranked = rank(self._library.search(asked.text, only=kept) if nowhere else literal)
        certainty = 0.0 if nowhere else 1.0 if asked.only_phrases else confidence(ranked)
        sure = certainty >= self._threshold and not nowhere
        found = excerpts(ranked, limit=limit if sure else min(limit, _CLOSEST))
        return Answer(
            question=asked.typed,
            excerpts=found if sure else (),
            closest=() if sure else found,
            confidence=certainty,
            took_ms=round((time.perf_counter() - began) * 1000, 1),
        )
