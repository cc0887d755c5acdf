"""APA Style, 7th edition: the citation in the text, and the entry of the reference list."""

from collections.abc import Sequence

from qa.styles.people import inverted, listed
from qa.styles.rich import bare, italic, joined, quoted, stopped
from qa.styles.source import Name, Pin, Source, dashed, expanded, ordinal

_BY_THE_DAY = frozenset(
    "article-newspaper article-magazine webpage post-weblog post document interview speech "
    "motion_picture broadcast".split()
)
_PRIVATE = frozenset({"personal_communication"})
_INSIDE = frozenset({"chapter", "entry", "entry-dictionary", "entry-encyclopedia"})
_IN_CONTAINER = frozenset(
    "article-journal article-newspaper article-magazine paper-conference post-weblog "
    "interview review".split()
)
_BRACKETED = {
    "dataset": "Dataset",
    "software": "Computer software",
    "manuscript": "Unpublished manuscript",
    "motion_picture": "Film",
    "interview": "Interview",
}
_SAID = {"page": "p.", "paragraph": "para.", "section": "Section", "line": "Line"}
_MANY = {"page": "pp.", "paragraph": "paras.", "line": "Lines", "row": "Rows"}
_MOST_LISTED = 20


def apa_citation(source: Source, pins: Sequence[Pin]) -> str:
    """“(Booth & Colomb, 2008, pp. 45–47)”."""
    names = _authors(source)
    where = [_pin(pin) for pin in pins]
    if _is_private(source):
        people = listed([_initials_first(name) for name in names], joint="&")
        when = source.date().american() or "n.d."
        return (
            f"({joined([people or _short_title(source), 'personal communication', when, *where])})"
        )
    if not names:
        said = _short_title(source)
    elif len(names) > 2:
        said = f"{names[0].surname} et al."
    else:
        said = listed([name.surname for name in names], joint="&")
    return f"({joined([said, _year(source), *where])})"


def apa_entry(source: Source) -> str:
    """The entry, empty for what only its recipient has, which is cited in the text alone."""
    if _is_private(source):
        return ""
    head = _people(source)
    title = _title(source)
    date = f"({_date(source)})"
    if not head:
        aside = f"{_brackets(source)}." if _brackets(source) else ""
        parts = [stopped(title), f"{date}.", aside]
    else:
        whole = joined([title, _brackets(source)], " ")
        parts = [stopped(head), f"{date}.", stopped(whole) if whole else ""]
    return joined([*parts, *_published(source), _address(source)], " ")


def _authors(source: Source) -> list[Name]:
    return source.names("author") or source.names("editor")


def _is_private(source: Source) -> bool:
    return source.kind in _PRIVATE or (
        source.kind == "interview" and not source.text("container-title")
    )


def _people(source: Source) -> str:
    names = _authors(source)
    said = [inverted(name, initials=True) for name in names]
    if len(said) > _MOST_LISTED:
        people = f"{', '.join(said[: _MOST_LISTED - 1])}, … {said[-1]}"
    elif len(said) > 1:
        people = f"{', '.join(said[:-1])}, & {said[-1]}"
    else:
        people = "".join(said)
    if people and not source.names("author"):
        people += " (Ed.)" if len(names) == 1 else " (Eds.)"
    return people


def _initials_first(name: Name) -> str:
    return name.literal or " ".join(filter(None, (name.initials, name.surname, name.suffix)))


def _year(source: Source) -> str:
    return source.date().said_year or "n.d."


def _date(source: Source) -> str:
    date = source.date()
    if not date:
        return "n.d."
    if source.kind in _BY_THE_DAY and date.month:
        day = date.american().removesuffix(f", {date.year}").removesuffix(f" {date.year}")
        return f"{date.year}, {day}"
    return date.said_year


def _title(source: Source) -> str:
    """The title, in italics where it stands for itself, with what is said of it in parentheses."""
    title = source.title
    own = source.kind not in _INSIDE and not (
        source.kind in _IN_CONTAINER and source.text("container-title")
    )
    aside = joined(_asides(source)) if own or source.kind == "interview" else ""
    return joined([italic(title) if own else title, f"({aside})" if aside else ""], " ")


def _asides(source: Source) -> list[str]:
    edition, volume, version = (
        source.text("edition"),
        source.text("volume"),
        source.text("version"),
    )
    number = source.text("number")
    made = [
        f"{ordinal(edition)} ed." if ordinal(edition) else edition,
        f"Vol. {volume}" if volume and source.kind == "book" else "",
        f"Version {version}" if version else "",
    ]
    if source.kind == "report" and number:
        genre = source.cased("genre")
        made.append(joined([genre, f"No. {number}" if number.isdigit() else number], " "))
    said = []
    if source.names("author"):
        said.append(_role(source, "editor", "Ed.", "Eds."))
    said.append(_role(source, "translator", "Trans.", "Trans."))
    said.append(_role(source, "interviewer", "Interviewer", "Interviewers"))
    # Those who helped go before what was made, and a semicolon parts the two.
    return [joined([joined(said), joined(made)], "; ")]


def _role(source: Source, variable: str, one: str, several: str) -> str:
    names = source.names(variable)
    people = listed([_initials_first(name) for name in names], joint="&")
    return f"{people}, {one if len(names) == 1 else several}" if names else ""


def _brackets(source: Source) -> str:
    if source.kind == "thesis":
        return f"[{source.text('genre') or 'Thesis'}]"
    if source.kind == "interview" and source.text("container-title"):
        return ""
    said = _BRACKETED.get(source.kind, "")
    return f"[{said}]" if said else ""


def _published(source: Source) -> list[str]:
    container, publisher = source.text("container-title"), source.text("publisher")
    if source.kind in _INSIDE:
        return [_container_of_part(source), stopped(publisher) if publisher else ""]
    if source.kind in _IN_CONTAINER and container:
        volume, issue = source.text("volume"), source.text("issue")
        numbered = f"{italic(volume)}{f'({issue})' if issue else ''}" if volume else ""
        number = source.text("number")
        article = f"Article {number}" if number and source.kind == "article-journal" else ""
        return [
            stopped(
                joined([italic(container), numbered, expanded(source.text("page")) or article])
            )
        ]
    said = [publisher, source.text("event-title") if source.kind == "speech" else ""]
    if container:
        said.append(container)
    return [stopped(one) for one in said if one]


def _container_of_part(source: Source) -> str:
    edition, volume, pages = source.text("edition"), source.text("volume"), source.text("page")
    editors = source.names("editor") if source.names("author") else []
    people = listed([_initials_first(name) for name in editors], joint="&")
    role = f"{people} ({'Ed.' if len(editors) == 1 else 'Eds.'})" if editors else ""
    several = "pp." if len(expanded(pages).split("–")) > 1 else "p."
    aside = joined(
        [
            f"{ordinal(edition)} ed." if ordinal(edition) else edition,
            f"Vol. {volume}" if volume else "",
            f"{several} {expanded(pages)}" if pages else "",
        ]
    )
    container = italic(source.text("container-title"))
    held = joined([role, joined([container, f"({aside})" if aside else ""], " ")])
    return stopped(f"In {held}") if held else ""


def _address(source: Source) -> str:
    accessed = source.date("accessed")
    if source.url and not source.doi and not source.date() and accessed:
        return f"Retrieved {accessed.american()}, from {source.url}"
    return source.address


def _short_title(source: Source) -> str:
    """The title in place of an author: in italics if it stands for itself, else quoted."""
    title = source.cased("title") or source.cased("container-title")
    return quoted(title) if bare(_title(source)) == _title(source) else italic(title)


def _pin(pin: Pin) -> str:
    if pin.label == "section" and pin.named:
        return f"{pin.value} section"
    if pin.label == "part":
        return pin.value
    value = expanded(pin.value) if pin.label == "page" else dashed(pin.value)
    said = _MANY.get(pin.label) if pin.several else None
    return f"{said or _SAID.get(pin.label, pin.label.capitalize())} {value}"
