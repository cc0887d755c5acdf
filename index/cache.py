"""Documents kept in memory, as many as a number of characters allows."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator

from index.documents import Document

_CHARACTERS = 50_000_000


class DocumentCache:
    """The documents used last, under their database keys (which are never used twice)."""

    def __init__(self, characters: int = _CHARACTERS) -> None:
        self._room = characters
        self._lock = threading.Lock()
        self._kept: OrderedDict[int, Document] = OrderedDict()

    def get(
        self,
        keys: Iterable[int],
        load: Callable[[Iterable[int]], Iterator[tuple[int, Document]]],
    ) -> dict[int, Document]:
        """The documents under the keys; `load` is asked for those not kept."""
        wanted = set(keys)
        with self._lock:
            found = {key: self._kept[key] for key in wanted if key in self._kept}
            for key in found:
                self._kept.move_to_end(key)
        loaded = dict(load(sorted(wanted - found.keys())))
        with self._lock:
            for key, document in loaded.items():
                if key not in self._kept:
                    self._kept[key] = document
                    self._room -= len(document.text)
            while self._room < 0 and len(self._kept) > 1:
                _, dropped = self._kept.popitem(last=False)
                self._room += len(dropped.text)
        return found | loaded
