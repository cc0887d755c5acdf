"""Where uploaded files stand: in the library's own folder, each in a folder of its own."""

import os
import re
import shutil
import unicodedata
import uuid
from collections.abc import Iterable, Sequence
from pathlib import Path
from threading import BoundedSemaphore
from typing import BinaryIO

from filelock import FileLock, Timeout

from index import LARGEST_FILE, absolute

# Hidden, so that nothing takes what is in it for a document.
_INCOMING = ".incoming"
_LOCK = ".lock"

_AT_ONCE = 4

_LONGEST_NAME = 200
# Names of devices on Windows, whatever extension they have.
_DEVICE = re.compile(r"(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(?:\..*)?", re.IGNORECASE)
# Characters that steer a terminal, or turn the direction of writing, are no part of a name.
_STEERING = {"Cc", "Cs", "Zl", "Zp"}
_TURNING = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}
_FORBIDDEN = re.compile(r'[<>:"|?*]' if os.name == "nt" else "(?!)")


class TooLarge(Exception):
    """More was sent of a file than one may have."""


class Incoming:
    """A file that is being received, as the parser of a request writes it."""

    def __init__(self, path: Path, name: str, most: int) -> None:
        self.path = path
        self.name = name
        self.size = 0
        self._most = most
        self._file: BinaryIO = path.open("xb")

    def write(self, data: bytes) -> int:
        """Take some more of the file; raises `TooLarge`."""
        self.size += len(data)
        if self.size > self._most:
            raise TooLarge(self.name)
        return self._file.write(data)

    def seek(self, offset: int) -> int:
        """Called by the parser at the end of the file, which is then on the disk."""
        self._file.flush()
        os.fsync(self._file.fileno())
        return self._file.seek(offset)

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()


class Uploads:
    """The folder of a library's uploads: `ID/NAME` for each of them.

    `largest` is the most bytes of one; who receives some takes one of the `turns`.
    """

    def __init__(self, library: Path, *, largest: int = LARGEST_FILE) -> None:
        # What is kept of them must not depend on where the server is started from.
        self.folder = absolute(library) / "uploads"
        self.largest = largest
        # A server's threads are few, and questions must find one free.
        self.turns = BoundedSemaphore(_AT_ONCE)
        self._lock = FileLock(self.folder / _LOCK, thread_local=False)

    def receive(self, name: str) -> Incoming:
        """A file to write to, which is none of the uploads yet; raises `OSError`."""
        (self.folder / _INCOMING).mkdir(parents=True, exist_ok=True)
        path = self.folder / _INCOMING / uuid.uuid4().hex
        return Incoming(path, safe_name(name), self.largest)

    def keep(self, received: Sequence[Incoming]) -> list[Path]:
        """Make received files uploads, all or none; returns where they stand."""
        kept: list[Path] = []
        try:
            for one in received:
                one.close()
                kept.append(self.folder / uuid.uuid4().hex[:16] / one.name)
                kept[-1].parent.mkdir()
                one.path.rename(kept[-1])
        except OSError:
            for path in kept:
                self.discard(path)
            raise
        return kept

    def drop(self, incoming: Incoming) -> None:
        """Delete a file that was not wholly received."""
        incoming.close()
        incoming.path.unlink(missing_ok=True)

    def discard(self, path: Path) -> None:
        """Delete an upload."""
        shutil.rmtree(path.parent, ignore_errors=True)

    def hold(self, path: Path) -> bool:
        """Whether a file is one of the uploads."""
        return path.parent.parent == self.folder

    def same_named(self, path: Path) -> list[Path]:
        """Other uploads of an upload's name."""
        return [
            folder / path.name
            for folder in sorted(self.folder.iterdir())
            if folder != path.parent and (folder / path.name).is_file()
        ]

    def moved(self, sources: Iterable[str]) -> dict[str, str]:
        """Which files are uploads that stand here since the library was moved or copied."""
        known = set(sources)
        here = {
            source: str(self.folder.joinpath(*Path(source).parts[-2:]))
            for source in known
            if Path(source).parts[-3:-2] == (self.folder.name,)
        }
        return {
            source: now for source, now in here.items() if now not in known and Path(now).is_file()
        }

    def take_over(self) -> list[Path]:
        """The uploads that are there when a server starts; half files are deleted.

        There are none where another server, which runs, has taken them over.
        """
        try:
            self._lock.acquire(timeout=0)
        except (Timeout, OSError):
            return []
        shutil.rmtree(self.folder / _INCOMING, ignore_errors=True)
        return sorted(
            path
            for folder in self.folder.iterdir()
            if folder.is_dir()
            for path in folder.iterdir()
        )

    def close(self) -> None:
        """Leave the uploads to another server."""
        self._lock.release()


def safe_name(name: str) -> str:
    """What a file that was sent under any name is called here: never a path, and never empty.

    It is the last part of the name, as it was, as far as a file system and a line
    of text can take it.
    """
    name = unicodedata.normalize("NFC", re.split(r"[/\\]", name)[-1])
    name = "".join(
        one
        for one in name
        if unicodedata.category(one) not in _STEERING
        and unicodedata.bidirectional(one) not in _TURNING
    )
    name = _FORBIDDEN.sub("_", " ".join(name.split())).lstrip(". ")
    stem, dot, extension = name.rpartition(".")
    extension = dot + extension if stem and len(extension) <= 10 else ""
    stem = name.removesuffix(extension) if extension else name
    room = _LONGEST_NAME - len(extension.encode())
    stem = stem.encode()[:room].decode(errors="ignore")
    name = f"{stem}{extension}".strip(" ").rstrip(". ")
    return f"_{name}" if _DEVICE.fullmatch(name) else name or "unnamed"
