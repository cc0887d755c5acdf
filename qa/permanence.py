"""Permanent links: they find their quote again after the document was read anew."""

from dataclasses import dataclass
from typing import Literal

from index import Document
from qa.fingerprints import fingerprint, nearest_run

State = Literal["unchanged", "moved", "gone"]


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """Where a quote stands now, the characters start:end; 0 and 0 where it is gone."""

    state: State
    start: int = 0
    end: int = 0


def permanent_link(document: Document, start: int, end: int) -> str:
    """The path, on our own server, that finds document.text[start:end] again."""
    return f"/d/{document.id}/{start}-{end}-{fingerprint(document.text, start, end)}"


def found_again(document: Document, start: int, end: int, fingerprinted: str) -> Whereabouts:
    """Where the words of a fingerprint, once at start:end, stand in the document now.

    Of several places the nearest to the old one counts. What is no fingerprint is gone.
    """
    text = document.text
    if 0 <= start < end <= len(text) and fingerprint(text, start, end) == fingerprinted:
        return Whereabouts("unchanged", start, end)
    run = nearest_run(text, fingerprinted, start)
    return Whereabouts("moved", *run) if run else Whereabouts("gone")
