"""What the writers of sample documents share: the author, a small markup, a plain archive."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple
from zipfile import ZIP_STORED, ZipFile, ZipInfo

AUTHOR = "The Pincite authors"

_LEVELS = {"# ": 1, "## ": 2, "- ": -1}


class Block(NamedTuple):
    """A paragraph (level 0), a heading (level 1 or 2) or a list item (level -1)."""

    level: int
    text: str


def blocks(source: str) -> Iterator[Block]:
    """Yield the headings, paragraphs and list items of our small markup."""
    for chunk in re.split(r"\n\n|\n(?=- )", source.strip()):
        text = one_line(chunk)
        mark = next((mark for mark in _LEVELS if text.startswith(mark)), "")
        yield Block(_LEVELS.get(mark, 0), text.removeprefix(mark))


def one_line(text: str) -> str:
    """Join the lines of a paragraph."""
    return " ".join(text.split())


def write_archive(target: Path, parts: Mapping[str, bytes]) -> None:
    """Write a ZIP file whose bytes depend on its parts alone.

    Nothing is compressed: compressed bytes differ from one zlib to another.
    """
    with ZipFile(target, "w", ZIP_STORED) as archive:
        for name, content in parts.items():
            entry = ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
            entry.create_system = 0  # the same on every operating system
            archive.writestr(entry, content)
