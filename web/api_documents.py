"""The HTTP interface to the documents: how every file ended, one document, its removal."""

from typing import Any, NotRequired

from flask import Blueprint, Response, abort, jsonify
from pydantic import Field
from typing_extensions import TypedDict

from index import FileState
from qa import FileJson, file_json, item_of
from web.addresses import named_document
from web.finding import found_files
from web.operations import Operation, Query, describes
from web.pagination import Cursor, Limit, page_of
from web.state import current_library, current_removals

documents_api = Blueprint("documents_api", __name__)


class DocumentsQuery(Query):
    """Which files to list: all of them, unless something is given."""

    limit: Limit | None = None
    cursor: Cursor = None
    q: str = Field(default="", description="Words of a title, author, date, path or tag.")
    state: FileState | None = Field(default=None, description="How the file ended.")


class WholeDocumentJson(FileJson):
    """A document with what was read of it; `characters` is the length of its text.

    `item` is its CSL-JSON item, whose `id` is its citation key.
    """

    schema: int
    language: str | None
    sha256: str
    characters: int
    item: dict[str, Any]


class UndoJson(TypedDict):
    """Where a removal is undone, and for how many seconds."""

    link: str
    seconds: float


class RemovedJson(TypedDict):
    """A document that was removed."""

    schema: int
    id: str
    title: str
    undo: UndoJson


class RestoredJson(TypedDict):
    """A document that is back."""

    schema: int
    id: str
    link: str


class DocumentsJson(TypedDict):
    """Files by their path; `next` is there if a limit was given: a cursor, null at the end."""

    schema: int
    documents: list[FileJson]
    next: NotRequired[str | None]


@documents_api.get("/api/documents")
@describes(
    Operation(
        summary="Every file that was looked at, and how it ended",
        tag="documents",
        query=DocumentsQuery,
        answers=DocumentsJson,
        etag=True,
    )
)
def documents(query: DocumentsQuery) -> Response:
    """The files, or a page of those that hold the words."""
    found = found_files(current_library().files(), query.q, query.state)
    page, following = page_of(
        query.limit,
        query.cursor,
        kinds=(str,),
        place=lambda file: (file.source,),
        read=lambda most, after: [one for one in found if not after or one.source > after[0]][
            :most
        ],
    )
    told: DocumentsJson = {"schema": 1, "documents": [file_json(one) for one in page]}
    if query.limit is not None:
        told["next"] = following
    return jsonify(told)


@documents_api.get("/api/documents/<document_id>")
@describes(
    Operation(summary="One document", tag="documents", answers=WholeDocumentJson, etag=True)
)
def document(document_id: str) -> Response:
    """What is known of one document, without its text."""
    found = named_document(document_id)
    file = next((one for one in current_library().files() if one.document == document_id), None)
    if file is None:
        abort(404, f"the document {document_id!r} has just been removed")
    told: WholeDocumentJson = {
        "schema": 1,
        **file_json(file),
        "language": found.language,
        "sha256": found.sha256,
        "characters": len(found.text),
        "item": dict(item_of(found)),
    }
    return jsonify(told)


@documents_api.delete("/api/documents/<document_id>")
@describes(Operation(summary="Remove a document", tag="documents", answers=RemovedJson))
def remove(document_id: str) -> Response:
    """Remove a document from all answers, at once; for a while it can be restored."""
    removals = current_removals()
    removed = removals.remove(document_id)
    if removed is None:
        abort(404, f"there is no document {document_id!r} in this library; it may be gone already")
    return jsonify(
        {
            "schema": 1,
            "id": document_id,
            "title": removed.document.name,
            "undo": {
                "link": f"/api/documents/{document_id}/restore",
                "seconds": removals.seconds,
            },
        }
    )


@documents_api.post("/api/documents/<document_id>/restore")
@describes(Operation(summary="Restore a document", tag="documents", answers=RestoredJson))
def restore(document_id: str) -> Response:
    """Put a document back that was removed a short while ago."""
    if not current_removals().restore(document_id):
        abort(
            404,
            f"the document {document_id!r} was not removed in the last "
            f"{current_removals().seconds:g} seconds; add its file again",
        )
    return jsonify({"schema": 1, "id": document_id, "link": f"/d/{document_id}"})
