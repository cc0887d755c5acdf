"""Models: loading them, and a pass through them. The one door to torch and what stands on it."""

from index.models.encoders import (
    BATCH,
    DEFAULT_MODEL,
    QUESTION_TURN,
    TURN,
    PairScorer,
    all_threads,
    bundled_digest,
    bundled_model,
    load_encoder,
    pair_scorer,
    token_means,
)
from index.models.readers import Row, TokenScorer, TokenScores, token_scorer, weights_digest

__all__ = [
    "BATCH",
    "DEFAULT_MODEL",
    "QUESTION_TURN",
    "TURN",
    "PairScorer",
    "Row",
    "TokenScorer",
    "TokenScores",
    "all_threads",
    "bundled_digest",
    "bundled_model",
    "load_encoder",
    "pair_scorer",
    "token_means",
    "token_scorer",
    "weights_digest",
]
