"""From the file of a library of references to its entries."""

import re
from collections.abc import Callable
from pathlib import Path

from index.errors import PinciteError
from index.reading.encodings import decode
from index.references.bibtex import read_bibtex
from index.references.csl_json import read_csl_json
from index.references.entries import Entry, References, Trouble, sound, without_twins
from index.references.ris import read_ris

_Reader = Callable[[str], tuple[list[Entry], list[Trouble]]]

_READERS: dict[str, _Reader] = {
    ".bib": read_bibtex,
    ".bibtex": read_bibtex,
    ".ris": read_ris,
    ".json": read_csl_json,
}


def load_references(path: Path) -> References:
    """Read a library of references: BibTeX, RIS or CSL-JSON, by its name or else by its content.

    Raises `PinciteError` where nothing in it can be read.
    """
    try:
        text = decode(path.read_bytes()).replace("\r\n", "\n").replace("\r", "\n")
    except OSError as error:
        reason = error.strerror or error
        raise PinciteError(f"the bibliography {str(path)!r} cannot be opened: {reason}") from error
    read = _READERS.get(path.suffix.lower()) or _guessed(text)
    try:
        entries, troubles = read(text)
    except (ValueError, RecursionError) as error:
        msg = f"the bibliography {str(path)!r} cannot be read: {error}"
        raise PinciteError(msg) from error
    checked = []
    for entry in entries:
        kept, wrong = sound(entry)
        checked.append(kept)
        troubles += wrong
    found, repeats = without_twins(checked)
    troubles = sorted([*troubles, *repeats], key=lambda trouble: trouble.line)
    if not found:
        why = f" (line {troubles[0].line}: {troubles[0].what})" if troubles else ""
        msg = (
            f"the bibliography {str(path)!r} has no entry that can be read{why}; "
            "give BibTeX (.bib), RIS (.ris) or CSL-JSON (.json)"
        )
        raise PinciteError(msg)
    return References(path.name, tuple(found), tuple(troubles))


def _guessed(text: str) -> _Reader:
    if re.search(r"^\ufeff?TY  -", text, re.MULTILINE):
        return read_ris
    return read_csl_json if text.lstrip("\ufeff \t\n")[:1] in ("[", "{") else read_bibtex
