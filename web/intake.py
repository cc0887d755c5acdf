"""Bringing documents in and taking them out over HTTP."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, BinaryIO, cast

from flask import Blueprint, Response, abort, jsonify, request
from typing_extensions import TypedDict
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.formparser import FormDataParser
from werkzeug.wsgi import get_input_stream

from index import unread_format
from web.jobs import Job, JobState
from web.operations import Operation, describes
from web.problems import problem
from web.state import current_jobs, current_removals, current_uploads, current_watcher
from web.uploads import Incoming, TooLarge

intake = Blueprint("intake", __name__)


class UploadJson(TypedDict):
    """A file on its way into the library; `progress` is the share of its passages embedded."""

    id: str
    name: str
    bytes: int
    state: JobState
    reason: str
    progress: float
    passages: int
    embedded: int
    pages_without_text: list[int]
    document: str | None
    link: str | None


class TakenJson(TypedDict):
    """What was sent, in its order."""

    schema: int
    jobs: list[UploadJson]


class LimitsJson(TypedDict):
    """The most bytes a file may have, and the most files a request."""

    bytes: int
    files: int


class WatchedJson(TypedDict):
    """A folder that is watched; `left` of its files are yet to be looked at."""

    folder: str
    there: bool
    left: int


class UploadsJson(TakenJson):
    """All uploads since the server started, and the watched folders."""

    limits: LimitsJson
    watched: list[WatchedJson]


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


_FILES = {
    "type": "object",
    "properties": {
        "files": {"type": "array", "items": {"type": "string", "format": "binary"}, "minItems": 1}
    },
    "required": ["files"],
}

MOST_FILES = 100
_MOST_UNFINISHED = 1000
# The parser counts what it holds of a file at once as well.
_MOST_FIELD_BYTES = 2**20
# So much of what is refused is read to its end, as a browser shows no answer before.
_MOST_DRAINED = 2**30
_MIB = 2**20


@intake.post("/api/uploads")
@describes(
    Operation(
        summary="Send files to be added",
        tag="uploads",
        upload=_FILES,
        answers=TakenJson,
        status=202,
        problems=(503, 507),
    )
)
def upload() -> Response | tuple[Response, int]:
    """Take files in; they are added to the library one after another, from now on."""
    if request.mimetype != "multipart/form-data":
        detail = (
            f"the body must be multipart/form-data with a file in each field 'files', not "
            f"{request.mimetype or 'untyped'}"
        )
        return problem(415, "Unsupported Media Type", detail)
    jobs = current_jobs()
    if sum(not job.ended for job in jobs.all()) >= _MOST_UNFINISHED:
        detail = f"{_MOST_UNFINISHED:,} files are waiting; send more when some are done"
        return _later(detail)
    if not current_uploads().turns.acquire(blocking=False):
        return _later("other files are being sent; send this one in a moment")
    try:
        with _received() as files:
            refusals = [_refusal(file) for file in files]
            kept = current_uploads().keep(files)
    except TooLarge as error:
        return _too_large(
            f"{str(error)!r} is larger than the {_largest()} that one file may have; split it"
        )
    except RequestEntityTooLarge:
        detail = (
            f"the request has more than {MOST_FILES} files, or something large that is no file; "
            "send the files in several requests"
        )
        return _too_large(detail)
    except ValueError as error:
        return problem(400, "Bad Request", f"the body is no multipart/form-data ({error})")
    except OSError as error:
        detail = f"the files cannot be kept: {error.strerror or error}; free some space"
        return problem(507, "Insufficient Storage", detail)
    finally:
        current_uploads().turns.release()
    if not kept:
        detail = "there is no file in the request; send each as a field 'files' with its name"
        return problem(422, "Nothing was sent", detail)
    added = [jobs.upload(path, refusal) for path, refusal in zip(kept, refusals, strict=True)]
    return jsonify({"schema": 1, "jobs": [_job(job) for job in added]}), 202


@intake.get("/api/uploads")
@describes(Operation(summary="List uploads", tag="uploads", answers=UploadsJson))
def uploads() -> Response:
    """Every upload and how far it is, the limits, and the folders that are watched."""
    watcher = current_watcher()
    jobs = current_jobs()
    return jsonify(
        {
            "schema": 1,
            "jobs": [_job(job) for job in jobs.all()],
            "limits": {"bytes": current_uploads().largest, "files": MOST_FILES},
            "watched": [
                {"folder": str(folder), "there": there, "left": jobs.left(folder)}
                for folder, there in (watcher.state() if watcher else {}).items()
            ],
        }
    )


@intake.get("/api/uploads/<job_id>")
@describes(Operation(summary="One upload", tag="uploads", answers=UploadJson))
def one_upload(job_id: str) -> Response:
    """How far one upload is."""
    return jsonify(_job(current_jobs().get(job_id) or _no_upload(job_id)))


@intake.delete("/api/uploads/<job_id>")
@describes(
    Operation(summary="Cancel an upload", tag="uploads", answers=UploadJson, problems=(409,))
)
def cancel(job_id: str) -> Response:
    """Give an upload up before it is a document; nothing of it is kept.

    One that failed, was skipped or cancelled leaves the list.
    """
    before = current_jobs().get(job_id) or _no_upload(job_id)
    if before.ended and before.state != "done":
        current_jobs().dismiss(job_id)
        return jsonify(_job(before))
    job = current_jobs().cancel(job_id) or _no_upload(job_id)
    if job.state == "cancelled":
        return jsonify(_job(job))
    where = f": DELETE /api/documents/{job.document}" if job.document else ""
    detail = f"{job.path.name!r} is in the library by now; remove the document instead{where}"
    return problem(409, "Too late to cancel", detail)


@intake.delete("/api/documents/<document_id>")
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


@intake.post("/api/documents/<document_id>/restore")
@describes(Operation(summary="Restore a document", tag="documents", answers=RestoredJson))
def restore(document_id: str) -> Response:
    """Put a document back that was removed a short while ago."""
    if not current_removals().restore(document_id):
        detail = (
            f"the document {document_id!r} was not removed in the last "
            f"{current_removals().seconds:g} seconds; add its file again"
        )
        return problem(404, "Not Found", detail)
    return jsonify({"schema": 1, "id": document_id, "link": f"/d/{document_id}"})


@contextmanager
def _received() -> Iterator[list[Incoming]]:
    """The files of the request, on the disk; those that are not kept are deleted in the end."""
    files: list[Incoming] = []

    def receive(*_sizes: object, filename: str | None = None, **_more: object) -> BinaryIO:
        files.append(current_uploads().receive(filename or ""))
        # The parser does no more with it than `Incoming` can.
        return cast("BinaryIO", files[-1])

    stream = get_input_stream(request.environ)
    parser = FormDataParser(
        stream_factory=cast("Any", receive),
        max_form_memory_size=_MOST_FIELD_BYTES,
        max_form_parts=MOST_FILES,
        silent=False,
    )
    try:
        parser.parse(
            stream, request.mimetype, request.content_length, dict(request.mimetype_params)
        )
        yield files
    except (TooLarge, RequestEntityTooLarge):
        _drain(stream)
        raise
    finally:
        for file in files:
            current_uploads().drop(file)


def _drain(stream: Any) -> None:  # werkzeug's type for a stream is its own
    left = _MOST_DRAINED
    while left > 0 and (block := stream.read(_MIB)):
        left -= len(block)


def _refusal(file: Incoming) -> str | None:
    """Why a file will not be read, where its first bytes say so for certain."""
    with file.path.open("rb") as received:
        return unread_format(received.read(1024))


def _largest() -> str:
    return f"{current_uploads().largest / _MIB:,.0f} MiB"


def _too_large(detail: str) -> Response:
    return problem(413, "Content Too Large", detail)


def _later(detail: str) -> Response:
    refusal = problem(503, "Service Unavailable", detail)
    refusal.headers["Retry-After"] = "2"
    return refusal


def _no_upload(job_id: str) -> Job:
    abort(404, f"there is no upload {job_id!r}; the server may have been started anew since")


def _job(job: Job) -> UploadJson:
    return {
        "id": job.id,
        "name": job.path.name,
        "bytes": job.size,
        "state": job.state,
        "reason": job.reason,
        "progress": round(job.progress, 3),
        "passages": job.passages,
        "embedded": job.embedded,
        "pages_without_text": list(job.silent_pages),
        "document": job.document,
        "link": f"/d/{job.document}" if job.document else None,
    }
