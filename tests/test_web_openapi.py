"""The OpenAPI document says what the HTTP interface does, to programs and to people."""

from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from conftest import WordEmbedder
from flask import Flask
from hypothesis import HealthCheck, Phase, settings
from lxml import html
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    ignored_auth,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
    use_after_free,
)

from index import Library, add_files, find_files, token_counter
from qa import Settings
from web import create_app

# All of them but positive_data_acceptance: no schema can say that a question needs words, or that
# a filter must keep a document.
CHECKS = (
    not_a_server_error,
    content_type_conformance,
    ignored_auth,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
    use_after_free,
)
EXAMPLES = 15


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """An application over three files, one of which gave no document."""
    place = tmp_path_factory.mktemp("described")
    folder = place / "folder"
    folder.mkdir()
    (folder / "bridge.txt").write_text("The harbour bridge was opened in spring.\n")
    (folder / "law.md").write_text("---\nauthor: Jane Smith\ntags: law\n---\n\nZebras are shy.\n")
    (folder / "photo.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(40))
    embedder = WordEmbedder()
    with Library.open(
        place / "library", embedder=embedder, count=token_counter(), create=True
    ) as library:
        list(add_files(library, find_files([folder]), seconds=60))
    app = create_app(Settings(library=place / "library", threshold=0), embedder=embedder)
    yield app
    app.extensions["pincite.library"].close()


@pytest.fixture(scope="module")
def document(served: Flask) -> Any:
    return served.test_client().get("/api/openapi.json").json


@pytest.fixture(scope="module")
def described(served: Flask) -> Any:
    def on_this_machine(environ: dict[str, Any], start_response: Any) -> Any:
        return served({**environ, "REMOTE_ADDR": "127.0.0.1"}, start_response)

    return schemathesis.openapi.from_wsgi("/api/openapi.json", on_this_machine)


schema = schemathesis.pytest.from_fixture("described")


@schema.parametrize()
@settings(
    max_examples=EXAMPLES,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
def test_what_is_described_is_what_is_done(case: Any) -> None:
    case.call_and_validate(checks=CHECKS)
