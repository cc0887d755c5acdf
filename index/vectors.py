"""The FAISS index over passage vectors: a projection of the database, made anew at will."""

import hashlib
import json
import os
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import faiss
import numpy as np
import numpy.typing as npt

SNAPSHOT = "vectors.faiss"
_SEAL = "vectors.json"

Keys = npt.NDArray[np.int64]
Scores = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Seal:
    """Of which library a snapshot is, in which generation, of which dimension."""

    library: str
    generation: int
    dimension: int


class VectorIndex:
    """Unit vectors under their passages' keys; never changed, only succeeded.

    Searches may run in any number of threads, because `succeeded_by` works on a copy.
    """

    def __init__(self, dimension: int, faiss_index: Any = None) -> None:  # faiss has no types
        self._faiss = faiss_index or faiss.IndexIDMap2(faiss.IndexFlatIP(dimension))
        self.dimension = dimension

    def __len__(self) -> int:
        return int(self._faiss.ntotal)

    @property
    def keys(self) -> Keys:
        """The keys of all vectors, in no order."""
        return np.asarray(faiss.vector_to_array(self._faiss.id_map), dtype=np.int64)

    def search(self, question: Scores, limit: int, among: Keys | None = None) -> dict[int, float]:
        """The nearest passages, of those `among` the keys if given; key to cosine, best first."""
        number = min(limit, len(self) if among is None else len(among))
        if not number:
            return {}
        chosen = None
        if among is not None:
            selector = faiss.IDSelectorBatch(among)
            chosen = faiss.SearchParameters(sel=selector)  # type: ignore[call-arg]  # faiss adds it
        scores, keys = self._faiss.search(question.reshape(1, -1), number, params=chosen)
        # A key without a vector leaves a place empty, which FAISS numbers -1.
        found = zip(keys[0].tolist(), scores[0].tolist(), strict=True)
        return {key: score for key, score in found if key >= 0}

    def succeeded_by(
        self, removed: Keys, added: Keys, vectors: npt.NDArray[np.float16]
    ) -> "VectorIndex":
        """A copy without the removed keys and with the added ones."""
        copy = faiss.clone_index(self._faiss)
        if len(removed):
            copy.remove_ids(removed)  # type: ignore[arg-type]  # faiss wraps arrays itself
        if len(added):
            copy.add_with_ids(np.ascontiguousarray(vectors, dtype=np.float32), added)
        return VectorIndex(self.dimension, copy)

    def save(self, folder: Path, seal: Seal) -> None:
        """Write a snapshot of the library in that state; raises OSError."""
        data = faiss.serialize_index(self._faiss).tobytes()
        sealed = {**asdict(seal), "sha256": hashlib.sha256(data).hexdigest()}
        _replace(folder / SNAPSHOT, data)
        _replace(folder / _SEAL, json.dumps(sealed).encode())

    @classmethod
    def load(cls, folder: Path, now: Seal) -> "VectorIndex":
        """The snapshot, or an empty index where there is none that can be trusted."""
        try:
            sealed = json.loads((folder / _SEAL).read_bytes())
            data = (folder / SNAPSHOT).read_bytes()
            if hashlib.sha256(data).hexdigest() != sealed.pop("sha256"):
                return cls(now.dimension)
            then = Seal(**sealed)
            # A snapshot from the future belongs to a database that was since put back.
            if replace(then, generation=now.generation) != now or then.generation > now.generation:
                return cls(now.dimension)
            read = faiss.deserialize_index(np.frombuffer(data, dtype=np.uint8))
            return cls(now.dimension, read)
        except (OSError, ValueError, RuntimeError, KeyError, TypeError, AttributeError):
            return cls(now.dimension)


def _replace(path: Path, data: bytes) -> None:
    # Only the library's one writer comes here, so what a killed one left is written over.
    temporary = path.with_name(f"{path.name}.new")
    try:
        with temporary.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
