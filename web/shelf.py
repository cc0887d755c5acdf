"""The library as a page: every file, how it ended, and what can be done with it."""

from dataclasses import dataclass
from urllib.parse import urlencode

from flask import Blueprint, render_template, request

from index import FileRecord
from web.state import current_library
from web.words import file_name

shelf = Blueprint("shelf", __name__)

STATES = ("indexed", "skipped", "failed", "removed")
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
    shown = _shown(files, find, state, start)
    further = {"find": find, "state": state, "start": str(shown.next)}
    return render_template(
        "library.html",
        documents=sum(bool(file.document) for file in files),
        total=len(files),
        shown=shown,
        find=find,
        state=state,
        states=STATES,
        more=f"?{urlencode(further)}" if shown.next is not None else None,
    )


def _shown(files: list[FileRecord], find: str, state: str, start: int) -> Shown:
    words = find.casefold().split()
    found = [
        file
        for file in files
        if (not state or file.state == state) and all(word in _about(file) for word in words)
    ]
    found.sort(key=lambda file: (file.title or file_name(file.source)).casefold())
    return Shown(found[start : start + _A_PAGE], len(found), start)


def _about(file: FileRecord) -> str:
    parts = (file.title, file.author or "", file.date or "", file.source, " ".join(file.tags))
    return "\n".join(parts).casefold()
