"""The OpenAPI document says what the HTTP interface does, to programs and to people."""

from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

import pytest
import schemathesis
from conftest import WordEmbedder
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from lxml import html
from schemathesis import GenerationMode
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
EXAMPLES = 30


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


@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.value)
def test_what_is_described_is_what_is_done(served: Flask, described: Any, mode: Any) -> None:
    client = served.test_client()
    tried: list[str] = []
    for found in described.get_all_operations():
        operation = found.ok()
        # Any text is a good path, if not of something that is there.
        if mode is GenerationMode.NEGATIVE and not (operation.body or operation.query):
            continue

        @settings(
            max_examples=EXAMPLES,
            phases=[Phase.explicit, Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy(generation_mode=mode), real=st.booleans())
        def check(case: Any, real: bool) -> None:
            if mode is GenerationMode.POSITIVE and real:
                case.path_parameters.update(existing(client, set(case.path_parameters)))
            tried.append(operation.label)  # noqa: B023 (called in this turn of the loop)
            response = case.call()
            # What is drawn may be too long, and is refused for that before it is looked at.
            if response.status_code != HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
                case.validate_response(response, checks=CHECKS)

        check()
    assert len(tried) >= 200


def existing(client: FlaskClient, names: set[str]) -> dict[str, Any]:
    """Values of path parameters that there is something for."""
    values: dict[str, Any] = {}
    if "conversation_id" in names:
        made = client.post("/api/conversations", json={}).json
        assert made is not None
        path = f"/api/conversations/{made['id']}/turns"
        client.post(path, json={"question": "Who opened the bridge?"})
        client.put(f"{path}/1/feedback", json={"verdict": "helpful"})
        values |= {"conversation_id": made["id"], "number": 1}
    if "document_id" in names:
        listed = client.get("/api/documents?state=indexed").json
        assert listed is not None
        # It may have been removed by what was tried before.
        values.update(("document_id", one["id"]) for one in listed["documents"][:1])
    return {name: value for name, value in values.items() if name in names}


def test_every_route_for_programs_is_described(served: Flask, document: Any) -> None:
    routes = {
        (rule.rule.replace("<", "{").replace(">", "}").replace("int:", ""), method)
        for rule in served.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        if rule.rule.startswith("/api") or rule.rule in {"/healthz", "/hooks/ask"}
    }

    described = {
        (path, method.upper()) for path, methods in document["paths"].items() for method in methods
    }
    assert described == routes - {("/api/", "GET")}
    assert document["openapi"] == "3.1.0"


def test_what_is_asked_is_described_by_what_checks_it(document: Any) -> None:
    asked = document["components"]["schemas"]["AskRequest"]
    refused = document["paths"]["/api/ask"]["post"]["responses"]["422"]

    assert asked["additionalProperties"] is False
    assert asked["properties"]["limit"].items() >= {"minimum": 1, "maximum": 50}.items()
    assert asked["properties"]["in"]["anyOf"][0] == {"type": "string"}
    assert list(refused["content"]) == ["application/problem+json"]


def test_people_can_read_all_of_it(served: Flask, document: Any) -> None:
    response = served.test_client().get("/api/")
    page: Any = html.fromstring(response.text)

    shown = {" ".join(one.text_content().split()) for one in page.xpath("//h3")}
    assert shown >= {
        f"{method.upper()} {path}"
        for path, methods in document["paths"].items()
        for method in methods
    }
    assert shown >= set(document["components"]["schemas"])
    links = set(page.xpath("//main//a/@href"))
    assert {one[1:] for one in links if one.startswith("#")} <= set(page.xpath("//@id"))
    assert "/api/openapi.json" in links
    assert page.xpath("//script[not(@src)] | //@style | //style") == []
