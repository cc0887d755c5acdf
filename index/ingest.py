"""From files to a library: how each of them ends."""

import hashlib
import json
import os
import stat
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from index.documents import Reading
from index.errors import Cancelled, SkippedFile, UnreadableFile
from index.file_rows import FileRecord
from index.files import SIDECAR
from index.library import Library
from index.reading.process import ReaderProcess
from index.reading.sidecar import load_sidecar, with_reference, with_sidecar
from index.references import Matching
from index.removal import REMOVED
from index.writing import NO_LABELLING, Labelling, Progress, Writer

# Part of what tells whether a file changed: better readers read everything again.
READER_VERSION = 3

_BLOCK = 1 << 20


@dataclass(frozen=True, slots=True)
class FileReport:
    """How one file ended.

    Of one that is *cancelled* nothing is kept, not even that it was looked at.
    `passages` are those of its document, `embedded` those of them that were
    embedded now; `silent_pages` are page numbers that gave no text.
    """

    source: str
    state: Literal["indexed", "unchanged", "skipped", "failed", "cancelled"]
    reason: str = ""
    passages: int = 0
    embedded: int = 0
    silent_pages: tuple[int, ...] = ()


def add_files(
    library: Library,
    files: Iterable[Path],
    *,
    seconds: float,
    stop: Callable[[], bool] = lambda: False,
    labelling: Labelling = NO_LABELLING,
    matching: Matching | None = None,
    progress: Progress = lambda _done, _total: None,
    cancelled: Callable[[], bool] = lambda: False,
    heed_removals: bool = False,
    reader: ReaderProcess | None = None,
) -> Iterator[FileReport]:
    """Add files to a library, one transaction each, reporting each as it ends.

    Reading a file may take `seconds`. `stop` is asked before each file. The
    documents, also unchanged ones, get and lose tags by `labelling`, and the items
    that `matching` finds for them, which stay with them from then on. With
    `heed_removals`, a file whose document was removed stays out until it changes.

    `progress` is told how many passages of the file in hand are embedded, of how
    many; once they are equal, the file is about to be committed. `cancelled` is
    asked, also from another thread, whether to give the file in hand up, until
    then. `reader` is read with, and left running, in place of a new process.

    The library is held for writing from the first file to the last. Raises a
    `LibraryError` where the library, rather than a file, is the trouble.
    """
    reading = ReaderProcess(seconds=seconds) if reader is None else nullcontext(reader)
    with library.writer() as writer, reading as process:
        adding = _Adding(
            library, writer, process, labelling, matching, progress, cancelled, heed_removals
        )
        for path in files:
            if stop():
                return
            try:
                yield adding.add(path)
            except Cancelled as error:
                yield FileReport(str(path), "cancelled", str(error))


@dataclass(frozen=True, slots=True)
class _Adding:
    """What every file of one run is added with."""

    library: Library
    writer: Writer
    reader: ReaderProcess
    labelling: Labelling
    matching: Matching | None
    progress: Progress
    cancelled: Callable[[], bool]
    heed_removals: bool

    def add(self, path: Path) -> FileReport:
        """Add one file; raises `Cancelled` if it is given up."""
        source = str(path)
        try:
            source.encode()
        except UnicodeEncodeError:
            named = os.fsencode(source).decode("utf-8", "backslashreplace")
            reason = "its name is not valid UTF-8; rename it"
            self.writer.note(FileRecord(named, "failed", reason, ""))
            return FileReport(named, "failed", reason)
        known = self.library.file(source)
        fingerprint = ""
        try:
            if not stat.S_ISREG(path.stat().st_mode):
                reason = "it is no regular file" if not path.is_dir() else "it cannot be listed"
                raise UnreadableFile(f"{reason}; add the files it gives access to")
            sha256 = _sha256(path)
            sidecar = path.with_name(path.name + SIDECAR)
            described = sidecar.is_file()
            plain = f"{READER_VERSION}:{sha256}:{_sha256(sidecar) if described else ''}"
            kept = self.library.reference(source, sha256)
            reference = self._reference(path, sha256, self._read_before(known, sha256), kept)
            fingerprint = _with_item(plain, reference)
            if known and known.fingerprint == fingerprint and (found := self._unchanged(known)):
                return found
            reading = self.reader.read(path, sha256, give_up=self.cancelled)
            item = load_sidecar(sidecar) if described else {}
            reference = self._reference(path, sha256, with_sidecar(reading, item), kept)
            fingerprint = _with_item(plain, reference)
            reading = with_sidecar(with_reference(reading, reference), item)
        except SkippedFile as error:
            self.writer.note(FileRecord(source, "skipped", str(error), fingerprint))
            return FileReport(source, "skipped", str(error))
        except (UnreadableFile, OSError) as error:
            reason = _reason(error)
            if known and known.document:
                reason += "; answers still come from the version read before"
            self.writer.note(FileRecord(source, "failed", reason, fingerprint))
            return FileReport(source, "failed", reason)
        record, embedded = self.writer.add(
            reading,
            source=source,
            sha256=sha256,
            fingerprint=fingerprint,
            bibliography=item,
            reference=reference,
            labelling=self.labelling,
            progress=self._embedded,
        )
        return FileReport(source, "indexed", "", record.passages, embedded, record.silent_pages)

    def _reference(
        self, path: Path, sha256: str, reading: Reading | None, kept: Mapping[str, Any]
    ) -> Mapping[str, Any]:
        """The item of a library of references for a file: the one found now, or that of before."""
        found = self.matching and self.matching.find(path, sha256, reading, kept)
        return found or kept

    def _read_before(self, known: FileRecord | None, sha256: str) -> Reading | None:
        """What was read of the same bytes before, where something is to be matched with it."""
        if self.matching is None or known is None or known.document is None:
            return None
        document = self.library.document(known.document)
        return document if document and document.sha256 == sha256 else None

    def _unchanged(self, known: FileRecord) -> FileReport | None:
        """The report of a file whose bytes are known; None if it is to be read all the same."""
        if known.state == "removed":
            return FileReport(known.source, "skipped", REMOVED) if self.heed_removals else None
        if known.state == "failed":
            return None
        if known.document:
            self.writer.label(known.document, self.labelling)
        unchanged = known.state == "indexed"
        return FileReport(known.source, "unchanged" if unchanged else "skipped", known.reason)

    def _embedded(self, done: int, total: int) -> None:
        self.progress(done, total)
        if self.cancelled():
            raise Cancelled("it was cancelled")


def _with_item(fingerprint: str, item: Mapping[str, Any]) -> str:
    """A fingerprint that tells another item too: what it says is read into the document."""
    if not item:
        return fingerprint
    written = json.dumps(item, ensure_ascii=False, sort_keys=True)
    return f"{fingerprint}:{hashlib.sha256(written.encode()).hexdigest()}"


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
