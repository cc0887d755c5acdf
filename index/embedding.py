"""Embeddings: one pass of the encoder gives a passage's vector and its sentences' vectors."""

import threading
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from index.embedder import PassageText, PassageVectors, Vector
from index.models import BATCH, DEFAULT_MODEL, QUESTION_TURN, TURN, load_encoder, token_means
from index.sentences import Span

_WIDTH_STEP = 32


class SentenceEmbedder:
    """A sentence-transformers model, loaded when first needed.

    `name` is the bundled `all-MiniLM-L6-v2`, or a name or path that
    sentence-transformers can load from this machine. Where the processor
    computes in bfloat16 the model does too. Passages are embedded on all cores but
    `spare`, which are left to questions that are asked meanwhile.
    """

    def __init__(self, name: str = DEFAULT_MODEL, *, spare: int = 0) -> None:
        self.name = name
        self._spare = spare
        self._loaded: Any = None  # sentence-transformers publishes no types
        self._all_threads = 1
        # The tokenizer's settings are changed for each purpose.
        self._tokenizing = threading.Lock()

    @property
    def window(self) -> int:
        """The most tokens a passage may have, context included."""
        # Two special tokens, and four for words that an edge cuts differently.
        return self._limit - 6

    def measure(self, texts: Sequence[str]) -> Sequence[int]:
        """The number of the model's tokens in each text."""
        with self._tokenizing:
            # Counting a text beyond the window is the purpose; the warning about it is not.
            encoded = self.model.tokenizer(
                list(texts), add_special_tokens=False, verbose=False, return_attention_mask=False
            )
        return [len(tokens) for tokens in encoded["input_ids"]]

    def tokens(
        self, texts: Sequence[str], *, as_input: bool = False
    ) -> Sequence[Any]:  # tokenizers publishes no types
        """The tokenizer's encodings: whole, without special tokens.

        Those `as_input` are what the model is given: with special tokens, cut at its window.
        """
        # The fast tokenizer itself: its wrapper takes longer than the tokenizing.
        tokenizer = self.model.tokenizer.backend_tokenizer
        with self._tokenizing:
            tokenizer.no_padding()
            tokenizer.no_truncation()
            if as_input:
                tokenizer.enable_truncation(self._limit)
            found: Sequence[Any] = tokenizer.encode_batch(list(texts), add_special_tokens=as_input)
        return found

    def passages(self, texts: Sequence[PassageText]) -> list[PassageVectors]:
        """A vector a passage and a vector a sentence, in the order of the texts."""
        if not self._pools_by_mean:
            return self._sentences_alone(texts)
        prompt = self.model.prompts.get("document") or ""
        return self._one_pass(
            [f"{prompt}{text.context}\n" if text.context else prompt for text in texts], texts
        )

    def question(self, text: str) -> Vector:
        """The vector to search with, shape (dimension,)."""
        if not self._pools_by_mean:
            with TURN:
                found = self.model.encode_query([text], show_progress_bar=False)
            return _unit(np.asarray(found, dtype=np.float32)[0])
        prompt = self.model.prompts.get("query") or ""
        # So few tokens are not worth a second thread, which may have to wait for a busy core.
        (asked,) = self._one_pass(
            [prompt], [PassageText("", text, ())], dtype=np.float32, threads=1
        )
        return np.asarray(asked.passage, dtype=np.float32)

    @property
    def model(self) -> Any:
        """The model itself, loaded if it was not; raises `PinciteError` if it cannot be."""
        if self._loaded is None:
            with TURN:
                if self._loaded is None:
                    # The model last: it tells other threads that both are there.
                    model, self._all_threads = load_encoder(self.name)
                    self._loaded = model
        return self._loaded

    @property
    def _pools_by_mean(self) -> bool:
        pooling = self.model[1] if len(self.model) > 1 else None
        return (
            getattr(pooling, "pooling_mode", None) in ("mean", ("mean",), ["mean"])
            and self.model.tokenizer.is_fast
        )

    def _one_pass(
        self,
        heads: Sequence[str],
        texts: Sequence[PassageText],
        dtype: type[np.floating[Any]] = np.float16,
        threads: int = 0,
    ) -> list[PassageVectors]:
        """Mean over all token vectors of head and body, and over each sentence's, in context."""
        encodings = self.tokens(
            [head + text.body for head, text in zip(heads, texts, strict=True)], as_input=True
        )
        found: dict[int, PassageVectors] = {}
        for width, batch in _batches([len(encoding.ids) for encoding in encodings], self._limit):
            spans = [
                _token_spans(encodings[n].offsets, len(heads[n]), texts[n].sentences)
                for n in batch
            ]
            with QUESTION_TURN if threads == 1 else TURN:
                vectors = token_means(
                    self.model,
                    [encodings[n].ids for n in batch],
                    width,
                    spans,
                    threads=threads or max(1, self._all_threads - self._spare),
                )
            unit = _unit(vectors)
            first = 0
            for n, own in zip(batch, spans, strict=True):
                rows = unit[first : first + len(own)].astype(dtype)
                found[n] = PassageVectors(rows[0], rows[1:])
                first += len(own)
        return [found[n] for n in range(len(texts))]

    @property
    def _limit(self) -> int:
        return int(self.model.max_seq_length or 512)

    def _sentences_alone(self, texts: Sequence[PassageText]) -> list[PassageVectors]:
        """For models that do not pool by mean: each sentence is encoded by itself."""
        rows: list[str] = []
        for text in texts:
            rows.append(f"{text.context}\n{text.body}" if text.context else text.body)
            rows += [text.body[start:end] for start, end in text.sentences]
        with TURN:
            encoded = self.model.encode_document(rows, batch_size=BATCH, show_progress_bar=False)
        vectors = _unit(np.asarray(encoded, dtype=np.float32)).astype(np.float16)
        found = []
        first = 0
        for text in texts:
            last = first + 1 + len(text.sentences)
            found.append(PassageVectors(vectors[first], vectors[first + 1 : last]))
            first = last
        return found


def _batches(lengths: Sequence[int], limit: int) -> Iterator[tuple[int, list[int]]]:
    """Positions to encode together, and the width to fill them up to.

    Only a few shapes occur: torch prepares and keeps a kernel for each new one,
    which takes time once and memory for good.
    """
    by_width: dict[int, list[int]] = {}
    for position, length in enumerate(lengths):
        width = min(-(-length // _WIDTH_STEP) * _WIDTH_STEP, limit)
        by_width.setdefault(max(width, length), []).append(position)
    for width, positions in sorted(by_width.items()):
        first = 0
        while left := len(positions) - first:
            size = min(BATCH, 1 << (left.bit_length() - 1))
            yield width, positions[first : first + size]
            first += size


def _token_spans(offsets: Sequence[Span], head: int, sentences: Sequence[Span]) -> list[Span]:
    """Which tokens are the whole text, then which are each sentence's."""
    starts, ends = np.asarray(offsets).T
    spans = [(0, len(offsets))]
    for start, end in sentences:
        inside = (ends > start + head) & (starts < end + head) & (ends > starts)
        found = np.flatnonzero(inside)
        # A sentence past the window's end is known by its passage alone.
        spans.append((int(found[0]), int(found[-1]) + 1) if len(found) else spans[0])
    return spans


def _unit(vectors: npt.NDArray[Any]) -> Vector:
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return np.asarray(vectors / np.maximum(lengths, 1e-12), dtype=np.float32)
