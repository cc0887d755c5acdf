"""Which paragraph styles of a Word document are headings, in any language of Word."""

import re
from typing import TYPE_CHECKING, Final

from index.reading.word_body import W, outline_level

if TYPE_CHECKING:
    from lxml.etree import _Element

# Word keeps English names inside its files whatever its language; other programs do not.
_NUMBERED: Final = re.compile(
    r"(?:heading|überschrift|titre|título|titulo|titolo|kop|rubrik|overskrift|otsikko|nagłówek"
    r"|nadpis|címsor|titlu|başlık|заголовок|επικεφαλίδα|標題|标题|見出し|제목)\s?([1-9])",
    re.IGNORECASE,
)
_TITLE: Final = frozenset({"title", "titel", "titre", "titolo", "título", "название", "标题"})
_LONGEST_CHAIN: Final = 20


def heading_levels(styles: "_Element") -> dict[str, int]:
    """Map the ids of heading styles to levels; styles inherit from those they are based on."""
    found = {
        style.get(f"{W}styleId") or "": style
        for style in styles.iter(f"{W}style")
        if style.get(f"{W}type", "paragraph") == "paragraph"
    }
    levels = {name: _level(style, found) for name, style in found.items()}
    return {name: level for name, level in levels.items() if level}


def _level(style: "_Element | None", styles: "dict[str, _Element]") -> int:
    """Return the level of a style, 0 for body text."""
    for _ in range(_LONGEST_CHAIN):  # a damaged file may base styles on each other in a circle
        if style is None:
            break
        level = outline_level(style.find(f"{W}pPr"))
        if level is not None:
            return level
        name = _value(style, "name").strip()
        if match := _NUMBERED.fullmatch(name):
            return int(match[1])
        if name.casefold() in _TITLE:
            return 1
        style = styles.get(_value(style, "basedOn"))
    return 0


def _value(style: "_Element", name: str) -> str:
    child = style.find(f"{W}{name}")
    return "" if child is None else child.get(f"{W}val") or ""
