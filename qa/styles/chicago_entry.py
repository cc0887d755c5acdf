"""Chicago Manual of Style, 18th edition: an entry of the bibliography."""

from qa.styles.chicago import (
    IN_PERIODICALS,
    INSIDE,
    WHOLE,
    chicago_pages,
    edition_of,
    is_private,
    journal_of,
    numbered_report,
)
from qa.styles.people import first_inverted, first_names_first, inverted
from qa.styles.rich import capitalised, italic, joined, quoted, stopped
from qa.styles.source import Name, Source

_MOST_LISTED, _LISTED_OF_MORE = 6, 3


def chicago_entry(source: Source) -> str:
    """The entry, empty for letters and unpublished interviews, which notes alone cite."""
    if is_private(source):
        return ""
    people, container = _people(source), source.cased("container-title")
    if source.kind in WHOLE:
        parts = [people, italic(source.cased("title")), *_made(source), _published(source)]
    elif source.kind in INSIDE:
        parts = [people, _title(source), _held(source), _published(source)]
    elif source.kind == "article-journal" and source.text("volume"):
        where = chicago_pages(source.pages) or source.text("number")
        journal = journal_of(source)
        parts = [people, _title(source), f"{journal}: {where}" if where else journal]
    elif source.kind == "thesis":
        made = [source.text("genre"), source.text("publisher"), source.date().said_year or "n.d."]
        parts = [people, _title(source), joined(made)]
    else:
        named = italic(container) if source.kind != "webpage" else container
        dated = [named, "" if source.kind in IN_PERIODICALS else source.text("publisher")]
        pages = chicago_pages(source.pages) if source.kind == "article-journal" else ""
        if not people and container and source.kind != "article-journal":
            # What a body published without an author is entered under that body.
            people, dated = named, dated[1:]
        said = joined([*dated, _day(source), pages])
        parts = [people, _title(source), *_said(source), said, _edition_of_the_day(source)]
        parts += [_seen(source)]
    sentences = [*parts[:2], *map(capitalised, parts[2:]), source.address]
    return joined(map(stopped, filter(None, sentences)), " ")


def _title(source: Source) -> str:
    return quoted(source.cased("title"), ".") if source.title else ""


def _people(source: Source) -> str:
    if author := source.names("author"):
        return _listed(author)
    if editor := source.names("editor"):
        return f"{_listed(editor)}, {'ed.' if len(editor) == 1 else 'eds.'}"
    return ""


def _listed(names: list[Name]) -> str:
    if len(names) <= _MOST_LISTED:
        return first_inverted(names, most=_MOST_LISTED, particle_first=False)
    first = inverted(names[0], particle_first=False)
    others = [name.full for name in names[1:_LISTED_OF_MORE]]
    return ", ".join([first, *others, "et al."])


def _made(source: Source) -> list[str]:
    volume = source.text("volume")
    return [
        edition_of(source),
        numbered_report(source, source.cased("genre"), "No."),
        f"vol. {volume}" if volume else "",
        _role(source, "editor", "edited by") if source.names("author") else "",
        _role(source, "translator", "translated by"),
        source.cased("collection-title"),
    ]


def _held(source: Source) -> str:
    volume = source.text("volume")
    container = italic(source.cased("container-title"))
    parts = [
        container,
        edition_of(source),
        f"vol. {volume}" if volume else "",
        _role(source, "editor", "edited by") if source.names("author") else "",
        _role(source, "translator", "translated by"),
    ]
    return f"in {joined(parts)}" if container else joined(parts)


def _said(source: Source) -> list[str]:
    version = source.text("version")
    said = [f"version {version}" if version else ""]
    if source.kind == "interview":
        said.append(_role(source, "interviewer", "interview by") or "interview")
    elif source.kind == "manuscript":
        said.append(source.text("genre") or "unpublished manuscript")
    elif source.kind == "speech":
        said.append(source.text("event-title"))
    return said


def _role(source: Source, variable: str, said: str) -> str:
    names = source.names(variable)
    return f"{said} {first_names_first(names, most=_MOST_LISTED)}" if names else ""


def _published(source: Source) -> str:
    return joined([source.text("publisher"), source.date().said_year or "n.d."])


def _day(source: Source) -> str:
    if date := source.date():
        return date.american()
    return "" if source.kind == "webpage" else "n.d."


def _edition_of_the_day(source: Source) -> str:
    edition = source.text("edition")
    return f"{edition} Edition" if edition and source.kind in IN_PERIODICALS else ""


def _seen(source: Source) -> str:
    accessed = source.date("accessed")
    undated = source.url and not source.date() and accessed
    return f"accessed {accessed.american()}" if undated else ""
