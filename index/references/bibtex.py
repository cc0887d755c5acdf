"""Reads BibTeX and BibLaTeX; what cannot be read costs no other entry."""

import logging
import re
from collections.abc import Iterator, Mapping
from typing import Any

from bibtexparser.entrypoint import parse_string
from bibtexparser.library import Library
from bibtexparser.middlewares import default_parse_stack
from bibtexparser.middlewares.names import (
    InvalidNameError,
    parse_single_name_into_parts,
    split_multiple_persons_names,
)
from bibtexparser.model import (
    DuplicateBlockKeyBlock,
    DuplicateFieldKeyBlock,
    ImplicitComment,
    ParsingFailedBlock,
)
from bibtexparser.model import Entry as Block
from pylatexenc.latex2text import LatexNodes2Text

from index.reading.variables import date_of, pages_of
from index.references.entries import Entry, Trouble

_TYPES = {
    "article": "article-journal",
    "newspaper": "article-newspaper",
    "magazine": "article-magazine",
    "book": "book",
    "mvbook": "book",
    "collection": "book",
    "booklet": "pamphlet",
    "manual": "book",
    "proceedings": "book",
    "inbook": "chapter",
    "incollection": "chapter",
    "inproceedings": "paper-conference",
    "conference": "paper-conference",
    "techreport": "report",
    "report": "report",
    "thesis": "thesis",
    "phdthesis": "thesis",
    "mastersthesis": "thesis",
    "online": "webpage",
    "www": "webpage",
    "electronic": "webpage",
    "dataset": "dataset",
    "data": "dataset",
    "software": "software",
    "unpublished": "manuscript",
    "letter": "personal_communication",
    "interview": "interview",
    "video": "motion_picture",
    "patent": "patent",
}
_VARIABLES = {
    "booktitle": "container-title",
    "journal": "container-title",
    "journaltitle": "container-title",
    "maintitle": "container-title",
    "organization": "publisher",
    "school": "publisher",
    "institution": "publisher",
    "publisher": "publisher",
    "address": "publisher-place",
    "location": "publisher-place",
    "series": "collection-title",
    "edition": "edition",
    "version": "version",
    "volume": "volume",
    "issue": "issue",
    "chapter": "chapter-number",
    "eventtitle": "event-title",
    "language": "language",
    "langid": "language",
    "keywords": "keyword",
    "note": "note",
    "howpublished": "medium",
    "titleaddon": "genre",
    "type": "genre",
    "pagetotal": "number-of-pages",
}
# A percent sign in these is no comment, and a tilde no space.
_LITERAL = {"doi": "DOI", "isbn": "ISBN", "issn": "ISSN", "url": "URL"}
_PEOPLE = ("author", "editor", "translator", "interviewer")
_NUMBERED = frozenset({"article-journal", "article-magazine", "article-newspaper"})
_LANGUAGES = {"english": "en", "american": "en-US", "british": "en-GB", "german": "de"} | {
    "ngerman": "de",
    "french": "fr",
    "spanish": "es",
    "italian": "it",
    "dutch": "nl",
    "portuguese": "pt",
    "russian": "ru",
}
_KEY = re.compile(r"@\s*\w+\s*[{(]\s*([^\s,{}]+)\s*,")
_LOST_SIGN = re.compile(r"^\s*(\w+)\s*\{[^{}]*,\s*\n?\s*\w+\s*=", re.MULTILINE)
_ESCAPED = re.compile(r"\\([%#&_$~{}])")
_BRACED = re.compile(r"\{([^{}]*)\}")

# What it would log is told as troubles.
logging.getLogger("bibtexparser").addHandler(logging.NullHandler())
_to_text = LatexNodes2Text(math_mode="text", keep_comments=False)


def read_bibtex(text: str) -> tuple[list[Entry], list[Trouble]]:
    """The entries of a `.bib` file, and what is wrong in it, by line."""
    split = parse_string(text, parse_stack=[])
    entries: list[Entry] = []
    troubles: list[Trouble] = []
    for read in _blocks(split):
        if isinstance(read, Trouble):
            troubles.append(read)
        elif read.key:
            entries.append(read)
        else:
            said = "an entry without a key; give it one; left out"
            troubles.append(Trouble(read.line, said))
    return entries, troubles


def _blocks(split: Library) -> Iterator[Entry | Trouble]:
    for block in split.blocks:
        line = (block.start_line or 0) + 1
        meant = block.ignore_error_block if isinstance(block, ParsingFailedBlock) else block
        if isinstance(block, DuplicateFieldKeyBlock) and isinstance(meant, Block):
            twice = ", ".join(sorted(block.duplicate_keys))
            said = f"the field {twice} is given more than once; the first counts"
            yield Trouble(line, f"{meant.key!r}: {said}")
            yield _entry(_first_fields(meant), split, line)
        elif isinstance(block, DuplicateBlockKeyBlock) and isinstance(meant, Block):
            yield _entry(meant, split, line)
        elif isinstance(block, ParsingFailedBlock):
            yield _broken(block, line)
        elif isinstance(block, Block):
            yield _entry(block, split, line)
        elif isinstance(block, ImplicitComment) and (lost := _LOST_SIGN.search(block.comment)):
            line += block.comment.count("\n", 0, lost.start(1))
            yield Trouble(line, f"{lost[1]!r} looks like an entry without its @; left out")


def _broken(block: ParsingFailedBlock, line: int) -> Trouble:
    key = _KEY.match(block.raw or "")
    named = repr(key[1]) if key else "an entry"
    why = " ".join(str(getattr(block.error, "abort_reason", block.error)).split()).rstrip(".")
    return Trouble(line, f"{named} cannot be read ({why}); correct it; left out")


def _first_fields(block: Block) -> Block:
    fields = {field.key.lower(): field for field in reversed(block.fields)}
    block.fields = list(reversed(fields.values()))
    return block


def _entry(block: Block, split: Library, line: int) -> Entry:
    """An entry with its abbreviations resolved, as an item."""
    alone = Library([*split.strings, block])
    for middleware in default_parse_stack():
        alone = middleware.transform(alone)
    fields = {field.key.lower(): str(field.value).strip() for field in block.fields}
    fields = {name: value for name, value in fields.items() if value}
    item = dict(_item(block.entry_type.lower(), fields))
    item["id"] = item["citation-key"] = block.key
    return Entry(
        block.key, item, line, tuple(_files(fields.get("file", ""))), fields.get("sha256", "")
    )


def _item(entry_type: str, fields: Mapping[str, str]) -> Iterator[tuple[str, Any]]:
    named = fields.get("entrysubtype", "").lower()
    kind = _TYPES.get(named) or _TYPES.get(entry_type, "document")
    yield "type", kind
    if title := ": ".join(plain(fields[name]) for name in ("title", "subtitle") if name in fields):
        yield "title", title
    for name in _PEOPLE:
        if people := list(_people(fields.get(name, ""))):
            yield name, people
    for name, variable in _VARIABLES.items():
        if value := plain(fields.get(name, "")):
            yield variable, _LANGUAGES.get(value.lower(), value) if "lang" in name else value
    yield from _literal(fields)
    if "number" in fields:
        yield "issue" if kind in _NUMBERED else "number", plain(fields["number"])
    if "pages" in fields:
        yield "page", pages_of(plain(fields["pages"]))
    if kind == "thesis" and "type" not in fields:
        yield "genre", "Master’s thesis" if entry_type == "mastersthesis" else "PhD thesis"
    yield from _dates(fields)


def _literal(fields: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for name, variable in _LITERAL.items():
        if name in fields:
            yield variable, _ESCAPED.sub(r"\1", fields[name].strip("{} "))


def _dates(fields: Mapping[str, str]) -> Iterator[tuple[str, Any]]:
    parts = (fields[name] for name in ("year", "month", "day") if name in fields)
    if date := date_of(plain(fields.get("date") or " ".join(parts))):
        yield "issued", date
    if date := date_of(plain(fields.get("urldate", ""))):
        yield "accessed", date


def plain(value: str) -> str:
    """LaTeX as text on one line, its braces gone."""
    if not re.search(r"[\\{}$~%]|--|``|''", value):
        return " ".join(value.split())
    try:
        text = _to_text.latex_to_text(value)
    except Exception:  # pylatexenc has no error of its own for what it cannot make sense of
        text = value
    text = text.replace("{", "").replace("}", "")
    return " ".join(text.replace("---", "—").replace("--", "–").split())


def _people(value: str) -> Iterator[dict[str, str]]:
    for name in split_multiple_persons_names(" ".join(value.split())):
        whole = _BRACED.fullmatch(name)
        if whole or name.lower() == "others":
            if whole:
                yield {"literal": plain(name)}
            continue
        try:
            parts = parse_single_name_into_parts(name, strict=False)
        except InvalidNameError:
            yield {"literal": plain(name)}
            continue
        person = {
            "given": plain(" ".join(parts.first)),
            "non-dropping-particle": plain(" ".join(parts.von)),
            "family": plain(" ".join(parts.last)),
            "suffix": plain(" ".join(parts.jr)),
        }
        yield {name: part for name, part in person.items() if part}


def _files(value: str) -> Iterator[str]:
    """The paths of a field `file`, as BibDesk, JabRef and Zotero write it."""
    for one in filter(None, (part.strip() for part in re.split(r"(?<!\\);", value))):
        path = re.sub(r"\\([:;\\])", "\0\\1", one)
        parts = re.split(r"(?<!\0):", path)
        # DESCRIPTION:PATH:TYPE, unless the colon is that of a drive.
        named = parts[1] if len(parts) >= 3 and len(parts[0]) != 1 else path
        if len(parts) >= 4 and len(parts[1]) == 1:
            named = f"{parts[1]}:{parts[2]}"
        yield named.replace("\0", "").strip("{}")
