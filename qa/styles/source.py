"""A CSL-JSON item as the styles read it: whatever is malformed in it counts as missing."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from qa.styles.rich import line
from qa.styles.titles import title_case

_MONTHS = (
    "January February March April May June July August September October November December"
).split()
_DASH = re.compile(r"(?<=\w)\s*[-‐‑‒–—]+\s*(?=\w)")


@dataclass(frozen=True, slots=True)
class Name:
    """A person, or, with a literal name alone, a body."""

    family: str = ""
    given: str = ""
    particle: str = ""
    dropping: str = ""
    suffix: str = ""
    literal: str = ""

    @property
    def surname(self) -> str:
        """What a citation in the text calls them."""
        return self.literal or " ".join(filter(None, (self.particle, self.family)))

    @property
    def full(self) -> str:
        """First name first: “Ludwig van Beethoven”, “William Strunk Jr.”."""
        parts = (self.given, self.dropping, self.particle, self.family, self.suffix)
        return self.literal or " ".join(filter(None, parts))

    @property
    def initials(self) -> str:
        """The given name's initials: “J.-L.”, “W. C.”."""
        words = (
            "-".join(f"{part[0]}." for part in word.split("-") if part[:1].isupper())
            for word in re.sub(r"\.(?=\w)", ". ", self.given).split()
        )
        return " ".join(filter(None, words))


@dataclass(frozen=True, slots=True)
class Date:
    """A date as far as it goes, or in words; falsy where there is none."""

    year: int = 0
    month: int = 0
    day: int = 0
    literal: str = ""

    def __bool__(self) -> bool:
        return bool(self.year or self.literal)

    @property
    def said_year(self) -> str:
        """The year, or the words that stand for it."""
        return str(self.year) if self.year else self.literal

    def american(self, months: list[str] = _MONTHS, *, pad: bool = False) -> str:
        """September 10, 2018."""
        if not self.month:
            return self.said_year
        month = months[self.month - 1]
        day = f"{self.day:02}" if pad else str(self.day)
        return f"{month} {day}, {self.year}" if self.day else f"{month} {self.year}"

    def british(self, months: list[str]) -> str:
        """10 Sept. 2018."""
        if not self.month:
            return self.said_year
        day = f"{self.day} " if self.day else ""
        return f"{day}{months[self.month - 1]} {self.year}"


@dataclass(frozen=True, slots=True)
class Pin:
    """A part of a place, such as page 12, line 3 or a section by its name or number."""

    label: Literal["page", "section", "line", "paragraph", "slide", "sheet", "row", "part"]
    value: str

    @property
    def several(self) -> bool:
        """Whether it is a range."""
        return _DASH.search(self.value) is not None

    @property
    def named(self) -> bool:
        """Whether it is a name rather than a number."""
        return not any(sign.isdigit() for sign in self.value) or " " in self.value


@dataclass(frozen=True, slots=True)
class Source:
    """An item, read without fear of what is in it."""

    item: Mapping[str, Any]

    @property
    def kind(self) -> str:
        """Its CSL type."""
        return line(self.item.get("type")) or "document"

    def text(self, *variables: str) -> str:
        """The first of the variables that is there, on one line."""
        return next((text for one in variables if (text := line(self.item.get(one)))), "")

    @property
    def title(self) -> str:
        """The title as it is given."""
        return self.text("title")

    def cased(self, variable: str) -> str:
        """A title with its words capitalised, where its language is English."""
        text = self.text(variable)
        return title_case(text) if self.is_english else text

    @property
    def is_english(self) -> bool:
        """Whether the item is in English; one that does not say is."""
        return (self.text("language") or "en").lower().startswith("en")

    def names(self, variable: str) -> list[Name]:
        """People and bodies."""
        found = self.item.get(variable)
        people = found if isinstance(found, list) else []
        return [name for one in people if isinstance(one, Mapping) and (name := _name(one)).full]

    def date(self, variable: str = "issued") -> Date:
        """A date; of a range where it begins."""
        value = self.item.get(variable)
        if isinstance(value, str):
            value = {"raw": value}
        if not isinstance(value, Mapping):
            return Date()
        parts: Any = value.get("date-parts")
        try:
            year, month, day = [*(int(part) for part in parts[0] if part), 0, 0][:3]
        except (TypeError, ValueError, LookupError):
            written = line(value.get("literal") or value.get("raw"))
            iso = re.fullmatch(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?", written)
            if iso is None:
                return Date(literal=written)
            year, month, day = (int(part or 0) for part in iso.groups())
        return Date(year, month, day) if 0 <= month <= len(_MONTHS) else Date(year)

    @property
    def doi(self) -> str:
        """The DOI without what may stand before it."""
        return re.sub(
            r"^(?:https?://(?:dx\.)?doi\.org/|doi:\s*)", "", self.text("DOI"), flags=re.I
        )

    @property
    def address(self) -> str:
        """The DOI's address, else the URL."""
        return f"https://doi.org/{self.doi}" if self.doi else self.url

    @property
    def url(self) -> str:
        """The web address, without spaces."""
        return self.text("URL").replace(" ", "%20")

    @property
    def pages(self) -> str:
        """The pages, a range with a dash."""
        return dashed(self.text("page"))

    @property
    def is_own_journal(self) -> bool:
        """Whether it is an article in a periodical."""
        return self.kind in {"article-journal", "article-magazine", "article-newspaper", "review"}


def dashed(value: str) -> str:
    """A range of numbers or labels with a dash between them."""
    return _DASH.sub("–", value)


def ordinal(edition: str) -> str:
    """An edition's number as it is said: 3rd; words as they are."""
    if not edition.isascii() or not edition.isdigit():
        return ""
    number = int(edition)
    ending = (
        "th" if 10 <= number % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    )
    return f"{number}{ending}"


def shortened(pages: str, *, least: int) -> str:
    """Page ranges with the digits that repeat left out of the second number, all but `least`."""
    return re.sub(
        r"\b(\d+)–(\d+)\b", lambda match: _short(match[1], match[2], least=least), dashed(pages)
    )


def expanded(pages: str) -> str:
    """Page ranges with both numbers whole."""

    def whole(match: re.Match[str]) -> str:
        first, last = match[1], match[2]
        return f"{first}–{first[: max(0, len(first) - len(last))]}{last}"

    return re.sub(r"\b(\d+)–(\d+)\b", whole, dashed(pages))


def _short(first: str, last: str, *, least: int) -> str:
    last = first[: max(0, len(first) - len(last))] + last
    if len(first) != len(last) or int(first) >= int(last):
        return f"{first}–{last}"
    same = next((n for n, (a, b) in enumerate(zip(first, last, strict=True)) if a != b), 0)
    return f"{first}–{last[min(same, len(last) - least) :]}"


def _name(parts: Mapping[str, Any]) -> Name:
    if literal := line(parts.get("literal")):
        return Name(literal=literal)
    name = Name(
        family=line(parts.get("family")),
        given=line(parts.get("given")),
        particle=line(parts.get("non-dropping-particle")),
        dropping=line(parts.get("dropping-particle")),
        suffix=line(parts.get("suffix")),
    )
    return name if name.family else Name(literal=name.full)
