"""Getting the browser that the page's tests need, with stand-ins for the system's programs."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

TOOL = Path(__file__).parents[1] / "tools" / "get_browser.py"

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the stand-ins are shell scripts")


@pytest.fixture
def programs(tmp_path: Path) -> Path:
    """The folder that is the whole PATH: it has no program at first."""
    folder = tmp_path / "bin"
    folder.mkdir()
    return folder


def _program(folder: Path, name: str, script: str) -> None:
    path = folder / name
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


def _get(programs: Path) -> tuple[str, str]:
    """What is said on both channels."""
    environment = {
        **os.environ,
        "PATH": str(programs),
        "PLAYWRIGHT_BROWSERS_PATH": str(programs / "downloaded"),
        # Nobody answers there.
        "PLAYWRIGHT_DOWNLOAD_HOST": "http://127.0.0.1:9",
    }
    ended = subprocess.run(
        [sys.executable, TOOL], env=environment, capture_output=True, text=True, timeout=120
    )
    assert ended.returncode == 0, ended.stderr
    assert "Traceback" not in ended.stderr
    return ended.stdout, ended.stderr


def test_a_browser_that_is_there_is_taken_without_a_word(programs: Path) -> None:
    _program(programs, "chromium", "exit 0")

    assert _get(programs) == ("", "")


def test_the_system_s_package_is_installed_after_its_lists_were_read(programs: Path) -> None:
    asked = programs / "asked"
    _program(programs, "sudo", '[ "$1" = -n ] && shift\n[ "$1" = env ] && shift 2\nexec "$@"')
    _program(programs, "true", "exit 0")
    _program(
        programs,
        "apt-get",
        f'echo "$@" >> {asked}\n[ "$1" = update ] && exit 0\n'
        f"echo '#!/bin/sh' > {programs}/chromium\n/bin/chmod +x {programs}/chromium",
    )

    assert _get(programs) == (
        "There is no Chromium here: installing the system's package with apt-get.\n",
        "",
    )
    assert asked.read_text().splitlines() == [
        "update -qq",
        "install -qq -y --no-install-recommends chromium",
    ]


def test_where_none_can_be_had_that_is_said(programs: Path) -> None:
    _program(programs, "chromium-browser", "echo 'install the snap'; exit 1")
    _program(programs, "sudo", "echo 'a password is required'; exit 1")
    _program(programs, "apt-get", "echo 'no such package'; exit 100")

    said, wrong = _get(programs)

    assert said.endswith("There is no Chromium here: downloading Playwright's own.\n")
    assert "ECONNREFUSED" in wrong
    assert wrong.endswith(
        "No Chromium could be had: the tests of the page will be skipped. Install one, such as "
        "Debian's package `chromium`.\n"
    )
