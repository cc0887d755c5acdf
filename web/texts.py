"""The page's words, in one file a language."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

_FOLDER = Path(__file__).parent / "texts"


def say(name: str, /, **values: object) -> str:
    """A text by its name ("ask.button"), with values put in.

    Texts that depend on a number have two forms; `count` chooses. Raises
    `KeyError` for a name that is not there.
    """
    found = _texts("en")
    for part in name.split("."):
        found = found[part]
    if isinstance(found, dict):
        found = found["one" if values["count"] == 1 else "other"]
    return str(found).format(**values)


@cache
def _texts(language: str) -> Any:  # nested tables of texts
    return tomllib.loads((_FOLDER / f"{language}.toml").read_text(encoding="utf-8"))
