"""A password lets people in, a token programs, and nothing else does."""

import re
import stat
import threading
from base64 import b64encode
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from index import Library, SentenceEmbedder
from qa import Settings
from web import create_app
from web.app import close_app
from web.cli import commands
from web.credentials import Credentials, CredentialsError
from web.passwords import Password, TooManyAttempts, hashed

PASSWORD = "pâss word:7"
PAGE = {"Accept": "text/html,*/*;q=0.8"}
PRIVATE = ["/", "/?q=Who", "/api/documents", "/d/1", "/library", "/api/", "/nothing"]

Guarded = Callable[..., Flask]


@pytest.fixture
def guarded(seed_library: Library, sentence_embedder: SentenceEmbedder) -> Iterator[Guarded]:
    """Applications over the sample documents that ask for a password."""
    made = []

    def make(password: str = PASSWORD, port: int = 8000) -> Flask:
        settings = Settings(
            library=seed_library.folder, host="0.0.0.0", port=port, password=password
        )
        made.append(create_app(settings, embedder=sentence_embedder))
        return made[-1]

    yield make
    for app in made:
        close_app(app)


@pytest.fixture
def client(guarded: Guarded) -> FlaskClient:
    return guarded().test_client()


@pytest.fixture
def credentials(seed_library: Library) -> Iterator[Credentials]:
    credentials = Credentials(seed_library.folder)
    yield credentials
    for token in credentials.tokens():
        credentials.revoke(token.name)


def log_in(client: FlaskClient, password: str = PASSWORD, **options: Any) -> TestResponse:
    return client.post("/login", data={"password": password, "to": "/library"}, **options)


def from_address(address: str) -> dict[str, Any]:
    return {"environ_base": {"REMOTE_ADDR": address}}


@pytest.mark.parametrize("path", PRIVATE)
@pytest.mark.parametrize(
    "headers",
    [
        pytest.param({}, id="none"),
        pytest.param({"Authorization": "Bearer pincite_wrong"}, id="wrong"),
        pytest.param({"Authorization": "Bearer"}, id="empty"),
        pytest.param({"Authorization": "Bearer p\xe2ss word:7"}, id="password"),
        pytest.param({"Authorization": "Bearer \xff\xfe"}, id="bytes"),
        pytest.param(
            {"Authorization": "Basic " + b64encode(f":{PASSWORD}".encode()).decode()}, id="basic"
        ),
        pytest.param({"Cookie": "pincite-8000=eyJhZG1pdHRlZCI6dHJ1ZX0.a.b"}, id="forged"),
    ],
)
def test_strangers_are_shown_nothing(
    client: FlaskClient, path: str, headers: dict[str, str]
) -> None:
    response = client.get(path, headers=headers)

    assert (response.status_code, response.mimetype) == (401, "application/problem+json")
    assert "password" in response.json["detail"]  # type: ignore[index]  # it is a problem
    assert response.headers["WWW-Authenticate"] == 'Bearer realm="Pincite"'


def test_strangers_are_answered_nothing(client: FlaskClient) -> None:
    assert client.post("/api/ask", json={"question": "Who?"}).status_code == 401
    assert client.post("/ask", data={"q": "Who?"}, headers=PAGE).status_code == 401


def test_who_opens_a_page_is_asked_for_the_password_and_led_on(client: FlaskClient) -> None:
    asked = client.get("/d/1?page=2", headers=PAGE)
    page = client.get(asked.headers["Location"], headers=PAGE)
    to = re.search(r'name="to" value="([^"]+)"', page.text)
    assert to is not None
    entered = client.post("/login", data={"password": PASSWORD, "to": to[1]})

    assert asked.status_code == 302
    assert (entered.status_code, entered.headers["Location"]) == (303, "/d/1?page=2")


def test_a_script_of_the_page_is_told_and_led_back(client: FlaskClient) -> None:
    referrer = {"Referer": "http://localhost/c/1"}
    response = client.get("/d/1", headers={**PAGE, **referrer, "Sec-Fetch-Mode": "cors"})

    assert response.status_code == 401
    assert "You are not logged in" in response.text
    assert 'href="/login?to=/c/1"' in response.text


def test_the_login_page_looks_like_the_others_and_health_is_open(client: FlaskClient) -> None:
    for path in ("/login", "/static/style.css", "/healthz"):
        with client.get(path) as response:
            assert response.status_code == 200


def test_after_a_login_everything_is_shown_until_logging_out(client: FlaskClient) -> None:
    entered = log_in(client)
    shown = client.get("/library", headers=PAGE)
    answered = client.post("/api/ask", json={"question": "What is a pinpoint citation?"})
    left = client.post("/logout")

    assert (entered.status_code, entered.headers["Location"]) == (303, "/library")
    assert (shown.status_code, answered.status_code) == (200, 200)
    assert "Log out" in shown.text
    assert (left.status_code, left.headers["Location"]) == (303, "/login")
    assert client.get("/library").status_code == 401


def test_without_a_password_nobody_is_asked_to_log_in_or_out(seed_app: Flask) -> None:
    client = seed_app.test_client()

    assert client.get("/login").status_code == 404
    assert "Log out" not in client.get("/", headers=PAGE).text


@pytest.mark.parametrize("wrong", ["", "wrong", f"{PASSWORD} ", PASSWORD.upper(), "\x00"])
def test_another_password_is_none(client: FlaskClient, wrong: str) -> None:
    response = log_in(client, wrong)

    assert response.status_code == 401
    assert "That is not the password." in response.text
    assert "Set-Cookie" not in response.headers


@pytest.mark.parametrize("given", [PASSWORD, "pa\u0302ss word:7"])
def test_a_password_may_be_set_as_its_hash_and_typed_on_any_keyboard(
    guarded: Guarded, given: str
) -> None:
    kept = hashed(PASSWORD)

    assert PASSWORD not in kept
    assert log_in(guarded(kept).test_client(), given).status_code == 303
    assert log_in(guarded(kept).test_client(), kept).status_code == 401


def test_passwords_cannot_be_guessed_often(client: FlaskClient) -> None:
    tried = [log_in(client, "wrong") for _ in range(6)]
    right = log_in(client)
    elsewhere = log_in(client, **from_address("192.0.2.9"))

    assert [one.status_code for one in tried] == [401] * 5 + [429]
    assert 1 <= int(tried[-1].headers["Retry-After"]) <= 60
    assert "Try again in" in tried[-1].text
    # Who guesses must not learn from this that a guess was right.
    assert right.status_code == 429
    assert elsewhere.status_code == 303


def test_who_guesses_from_many_addresses_makes_all_wait_and_locks_nobody_out() -> None:
    waited: list[float] = []
    password = Password(PASSWORD, wait=waited.append)

    guessed = [password.admits("wrong", f"198.51.100.{number}") for number in range(60)]
    assert (any(guessed), waited) == (False, [])

    assert password.admits(PASSWORD, "192.0.2.1")
    assert not password.admits("wrong", "192.0.2.2")
    assert waited == [1.0, 1.0]


def test_only_so_many_wait_to_try_a_password() -> None:
    ready, go_on = threading.Event(), threading.Event()

    def wait(_seconds: float) -> None:
        ready.set()
        assert go_on.wait(30)

    password = Password(PASSWORD, wait=wait)
    for number in range(60):
        password.admits("wrong", f"198.51.100.{number}")
    outcomes: list[str] = []

    def attempt(number: int) -> None:
        try:
            outcomes.append(str(password.admits(PASSWORD, f"192.0.2.{number}")))
        except TooManyAttempts as error:
            outcomes.append(f"refused for {error.seconds} s")
            if len(outcomes) == 10:
                go_on.set()

    # Nobody is let in before ten were refused.
    threads = [threading.Thread(target=attempt, args=(number,)) for number in range(30)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert ready.is_set()
    assert outcomes == ["refused for 20 s"] * 10 + ["True"] * 20


def test_all_addresses_of_one_network_are_one() -> None:
    password = Password(PASSWORD)

    for number in range(5):
        assert not password.admits("wrong", f"2001:db8::{number:x}")
    with pytest.raises(TooManyAttempts):
        password.admits(PASSWORD, "2001:db8::ffff")
    assert password.admits(PASSWORD, "2001:db8:0:1::1")


def test_guesses_at_once_are_counted_one_by_one() -> None:
    password = Password(PASSWORD)
    outcomes: list[str] = []

    def guess() -> None:
        try:
            outcomes.append(str(password.admits("wrong", "192.0.2.1")))
        except TooManyAttempts:
            outcomes.append("refused")

    threads = [threading.Thread(target=guess) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == ["False"] * 5 + ["refused"] * 7


def test_behind_a_proxy_each_person_is_counted(client: FlaskClient) -> None:
    for _ in range(5):
        log_in(client, "wrong", headers={"X-Forwarded-For": "192.0.2.1"})

    # What a person says of itself comes first, what the proxy saw last.
    others = {"X-Forwarded-For": "192.0.2.2, 192.0.2.1"}
    assert log_in(client, headers=others).status_code == 429
    assert log_in(client, headers={"X-Forwarded-For": "192.0.2.3"}).status_code == 303


def test_from_elsewhere_nobody_chooses_what_they_are_counted_as(client: FlaskClient) -> None:
    tried = [
        log_in(
            client,
            "wrong",
            headers={"X-Forwarded-For": f"203.0.113.{number}"},
            **from_address("192.0.2.1"),
        ).status_code
        for number in range(6)
    ]

    assert tried[-1] == 429


def test_without_a_password_a_proxy_lets_nobody_in(seed_app: Flask) -> None:
    response = seed_app.test_client().get("/", headers={"X-Forwarded-For": "192.0.2.1"})

    assert response.status_code == 403


@pytest.mark.parametrize("base", ["http://pincite.example", "https://pincite.example"])
def test_the_cookie_of_a_login_is_out_of_others_reach(client: FlaskClient, base: str) -> None:
    cookie = log_in(client, base_url=base).headers["Set-Cookie"].split("; ")

    assert cookie[0].startswith("pincite-8000=")
    assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= set(cookie)
    assert ("Secure" in cookie) == base.startswith("https")


def test_a_login_outlives_the_server_but_not_the_password(guarded: Guarded) -> None:
    cookie = log_in(guarded().test_client()).headers["Set-Cookie"].partition(";")[0]

    def shown(app: Flask) -> int:
        client = app.test_client(use_cookies=False)
        return client.get("/", headers={**PAGE, "Cookie": cookie}).status_code

    assert shown(guarded()) == 200
    assert shown(guarded(password="another")) == 302


@pytest.mark.parametrize(
    "to",
    ["//evil.example", "https://evil.example", "/\\evil.example", "/\t/evil.example", "x", ""],
)
def test_a_login_leads_to_no_other_site(client: FlaskClient, to: str) -> None:
    response = client.post("/login", data={"password": PASSWORD, "to": to})

    assert response.headers["Location"] == "/"


def test_another_site_cannot_log_anyone_in_or_out(client: FlaskClient) -> None:
    theirs = {"Origin": "https://evil.example"}
    entered = log_in(client, headers=theirs)
    log_in(client)
    left = client.post("/logout", headers=theirs)

    assert (entered.status_code, left.status_code) == (403, 403)
    assert client.get("/library", headers=PAGE).status_code == 200


def test_a_token_lets_in_until_it_is_revoked(
    client: FlaskClient, credentials: Credentials
) -> None:
    token = credentials.create("bot")
    shown = {"Authorization": f"Bearer {token}"}

    answered = client.post("/api/ask", json={"question": "Who?"}, headers=shown)
    cut = client.get("/api/documents", headers={"Authorization": f"Bearer {token[:-1]}"})
    credentials.revoke("bot")
    afterwards = client.get("/api/documents", headers=shown)

    assert answered.status_code == 200
    assert "Set-Cookie" not in answered.headers
    assert (cut.status_code, afterwards.status_code) == (401, 401)


def test_the_interface_says_how_to_be_let_in(client: FlaskClient) -> None:
    log_in(client)

    document: Any = client.get("/api/openapi.json").json

    assert document["security"] == [{}, {"token": []}, {"login": []}]
    assert document["components"]["securitySchemes"] == {
        "token": {"type": "http", "scheme": "bearer"},
        "login": {"type": "apiKey", "in": "cookie", "name": "pincite-8000"},
    }


def test_what_is_kept_lets_nobody_in_and_is_for_its_owner_alone(tmp_path: Path) -> None:
    credentials = Credentials(tmp_path)
    token = credentials.create("bot")
    (kept,) = tmp_path.glob("*.json")

    assert token not in kept.read_text(encoding="utf-8")
    assert not credentials.knows(credentials.tokens()[0].digest)
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600


def test_a_damaged_file_says_what_to_do(tmp_path: Path) -> None:
    credentials = Credentials(tmp_path)
    credentials.create("bot")
    (tmp_path / "access.json").write_text('{"secret": "zz"}', encoding="utf-8")

    with pytest.raises(CredentialsError, match=r"access\.json.*delete it"):
        credentials.knows("pincite_x")


def _pincite(*arguments: str, library: Path, typed: str = "") -> Result:
    return CliRunner().invoke(commands, [*arguments, "--library", str(library)], input=typed)


def test_tokens_are_made_listed_and_revoked_on_the_command_line(
    seed_library: Library, credentials: Credentials
) -> None:
    folder = seed_library.folder
    made = _pincite("token", "create", "news  bot", library=folder)
    twice = _pincite("token", "create", "news bot", library=folder)
    listed = _pincite("token", "list", library=folder)
    revoked = _pincite("token", "revoke", "news bot", library=folder)
    unknown = _pincite("token", "revoke", "news bot", library=folder)
    none = _pincite("token", "list", library=folder)

    assert re.fullmatch(r"pincite_[\w-]{43}\n", made.output)
    assert "there is a token 'news bot' already" in str(twice.exception)
    assert re.search(r"^news bot +20\d\d-\d\d-\d\dT[\d:]+Z$", listed.output, re.MULTILINE)
    assert made.output.strip() not in listed.output
    assert revoked.output == "Revoked news bot.\n"
    assert "there is no token 'news bot'" in str(unknown.exception)
    assert none.output == "There are no tokens; make one: pincite token create NAME\n"


@pytest.mark.parametrize("name", ["", "  ", "x" * 61, "a\x1bb"])
def test_a_token_needs_a_name(seed_library: Library, name: str) -> None:
    refused = _pincite("token", "create", name, library=seed_library.folder)

    assert "a token needs a name of 1 to 60 letters" in str(refused.exception)


def test_a_token_needs_a_library(tmp_path: Path) -> None:
    refused = _pincite("token", "create", "bot", library=tmp_path / "mistyped")

    assert refused.exit_code != 0
    assert not (tmp_path / "mistyped").exists()


def test_a_password_is_hashed_on_the_command_line() -> None:
    shown = CliRunner().invoke(commands, ["password"], input=f"{PASSWORD}\n{PASSWORD}\n")

    assert Password(shown.stdout.strip()).admits(PASSWORD, "192.0.2.1")
    assert "Password" not in shown.stdout
