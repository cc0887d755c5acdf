"""The citations of a draft: where each stands, and what it says of its source."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Literal

from index import Span
from qa.prose import UNSEEN, linked_prose_of, prose_of

Kind = Literal["key", "link", "note", "parentheses", "name", "attribution"]

# As Pandoc reads it.
_KEY = r"(?:\{(?P<braced>[^{}\s]+)\}|(?P<key>[^\W_](?:[\w]|[:.#$%&\-+?<>~/](?=\w))*))"
_CITED = re.compile(rf"(?<![\w@\\/])-?@{_KEY}")
# In one paragraph.
_INSIDE = r"(?:[^\[\]\n]|\n(?![^\S\n]*\n))"
_BRACKETS = re.compile(rf"\[(?={_INSIDE}*@)(?P<inside>(?:{_INSIDE}|\[{_INSIDE}*\])*)\]")
_LOCATOR_AFTER = re.compile(r"\s?\[(?P<inside>[^\[\]@]{1,80})\]")

_NOTE = re.compile(r"\[\^(?P<name>[^\[\]\s]+)\](?!:)")
_NOTE_TEXT = re.compile(
    r"^\[\^(?P<name>[^\[\]\s]+)\]:[ \t]*"
    r"(?P<text>.*(?:\n(?:[ \t]+\S.*|[ \t]*(?=\n[ \t]+\S)))*)",
    re.M,
)
# What we write ourselves in plain text, and many others do.
_NUMBERED = re.compile(r"(?<!^)\[(?P<name>\d{1,9})\]", re.M)
_NUMBERED_TEXT = re.compile(
    r"^\[(?P<name>\d{1,9})\]:?[ \t]+(?P<text>\S.*(?:\n(?!\[\d)[ \t]*\S.*)*)", re.M
)
_INLINE_NOTE = re.compile(r"\^\[(?P<text>(?:[^\[\]]|\[[^\[\]]*\])*)\]")
# In one paragraph, also of a block quote.
_WITHIN = r"(?:[^()\n]|\n(?![^\S\n]*(?:>[^\S\n]*)*\n))*+"
_PARENTHESES = re.compile(rf"(?<!\])\((?P<text>{_WITHIN}(?:\({_WITHIN}\){_WITHIN})*)\)")
_A_NAME = r"[^\W\d_a-z][\w’'-]{1,40}(?: [^\W\d_a-z][\w’'-]{1,40}){0,3}"
_NAME = re.compile(
    rf"(?<![\w@])(?P<text>{_A_NAME}(?:(?:,|,? (?:and|und|et|&)) {_A_NAME}){{0,4}}(?: et al\.?)?"
    r"(?:’s|'s)? \((?:1[5-9]|20)\d\d[a-z]?(?:[,:][^()\n]{1,40})?\))"
)
_RULE = r"(?:[—–―]|--)"
_ATTRIBUTION = re.compile(
    rf"^[ \t>]*{_RULE}[ \t]*(?:(?P<text>[^\n]+(?:\n(?![ \t>]*{_RULE})[ \t>]*[^\s>][^\n]*){{0,2}})"
    r"(?=\n[ \t>]*\n|\s*\Z)|(?P<line>[^\n]+))",
    re.M,
)
# Of a block quote's further lines.
_SIGNS = re.compile(r"\n[^\S\n]*>[\s>]*")
_LINK = re.compile(r"/d/(?P<document>[0-9A-Za-z_-]+)/\d{1,12}-\d{1,12}-\w+")
_LINKED = re.compile(
    r"\]\([^()\s]{0,200}/d/[\w-]{1,64}/\d+-\d+-\w++[^()\s]*+\)"
    r"|https?://[^\s<>()]{0,200}/d/[\w-]{1,64}/\d+-\d+-\w+"
)

_ROMAN = r"(?=[ivxlcdm])m{0,3}(?:cm|cd|d?c{0,3})(?:xc|xl|l?x{0,3})(?:ix|iv|v?i{0,3})(?<=[ivxlcdm])"
_NUMBER = rf"(?:{_ROMAN}|[A-Z]?-?\d{{1,6}})\b"
_DASH = r"(?:--|[-–—])"
# After a comma a year is a year: p. 4, 2020.
_PAGE = re.compile(
    rf"(?<![’'])\b(?:pp?|pgs?|pages?|S|Seiten?|s)\b\.?\s*\{{?(?P<first>{_NUMBER})"
    rf"(?:(?:\s*{_DASH}\s*|\s*(?:,|&|and\b|und\b)\s*(?!(?:1[5-9]|20)\d\d\b))(?P<last>{_NUMBER}))*",
)
_BARE_PAGE = re.compile(
    rf"[,:]\s*(?P<first>\d{{1,5}})(?:\s*{_DASH}\s*(?P<last>\d{{1,5}}))?\s*[.;]?\s*\Z"
)
# Behind these a number is no page.
_OTHER_LOCATOR = re.compile(
    r"\b(?:lines?|ll?|ch(?:ap(?:ters?)?)?|sec(?:tions?)?|vol(?:umes?)?|no|Zeilen?|Kap)\b|§"
)
_YEAR = re.compile(r"[,:]\s*(?:1[5-9]|20)\d\d[a-z]?\s*[.;]?\s*\Z")


@dataclass(frozen=True, slots=True)
class DraftCitation:
    """What a draft says of a source, at draft[start:end].

    `key` is a cite key, `document` that of one of our own links, and `text` is all
    that is said. `pages` are the printed or counted numbers of
    the first page and the last. A `bare` key stands in the text alone, without
    brackets and pages, and may be no key but somebody's handle.
    """

    start: int
    end: int
    text: str
    kind: Kind
    key: str | None = None
    document: str | None = None
    pages: tuple[str, str] | None = None
    bare: bool = False


def draft_citations(draft: str, *, markdown: bool) -> list[DraftCitation]:
    """All citations of a draft in order: keys, notes, our links, parentheses, attributions.

    A name has the year, and maybe the page, in parentheses behind it. What a note
    says stands where the note is called. Only Markdown has keys without brackets: in
    other texts they are names that people go by elsewhere.
    """
    prose = prose_of(draft, markdown=markdown)
    linked = linked_prose_of(draft, markdown=markdown)
    found: list[DraftCitation] = []

    def add(match: re.Match[str], kind: Kind, said: Span) -> None:
        start, end = said
        found.extend(_said(prose[start:end], linked[start:end], match.span(), kind))

    notes = {match["name"]: match for match in _note_texts(prose, markdown=markdown)}
    for match in (_NOTE if markdown else _NUMBERED).finditer(prose):
        if (note := notes.get(match["name"])) is not None:
            add(match, "note", note.span("text"))
    for match in _INLINE_NOTE.finditer(prose) if markdown else ():
        add(match, "note", match.span("text"))
    for match in _PARENTHESES.finditer(prose):
        add(match, "parentheses", match.span("text"))
    for match in _NAME.finditer(prose):
        add(match, "name", match.span("text"))
    for match in _ATTRIBUTION.finditer(prose):
        add(match, "attribution", match.span("text" if match["text"] else "line"))
    for match in _LINKED.finditer(linked):
        found += _said("", match[0], match.span(), "link")
    found += _keys(prose, bare=markdown)
    return list(_outermost(found, (match.span() for match in notes.values())))


def note_spans(draft: str, *, markdown: bool) -> list[Span]:
    """Where the texts of notes stand."""
    prose = prose_of(draft, markdown=markdown)
    return [match.span() for match in _note_texts(prose, markdown=markdown)]


def _note_texts(prose: str, *, markdown: bool) -> Iterator[re.Match[str]]:
    return (_NOTE_TEXT if markdown else _NUMBERED_TEXT).finditer(prose)


def _keys(prose: str, *, bare: bool) -> Iterator[DraftCitation]:
    """Cite keys in brackets, and bare ones with the locators that follow them if wanted."""
    for match in _BRACKETS.finditer(prose):
        for part in match["inside"].split(";"):
            if _CITED.search(part):
                yield from _said(part, part, match.span(), "key")
    for match in _CITED.finditer(prose) if bare else ():
        after = _LOCATOR_AFTER.match(prose, match.end())
        end = after.end() if after else match.end()
        text = prose[match.start() : end]
        for one in _said(text, text, (match.start(), end), "key"):
            yield replace(one, bare=after is None and match["key"] is not None)


def _said(prose: str, linked: str, span: Span, kind: Kind) -> Iterator[DraftCitation]:
    """What a citation says: one for each key or link in it, or one for all of it.

    Keys stand in the prose, links in the text that has their targets too.
    """
    plain = " ".join(_SIGNS.sub(" ", linked.replace(UNSEEN, " ")).split())
    whole = DraftCitation(*span, plain, kind, pages=_pages(plain))
    keys = [match["braced"] or match["key"] for match in _CITED.finditer(prose)]
    links = list(_LINK.finditer(linked))
    for key in keys:
        yield replace(whole, key=key)
    for link in links:
        yield replace(whole, document=link["document"])
    if not keys and not links and plain:
        yield whole


def several_sources(citation: DraftCitation) -> list[DraftCitation]:
    """What a citation says of each source, if it names more than one with semicolons between."""
    if citation.key or citation.document or ";" not in citation.text:
        return [citation]
    parts = [part.strip() for part in citation.text.split(";")]
    return [replace(citation, text=part, pages=_pages(part)) for part in parts if part]


def _pages(text: str) -> tuple[str, str] | None:
    """The first and last of the pages that a text names, in which one blank is between words."""
    match = _PAGE.search(text)
    if match is None and not (_YEAR.search(text) or _OTHER_LOCATOR.search(text)):
        match = _BARE_PAGE.search(text)
    if match is None:
        return None
    first, last = match["first"], match["last"] or match["first"]
    if first.isdecimal() and last.isdecimal() and int(last) < int(first):
        # Of the last page only the digits may be told that differ: 123–25.
        last = first[: len(first) - len(last)] + last
    return first, last


def _outermost(found: Iterable[DraftCitation], notes: Iterable[Span]) -> Iterator[DraftCitation]:
    """In order, without those that begin inside another, or in a note's own text."""
    last: Span = (-1, -1)
    told = [(start, end, None) for start, end in notes]
    every = [*told, *((one.start, one.end, one) for one in found)]
    for start, end, one in sorted(every, key=lambda each: (each[0], -each[1])):
        if one is None:
            last = (start, max(end, last[1]))
        elif (start, end) == last or start >= last[1]:
            last = (start, end)
            yield one
