"""What every command is given: its settings."""

import os
from collections.abc import Callable
from dataclasses import replace
from functools import wraps
from pathlib import Path
from typing import Any

import click

from qa import Settings


def with_settings(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command its settings, with `--library` over the environment's."""

    @click.option(
        "--library",
        type=click.Path(path_type=Path, file_okay=False),
        metavar="DIR",
        help="The library's folder (default: PINCITE_LIBRARY, else your data folder).",
    )
    @wraps(command)
    def run(*args: Any, library: Path | None, **options: Any) -> None:
        settings = Settings.from_environment(os.environ)
        if library is not None:
            settings = replace(settings, library=library)
        command(settings, *args, **options)

    return run
