"""The FAISS index of a library, which follows its database."""

import logging
import threading
from collections.abc import Mapping

import numpy as np
from sqlalchemy import Connection

from index.passage_rows import passage_keys, vectors_of
from index.schema import read_manifest
from index.store import Store, check_manifest
from index.vectors import Seal, VectorIndex

_LOG = logging.getLogger(__name__)


class Projection:
    """The vectors of a library's passages in memory, and their snapshot beside the database.

    Nothing of it is needed: what is missing or old is made anew from the rows.
    """

    def __init__(self, store: Store, model: str) -> None:
        self._store = store
        self._model = model
        self._catching_up = threading.Lock()
        self._generation = ""
        self._vectors: VectorIndex | None = None
        self._saved = False

    def caught_up(self, connection: Connection) -> VectorIndex:
        """The vectors of just the passages that the connection sees.

        Raises `LibraryMismatch` if the library was rebuilt with another model meanwhile.
        """
        state = read_manifest(connection)
        with self._catching_up:
            if self._vectors is not None and state["generation"] == self._generation:
                return self._vectors
            check_manifest(state, self._store.folder, self._model)
            dimension = int(state["dimension"])
            index = self._vectors
            if index is None or index.dimension != dimension:
                index = VectorIndex.load(self._store.folder, _seal(state))
                self._saved = bool(len(index))
            present = passage_keys(connection)
            removed = np.setdiff1d(index.keys, present)
            added = np.setdiff1d(present, index.keys)
            if len(removed) or len(added):
                self._saved = False
                index = index.succeeded_by(
                    removed, added, vectors_of(connection, added.tolist(), dimension)
                )
            self._vectors, self._generation = index, state["generation"]
            return index

    def save(self) -> None:
        """Bring the snapshot up to date, so that the next process need not build it."""
        with self._store.read() as connection:
            index = self.caught_up(connection)
            state = read_manifest(connection)
        if self._saved or state["dimension"] == "0":
            return
        try:
            index.save(self._store.folder, _seal(state))
            self._saved = True
        except OSError as error:
            _LOG.warning("the FAISS snapshot could not be written: %s", error)


def _seal(state: Mapping[str, str]) -> Seal:
    return Seal(state["library"], int(state["generation"]), int(state["dimension"]))
