"""The database's folder may be named, damaged or read-only in any way."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import WordEmbedder

from index import Library, LibraryDamaged, add_files, find_files, token_counter

ROOT = Path(__file__).parents[1]


def open_library(folder: Path, *, create: bool = False) -> Library:
    return Library.open(folder, embedder=WordEmbedder(), count=token_counter(), create=create)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "a.txt").write_text("Zebras are shy.")
    return folder


@pytest.mark.parametrize("name", ["a b", "a?b=c", "%41", "a#b", "ümläut", "😀", "'quoted'"])
def test_the_folder_may_have_any_name(tmp_path: Path, folder: Path, name: str) -> None:
    with open_library(tmp_path / name, create=True) as library:
        assert [one.state for one in add_files(library, find_files([folder]), seconds=60)] == [
            "indexed"
        ]
    with open_library(tmp_path / name) as library:
        assert library.passage_count() == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([name, "folder"])


def test_an_empty_database_file_is_damage(tmp_path: Path) -> None:
    (tmp_path / "library.sqlite").write_bytes(b"")

    with pytest.raises(LibraryDamaged):
        open_library(tmp_path)


ASK = """
import os, sys
from pathlib import Path
from conftest import WordEmbedder
from index import Library, PinciteError, token_counter
if os.getuid() == 0:
    os.setgid(65534)
    os.setuid(65534)
try:
    Library.open(Path(sys.argv[1]), embedder=WordEmbedder(), count=token_counter()).close()
except PinciteError as error:
    print(type(error).__name__)
"""


@pytest.fixture
def shared_folder(tmp_path: Path) -> Path:
    """A folder that another user can reach but not write."""
    for above in (tmp_path, *tmp_path.parents[:2]):
        above.chmod(0o755)
    place = tmp_path / "library"
    place.mkdir(mode=0o755)
    return place


def ask_read_only(place: Path) -> str:
    for path in place.iterdir():
        path.chmod(0o444)
    place.chmod(0o555)
    try:
        return subprocess.run(
            [sys.executable, "-c", ASK, str(place)],
            env={**os.environ, "PYTHONPATH": os.pathsep.join(map(str, (ROOT, ROOT / "tests")))},
            capture_output=True,
            text=True,
            timeout=120,
            check=True,
        ).stdout.strip()
    finally:
        place.chmod(0o755)


def test_a_read_only_library_that_was_killed_is_refused_rather_than_half_read(
    shared_folder: Path, folder: Path, tmp_path: Path
) -> None:
    with open_library(tmp_path / "live", create=True) as library:
        list(add_files(library, find_files([folder]), seconds=60))
        # As a killed process leaves it: what was written is in the log beside the database.
        for name in ("library.sqlite", "library.sqlite-wal"):
            shutil.copy(tmp_path / "live" / name, shared_folder)

    assert (shared_folder / "library.sqlite-wal").stat().st_size > 0
    assert ask_read_only(shared_folder) == "LibraryNotWritable"
