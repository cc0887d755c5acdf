"""Which documents a page's question is asked of: the fields of its form, or of its address."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

from werkzeug.datastructures import MultiDict

from index import Filter, KeptTurn


@dataclass(frozen=True, slots=True)
class Chosen:
    """What was chosen, as it was typed; empty fields choose nothing."""

    within: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    after: str = ""
    before: str = ""

    @classmethod
    def of(cls, fields: MultiDict[str, str]) -> Self:
        """The fields `in`, `author`, `tag`, `after`, `before`; the first three may repeat."""
        return cls(
            within=tuple(filter(None, fields.getlist("in"))),
            authors=tuple(filter(None, map(str.strip, fields.getlist("author")))),
            tags=tuple(filter(None, fields.getlist("tag"))),
            after=fields.get("after", "").strip(),
            before=fields.get("before", "").strip(),
        )

    @classmethod
    def before_this(cls, turns: Sequence[KeptTurn]) -> Self:
        """What the last of the turns was asked of."""
        if not turns:
            return cls()
        only: Mapping[str, Any] = turns[-1].only
        return cls(
            within=tuple(only["in"]),
            authors=tuple(only["author"]),
            tags=tuple(only["tag"]),
            after=only["after"] or "",
            before=only["before"] or "",
        )

    @property
    def any(self) -> bool:
        """Whether anything was chosen."""
        return bool(self.within or self.authors or self.tags or self.after or self.before)

    def only(self) -> Filter | None:
        """The filter that it makes, if any; raises `FilterError`."""
        chosen = Filter(
            within=self.within,
            authors=self.authors,
            tags=self.tags,
            after=self.after or None,
            before=self.before or None,
        )
        return chosen or None
