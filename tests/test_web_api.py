"""The HTTP interface for programs: its schema, its refusals, its guards."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from conftest import SEEDS, WordEmbedder
from flask.testing import FlaskClient

from index import Library, locate
from qa import Settings, SettingsError, cite, fingerprint
from web import create_app
from web.server import serve

HALEY = "What warning did Nikki Haley give to Syria, Russia and Iran?"
FOREIGN = "What is the capital of Australia?"

EXCERPT = (
    "number quote header before after score document span answer_span locator citation link also"
).split()


def _ask(client: FlaskClient, question: str, **options: object) -> Any:
    response = client.post("/api/ask", json={"question": question, **options})
    assert (response.status_code, response.mimetype) == (200, "application/json")
    return response.json


def test_an_answer_has_the_whole_schema(client: FlaskClient, seed_library: Library) -> None:
    source = str(SEEDS / "iran-sanctions-2018.txt")
    file = seed_library.file(source)
    assert file is not None

    answer = _ask(client, f"  {HALEY}\n", limit=1)

    assert list(answer) == (
        "schema question searched answered confidence excerpts closest took_ms".split()
    )
    assert list(answer["excerpts"][0]) == EXCERPT
    excerpt = answer["excerpts"][0]
    assert answer == {
        "schema": 1,
        "question": HALEY,
        "searched": HALEY,
        "answered": True,
        "confidence": pytest.approx(0.97, abs=0.03),
        "excerpts": [
            {
                "number": 1,
                "quote": "Nikki Haley, the American ambassador to the United Nations, spoke of "
                "chemical weapons, over which the United States had struck Syria with missiles "
                "twice before. According to Fox News she told Syria, Russia and Iran: “You don’t "
                "want to bet against the United States responding again.”",
                "header": "",
                "before": excerpt["before"],
                "after": "\n\nIran met resistance next door as well. The Washington Post reported "
                "on a Friday that demonstrators in the Iraqi port of Basra had forced their way "
                "into the Iranian consulate and set it on fire, chanting “Iran, out!”",
                "score": pytest.approx(11, abs=4),
                "document": {
                    "id": file.document,
                    "title": "Iran and the return of sanctions, September 2018",
                    "author": None,
                    "date": "2018-09-10",
                    "source": source,
                },
                "span": {"start": 3571, "end": 3854},
                "answer_span": excerpt["answer_span"],
                "locator": {
                    "page": None,
                    "last_page": None,
                    "page_label": None,
                    "last_page_label": None,
                    "slide": None,
                    "sheet": None,
                    "row": None,
                    "last_row": None,
                    "part": None,
                    "section": [],
                    "paragraph": None,
                    "line": 22,
                    "last_line": 22,
                    "text": "line 22",
                },
                "citation": "“Iran and the return of sanctions, September 2018”, "
                "10 September 2018, line 22.",
                "link": f"/d/{file.document}/3571-3854-shn566y4ntac228",
                "also": [],
            }
        ],
        "closest": [],
        "took_ms": answer["took_ms"],
    }
    assert answer["took_ms"] > 0


def test_a_follow_up_takes_over_what_was_asked_and_quoted(client: FlaskClient) -> None:
    earlier = _ask(client, "What happened to Iran's consulate in Basra?", limit=1)
    (excerpt,) = earlier["excerpts"]
    cited = {"document": excerpt["document"]["id"], **excerpt["span"]}
    gone = {"document": "0" * 16, "start": 0, "end": 10}
    beyond = {"document": cited["document"], "start": 999_999, "end": 1_000_000}

    asked = _ask(client, "Why was that?", history=[{"question": earlier["question"]}])
    quoted = _ask(
        client, "Why was that?", history=[{"question": "Why?", "excerpts": [gone, beyond, cited]}]
    )
    lost = _ask(client, "Why was that?", history=[{"question": "Why?", "excerpts": [gone]}])
    overruled = _ask(
        client, "Why was that?", history=[{"question": earlier["question"]}], follow_up=False
    )

    assert asked["searched"] == "Why was that? (happened Iran's consulate Basra)"
    assert "Basra" in quoted["searched"]
    assert [asked["question"], lost["searched"], overruled["searched"]] == ["Why was that?"] * 3


def test_the_context_before_a_quote_begins_with_a_sentence(client: FlaskClient) -> None:
    excerpt = _ask(client, HALEY, limit=1)["excerpts"][0]

    assert excerpt["before"] == (
        "Business Insider described how President Trump, who had earlier hinted that about 2,000 "
        "American soldiers might come home from Syria, was now ready to keep them there without a "
        "time limit, until Iran’s people and weapons had all left. Russia apparently rejected the "
        "idea at once. "
    )


def test_every_excerpt_is_verbatim_and_says_where_it_stands(
    client: FlaskClient, seed_library: Library, golden_questions: list[str]
) -> None:
    for question in golden_questions:
        answer = _ask(client, question, limit=10)
        assert answer["answered"] == bool(answer["excerpts"])
        for number, excerpt in enumerate(answer["excerpts"] + answer["closest"], 1):
            document = seed_library.document(excerpt["document"]["id"])
            assert document is not None
            start, end = excerpt["span"]["start"], excerpt["span"]["end"]
            before, after = excerpt["before"], excerpt["after"]
            locator = locate(document, start, end)
            assert excerpt["number"] == number
            assert excerpt["quote"] == document.text[start:end] != ""
            assert before == document.text[start - len(before) : start]
            assert after == document.text[end : end + len(after)]
            assert excerpt["locator"]["text"] == locator.text
            assert excerpt["citation"] == cite(document, locator)
            words = fingerprint(document.text, start, end)
            assert excerpt["link"] == f"/d/{document.id}/{start}-{end}-{words}"
            assert excerpt["document"]["source"] == document.source


def test_what_the_documents_do_not_say_has_no_excerpts_but_what_came_closest(
    client: FlaskClient,
) -> None:
    answer = _ask(client, FOREIGN)

    assert answer["answered"] is False
    assert answer["excerpts"] == []
    assert 0 <= answer["confidence"] < 0.5
    assert 1 <= len(answer["closest"]) <= 3
    assert [list(one) for one in answer["closest"]] == [EXCERPT] * len(answer["closest"])


def test_a_library_without_documents_says_nothing(
    tmp_path: Path, make_library: Callable[[Path], Library], embedder: WordEmbedder
) -> None:
    (tmp_path / "empty").mkdir()
    make_library(tmp_path / "empty")

    client = create_app(
        Settings(library=tmp_path / "library", threshold=0), embedder=embedder
    ).test_client()

    answer = _ask(client, "Who is there?")
    assert (answer["answered"], answer["excerpts"], answer["closest"]) == (False, [], [])
    assert client.get("/api/documents").json == {"schema": 1, "documents": []}
    assert "The library is empty" in client.get("/").text


def test_the_same_question_gets_the_same_bytes(client: FlaskClient) -> None:
    answers = {
        re.sub(rb'"took_ms":[0-9.]+', b"", client.post("/api/ask", json={"question": HALEY}).data)
        for _ in range(3)
    }

    assert len(answers) == 1


@pytest.mark.parametrize("limit", [1, 2, 50])
def test_the_limit_is_the_most_excerpts(client: FlaskClient, limit: int) -> None:
    assert 1 <= len(_ask(client, HALEY, limit=limit)["excerpts"]) <= limit


@pytest.mark.parametrize(
    ("filters", "sources"),
    [
        pytest.param({"in": "talk.pptx"}, {"talk.pptx"}, id="text"),
        pytest.param(
            {"in": ["talk.pptx", "quotation.html"]}, {"talk.pptx", "quotation.html"}, id="list"
        ),
        pytest.param({"in": ["talk.pptx"], "after": "2030"}, None, id="nothing"),
    ],
)
def test_filters_choose_documents(
    client: FlaskClient, filters: dict[str, Any], sources: set[str] | None
) -> None:
    asked = {"question": "What is a footnote?", "limit": 50, **filters}
    response = client.post("/api/ask", json=asked)

    if sources is None:
        _assert_problem(response, 422, "'2030'")
        return
    answer = response.json
    assert answer is not None
    found = {
        Path(one["document"]["source"]).name for one in answer["excerpts"] + answer["closest"]
    }
    assert found
    assert found <= sources


_DEEP = "[" * 30_000


@pytest.mark.parametrize(
    ("body", "status", "said"),
    [
        pytest.param('{"question": ""}', 422, "is empty", id="empty"),
        pytest.param('{"question": " \\n\\t\\u00a0 "}', 422, "is empty", id="whitespace"),
        pytest.param(
            json.dumps({"question": "a" * 2001}), 422, "2,001 characters", id="2001_characters"
        ),
        pytest.param('{"question": 7}', 422, "question: ", id="number"),
        pytest.param('{"question": null}', 422, "question: ", id="null"),
        pytest.param('{"question": ["Who?"]}', 422, "question: ", id="list"),
        pytest.param("{}", 422, "question: ", id="missing"),
        pytest.param('{"question": "Who\\u0000?"}', 422, "control characters", id="nul"),
        pytest.param('{"question": "Who\\u001b[2J?"}', 422, "control characters", id="escape"),
        pytest.param('{"question": "Who\\ud800?"}', 422, "question", id="lone_surrogate"),
        pytest.param('{"question": "?!…"}', 422, "no words", id="no_letters"),
        pytest.param('{"question": "Who?", "top_k": 3}', 422, "top_k: ", id="unknown_field"),
        pytest.param('{"question": "Who?", "\\ud800": 3}', 422, ": ", id="surrogate_field"),
        pytest.param('{"question": "Who?", "limit": 0}', 422, "limit: ", id="limit_0"),
        pytest.param('{"question": "Who?", "limit": 51}', 422, "limit: ", id="limit_51"),
        pytest.param('{"question": "Who?", "limit": "5"}', 422, "limit: ", id="limit_text"),
        pytest.param('{"question": "Who?", "limit": 2.5}', 422, "limit: ", id="limit_fraction"),
        pytest.param('{"question": "Who?", "limit": true}', 422, "limit: ", id="limit_truth"),
        pytest.param('{"question": "Who?", "limit": 1e999}', 422, "limit: ", id="limit_infinite"),
        pytest.param('{"question": "Who?", "in": 5}', 422, "in: ", id="in_number"),
        pytest.param('{"question": "Who?", "in": [5]}', 422, "in.0: ", id="in_list_of_numbers"),
        pytest.param('{"question": "Who?", "after": ["2020"]}', 422, "after: ", id="after_list"),
        pytest.param('{"question": "Who?", "after": "May"}', 422, "'May' is no date", id="after"),
        pytest.param('{"question": "Who? before:May"}', 422, "'May' is no date", id="before"),
        pytest.param('{"question": "Who?", "tag": ""}', 422, "'tag' has no value", id="no_tag"),
        pytest.param('{"question": "Who?", "tag": "\\ud800"}', 422, "valid text", id="half_tag"),
        pytest.param('{"question": "Who?", "tag": "zzz"}', 422, "the tag 'zzz'", id="other_tag"),
        pytest.param('{"question": "in:seeds"}', 422, "only filters", id="only_filters"),
        pytest.param('{"question": "Who?", "follow_up": 1}', 422, "follow_up: ", id="overruled_1"),
        pytest.param('{"question": "Who?", "history": "x"}', 422, "history: ", id="history_text"),
        pytest.param(
            json.dumps({"question": "Who?", "history": [{"question": "Who?"}] * 21}),
            422,
            "history: List should have at most 20 items",
            id="21_turns",
        ),
        pytest.param(
            '{"question": "Who?", "history": [{"question": " "}]}',
            422,
            "turn 1 of the history: the question is empty",
            id="empty_turn",
        ),
        pytest.param(
            '{"question": "Who?", "history": [{"quest": "?"}]}',
            422,
            "history.0.question: ",
            id="turn_without_question",
        ),
        *(
            pytest.param(
                json.dumps(
                    {"question": "Who?", "history": [{"question": "?", "excerpts": [one]}]}
                ),
                422,
                f"history.0.excerpts.0.{field}: ",
                id=f"cited_{field}",
            )
            for field, one in (
                ("document", {"document": 7, "start": 0, "end": 1}),
                ("start", {"document": "x", "start": -1, "end": 1}),
                ("end", {"document": "x", "start": 0, "end": "1"}),
            )
        ),
        pytest.param('"Who?"', 422, "an object", id="no_object"),
        pytest.param("null", 422, "an object", id="null_body"),
        pytest.param("", 400, "JSON", id="no_body"),
        pytest.param('{"question": "Who?"', 400, "JSON", id="cut_off"),
        pytest.param("question=Who", 400, "JSON", id="form"),
        pytest.param(b'{"question": "Who\xff?"}', 400, "JSON", id="not_utf8"),
        pytest.param(_DEEP, 400, "JSON", id="too_deep"),
        pytest.param(json.dumps({"question": "a" * 70_000}), 413, "large", id="over_64_KiB"),
    ],
)
def test_a_question_that_cannot_be_asked_is_refused_in_a_sentence(
    client: FlaskClient, body: str | bytes, status: int, said: str
) -> None:
    response = client.post("/api/ask", data=body, content_type="application/json")

    _assert_problem(response, status, said)


@pytest.mark.parametrize(
    "content_type",
    [None, "text/plain", "application/x-www-form-urlencoded", "multipart/form-data"],
)
def test_a_body_that_another_site_could_send_is_refused(
    client: FlaskClient, content_type: str | None
) -> None:
    response = client.post("/api/ask", data='{"question": "Who?"}', content_type=content_type)

    _assert_problem(response, 415, "application/json")


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/api/ask", 405),
        ("PUT", "/api/ask", 405),
        ("DELETE", "/api/documents", 405),
        ("POST", "/", 405),
        ("POST", "/api/", 405),
        ("GET", "/api/nothing", 404),
        ("GET", "/../etc/passwd", 404),
        ("GET", "/static/../__init__.py", 404),
        ("GET", "/d/", 404),
    ],
)
def test_a_path_or_method_that_is_not_there_is_a_problem_document(
    client: FlaskClient, method: str, path: str, status: int
) -> None:
    response = client.open(path, method=method)

    _assert_problem(response, status, "")
    assert ("Allow" in response.headers) == (status == 405)


def test_every_file_is_listed_with_how_it_ended(
    tmp_path: Path, make_library: Callable[[Path], Library], embedder: WordEmbedder
) -> None:
    folder = tmp_path / "documents"
    folder.mkdir()
    (folder / "broken.pdf").write_bytes(b"%PDF-1.7\nnothing more")
    (folder / "notes.txt").write_text("The bridge was opened in spring.")
    (folder / "photo.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(40))
    library = make_library(folder)
    client = create_app(Settings(library=tmp_path / "library"), embedder=embedder).test_client()

    listed = client.get("/api/documents").json

    assert listed is not None
    assert list(listed) == ["schema", "documents"]
    broken, notes, photo = listed["documents"]
    known = library.file(str(folder / "notes.txt"))
    assert known is not None
    assert notes == {
        "id": known.document,
        "title": "notes.txt",
        "author": None,
        "date": None,
        "tags": [],
        "source": str(folder / "notes.txt"),
        "media_type": "text/plain",
        "state": "indexed",
        "reason": "",
        "passages": 1,
        "pages_without_text": [],
        "citation_key": "notes",
        "link": f"/d/{known.document}",
    }
    assert (broken["state"], broken["id"], broken["link"]) == ("failed", None, None)
    assert (photo["state"], photo["id"], photo["link"]) == ("skipped", None, None)
    assert broken["reason"]
    assert photo["reason"]


def test_health_tells_how_many_passages_can_be_found(
    client: FlaskClient, seed_library: Library
) -> None:
    response = client.get("/healthz")

    assert response.json == {"status": "ok", "passages": seed_library.passage_count()}


@pytest.mark.parametrize(
    "path", ["/", "/?q=Who", "/api/documents", "/healthz", "/static/style.css", "/nothing"]
)
def test_every_response_carries_the_security_headers(client: FlaskClient, path: str) -> None:
    with client.get(path) as response:
        headers = response.headers

    policy = dict(part.split(" ", 1) for part in headers["Content-Security-Policy"].split("; "))
    assert policy["default-src"] == policy["frame-ancestors"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["form-action"] == "'self'"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    # Style and scripts may be kept, but are asked for anew.
    assert headers["Cache-Control"] == ("no-cache" if path.startswith("/static") else "no-store")


@pytest.mark.parametrize(
    "host", ["127.0.0.1:8000", "localhost", "localhost:9000", "[::1]:8000", "LOCALHOST"]
)
def test_this_machine_is_served_under_each_of_its_names(client: FlaskClient, host: str) -> None:
    assert client.get("/healthz", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize("path", ["/", "/?q=Who", "/api/documents", "/static/style.css"])
@pytest.mark.parametrize("accept", ["*/*", "text/html,*/*;q=0.8"])
@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "localhost.evil"])
def test_another_host_name_is_refused(
    client: FlaskClient, host: str, accept: str, path: str
) -> None:
    response = client.get(path, headers={"Host": host, "Accept": accept})

    assert response.status_code == 400
    assert "is not this machine" in response.text
    assert "Content-Security-Policy" in response.headers


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "example.org", "127.0.0.1.x", ""])
def test_the_network_is_not_served_without_a_password(tmp_path: Path, host: str) -> None:
    with pytest.raises(SettingsError, match="PINCITE_PASSWORD"):
        serve(Settings(library=tmp_path, host=host))


def _assert_problem(response: Any, status: int, said: str) -> None:
    """The response is a problem document whose detail is one sentence with those words."""
    assert (response.status_code, response.mimetype) == (status, "application/problem+json")
    assert list(response.json) == ["type", "title", "status", "detail"]
    assert response.json["type"] == "about:blank"
    assert response.json["status"] == status
    assert response.json["title"]
    detail = response.json["detail"]
    assert said in detail
    assert len(detail.split()) >= 3
    assert "Traceback" not in detail
    assert "AskRequest" not in detail
