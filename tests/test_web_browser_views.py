"""Every view for everyone: by axe's rules, dark and light, on a phone, and on paper."""

from collections.abc import Iterator
from typing import Any

import pytest
from browsing import FOREIGN, QUESTION, axe, overflow, served, visited
from conftest import WordEmbedder
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Browser, Locator

from index import Library, token_counter
from qa import Settings
from web import create_app
from web.app import close_app

_PHONE = {"width": 360, "height": 740}

_VIEWS = {
    "home": 200,
    "home_empty": 200,
    "conversation": 200,
    "answer": 200,
    "silence": 200,
    "refusal": 422,
    "long": 200,
    "text": 200,
    "pdf": 200,
    "library": 200,
    "library_empty": 200,
    "problem": 404,
    "reference": 200,
}


@pytest.fixture(scope="module")
def empty_address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server over a library without any document."""
    place, embedder = tmp_path_factory.mktemp("empty") / "library", WordEmbedder()
    Library.open(place, embedder=embedder, count=token_counter(), create=True).close()
    app = create_app(Settings(library=place), embedder=embedder)
    with served(app) as address:
        yield address
    close_app(app)


@pytest.fixture(scope="module")
def views(seed_app: Flask, address: str, empty_address: str) -> dict[str, str]:
    """The address of each view."""
    client = seed_app.test_client()
    pdf = "Should I cite the label printed on the page or its index in the file?"
    begun = _told(client, "/api/conversations", {"title": "Oil, and a capital"})["id"]
    for question in (QUESTION, FOREIGN):
        _told(client, f"/api/conversations/{begun}/turns", {"question": question})
    text, page = (
        _told(client, "/api/ask", {"question": question})["excerpts"][0]["link"]
        for question in (QUESTION, pdf)
    )
    found = {
        "home": f"{address}/",
        "home_empty": f"{empty_address}/",
        "conversation": f"{address}/c/{begun}",
        "answer": f"{address}/?q={QUESTION}",
        "silence": f"{address}/?q={FOREIGN}",
        "refusal": f"{address}/?q=%3F%21",
        "long": f"{address}/?q={'long' * 400}",
        "text": f"{address}{text}",
        "pdf": f"{address}{page}",
        "library": f"{address}/library",
        "library_empty": f"{empty_address}/library",
        "problem": f"{address}/d/unknown",
        "reference": f"{address}/api/",
    }
    assert found.keys() == _VIEWS.keys()
    return found


def _told(client: FlaskClient, path: str, body: dict[str, str]) -> Any:
    response = client.post(path, json=body)
    assert response.status_code in {200, 201}, response.text
    return response.json


@pytest.mark.parametrize(("view", "status"), _VIEWS.items(), ids=_VIEWS)
def test_a_view_is_fit_for_everyone(
    browser: Browser, views: dict[str, str], view: str, status: int
) -> None:
    host = views[view].split("/", 3)[2]
    with visited(browser, f"http://{host}", but=(str(status),)) as page:
        response = page.goto(views[view])
        assert response is not None
        assert response.status == status
        page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")

        assert overflow(page) == 0
        assert axe(page) == []
        page.emulate_media(color_scheme="dark")
        assert axe(page, "color-contrast") == []
        page.set_viewport_size(_PHONE)  # type: ignore[arg-type]  # a plain dict is one
        assert overflow(page) == 0
        assert axe(page, "target-size") == []


def test_a_source_beside_the_conversation_is_fit_for_everyone(
    browser: Browser, views: dict[str, str], address: str
) -> None:
    with visited(browser, address, viewport={"width": 1280, "height": 800}) as page:
        page.goto(views["conversation"])
        page.get_by_role("link", name="See it in its place").first.click()
        page.wait_for_selector("#reader mark")

        assert axe(page) == []
        assert overflow(page) == 0
        # The head is as wide as what is below it.
        header, reader = page.locator("body > header"), page.locator("#reader")
        assert _edges(header)[1] == _edges(reader)[1] == 1280


def test_what_is_typed_in_a_field_and_its_hint_have_room(
    browser: Browser, views: dict[str, str], address: str
) -> None:
    with visited(browser, address) as page:
        page.goto(views["conversation"])
        page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")
        for field in page.get_by_placeholder("2020-09").all():
            assert field.evaluate(_ROOM) >= 0
        looks = page.locator(".fields input, .manage input, .fields select").evaluate_all(_LOOKS)
        assert len(set(looks)) == 1


# Pixels left beside the hint.
_ROOM = """field => {
    const drawn = document.createElement("canvas").getContext("2d");
    const style = getComputedStyle(field);
    drawn.font = style.font;
    const padding = parseFloat(style.paddingLeft) + parseFloat(style.paddingRight);
    return field.clientWidth - padding - drawn.measureText(field.placeholder).width;
}"""
_LOOKS = """fields => fields.map(field => {
    const { borderRadius, borderColor, backgroundColor, paddingLeft } = getComputedStyle(field);
    return [borderRadius, borderColor, backgroundColor, paddingLeft].join();
})"""


def _edges(shown: Locator) -> tuple[float, float]:
    box = shown.bounding_box()
    assert box is not None
    return box["x"], box["x"] + box["width"]
