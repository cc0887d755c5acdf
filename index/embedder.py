"""What an embedder is, and what it is given and gives."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from index.sentences import Span

Vector = npt.NDArray[np.float32]
HalfVectors = npt.NDArray[np.float16]


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
