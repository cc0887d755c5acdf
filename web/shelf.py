"""The library as a page: every file, how it ended, and what can be done with it."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import cast, get_args
from urllib.parse import urlencode

from flask import Blueprint, render_template, request

from index import FileRecord, FileState
from web.finding import found_files
from web.intake import watched_folders
from web.state import current_library, current_removals, current_uploads
from web.words import file_name

shelf = Blueprint("shelf", __name__)

STATES: tuple[str, ...] = get_args(FileState)
_A_PAGE = 100


@dataclass(frozen=True, slots=True)
class Shown:
    """The files of one page of the list: those found, sorted by title, from `start` on."""

    files: list[FileRecord]
    found: int
    start: int

    @property
    def next(self) -> int | None:
        """Where the next page starts, if there is one."""
        end = self.start + len(self.files)
        return end if end < self.found else None


@shelf.get("/library")
def show() -> str:
    """The files that hold the words looked for, by title, author, name or tag."""
    find = request.args.get("find", "")
    state = request.args.get("state", "")
    start = max(0, request.args.get("start", 0, type=int))
    files = current_library().files()
    # A state that there is not has no files.
    shown = _shown(found_files(files, find, cast("FileState", state) if state else None), start)
    further = {"find": find, "state": state, "start": str(shown.next)}
    return render_template(
        "library.html",
        documents=sum(bool(file.document) for file in files),
        total=len(files),
        shown=shown,
        find=find,
        state=state,
        states=STATES,
        largest=current_uploads().largest,
        watched=watched_folders(),
        undo_seconds=current_removals().seconds,
        is_upload=lambda source: current_uploads().hold(Path(source)),
        more=f"?{urlencode(further)}" if shown.next is not None else None,
    )


def _shown(files: Sequence[FileRecord], start: int) -> Shown:
    found = sorted(files, key=lambda file: (file.title or file_name(file.source)).casefold())
    return Shown(found[start : start + _A_PAGE], len(found), start)
