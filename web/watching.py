"""Watching folders: what is added, changed, renamed or deleted in them shows in the library."""

import logging
import stat
import threading
import time
from collections.abc import Iterable, Sequence
from pathlib import Path

from watchfiles import watch

from index import Library, absolute, described_by, find_files, is_gone, is_left_out
from web.jobs import Jobs

# Changes are gathered until there were none for a moment, then given a moment to be finished.
_GATHER_MS = 100
_QUIET_SECONDS = 0.2
_LOOK_MS = 150

_LOG = logging.getLogger(__name__)

_Identity = tuple[int, int]


class Watcher:
    """Keeps a library in step with folders, in a thread of its own."""

    def __init__(self, folders: Sequence[Path], library: Library, jobs: Jobs) -> None:
        self.folders = tuple(dict.fromkeys(absolute(one.expanduser()) for one in folders))
        self._library = library
        self._jobs = jobs
        self._closing = threading.Event()
        self._there: dict[Path, _Identity] = {}
        self._unfinished: set[Path] = set()
        self._polling: bool | None = None
        self._thread = threading.Thread(target=self._work, name="watcher", daemon=True)

    def start(self) -> None:
        """Begin: look through the folders, and from then on at what changes in them."""
        self._thread.start()

    def close(self) -> None:
        """Stop watching."""
        self._closing.set()
        if self._thread.is_alive():
            self._thread.join()

    def state(self) -> dict[Path, bool]:
        """The folders, and whether each is there."""
        return {folder: folder in self._there for folder in self.folders}

    def _work(self) -> None:
        while not self._closing.is_set():
            try:
                self._watch()
            except OSError as error:
                if self._polling is None and self._there:
                    _LOG.warning("folders are looked through again and again (%s)", error)
                    self._polling = True
                self._closing.wait(_LOOK_MS / 1000)
            except Exception:
                _LOG.exception("watching was interrupted")
                self._closing.wait(1)

    def _watch(self) -> None:
        """Watch the folders that are there, until another one is or one of them is not."""
        before, self._there = self._there, self._identities()
        if not self._there:
            self._closing.wait(_LOOK_MS / 1000)
            return
        # What changes while the folders are looked through must not be missed.
        events = watch(
            *self._there,
            watch_filter=lambda _change, path: self._is_ours(described_by(Path(path))),
            step=_GATHER_MS,
            rust_timeout=_LOOK_MS,
            yield_on_timeout=True,
            stop_event=self._closing,
            raise_interrupt=False,
            force_polling=self._polling,
        )
        looked = False
        for changes in events:
            if not looked:
                for folder in self._there.keys() - before.keys():
                    self._look_through(folder)
                looked = True
            if self._identities() != self._there:
                # A disk that was unplugged took its files with it: they are not deleted.
                return
            self._take_in({described_by(Path(path)) for _, path in changes})

    def _identities(self) -> dict[Path, _Identity]:
        found = {}
        for folder in self.folders:
            try:
                of = folder.stat()
            except OSError:
                continue
            if stat.S_ISDIR(of.st_mode):
                found[folder] = (of.st_dev, of.st_ino)
        return found

    def _look_through(self, folder: Path) -> None:
        """Everything in a folder, and what is no longer in it."""
        found = find_files([folder], leave_out=self._library.folder)
        self._jobs.look_at(found, soon=False)
        peopled = {path.parent for path in found}
        self._jobs.look_for(
            path
            for path in map(Path, (file.source for file in self._library.files()))
            # Of a folder that is gone or empty nobody knows whether it was deleted or unplugged.
            if path.is_relative_to(folder) and path.parent in peopled and is_gone(path)
        )

    def _take_in(self, changed: Iterable[Path]) -> None:
        touched = self._unfinished.union(*map(self._touched, changed))
        gone = {path for path in touched if is_gone(path)}
        self._unfinished = {path for path in touched - gone if _is_being_written(path)}
        self._jobs.look_at(sorted(touched - gone - self._unfinished), soon=True)
        self._jobs.look_for(sorted(gone))

    def _touched(self, path: Path) -> list[Path]:
        """The files that a change of the path is about."""
        if is_gone(path) or not path.is_dir():
            return [path]
        return find_files([path], leave_out=self._library.folder)

    def _is_ours(self, path: Path) -> bool:
        return any(
            path.is_relative_to(folder)
            and not is_left_out(path, folder, leave_out=self._library.folder)
            and not any(one.is_symlink() for one in path.parents if folder in one.parents)
            for folder in self._there
        )


def _is_being_written(path: Path) -> bool:
    try:
        age = time.time() - path.stat().st_mtime
    except OSError:
        return False
    return 0 <= age < _QUIET_SECONDS
