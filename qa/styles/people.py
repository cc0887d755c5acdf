"""Lists of names, as the styles write them."""

from collections.abc import Sequence

from qa.styles.rich import italic
from qa.styles.source import Name


def listed(names: Sequence[str], *, joint: str = "and", serial: bool = True) -> str:
    """“A, B, and C”; `serial`: with a comma before the last of three."""
    if len(names) < 2:
        return "".join(names)
    comma = "," if serial and len(names) > 2 else ""
    return f"{', '.join(names[:-1])}{comma} {joint} {names[-1]}"


def inverted(name: Name, *, particle_first: bool = True, initials: bool = False) -> str:
    """“Beethoven, Ludwig van”, or “van Beethoven, Ludwig” where the particle is first."""
    if name.literal:
        return name.literal
    before, after = (name.particle, "") if particle_first else ("", name.particle)
    given = name.initials if initials else name.given
    behind = " ".join(filter(None, (given, name.dropping, after)))
    parts = (" ".join(filter(None, (before, name.family))), behind, name.suffix)
    return ", ".join(filter(None, parts))


def first_names_first(names: Sequence[Name], *, most: int) -> str:
    """“Ludwig van Beethoven and Joseph Haydn”; of more than `most`, the first and “et al.”."""
    full = [name.full for name in names]
    return f"{full[0]} et al." if len(full) > most else listed(full)


def first_inverted(names: Sequence[Name], *, most: int, particle_first: bool) -> str:
    """“Booth, Wayne C., and Gregory G. Colomb”; of more than `most`, the first and “et al.”."""
    if not names:
        return ""
    first = inverted(names[0], particle_first=particle_first)
    if len(names) > most:
        return f"{first}, et al."
    others = [name.full for name in names[1:]]
    return f"{', '.join([first, *others[:-1]])}, and {others[-1]}" if others else first


def with_initials(names: Sequence[Name], *, most: int) -> str:
    """“W. C. Booth and G. G. Colomb”; of more than `most`, the first and “et al.” in italics."""
    full = [
        name.literal
        or " ".join(filter(None, (name.initials, name.dropping, name.surname, name.suffix)))
        for name in names
    ]
    return f"{full[0]} {italic('et al.')}" if len(full) > most else listed(full)
