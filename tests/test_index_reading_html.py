"""HTML: what a reader of the page sees, without the site around it."""

import socket
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.documents import Reading
from index.reading.draft import Draft
from index.reading.html import read_html
from index.reading.markup import parse_markup, write_markup

SENTENCE = "The council of {0} decided in {0} that the harbour would stay open for ships. "


def written(markup: bytes | str) -> Reading:
    draft = Draft()
    write_markup(draft, parse_markup(markup))
    return draft.reading("text/html")


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        pytest.param("<p>One\n  two</p><p>three", "One two\n\nthree", id="paragraphs"),
        pytest.param("<p>One<br>two<br/>three", "One\ntwo\nthree", id="breaks"),
        pytest.param("<p>a<b>b</b> <i>c</i></p>tail", "ab c\n\ntail", id="inline"),
        pytest.param("<p>co&shy;operate &amp; x&nbsp;y", "cooperate & x\u00a0y", id="characters"),
        pytest.param("<ul><li>one<li>two</ul>end", "- one\n- two\n\nend", id="list"),
        pytest.param("<ol start=3><li>a<li>b</ol>", "3. a\n4. b", id="numbered"),
        pytest.param('<ol type="a"><li>x<li>y</ol>', "a. x\nb. y", id="lettered"),
        pytest.param("<ul><li>a<ul><li>b</ul><li>c</ul>", "- a\n- b\n- c", id="nested list"),
        pytest.param("<blockquote>Said.</blockquote><q>so</q>", "Said.\n\n“so”", id="quotations"),
        pytest.param("<pre>\n a\n   b\n</pre>x", " a\n   b\n\nx", id="preformatted"),
        pytest.param("a<script>b</script>c<style>d</style><!-- e -->f", "acf", id="unseen"),
        pytest.param(
            "<p>a<p hidden>b</p><p style='display: none'>c</p><p>d", "a\n\nd", id="hidden"
        ),
        pytest.param("a<noscript>b</noscript><template>c</template>", "a", id="templates"),
        pytest.param("<dl><dt>Term<dd>Meaning</dl>", "Term\n\nMeaning", id="definitions"),
        pytest.param("", "", id="empty"),
        pytest.param("just words", "just words", id="no markup"),
    ],
)
def test_blocks(markup: str, text: str) -> None:
    assert written(markup).text == text


def test_headings_point_at_their_own_characters() -> None:
    reading = written("<h1>Big <em>one</em></h1><p>Text.</p><h3>Small\n one</h3>")

    assert [
        (heading.level, heading.title, reading.text[heading.start : heading.end])
        for heading in reading.headings
    ] == [(1, "Big one", "Big one"), (3, "Small one", "Small one")]


def test_data_tables_have_rows_and_a_header() -> None:
    reading = written(
        "<table><caption>Cities</caption><tr><th>City<th>People<th></th>"
        "<tr><td rowspan=2>Rome<td>2.8<td><tr><td>2.9<td></table>"
    )

    (table,) = reading.tables
    assert reading.text == "Cities\n\nCity | People\nRome | 2.8\n | 2.9"
    assert reading.text[table.start : table.header_end] == "City | People"
    assert [mark.number for mark in reading.landmarks] == [1, 2, 3]


def test_tables_that_arrange_the_page_are_not_data() -> None:
    reading = written("<table><tr><td><h2>Left</h2>Words<td><table><tr><td>x</table></table>")

    assert reading.tables == ()
    assert reading.text == "Left\n\nWords\n\nx"


def test_xhtml_is_read_with_its_empty_elements() -> None:
    page = (
        '<?xml version="1.0" encoding="iso-8859-1"?><!DOCTYPE html PUBLIC "-//W3C//DTD">'
        '<html xmlns="http://www.w3.org/1999/xhtml"><head><title/></head>'
        '<body><a id="top"/><p>Café&nbsp;noir</p><script src="x"/><p>End</p></body></html>'
    )

    assert written(page.encode("iso-8859-1")).text == "Café\u00a0noir\n\nEnd"


@pytest.mark.parametrize("depth", [300, 5000, 200_000])
def test_deep_nesting_loses_no_word(depth: int) -> None:
    reading = written("<div>x " * depth + "<p>end")

    assert reading.text.count("x") == depth
    assert reading.text.endswith("end")


def test_nothing_is_fetched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("TOP SECRET")

    def refuse(*_: object) -> None:
        pytest.fail("a connection was opened")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    body = '<p>&xxe; <img src="http://example.org/x.png"/> ' + SENTENCE.format("Oslo") * 9 + "</p>"
    entity = f'<!DOCTYPE html [<!ENTITY xxe SYSTEM "{secret.as_uri()}">]>'
    style = '<link rel="stylesheet" href="http://example.org/x.css"/>'
    for root in ("<html>", '<html xmlns="http://www.w3.org/1999/xhtml">'):
        page = f'<?xml version="1.0"?>{entity}{root}<head>{style}</head><body>{body}</body></html>'
        text = read_html(page.encode()).text

        assert "SECRET" not in text
        assert "Oslo" in text


ARTICLE = f"""<!doctype html><html lang="en-GB"><head>
<title>Harbours of the North | The Daily Example</title>
<meta property="article:published_time" content="2020-09-22T10:00:00Z">
<meta name="author" content="Jane Doe"></head><body>
<nav><ul><li><a href="/">Start page</a><li><a href="/news">All the news</a></ul></nav>
<header><h1>Harbours of the North</h1></header>
<article><p>{SENTENCE.format("Oslo") * 3}</p><h2>History</h2>
<p>{SENTENCE.format("Bergen") * 3}</p>
<ul><li><a href="/a">Related piece</a><li><a href="/b">Another piece</a></ul>
<table><tr><th>Port<th>Ships<tr><td>Bergen<td>900</table>
<p>{SENTENCE.format("Tromso") * 3}</p></article>
<aside><p>Subscribe to our newsletter today, it is free.</p></aside>
<footer><p>Copyright The Daily Example, all rights reserved.</p></footer></body></html>"""


def test_the_site_around_the_content_is_left_out() -> None:
    reading = read_html(ARTICLE.encode())

    for boilerplate in ("Start page", "Related piece", "newsletter", "Copyright"):
        assert boilerplate not in reading.text
    for town in ("Oslo", "Bergen", "Tromso"):
        assert reading.text.count(SENTENCE.format(town).strip()) == 3
    assert "Port | Ships\nBergen | 900" in reading.text
    assert [(heading.level, heading.title) for heading in reading.headings] == [
        (1, "Harbours of the North"),
        (2, "History"),
    ]


def test_metadata_is_what_the_page_declares() -> None:
    reading = read_html(ARTICLE.encode())

    assert reading.title == "Harbours of the North"
    assert reading.author == "Jane Doe"
    assert reading.date == "2020-09-22"
    assert reading.language == "en-GB"


def test_scholarly_and_linked_data_are_declarations_too() -> None:
    scholarly = read_html(
        b'<meta name="citation_title" content="On Things"><meta name="citation_author" '
        b'content="Doe, Jane"><meta name="citation_author" content="Roe, Richard">'
        b'<meta name="citation_publication_date" content="2019/03/07"><p>Words.'
    )
    linked = read_html(
        b'<script type="application/ld+json">{"@graph": [{"headline": "Flood", "datePublished":'
        b' "2021-07-15", "author": [{"name": "Ann Lee"}]}]}</script><p>Words.'
    )

    assert (scholarly.title, scholarly.author, scholarly.date) == (
        "On Things",
        "Doe, Jane; Roe, Richard",
        "2019-03-07",
    )
    assert (linked.title, linked.author, linked.date) == ("Flood", "Ann Lee", "2021-07-15")


def test_no_date_is_guessed() -> None:
    page = f"<p>On 3 May 1999 it rained. {SENTENCE.format('Oslo') * 9}</p><p>© 2024</p>"

    assert read_html(page.encode()).date is None


_WORDS = st.sampled_from(["alpha", "beta", "gamma", "delta", "&lt;b&gt;", "ünï"])
_TAGS = st.sampled_from(["p", "div", "span", "b", "li", "td", "h2", "blockquote", "section", "em"])


@given(st.lists(st.tuples(_TAGS, st.lists(_WORDS, min_size=1, max_size=4)), max_size=25))
@settings(deadline=None)
def test_every_word_is_written_once_and_in_order(parts: list[tuple[str, list[str]]]) -> None:
    markup = " ".join(f"<{tag}>{' '.join(words)}</{tag}>" for tag, words in parts)
    expected = [word for _, words in parts for word in words]
    reading = written(markup)

    found = [word for word in reading.text.replace("- ", " ").split() if word != "|"]
    assert found == [word.replace("&lt;", "<").replace("&gt;", ">") for word in expected]
    for heading in reading.headings:
        assert reading.text[heading.start : heading.end] == heading.title
