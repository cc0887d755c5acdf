"""Permanent links over HTTP, while documents change."""

from typing import Any

import pytest
from conftest import OpenDesk, assert_not_found
from flask.testing import FlaskClient
from lxml import html
from test_index_reading_pdf import make_pdf, pages

QUOTE = "The bridge was opened in spring."
NOTES = f"The tower is tall. {QUOTE} The river is wide."


def _shown(client: FlaskClient, path: str) -> tuple[str, list[str]]:
    """What a document's page says of its quote, and what it marks."""
    response = client.get(path)
    assert response.status_code == 200
    page: Any = html.document_fromstring(response.text)
    (status,) = page.xpath("//*[@role='status']")
    return status.text_content(), [mark.text_content() for mark in page.iter("mark")]


def test_what_is_known_already_is_not_sent_again(open_desk: OpenDesk) -> None:
    desk = open_desk("notes.pdf", make_pdf(pages(NOTES)))
    link = desk.link()
    paths = (
        f"/api/documents/{desk.document}",
        f"/api/documents/{desk.document}/pages/1?span={link.rpartition('/')[2]}",
        f"/api/citations{link.removeprefix('/d')}",
        link,
        f"/d/{desk.document}",
    )

    first = {path: desk.client.get(path).headers["ETag"] for path in paths}
    again = {
        path: desk.client.get(path, headers={"If-None-Match": tag}) for path, tag in first.items()
    }
    desk.read(make_pdf(pages(f"In the beginning there was a ford. {NOTES}")))
    changed = {
        path: desk.client.get(path, headers={"If-None-Match": tag}) for path, tag in first.items()
    }

    assert {(one.status_code, one.data) for one in again.values()} == {(304, b"")}
    assert {path: one.status_code for path, one in changed.items()} == dict.fromkeys(paths, 200)


@pytest.mark.parametrize(
    ("changed", "state", "said", "quote"),
    [
        pytest.param(
            NOTES + " Nobody crossed it.",
            "unchanged",
            "This quote is unchanged.",
            QUOTE,
            id="same",
        ),
        pytest.param(
            f"In the beginning there was a ford.\n\n{NOTES}",
            "moved",
            "The document has changed; the quote moved here.",
            QUOTE,
            id="moved",
        ),
        pytest.param(
            NOTES.replace("spring", "autumn"),
            "gone",
            "The document has changed; the quote is gone.",
            None,
            id="gone",
        ),
    ],
)
def test_a_link_finds_its_quote_after_the_document_changed(
    open_desk: OpenDesk,
    changed: str,
    state: str,
    said: str,
    quote: str | None,
) -> None:
    desk = open_desk("notes.txt", NOTES)
    link = desk.link()
    assert _shown(desk.client, link) == ("This quote is unchanged.", [QUOTE])
    desk.read(changed)

    citation = desk.get(f"/api/citations{link.removeprefix('/d')}")

    assert _shown(desk.client, link) == (said, [quote] if quote else [])
    assert list(citation) == "schema state quote span locator citation link".split()
    assert (citation["schema"], citation["state"], citation["quote"]) == (1, state, quote)
    if quote is None:
        assert [citation[name] for name in ("span", "locator", "citation", "link")] == [None] * 4
    else:
        start, end = changed.index(quote), changed.index(quote) + len(quote)
        assert citation["span"] == {"start": start, "end": end}
        assert citation["locator"]["text"] == f"line {changed.count(chr(10), 0, start) + 1}"
        assert citation["citation"].endswith(f"line {citation['locator']['line']}.")
        assert citation["link"].startswith(f"/d/{desk.document}/{start}-{end}-")
        assert _shown(desk.client, citation["link"]) == ("This quote is unchanged.", [quote])


def test_older_links_are_shown_without_a_word_about_changes(
    open_desk: OpenDesk,
) -> None:
    desk = open_desk("notes.txt", NOTES)
    desk.read(NOTES.replace("tower", "steeple"))

    for path in (f"/d/{desk.document}/0-9", f"/d/{desk.document}?span=0-9"):
        page = html.document_fromstring(desk.client.get(path).text)
        assert page.xpath("string(//mark)") == NOTES[:4] + "steep"
        assert page.xpath("//*[@role='status']") == []


def test_a_link_of_a_removed_document_is_not_found(
    open_desk: OpenDesk,
) -> None:
    desk = open_desk("notes.txt", NOTES)
    link = desk.link()
    with desk.library.writer() as writer:
        writer.remove([str(desk.path)])

    for path in (link, f"/api/citations{link.removeprefix('/d')}"):
        assert_not_found(desk.client, path, "it may have been removed")


@pytest.mark.parametrize(
    ("span", "said"),
    [
        ("0-5", "'0-5' has no fingerprint"),
        ("0-5-abc", "there is no span '0-5-abc'"),
        ("5-5-aaaaaaaaaaaa9", "there is no span"),
        ("x", "there is no span 'x'"),
    ],
)
def test_what_is_no_citation_is_not_found(open_desk: OpenDesk, span: str, said: str) -> None:
    desk = open_desk("notes.txt", NOTES)

    assert_not_found(desk.client, f"/api/citations/{desk.document}/{span}", said)
