"""What is shown to writers is run, command by command, and must end as it is shown."""

import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pypdfium2
import pytest
from conftest import SEEDS, Pincite

ROOT = Path(__file__).parents[1]
GUIDE = (ROOT / "docs" / "writers.md").read_text(encoding="utf-8")
README = (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A current folder with what the guide needs of the project's."""
    shutil.copytree(SEEDS, tmp_path / "seeds")
    shutil.copytree(ROOT / "docs" / "writers", tmp_path / "docs" / "writers")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")
    return tmp_path


def commands(text: str) -> list[tuple[list[str], str]]:
    """The commands of a text in order, each with what is shown of its output."""
    blocks = re.findall(r"```console\n(.*?)```", text, re.DOTALL)
    found = []
    for block in blocks:
        for command, told in re.findall(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", block, re.MULTILINE):
            found.append((shlex.split(command), told))
    return found


def assert_shown(told: str, output: str) -> None:
    """The output has what is shown, in order; … stands for what is left out."""
    lines = [line.rstrip() for line in output.splitlines()]
    place = 0
    for part in re.split(r"^…$", told, flags=re.MULTILINE):
        wanted = part.strip("\n").splitlines()
        starts = range(place, len(lines) - len(wanted) + 1)
        found = next((n for n in starts if lines[n : n + len(wanted)] == wanted), None)
        assert found is not None, (part, output)
        place = found + len(wanted)


def test_the_guide_runs_as_written(here: Path, pincite: Pincite) -> None:
    library = here / "column.pincite"

    def named(word: str) -> str:
        return word.replace("/tmp/column", str(here / "column"))

    for (program, *words), told in commands(GUIDE):
        given = [named(word) for word in words]
        if program == "pincite":
            kept = given[given.index(">") + 1] if ">" in given else None
            done = pincite(*(given[: given.index(">")] if kept else given))
            assert done.err == ""
            if kept:
                Path(kept).write_text(done.out, encoding="utf-8")
            assert_shown(told, done.out.replace(f"{here}/", ""))
        elif program.endswith("python"):
            subprocess.run([sys.executable, *given], check=True, timeout=240)

    assert library.is_dir()
    pdf = pypdfium2.PdfDocument(here / "column.pdf")
    text = " ".join(pdf[0].get_textpage().get_text_range().split())
    assert "if a nation is not afraid of threats by bullies" in text
    assert "1The Pincite authors, Iran and the Return of Sanctions (Pincite, 2018)." in text


def test_the_column_in_the_readme_is_judged_as_shown(
    here: Path, pincite: Pincite, monkeypatch: pytest.MonkeyPatch
) -> None:
    # What supports a claim is for the real model to find.
    monkeypatch.delenv("PINCITE_MODEL")
    monkeypatch.delenv("PINCITE_THRESHOLD")
    section = README.partition("### Check a draft")[2].partition("\n### ")[0]
    (add, _), (check, told) = commands(section)

    assert pincite(*add[1:]).status == 0
    done = pincite(*check[1:])

    assert done.status == 1
    assert_shown(told, done.out.replace(f"{here}/", ""))
