"""The library of a server that editors start and leave running, whatever becomes of its folder."""

import threading
import weakref
from copy import copy

from index import Library, SentenceEmbedder
from qa import Bot, Settings
from web.opening import open_bot, open_library


class OpenedLibrary:
    """The library of the settings: opened when first needed, and anew where it was replaced.

    So a server starts at once, even before there is a library, and goes on where the
    folder was deleted and filled again. Safe to share between threads.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._embedder = SentenceEmbedder(settings.model)
        self._lock = threading.Lock()
        self._library: Library | None = None
        self._bot: Bot | None = None

    @property
    def threshold(self) -> float:
        """The confidence below which there is no answer."""
        return self._settings.threshold

    def library(self) -> Library:
        """The library; raises a `LibraryError` if it cannot be used, perhaps only for now."""
        with self._lock:
            return self._current()

    def bot(self) -> Bot:
        """The bot over it; raises a `PinciteError` if it, or its re-ranker, cannot be used."""
        with self._lock:
            library = self._current()
            if self._bot is None:
                self._bot = open_bot(self._settings, library)
            return self._bot

    def close(self) -> None:
        """Let go of the library."""
        if self._library is not None:
            self._library.close()

    def _current(self) -> Library:
        if self._library is not None and not self._library.is_in_place():
            # Another thread may be in the midst of it: the last one to let it go closes it.
            self._library = self._bot = None
        if self._library is None:
            self._library = open_library(self._settings, embedder=self._embedder)
            # The copy shares the database, and does not keep the library itself.
            weakref.finalize(self._library, copy(self._library).close)
        return self._library
