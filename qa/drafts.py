"""Drafts: what is checked, by the name that it is shown under."""

from dataclasses import dataclass
from pathlib import Path

from index import UnreadableFile, read_manuscript
from qa.errors import DraftError


@dataclass(frozen=True, slots=True)
class Draft:
    """A text to be checked. If it is `converted`, its lines are not those of the file.

    In its file lines end with `line_end`, in the text with a line feed.
    """

    name: str
    text: str
    markdown: bool
    converted: bool = False
    line_end: str = "\n"


def read_draft(path: Path) -> Draft:
    """A draft from a file of Markdown, plain text or Word; raises `DraftError`."""
    try:
        read = read_manuscript(path)
    except IsADirectoryError as error:
        raise DraftError(f"{path} is a folder; give the draft in it") from error
    except FileNotFoundError as error:
        raise DraftError(f"{path} does not exist") from error
    except (OSError, UnreadableFile) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise DraftError(f"{path} cannot be read: {reason}") from error
    return Draft(str(path), read.text, read.markdown, read.converted, read.line_end)
