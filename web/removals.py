"""Removing documents, with a while to think better of it."""

import logging
import threading
from dataclasses import dataclass
from pathlib import Path

from index import Library, PinciteError, Removed
from qa import erase_removed
from web.uploads import Uploads

UNDO_SECONDS = 60.0

# Their texts and vectors are held in memory.
_MOST_HELD = 50

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Held:
    removed: Removed
    timer: threading.Timer


class Removals:
    """Documents that were removed a short while ago and can be put back as they were."""

    def __init__(
        self, library: Library, uploads: Uploads, *, seconds: float = UNDO_SECONDS
    ) -> None:
        self.seconds = seconds
        self._library = library
        self._uploads = uploads
        self._lock = threading.Lock()
        self._held: dict[str, _Held] = {}

    def remove(self, document_id: str) -> Removed | None:
        """Remove a document from all answers; None if there is none of that id."""
        removed = self._library.remove(document_id)
        if removed is None:
            return None
        timer = threading.Timer(self.seconds, self._expire, [document_id])
        timer.daemon = True
        with self._lock:
            self._held[document_id] = _Held(removed, timer)
            too_many = list(self._held)[:-_MOST_HELD]
        timer.start()
        for old in too_many:
            self._expire(old)
        return removed

    def restore(self, document_id: str) -> bool:
        """Put a removed document back; whether it could still be done."""
        with self._lock:
            held = self._held.pop(document_id, None)
        if held is None:
            return False
        held.timer.cancel()
        try:
            self._library.restore(held.removed)
        except BaseException:
            # It can be tried again, for as long as the server runs.
            with self._lock:
                self._held[document_id] = held
            raise
        return True

    def close(self) -> None:
        """Make every removal final."""
        with self._lock:
            held = list(self._held)
        for document_id in held:
            self._expire(document_id)

    def _expire(self, document_id: str) -> None:
        with self._lock:
            held = self._held.pop(document_id, None)
        if held is None:
            return
        held.timer.cancel()
        source = held.removed.record.source
        try:
            known = self._library.file(source)
            final = known is not None and known.state == "removed"
            uploaded = self._uploads.hold(Path(source))
            # A file elsewhere stays known as removed, or the next look would bring it back.
            self._library.forget([source] if final and uploaded else [])
            if final and uploaded:
                self._uploads.discard(Path(source))
            # Nobody can undo it any more, so conversations need not keep its words either.
            erase_removed(self._library)
        except PinciteError as error:
            _LOG.warning("the removal of %s is finished at the next start: %s", source, error)
