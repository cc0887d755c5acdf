"""Finding files by the words of what is known of them, for the page and for programs."""

from collections.abc import Sequence

from index import FileRecord, FileState, folded


def found_files(
    files: Sequence[FileRecord], words: str, state: FileState | None
) -> list[FileRecord]:
    """Those in that state, or in any, that hold each word; case and accents make no difference.

    Looked at are title, author, date, path and tags.
    """
    sought = folded(words).split()
    return [
        file
        for file in files
        if state in (None, file.state) and all(word in _about(file) for word in sought)
    ]


def _about(file: FileRecord) -> str:
    parts = (file.title, file.author or "", file.date or "", file.source, *file.tags)
    return folded(" ".join(parts))
