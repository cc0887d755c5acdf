"""MLA Handbook, 9th edition: the citation in the text, and the entry of the works cited."""

from collections.abc import Sequence

from qa.styles.people import first_inverted, first_names_first, listed
from qa.styles.rich import italic, joined, quoted, stopped
from qa.styles.source import Date, Pin, Source, dashed, ordinal, shortened

_MONTHS = "Jan. Feb. Mar. Apr. May June July Aug. Sept. Oct. Nov. Dec.".split()
_SAID = {"section": ("sec.", "secs."), "paragraph": ("par.", "pars."), "line": ("line", "lines")}
_WHOLE = frozenset({"book", "report", "thesis", "motion_picture", "software", "pamphlet"})
_MOST_NAMED = 2
_TWO_DIGITS = 2


def mla_citation(source: Source, pins: Sequence[Pin]) -> str:
    """“(Booth and Colomb 45–47)”."""
    names = source.names("author") or source.names("editor")
    if len(names) > _MOST_NAMED:
        said = f"{names[0].surname} et al."
    else:
        said = listed([name.surname for name in names]) or _title(source)
    pages = [pin for pin in pins if pin.label == "page"]
    # A comma stands where the place begins with a word.
    if pages:
        rest = joined([_pin(pin) for pin in pins if pin.label != "page"])
        where = joined([shortened(pages[0].value, least=_TWO_DIGITS), rest])
        return f"({joined([said, where], ' ')})"
    return f"({joined([said, *(_pin(pin) for pin in pins)])})"


def mla_entry(source: Source) -> str:
    """Author. “Title.” Container, other hands, numbers, publisher, date, pages, address."""
    title = _title(source, closing=".") if source.title else ""
    asides = [*_asides(source)]
    held = joined(_container(source))
    parts = [stopped(_people(source)) if _people(source) else "", stopped(title) if title else ""]
    parts += [stopped(aside) for aside in asides]
    accessed = source.date("accessed")
    undated = source.url and not source.doi and not source.date() and accessed
    seen = f"Accessed {accessed.british(_MONTHS)}." if undated else ""
    return joined([*parts, stopped(held) if held else "", seen], " ")


def _people(source: Source) -> str:
    if author := source.names("author"):
        return first_inverted(author, most=_MOST_NAMED, particle_first=True)
    if editor := source.names("editor"):
        people = first_inverted(editor, most=_MOST_NAMED, particle_first=True)
        return f"{people}, {'editor' if len(editor) == 1 else 'editors'}"
    return ""


def _title(source: Source, closing: str = "") -> str:
    title = source.cased("title")
    contained = source.text("container-title") or source.kind in {"dataset", "document", "speech"}
    loose = source.kind in {"personal_communication", "interview", "manuscript"}
    if source.kind not in _WHOLE and (contained or loose):
        return quoted(title, closing)
    return italic(title)


def _asides(source: Source) -> list[str]:
    """What stands between the title and the container, each with a stop of its own."""
    said = []
    if source.kind == "interview":
        asker = source.names("interviewer")
        by = first_names_first(asker, most=_MOST_NAMED) if asker else ""
        said.append(f"Interview by {by}" if by else "Interview")
    if source.kind == "personal_communication" and (genre := source.text("genre")):
        said.append(genre)
    return said


def _container(source: Source) -> list[str]:
    container, edition = source.cased("container-title"), source.text("edition")
    volume, issue, number = (source.text(one) for one in ("volume", "issue", "number"))
    version, publisher = source.text("version"), source.text("publisher")
    numbered = number
    if source.kind == "report":
        numbered = joined(
            [source.text("genre"), f"no. {number}" if number.isdigit() else number], " "
        )
    elif number:
        numbered = f"no. {number}"
    said = f"{ordinal(edition)} ed." if ordinal(edition) else edition[:1].upper() + edition[1:]
    editors = _role(source, "editor", "edited by") if source.names("author") else ""
    date = source.date()
    if source.kind == "article-journal":
        date = Date(date.year, date.month, 0, date.literal)
    elif source.kind in {"book", "chapter", "thesis", "paper-conference"}:
        date = Date(date.year, literal=date.literal)
    parts = [
        italic(container),
        editors,
        _role(source, "translator", "translated by"),
        said,
        f"version {version}" if version else "",
        f"vol. {volume}" if volume else "",
        f"no. {issue}" if issue else "",
        numbered,
        "" if source.is_own_journal else publisher,
        date.british(_MONTHS),
        _pages(source.text("page")),
        source.address,
    ]
    if source.kind == "thesis" and (genre := source.text("genre")):
        parts.insert(-2, genre)
    filled = [part for part in parts if part]
    if filled and filled[0][0].islower() and filled[0] != source.address:
        filled[0] = filled[0][0].upper() + filled[0][1:]
    return filled


def _role(source: Source, variable: str, said: str) -> str:
    names = source.names(variable)
    return f"{said} {first_names_first(names, most=_MOST_NAMED)}" if names else ""


def _pages(written: str) -> str:
    pages = shortened(written, least=_TWO_DIGITS)
    return f"{'pp.' if '–' in pages or ',' in pages else 'p.'} {pages}" if pages else ""


def _pin(pin: Pin) -> str:
    if pin.label == "section" and pin.named:
        return f"under {quoted(pin.value)}"
    if pin.label == "part":
        return pin.value
    one, several = _SAID.get(pin.label, (pin.label, f"{pin.label}s"))
    return f"{several if pin.several else one} {dashed(pin.value)}"
