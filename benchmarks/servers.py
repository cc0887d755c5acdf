"""A server of ours in a process of its own, which may end and begin again."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from urllib.error import URLError
from urllib.request import urlopen

_PATIENCE = 120.0
_SERVE = ("-c", "from web.cli import main; main()")


class Server:
    """`pincite serve` over a library, at an address that stays the same; as a context, running.

    `program` is what Python runs in its place, `environment` is set for it besides.
    """

    def __init__(
        self,
        library: Path,
        *,
        program: Sequence[str] = _SERVE,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        with socket.create_server(("127.0.0.1", 0)) as trial:
            port = trial.getsockname()[1]
        self.address = f"http://127.0.0.1:{port}"
        options = ["serve", "--port", str(port), "--library", str(library)]
        self._command = [sys.executable, *program, *options]
        self._environment = {**os.environ, "HF_HUB_OFFLINE": "1", **(environment or {})}
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> "Server":
        self.begin()
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self.end(signal.SIGTERM)

    def begin(self) -> None:
        """Start it; returns as soon as it answers."""
        self._process = subprocess.Popen(  # noqa: S603  # our own server
            self._command, env=self._environment, start_new_session=True
        )
        end = time.monotonic() + _PATIENCE
        while self._process.poll() is None and time.monotonic() < end:
            try:
                with urlopen(f"{self.address}/healthz"):  # noqa: S310  # our own server
                    return
            except (URLError, ConnectionError):
                time.sleep(0.1)
        sys.exit("the server did not start; see above")

    def end(self, how: signal.Signals) -> None:
        """Send it a signal and wait for its end; what cannot be caught, to its workers too."""
        if self._process is None:
            return
        if how == signal.SIGKILL:
            os.killpg(self._process.pid, how)
        else:
            self._process.send_signal(how)
        self._process.wait()
        self._process = None
