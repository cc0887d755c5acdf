"""A citation for programs that keep references: BibTeX, RIS, CSL-JSON."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from qa.styles.markup import in_latex
from qa.styles.source import Date, Name, Source

_BIBTEX = {
    "article-journal": "article",
    "article-newspaper": "article",
    "article-magazine": "article",
    "review": "article",
    "book": "book",
    "pamphlet": "booklet",
    "chapter": "incollection",
    "paper-conference": "inproceedings",
    "report": "techreport",
    "thesis": "thesis",
    "webpage": "online",
    "post-weblog": "online",
    "post": "online",
    "dataset": "dataset",
    "software": "software",
    "manuscript": "unpublished",
    "personal_communication": "letter",
}
_SUBTYPES = {
    "article-newspaper": "newspaper",
    "article-magazine": "magazine",
    "interview": "interview",
}
_RIS = {
    "article-journal": "JOUR",
    "article-newspaper": "NEWS",
    "article-magazine": "MGZN",
    "book": "BOOK",
    "pamphlet": "PAMP",
    "chapter": "CHAP",
    "paper-conference": "CPAPER",
    "report": "RPRT",
    "thesis": "THES",
    "webpage": "ELEC",
    "post-weblog": "BLOG",
    "dataset": "DATA",
    "software": "COMP",
    "manuscript": "MANSCPT",
    "personal_communication": "PCOMM",
    "speech": "SLIDE",
    "motion_picture": "VIDEO",
}
_PUBLISHERS = {"report": "institution", "thesis": "institution"}
_LATER_WORD = re.compile(r"(?<=[\s(\[“‘/–—-])\w+")


def as_bibtex(item: Mapping[str, Any], note: str) -> str:
    """The item as an entry of BibTeX; the quote and its place are its `annote`."""
    source = Source(item)
    fields = [(name, value) for name, value in _bibtex_fields(source) if value]
    if note:
        fields.append(("annote", in_latex(note)))
    lines = "".join(f"  {name} = {{{value}}},\n" for name, value in fields)
    return f"@{_BIBTEX.get(source.kind, 'misc')}{{{item['id']},\n{lines}}}"


def _bibtex_fields(source: Source) -> Iterator[tuple[str, str]]:
    date, kind = source.date(), source.kind
    held = "booktitle" if kind in {"chapter", "paper-conference"} else "journal"
    for role in ("author", "editor", "translator"):
        yield role, " and ".join(map(_bibtex_name, source.names(role)))
    yield "title", _protected(source.title)
    if _BIBTEX.get(kind) in {"online", "dataset", None}:
        held = "organization"
    yield held, in_latex(source.text("container-title"))
    yield "entrysubtype", _SUBTYPES.get(kind, "")
    yield "date", _iso(date)
    yield "year", str(date.year) if date.year else in_latex(date.literal)
    yield _PUBLISHERS.get(kind, "publisher"), in_latex(source.text("publisher"))
    yield "address", in_latex(source.text("publisher-place"))
    yield "edition", in_latex(source.text("edition"))
    yield "volume", in_latex(source.text("volume"))
    yield "number", in_latex(source.text("issue", "number"))
    yield "series", in_latex(source.text("collection-title"))
    yield "type", in_latex(source.text("genre"))
    yield "version", in_latex(source.text("version"))
    yield "pages", in_latex(source.pages.replace("–", "--"))
    yield "doi", _bare(source.doi)
    for variable in ("ISBN", "ISSN"):
        yield variable.lower(), in_latex(source.text(variable))
    yield "url", _bare(source.url)
    yield "urldate", _iso(source.date("accessed")) if source.url else ""


def _bare(address: str) -> str:
    """An address as it is; BibTeX alone must not lose count of its braces."""
    return address.replace("{", "%7B").replace("}", "%7D").replace("\\", "%5C")


def _bibtex_name(name: Name) -> str:
    if name.literal:
        return f"{{{in_latex(name.literal)}}}"
    given = " ".join(filter(None, (name.given, name.dropping)))
    return ", ".join(in_latex(part) for part in (name.surname, name.suffix, given) if part)


def _protected(title: str) -> str:
    """The title with braces around words whose capitals no style may make small."""
    return _LATER_WORD.sub(
        lambda word: f"{{{word[0]}}}" if any(map(str.isupper, word[0])) else word[0],
        in_latex(title),
    )


def as_ris(item: Mapping[str, Any], note: str) -> str:
    """The item as a record of RIS; the quote and its place are its note."""
    lines = [f"{tag}  - {value}" for tag, value in _ris_lines(item, note) if value]
    return "\n".join([*lines, "ER  - "])


def _ris_lines(item: Mapping[str, Any], note: str) -> Iterator[tuple[str, str]]:
    source = Source(item)
    yield "TY", _RIS.get(source.kind, "GEN")
    yield "ID", str(item["id"])
    for role, tag in (("author", "AU"), ("editor", "A2"), ("translator", "A4")):
        yield from ((tag, _ris_name(name)) for name in source.names(role))
    yield "TI", source.title
    yield "T2", source.text("container-title")
    for variable, tag in (("issued", "DA"), ("accessed", "Y2")):
        date = source.date(variable)
        yield tag, _iso(date).replace("-", "/") if date.year else date.literal
    yield "PY", str(source.date().year or "")
    first, _, last = source.pages.partition("–")
    yield "SP", first
    yield "EP", last
    for tag, variables in {
        "PB": ("publisher",),
        "CY": ("publisher-place",),
        "VL": ("volume",),
        "IS": ("issue", "number"),
        "ET": ("edition",),
        "T3": ("collection-title",),
        "M3": ("genre",),
        "LA": ("language",),
        "SN": ("ISBN", "ISSN"),
    }.items():
        yield tag, source.text(*variables)
    yield "DO", source.doi
    yield "UR", source.url
    yield "N1", " ".join(note.split())


def _ris_name(name: Name) -> str:
    given = " ".join(filter(None, (name.given, name.dropping)))
    return name.literal or ", ".join(filter(None, (name.surname, given, name.suffix)))


def as_csl(items: Iterable[tuple[Mapping[str, Any], str]]) -> str:
    """Items with their notes as a list of CSL-JSON; quote and place are the `annote`."""
    told = [{**item, "annote": note} if note else dict(item) for item, note in items]
    return json.dumps(told, ensure_ascii=False, indent=2)


def _iso(date: Date) -> str:
    if not date.year:
        return ""
    parts = [f"{date.year:04}", *(f"{part:02}" for part in (date.month, date.day) if part)]
    return "-".join(parts)
