"""The HTTP interface to uploads: send files, see how far they are, cancel one."""

from flask import Blueprint, Response, abort, jsonify, request
from typing_extensions import TypedDict
from werkzeug.exceptions import RequestEntityTooLarge

from index import unread_format
from web.job_board import Job, JobState
from web.operations import Operation, describes
from web.problems import later, problem
from web.receiving import MOST_FILES, received
from web.state import current_jobs, current_uploads, current_watcher
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


_FILES = {
    "type": "object",
    "properties": {
        "files": {"type": "array", "items": {"type": "string", "format": "binary"}, "minItems": 1}
    },
    "required": ["files"],
}

_MOST_UNFINISHED = 1000
_MIB = 2**20


@intake.post("/api/uploads")
@describes(
    Operation(
        summary="Send files to be added",
        tag="uploads",
        upload=_FILES,
        answers=TakenJson,
        status=202,
        problems=(408, 503, 507),
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
    if sum(not job.ended for job in jobs.board.all()) >= _MOST_UNFINISHED:
        detail = f"{_MOST_UNFINISHED:,} files are waiting; send more when some are done"
        return later(detail)
    place = current_uploads()
    if not place.turns.acquire(blocking=False):
        return later("other files are being sent; send this one in a moment")
    try:
        with received(request, place) as files:
            refusals = [_refusal(file) for file in files]
            kept = place.keep(files)
    except TooLarge as error:
        return _too_large(
            f"{str(error)!r} is larger than the {place.largest / _MIB:,.0f} MiB that one file may "
            "have; split it"
        )
    except RequestEntityTooLarge:
        detail = (
            f"the request has more than {MOST_FILES} files, or something large that is no file; "
            "send the files in several requests"
        )
        return _too_large(detail)
    except ValueError as error:
        return problem(400, "Bad Request", f"the body is no multipart/form-data ({error})")
    except ConnectionError:
        detail = "the rest of the request did not come; send the files again"
        return problem(408, "Request Timeout", detail)
    except OSError as error:
        detail = f"the files cannot be kept: {error.strerror or error}; free some space"
        return problem(507, "Insufficient Storage", detail)
    finally:
        place.turns.release()
    if not kept:
        detail = "there is no file in the request; send each as a field 'files' with its name"
        return problem(422, "Nothing was sent", detail)
    added = [jobs.upload(path, refusal) for path, refusal in zip(kept, refusals, strict=True)]
    return jsonify({"schema": 1, "jobs": [_job(job) for job in added]}), 202


@intake.get("/api/uploads")
@describes(Operation(summary="List uploads", tag="uploads", answers=UploadsJson))
def uploads() -> Response:
    """Every upload and how far it is, the limits, and the folders that are watched."""
    return jsonify(
        {
            "schema": 1,
            "jobs": [_job(job) for job in current_jobs().board.all()],
            "limits": {"bytes": current_uploads().largest, "files": MOST_FILES},
            "watched": watched_folders(),
        }
    )


def watched_folders() -> list[WatchedJson]:
    """The folders that are watched, and how far each is looked through."""
    watcher, jobs = current_watcher(), current_jobs()
    return [
        {"folder": str(folder), "there": there, "left": jobs.left(folder)}
        for folder, there in (watcher.state() if watcher else {}).items()
    ]


@intake.get("/api/uploads/<job_id>")
@describes(Operation(summary="One upload", tag="uploads", answers=UploadJson))
def one_upload(job_id: str) -> Response:
    """How far one upload is."""
    return jsonify(_job(current_jobs().board.get(job_id) or _no_upload(job_id)))


@intake.delete("/api/uploads/<job_id>")
@describes(
    Operation(summary="Cancel an upload", tag="uploads", answers=UploadJson, problems=(409,))
)
def cancel(job_id: str) -> Response:
    """Give an upload up before it is a document; nothing of it is kept.

    One that failed, was skipped or cancelled leaves the list.
    """
    jobs = current_jobs()
    before = jobs.board.get(job_id) or _no_upload(job_id)
    if before.ended and before.state != "done":
        jobs.board.dismiss(job_id)
        return jsonify(_job(before))
    job = jobs.cancel(job_id) or _no_upload(job_id)
    if job.state == "cancelled":
        return jsonify(_job(job))
    where = f": DELETE /api/documents/{job.document}" if job.document else ""
    detail = f"{job.path.name!r} is in the library by now; remove the document instead{where}"
    return problem(409, "Too late to cancel", detail)


def _refusal(file: Incoming) -> str | None:
    """Why a file will not be read, where its first bytes say so for certain."""
    with file.path.open("rb") as received:
        return unread_format(received.read(1024))


def _too_large(detail: str) -> Response:
    return problem(413, "Content Too Large", detail)


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
