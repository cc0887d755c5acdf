"""Titles as English capitalises them."""

import re

_STOP = frozenset(
    "a about an and as at but by c ca d de down et for from in into nor of on onto or over so the "
    "till to up van via von with yet".split()
)
_WORD = re.compile(r"[^\W_]+(?:[’'][^\W_]+)*")
_BEGINS = re.compile(r"[:?!.]\s*[\s“‘\"'(\[]*$")


def title_case(title: str) -> str:
    """The title with its words capitalised, but for small ones and those that have capitals."""
    return _WORD.sub(_cased, title)


def _cased(match: re.Match[str]) -> str:
    word, text = match[0], match.string
    before, after = text[: match.start()], text[match.end() :]
    if any(sign.isupper() for sign in word):
        return word
    begins = not _WORD.search(before) or _BEGINS.search(before) is not None
    # “e-book” keeps its letter small, and so does “half-and-half” its “and”.
    letter = len(word) == 1 and after.startswith("-")
    if letter or (word in _STOP and not begins):
        return word
    return word[0].upper() + word[1:]
