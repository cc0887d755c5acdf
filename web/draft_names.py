"""What drafts and reports are called, and which of their names are those of one file."""

import os
from dataclasses import replace
from pathlib import Path

from qa import Draft

STANDARD_INPUT = "standard input"


def readable(text: str) -> str:
    """A text with names of files, whatever bytes those have, that can be written as UTF-8."""
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def shown(draft: Draft) -> Draft:
    """The draft by a name that can be shown anywhere."""
    return replace(draft, name=readable(draft.name))


def identity(name: str) -> tuple[object, ...]:
    """The same for all names of a file, through links too, and whether or not it is there."""
    try:
        of = Path(name).stat()
    except OSError:
        return (os.path.realpath(name),)
    return (of.st_dev, of.st_ino)
