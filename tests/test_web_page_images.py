"""The pages of PDF files over HTTP, while the files change."""

from typing import Any

import pytest
from conftest import OpenDesk, assert_not_found
from lxml import html
from test_index_reading_pdf import make_pdf, pages

from index import PageViewer, TooBusy

QUOTE = "The bridge was opened in spring."
NOTES = f"The tower is tall. {QUOTE} The river is wide."


def test_a_page_of_a_pdf_is_shown_with_its_quote(
    open_desk: OpenDesk,
) -> None:
    desk = open_desk("notes.pdf", make_pdf(pages("The tower is tall.", QUOTE, "The end.")))
    link = desk.link()
    span = link.rpartition("/")[2]

    page = desk.get(f"/api/documents/{desk.document}/pages/2?span={span}")

    (rectangle,) = page.pop("rectangles")
    left, top, right, bottom = rectangle
    assert 0 < left < right < 1
    assert 0 < top < bottom < 0.1
    assert page == {
        "schema": 1,
        "number": 2,
        "label": None,
        "pages": 3,
        "previous": 1,
        "next": 3,
        "image": f"/d/{desk.document}/pages/2.png",
        "width": 1191,
        "height": 1684,
        "reason": None,
    }
    first = desk.get(f"/api/documents/{desk.document}/pages/1")
    last = desk.get(f"/api/documents/{desk.document}/pages/3?span={span}")
    assert (first["previous"], first["next"], first["reason"]) == (None, 2, None)
    assert (last["previous"], last["next"], last["rectangles"]) == (2, None, [])
    assert "another page" in last["reason"]


def test_a_page_comes_alone_with_its_quote_and_its_neighbours(open_desk: OpenDesk) -> None:
    desk = open_desk("notes.pdf", make_pdf(pages("The tower is tall.", QUOTE)))
    span = desk.link().rpartition("/")[2]

    for number, marked in ((1, 0), (2, 1)):
        response = desk.client.get(f"/d/{desk.document}/pages/{number}?span={span}")
        figure: Any = html.fragment_fromstring(response.text.strip())
        assert (response.mimetype, figure.tag) == ("text/html", "figure")
        assert len(figure.xpath(".//rect[@id='quote']")) == marked
        assert figure.xpath(".//img/@src") == [f"/d/{desk.document}/pages/{number}.png"]
        (other,) = figure.xpath(".//a")
        assert other.get("href") == f"/d/{desk.document}/{span}?page={3 - number}"
        address = f"/d/{desk.document}/pages/{3 - number}?span={span}"
        assert other.get("data-figure") == address
        assert desk.client.get(address).status_code == 200


def test_a_page_that_was_asked_for_is_seen_and_its_text_closed(open_desk: OpenDesk) -> None:
    desk = open_desk("notes.pdf", make_pdf(pages("The tower is tall.", QUOTE)))
    link = desk.link()

    page: Any = html.fromstring(desk.client.get(f"{link}?page=1").text)

    assert page.xpath("//*[@id='quote'] | //main/details[@open]") == []
    assert page.xpath("//p[@class='citation']/a/@href") == [f"{link}#quote"]


def test_a_quote_that_moved_or_is_gone_is_so_on_its_page(
    open_desk: OpenDesk,
) -> None:
    desk = open_desk("notes.pdf", make_pdf(pages(QUOTE, "The end.")))
    span = desk.link().rpartition("/")[2]

    desk.read(make_pdf(pages("A new page.", QUOTE)))
    moved = desk.get(f"/api/documents/{desk.document}/pages/2?span={span}")
    desk.read(make_pdf(pages("A new page.", "Nothing.")))
    gone = desk.get(f"/api/documents/{desk.document}/pages/2?span={span}")

    assert (len(moved["rectangles"]), moved["reason"]) == (1, None)
    assert gone["rectangles"] == []
    assert gone["image"]
    assert gone["reason"] == "the document has changed; the quote is gone"


def test_a_browser_keeps_the_image_of_a_page_until_the_file_changes(
    open_desk: OpenDesk,
) -> None:
    desk = open_desk("notes.pdf", make_pdf(pages(QUOTE)))
    path = f"/d/{desk.document}/pages/1.png"

    first = desk.client.get(path)
    again = desk.client.get(path, headers={"If-None-Match": first.headers["ETag"]})
    desk.read(make_pdf(pages("Nothing.")))
    changed = desk.client.get(path, headers={"If-None-Match": first.headers["ETag"]})

    assert (first.status_code, first.mimetype) == (200, "image/png")
    assert first.data.startswith(b"\x89PNG")
    assert (again.status_code, again.data) == (304, b"")
    assert changed.status_code == 200
    for response in (first, again, changed):
        assert response.headers["Cache-Control"] == "private, no-cache"
        assert "default-src 'none'" in response.headers["Content-Security-Policy"]
    assert first.headers["ETag"] == again.headers["ETag"] != changed.headers["ETag"]


def test_the_page_of_a_file_that_changed_or_is_gone_is_not_shown(
    open_desk: OpenDesk,
) -> None:
    desk = open_desk("notes.pdf", make_pdf(pages(QUOTE)))
    path = f"/api/documents/{desk.document}/pages/1?span=0-5"

    desk.path.write_bytes(make_pdf(pages("Nothing.")))
    changed = desk.get(path)
    desk.path.unlink()
    gone = desk.get(path)

    for page, reason in ((changed, "changed since"), (gone, "no longer there")):
        assert (page["image"], page["rectangles"], page["pages"]) == (None, [], 1)
        assert reason in page["reason"]
    assert_not_found(desk.client, f"/d/{desk.document}/pages/1.png", "no longer there")


def test_where_too_many_pages_are_drawn_the_text_can_be_read(
    open_desk: OpenDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = open_desk("notes.pdf", make_pdf(pages(QUOTE)))

    def view(*_arguments: object) -> None:
        raise TooBusy("many pages are being drawn; open this one again in a moment")

    monkeypatch.setattr(PageViewer, "view", view)
    shown = desk.client.get(f"/d/{desk.document}")
    image = desk.client.get(f"/d/{desk.document}/pages/1.png")
    described = desk.client.get(f"/api/documents/{desk.document}/pages/1")

    assert shown.status_code == 200
    assert "Many pages are being drawn" in shown.text
    assert QUOTE in shown.text
    for response in (image, described):
        assert (response.status_code, response.headers["Retry-After"]) == (503, "2")
        assert "many pages" in response.text


def test_what_is_not_shown_of_a_long_quote_is_said(open_desk: OpenDesk) -> None:
    desk = open_desk("notes.pdf", make_pdf(pages(*(f"Page {n} tells." for n in range(1, 6)))))
    end = len(desk.library.document(desk.document).text)  # type: ignore[union-attr]  # it is there

    whole = desk.client.get(f"/d/{desk.document}/0-{end}").text
    short = desk.client.get(f"/d/{desk.document}/0-20").text

    assert whole.count("<figure") == 3
    assert "The quote goes on to page 5: its pages are shown up to page 3" in whole
    assert "goes on" not in short


@pytest.mark.parametrize("number", ["0", "2", "99999999999999999999"])
def test_a_page_that_is_not_there_is_not_found(open_desk: OpenDesk, number: str) -> None:
    desk = open_desk("notes.pdf", make_pdf(pages(QUOTE)))

    for path in (
        f"/d/{desk.document}/pages/{number}.png",
        f"/d/{desk.document}/pages/{number}",
        f"/api/documents/{desk.document}/pages/{number}",
        f"/d/{desk.document}?page={number}",
    ):
        assert_not_found(desk.client, path, f"there is no page {number} in 'notes.pdf'; it has 1")


def test_a_document_without_pages_has_no_images(
    open_desk: OpenDesk,
) -> None:
    desk = open_desk("notes.txt", NOTES)

    for path in (f"/d/{desk.document}/pages/1.png", f"/api/documents/{desk.document}/pages/1"):
        assert_not_found(desk.client, path, "'notes.txt' is no PDF")
