"""Files on their way into the library: one queue, and one thread that empties it."""

import filecmp
import heapq
import itertools
import logging
import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from index import (
    FileReport,
    Library,
    LibraryLocked,
    PinciteError,
    ReaderProcess,
    add_files,
    is_gone,
)
from web.uploads import Uploads

JobState = Literal["queued", "reading", "embedding", "done", "failed", "skipped", "cancelled"]

_ENDED = frozenset({"done", "failed", "skipped", "cancelled"})
_ENDS: dict[str, JobState] = {
    "indexed": "done",
    "unchanged": "done",
    "skipped": "skipped",
    "failed": "failed",
    "cancelled": "cancelled",
}
_MOST_ENDED = 500
_RETRY_SECONDS = 0.5

_WAITING = "waiting for another process that is adding to the library"
_BROKEN = "something went wrong; the log has the reason"

# What people wait for comes first. What is gone comes after what is there: a file that was
# renamed must be seen under its new name while the old one still tells which document it was.
_SOON, _GONE, _LATER = range(3)

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Job:
    """How far one upload is.

    `embedded` of its `passages` are embedded; `document` is the id of what it gave;
    `silent_pages` are page numbers that gave no text.
    """

    id: str
    path: Path
    size: int
    state: JobState = "queued"
    reason: str = ""
    embedded: int = 0
    passages: int = 0
    document: str | None = None
    silent_pages: tuple[int, ...] = ()

    @property
    def ended(self) -> bool:
        """Whether nothing more will happen to it."""
        return self.state in _ENDED

    @property
    def progress(self) -> float:
        """The share of its passages that are embedded."""
        if self.state == "done":
            return 1.0
        return self.embedded / self.passages if self.passages else 0.0


class Jobs:
    """Adds uploads and watched files to a library, one after another, in a thread of its own."""

    def __init__(self, library: Library, uploads: Uploads, *, seconds: float) -> None:
        self._library = library
        self._uploads = uploads
        self._reader = ReaderProcess(seconds=seconds)
        self._seconds = seconds
        self._changed = threading.Condition()
        self._jobs: dict[str, Job] = {}
        self._queue: list[tuple[int, int, Path]] = []
        self._queued: set[tuple[int, Path]] = set()
        self._numbers = itertools.count()
        self._current: Path | None = None
        # Whether the file in hand is being committed, which is too late to cancel it.
        self._committing = False
        self._blocked = False
        self._closing = threading.Event()
        self._thread: threading.Thread | None = None

    def resume(self) -> None:
        """Go on with what a server that ended had not finished."""
        for path in self._uploads.take_over():
            known = self._library.file(str(path))
            if known is None:
                self.upload(path)
            elif known.document is None:
                # Removed, and nobody can undo it any more.
                self._drop(path)

    def upload(self, path: Path, refusal: str | None = None) -> Job:
        """Add an upload, before any watched file but after earlier uploads.

        With a `refusal`, which says why it cannot be read, it is deleted at once.
        """
        job = Job(path.parent.name, path, path.stat().st_size)
        if refusal:
            job = replace(job, state="skipped", reason=refusal)
            self._uploads.discard(path)
        with self._changed:
            ended = [one for one in self._jobs.values() if one.ended]
            for old in ended[: max(0, len(ended) - _MOST_ENDED)]:
                del self._jobs[old.id]
            self._jobs[job.id] = job
            if not job.ended:
                self._enqueue(_SOON, path)
        return job

    def look_at(self, paths: Iterable[Path], *, soon: bool) -> None:
        """Read files that are new or may have changed, soon or when there is time."""
        with self._changed:
            for path in paths:
                self._enqueue(_SOON if soon else _LATER, path)

    def look_for(self, paths: Iterable[Path]) -> None:
        """Drop what stood at or below the paths, where nothing is any more."""
        with self._changed:
            for path in paths:
                self._enqueue(_GONE, path)

    def left(self, folder: Path) -> int:
        """How many files at or below a folder are yet to be looked at."""
        with self._changed:
            waiting = [path for _, path in self._queued]
            waiting += [self._current] if self._current else []
        return sum(path.is_relative_to(folder) for path in waiting)

    def all(self) -> list[Job]:
        """Every upload since the server started, but for the oldest that ended, oldest first."""
        with self._changed:
            return [self._shown(job) for job in self._jobs.values()]

    def get(self, job_id: str) -> Job | None:
        """One upload's job."""
        with self._changed:
            job = self._jobs.get(job_id)
            return job and self._shown(job)

    def cancel(self, job_id: str) -> Job | None:
        """Give an upload up, if it is not too late; returns its job, which tells."""
        with self._changed:
            job = self._jobs.get(job_id)
            if job is None or job.ended or (job.path == self._current and self._committing):
                return job
            job = self._jobs[job_id] = replace(
                job, state="cancelled", reason="it was cancelled", embedded=0, passages=0
            )
            in_hand = job.path == self._current
        if not in_hand:
            self._uploads.discard(job.path)
        return job

    def dismiss(self, job_id: str) -> None:
        """Forget a job that has ended."""
        with self._changed:
            if job_id in self._jobs and self._jobs[job_id].ended:
                del self._jobs[job_id]

    def close(self) -> None:
        """Stop; what is in hand or queued is taken up again by the next server."""
        with self._changed:
            self._closing.set()
            self._changed.notify_all()
        if self._thread is not None:
            self._thread.join()
        self._reader.close()
        self._uploads.close()

    def _enqueue(self, rank: int, path: Path) -> None:
        if (rank, path) in self._queued or self._closing.is_set():
            return
        self._queued.add((rank, path))
        heapq.heappush(self._queue, (rank, next(self._numbers), path))
        if self._thread is None:
            self._thread = threading.Thread(target=self._work, name="jobs", daemon=True)
            self._thread.start()
        self._changed.notify_all()

    def _work(self) -> None:
        while self._wait():
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

    def _wait(self) -> bool:
        """Until there is something to do, which is True, or the server ends."""
        with self._changed:
            while not self._queue and not self._closing.is_set():
                self._changed.wait()
            return not self._closing.is_set()

    def _paths(self) -> Iterator[Path]:
        """The files to add, until there are none; what is gone is dropped on the way."""
        while (taken := self._take()) is not None:
            rank, path = taken
            if rank == _GONE:
                self._forget_gone(path)
            elif not self._uploads.hold(path):
                if not is_gone(path):
                    yield path
            elif self._begin(path):
                if twin := self._twin(path):
                    reason = "the library has this file already"
                    self._set(path, state="skipped", reason=reason, document=twin)
                    self._uploads.discard(path)
                else:
                    yield path

    def _take(self) -> tuple[int, Path] | None:
        with self._changed:
            self._current, self._committing, self._blocked = None, False, False
            if not self._queue or self._closing.is_set():
                return None
            rank, _, self._current = heapq.heappop(self._queue)
            self._queued.discard((rank, self._current))
            return rank, self._current

    def _begin(self, path: Path) -> bool:
        """Whether an upload is still wanted; if so, it is being read from now on."""
        with self._changed:
            job = self._jobs.get(path.parent.name)
            if job is None or job.ended:
                return False
            self._set(path, state="reading")
            return True

    def _twin(self, path: Path) -> str | None:
        """The id of the document that an upload of the same name and bytes gave before."""
        for other in self._uploads.same_named(path):
            known = self._library.file(str(other))
            if known and known.document and filecmp.cmp(path, other, shallow=False):
                return known.document
        return None

    def _forget_gone(self, first: Path) -> None:
        gone = {first}
        with self._changed:
            while self._queue and self._queue[0][0] == _GONE:
                _, _, path = heapq.heappop(self._queue)
                self._queued.discard((_GONE, path))
                gone.add(path)
        gone = {path for path in gone if is_gone(path)}
        known = [file.source for file in self._library.files()] if gone else []
        sources = [one for one in known if gone & {Path(one), *Path(one).parents}]
        if sources:
            self._library.forget(sources)

    def _progress(self, done: int, total: int) -> None:
        with self._changed:
            path = self._current
            if path is not None and not self._cancelled():
                self._committing = done == total
                self._set(path, state="embedding", embedded=done, passages=total)

    def _cancelled(self) -> bool:
        with self._changed:
            if self._committing:
                return False
            job = self._jobs.get(self._current.parent.name) if self._current else None
            return self._closing.is_set() or (job is not None and job.state == "cancelled")

    def _end(self, report: FileReport) -> None:
        path = Path(report.source)
        if not self._uploads.hold(path):
            return
        if report.state == "cancelled" and self._closing.is_set():
            # Not given up, only put off until the next server.
            return
        state = _ENDS[report.state]
        if state != "done":
            self._drop(path)
        known = self._library.file(report.source)
        self._set(
            path,
            state=state,
            reason=report.reason,
            document=known.document if known else None,
            silent_pages=report.silent_pages,
        )

    def _put_back(self) -> None:
        """Queue again what was in hand when the library turned out to be locked."""
        with self._changed:
            self._blocked = True
            path, self._current = self._current, None
            if path is not None:
                self._set(path, state="queued", embedded=0, passages=0)
                self._enqueue(_SOON, path)

    def _fail(self, reason: str) -> None:
        """End what is in hand, or else next, because of what is wrong with the library."""
        path = self._current
        if path is None and (taken := self._take()):
            path = taken[1]
        if path is None:
            return
        if self._uploads.hold(path):
            self._set(path, state="failed", reason=reason)
            self._uploads.discard(path)
        else:
            _LOG.error("%s was not added: %s", path, reason)
        with self._changed:
            self._current = None

    def _drop(self, path: Path) -> None:
        """Delete an upload and what is known of it."""
        self._uploads.discard(path)
        if self._library.file(str(path)):
            self._library.forget([str(path)])

    def _set(self, path: Path, **changes: object) -> None:
        """Change the job of an upload; others have none."""
        with self._changed:
            job = self._jobs.get(path.parent.name)
            if job is not None and job.path == path and not job.ended:
                self._jobs[job.id] = replace(job, **changes)  # type: ignore[arg-type]

    def _shown(self, job: Job) -> Job:
        blocked = self._blocked and job.state == "queued"
        return replace(job, reason=_WAITING) if blocked else job
