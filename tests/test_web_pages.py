"""The pages for people: asking, reading, and seeing a quote in its place."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from conftest import WordEmbedder
from flask.testing import FlaskClient
from lxml import html

from index import Document, Library
from qa import Settings
from web import create_app

BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}

QUESTION = "Who turned down Turkey's request for a truce near Idlib?"
FOREIGN = "What is the capital of Australia?"

ATTACK = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>&amp;"


def _page(client: FlaskClient, path: str, status: int = 200, **query: str) -> html.HtmlElement:
    response = client.get(path, headers=BROWSER, query_string=query or None)
    assert (response.status_code, response.mimetype) == (status, "text/html")
    return html.document_fromstring(response.get_data(as_text=True))


def _words(element: html.HtmlElement) -> str:
    return " ".join(element.text_content().split())


def _one(page: html.HtmlElement, path: str) -> html.HtmlElement:
    (element,) = page.xpath(path)
    return element


def _documents(library: Library) -> list[Document]:
    found = [library.document(file.document) for file in library.files() if file.document]
    return [document for document in found if document]


def test_the_first_page_asks_and_lists_the_documents(
    client: FlaskClient, seed_library: Library
) -> None:
    page = _page(client, "/")

    field = _one(page, "//form[@method='post']//input[@name='q']")
    assert field.get("value") == ""
    assert "10 documents" in _words(page)
    shelf = _page(client, "/library")
    listed = shelf.xpath("//ul[@class='files']//p[@class='title']/a")
    assert [(link.get("href"), link.text_content()) for link in listed] == sorted(
        ((f"/d/{document.id}", document.name) for document in _documents(seed_library)),
        key=lambda one: one[1].casefold(),
    )
    assert _words(_one(shelf, "//h1")) == "10 documents"


def test_a_question_in_the_address_is_answered_without_a_script(client: FlaskClient) -> None:
    page = _page(client, "/", q=f" {QUESTION} ")
    answer: Any = client.post("/api/ask", json={"question": QUESTION}).json

    assert page.xpath("//script[not(@src)]") == []
    assert _words(_one(page, "//h1")) == QUESTION
    quotes = page.xpath("//ol[@class='excerpts']/li//p[@class='quote']/q")
    assert [words.text_content() for words in quotes] == [
        excerpt["quote"] for excerpt in answer["excerpts"]
    ]
    for item, excerpt in zip(page.xpath("//ol/li"), answer["excerpts"], strict=True):
        assert excerpt["citation"] in _words(_one(item, ".//p[@class='citation']"))
        assert _one(item, ".//a[@class='place']").get("href") == f"{excerpt['link']}#quote"
        around = _one(item, ".//details/p").text_content()
        assert around == excerpt["before"] + excerpt["quote"] + excerpt["after"]
        marked = [word.text_content() for word in item.xpath(".//p[@class='quote']//b")]
        if excerpt["answer_span"] is None:
            assert "Idlib" in marked
            assert "a" not in marked
        else:
            assert marked == []


def test_what_the_documents_do_not_say_is_refused_in_plain_words(client: FlaskClient) -> None:
    page = _page(client, "/", q=FOREIGN)
    answer: Any = client.post("/api/ask", json={"question": FOREIGN}).json

    assert _words(_one(page, "//p[@class='notice']")) == "Your documents do not say."
    assert page.xpath("//ol[@class='excerpts']") == []
    assert _words(_one(page, "//h2")) == "What comes closest, without answering"
    closest = page.xpath("//ul[@class='excerpts closest']/li//p[@class='quote']/q")
    assert [words.text_content() for words in closest] == [
        excerpt["quote"] for excerpt in answer["closest"]
    ]


@pytest.mark.parametrize(
    ("question", "said"),
    [
        pytest.param("", "The question is empty", id="empty"),
        pytest.param("  ", "The question is empty", id="whitespace"),
        pytest.param("a" * 2001, "2,001 characters", id="2001_characters"),
        pytest.param("Who\0?", "control characters", id="control_characters"),
        pytest.param("?!<b>"[:2], "no words", id="no_words"),
    ],
)
def test_a_question_that_cannot_be_asked_is_refused_on_the_page(
    client: FlaskClient, question: str, said: str
) -> None:
    page = _page(client, "/", status=422, q=question)

    assert said in _words(_one(page, "//p[@role='alert']"))
    assert _one(page, "//input[@name='q']").get("value") == question.replace("\0", "�")
    assert page.xpath("//section") == []


def test_every_quote_opens_as_the_one_mark_in_its_place(
    client: FlaskClient, seed_library: Library, golden_questions: list[str]
) -> None:
    seen = set()
    for question in golden_questions:
        answer: Any = client.post("/api/ask", json={"question": question}).json
        for excerpt in answer["excerpts"] + answer["closest"]:
            document = seed_library.document(excerpt["document"]["id"])
            assert document is not None
            seen.add(document.media_type)
            span = "{start}-{end}".format(**excerpt["span"])
            by_path = client.get(f"/d/{document.id}/{span}").text
            by_query = client.get(f"/d/{document.id}?span={span}").text
            assert by_path == by_query
            page = html.document_fromstring(by_path)
            mark = _one(page, "//mark")
            # On the page of a PDF the quote is a rectangle, where it can be placed.
            assert _one(page, "//*[@id='quote']").tag in {"mark", "rect"}
            assert mark.text_content() == excerpt["quote"]
            text = _one(page, "//div[@class='text']")
            assert text.text_content() == document.text
            before = "".join(text.xpath(".//text()[following::mark or following-sibling::mark]"))
            assert len(before) == excerpt["span"]["start"]
            assert excerpt["citation"] in _words(_one(page, "//p[@class='citation']"))
    assert len(seen) == len({document.media_type for document in _documents(seed_library)})


def test_every_document_shows_its_whole_text_and_no_mark(
    client: FlaskClient, seed_library: Library
) -> None:
    for document in _documents(seed_library):
        page = _page(client, f"/d/{document.id}")
        assert _words(_one(page, "//h1")) == document.name
        assert _one(page, "//div[@class='text']").text_content() == document.text
        assert page.xpath("//mark") == []
        about = _one(page, "//p[@class='small' and @title]")
        assert about.get("title") == document.source
        assert Path(document.source).name in _words(about)


def test_headings_and_pages_are_marked_where_they_begin(
    client: FlaskClient, seed_library: Library
) -> None:
    booklet = next(
        document
        for document in _documents(seed_library)
        if document.media_type == "application/pdf"
    )

    page = _page(client, f"/d/{booklet.id}")

    pages = [mark for mark in booklet.landmarks if mark.kind == "page"]
    shown = page.xpath("//span[@class='landmark']/@data-name")
    assert shown == [f"page {mark.label}" for mark in pages]
    headings = page.xpath("//span[@role='heading']")
    assert ["".join(heading.text_content().split()) for heading in headings] == [
        "".join(booklet.text[heading.start : heading.end].split()) for heading in booklet.headings
    ]


def test_slides_sheets_and_parts_say_their_names(
    client: FlaskClient, seed_library: Library
) -> None:
    shown = {
        name
        for document in _documents(seed_library)
        for name in _page(client, f"/d/{document.id}").xpath("//@data-name")
    }

    assert {name.partition(" ")[0] for name in shown} == {"page", "part", "sheet", "slide"}
    assert {"page iii", "sheet Deadlines"} <= shown


def test_a_span_may_be_the_whole_text_or_one_character(
    client: FlaskClient, seed_library: Library
) -> None:
    for document in _documents(seed_library):
        last = len(document.text)
        for start, end in [(0, last), (0, 1), (last - 1, last), (last // 2, last // 2 + 40)]:
            page = _page(client, f"/d/{document.id}/{start}-{end}")
            assert _one(page, "//mark").text_content() == document.text[start:end]
            assert _one(page, "//*[@id='quote']").tag in {"mark", "rect"}
            assert _one(page, "//div[@class='text']").text_content() == document.text


@pytest.mark.parametrize(
    "span",
    [
        pytest.param("5-5", id="empty"),
        pytest.param("9-3", id="backwards"),
        pytest.param("-1-5", id="negative"),
        pytest.param("0-999999", id="beyond_the_end"),
        pytest.param("0-9999999999999999999", id="huge"),
        pytest.param("0", id="one_number"),
        pytest.param("0-5-9", id="three_numbers"),
        pytest.param("a-b", id="words"),
        pytest.param("٠-٥", id="other_digits"),
        pytest.param("0-5\n", id="line_break"),
        pytest.param("<b>0-5", id="markup"),
    ],
)
def test_a_span_that_is_not_there_is_not_found(
    client: FlaskClient, seed_library: Library, span: str
) -> None:
    path = f"/d/{_documents(seed_library)[0].id}"

    _assert_not_found(client, path, "there is no span", span=span)
    _assert_not_found(client, f"{path}/{quote(span)}", "there is no span")


@pytest.mark.parametrize(
    "document", ["0000000000000000", "nobody", "<b>", "'--", "a" * 4000, "\0"]
)
def test_a_document_that_is_not_there_is_not_found(client: FlaskClient, document: str) -> None:
    path = f"/d/{quote(document)}"

    _assert_not_found(client, path, "there is no document")
    _assert_not_found(client, f"{path}/0-5", "there is no document")


def _assert_not_found(client: FlaskClient, path: str, said: str, **query: str) -> None:
    """A page for a browser, a problem document for a program."""
    page = _page(client, path, status=404, **query)
    assert said in _words(_one(page, "//p[@role='alert']")).lower()
    assert page.xpath("//b | //mark") == []
    response = client.get(path, query_string=query or None)
    assert (response.status_code, response.mimetype) == (404, "application/problem+json")
    assert response.json is not None
    assert said in response.json["detail"]


def test_text_from_documents_and_questions_is_never_markup(
    tmp_path: Path, make_library: Callable[[Path], Library], embedder: WordEmbedder
) -> None:
    folder = tmp_path / "documents"
    folder.mkdir()
    name = ATTACK.replace("/", "") + ".txt"
    (folder / name).write_text(f"The harbour bridge says: {ATTACK} and {{{{ 7 * 7 }}}}.\n")
    (folder / f"{name}.meta.json").write_text(
        json.dumps({"title": f"Title {ATTACK}", "author": [{"literal": f"Author {ATTACK}"}]})
    )
    (folder / "plain.txt").write_text(f"Another harbour bridge, {ATTACK}\n")
    (folder / (ATTACK.replace("/", "") + ".png")).write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(40))
    library = make_library(folder)
    client = create_app(
        Settings(library=tmp_path / "library", threshold=0), embedder=embedder
    ).test_client()
    documents = _documents(library)
    assert len(documents) == 2

    pages = [
        _page(client, "/library"),
        _page(client, "/", q=f"harbour bridge {ATTACK}"),
        _page(client, "/", status=422, q="<>\"'"),
        _page(client, f"/d/{ATTACK.replace('/', '')}", status=404),
        *(_page(client, f"/d/{document.id}") for document in documents),
        *(_page(client, f"/d/{document.id}/4-60") for document in documents),
    ]

    for page in pages:
        assert page.xpath("//script[not(starts-with(@src, '/static/'))]") == []
        assert page.xpath("//img | //@onerror | //*[text()='49']") == []
    home, answer, refused, unknown, *shown = (page.text_content() for page in pages)
    assert home.count(ATTACK) >= 2
    assert ATTACK.replace("/", "") in home
    assert f"harbour bridge {ATTACK}" in answer
    assert f"says: {ATTACK} and {{{{ 7 * 7 }}}}." in answer
    assert "<>" in refused
    assert "<img src=x onerror=alert(2)>&amp;" in unknown
    assert [document.text in text for document, text in zip(documents, shown, strict=False)] == [
        True,
        True,
    ]


def test_files_that_gave_no_document_are_listed_with_the_reason(
    tmp_path: Path, make_library: Callable[[Path], Library], embedder: WordEmbedder
) -> None:
    folder = tmp_path / "documents"
    folder.mkdir()
    (folder / "notes.txt").write_text("The bridge was opened in spring.")
    (folder / "broken.pdf").write_bytes(b"%PDF-1.7\nnothing more")
    library = make_library(folder)
    client = create_app(Settings(library=tmp_path / "library"), embedder=embedder).test_client()

    page = _page(client, "/library")

    broken = library.file(str(folder / "broken.pdf"))
    assert broken is not None
    assert _words(_one(page, "//h1")) == "1 document"
    assert "documents/broken.pdf" in _words(page)
    assert broken.reason in _words(page)
    only = _page(client, "/library", state="failed", find="broken")
    assert len(only.xpath("//ul[@class='files']/li")) == 1
    assert (
        _page(client, "/library", find="nothing of the kind").xpath("//ul[@class='files']") == []
    )


def test_the_button_for_ticked_documents_says_where_none_was_ticked(client: FlaskClient) -> None:
    said = "No document was ticked, so all of them are asked."

    assert _words(_one(_page(client, "/?ticked=1"), "//p[@class='notice']")) == said
    for path in ("/", "/?ticked=1&in=kavkaz-2020.md"):
        assert _page(client, path).xpath("//p[@class='notice']") == []


def test_another_host_name_gets_a_page_that_says_so(client: FlaskClient) -> None:
    response = client.get("/", headers={**BROWSER, "Host": "evil.example"})

    assert (response.status_code, response.mimetype) == (400, "text/html")
    assert "is not this machine" in response.text


def test_an_icon_and_a_style_are_served(client: FlaskClient) -> None:
    for kind, address in [("image/svg+xml", "icon.svg"), ("text/css", "style.css")]:
        with client.get(f"/static/{address}") as response:
            assert (response.status_code, response.mimetype) == (200, kind)


def test_filters_and_phrases_may_be_typed_in_the_box(client: FlaskClient) -> None:
    page = _page(client, "/", q="What do scholars call it? in:history-of-footnotes.epub")
    assert all("Footnotes" in _words(one) for one in page.xpath("//p[@class='citation']"))
    assert page.xpath("//p[@class='citation']")

    page = _page(client, "/", q="“null and never said”")
    assert "Your documents do not say." in _words(_one(page, "//section[@aria-label='Answer']"))


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("Who? after:yesterday", "After 'yesterday' is no date; write 2020, 2020-09 or"),
        ("Who? tag:<b>", "No document has the tag '<b>'"),
        ("in:seeds", "The question 'in:seeds' has only filters"),
    ],
)
def test_a_filter_that_cannot_be_used_is_said_in_a_sentence(
    client: FlaskClient, question: str, said: str
) -> None:
    page = _page(client, "/", 422, q=question)

    assert said in _words(_one(page, "//p[@role='alert']"))
    assert _one(page, "//input[@name='q']").get("value") == question


def test_the_words_that_answer_are_marked_on_the_page(client: FlaskClient) -> None:
    question = "Who was the American ambassador to the United Nations?"

    page = _page(client, "/", q=question)

    quote, *_ = page.xpath("//p[@class='quote']/q")
    assert [_words(one) for one in quote.xpath("strong")] == ["Nikki Haley"]
    assert not quote.xpath("b")
