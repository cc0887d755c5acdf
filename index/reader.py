"""The reader: sees a question and a passage together, and says where the answer stands.

It is trained by us (benchmarks/reader, docs/reader.md) and reads English alone.
"""

import threading
import time
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, repeat
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from index.affordable import Budget, passages_to_read
from index.cutting import between_characters
from index.embedding import SentenceEmbedder
from index.english import is_english
from index.models import Row, TokenScorer, TokenScores, all_threads, token_scorer
from index.reranking import PassageJudgement, SentenceAnswer
from index.search import Hit
from index.sentences import Span

ADAPTERS = Path(__file__).with_name("reader.safetensors")

BUDGET = Budget(seconds=0.12, fewest=1, most=7)

WHOLE = 3
"""So many of the passages that it can read are read whole, of the others a part."""

# So many characters at most, unless the sentence nearest to the question is longer.
_PART = 400

LONGEST = 30
"""The most tokens of an answer."""

# A question may have so many tokens, and it and the passage together: read as it was trained.
QUESTION_TOKENS, TOKENS = 64, 320

_DECISION = "reader.json"
# A passage of about the usual length, and a part of one, read so often.
_TRIALS = 4
_TRIAL_QUESTION = [101, *[2054] * 14, 102]
_TRIAL_PASSAGE = [*range(3000, 3190), 102]
_TRIAL_PART = [*_TRIAL_PASSAGE[:90], 102]


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a passage's own tokens begin in its row, and their characters in the document."""

    first: int
    starts: npt.NDArray[np.int64]
    ends: npt.NDArray[np.int64]


class Reader:
    """The bundled reader over a library's embedding model, loaded when first needed.

    `candidates` is how many passages it may read in its budget on this machine, decided
    when the library in the folder is first asked; without one it reads all that it ever
    does. What is not English prose it does not read.
    """

    def __init__(
        self, embedder: SentenceEmbedder, folder: Path | None = None, *, adapters: Path = ADAPTERS
    ) -> None:
        self._embedder = embedder
        self._folder = folder
        self._adapters = adapters
        self._lock = threading.Lock()
        self._loaded: tuple[TokenScorer, int] | None = None

    @property
    def candidates(self) -> int:
        """How many of the best passages it reads; raises `PinciteError` if it cannot be loaded."""
        return self._ready()[1]

    def judge(self, question: str, passages: Sequence[Hit]) -> list[PassageJudgement | None]:
        """What answers in each sentence of each passage, and how likely the passage answers.

        The first are read whole, of the others what is around the sentence nearest to the
        question. Raises `PinciteError` if the reader cannot be loaded.
        """
        scores, _ = self._ready()
        read = [n for n, one in enumerate(passages) if _is_prose(one)]
        found: list[PassageJudgement | None] = [None] * len(passages)
        if not read:
            return found
        spans = [(passages[n].start, passages[n].end) for n in read[:WHOLE]]
        spans += [_part(passages[n]) for n in read[WHOLE:]]
        rows, places = self._rows(question, [passages[n] for n in read], spans)
        for n, own, place in zip(read, scores(rows), places, strict=True):
            found[n] = PassageJudgement(
                round(own.answerable, 2),
                tuple(
                    _best_in(passages[n].document.text, sentence, own, place)
                    for sentence in passages[n].sentences
                ),
            )
        return found

    def _ready(self) -> tuple[TokenScorer, int]:
        with self._lock:
            if self._loaded is None:
                scores = token_scorer(self._adapters, self._embedder.name, self._embedder.model)
                self._loaded = scores, self._decided(scores)
            return self._loaded

    def _decided(self, scores: TokenScorer) -> int:
        if self._folder is None:
            return BUDGET.most
        return passages_to_read(
            self._folder / _DECISION, self._embedder.name, BUDGET, lambda: _seconds(scores)
        )

    def _rows(
        self, question: str, passages: Sequence[Hit], spans: Sequence[Span]
    ) -> tuple[list[Row], list[_Place]]:
        """The tokens of the question with a span of each passage, and where the span's stand."""
        tokenizer = self._embedder.model.tokenizer
        heads = [f"{one.context}\n" if one.context else "" for one in passages]
        texts = [
            head + one.document.text[slice(*span)]
            for head, one, span in zip(heads, passages, spans, strict=True)
        ]
        asked, *read = self._embedder.tokens([question, *texts])
        rows: list[Row] = []
        places: list[_Place] = []
        for (start, _), head, tokens in zip(spans, heads, read, strict=True):
            row, own = row_of(
                asked,
                tokens,
                len(head),
                begin=tokenizer.cls_token_id,
                separator=tokenizer.sep_token_id,
            )
            rows.append(row)
            offsets = np.asarray(tokens.offsets[own], dtype=np.int64).reshape(-1, 2)
            starts, ends = offsets.T + (start - len(head))
            places.append(_Place(row[1] + own.start, starts, ends))
        return rows, places


def row_of(
    asked: Any,  # tokenizers publishes no types
    passage: Any,
    head: int,
    *,
    begin: int,
    separator: int,
) -> tuple[Row, slice]:
    """The tokens of a question and a passage as the model reads them, and which are the passage's.

    Both are the tokenizer's encodings; so many characters of the passage's are the `head`, what
    stands above it. What is too long is cut at its end. The slice is of the passage's encoding.
    """
    first = [begin, *asked.ids[:QUESTION_TOKENS], separator]
    room = TOKENS - len(first) - 1
    above = sum(end <= head for _, end in passage.offsets[:room])
    return ((*first, *passage.ids[:room], separator), len(first)), slice(above, room)


def _is_prose(passage: Hit) -> bool:
    """Whether a passage is what the reader has learnt to read: English, and no table."""
    if passage.document.table_at(passage.sentences[0][0]):
        return False
    return is_english(passage.text, passage.document.language)


def _part(passage: Hit) -> Span:
    """The sentence nearest to the question, and those around it that there is room for."""
    spans, nearness = passage.sentences, passage.sentence_scores
    first = last = nearness.index(max(nearness))
    while True:
        wider = [
            (nearness[beside], min(first, beside), max(last, beside))
            for beside in (first - 1, last + 1)
            if 0 <= beside < len(spans)
        ]
        fitting = [one for one in wider if spans[one[2]][1] - spans[one[1]][0] <= _PART]
        if not fitting:
            return spans[first][0], spans[last][1]
        _, first, last = max(fitting)


def _best_in(
    text: str, sentence: Span, scores: TokenScores, place: _Place
) -> SentenceAnswer | None:
    """The likeliest answer that stands within a sentence, if any of it was read."""
    inside = np.flatnonzero((place.ends > sentence[0]) & (place.starts < sentence[1]))
    if not len(inside):
        return None
    first, last = int(inside[0]), int(inside[-1]) + 1
    begins = scores.begins[place.first + first : place.first + last]
    ends = scores.ends[place.first + first : place.first + last]
    margins = np.where(_spans(len(begins)), begins[:, None] + ends[None], -np.inf)
    start, end = np.unravel_index(int(margins.argmax()), margins.shape)
    return SentenceAnswer(
        round(float(margins[start, end]), 2),
        *_whole_words(
            text, (int(place.starts[first + start]), int(place.ends[first + end])), sentence
        ),
    )


def _whole_words(text: str, span: Span, sentence: Span) -> Span:
    """The span grown over what it has a part of: words, and the marks on their letters."""
    start, end = max(span[0], sentence[0]), min(span[1], sentence[1])
    while start > sentence[0] and _within_word(text, start):
        start -= 1
    while end < sentence[1] and _within_word(text, end):
        end += 1
    return start, end


def _within_word(text: str, place: int) -> bool:
    both = _is_of_word(text[place - 1]) and _is_of_word(text[place])
    return both or not between_characters(text, place)


def _is_of_word(character: str) -> bool:
    return character.isalnum() or unicodedata.category(character).startswith("M")


@lru_cache(maxsize=512)
def _spans(tokens: int) -> npt.NDArray[np.bool_]:
    """Which tokens may be the first and the last of an answer, shape (tokens, tokens)."""
    first, last = np.indices((tokens, tokens))
    allowed: npt.NDArray[np.bool_] = (first <= last) & (last < first + LONGEST)
    return allowed


def _seconds(scores: TokenScorer) -> Iterable[float]:
    """How long each passage takes if nothing else keeps the cores busy, the best first.

    It is the processor's time on a single thread, for what else the machine does just now must
    not be kept for good.
    """
    whole, part = (
        min(_processor_seconds(scores, tokens) for _ in range(_TRIALS)) / all_threads()
        for tokens in (_TRIAL_PASSAGE, _TRIAL_PART)
    )
    return chain(repeat(whole, WHOLE), repeat(part))


def _processor_seconds(scores: TokenScorer, passage: Sequence[int]) -> float:
    began = time.thread_time()
    scores([([*_TRIAL_QUESTION, *passage], len(_TRIAL_QUESTION))], threads=1)
    return time.thread_time() - began
