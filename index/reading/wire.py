"""Readings as JSON, for the pipe between reader processes and for the store."""

import json
import struct
from collections.abc import Mapping
from typing import Any, BinaryIO, TypedDict

from index.documents import Heading, Landmark, Reading, Table

_LENGTH = struct.Struct(">Q")
_LARGEST_FRAME = 1 << 30


class Marks(TypedDict):
    """What points into a text, under the names that `Reading` gives it."""

    headings: tuple[Heading, ...]
    landmarks: tuple[Landmark, ...]
    tables: tuple[Table, ...]
    silent_pages: tuple[int, ...]


def reading_to_json(reading: Reading) -> dict[str, Any]:
    """Turn a reading into plain values that `json` can write."""
    return {
        "text": reading.text,
        "media_type": reading.media_type,
        "title": reading.title,
        "author": reading.author,
        "date": reading.date,
        "language": reading.language,
        "tags": list(reading.tags),
        "bibliography": dict(reading.bibliography),
        **_marks_to_lists(reading),
    }


def reading_from_json(values: Mapping[str, Any]) -> Reading:
    """Restore the reading that `reading_to_json` was given."""
    return Reading(
        text=values["text"],
        media_type=values["media_type"],
        title=values["title"],
        author=values["author"],
        date=values["date"],
        language=values["language"],
        tags=tuple(values["tags"]),
        bibliography=values["bibliography"],
        **_marks_from_lists(values),
    )


def marks_to_json(reading: Reading) -> str:
    """Write the reading's marks, without its text, as one compact line."""
    return json.dumps(_marks_to_lists(reading), ensure_ascii=False, separators=(",", ":"))


def marks_from_json(text: str) -> Marks:
    """Restore the marks that `marks_to_json` wrote."""
    return _marks_from_lists(json.loads(text))


def write_frame(stream: BinaryIO, frame: bytes) -> None:
    """Send one encoded message, its length first."""
    stream.write(_LENGTH.pack(len(frame)))
    stream.write(frame)
    stream.flush()


def encode_frame(message: Mapping[str, Any]) -> bytes:
    """Write a message as bytes; file names that are no Unicode survive."""
    text = json.dumps(message, ensure_ascii=False, separators=(",", ":"))
    return text.encode("utf-8", "surrogatepass")


def read_frame(stream: BinaryIO) -> dict[str, Any] | None:
    """Receive the next message; None where the other side ended, ValueError for anything else."""
    head = stream.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        return None
    (length,) = _LENGTH.unpack(head)
    if length > _LARGEST_FRAME:
        raise ValueError(f"a message of {length} bytes is over {_LARGEST_FRAME}")
    frame = stream.read(length)
    if len(frame) < length:
        return None
    message = json.loads(frame.decode("utf-8", "surrogatepass"))
    if not isinstance(message, dict):
        raise ValueError(f"a message is a {type(message).__name__}, not an object")
    return message


def _marks_to_lists(reading: Reading) -> dict[str, list[Any]]:
    return {
        "headings": [[mark.start, mark.end, mark.level, mark.title] for mark in reading.headings],
        "landmarks": [
            [mark.kind, mark.start, mark.number, mark.label] for mark in reading.landmarks
        ],
        "tables": [[mark.start, mark.end, mark.header_end] for mark in reading.tables],
        "silent_pages": list(reading.silent_pages),
    }


def _marks_from_lists(values: Mapping[str, Any]) -> Marks:
    return {
        "headings": tuple(Heading(*mark) for mark in values["headings"]),
        "landmarks": tuple(Landmark(*mark) for mark in values["landmarks"]),
        "tables": tuple(Table(*mark) for mark in values["tables"]),
        "silent_pages": tuple(values["silent_pages"]),
    }
