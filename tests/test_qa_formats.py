"""A quote in every format is read back by who the format is for, whatever is in it."""

import json
import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

import pypandoc
import pytest
import rispy
from bibtexparser.entrypoint import parse_string as parse_bibtex
from hypothesis import example, given
from hypothesis import strategies as st
from lxml import html
from markdown_it import MarkdownIt
from pybtex.database import parse_string
from pylatexenc.latex2text import LatexNodes2Text

from index import Document, Heading, Landmark, Table
from qa import FORMATS, FormatError, formatted, formatted_html, formatted_together, item_of

BASE = "http://127.0.0.1:8000"
TEXT = "# Ports\n\nFirst words. He said “no” & left 50% of {it} to_them. Last words.\n"
QUOTE = "He said “no” & left 50% of {it} to_them."
RENDERER = MarkdownIt("commonmark").enable(["table", "strikethrough"])

# Documents hold no characters that a page cannot show (see `index/reading/draft.py`).
WORDS = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]) | st.sampled_from("\n\t"),
    min_size=1,
).filter(lambda text: text.strip())
SIGNS = "# > - * _ 1. ``` | [a](b) [@a] <b> & \\ ! \n {x} $y$ % ~ ^ “q” \" ' a".split(" ")
MARKUP = st.lists(st.sampled_from(SIGNS), min_size=1).map(" ".join).filter(str.strip)


@dataclass(frozen=True)
class Span:
    """Characters of a document."""

    start: int
    end: int


def document(text: str = TEXT, **known: Any) -> Document:
    given = {
        "id": "abc",
        "source": "/papers/ports.md",
        "sha256": "ab" * 32,
        "media_type": "text/markdown",
        "title": "Ports & “margins”: 50% of NASA’s {rope}",
        "author": "Jane Smith; Ministry of Ports",
        "date": "2018-09-10",
        "citation_key": "smith2018ports",
        "headings": (Heading(0, 7, 1, "Ports"),) if text == TEXT else (),
        "bibliography": {
            "type": "article-newspaper",
            "container-title": "The Harbour & Sea",
            "URL": "https://news.example/ports",
            "publisher": "Harbour House",
        },
    }
    return Document(text=text, **{**given, **known})


def quoted(text: str = TEXT, quote: str = QUOTE, **known: Any) -> tuple[Span, Document]:
    start = text.index(quote)
    return Span(start, start + len(quote)), document(text, **known)


def within(quote: str) -> tuple[Span, Document]:
    """A document that holds any words between others."""
    return quoted(f"Before it. {quote} After it.", quote)


def words(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_is_the_same_each_time_and_from_json(name: str) -> None:
    place, source = quoted()
    told = {"span": {"start": place.start, "end": place.end}}

    text = formatted(place, source, name, base=BASE)

    assert text
    assert formatted(told, source, name, base=BASE) == text


def test_an_unknown_format_names_those_that_there_are() -> None:
    with pytest.raises(FormatError, match="no format 'harvard'; choose one of plain, markdown"):
        formatted(*quoted(), "harvard")


def test_a_newsroom_line_has_quote_source_and_place() -> None:
    assert formatted(*quoted(), "plain") == (
        f"“{QUOTE}” Jane Smith; Ministry of Ports, “Ports & “margins”: 50% of NASA’s {{rope}}”, "
        "The Harbour & Sea, 10 September 2018, section “Ports”, line 3, https://news.example/ports."
    )


@given(WORDS | MARKUP)
@example("a\n\nb")
def test_a_footnote_shows_just_the_quote(quote: str) -> None:
    text = formatted(*within(quote), "markdown", number=3, base=BASE)

    body, note = text.rsplit("\n\n[^3]: ", 1)
    # The note's mark is no part of the quote.
    page = html.fragment_fromstring(RENDERER.render(body.removesuffix("[^3]")), create_parent=True)
    assert [child.tag for child in page] == ["blockquote"]
    assert words(page.text_content()) == words(quote.replace("\0", "\ufffd"))
    assert note.startswith("Jane Smith and Ministry of Ports, ")
    assert note.endswith(")")


@given(WORDS | MARKUP)
def test_html_shows_just_the_quote(quote: str) -> None:
    figure: Any = html.fragment_fromstring(formatted(*within(quote), "html"))

    (block,) = figure.iter("blockquote")
    assert block.get("cite") == "https://news.example/ports"
    assert {element.tag for element in block.iter()} == {"blockquote", "p"}
    assert words(block.text_content()) == words(quote)
    (caption,) = figure.iter("figcaption")
    assert [italic.text for italic in caption.iter("i")] == ["The Harbour & Sea"]


@given(WORDS | MARKUP)
def test_the_selectors_of_an_annotation_lead_back_to_the_span(quote: str) -> None:
    place, source = within(quote)

    annotation = json.loads(formatted(place, source, "annotation", base=BASE))

    text_quote, position = annotation["target"]["selector"]
    assert source.text[position["start"] : position["end"]] == quote
    around = text_quote["prefix"] + text_quote["exact"] + text_quote["suffix"]
    found = source.text.index(around) + len(text_quote["prefix"])
    assert (found, found + len(text_quote["exact"])) == (place.start, place.end)


def test_a_source_without_an_address_is_named_by_its_place_or_its_bytes() -> None:
    place, source = quoted(bibliography={})

    here = json.loads(formatted(place, source, "annotation", base=BASE))["target"]["source"]
    anywhere = json.loads(formatted(place, source, "annotation"))["target"]["source"]

    assert here == f"{BASE}/d/abc"
    assert anywhere == f"ni:///sha-256;{'q6ur' * 10}q6s"
    assert "cite=" not in formatted(place, source, "html")
    assert f'cite="{BASE}/d/abc/' in formatted(place, source, "html", base=BASE)


@given(WORDS | MARKUP)
@example("x, y - z")
@example("long " * 100)
@example("two lines\nof words")
def test_a_text_fragment_leads_to_the_words(quote: str) -> None:
    place, source = within(quote)

    link = formatted(place, source, "link")

    address, directive = link.split("#:~:text=")
    assert address == "https://news.example/ports"
    parts = directive.split(",")
    assert re.fullmatch(r"[\w.~%,-]+", directive)
    terms = [unquote(part.removesuffix("-").removeprefix("-")) for part in parts]
    for term in terms:
        assert words(term) in words(source.text)


def test_words_that_stand_twice_are_told_apart_by_those_around_them() -> None:
    text = "One well-known port. The tide, it rose. A second port. The tide, it rose. The end."
    start = text.rindex("The tide")
    source = document(text)

    link = formatted(Span(start, start + len("The tide, it rose.")), source, "link")

    assert link.endswith(
        "#:~:text=rose.%20A%20second%20port.-,The%20tide%2C%20it%20rose.,-The%20end."
    )


def test_words_of_a_list_a_table_and_of_a_script_without_spaces_are_found() -> None:
    listed, source = quoted("1. One.\n- Two and three.\n", "- Two and three.")
    assert formatted(listed, source, "link").endswith("#:~:text=Two%20and%20three.")

    row = "spring | 2020 | open"
    text = f"season | year | state\n{row}\n"
    table = {"tables": (Table(0, len(text), 21),)}
    assert formatted(*quoted(text, row, **table), "link").endswith("#:~:text=spring,open")

    chinese = "港口在春天开放。" * 30
    place, source = within(f"开始。{chinese}结束")
    directive = unquote(formatted(place, source, "link").partition(":~:text=")[2])
    assert directive == "开始,结束"


def test_a_link_is_only_for_the_web_and_a_pdf_is_opened_at_its_page() -> None:
    with pytest.raises(FormatError, match="has no web address"):
        formatted(*quoted(bibliography={}), "link")
    with pytest.raises(FormatError, match="has no web address"):
        formatted(*quoted(bibliography={"URL": "javascript:alert(1)"}), "link")

    pdf: dict[str, Any] = {
        "media_type": "application/pdf",
        "landmarks": (Landmark("page", 0, 7, "iii"),),
    }
    assert formatted(*quoted(**pdf), "link") == "https://news.example/ports#page=7"
    own = {"URL": "https://news.example/ports#top"}
    assert formatted(*quoted(bibliography=own), "link").startswith(f"{own['URL']}:~:text=He%20")


@given(WORDS | MARKUP, WORDS | MARKUP)
@example("a} b{ \\", "C{")
def test_bibtex_is_read_back_by_two_parsers(quote: str, title: str) -> None:
    place, source = quoted(f"It. {quote} So.", quote, title=title)

    text = formatted(place, source, "bibtex")

    parsed = parse_bibtex(text)
    assert parsed.failed_blocks == []
    (entry,) = parsed.entries
    other = parse_string(text, "bibtex").entries["smith2018ports"]
    assert entry.key == "smith2018ports"
    for fields in (entry, {name.lower(): value for name, value in other.fields.items()}):
        note = fields["annote"]
        assert _plain(note if isinstance(note, str) else note.value).startswith(
            _plain(_latex(words(f"“{quote}”")))
        )


def _latex(text: str) -> str:
    return "".join(_TEX.get(sign, sign) for sign in text)


_TEX = {
    **{sign: f"\\{sign}" for sign in "$&#_%"},
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "{": r"\textbraceleft{}",
    "}": r"\textbraceright{}",
}


def _plain(latex: str) -> str:
    return words(LatexNodes2Text(strict_latex_spaces=True).latex_to_text(latex))


def test_pandoc_reads_the_same_item_from_bibtex_ris_and_csl_json() -> None:
    place, source = quoted(title="The footnote: A curious NASA history, 50% of it & more")
    readers = {"bibtex": "biblatex", "ris": "ris", "csl": "csljson"}

    items = {
        name: json.loads(
            pypandoc.convert_text(formatted(place, source, name), "csljson", format=reader)
        )[0]
        for name, reader in readers.items()
    }

    expected = item_of(source)
    for name, item in items.items():
        assert item["id"] == "smith2018ports", name
        assert item["type"] == "article-newspaper", name
        assert re.sub(r"</?span[^>]*>", "", item["title"]) == expected["title"], name
        assert item["container-title"] == "The Harbour & Sea", name
        assert item["URL"] == "https://news.example/ports", name
        # Of a date of RIS pandoc takes the year.
        date = [2018] if name == "ris" else [2018, 9, 10]
        assert [int(part) for part in item["issued"]["date-parts"][0]] == date, name
        assert item["author"][0] == {"family": "Smith", "given": "Jane"}, name
    (told,) = json.loads(formatted(place, source, "csl"))
    assert told == {**expected, "annote": f"“{QUOTE}” (section “Ports”, line 3)"}


@given(WORDS | MARKUP)
@example("TY  - BOOK\nER  - ")
def test_ris_is_read_back(quote: str) -> None:
    text = formatted(*within(quote), "ris")

    (record,) = rispy.loads(text)
    assert record["type_of_reference"] == "NEWS"
    assert record["authors"] == ["Smith, Jane", "Ministry of Ports"]
    assert words(" ".join(record["notes"])).startswith(f"“{words(quote)}”"[:1])
    assert words(quote) in words(" ".join(record["notes"]))


@pytest.mark.parametrize(
    ("known", "cited"),
    [
        ({}, "[@smith2018ports, under “Ports,” line 3]"),
        ({"headings": ()}, "[@smith2018ports, line 3]"),
        ({"citation_key": "zotero;1/a"}, "[@{zotero;1/a}, under “Ports,” line 3]"),
        (
            {"landmarks": (Landmark("page", 0, 4, "iii"),)},
            "[@smith2018ports, {p. iii}]",
        ),
        ({"landmarks": (Landmark("page", 0, 12),)}, "[@smith2018ports, p. 12]"),
        (
            {"landmarks": (Landmark("page", 0, 12), Landmark("page", 40, 13))},
            "[@smith2018ports, pp. 12-13]",
        ),
        ({"landmarks": (Landmark("slide", 0, 4),)}, "[@smith2018ports, slide 4]"),
        ({"headings": (Heading(0, 7, 1, "A ] {b} *c* @d"),)}, None),
    ],
    ids=["section", "line", "odd-key", "label", "page", "pages", "slide", "markup"],
)
def test_pandoc_reads_its_citation_with_the_place(
    known: dict[str, Any], cited: str | None
) -> None:
    place, source = quoted(**known)

    text = formatted(place, source, "pandoc")

    assert cited is None or text.endswith(f" {cited}")
    tree = json.loads(pypandoc.convert_text(text, "json", format="markdown"))
    (paragraph,) = tree["blocks"]
    (cite,) = [part["c"] for part in paragraph["c"] if part["t"] == "Cite"]
    ((citation,), _) = cite
    assert citation["citationId"] == source.citation_key
    # What is said of the place is a locator or a suffix, and nothing of it is lost.
    said = json.dumps(citation["citationSuffix"])
    assert said.count('"t": "Cite"') == 0
    shown = pypandoc.convert_text(text, "plain", format="markdown", extra_args=["--wrap=none"])
    assert shown.startswith("“He said “no” & left 50% of {it} to_them.” ")


def test_several_quotes_make_one_text_with_each_source_once() -> None:
    place, source = quoted()
    first = Span(TEXT.index("First"), TEXT.index("First") + len("First words."))
    other = document(id="other", citation_key="other2018", title="Other")
    places = [(first, source), (place, source), (place, other)]

    bib = parse_string(formatted_together(places, "bibtex"), "bibtex")
    ris = rispy.loads(formatted_together(places, "ris"))
    csl = json.loads(formatted_together(places, "csl"))
    annotations = json.loads(formatted_together(places, "annotation"))
    ieee = formatted_together(places, "ieee")
    notes = formatted_together(places, "chicago")

    assert list(bib.entries) == [one["id"] for one in ris] == ["smith2018ports", "other2018"]
    assert [one["id"] for one in csl] == ["smith2018ports", "other2018"]
    assert "First words." in csl[0]["annote"]
    assert QUOTE in csl[0]["annote"]
    assert len(annotations) == 3
    assert re.findall(r"” \[(\d), ", ieee) == ["1", "1", "2"]
    assert re.findall(r"^(\d)\. ", notes, re.MULTILINE) == ["1", "2", "3"]


def test_italics_are_kept_as_html_and_only_where_there_are_any() -> None:
    place, source = quoted()

    assert "<i>The Harbour &amp; Sea</i>, September 10, 2018" in (
        formatted_html(place, source, "chicago") or ""
    )
    assert "The Harbour & Sea, September 10, 2018" in formatted(place, source, "chicago")
    assert formatted_html(place, source, "plain") is None


def test_metadata_that_is_missing_is_left_out() -> None:
    place, source = quoted(title=None, author=None, date=None, bibliography={}, citation_key="")

    assert item_of(source) == {"id": "ports", "type": "document", "title": "ports.md"}
    assert formatted(place, source, "plain") == f"“{QUOTE}” “ports.md”, section “Ports”, line 3."
    for name in FORMATS:
        if name != "link":
            assert "None" not in formatted(place, source, name)
