"""Chicago Manual of Style, 18th edition: a full note."""

import re
from collections.abc import Sequence

from qa.styles.people import first_names_first
from qa.styles.rich import italic, joined, quoted, stopped
from qa.styles.source import Date, Pin, Source, dashed, ordinal

WHOLE = frozenset({"book", "report", "pamphlet", "software", "motion_picture", "map", "standard"})
INSIDE = frozenset({"chapter", "entry", "entry-dictionary", "entry-encyclopedia"})
IN_PERIODICALS = frozenset({"article-newspaper", "article-magazine", "review"})
_MOST_NAMED = 2


def chicago_note(source: Source, pins: Sequence[Pin]) -> str:
    """The note: author, title, where it was published, the place, the address."""
    if source.kind in WHOLE:
        text = _whole(source, pins)
    elif source.kind in INSIDE:
        text = _inside(source, pins)
    elif source.kind == "article-journal" and source.text("volume"):
        text = _in_journal(source, pins)
    elif source.kind == "thesis":
        text = _thesis(source, pins)
    else:
        text = _dated(source, pins)
    return stopped(text)


def _whole(source: Source, pins: Sequence[Pin]) -> str:
    edition = edition_of(source)
    made = [edition, numbered_report(source, source.text("genre"))]
    volume = source.text("volume")
    page = next((pin for pin in pins if pin.label == "page"), None)
    at_volume = volume and page is not None
    if volume and not at_volume:
        made.append(f"vol. {volume}")
    made += _helpers(source)
    made.append(source.cased("collection-title"))
    head = joined([_people(source), italic(source.cased("title")), *made])
    place = _place(pins)
    if at_volume:
        place = f"{volume}:{place}"
    return joined([f"{head} ({_published(source)})", place, source.address])


def _inside(source: Source, pins: Sequence[Pin]) -> str:
    author = source.names("author")
    helped = [_role(source, "editor", "ed.")] if author else []
    volume = source.text("volume")
    container = joined(
        [
            italic(source.cased("container-title")),
            edition_of(source),
            f"vol. {volume}" if volume else "",
            *helped,
            _role(source, "translator", "trans."),
        ]
    )
    head = joined([_people(source), quoted(source.cased("title"), ",")])
    head = joined([head, f"in {container}" if container else ""])
    return joined([f"{head} ({_published(source)})", _place(pins), source.address])


def _in_journal(source: Source, pins: Sequence[Pin]) -> str:
    container = journal_of(source)
    where = _place(pins) or chicago_pages(source.pages) or source.text("number")
    whole = joined([_people(source), quoted(source.cased("title"), ","), container])
    return joined([f"{whole}: {where}" if where else whole, source.address])


def journal_of(source: Source) -> str:
    """A journal with the numbers of the issue and its date."""
    issue, volume, date = source.text("issue"), source.text("volume"), source.date()
    numbered = joined([volume, f"no. {issue}" if issue else ""])
    when = date.said_year if issue else Date(date.year, date.month, 0, date.literal).american()
    return f"{italic(source.cased('container-title'))} {numbered} ({when or 'n.d.'})"


def _thesis(source: Source, pins: Sequence[Pin]) -> str:
    head = joined([_people(source), quoted(source.cased("title"))])
    made = joined([source.text("genre"), source.text("publisher"), source.date().said_year])
    return joined([f"{head} ({made or 'n.d.'})", _place(pins), source.address])


def _dated(source: Source, pins: Sequence[Pin]) -> str:
    """What is cited by its day: news, web pages, letters, interviews, data."""
    container = source.cased("container-title")
    kind, edition = source.kind, source.text("edition")
    written = source.text("genre")
    if kind == "personal_communication":
        to = (
            first_names_first(source.names("recipient"), most=_MOST_NAMED)
            if source.names("recipient")
            else ""
        )
        written = joined([written or "personal communication", to], " to ")
    elif kind == "interview":
        asker = source.names("interviewer")
        by = first_names_first(asker, most=_MOST_NAMED) if asker else ""
        written = f"interview by {by}" if by else "interview"
    elif kind == "manuscript":
        written = written or "unpublished manuscript"
    elif kind in IN_PERIODICALS or kind in {"webpage", "dataset", "document"}:
        written = ""
    version = source.text("version")
    return joined(
        [
            _people(source),
            quoted(source.cased("title"), ",") if source.title else "",
            f"version {version}" if version else "",
            written,
            container if kind == "webpage" else italic(container),
            source.text("event-title") if kind in {"speech", "paper-presentation"} else "",
            "" if kind in IN_PERIODICALS else source.text("publisher"),
            _day(source),
            f"{edition.capitalize()} Edition" if kind in IN_PERIODICALS and edition else "",
            _place(pins) or (chicago_pages(source.pages) if kind == "article-journal" else ""),
            source.address,
        ]
    )


def _day(source: Source) -> str:
    if date := source.date():
        return date.american()
    accessed = source.date("accessed") if source.url else Date()
    seen = f"accessed {accessed.american()}" if accessed else ""
    undated = source.kind != "webpage" and not is_private(source)
    return joined(["n.d." if undated else "", seen])


def _people(source: Source) -> str:
    if author := source.names("author"):
        return first_names_first(author, most=_MOST_NAMED)
    if editor := source.names("editor"):
        said = "ed." if len(editor) == 1 else "eds."
        return f"{first_names_first(editor, most=_MOST_NAMED)}, {said}"
    return ""


def _helpers(source: Source) -> list[str]:
    editors = [_role(source, "editor", "ed.")] if source.names("author") else []
    return [*editors, _role(source, "translator", "trans.")]


def _role(source: Source, variable: str, said: str) -> str:
    names = source.names(variable)
    return f"{said} {first_names_first(names, most=_MOST_NAMED)}" if names else ""


def edition_of(source: Source) -> str:
    """The edition by its number, or in its own words."""
    edition = source.text("edition")
    return f"{ordinal(edition)} ed." if ordinal(edition) else edition


def numbered_report(source: Source, genre: str, said: str = "no.") -> str:
    """What a report calls itself, with its number: “Technical report no. 9”."""
    if source.kind != "report":
        return ""
    number = source.text("number")
    return joined([genre, f"{said} {number}" if number.isdigit() else number], " ")


def is_private(source: Source) -> bool:
    """Whether it is what only its recipient has: a letter, an unpublished interview."""
    asked = source.kind == "interview" and not source.text("container-title")
    return asked or source.kind == "personal_communication"


def _published(source: Source) -> str:
    return joined([source.text("publisher"), source.date().said_year or "n.d."])


def _place(pins: Sequence[Pin]) -> str:
    return joined([_pin(pin) for pin in pins])


def _pin(pin: Pin) -> str:
    if pin.label == "page":
        return chicago_pages(pin.value)
    if pin.label == "section":
        return f"under {quoted(pin.value)}" if pin.named else f"sec. {pin.value}"
    if pin.label == "part":
        return pin.value
    said = "para." if pin.label == "paragraph" else pin.label
    several = "paras." if pin.label == "paragraph" else f"{pin.label}s"
    if pin.label == "sheet":
        return f"sheet {quoted(pin.value)}"
    return f"{several if pin.several else said} {dashed(pin.value)}"


def chicago_pages(written: str) -> str:
    """Ranges as the manual shortens them: 45–47, 100–104, 103–4, 341–67."""

    def short(match: re.Match[str]) -> str:
        first, last = match[1], match[2]
        last = first[: max(0, len(first) - len(last))] + last
        if len(first) != len(last) or int(first) < 100 or int(first) % 100 == 0:
            return f"{first}–{last}"
        least = 1 if int(first) % 100 < 10 else 2
        same = next((n for n, (a, b) in enumerate(zip(first, last, strict=True)) if a != b), 0)
        return f"{first}–{last[min(same, len(last) - least) :]}"

    return re.sub(r"\b(\d+)–(\d+)\b", short, dashed(written))
