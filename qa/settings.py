"""Settings: read once from the environment, then passed along."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from platformdirs import user_data_path

from index import DEFAULT_MODEL
from qa.confidence import THRESHOLD
from qa.errors import SettingsError

READER = "reader"
"""The re-ranker that is bundled."""

NO_RERANKER = "off"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What can be set, each by `PINCITE_` and its name in capitals.

    `library` is the folder of the library; `model` the embedding model's name or
    path; `reranker` "reader", "off", or a CrossEncoder's name
    or path, and unless it is set the reader, if it is of that model; `encoding` the tiktoken
    encoding that passages are measured with; `threshold` the confidence below which
    there is no answer; `read_seconds` how long reading one file may take; `host` and
    `port` where the server listens; `password` what it asks for, or a hash of it,
    needed beyond this machine.
    """

    library: Path = field(default_factory=lambda: user_data_path("pincite", appauthor=False))
    model: str = DEFAULT_MODEL
    reranker: str | None = None
    encoding: str = "cl100k_base"
    threshold: float = THRESHOLD
    read_seconds: float = 60.0
    host: str = "127.0.0.1"
    port: int = 8000
    password: str = field(default="", repr=False)

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> "Settings":
        """Settings from `PINCITE_*`; empty values count as not set.

        Raises `SettingsError` for a value that cannot be used.
        """
        values: dict[str, object] = {}
        for name, read in _READERS.items():
            variable = f"PINCITE_{name.upper()}"
            if text := environment.get(variable, "").strip():
                try:
                    values[name] = read(text)
                except ValueError as error:
                    msg = f"{variable}={text!r} cannot be used: {error}"
                    raise SettingsError(msg) from error
        return cls(**values)  # type: ignore[arg-type]  # each reader returns its field's type


def _reranker(text: str) -> str:
    """A word of ours in any case, or a model's name or path as it is."""
    return text.casefold() if text.casefold() in {READER, NO_RERANKER} else text


def _fraction(text: str) -> float:
    return _within(text, 0.0, 1.0, "a number from 0 to 1")


def _seconds(text: str) -> float:
    return _within(text, 1.0, 3600.0, "a number of seconds from 1 to 3600")


def _port(text: str) -> int:
    return int(_within(text if text.isdecimal() else "", 1, 65535, "a port from 1 to 65535"))


def _within(text: str, least: float, most: float, wanted: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not least <= value <= most:
        raise ValueError(f"it must be {wanted}")
    return value


_READERS: Mapping[str, Callable[[str], object]] = {
    "library": lambda text: Path(text).expanduser(),
    "model": str,
    "reranker": _reranker,
    "encoding": str,
    "threshold": _fraction,
    "read_seconds": _seconds,
    "host": str,
    "port": _port,
    "password": str,
}
