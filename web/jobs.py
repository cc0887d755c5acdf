"""Adding what was uploaded or watched to the library: one thread that empties the queue."""

import filecmp
import logging
import threading
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from index import (
    FileReport,
    Library,
    LibraryLocked,
    PinciteError,
    ReaderProcess,
    add_files,
    is_gone,
)
from web.file_queue import FileQueue, Rank
from web.job_board import Job, JobBoard, JobState
from web.removals import Removals
from web.uploads import Uploads

_ENDS: dict[str, JobState] = {
    "indexed": "done",
    "unchanged": "done",
    "skipped": "skipped",
    "failed": "failed",
    "cancelled": "cancelled",
}
_RETRY_SECONDS = 0.5

_KNOWN = "the library has this file already"
_BROKEN = "something went wrong; the log has the reason"

_LOG = logging.getLogger(__name__)


class Jobs:
    """Adds uploads and watched files to a library, one after another, in a thread of its own.

    The `board` says how far the uploads are.
    """

    def __init__(
        self, library: Library, uploads: Uploads, removals: Removals, *, seconds: float
    ) -> None:
        self.board = JobBoard()
        self._library = library
        self._uploads = uploads
        self._removals = removals
        self._reader = ReaderProcess(seconds=seconds)
        self._seconds = seconds
        self._queue = FileQueue()
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._work, name="jobs", daemon=True)

    def resume(self) -> None:
        """Begin, with what a server that ended had not finished."""
        paths = self._uploads.take_over()
        if paths:
            # Or else the files of a library that was moved or copied would be added once more.
            self._library.move(self._uploads.moved(file.source for file in self._library.files()))
        for path in paths:
            known = self._library.file(str(path))
            if known is None:
                self.upload(path)
            elif known.document is None:
                # Removed, and nobody can undo it any more.
                self._drop(path)
        self._thread.start()

    def upload(self, path: Path, refusal: str | None = None) -> Job:
        """Add an upload, before any watched file but after earlier uploads.

        With a `refusal`, which says why it cannot be read, it is deleted at once.
        """
        job = Job(path.parent.name, path, path.stat().st_size)
        if refusal:
            job = replace(job, state="skipped", reason=refusal)
            self._uploads.discard(path)
        self.board.add(job)
        if not job.ended:
            self._queue.put(Rank.SOON, [path])
        return job

    def look_at(self, paths: Iterable[Path], *, soon: bool) -> None:
        """Read files that are new or may have changed, soon or when there is time."""
        self._queue.put(Rank.SOON if soon else Rank.LATER, paths)

    def look_for(self, paths: Iterable[Path]) -> None:
        """Drop what stood at or below the paths, where nothing is any more."""
        self._queue.put(Rank.GONE, paths)

    def left(self, folder: Path) -> int:
        """How many files at or below a folder are yet to be looked at."""
        return self._queue.left(folder)

    def cancel(self, job_id: str) -> Job | None:
        """Give an upload up, if it is not too late; returns its job, which tells."""
        before = self.board.cancel(job_id)
        job = self.board.get(job_id)
        if job and before == "queued":
            self._uploads.discard(job.path)
        return job

    def close(self) -> None:
        """Stop; what is in hand or queued is taken up again by the next server."""
        self._closing.set()
        self._queue.close()
        if self._thread.is_alive():
            self._thread.join()
        self._reader.close()
        self._uploads.close()

    def _work(self) -> None:
        while self._queue.wait():
            try:
                for report in add_files(
                    self._library,
                    self._paths(),
                    seconds=self._seconds,
                    progress=self._progress,
                    cancelled=self._cancelled,
                    heed_removals=True,
                    reader=self._reader,
                ):
                    self._end(report)
            except LibraryLocked:
                self._put_back()
                self._closing.wait(_RETRY_SECONDS)
            except PinciteError as error:
                self._fail(str(error))
            except Exception:
                _LOG.exception("a file could not be added")
                self._fail(_BROKEN)

    def _paths(self) -> Iterator[Path]:
        """The files to add, until there are none; what is gone is dropped on the way."""
        while taken := self._queue.take():
            self.board.blocked = False
            rank, path = taken
            if rank == Rank.GONE:
                self._forget_gone({path} | self._queue.take_gone())
            elif not self._uploads.hold(path):
                if not is_gone(path):
                    yield path
            elif not self.board.change(path, state="reading"):
                # It was cancelled while it was taken out of the queue.
                self._uploads.discard(path)
            elif twin := self._twin(path):
                self.board.change(path, state="skipped", reason=_KNOWN, document=twin)
                self._uploads.discard(path)
            else:
                yield path

    def _twin(self, path: Path) -> str | None:
        """The id of the document that an upload of the same name and bytes gave before."""
        for other in self._uploads.same_named(path):
            known = self._library.file(str(other))
            if known and known.document and filecmp.cmp(path, other, shallow=False):
                return known.document
        return None

    def _forget_gone(self, paths: Iterable[Path]) -> None:
        gone = {path for path in paths if is_gone(path)}
        known = [file.source for file in self._library.files()] if gone else []
        sources = [one for one in known if gone & {Path(one), *Path(one).parents}]
        if sources:
            self._library.forget(sources)
            self._removals.erase()

    def _progress(self, done: int, total: int) -> None:
        if path := self._queue.in_hand:
            self.board.change(path, state="embedding", embedded=done, passages=total)

    def _cancelled(self) -> bool:
        if self._closing.is_set():
            return True
        path = self._queue.in_hand
        return path is not None and self._uploads.hold(path) and not self.board.wants(path)

    def _end(self, report: FileReport) -> None:
        path = Path(report.source)
        if not self._uploads.hold(path):
            return
        if report.state == "cancelled" and self.board.wants(path):
            # Not given up, only put off until the next server.
            return
        state = _ENDS[report.state]
        if state != "done":
            self._drop(path)
        known = self._library.file(report.source)
        self.board.change(
            path,
            state=state,
            reason=report.reason,
            document=known.document if known else None,
            silent_pages=report.silent_pages,
        )

    def _put_back(self) -> None:
        """Queue again what was in hand when the library turned out to be locked."""
        self.board.blocked = True
        if path := self._queue.in_hand:
            self.board.change(path, state="queued", embedded=0, passages=0)
            self._queue.put_back()

    def _fail(self, reason: str) -> None:
        """End what is in hand, or else next, because of what is wrong with the library."""
        path = self._queue.in_hand
        if path is None and (taken := self._queue.take()):
            path = taken[1]
        if path is None:
            return
        if self._uploads.hold(path):
            self.board.change(path, state="failed", reason=reason)
            self._uploads.discard(path)
        else:
            _LOG.error("%s was not added: %s", path, reason)
        self._queue.let_go()

    def _drop(self, path: Path) -> None:
        """Delete an upload and what is known of it."""
        self._uploads.discard(path)
        if self._library.file(str(path)):
            self._library.forget([str(path)])
