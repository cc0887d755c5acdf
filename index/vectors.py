"""The FAISS index over passage vectors: a projection of the database, made anew at will."""

import hashlib
import json
import os
from pathlib import Path
from typing import Any

import faiss
import numpy as np
import numpy.typing as npt

SNAPSHOT = "vectors.faiss"
_SEAL = "vectors.json"

Keys = npt.NDArray[np.int64]
Scores = npt.NDArray[np.float32]


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

    def search(self, question: Scores, limit: int) -> dict[int, float]:
        """The nearest passages, key to cosine, best first."""
        if not len(self):
            return {}
        scores, keys = self._faiss.search(question.reshape(1, -1), min(limit, len(self)))
        return dict(zip(keys[0].tolist(), scores[0].tolist(), strict=True))

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

    def save(self, folder: Path, library: str) -> None:
        """Write a snapshot for the library of that identity; raises OSError."""
        data = faiss.serialize_index(self._faiss).tobytes()
        seal = {
            "library": library,
            "dimension": self.dimension,
            "sha256": hashlib.sha256(data).hexdigest(),
        }
        _replace(folder / SNAPSHOT, data)
        _replace(folder / _SEAL, json.dumps(seal).encode())

    @classmethod
    def load(cls, folder: Path, library: str, dimension: int) -> "VectorIndex":
        """The snapshot, or an empty index where there is none that can be trusted."""
        try:
            seal = json.loads((folder / _SEAL).read_bytes())
            data = (folder / SNAPSHOT).read_bytes()
            sealed = {
                "library": library,
                "dimension": dimension,
                "sha256": hashlib.sha256(data).hexdigest(),
            }
            if seal != sealed:
                return cls(dimension)
            return cls(dimension, faiss.deserialize_index(np.frombuffer(data, dtype=np.uint8)))
        except (OSError, ValueError, RuntimeError):
            return cls(dimension)


def _replace(path: Path, data: bytes) -> None:
    temporary = path.with_name(f"{path.name}.{os.getpid()}")
    try:
        with temporary.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
