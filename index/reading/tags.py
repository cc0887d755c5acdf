"""Keywords that files declare, as tags."""

import datetime
import re
from collections.abc import Iterable

from index.reading.draft import clean

_BETWEEN = re.compile(r"[,;、；，\n]")
_LONGEST = 100
_MOST = 100


def tags_in(*declared: str | None) -> tuple[str, ...]:
    """The tags of lists written with commas or semicolons, each once, in their order.

    What is longer than a tag can be is prose and left out.
    """
    return as_tags(one for text in declared for one in _BETWEEN.split(text or ""))


def tags_of(value: object) -> tuple[str, ...]:
    """The tags of a value of YAML or JSON: a list, or a text as `tags_in` takes it."""
    if isinstance(value, list):
        plain = (str, int, float, datetime.date)
        return as_tags(str(one) for one in value if isinstance(one, plain))
    return tags_in(value) if isinstance(value, str) else ()


def as_tags(texts: Iterable[str]) -> tuple[str, ...]:
    """Each text that can be a tag, on one line, without a leading `#` and without repeats."""
    found: dict[str, str] = {}
    for text in texts:
        tag = " ".join(clean(text).lstrip("# \t\n").split())
        if tag and len(tag) <= _LONGEST:
            found.setdefault(tag.casefold(), tag)
    return tuple(found.values())[:_MOST]
