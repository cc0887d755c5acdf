"""Which files there are below the paths that a user names."""

import os
from collections.abc import Sequence
from pathlib import Path

from index.errors import PinciteError

SIDECAR = ".meta.json"
LARGEST_FILE = 200 * 2**20


def find_files(paths: Sequence[Path], *, leave_out: Path | None = None) -> list[Path]:
    """The files at and below the paths, absolute and sorted.

    Hidden files, sidecars, and everything below `leave_out` are no documents;
    links to folders are not followed. A path that does not exist is a
    `PinciteError`.
    """
    found: set[Path] = set()
    hidden = absolute(leave_out.expanduser()) if leave_out else None
    for given in paths:
        path = given.expanduser()
        if is_gone(path):
            msg = f"there is no file or folder {str(given)!r}; check the path"
            raise PinciteError(msg)
        if not path.is_dir():
            found.add(absolute(path))
            continue
        # A folder that cannot be listed stands for what is in it, and fails when it is opened.
        for folder, below, names in os.walk(
            absolute(path), onerror=lambda error: found.add(Path(error.filename))
        ):
            here = Path(folder)
            below[:] = [
                name for name in below if not name.startswith(".") and here / name != hidden
            ]
            found.update(
                here / name
                for name in names
                if not name.startswith(".") and not name.endswith(SIDECAR)
            )
    return sorted(found)


def is_left_out(path: Path, top: Path, *, leave_out: Path | None = None) -> bool:
    """Whether `find_files` passes over a path below the folder `top`, going by its name."""
    return (
        path.name.endswith(SIDECAR)
        or any(part.startswith(".") for part in path.relative_to(top).parts)
        or (leave_out is not None and path.is_relative_to(absolute(leave_out.expanduser())))
    )


def described_by(path: Path) -> Path:
    """The file that a sidecar describes; any other path itself."""
    return path.with_name(path.name.removesuffix(SIDECAR) or path.name)


def is_gone(path: Path) -> bool:
    """Whether a file no longer exists; one in a folder that may not be entered may."""
    try:
        return not path.exists()
    except PermissionError:
        return False
    except OSError:
        return True


def absolute(path: Path) -> Path:
    """The path from the root, as the library names its files: links in it are kept."""
    return Path(os.path.abspath(path))  # noqa: PTH100 (resolving would follow links)
