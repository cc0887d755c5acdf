"""How far each upload is, as people are told."""

import threading
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

JobState = Literal["queued", "reading", "embedding", "done", "failed", "skipped", "cancelled"]

_ENDED = frozenset({"done", "failed", "skipped", "cancelled"})
_MOST_ENDED = 500

_WAITING = "waiting for another process that is adding to the library"


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
    def committing(self) -> bool:
        """Whether all of it is embedded and it is too late to cancel it."""
        return self.state == "embedding" and self.embedded == self.passages

    @property
    def progress(self) -> float:
        """The share of its passages that are embedded."""
        if self.state == "done":
            return 1.0
        return self.embedded / self.passages if self.passages else 0.0


class JobBoard:
    """Every upload since the server started, but for the oldest that ended, oldest first.

    While it is `blocked`, queued jobs say that another process holds the library.
    """

    def __init__(self) -> None:
        self.blocked = False
        # A job that ended stays as it is: whoever changes one first looks, in one go.
        self._lock = threading.Lock()
        self._jobs: dict[str, Job] = {}

    def add(self, job: Job) -> None:
        """Show a new job, and the oldest that ended no more where they are too many."""
        with self._lock:
            ended = [one.id for one in self._jobs.values() if one.ended]
            for old in ended[: max(0, len(ended) - _MOST_ENDED)]:
                del self._jobs[old]
            self._jobs[job.id] = job

    def all(self) -> list[Job]:
        """All jobs."""
        with self._lock:
            return [self._shown(job) for job in self._jobs.values()]

    def get(self, job_id: str) -> Job | None:
        """One job."""
        with self._lock:
            job = self._jobs.get(job_id)
            return job and self._shown(job)

    def dismiss(self, job_id: str) -> None:
        """Forget a job that has ended."""
        with self._lock:
            if job_id in self._jobs and self._jobs[job_id].ended:
                del self._jobs[job_id]

    def cancel(self, job_id: str) -> JobState | None:
        """Cancel a job unless it is too late; returns its state until then, if there is one."""
        with self._lock:
            job = self._jobs.get(job_id)
            if job is None:
                return None
            if not (job.ended or job.committing):
                self._jobs[job_id] = replace(
                    job, state="cancelled", reason="it was cancelled", embedded=0, passages=0
                )
            return job.state

    def wants(self, path: Path) -> bool:
        """Whether the job of an upload is there and has not ended."""
        with self._lock:
            return self._of(path) is not None

    def change(self, path: Path, **changes: Any) -> bool:  # fields of a job
        """Change the job of an upload that has not ended; False where there is none."""
        with self._lock:
            job = self._of(path)
            if job is None:
                return False
            self._jobs[job.id] = replace(job, **changes)
            return True

    def _of(self, path: Path) -> Job | None:
        job = self._jobs.get(path.parent.name)
        return job if job and job.path == path and not job.ended else None

    def _shown(self, job: Job) -> Job:
        waits = self.blocked and job.state == "queued"
        return replace(job, reason=_WAITING) if waits else job
