"""Conversations and feedback over HTTP: kept, shown, exported, withheld and deleted."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from conftest import WordEmbedder
from flask.testing import FlaskClient

from index import Library, add_files, find_files, token_counter
from qa import Bot, Settings, erase_removed, evaluate, read_cases
from web import create_app
from web.app import close_app

ATTACK = "<script>alert(1)</script>"

BRIDGE = "The harbour bridge was opened in spring by the mayor of Basra."
ZEBRA = "Zebras are shy and graze by night."


def write_documents(folder: Path) -> Path:
    folder.mkdir()
    (folder / "bridge.txt").write_text(BRIDGE)
    (folder / "zebra.txt").write_text(ZEBRA)
    return folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_documents(tmp_path / "folder")


@pytest.fixture
def library(folder: Path, make_library: Callable[[Path], Library]) -> Library:
    """A library of the test's own."""
    return make_library(folder)


@pytest.fixture
def own(library: Library, embedder: WordEmbedder) -> Iterator[FlaskClient]:
    """Asks it over HTTP; whatever is found answers."""
    app = create_app(Settings(library=library.folder, threshold=0), embedder=embedder)
    yield app.test_client()
    app.extensions["pincite.library"].close()


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    """Asks a library whose documents stay; conversations of other tests are in it, too."""
    place = tmp_path_factory.mktemp("conversations")
    folder = write_documents(place / "folder")
    embedder = WordEmbedder()
    with Library.open(
        place / "library", embedder=embedder, count=token_counter(), create=True
    ) as library:
        list(add_files(library, find_files([folder]), seconds=60))
    app = create_app(Settings(library=place / "library", threshold=0), embedder=embedder)
    yield app.test_client()
    app.extensions["pincite.library"].close()


def begin(client: FlaskClient, **body: object) -> Any:
    response = client.post("/api/conversations", json=body)
    assert response.status_code == 201
    assert response.json is not None
    assert response.headers["Location"] == f"/api/conversations/{response.json['id']}"
    return response.json


def ask(client: FlaskClient, conversation: str, question: str, **options: object) -> Any:
    path = f"/api/conversations/{conversation}/turns"
    response = client.post(path, json={"question": question, **options})
    assert response.json is not None
    assert response.status_code == 201
    assert client.get(response.headers["Location"]).json == response.json
    return response.json


def quotes(turn: Any) -> list[str]:
    return [excerpt["quote"] for excerpt in turn["answer"]["excerpts"]]


def remove(library: Library, path: Path) -> None:
    with library.writer() as writer:
        writer.remove([str(path)])


def assert_problem(response: Any, status: int, said: str) -> None:
    assert (response.status_code, response.mimetype) == (status, "application/problem+json")
    assert said in response.json["detail"]


def test_a_conversation_is_kept_with_what_was_shown(client: FlaskClient) -> None:
    made = begin(client)
    first = ask(client, made["id"], "  Who opened the harbour bridge?", limit=1)
    second = ask(client, made["id"], "Why was that?", limit=2)
    overruled = ask(client, made["id"], "Why was that?", follow_up=False)

    assert (first["number"], first["question"]) == (1, "Who opened the harbour bridge?")
    assert quotes(first) == [BRIDGE]
    assert first["answer"]["schema"] == 1
    assert "bridge" in second["answer"]["searched"]
    assert (overruled["answer"]["searched"], overruled["follow_up"]) == ("Why was that?", False)
    path = f"/api/conversations/{made['id']}"
    assert client.get(path).json == {
        "schema": 1,
        "id": made["id"],
        "title": "Who opened the harbour bridge?",
        "created": made["created"],
        "changed": overruled["asked"],
        "turns": 3,
    }
    assert client.get(f"{path}/turns").json == {
        "schema": 1,
        "turns": [first, second, overruled],
        "next": None,
    }


def test_a_question_of_some_documents_says_of_which(client: FlaskClient) -> None:
    made = begin(client)

    turn = ask(client, made["id"], "Who is there?", **{"in": "zebra.txt"})

    assert turn["only"] == {
        "in": ["zebra.txt"],
        "author": [],
        "tag": [],
        "after": None,
        "before": None,
    }
    assert set(quotes(turn)) <= {ZEBRA}


def test_lists_come_page_by_page(own: FlaskClient) -> None:
    made = [begin(own, title=str(number))["id"] for number in range(5)]
    for number in range(3):
        ask(own, made[0], f"What is bridge {number}?")

    titles = [one["title"] for one in pages(own, "/api/conversations", "conversations")]
    turns = pages(own, f"/api/conversations/{made[0]}/turns", "turns")

    assert titles == ["0", "4", "3", "2", "1"]
    assert [one["number"] for one in turns] == [1, 2, 3]


def pages(client: FlaskClient, path: str, name: str) -> list[Any]:
    """All that a list holds, asked for two at a time."""
    found: list[Any] = []
    query: dict[str, Any] = {"limit": 2}
    while True:
        page = client.get(path, query_string=query).json
        assert page is not None
        assert len(page[name]) <= 2
        found += page[name]
        if page["next"] is None:
            return found
        query["cursor"] = page["next"]


def test_a_conversation_is_renamed_and_deleted(client: FlaskClient) -> None:
    made = begin(client, title=ATTACK)
    path = f"/api/conversations/{made['id']}"
    assert made["title"] == ATTACK
    ask(client, made["id"], "Who opened the bridge?")

    renamed = client.patch(path, json={"title": " Bridges "}).json
    assert renamed is not None
    assert (renamed["title"], renamed["turns"]) == ("Bridges", 1)

    assert client.delete(path).status_code == 204
    said = "there is no conversation"
    assert_problem(client.get(path), 404, said)
    assert_problem(client.delete(path), 404, said)
    assert_problem(client.patch(path, json={"title": "x"}), 404, said)
    assert_problem(client.post(f"{path}/turns", json={"question": "Who?"}), 404, said)
    assert_problem(client.get(f"{path}/export"), 404, said)
    assert made["id"] not in client.get("/api/conversations").text


@pytest.mark.parametrize(
    ("method", "path", "body", "said"),
    [
        ("POST", "", {"title": "x" * 201}, "title: "),
        ("POST", "", {"title": "a\x00b"}, "title: "),
        ("POST", "", {"title": "\ud800"}, "title: "),
        ("POST", "", {"name": "x"}, "name: "),
        ("POST", "", [], "an object"),
        ("PATCH", "/ID", {"title": ""}, "title: "),
        ("PATCH", "/ID", {"title": " "}, "title: "),
        ("PATCH", "/ID", {}, "title: "),
        ("POST", "/ID/turns", {"question": ""}, "is empty"),
        ("POST", "/ID/turns", {"question": "Who?", "history": []}, "history: "),
        ("POST", "/ID/turns", {"question": "Who?", "tag": "zzz"}, "'zzz'"),
        ("PUT", "/ID/turns/1/feedback", {"verdict": "good"}, "verdict: "),
        ("PUT", "/ID/turns/1/feedback", {"verdict": "helpful", "note": "\ud800"}, "note: "),
        ("PUT", "/ID/turns/1/feedback", {"verdict": "helpful", "note": "x" * 2001}, "note: "),
        ("GET", "?limit=0", None, "limit: "),
        ("GET", "?limit=501", None, "limit: "),
        ("GET", "?limit=%D9%A5", None, "digits"),
        ("GET", "?limit=1&limit=2", None, "given 2 times"),
        ("GET", "?size=1", None, "what can be given: limit, cursor"),
        ("GET", "?cursor=x", None, "cursor: 'x'"),
        ("GET", "?cursor=WzFd", None, "cursor: 'WzFd'"),
        ("GET", "?cursor=%C3%A9", None, "cursor: "),
        ("GET", "/ID/turns?cursor=WyJhIl0", None, "cursor: "),
        ("GET", "/ID/export?format=pdf", None, "format: "),
    ],
)
def test_what_cannot_be_used_is_refused_in_a_sentence(
    client: FlaskClient, method: str, path: str, body: object, said: str
) -> None:
    made = begin(client)
    ask(client, made["id"], "Who opened the bridge?")
    address = f"/api/conversations{path.replace('ID', made['id'])}"

    response = client.open(
        address,
        method=method,
        data=None if body is None else json.dumps(body),
        content_type=None if body is None else "application/json",
    )

    assert_problem(response, 422, said)


@pytest.mark.parametrize("number", ["2", "0", "999999999999999999999999"])
def test_a_turn_that_is_not_there_is_not_found(client: FlaskClient, number: str) -> None:
    made = begin(client)
    ask(client, made["id"], "Who opened the bridge?")
    path = f"/api/conversations/{made['id']}/turns/{number}"

    for response in (
        client.get(path),
        client.put(f"{path}/feedback", json={"verdict": "helpful"}),
        client.delete(f"{path}/feedback"),
    ):
        assert_problem(response, 404, "")


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        pytest.param({}, 201, id="program"),
        pytest.param(
            {"Origin": "http://localhost", "Sec-Fetch-Site": "same-origin"}, 201, id="page"
        ),
        pytest.param({"Sec-Fetch-Site": "none"}, 201, id="person"),
        pytest.param({"Origin": "https://localhost"}, 201, id="behind_tls"),
        pytest.param({"Origin": "http://evil.example"}, 403, id="other"),
        pytest.param({"Origin": "http://localhost:9000"}, 403, id="other_port"),
        pytest.param({"Origin": "null"}, 403, id="sandbox"),
        pytest.param({"Origin": "http://[localhost"}, 403, id="malformed"),
        pytest.param({"Sec-Fetch-Site": "same-site"}, 403, id="same_site"),
        pytest.param({"Sec-Fetch-Site": "cross-site"}, 403, id="cross_site"),
    ],
)
def test_only_this_servers_own_pages_may_write(
    client: FlaskClient, headers: dict[str, str], status: int
) -> None:
    response = client.post("/api/conversations", json={"title": str(headers)}, headers=headers)

    assert response.status_code == status
    if status == 403:
        assert_problem(response, 403, "another site's page")
        listed = client.get("/api/conversations", headers=headers).json
        assert listed is not None
        assert str(headers) not in [one["title"] for one in listed["conversations"]]


def test_a_write_is_json(client: FlaskClient) -> None:
    made = begin(client)
    path = f"/api/conversations/{made['id']}/turns"

    for content_type in (None, "text/plain", "application/x-www-form-urlencoded"):
        response = client.post(path, data='{"question": "Who?"}', content_type=content_type)
        assert_problem(response, 415, "application/json")


def test_what_was_removed_is_quoted_by_no_route(
    own: FlaskClient, library: Library, folder: Path
) -> None:
    made = begin(own)
    shown = ask(own, made["id"], "Who opened the harbour bridge?", limit=5)
    ask(own, made["id"], "Zebras graze when?", limit=1)
    # This takes words over from what was quoted, for the questions have none.
    ask(own, made["id"], "Why?")
    own.put(f"/api/conversations/{made['id']}/turns/1/feedback", json={"verdict": "helpful"})
    assert "mayor" in routes(own, made["id"])
    withheld = [one["number"] for one in shown["answer"]["excerpts"] if one["quote"] == BRIDGE]

    remove(library, folder / "bridge.txt")

    assert "mayor" not in routes(own, made["id"])
    assert "graze by night" in routes(own, made["id"])
    (first, *_) = turns_of(own, made["id"])
    assert first["question"] == "Who opened the harbour bridge?"
    assert first["answer"]["withheld"] == withheld
    assert BRIDGE not in quotes(first)
    assert own.get("/api/feedback/export").text == ""

    list(add_files(library, find_files([folder]), seconds=60))
    assert quotes(turns_of(own, made["id"])[0]) == quotes(shown)

    remove(library, folder / "bridge.txt")
    erase_removed(library)

    assert turns_of(own, made["id"])[0]["answer"]["withheld"] == withheld
    library.close()
    files = [path for path in library.folder.iterdir() if path.is_file()]
    assert b"mayor" not in b"".join(path.read_bytes() for path in files)


def test_what_a_server_that_ended_had_not_erased_is_erased_by_the_next(
    own: FlaskClient, library: Library, folder: Path, embedder: WordEmbedder
) -> None:
    made = begin(own)
    ask(own, made["id"], "Who opened the harbour bridge?")
    remove(library, folder / "bridge.txt")
    assert "mayor" in str(library.conversations.turns(made["id"]))

    close_app(create_app(Settings(library=library.folder), embedder=embedder))

    assert "mayor" not in str(library.conversations.turns(made["id"]))


def test_what_an_earlier_version_kept_is_shown_and_not_rewritten(
    own: FlaskClient, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = begin(own)
    ask(own, made["id"], "Who opened the harbour bridge?")
    (turn,) = library.conversations.turns(made["id"])
    excerpts = [
        {name: value for name, value in one.items() if name != "answer_span"}
        for one in turn.answer["excerpts"]
    ]
    library.conversations.amend(made["id"], {1: {**turn.answer, "excerpts": excerpts}})
    rewritten: dict[int, object] = {}
    monkeypatch.setattr(library.conversations, "amend", lambda _, new: rewritten.update(new))

    erase_removed(library)

    assert rewritten == {}
    (shown,) = turns_of(own, made["id"])
    assert [one["answer_span"] for one in shown["answer"]["excerpts"]] == [None] * len(excerpts)


def test_a_conversation_deleted_meanwhile_keeps_no_other_from_being_cleared(
    own: FlaskClient, library: Library, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = begin(own), begin(own)
    for made in (first, second):
        ask(own, made["id"], "Who opened the harbour bridge?")
    remove(library, folder / "bridge.txt")
    listed = library.conversations.latest()
    assert [one.id for one in listed] == [second["id"], first["id"]]
    monkeypatch.setattr(library.conversations, "latest", lambda: listed)
    library.conversations.delete(second["id"])

    erase_removed(library)

    assert "mayor" not in str(library.conversations.turns(first["id"]))


def routes(client: FlaskClient, conversation: str) -> str:
    """All that is told of a conversation, in one text."""
    path = f"/api/conversations/{conversation}"
    return "\n".join(
        client.get(one).text
        for one in (
            "/api/conversations",
            path,
            f"{path}/turns",
            *(f"{path}/turns/{number}" for number in (1, 2, 3)),
            f"{path}/export",
            f"{path}/export?format=json",
            "/api/feedback",
            "/api/feedback/export",
        )
    )


def turns_of(client: FlaskClient, conversation: str) -> list[Any]:
    found = client.get(f"/api/conversations/{conversation}/turns?limit=500").json
    assert found is not None
    return list(found["turns"])


def test_words_of_a_quote_that_is_gone_are_not_told_as_searched(
    own: FlaskClient, library: Library, folder: Path
) -> None:
    made = begin(own)
    ask(own, made["id"], "Why?", limit=1, **{"in": "bridge.txt"})
    turn = ask(own, made["id"], "Why?")
    assert turn["answer"]["searched"] != "Why?"

    remove(library, folder / "bridge.txt")

    assert turns_of(own, made["id"])[1]["answer"]["searched"] == "Why?"
    alone = own.get(f"/api/conversations/{made['id']}/turns/2").json
    assert alone is not None
    assert alone["answer"]["searched"] == "Why?"


def test_a_page_of_a_long_conversation_shows_what_the_whole_does(
    own: FlaskClient, library: Library, folder: Path
) -> None:
    made = begin(own)
    leaning = ask(own, made["id"], "Why?", limit=1, **{"in": "bridge.txt"})
    for _ in range(60):
        library.conversations.append(
            made["id"],
            question="Why?",
            follow_up=True,
            only=leaning["only"],
            answer={**leaning["answer"], "searched": "Why? mayor", "excerpts": []},
        )
    remove(library, folder / "bridge.txt")

    by_page = pages(own, f"/api/conversations/{made['id']}/turns", "turns")

    assert by_page == turns_of(own, made["id"])
    assert [one["number"] for one in by_page] == list(range(1, 62))
    # The words may be those of the quote that is gone, for as long as it was in reach.
    hidden = [one["number"] for one in by_page if one["answer"]["searched"] == "Why?"]
    assert hidden[:20] == list(range(1, 21))


def test_a_conversation_is_exported(client: FlaskClient) -> None:
    made = begin(client, title=f"Bridges & {ATTACK}")
    turn = ask(client, made["id"], "Who opened the harbour bridge?", limit=1)
    nothing = ask(client, made["id"], '"quaggas" on the harbour bridge?')
    path = f"/api/conversations/{made['id']}"

    markdown = client.get(f"{path}/export")
    whole = client.get(f"{path}/export?format=json")

    assert markdown.mimetype == "text/markdown"
    assert 'filename="bridges-script-alert-1-script.md"' in markdown.headers["Content-Disposition"]
    (excerpt,) = turn["answer"]["excerpts"]
    assert ATTACK not in markdown.text
    assert f"## 1. Who opened the harbour bridge?\n\n> {BRIDGE}[^1]\n" in markdown.text
    assert (
        f"[^1]: “bridge.txt”, line 1. [Open](http://localhost{excerpt['link']})" in markdown.text
    )
    assert "Your documents do not say." in markdown.text
    assert whole.json == {
        "schema": 1,
        "conversation": client.get(path).json,
        "turns": [turn, nothing],
    }


def test_feedback_becomes_cases_that_are_met(own: FlaskClient, library: Library) -> None:
    made = begin(own)
    said = [
        ("Who opened the harbour bridge?", {}, "helpful", "as in the minutes"),
        ("Zebras graze when?", {"in": "zebra.txt"}, "helpful", ""),
        ("Why was that?", {}, "helpful", ""),
        ('"quaggas" on the bridge?', {}, "helpful", ""),
        ("Who sold the bridge?", {}, "not there", ""),
        ("Who is the mayor?", {}, "wrong source", "the council's list"),
    ]
    for number, (question, only, verdict, note) in enumerate(said, 1):
        follow_up = question == "Why was that?"
        ask(own, made["id"], question, limit=1, follow_up=follow_up, **only)
        path = f"/api/conversations/{made['id']}/turns/{number}/feedback"
        given = own.put(path, json={"verdict": verdict, "note": note}).json
        assert given is not None
        assert (given["verdict"], given["note"]) == (verdict, note)

    listed = own.get("/api/feedback?limit=1").json
    assert listed is not None
    assert (
        listed["feedback"][0].items()
        >= {
            "conversation": made["id"],
            "number": 6,
            "question": "Who is the mayor?",
            "verdict": "wrong source",
            "note": "the council's list",
        }.items()
    )
    assert [one["number"] for one in pages(own, "/api/feedback", "feedback")] == [
        6,
        5,
        4,
        3,
        2,
        1,
    ]
    exported = own.get("/api/feedback/export")
    assert exported.mimetype == "application/jsonl"
    cases = {case.question: case for case in read_cases(exported.data)}
    assert "Who is the mayor?" not in cases
    assert len(cases) == 5
    assert cases["Who opened the harbour bridge?"].quotes == (BRIDGE,)
    assert cases['Zebras graze when? in:"zebra.txt"'].quotes == (ZEBRA,)
    assert not cases['"quaggas" on the bridge?'].answerable
    assert not cases["Who sold the bridge?"].answerable
    (leaning,) = (question for question in cases if question.startswith("Why was that? ("))
    assert cases[leaning].answerable
    helpful = [
        cases[question]
        for question, _, verdict, _ in said
        if question in cases and verdict == "helpful"
    ]
    helpful.append(cases['Zebras graze when? in:"zebra.txt"'])
    outcomes = list(evaluate(Bot(library, threshold=0), library, helpful))
    assert [outcome.met for outcome in outcomes] == [True] * 3

    path = f"/api/conversations/{made['id']}/turns/1/feedback"
    assert own.delete(path).status_code == 204
    assert BRIDGE not in [
        quote
        for case in read_cases(own.get("/api/feedback/export").data)
        for quote in case.quotes
        if case.question == "Who opened the harbour bridge?"
    ]
