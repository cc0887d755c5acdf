"""Words alone and vectors alone, over the passages that Pincite cuts."""

from collections.abc import Sequence
from typing import Any

import bm25s
import numpy as np
import numpy.typing as npt
import Stemmer
from rich.progress import track

from benchmarks.shapes import QuestionSet, Range, Response
from benchmarks.systems.passages import cut, embed
from index import Embedder, PassageText

_MOST = 50


def bm25(question_set: QuestionSet, embedder: Embedder) -> list[Response]:
    """BM25 (k1 1.5, b 0.75) over stems without English stop words, title included."""
    ranges, texts = zip(*cut(question_set, embedder), strict=True)
    stem = Stemmer.Stemmer("english").stemWords
    index = bm25s.BM25(k1=1.5, b=0.75)
    words = [f"{text.context}\n{text.body}" for text in texts]
    index.index(
        bm25s.tokenize(words, stopwords="en", stemmer=stem, show_progress=False),
        show_progress=False,
    )
    asked = bm25s.tokenize(
        [question.text for question in question_set.questions],
        stopwords="en",
        stemmer=stem,
        return_ids=False,
        show_progress=False,
    )
    return [
        _best(ranges, index.get_scores(words) if words else np.zeros(len(ranges)))
        for words in track(asked, f"{question_set.name}: BM25", transient=True)
    ]


def dense(question_set: QuestionSet, embedder: Embedder) -> list[Response]:
    """The cosine of question and passage, over all passages."""
    ranges, texts = zip(*cut(question_set, embedder), strict=True)
    return _nearest(question_set, ranges, texts, embedder)


def dense_sentences(question_set: QuestionSet, embedder: Embedder) -> list[Response]:
    """The cosine of question and sentence, each sentence embedded by itself."""
    readings = {source.id: source.reading for source in question_set.sources}
    ranges = [one for sentences in question_set.sentences.values() for one in sentences]
    texts = [
        PassageText("", readings[one.document].text[one.start : one.end], ((0, len(one)),))
        for one in ranges
    ]
    return _nearest(question_set, ranges, texts, embedder)


def _nearest(
    question_set: QuestionSet,
    ranges: Sequence[Range],
    texts: Sequence[PassageText],
    embedder: Embedder,
) -> list[Response]:
    vectors = np.stack([one.passage for one in embed(question_set.name, texts, embedder)]).astype(
        np.float32
    )
    return [
        _best(ranges, vectors @ embedder.question(question.text))
        for question in track(
            question_set.questions, f"{question_set.name}: dense", transient=True
        )
    ]


def _best(ranges: Sequence[Range], scores: npt.NDArray[np.floating[Any]]) -> Response:
    """The best ranges, each shown whole; as certain as its best score."""
    order = np.argsort(-scores, kind="stable")[:_MOST]
    best = tuple(ranges[place] for place in order)
    return Response(best, best[:5], float(scores[order[0]]))
