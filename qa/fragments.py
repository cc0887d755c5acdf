"""What a writer may change in a quotation, and the fragments that must stand as they are.

Left out: […], (…), … and their spellings with full stops. In brackets: [sic], a changed
capital ([t]he), a word that was added or replaced ([Zarif] said), an ending (turn[ed]), a
note ([emphasis added]).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

Gap = Literal["beginning", "ellipsis", "brackets"]

_DOTS = r"(?:…|\.\s?\.\s?\.(?:\s?\.)?)"
_SIC = re.compile(r"\s?[\[(]\s*sic!?\s*[\])]", re.IGNORECASE)
_CAPITAL = re.compile(r"\[([^\W\d_])\](?=[^\W_])")
# The numbers of a source's references are its own: [12, 14].
_NUMBERS = r"\[\d{1,3}(?:\s?[,;–-]\s?\d{1,3})*\]"
_GAP = re.compile(
    rf"(?P<ellipsis>\[\s*{_DOTS}\s*\]|\(\s*{_DOTS}\s*\)|{_DOTS})"
    # A word with letters of the writer's: turn[ed], rec[ei]ved.
    r"|[^\W_]+\[[^\W_]{0,6}\][^\W_]*|\[[^\W_]{0,6}\][^\W_]+"
    rf"|(?!{_NUMBERS})\[[^\[\]\n]{{1,80}}\]"
)
_WORD = re.compile(r"\w")


@dataclass(frozen=True, slots=True)
class Fragment:
    """Words that must stand in the source, in their order; `gap` is what comes before them."""

    words: str
    gap: Gap


def fragments(words: str) -> list[Fragment]:
    """The fragments of a quotation; a single one if nothing was left out or put in."""
    return list(_fragments(_CAPITAL.sub(r"\1", _SIC.sub("", words))))


def _fragments(words: str) -> Iterator[Fragment]:
    gap: Gap = "beginning"
    position = 0
    for match in [*_GAP.finditer(words), None]:
        piece = words[position : match.start() if match else None].strip()
        # A comma alone between two gaps is the writer's.
        if _WORD.search(piece):
            yield Fragment(piece, gap)
            gap = "brackets"
        if match is not None:
            if gap != "beginning" and match["ellipsis"]:
                gap = "ellipsis"
            position = match.end()
