"""From files to a library: how each of them ends."""

import hashlib
import os
import stat
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from index.errors import SkippedFile, UnreadableFile
from index.files import SIDECAR
from index.library import Library
from index.reading.process import ReaderProcess
from index.reading.sidecar import load_sidecar, with_sidecar
from index.records import FileRecord
from index.writing import NO_LABELLING, Labelling, Writer

# Part of what tells whether a file changed: better readers read everything again.
READER_VERSION = 2

_BLOCK = 1 << 20


@dataclass(frozen=True, slots=True)
class FileReport:
    """How one file ended.

    `passages` are those of its document, `embedded` those of them that were
    embedded now; `silent_pages` are page numbers that gave no text.
    """

    source: str
    state: Literal["indexed", "unchanged", "skipped", "failed"]
    reason: str = ""
    passages: int = 0
    embedded: int = 0
    silent_pages: tuple[int, ...] = ()


def add_files(
    library: Library,
    files: Sequence[Path],
    *,
    seconds: float,
    stop: Callable[[], bool] = lambda: False,
    labelling: Labelling = NO_LABELLING,
) -> Iterator[FileReport]:
    """Add files to a library, one transaction each, reporting each as it ends.

    Reading a file may take `seconds`. `stop` is asked before each file. The
    documents, also unchanged ones, get and lose tags by `labelling`. Raises a
    `LibraryError` where the library, rather than a file, is the trouble.
    """
    with library.writer() as writer, ReaderProcess(seconds=seconds) as reader:
        known = {record.source: record for record in library.files()}
        for path in files:
            if stop():
                return
            yield _add_file(writer, reader, path, known.get(str(path)), labelling)


def _add_file(
    writer: Writer,
    reader: ReaderProcess,
    path: Path,
    known: FileRecord | None,
    labelling: Labelling,
) -> FileReport:
    source = str(path)
    try:
        source.encode()
    except UnicodeEncodeError:
        named = os.fsencode(source).decode("utf-8", "backslashreplace")
        reason = "its name is not valid UTF-8; rename it"
        writer.note(FileRecord(named, "failed", reason, ""))
        return FileReport(named, "failed", reason)
    fingerprint = ""
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            reason = "it is no regular file" if not path.is_dir() else "it cannot be listed"
            raise UnreadableFile(f"{reason}; add the files it gives access to")
        sha256 = _sha256(path)
        sidecar = path.with_name(path.name + SIDECAR)
        described = sidecar.is_file()
        fingerprint = f"{READER_VERSION}:{sha256}:{_sha256(sidecar) if described else ''}"
        if known and known.fingerprint == fingerprint and known.state != "failed":
            state: Literal["unchanged", "skipped"] = (
                "unchanged" if known.state == "indexed" else "skipped"
            )
            if known.document:
                writer.label(known.document, labelling)
            return FileReport(source, state, known.reason)
        reading = reader.read(path, sha256)
        item = load_sidecar(sidecar) if described else {}
        if item:
            reading = with_sidecar(reading, item)
    except SkippedFile as error:
        writer.note(FileRecord(source, "skipped", str(error), fingerprint))
        return FileReport(source, "skipped", str(error))
    except (UnreadableFile, OSError) as error:
        reason = _reason(error)
        if known and known.document:
            reason += "; answers still come from the version read before"
        writer.note(FileRecord(source, "failed", reason, fingerprint))
        return FileReport(source, "failed", reason)
    record, embedded = writer.add(
        reading,
        source=source,
        sha256=sha256,
        fingerprint=fingerprint,
        bibliography=item,
        labelling=labelling,
    )
    return FileReport(source, "indexed", "", record.passages, embedded, record.silent_pages)


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()


def _reason(error: UnreadableFile | OSError) -> str:
    if isinstance(error, OSError):
        return f"it cannot be opened: {error.strerror or error}"
    return str(error)
