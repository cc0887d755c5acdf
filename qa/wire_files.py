"""Files as plain values: how each ended, and the document that it gave."""

# Python 3.11's own cannot be turned into a JSON schema.
from typing_extensions import TypedDict

from index import FileRecord, FileState


class FileJson(TypedDict):
    """A file that was looked at, how it ended, and the document that it gave, if it did.

    `citation_key` names the document in what a writer cites.
    """

    id: str | None
    title: str
    author: str | None
    date: str | None
    tags: list[str]
    source: str
    media_type: str | None
    state: FileState
    reason: str
    passages: int
    pages_without_text: list[int]
    citation_key: str | None
    link: str | None


def file_json(file: FileRecord) -> FileJson:
    """A file as plain values."""
    return {
        "id": file.document,
        "title": file.title,
        "author": file.author,
        "date": file.date,
        "tags": list(file.tags),
        "source": file.source,
        "media_type": file.media_type,
        "state": file.state,
        "reason": file.reason,
        "passages": file.passages,
        "pages_without_text": list(file.silent_pages),
        "citation_key": file.citation_key or None,
        "link": f"/d/{file.document}" if file.document else None,
    }
