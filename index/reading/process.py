"""Reads untrusted files in a separate process that may be slow, greedy or crash."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Literal, cast

from index.documents import Reading
from index.errors import Cancelled, PinciteError, SkippedFile, UnreadableFile
from index.reading.pdf_page import DrawnPage, drawn_from_json
from index.reading.wire import encode_frame, read_frame, reading_from_json, write_frame

# How soon a reading that nobody wants any more is noticed.
_LOOK_SECONDS = 0.1


class ReaderProcess:
    """A worker process, started with the first file and again whenever it was lost."""

    def __init__(
        self,
        *,
        seconds: float = 60.0,
        memory: int = 2**30,
        worker: str = "index.reading.worker",
    ) -> None:
        self._seconds = seconds
        self._memory = memory
        self._worker = worker
        self._process: subprocess.Popen[bytes] | None = None
        self._lock = threading.Lock()

    def __enter__(self) -> "ReaderProcess":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def read(
        self, path: Path, expected_sha256: str, *, give_up: Callable[[], bool] | None = None
    ) -> Reading:
        """Read one file; UnreadableFile or SkippedFile says why there is no reading.

        `give_up` is asked meanwhile, from another thread; `Cancelled` is raised if it says so.
        """
        reply = self._answer(path, expected_sha256, {}, give_up)
        return reading_from_json(reply["reading"])

    def page(self, path: Path, expected_sha256: str, number: int, scale: float) -> DrawnPage:
        """Draw a page of a PDF; UnreadableFile says why there is no image."""
        wanted = {"page": number, "scale": scale}
        return drawn_from_json(self._answer(path, expected_sha256, wanted, None)["page"])

    def close(self) -> None:
        """End the worker; a later request starts another."""
        with self._lock:
            self._stop()

    def _answer(
        self,
        path: Path,
        expected_sha256: str,
        wanted: dict[str, Any],
        give_up: Callable[[], bool] | None,
    ) -> dict[str, Any]:
        request = {"path": os.fspath(path.absolute()), "sha256": expected_sha256, **wanted}
        with self._lock:
            used = self._process is not None
            reply = self._ask(request, give_up)
            if used and ("lost" in reply or "memory" in reply):
                # What an earlier file left behind must not decide about this one.
                reply = self._ask(request, give_up)
        if "reading" in reply or "page" in reply:
            return reply
        if "skipped" in reply:
            raise SkippedFile(reply["skipped"])
        if "unreadable" in reply:
            raise UnreadableFile(reply["unreadable"])
        if "memory" in reply:
            raise UnreadableFile(
                f"needs more than {self._memory / 2**20:,.0f} MiB of memory to read; split it"
            )
        reason = reply.get("failed") or reply.get("lost")
        raise UnreadableFile(f"the reader crashed on it ({reason}); it may be damaged")

    def _ask(self, request: dict[str, Any], give_up: Callable[[], bool] | None) -> dict[str, Any]:
        process = self._process or self._start()
        attendant = _Attendant(process, self._seconds, give_up)
        reply = None
        attendant.start()
        try:
            write_frame(cast("BinaryIO", process.stdin), encode_frame(request))
            reply = read_frame(cast("BinaryIO", process.stdout))
        except (OSError, ValueError):
            process.kill()
        except BaseException:  # Ctrl-C must not leave half an answer in the pipe
            process.kill()
            self._stop()
            raise
        finally:
            attendant.dismiss()
        if reply is not None and "memory" not in reply and not attendant.killed:
            return reply
        ended = self._stop()
        if attendant.killed == "unwanted":
            raise Cancelled("it was cancelled")
        if reply is not None:
            return reply
        if attendant.killed == "late":
            raise UnreadableFile(f"took longer than {self._seconds:g} s to read")
        return {"lost": _describe(ended)}

    def _start(self) -> subprocess.Popen[bytes]:
        environment = {
            name: value for name, value in os.environ.items() if not name.startswith("PINCITE_")
        }
        # The same modules as here, but never one that lies in the current folder (-P).
        environment["PYTHONPATH"] = os.pathsep.join(map(os.path.abspath, sys.path))
        environment["OPENBLAS_NUM_THREADS"] = environment["OMP_NUM_THREADS"] = "1"
        command = [sys.executable, "-P", "-B", "-W", "ignore", "-m", self._worker]
        self._process = process = subprocess.Popen(  # noqa: S603 - our own module
            [*command, str(self._seconds), str(self._memory)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
            start_new_session=True,
        )
        if read_frame(cast("BinaryIO", process.stdout)) is None:
            raise PinciteError(
                f"the reader process did not start ({_describe(self._stop())}); "
                f"`{sys.executable} -m {self._worker} 60 {2**30}` shows why"
            )
        return process

    def _stop(self) -> int:
        """End the worker, if there is one, and return how it ended."""
        process, self._process = self._process, None
        if process is None:
            return 0
        try:
            process.communicate(timeout=2)  # closes its stdin, at which an idle worker leaves
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
        return process.returncode


class _Attendant(threading.Thread):
    """Kills a process that is late with its answer, or whose answer nobody wants any more."""

    def __init__(
        self,
        process: subprocess.Popen[bytes],
        seconds: float,
        give_up: Callable[[], bool] | None,
    ) -> None:
        super().__init__(daemon=True)
        self.killed: Literal["", "late", "unwanted"] = ""
        self._process = process
        self._seconds = seconds
        self._give_up = give_up
        self._answered = threading.Event()

    def run(self) -> None:
        """Wait for the answer, and no longer than it may take."""
        end = time.monotonic() + self._seconds
        while (left := end - time.monotonic()) > 0:
            if self._answered.wait(min(left, _LOOK_SECONDS) if self._give_up else left):
                return
            if self._give_up and self._give_up():
                self.killed = "unwanted"
                break
        else:
            self.killed = "late"
        self._process.kill()

    def dismiss(self) -> None:
        """Say that there is an answer; afterwards nothing is killed any more."""
        self._answered.set()
        self.join()


def _describe(code: int) -> str:
    """Say how a process ended."""
    if code < 0:
        try:
            return signal.Signals(-code).name
        except ValueError:
            return f"signal {-code}"
    return f"exit status {code}"
