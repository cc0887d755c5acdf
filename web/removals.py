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
        timer = threading.Timer(self.seconds, self._expire, [document_id])
        timer.daemon = True
        # To `erase`, a document is at any time either there or held.
        with self._lock:
            removed = self._library.remove(document_id)
            if removed is None:
                return None
            self._held[document_id] = _Held(removed, timer)
            too_many = list(self._held)[:-_MOST_HELD]
        timer.start()
        for old in too_many:
            self._expire(old)
        return removed

    def restore(self, document_id: str) -> bool:
        """Put a removed document back; whether it could still be done."""
        with self._lock:
            held = self._held.get(document_id)
            if held is None:
                return False
            held.timer.cancel()
            # Where this fails it can be tried again, for as long as the server runs.
            self._library.restore(held.removed)
            del self._held[document_id]
        return True

    def finish(self) -> None:
        """Finish, at the start, the removals that a server before did not; none is undone now."""
        try:
            if any(file.state == "removed" for file in self._library.files()):
                self._library.forget([])
        except PinciteError as error:
            _LOG.warning("what was removed may still be on the disk: %s", error)
        self.erase()

    def erase(self) -> None:
        """Take from conversations what they quote of documents that are gone for good."""
        try:
            with self._lock:
                sparing = {*self._held, *self._library.kept(None)}
            erase_removed(self._library, sparing=sparing)
        except PinciteError as error:
            _LOG.warning("removed quotes are erased at the next start: %s", error)

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
        except PinciteError as error:
            _LOG.warning("the removal of %s is finished at the next start: %s", source, error)
        # Nobody can undo it any more, so conversations need not keep its words either.
        self.erase()
