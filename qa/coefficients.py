"""Coefficients: the fitted numbers of ranking, excerpts and confidence.

They stand in coefficients.json, which `make fit` writes (benchmarks/fit.py).
"""

import json
from collections.abc import Mapping
from pathlib import Path

_FILE = Path(__file__).with_name("coefficients.json")

_ALL: Mapping[str, Mapping[str, float]] = json.loads(_FILE.read_text(encoding="utf-8"))

PASSAGE = _ALL["passage"]
SENTENCE = _ALL["sentence"]
CONFIDENCE = _ALL["confidence"]

# The same for what the reader has read: these are added, and another confidence counts.
READ_PASSAGE = _ALL["read_passage"]
READ_SENTENCE = _ALL["read_sentence"]
READ_CONFIDENCE = _ALL["read_confidence"]

# From this margin on the reader's words are told as the answer: nine of ten are.
POINTING = _ALL["read_pointing"]["margin"]


def weighted(features: Mapping[str, float], weights: Mapping[str, float]) -> float:
    """The sum of the features, each times its weight."""
    return sum(weights[name] * value for name, value in features.items())
