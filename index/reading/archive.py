"""ZIP containers of office files and books, opened so that no bomb goes off."""

import posixpath
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote

from index.errors import PinciteError, UnreadableFile

if TYPE_CHECKING:
    from lxml.etree import _Element

_MOST_ENTRIES: Final = 20_000
_LARGEST_TOTAL: Final = 512 * 2**20
_LARGEST_RATIO: Final = 200
_SMALL_ENTRY: Final = 10 * 2**20
# Other methods give no way to stop half-way through a block, and no program writes them here.
_METHODS: Final = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_RELATIONSHIP: Final = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"


def open_archive(data: bytes) -> zipfile.ZipFile:
    """Open a ZIP container after weighing what it declares, which reading it never exceeds."""
    try:
        archive = zipfile.ZipFile(BytesIO(data))
    except (zipfile.BadZipFile, NotImplementedError, OSError, ValueError) as error:
        raise _damaged(error) from error
    entries = archive.infolist()
    if any(entry.flag_bits & 1 for entry in entries):
        raise UnreadableFile("encrypted; remove the password and add it again")
    if len(entries) > _MOST_ENTRIES:
        raise UnreadableFile(
            f"holds {len(entries):,} files, over the limit of {_MOST_ENTRIES:,} in one document"
        )
    total = sum(entry.file_size for entry in entries)
    if total > _LARGEST_TOTAL:
        raise UnreadableFile(
            f"unpacks to {total / 2**20:,.0f} MiB, over the limit of {_LARGEST_TOTAL // 2**20} MiB"
        )
    for entry in entries:
        if entry.compress_type not in _METHODS:
            raise UnreadableFile("packed by an unusual method; save it again and add it")
        if entry.file_size > max(_SMALL_ENTRY, _LARGEST_RATIO * entry.compress_size):
            raise UnreadableFile(
                f"{entry.filename!r} in it unpacks to over {_LARGEST_RATIO} times its size, "
                "as a ZIP bomb does"
            )
    return archive


@contextmanager
def reporting_damage() -> Iterator[None]:
    """Turn whatever a parser raises over a broken document into the reason for the report."""
    try:
        yield
    except (PinciteError, MemoryError):
        raise
    except Exception as error:  # parsers raise anything at all over hostile files
        raise _damaged(error) from error


def read_part(archive: zipfile.ZipFile, name: str) -> bytes:
    """Unpack one file of the container; its name may differ in case."""
    name = name.lstrip("/")
    try:
        entry = archive.getinfo(name)
    except KeyError:
        matches = [
            info
            for info in archive.infolist()
            if info.filename.replace("\\", "/").casefold() == name.casefold()
        ]
        if not matches:
            raise UnreadableFile(f"truncated or damaged: {name} is missing in it") from None
        entry = matches[0]
    try:
        return archive.read(entry)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError) as error:
        raise _damaged(error) from error


def parse_part(archive: zipfile.ZipFile, name: str) -> "_Element":
    """Parse one XML file of the container; nothing it refers to is fetched or expanded."""
    return parse_xml(read_part(archive, name))


def parse_xml(data: bytes) -> "_Element":
    """Parse XML without entities, network or unlimited depth."""
    from lxml import etree

    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, huge_tree=False, load_dtd=False, recover=True
    )
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise _damaged(error) from error
    if root is None:
        raise UnreadableFile("truncated or damaged: no XML in one of its parts")
    return root


def related_parts(archive: zipfile.ZipFile, source: str = "") -> dict[str, str]:
    """Map what the container relates to `source`, by the relation's last word, to part names."""
    folder, name = posixpath.split(source)
    try:
        root = parse_part(archive, posixpath.join(folder, "_rels", f"{name}.rels"))
    except UnreadableFile:
        return {}
    parts: dict[str, str] = {}
    for relation in root.iter(_RELATIONSHIP):
        if relation.get("TargetMode") != "External":
            kind = (relation.get("Type") or "").rpartition("/")[2]
            target = posixpath.join("/", folder, unquote(relation.get("Target") or ""))
            parts.setdefault(kind, posixpath.normpath(target).lstrip("/"))
    return parts


def _damaged(error: Exception) -> UnreadableFile:
    detail = " ".join(f"{type(error).__name__}: {error}".split())[:160]
    return UnreadableFile(f"truncated or damaged; get a complete copy and add it again ({detail})")
