"""The doctor: each trouble is made for real, and the one to blame is named."""

import gzip
import json
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import parse_qsl, urlencode
from urllib.request import Request, urlopen

import pytest
from chatting import BOT_TOKEN, HOOK_TOKEN, SECRET, Chat, OpenChat, Reply, StandIn
from conftest import Pincite

from qa import Settings
from web.examining import examine
from web.findings import Finding
from web.manifest import scopes
from web.team import TeamSettings

URL = "https://pincite.example"
AUTH, OPEN = "/api/auth.test", "/api/apps.connections.open"
TEAM = TeamSettings(
    public_url=URL, signing_secret=SECRET, bot_token=BOT_TOKEN, hook_tokens=(HOOK_TOKEN,)
)
SLACK_ALONE = TeamSettings(public_url=URL, signing_secret=SECRET, bot_token=BOT_TOKEN)
REFUSED = {"unsigned", "forged", "tampered", "stale", "future", "no time"}

Headers = dict[str, str]
Change = Callable[[bytes, Headers], tuple[bytes, Headers]]


def unchanged(body: bytes, headers: Headers) -> tuple[bytes, Headers]:
    return body, headers


@contextmanager
def proxy(address: str, change: Change = unchanged, answer: Reply | None = None) -> Iterator[str]:
    """A proxy in front of a server: what it passes on it may change, or answer by itself."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"] or 0))
            status, kind, said = 0, "text/html", b""
            if answer is None:
                body, headers = change(body, {**dict(self.headers), "Host": address[7:]})
                headers.pop("Content-Length", None)
                request = Request(address + self.path, body, headers)  # noqa: S310 (our own server)
                try:
                    with urlopen(request) as response:  # noqa: S310 (likewise)
                        status, kind = response.status, response.headers["Content-Type"]
                        said = response.read()
                except HTTPError as error:
                    with error:
                        status, kind, said = (
                            error.code,
                            error.headers["Content-Type"],
                            error.read(),
                        )
            else:
                status, said = answer.status, json.dumps(answer.body).encode()
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(said)))
            for name, value in (answer.headers if answer else {}).items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(said)

        def log_message(self, *_values: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def open_well(open_chat: OpenChat, stand_in: StandIn) -> OpenChat:
    """The same as `open_chat`, and Slack takes the bot token."""
    stand_in.replies[AUTH] = [consent()] * 3
    return open_chat


def consent(*granted: str) -> Reply:
    told = {"ok": True, "user": "pincite", "team": "Team"}
    return Reply(200, told, {"X-OAuth-Scopes": ",".join(granted or scopes(URL))})


def findings(
    chat: Chat | None,
    *,
    team: TeamSettings = TEAM,
    url: str = "",
    api: str = "",
    library: Path | None = None,
    clock: Callable[[], float] = time.time,
) -> dict[str, Finding]:
    """What the doctor finds, by name."""
    folder = library or (chat.library.folder if chat else Path("/nowhere"))
    where = url or (chat.address if chat else "")
    slack = api or (chat.slack.api if chat else "")
    found = examine(Settings(library=folder), team, url=where, api=slack, clock=clock)
    by_name = {}
    for one in found:
        assert one.name not in by_name or one.name == "clock"
        by_name[one.name] = one
    return by_name


def failed(found: Mapping[str, Finding]) -> list[str]:
    return [name for name, one in found.items() if one.mark == "failed"]


def test_a_right_set_up_is_well_and_nothing_is_seen_of_the_probes(open_well: OpenChat) -> None:
    with open_well() as chat:
        found = findings(chat)

        marks = {one.mark for name, one in found.items() if name not in {"app token", "rules"}}
        assert marks == {"ok"}
        assert list(found) == [
            *("rules", "public address", "signing secret", "clock", "bot token", "scopes"),
            *("app token", "server", "signed request", "signed form"),
            *("unsigned", "forged", "tampered", "stale", "future", "no time"),
            *("out of order", "retried", "once", "hook token 1", "hook tokens"),
        ]
        assert "kept once, in this library's inbox" in found["once"].said
        assert "@pincite's in the workspace Team" in found["bot token"].said
        # What is asked now is answered after all that came before.
        chat.mention("When was the harbour bridge opened?", ts="1700000001.000100")
        posted = chat.slack.wait_for(1, "/api/chat")
        conversations = chat.library.conversations.latest()

    assert [call.path for call in chat.slack.calls] == [AUTH, "/api/chat.postMessage"]
    assert posted[0].body["thread_ts"] == "1700000001.000100"
    assert len(conversations) == 1


def test_socket_mode_is_well_without_a_server(stand_in: StandIn, tmp_path: Path) -> None:
    stand_in.replies = {AUTH: [consent()], OPEN: [Reply(200, {"ok": True, "url": "wss://x"})]}
    team = TeamSettings(public_url=URL, bot_token=BOT_TOKEN, app_token="xapp-1")

    found = findings(None, team=team, api=stand_in.api, library=tmp_path)

    assert failed(found) == []
    assert found["app token"].mark == "ok"
    assert [(call.path, call.token) for call in stand_in.calls] == [
        (AUTH, BOT_TOKEN),
        (OPEN, "xapp-1"),
    ]
    assert {name for name, one in found.items() if one.mark == "not set up"} == {
        "rules",
        "signing secret",
        "hook tokens",
    }


@pytest.mark.parametrize(("ahead", "told"), [(-600, "ahead of"), (600, "behind")])
def test_a_clock_that_is_off_by_ten_minutes_is_named(
    open_well: OpenChat, ahead: float, told: str
) -> None:
    with open_well() as chat:
        chat.slack.ahead = ahead
        found = findings(chat)

    # The server is of this machine, and so has its clock: what we sign it takes.
    assert failed(found) == ["clock"]
    assert f"this machine's clock is 10 min {told} Slack's" in found["clock"].said
    assert "timedatectl" in found["clock"].said


def test_a_clock_that_is_off_by_two_minutes_is_a_warning(open_well: OpenChat) -> None:
    with open_well() as chat:
        chat.slack.ahead = 120
        found = findings(chat)

    assert (failed(found), found["clock"].mark) == ([], "warning")


def test_a_server_with_another_clock_is_named(open_well: OpenChat) -> None:
    with open_well() as chat:
        found = findings(chat, clock=lambda: time.time() - 600)

    assert failed(found) == ["clock", "signed request"]
    assert "the server's clock is 10 min ahead of this machine's" in found["signed request"].said


def test_another_secret_is_named(open_well: OpenChat) -> None:
    with open_well(signing_secret="f" * 32) as chat:
        found = findings(chat)

    assert failed(found) == ["signed request"]
    assert "another signing secret" in found["signed request"].said
    assert SECRET not in str(found)


def spaces(body: bytes, headers: Headers) -> tuple[bytes, Headers]:
    return body + b"\n", headers


def anew(body: bytes, headers: Headers) -> tuple[bytes, Headers]:
    """Read and written anew, as a proxy does that looks into JSON."""
    if body.startswith(b"{"):
        body = json.dumps(json.loads(body)).encode()
    return body, headers


def form_anew(body: bytes, headers: Headers) -> tuple[bytes, Headers]:
    """The same for forms: what was %20 becomes a plus."""
    if headers["Content-Type"] == "application/x-www-form-urlencoded":
        body = urlencode(parse_qsl(body.decode())).encode()
    return body, headers


def sorted_form(body: bytes, headers: Headers) -> tuple[bytes, Headers]:
    if headers["Content-Type"] == "application/x-www-form-urlencoded":
        body = b"&".join(sorted(body.split(b"&")))
    return body, headers


def cut(body: bytes, headers: Headers) -> tuple[bytes, Headers]:
    return body[:8192], headers


def zipped(body: bytes, headers: Headers) -> tuple[bytes, Headers]:
    return gzip.compress(body), {**headers, "Content-Encoding": "gzip"}


@pytest.mark.parametrize(
    ("change", "name"),
    [
        (spaces, "signed request"),
        (anew, "signed request"),
        (zipped, "signed request"),
        (form_anew, "signed form"),
        (sorted_form, "signed form"),
        (cut, "signed form"),
    ],
)
def test_a_proxy_that_alters_the_body_is_named(
    open_well: OpenChat, change: Change, name: str
) -> None:
    with open_well() as chat, proxy(chat.address, change) as address:
        found = findings(chat, team=SLACK_ALONE, url=address)

    assert failed(found) == [name]
    assert "alters the body" in found[name].said
    assert "another signing secret" not in found[name].said
    assert ("as gzip" in found[name].said) == (change is zipped)


def stripped(body: bytes, headers: Headers) -> tuple[bytes, Headers]:
    return body, {name: value for name, value in headers.items() if name[:8] != "X-Slack-"}


def test_a_proxy_that_drops_headers_is_named(open_well: OpenChat) -> None:
    with open_well() as chat, proxy(chat.address, stripped) as address:
        found = findings(chat, url=address)

    assert failed(found) == ["signed request"]
    said = found["signed request"].said
    assert "drops the headers X-Slack-Request-Timestamp, X-Slack-Signature" in said


def test_a_proxy_that_alters_a_command_of_another_chat_server_is_named(
    open_well: OpenChat,
) -> None:
    with open_well() as chat, proxy(chat.address, spaces) as address:
        found = findings(chat, team=TeamSettings(hook_tokens=(HOOK_TOKEN,)), url=address)

    assert failed(found) == ["hook token 1"]
    assert "alters the body" in found["hook token 1"].said


def test_a_proxy_that_changes_nothing_is_well(open_well: OpenChat) -> None:
    with open_well() as chat, proxy(chat.address) as address:
        assert failed(findings(chat, url=address)) == []


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (Reply(301, {}, {"Location": "https://elsewhere.example/"}), "leads elsewhere (301 to h"),
        (Reply(401, {}), "such as a login or a firewall"),
        (Reply(403, {}), "such as a login or a firewall"),
        (Reply(404, {}), "what answers there is no Pincite (404)"),
        (Reply(200, {"challenge": "x"}), "what answers there is no Pincite (200)"),
        (Reply(413, {}), "too many for something in front"),
        (Reply(502, {}), "behind it no server (502)"),
    ],
)
def test_a_proxy_that_answers_by_itself_is_named(
    open_well: OpenChat, answer: Reply, said: str
) -> None:
    with open_well() as chat, proxy(chat.address, answer=answer) as address:
        found = findings(chat, url=address)

    assert failed(found) == ["signed request", "hook token 1"]
    assert said in found["signed request"].said


def test_a_proxy_that_takes_everything_is_named(open_well: OpenChat) -> None:
    def resigned(body: bytes, headers: Headers) -> tuple[bytes, Headers]:
        from web.slack import signed

        return body, {**headers, **signed(SECRET, body, str(int(time.time())))}

    with open_well() as chat, proxy(chat.address, resigned) as address:
        found = findings(chat, url=address)

    assert set(failed(found)) == REFUSED
    assert "answered with 200, not 401" in found["stale"].said


def test_a_server_that_is_not_there_is_named(open_well: OpenChat) -> None:
    with open_well() as chat:
        pass

    found = findings(chat)

    assert failed(found) == ["server"]
    assert "nobody listens there. Start pincite serve" in found["server"].said


def test_this_machine_is_asked_without_a_proxy(
    open_well: OpenChat, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.delenv("NO_PROXY", raising=False)
    with open_well() as chat:
        assert failed(findings(chat)) == []


def test_a_server_without_tls_is_named(open_well: OpenChat) -> None:
    with open_well() as chat:
        found = findings(chat, url=chat.address.replace("http:", "https:"))

    assert failed(found) == ["server"]
    assert "does not speak TLS" in found["server"].said
    assert "they belong to the proxy" in found["server"].said


@pytest.mark.parametrize("password", ["", "a password of some length"])
def test_a_server_that_was_started_without_slack_is_named(
    open_well: OpenChat, password: str
) -> None:
    with open_well(signing_secret="", password=password) as chat:
        found = findings(chat)

    assert failed(found) == ["signed request"]
    assert "it has no /slack/events" in found["signed request"].said
    assert "start it with PINCITE_SLACK_SIGNING_SECRET" in found["signed request"].said


@pytest.mark.parametrize("password", ["", "a password of some length"])
def test_a_server_that_was_started_without_hooks_is_named(
    open_well: OpenChat, password: str
) -> None:
    with open_well(hook_tokens=(), password=password) as chat:
        found = findings(chat)

    assert failed(found) == ["hook token 1"]
    assert "start it with PINCITE_HOOK_TOKENS" in found["hook token 1"].said


def test_a_hook_token_that_the_server_does_not_know_is_named(open_well: OpenChat) -> None:
    with open_well(password="a password of some length") as chat:
        team = TeamSettings(hook_tokens=(HOOK_TOKEN, "another-token-altogether"))
        found = findings(chat, team=team)

    assert failed(found) == ["hook token 2"]
    assert "the server does not know it" in found["hook token 2"].said
    assert "another-token-altogether" not in str(found)


def test_another_library_is_named(open_well: OpenChat, tmp_path: Path) -> None:
    from index import Inbox

    other = tmp_path / "other"
    other.mkdir()
    Inbox(other).close()
    with open_well() as chat:
        assert "its own machine can see" in findings(chat, library=tmp_path)["once"].said
        found = findings(chat, library=other)

    assert (found["once"].mark, failed(found)) == ("warning", [])
    assert "the server has another library" in found["once"].said


@pytest.mark.parametrize(
    ("reply", "name", "said"),
    [
        (Reply(0, {}), "Slack", "cannot be asked: the connection broke"),
        (Reply(503, {}), "Slack", "in trouble itself (503)"),
        (Reply(200, {"ok": False, "error": "fatal_error"}), "Slack", "in trouble itself"),
        (Reply(429, {}), "Slack", "Slack was asked too often"),
        (Reply(403, {"blocked": True}), "Slack", "is not Slack"),
        (
            Reply(200, {"ok": False, "error": "invalid_auth"}),
            "bot token",
            "Slack refuses it (invalid_auth): copy the Bot User OAuth Token",
        ),
        (
            consent("commands", "chat:write", "app_mentions:read", "links:read"),
            "scopes",
            "the token lacks im:history, links:write",
        ),
    ],
)
def test_what_slack_says_is_told_and_the_server_is_looked_at_all_the_same(
    open_well: OpenChat, reply: Reply, name: str, said: str
) -> None:
    with open_well() as chat:
        chat.slack.replies[AUTH] = [reply] * 3
        found = findings(chat)

    assert failed(found) == [name]
    assert said in found[name].said
    assert found["signed request"].mark == "ok"
    assert BOT_TOKEN not in str(found)


def test_an_app_token_that_slack_refuses_is_named(stand_in: StandIn) -> None:
    stand_in.replies = {AUTH: [consent()], OPEN: [Reply(200, {"ok": False, "error": "x_y"})]}
    team = TeamSettings(public_url=URL, bot_token=BOT_TOKEN, app_token="xapp-1")

    found = findings(None, team=team, api=stand_in.api)

    assert failed(found) == ["app token"]
    assert "(x_y): make an App-Level Token with the scope connections:write" in (
        found["app token"].said
    )


@pytest.mark.parametrize(
    ("team", "mark", "name"),
    [
        (TeamSettings(bot_token=BOT_TOKEN), "failed", "Slack"),
        (TeamSettings(app_token="xapp-1"), "failed", "Slack"),
        (TeamSettings(hook_tokens=(HOOK_TOKEN,)), "warning", "public address"),
        (
            TeamSettings(signing_secret=SECRET, bot_token="xoxb-1", public_url="http://a.example"),
            "failed",
            "public address",
        ),
        (TeamSettings(signing_secret="secret", bot_token="xoxb-1"), "warning", "signing secret"),
    ],
)
def test_settings_that_do_not_do_are_named(
    stand_in: StandIn, team: TeamSettings, mark: str, name: str
) -> None:
    found = findings(None, team=team, api=stand_in.api, url="http://127.0.0.1:9")

    assert found[name].mark == mark


def test_nothing_set_up_says_how_to_begin(pincite: Pincite) -> None:
    outcome = pincite("doctor")

    assert outcome.status == 0
    assert "docs/slack.md" in outcome.out


def test_a_setting_that_cannot_be_used_is_told(
    pincite: Pincite, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PINCITE_SLACK_BOT_TOKEN", "xapp-1")

    outcome = pincite("doctor")

    assert outcome.status == 1
    assert outcome.out.startswith("failed      settings")
    assert "xapp-1" not in outcome.out


def test_the_command_shows_each_check_and_the_number_that_failed(
    open_well: OpenChat, pincite: Pincite, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setenv("PINCITE_PUBLIC_URL", URL)
    monkeypatch.setenv("PINCITE_SLACK_SIGNING_SECRET", SECRET)
    monkeypatch.setenv("PINCITE_SLACK_BOT_TOKEN", BOT_TOKEN)
    with open_well() as chat:
        monkeypatch.setattr("web.examining.SLACK_API", chat.slack.api)
        well = pincite("doctor", "--url", chat.address)
    unwell = pincite("doctor", "--url", chat.address)

    assert well.status == 0
    assert "failed" not in well.out
    assert max(map(len, well.out.splitlines())) <= 100
    assert unwell.status == 1
    assert "1 check failed" in unwell.out


def test_a_url_that_is_none_is_refused(pincite: Pincite) -> None:
    outcome = pincite("doctor", "--url", "127.0.0.1:8000")

    assert outcome.status == 1
    assert outcome.err.startswith("pincite: --url='127.0.0.1:8000' cannot be used")
