"""The process that reads untrusted files for its parent, one at a time, within limits."""

import contextlib
import hashlib
import os
import signal
import stat
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, BinaryIO

from index.documents import Reading
from index.errors import SkippedFile, UnreadableFile
from index.files import LARGEST_FILE
from index.reading import read
from index.reading.pdf_page import draw_page, drawn_to_json
from index.reading.wire import encode_frame, read_frame, reading_to_json, write_frame

_GRACE_SECONDS = 5.0


def serve(read: Callable[[bytes, str], Reading], *, seconds: float, memory: int) -> None:
    """Answer the parent's requests until it ends."""
    requests, replies = _private_streams()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _limit(memory)
    write_frame(replies, encode_frame({"ready": True}))
    while (request := read_frame(requests)) is not None:
        _end_after(seconds + _GRACE_SECONDS)
        write_frame(replies, _answer(read, request))
        _end_after(0)


def _private_streams() -> tuple[BinaryIO, BinaryIO]:
    """Take the pipes to the parent out of reach of libraries that print or ask."""
    requests = os.fdopen(os.dup(0), "rb")
    replies = os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.dup2(2, 1)
    return requests, replies


def _limit(memory: int) -> None:
    """Let this process write no file, leave no core and map no more than `memory` further."""
    if sys.platform == "win32":
        return
    import resource

    for kind in (resource.RLIMIT_FSIZE, resource.RLIMIT_CORE):
        resource.setrlimit(kind, (0, 0))
    with contextlib.suppress(OSError):  # only Linux says how much is mapped, and keeps the limit
        pages = int(Path("/proc/self/statm").read_text().split()[0])
        limit = pages * resource.getpagesize() + memory
        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        if hard != resource.RLIM_INFINITY:
            limit = min(limit, hard)
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))


def _end_after(seconds: float) -> None:
    """Die of the alarm: the parent that should have ended a hung reader may be gone."""
    if sys.platform != "win32":
        signal.setitimer(signal.ITIMER_REAL, seconds)


def _answer(read: Callable[[bytes, str], Reading], request: Mapping[str, Any]) -> bytes:
    try:
        path = Path(request["path"])
        data = _read_bytes(path, request["sha256"])
        if "page" in request:
            drawn = draw_page(data, request["page"], request["scale"])
            return encode_frame({"page": drawn_to_json(drawn)})
        return encode_frame({"reading": reading_to_json(read(data, path.name))})
    except MemoryError:
        return encode_frame({"memory": True})
    except SkippedFile as error:
        return encode_frame({"skipped": str(error)})
    except Exception as error:
        if _ran_out_of_memory(error):
            return encode_frame({"memory": True})
        if isinstance(error, UnreadableFile):
            return encode_frame({"unreadable": str(error)})
        return encode_frame({"failed": f"{type(error).__name__}: {error}"[:200]})


def _read_bytes(path: Path, sha256: str) -> bytes:
    try:
        found = path.stat()
        if not stat.S_ISREG(found.st_mode):
            raise UnreadableFile("not a regular file")
        if found.st_size > LARGEST_FILE:
            raise UnreadableFile(
                f"its {found.st_size / 2**20:,.0f} MiB are over the limit of "
                f"{LARGEST_FILE // 2**20} MiB; split it"
            )
        with path.open("rb") as file:
            # Room for what is asked for is taken at once; a file that grew fails the hash.
            data = file.read(found.st_size + 1)
    except OSError as error:
        reason = (error.strerror or type(error).__name__).lower()
        raise UnreadableFile(f"cannot be opened: {reason}") from error
    if hashlib.sha256(data).hexdigest() != sha256:
        raise UnreadableFile("it changed since it was first looked at; add it again")
    return data


def _ran_out_of_memory(error: BaseException | None) -> bool:
    """Whether memory is behind it, though a reader or libxml2 calls it something else."""
    while error is not None:
        if isinstance(error, MemoryError) or "memory alloc" in str(error).lower():
            return True
        error = error.__cause__ or error.__context__
    return False


if __name__ == "__main__":
    serve(read, seconds=float(sys.argv[1]), memory=int(sys.argv[2]))
