"""Find the Chromium that shows the pages to the tests, or get one.

`make test` runs it first. Debian's package comes before Playwright's own download.
"""

import os
import shutil
import subprocess
import sys

from playwright.sync_api import Playwright, sync_playwright

# A download over a slow line takes its time; one that hangs must not hold the tests up for ever.
_PATIENCE = 600.0


def find_chromium(playwright: Playwright) -> str | None:
    """The path of the Chromium on the PATH, or else of the one that Playwright has downloaded."""
    downloaded = playwright.chromium.executable_path
    return _on_the_path() or (downloaded if _starts(downloaded) else None)


def main() -> None:
    """Say nothing where there is a browser; otherwise get one, and say how that ended."""
    if _is_there() or _get_from_debian() or _get_from_playwright():
        return
    print(
        "No Chromium could be had: the tests of the page will be skipped. Install one, such as "
        "Debian's package `chromium`.",
        file=sys.stderr,
    )


def _on_the_path() -> str | None:
    found = [shutil.which(name) for name in ("chromium", "chromium-browser")]
    return next((path for path in found if path and _starts(path)), None)


def _starts(path: str) -> bool:
    # Ubuntu's `chromium-browser` may be a hint at a snap, and a download may lack libraries.
    try:
        return subprocess.run([path, "--version"], capture_output=True, timeout=60).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def _is_there() -> bool:
    # Playwright need not be started for one that is on the PATH.
    if _on_the_path():
        return True
    with sync_playwright() as playwright:
        return find_chromium(playwright) is not None


def _get_from_debian() -> bool:
    apt = shutil.which("apt-get")
    if apt is None:
        return False
    as_root: list[str] = []
    if os.geteuid() != 0:
        sudo = shutil.which("sudo")
        if sudo is None or not _run([sudo, "-n", "true"]):
            return False
        as_root = [sudo, "-n", "env", "DEBIAN_FRONTEND=noninteractive"]
    print("There is no Chromium here: installing the system's package with apt-get.", flush=True)
    _run([*as_root, apt, "update", "-qq"])
    install = [apt, "install", "-qq", "-y", "--no-install-recommends", "chromium"]
    return _run([*as_root, *install]) and _on_the_path() is not None


def _get_from_playwright() -> bool:
    print("There is no Chromium here: downloading Playwright's own.", flush=True)
    return _run([sys.executable, "-m", "playwright", "install", "chromium"]) and _is_there()


def _run(command: list[str]) -> bool:
    """Whether a command succeeds; what it says is shown only where it fails."""
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    try:
        ended = subprocess.run(
            command, env=environment, capture_output=True, text=True, timeout=_PATIENCE
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        print(error, file=sys.stderr)
        return False
    if ended.returncode:
        print((ended.stderr or ended.stdout).strip()[-1000:], file=sys.stderr)
    return ended.returncode == 0


if __name__ == "__main__":
    main()
