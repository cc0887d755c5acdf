"""The preview for Slack is there in debug mode alone, and shows what would be posted."""

from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient

from index import Library, SentenceEmbedder
from qa import Settings
from web import create_app
from web.app import close_app


@pytest.fixture
def developer(
    seed_library: Library, sentence_embedder: SentenceEmbedder, monkeypatch: pytest.MonkeyPatch
) -> Iterator[FlaskClient]:
    """Asks the sample documents in debug mode."""
    monkeypatch.setenv("FLASK_DEBUG", "1")
    app = create_app(Settings(library=seed_library.folder), embedder=sentence_embedder)
    yield app.test_client()
    close_app(app)


def test_people_have_no_preview(client: FlaskClient) -> None:
    assert client.get("/slack/preview").status_code == 404


def test_a_developer_sees_the_message(developer: FlaskClient) -> None:
    asked = developer.get("/slack/preview", query_string={"q": "Who is Javad Zarif?"})
    around = developer.get(
        "/slack/preview", query_string={"q": "Who is Javad Zarif?", "context": 1}
    )

    assert "<blockquote>" in asked.text
    assert 'href="http://localhost/d/' in asked.text
    assert "Share in channel" in asked.text
    assert "Show more context" in asked.text
    assert "Show more context" not in around.text
    assert "<article>" not in developer.get("/slack/preview").text
