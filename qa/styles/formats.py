"""The formats by the names that people type, and one place in each of them."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol, get_args

from index import Document, Locator, locate
from qa.citations import spoken_date
from qa.errors import FormatError
from qa.permanence import permanent_link
from qa.styles import exchange, web
from qa.styles.apa import apa_citation, apa_entry
from qa.styles.chicago import chicago_note
from qa.styles.chicago_entry import chicago_entry
from qa.styles.ieee import ieee_citation, ieee_entry
from qa.styles.items import item_of, pins_of, web_address
from qa.styles.markup import block_quote, escaped, markdown_line, paragraphs
from qa.styles.mla import mla_citation, mla_entry
from qa.styles.pandoc import pandoc_citation
from qa.styles.rich import as_html, as_markdown, bare
from qa.styles.source import Pin, Source

Format = Literal[
    "plain",
    "markdown",
    "pandoc",
    "chicago",
    "apa",
    "mla",
    "ieee",
    "bibtex",
    "ris",
    "csl",
    "html",
    "annotation",
    "link",
]
FORMATS: tuple[str, ...] = get_args(Format)


class Place(Protocol):
    """The characters start:end of a document."""

    @property
    def start(self) -> int:
        """Where they begin."""

    @property
    def end(self) -> int:
        """Where they end, exclusive."""


@dataclass(frozen=True, slots=True)
class _Cited:
    """A quote and all that is said of it."""

    document: Document
    start: int
    end: int
    number: int
    base: str

    @property
    def quote(self) -> str:
        return self.document.text[self.start : self.end]

    @property
    def marked(self) -> str:
        """The quote in quotation marks, on as many lines as it has paragraphs."""
        said = "\n".join(paragraphs(self.quote))
        return f"“{said}”"

    @property
    def locator(self) -> Locator:
        return locate(self.document, self.start, self.end)

    @property
    def pins(self) -> tuple[Pin, ...]:
        return pins_of(self.locator)

    @property
    def item(self) -> Mapping[str, Any]:
        return item_of(self.document)

    @property
    def source(self) -> Source:
        return Source(self.item)

    @property
    def note(self) -> str:
        """The quote and its place, for programs that have no better field for them."""
        return f"“{self.quote}” ({self.locator.text})"


def formatted(
    place: Place | Mapping[str, Any],
    document: Document,
    format: str,  # noqa: A002 (as it is typed)
    *,
    number: int = 1,
    base: str = "",
) -> str:
    """The quote at a place with its citation, in one of the `FORMATS`.

    The place is anything with a start and an end, or a `PlaceJson` of the document.
    `number` is that of the note or of the entry; `base` the address of the server that
    a source without a web address is linked on, without a slash at its end. Raises
    `FormatError` for an unknown format, and for `link` where there is no address.
    """
    cited = _cited(place, document, number, base)
    if format in _RICH:
        return "\n\n".join(map(bare, _RICH[format](cited)))
    if format not in _PLAIN:
        known = ", ".join(FORMATS)
        raise FormatError(f"there is no format {format!r}; choose one of {known}")
    return _PLAIN[format](cited)


def formatted_html(
    place: Place | Mapping[str, Any],
    document: Document,
    format: str,  # noqa: A002 (as it is typed)
    *,
    number: int = 1,
) -> str | None:
    """The same as HTML, where a format has italics that plain text loses; else None."""
    if format not in _RICH:
        return None
    parts = _RICH[format](_cited(place, document, number, ""))
    return "\n".join(f"<p>{as_html(part)}</p>" for part in parts)


def formatted_together(
    places: Sequence[tuple[Place, Document]],
    format: str,  # noqa: A002 (as it is typed)
    *,
    base: str = "",
) -> str:
    """Several places in one text that is well-formed: each source once where it has a key.

    Raises `FormatError` as `formatted` does.
    """
    documents = list(dict.fromkeys(document.id for _, document in places))
    if format in _EXCHANGE:
        one_by_one: dict[str, list[_Cited]] = {}
        for place, document in places:
            one_by_one.setdefault(document.id, []).append(_cited(place, document, 1, base))
        return _EXCHANGE[format](list(one_by_one.values()))
    numbers = {document: number for number, document in enumerate(documents, 1)}
    texts = [
        # Entries are numbered by their source, notes by their place.
        formatted(
            place,
            document,
            format,
            number=numbers[document.id] if format == "ieee" else number,
            base=base,
        )
        for number, (place, document) in enumerate(places, 1)
    ]
    if format == "annotation":
        return json.dumps([json.loads(text) for text in texts], ensure_ascii=False, indent=2)
    return ("\n" if format == "link" else "\n\n").join(texts)


def _cited(place: Place | Mapping[str, Any], document: Document, number: int, base: str) -> _Cited:
    if isinstance(place, Mapping):
        span = place["span"]
        return _Cited(document, span["start"], span["end"], number, base)
    return _Cited(document, place.start, place.end, number, base)


def _chicago(cited: _Cited) -> list[str]:
    note = f"{cited.number}. {chicago_note(cited.source, cited.pins)}"
    return [cited.marked, note, *filter(None, [chicago_entry(cited.source)])]


def _apa(cited: _Cited) -> list[str]:
    entry = apa_entry(cited.source)
    return [
        f"{cited.marked} {apa_citation(cited.source, cited.pins)}",
        *([entry] if entry else []),
    ]


def _mla(cited: _Cited) -> list[str]:
    return [f"{cited.marked} {mla_citation(cited.source, cited.pins)}", mla_entry(cited.source)]


def _ieee(cited: _Cited) -> list[str]:
    number = cited.number
    return [
        f"{cited.marked} {ieee_citation(cited.pins, number)}",
        f"[{number}] {ieee_entry(cited.source)}",
    ]


def _newsroom_line(cited: _Cited) -> str:
    """Author, “title”, where it was published, date, place, address."""
    document, source = cited.document, cited.source
    parts = [
        document.author,
        f"“{document.name}”",
        source.text("container-title", "publisher"),
        spoken_date(document.date) if document.date else source.date().literal,
        cited.locator.text,
        web_address(cited.item),
    ]
    return ", ".join(part for part in parts if part) + "."


def references(documents: Iterable[Document], format: str) -> str:  # noqa: A002 (as it is typed)
    """The items of documents, by their keys, as BibTeX, RIS or CSL-JSON.

    Raises `FormatError` for another format.
    """
    if format not in _EXCHANGE:
        known = ", ".join(_EXCHANGE)
        raise FormatError(f"references cannot be given as {format!r}; choose one of {known}")
    items = sorted(map(item_of, documents), key=lambda item: str(item["id"]))
    if format == "csl":
        return exchange.as_csl((item, "") for item in items)
    write = exchange.as_bibtex if format == "bibtex" else exchange.as_ris
    return "\n\n".join(write(item, "") for item in items)


def note_for(place: Place, document: Document, *, markdown: bool) -> str:
    """What a note says of a place, in Markdown or in plain text."""
    cited = _cited(place, document, 1, "")
    note = chicago_note(cited.source, cited.pins)
    return as_markdown(note) if markdown else bare(note)


def key_for(place: Place, document: Document) -> str:
    """The citation of a place as Pandoc reads it: `[@key, p. 12]`."""
    cited = _cited(place, document, 1, "")
    return pandoc_citation(str(cited.item["id"]), cited.pins)


def _footnote(cited: _Cited) -> str:
    """A block quote of Markdown with the citation as its footnote."""
    note = note_for(cited, cited.document, markdown=True)
    if cited.base:
        link = permanent_link(cited.document, cited.start, cited.end)
        note += f" [Open]({cited.base}{link})"
    return f"{block_quote(cited.quote)}[^{cited.number}]\n\n[^{cited.number}]: {note}"


def _pandoc(cited: _Cited) -> str:
    citation = key_for(cited, cited.document)
    parts = paragraphs(cited.quote)
    if len(parts) == 1:
        return f"“{escaped(parts[0])}” {citation}"
    return "\n>\n".join(f"> {markdown_line(part)}" for part in parts) + f" {citation}"


def _html(cited: _Cited) -> str:
    note = as_html(chicago_note(cited.source, cited.pins))
    return web.as_block_quote(cited.document, cited.start, cited.end, note, cited.base)


def _annotation(cited: _Cited) -> str:
    said = _newsroom_line(cited)
    return web.as_annotation(cited.document, cited.start, cited.end, said, cited.base)


def _notes(cited: Sequence[_Cited]) -> str:
    return "\n".join(one.note for one in cited)


_RICH: Mapping[str, Callable[[_Cited], list[str]]] = {
    "chicago": _chicago,
    "apa": _apa,
    "mla": _mla,
    "ieee": _ieee,
}
_EXCHANGE: Mapping[str, Callable[[Sequence[Sequence[_Cited]]], str]] = {
    "bibtex": lambda all_: "\n\n".join(
        exchange.as_bibtex(one[0].item, _notes(one)) for one in all_
    ),
    "ris": lambda all_: "\n\n".join(exchange.as_ris(one[0].item, _notes(one)) for one in all_),
    "csl": lambda all_: exchange.as_csl([(one[0].item, _notes(one)) for one in all_]),
}
_PLAIN: Mapping[str, Callable[[_Cited], str]] = {
    "plain": lambda one: f"{one.marked} {_newsroom_line(one)}",
    "markdown": _footnote,
    "pandoc": _pandoc,
    "html": _html,
    "annotation": _annotation,
    "link": lambda one: web.as_link(one.document, one.start, one.end),
    "bibtex": lambda one: _EXCHANGE["bibtex"]([[one]]),
    "ris": lambda one: _EXCHANGE["ris"]([[one]]),
    "csl": lambda one: _EXCHANGE["csl"]([[one]]),
}
