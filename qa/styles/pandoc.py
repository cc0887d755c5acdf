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
    labels = _LABELS.get(first.label)
    if labels is None:
        # Pandoc has no such label, so it is a suffix, as it is.
        return f"[{named}, {joined([_said(pin) for pin in pins])}]"
    label = labels[1 if first.several else 0]
    if not rest and _NUMBERS.fullmatch(first.value):
        return f"[{named}, {label} {first.value.replace('–', '-')}]"
    held = joined([f"{label} {_named(first)}", *(_said(pin) for pin in rest)])
    return f"[{named}, {{{held}}}]"


def _said(pin: Pin) -> str:
    one, several = _LABELS.get(pin.label, (pin.label, f"{pin.label}s"))
    if pin.label == "part":
        return escaped(_safe(pin.value))
    return f"{several if pin.several else one} {_named(pin)}"


def _named(pin: Pin) -> str:
    value = _safe(pin.value)
    quoted = pin.label in {"section", "sheet"} and pin.named
    return f"“{escaped(nested(value))}”" if quoted else escaped(value)


def _safe(value: str) -> str:
    """Without braces, which Pandoc counts."""
    return " ".join(value.replace("{", "(").replace("}", ")").split())
