"""IEEE Reference Style: the number in the text, and the entry of the list."""

from collections.abc import Sequence

from qa.styles.people import with_initials
from qa.styles.rich import bare, italic, joined, quoted, stopped
from qa.styles.source import Date, Pin, Source, dashed, ordinal

_MONTHS = "Jan. Feb. Mar. Apr. May Jun. Jul. Aug. Sep. Oct. Nov. Dec.".split()
_SAID = {
    "page": ("p.", "pp."),
    "section": ("Sec.", "Secs."),
    "line": ("L.", "L."),
    "paragraph": ("para.", "paras."),
}
_BOOKS = frozenset({"book", "pamphlet"})
_INSIDE = frozenset({"chapter", "paper-conference", "entry", "entry-dictionary"})
_ONLINE = frozenset({"webpage", "post-weblog", "post"})
_LOOSE = frozenset({"dataset", "document", "software", "motion_picture", "map"})
_MOST_NAMED = 6


def ieee_citation(pins: Sequence[Pin], number: int) -> str:
    """“[1, p. 12]”."""
    return f"[{joined([str(number), *(_pin(pin) for pin in pins)])}]"


def ieee_entry(source: Source) -> str:
    """Authors, title, where it was published, pages, date, address."""
    if source.kind in _BOOKS:
        return _book(source)
    if source.kind in _ONLINE:
        return _online(source)
    if source.kind in _LOOSE:
        return _loose(source)
    people, title = _people(source), source.title
    parts = [people, quoted(title, ",") if title else ""]
    if source.kind in _INSIDE:
        parts += _inside(source)
    elif source.kind == "report":
        parts += _report(source)
    else:
        parts += _article(source)
    filled = [part for part in parts if part]
    if title and filled[-1] == quoted(title, ","):
        filled[-1] = quoted(title, ".")
    return _ended(joined(filled), source)


def _book(source: Source) -> str:
    edition, volume = source.text("edition"), source.text("volume")
    head = joined(
        [
            _people(source),
            italic(source.title),
            f"{ordinal(edition)} ed." if ordinal(edition) else edition,
            f"vol. {volume}" if volume else "",
        ]
    )
    series = source.text("collection-title")
    made = joined([source.text("publisher"), source.date().said_year])
    made = joined([source.text("publisher-place"), made], ": ")
    parts = [head, f"in {series}" if series else "", made]
    return _ended(joined(map(stopped, filter(None, parts)), " "), source)


def _online(source: Source) -> str:
    container = source.text("container-title")
    head = joined([_people(source), quoted(source.title, "," if container else ".")])
    return _ended(stopped(joined([head, container])), source, online=True)


def _loose(source: Source) -> str:
    head = joined([_people(source), quoted(source.title, ".")])
    made = joined([source.text("publisher"), source.date().american(_MONTHS, pad=True)])
    return _ended(joined([stopped(head), stopped(made) if made else ""], " "), source)


def _inside(source: Source) -> list[str]:
    edition, volume = source.text("edition"), source.text("volume")
    editors = source.names("editor") if source.names("author") else []
    role = "Ed." if len(editors) == 1 else "Eds."
    date = source.date()
    place, publisher = source.text("publisher-place"), source.text("publisher")
    container = italic(source.text("container-title"))
    month = source.kind == "paper-conference"
    when = Date(date.year, date.month if month else 0, 0, date.literal).american(_MONTHS)
    return [
        f"in {container}" if container else "",
        f"{ordinal(edition)} ed." if ordinal(edition) else edition,
        f"vol. {volume}" if volume else "",
        f"{with_initials(editors, most=_MOST_NAMED)}, {role}" if editors else "",
        joined([place, publisher], ": "),
        when,
        _pages(source),
    ]


def _report(source: Source) -> list[str]:
    date = source.date()
    return [
        source.text("publisher"),
        source.text("publisher-place"),
        joined([source.text("genre"), source.text("number")], " "),
        Date(date.year, date.month, 0, date.literal).american(_MONTHS),
    ]


def _article(source: Source) -> list[str]:
    volume, issue, number = (source.text(one) for one in ("volume", "issue", "number"))
    date = source.date()
    if source.kind == "article-journal":
        date = Date(date.year, date.month, 0, date.literal)
    if source.kind == "thesis":
        return [source.text("genre"), source.text("publisher"), date.said_year]
    return [
        italic(source.text("container-title")),
        f"vol. {volume}" if volume else "",
        f"no. {issue}" if issue else "",
        f"Art. no. {number}" if number and not source.pages else "",
        _pages(source),
        source.text("publisher-place") if source.kind == "speech" else "",
        date.american(_MONTHS, pad=True),
    ]


def _ended(text: str, source: Source, *, online: bool = False) -> str:
    """The entry with its DOI or its address, before which stands when it was seen."""
    if source.doi:
        if source.is_own_journal or source.kind in _INSIDE:
            return stopped(joined([text.rstrip("."), f"doi: {source.doi}"]))
        return f"{stopped(text)} doi: {source.doi}."
    if not source.url:
        return stopped(text)
    accessed = source.date("accessed")
    seen = f"Accessed: {accessed.american(_MONTHS, pad=True)}. " if accessed else ""
    said = "[Online]. " if online or seen else ""
    comma = source.kind == "article-journal" and not seen
    head = _bare_end(text) if comma else stopped(text)
    return f"{head}{',' if comma else ''} {seen}{said}Available: {source.url}"


def _bare_end(text: str) -> str:
    """The text without the stop at its end."""
    return text[:-1] if bare(text).endswith(".") and text.endswith(".") else text


def _people(source: Source) -> str:
    if author := source.names("author"):
        return with_initials(author, most=_MOST_NAMED)
    if editor := source.names("editor"):
        return (
            f"{with_initials(editor, most=_MOST_NAMED)}, {'Ed.' if len(editor) == 1 else 'Eds.'}"
        )
    return ""


def _pages(source: Source) -> str:
    pages = source.pages
    return f"{'pp.' if '–' in pages or ',' in pages else 'p.'} {pages}" if pages else ""


def _pin(pin: Pin) -> str:
    if pin.label == "section" and pin.named:
        return f"Sec. {quoted(pin.value)}"
    if pin.label == "part":
        return pin.value
    one, several = _SAID.get(pin.label, (pin.label, f"{pin.label}s"))
    return f"{several if pin.several else one} {dashed(pin.value)}"
