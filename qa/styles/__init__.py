"""Citations in the formats that writers need."""

from qa.styles.formats import (
    FORMATS,
    Format,
    formatted,
    formatted_html,
    formatted_together,
    key_for,
    note_for,
    references,
)
from qa.styles.items import item_of

__all__ = [
    "FORMATS",
    "Format",
    "formatted",
    "formatted_html",
    "formatted_together",
    "item_of",
    "key_for",
    "note_for",
    "references",
]
