"""A citation as Pandoc reads it in Markdown: `[@key, p. 12]`."""

import re
from collections.abc import Sequence

from qa.styles.markup import escaped
from qa.styles.rich import joined, nested
from qa.styles.source import Pin

_PLAIN_KEY = re.compile(r"[^\W_](?:[\w]|[:.#$%&+?<>~/-](?=[^\W_]))*|\*")
_NUMBERS = re.compile(r"\d+(?:[-–]\d+)?")
_LABELS = {
    "page": ("p.", "pp."),
    "section": ("sec.", "secs."),
    "line": ("line", "lines"),
    "paragraph": ("para.", "paras."),
}


def pandoc_citation(key: str, pins: Sequence[Pin]) -> str:
    """`[@key, p. 12]`, the locator in braces where Pandoc would not know where it ends."""
    named = f"@{key}" if _PLAIN_KEY.fullmatch(key) else f"@{{{key}}}"
    if not pins:
        return f"[{named}]"
    first, *rest = pins
    if first.label not in _LABELS or _is_name(first):
        # Pandoc has no such label, or would look for numbers in the name: so it is a suffix.
        return f"[{named}, {joined(map(_said, pins))}]"
    if _NUMBERS.fullmatch(first.value):
        place = _said(first).replace("–", "-")
    else:
        place = f"{{{_said(first)}}}"
    return f"[{named}, {joined([place, *map(_said, rest)])}]"


def _said(pin: Pin) -> str:
    # Without braces, which Pandoc counts.
    value = escaped(" ".join(pin.value.replace("{", "(").replace("}", ")").split()))
    if pin.label == "part":
        return value
    if _is_name(pin):
        return f"{'under' if pin.label == 'section' else pin.label} “{nested(value)}”"
    one, several = _LABELS.get(pin.label, (pin.label, f"{pin.label}s"))
    return f"{several if pin.several else one} {value}"


def _is_name(pin: Pin) -> bool:
    return pin.label == "sheet" or (pin.label == "section" and pin.named)
