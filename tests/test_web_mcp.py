"""The server for assistants, asked by a real client over standard input and output and HTTP."""

import gc
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

import anyio
import pytest
from conftest import Pincite, WordEmbedder
from jsonschema import Draft202012Validator
from mcp import Client, MCPError, StdioServerParameters
from mcp_types import INVALID_PARAMS, CallToolResult

from index import Library, SentenceEmbedder, add_files, find_files, token_counter
from qa import FORMATS, Settings
from web.credentials import Credentials
from web.mcp_library import OpenedLibrary
from web.mcp_server import AssistantServer
from web.mcp_tools import LONGEST_SPAN

_PINCITE = ["-c", "from web.cli import main; main()"]
_ROOT = Path(__file__).parents[1]
_PATIENCE = 90.0
_BRIDGE = "The harbour bridge was opened in spring. It is two miles long.\n"

_DRAFT = """\
They say: “The harbour bridge was opened in spring.”
They say, too, “the clock tower has five faces”.

“It is two miles long” [@smith2020tower]. “Nobody ever crossed it after dark”, they say.

The tower has four faces.
"""

# To check it takes minutes.
_LONG_DRAFT = "\n\n".join(f"“The clock tower has {n} faces, they say.”" for n in range(20_000))

Given = TypeVar("Given")
Use = Callable[[Client], Awaitable[Given]]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory, small_models: Path) -> Path:
    """A folder with a library of two documents and a picture, made with a small model."""
    folder = tmp_path_factory.mktemp("assisted")
    papers = folder / "papers"
    papers.mkdir()
    (papers / "bridge.txt").write_text(_BRIDGE)
    (papers / "tower.md").write_text(
        "---\ntitle: The tower\nauthor: Jane Smith\ndate: 2020-05-01\n---\n\n"
        "The clock tower has four faces. One of them is always late.\n"
    )
    (papers / "photo.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(40))
    with _library(folder / "library", small_models) as library:
        list(add_files(library, find_files([papers]), seconds=60))
    return folder


def _library(folder: Path, models: Path) -> Library:
    return Library.open(
        folder,
        embedder=SentenceEmbedder(str(models / "mean")),
        count=token_counter(),
        create=True,
    )


def _environment(place: Path, models: Path) -> dict[str, str]:
    return {
        "PYTHONPATH": str(_ROOT),
        "HF_HUB_OFFLINE": "1",
        "OMP_NUM_THREADS": "1",
        "PINCITE_LIBRARY": str(place / "library"),
        "PINCITE_MODEL": str(models / "mean"),
        "PINCITE_THRESHOLD": "0",
    }


@pytest.fixture
def here(place: Path, small_models: Path) -> Iterator[AssistantServer]:
    """The server in this process, over the library of the small model."""
    opened = _opened(place / "library", small_models)
    yield AssistantServer(opened)
    opened.close()


def _opened(library: Path, models: Path) -> OpenedLibrary:
    return OpenedLibrary(Settings(library=library, model=str(models / "mean"), threshold=0.0))


def _used(server: Any, use: Use[Given], mode: str = "auto") -> Given:
    """What comes of a client's use of a server, in-process, started, or at an address."""

    async def run() -> Given:
        with anyio.fail_after(_PATIENCE):
            async with Client(server, mode=mode) as client:
                return await use(client)

    return anyio.run(run)


def _called(server: Any, tool: str, **arguments: Any) -> CallToolResult:
    return _used(server, lambda client: client.call_tool(tool, arguments))


def _told(server: Any, tool: str, **arguments: Any) -> Any:
    """What a tool gave, which is of its output schema, and told as text too."""

    async def use(client: Client) -> Any:
        schemas = {one.name: one.output_schema for one in (await client.list_tools()).tools}
        return await _checked(client, schemas, tool, arguments)

    return _used(server, use)


async def _checked(
    client: Client, schemas: dict[str, Any], tool: str, arguments: dict[str, Any]
) -> Any:
    result = await client.call_tool(tool, arguments)
    assert not result.is_error, result.content
    Draft202012Validator.check_schema(schemas[tool])
    Draft202012Validator(schemas[tool]).validate(result.structured_content)
    written: Any = result.content[-1]
    assert json.loads(written.text) == result.structured_content
    return result.structured_content


def _refused(result: CallToolResult) -> str:
    assert result.is_error
    (said,) = result.content
    assert said.type == "text"
    assert "Traceback" not in said.text
    return said.text


async def _everything(client: Client) -> dict[str, Any]:
    """What a client does that knows nothing: it lists, asks, finds, reads."""
    tools = (await client.list_tools()).tools
    schemas: dict[str, Any] = {one.name: one.output_schema for one in tools}
    assert set(schemas) == {"ask", "quote", "check", "documents", "read_span"}
    for tool in tools:
        assert tool.description
        assert tool.annotations is not None
        assert tool.annotations.read_only_hint
        assert "context" not in tool.input_schema["properties"]
    told = {}
    for name, arguments in (
        ("ask", {"question": "When was the harbour bridge opened?", "formats": ["pandoc"]}),
        ("quote", {"words": "was opened in SPRING"}),
        ("check", {"draft": _DRAFT}),
        ("documents", {}),
    ):
        told[name] = await _checked(client, schemas, name, arguments)
    (exact,) = told["quote"]["exact"]
    read = {"document": exact["document"]["id"], **exact["span"], "formats": ["pandoc"]}
    told["read_span"] = await _checked(client, schemas, "read_span", read)
    (first, second) = (await client.list_resources()).resources
    assert {first.name, second.name} == {"bridge.txt", "The tower"}
    for resource in (first, second):
        (content,) = (await client.read_resource(resource.uri)).contents
        told[resource.name] = getattr(content, "text", None)
    return told


def _is_what_the_documents_say(told: dict[str, Any]) -> None:
    excerpt = told["ask"]["excerpts"][0]
    assert excerpt["quote"] in told["bridge.txt"]
    assert "[@" in excerpt["formats"]["pandoc"]
    (exact,) = told["quote"]["exact"]
    assert (told["quote"]["total"], exact["quote"]) == (1, "was opened in spring")
    assert told["read_span"]["quote"] == exact["quote"]
    assert told["read_span"]["citation"] == exact["citation"] == "“bridge.txt”, line 1."
    assert "[@" in told["read_span"]["formats"]["pandoc"]
    assert told["documents"]["total"] == 3
    assert [one["verdict"] for one in told["check"]["quotations"]] == [
        "exact",
        "altered",
        "misattributed",
        "not found",
    ]
    assert not told["check"]["passes"]
    assert told["bridge.txt"] == _BRIDGE


def test_a_client_over_standard_input_and_output_is_told_what_the_documents_say(
    place: Path, small_models: Path
) -> None:
    server = StdioServerParameters(
        command=sys.executable,
        args=[*_PINCITE, "mcp"],
        env=_environment(place, small_models),
        cwd=_ROOT,
    )

    _is_what_the_documents_say(_used(server, _everything))


@contextmanager
def _serving(place: Path, models: Path, **settings: str) -> Iterator[tuple[str, Any]]:
    """The address of a server over HTTP that answers, and its process, which ends here."""
    with socket.create_server(("127.0.0.1", 0)) as trial:
        port = trial.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, *_PINCITE, "mcp", "--http", "--port", str(port)],
        env={**os.environ, **_environment(place, models), **settings},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    address = f"http://127.0.0.1:{port}/mcp"
    try:
        end = time.monotonic() + _PATIENCE
        while _status(address) == 0:
            assert process.poll() is None, process.communicate()
            assert time.monotonic() < end
            time.sleep(0.05)
        yield address, process
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate()


def _status(address: str, **headers: str) -> int:
    """The status of a first request, or 0 where nobody listens."""
    first = {
        "jsonrpc": "2.0",
        "id": 1,
        "method": "initialize",
        "params": {
            "protocolVersion": "2025-06-18",
            "capabilities": {},
            "clientInfo": {"name": "test", "version": "1"},
        },
    }
    sent = {
        "Content-Type": "application/json",
        "Accept": "application/json, text/event-stream",
        **{name.replace("_", "-"): value for name, value in headers.items()},
    }
    request = Request(address, data=json.dumps(first).encode(), headers=sent)  # noqa: S310 (ours)
    try:
        with urlopen(request, timeout=30) as response:  # noqa: S310 (our own)
            return int(response.status)
    except HTTPError as error:
        return error.code
    except URLError:
        return 0


async def _cut_off(client: Client, process: Any) -> None:
    """End a server that has begun to check a draft."""

    async def report(progress: float, total: float | None, message: str | None) -> None:
        if not ended:
            ended.append(process.send_signal(signal.SIGTERM))

    ended: list[None] = []
    await client.call_tool("check", {"draft": _LONG_DRAFT}, progress_callback=report)


def test_over_http_a_client_is_told_the_same_and_other_sites_are_refused(
    place: Path, small_models: Path
) -> None:
    with _serving(place, small_models) as (address, process):
        for mode in ("auto", "legacy"):
            _is_what_the_documents_say(_used(address, _everything, mode))
        for modern in ({}, {"MCP_Protocol_Version": "2026-07-28"}):
            assert _status(address, Host="evil.example:8001", **modern) == 421
            assert _status(address, Origin="https://evil.example", **modern) == 403
            assert _status(address, Origin="http://localhost:1", **modern) == 403
        assert _status(address, Origin=address.removesuffix("/mcp")) == 200

        # It ends in the middle of a long check, too.
        with pytest.raises(ExceptionGroup):
            _used(address, lambda client: _cut_off(client, process))
        out, err = process.communicate(timeout=20)

    assert (process.returncode, err) == (0, "")
    assert out == f"Answering at {address} (Ctrl-C stops)\n"


def test_with_a_password_whoever_shows_a_token_is_answered(
    place: Path, small_models: Path, tmp_path: Path
) -> None:
    shutil.copytree(place / "library", tmp_path / "library")
    token = Credentials(tmp_path / "library").create("editor")

    with _serving(tmp_path, small_models, PINCITE_PASSWORD="correct horse") as (address, process):
        assert _status(address) == 401
        assert _status(address, Authorization="Bearer pincite_guessed") == 401
        assert _status(address, Authorization=f"Bearer {token}", Host="pincite.example") == 200
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=20)

    assert (process.returncode, err) == (0, "")


def test_beyond_this_machine_it_refuses_to_listen_without_a_password(pincite: Pincite) -> None:
    outcome = pincite("mcp", "--http", "--host", "0.0.0.0", "--port", "8123")

    assert (outcome.status, outcome.out) == (1, "")
    assert "set PINCITE_PASSWORD, or serve on 127.0.0.1" in outcome.err


def test_a_port_in_use_is_said_in_one_line(pincite: Pincite) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        outcome = pincite("mcp", "--http", "--port", port)

    assert outcome.status == 1
    assert outcome.err.startswith(f"pincite: cannot listen on 127.0.0.1:{port} (Address already")


@contextmanager
def _spoken_to(place: Path, models: Path) -> Iterator[Any]:
    """A server's process that has shaken hands over standard input and output."""
    process = subprocess.Popen(
        [sys.executable, *_PINCITE, "mcp"],
        env={**os.environ, **_environment(place, models)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    _say(
        process,
        1,
        "initialize",
        protocolVersion="2025-06-18",
        capabilities={},
        clientInfo={"name": "test", "version": "1"},
    )
    assert json.loads(process.stdout.readline())["result"]["serverInfo"]["name"] == "pincite"
    try:
        yield process
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate()


def _say(process: Any, number: int, method: str, **params: Any) -> None:
    message = {"jsonrpc": "2.0", "id": number, "method": method, "params": params}
    process.stdin.write(json.dumps(message) + "\n")
    process.stdin.flush()


@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGINT, None], ids=str)
def test_it_ends_in_order_with_a_signal_and_with_its_input(
    place: Path, small_models: Path, end: signal.Signals | None
) -> None:
    with _spoken_to(place, small_models) as process:
        _say(process, 2, "tools/call", name="quote", arguments={"words": "four faces"})
        assert json.loads(process.stdout.readline())["result"]["structuredContent"]["total"] == 1
        if end is None:
            process.stdin.close()
            process.stdin = None
        else:
            process.send_signal(end)
        out, err = process.communicate(timeout=20)

    assert (process.returncode, out, err) == (0, "", "")


def test_what_is_no_message_is_passed_over(place: Path, small_models: Path) -> None:
    with _spoken_to(place, small_models) as process:
        process.stdin.write("no JSON\n{}\n[1]\n")
        _say(process, 2, "ping")

        assert json.loads(process.stdout.readline())["id"] == 2


def test_a_client_that_hears_no_more_ends_it_without_a_traceback(
    place: Path, small_models: Path
) -> None:
    with _spoken_to(place, small_models) as process:
        process.stdout.close()
        process.stdout = None
        _say(process, 2, "tools/list")
        time.sleep(0.2)
        process.stdin.close()
        process.stdin = None
        _, err = process.communicate(timeout=20)

    assert (process.returncode, err) == (0, "")


def test_every_tool_and_what_it_takes_is_in_the_documentation(here: AssistantServer) -> None:
    told = (_ROOT / "docs" / "mcp.md").read_text(encoding="utf-8")

    for tool in _used(here, lambda client: client.list_tools()).tools:
        assert f"| `{tool.name}` |" in told
        for name in tool.input_schema["properties"]:
            assert re.search(rf'[`"]{name}[`"]', told), name


def test_silence_is_told_in_words_an_assistant_cannot_overlook(
    here: AssistantServer,
) -> None:
    asked = _called(here, "ask", question='Where does "purple elephants" stand?')
    found = _called(here, "quote", words="purple elephants dance every night")

    assert asked.structured_content is not None
    assert asked.structured_content["answered"] is False
    assert getattr(asked.content[0], "text", "").startswith("Your documents do not say.")
    assert getattr(found.content[0], "text", "") == "These words stand nowhere in your documents."


def test_filters_narrow_and_a_single_value_needs_no_list(here: AssistantServer) -> None:
    everywhere = _told(here, "quote", words="is")
    narrowed = _told(here, "quote", words="is", author="Smith", after="2020", before="2020-06")
    within = _told(here, "ask", question="Is it late?", within=["tower.md"], limit=50)

    assert (everywhere["total"], narrowed["total"]) == (2, 1)
    assert {one["document"]["title"] for one in within["excerpts"]} == {"The tower"}


def test_a_question_may_lean_on_those_before(here: AssistantServer) -> None:
    told = _told(
        here, "ask", question="And how long is it?", follow_up_to="When was the bridge opened?"
    )

    assert "bridge" in told["searched"]


def test_a_draft_is_judged_quotation_by_quotation(here: AssistantServer) -> None:
    shares: list[float] = []

    async def report(progress: float, total: float | None, message: str | None) -> None:
        assert total is not None
        shares.append(progress / total)

    result = _used(
        here,
        lambda client: client.call_tool("check", {"draft": _DRAFT}, progress_callback=report),
    )

    told: Any = result.structured_content
    _, altered, misattributed, _ = told["quotations"]
    assert [one for one in altered["changes"] if one["kind"] != "same"] == [
        {"kind": "replaced", "theirs": "five ", "ours": "four "}
    ]
    assert misattributed["cited"][0]["title"] == "The tower"
    assert misattributed["places"][0]["citation"] == "“bridge.txt”, line 1."
    assert _DRAFT[slice(*altered["span"].values())] == altered["words"]
    assert shares == sorted(shares)
    assert shares[-1] == 1
    assert getattr(result.content[0], "text", "").startswith("Not all of this draft")


def test_a_draft_may_be_checked_for_its_quotations_alone(here: AssistantServer) -> None:
    draft = "In 1931 “the clock tower has four faces” was written by Ada Byron.\n\nIt cost $5."

    told = _told(here, "check", draft=draft, claims=False, markdown=False, author="Smith")

    assert (told["passes"], told["claims"], told["counts"]) == (True, [], {"exact": 1})


def test_a_check_that_is_no_longer_wanted_ends(here: AssistantServer) -> None:
    begun = anyio.Event()

    async def use(client: Client) -> Any:
        async def report(progress: float, total: float | None, message: str | None) -> None:
            begun.set()

        async def check() -> None:
            await client.call_tool("check", {"draft": _LONG_DRAFT}, progress_callback=report)

        async with anyio.create_task_group() as group:
            group.start_soon(check)
            await begun.wait()
            group.cancel_scope.cancel()
        # It lets the next one in.
        return (await client.call_tool("check", {"draft": _DRAFT})).structured_content

    assert _used(here, use)["counts"]["exact"] == 1


def test_every_format_can_be_had(here: AssistantServer) -> None:
    told = _told(here, "ask", question="Who opened the bridge?", limit=1, formats=list(FORMATS))
    found = _told(here, "quote", words="opened in spring", formats="chicago")

    assert set(told["excerpts"][0]["formats"]) == set(FORMATS)
    assert "“opened in spring”" in found["exact"][0]["formats"]["chicago"]


def test_documents_are_found_and_come_page_by_page(here: AssistantServer) -> None:
    first = _told(here, "documents", limit=2)
    rest = _told(here, "documents", limit=2, cursor=first["next"])
    found = _told(here, "documents", find="jane tower")
    without = _told(here, "documents", state="skipped")

    assert [len(first["documents"]), len(rest["documents"]), rest["next"]] == [2, 1, None]
    assert (first["total"], rest["total"]) == (3, 3)
    assert [one["title"] for one in found["documents"]] == ["The tower"]
    assert [one["id"] for one in without["documents"]] == [None]
    assert found["documents"][0]["citation_key"] == "smith2020tower"


def test_a_span_is_read_verbatim_and_ends_with_the_text(here: AssistantServer) -> None:
    (bridge,) = _told(here, "documents", find="bridge")["documents"]

    inside = _told(here, "read_span", document=bridge["id"], start=4, end=18)
    beyond = _told(here, "read_span", document=bridge["id"], start=41, end=LONGEST_SPAN)

    assert (inside["quote"], inside["span"]) == (_BRIDGE[4:18], {"start": 4, "end": 18})
    assert (inside["characters"], inside.get("formats")) == (len(_BRIDGE), None)
    assert beyond["quote"] == _BRIDGE[41:]
    assert beyond["span"] == {"start": 41, "end": len(_BRIDGE)}


@pytest.mark.parametrize(
    ("tool", "arguments", "said"),
    [
        ("ask", {"question": " "}, "the question is empty; ask something"),
        ("ask", {"question": "x" * 20_000}, "the question"),
        ("ask", {}, "question: Field required"),
        ("ask", {"question": "Who?", "limit": 0}, "limit: Input should be greater than"),
        ("ask", {"question": "Who?", "author": "Nobody"}, "no document is by an author 'Nobody'"),
        ("ask", {"question": "Who?", "after": "soon"}, "after 'soon' is no date; write 2020"),
        ("ask", {"question": "Who?", "formats": "vancouver"}, "formats.0: Input should be"),
        ("ask", {"question": "Who?", "follow_up_to": ["Why?"] * 21}, "follow_up_to: "),
        ("quote", {"words": ""}, "the quotation is empty; give the words to look for"),
        ("quote", {"words": "word " * 3000}, "10,000"),
        ("check", {"draft": "\n"}, "the draft is empty; give its text"),
        ("check", {"draft": "word " * 250_000}, "at most 1,000,000 are taken"),
        ("check", {"draft": "“A b c d”", "tag": "x"}, "no document has the tag 'x'"),
        ("documents", {"state": "lost"}, "state: Input should be"),
        ("read_span", {"document": "x", "start": 0, "end": 1}, "there is no document 'x'"),
        ("dance", {}, "Unknown tool: dance"),
    ],
)
def test_what_cannot_be_done_is_said(
    here: AssistantServer, tool: str, arguments: dict[str, Any], said: str
) -> None:
    assert said in _refused(_called(here, tool, **arguments))


@pytest.mark.parametrize(
    ("start", "end", "said"),
    [
        (5, 5, "no characters from 5 to 5"),
        (9, 5, "no characters from 9 to 5"),
        (10**6, 10**6 + 1, f"has {len(_BRIDGE)}"),
        (0, LONGEST_SPAN + 1, f"read {LONGEST_SPAN} at most"),
        (-1, 5, "start: Input should be"),
    ],
)
def test_a_span_that_is_none_is_refused(
    here: AssistantServer, start: int, end: int, said: str
) -> None:
    (bridge,) = _told(here, "documents", find="bridge")["documents"]

    assert said in _refused(
        _called(here, "read_span", document=bridge["id"], start=start, end=end)
    )


def test_a_resource_that_is_not_there_is_said(here: AssistantServer) -> None:
    async def use(client: Client) -> int:
        with pytest.raises(MCPError, match="there is no document 'x'") as refused:
            await client.read_resource("pincite://documents/x")
        return refused.value.code

    assert _used(here, use) == INVALID_PARAMS


def test_it_starts_before_there_is_a_library_and_follows_what_becomes_of_it(
    place: Path, small_models: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "library"
    opened = _opened(folder, small_models)

    async def use(client: Client) -> None:
        async def said(tool: str, **arguments: Any) -> str:
            return _refused(await client.call_tool(tool, arguments))

        async def total(words: str) -> int:
            result = await client.call_tool("quote", {"words": words})
            assert result.structured_content is not None
            return int(result.structured_content["total"])

        for tool, arguments in (
            ("ask", {"question": "Who?"}),
            ("quote", {"words": "spring"}),
            ("check", {"draft": _DRAFT}),
            ("documents", {}),
            ("read_span", {"document": "x", "start": 0, "end": 1}),
        ):
            assert "make one with: pincite add PATH" in await said(tool, **arguments)
        with pytest.raises(MCPError, match="there is no library in"):
            await client.list_resources()
        with pytest.raises(MCPError, match="there is no library in"):
            await client.read_resource("pincite://documents/x")

        shutil.copytree(place / "library", folder)
        assert await total("opened in spring") == 1

        # Another library in its place, of which the connections of the first know nothing.
        shutil.rmtree(folder)
        assert "make one with: pincite add PATH" in await said("quote", words="spring")
        (tmp_path / "boat.txt").write_text("The boat leaves at noon.\n")
        with _library(folder, small_models) as library:
            list(add_files(library, [tmp_path / "boat.txt"], seconds=60))
        assert (await total("opened in spring"), await total("leaves at noon")) == (0, 1)

        shutil.rmtree(folder)
        other = WordEmbedder("another")
        with Library.open(folder, embedder=other, count=token_counter(), create=True):
            pass
        assert "pincite rebuild" in await said("ask", question="When does the boat leave?")

    _used(AssistantServer(opened), use)
    opened.close()


def test_a_library_that_is_replaced_can_be_read_to_the_end(
    place: Path, small_models: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed = []
    close = Library.close

    def closing(library: Library) -> None:
        closed.append(library.folder)
        close(library)

    monkeypatch.setattr(Library, "close", closing)
    folder = tmp_path / "library"
    shutil.copytree(place / "library", folder)
    opened = _opened(folder, small_models)
    before = opened.library()
    known = [file.document for file in before.files()]
    shutil.rmtree(folder)
    with _library(folder, small_models):
        pass
    closed.clear()

    after = opened.library()

    assert after is not before
    assert list(after.files()) == []
    assert [file.document for file in before.files()] == known != []
    assert closed == []
    del before
    gc.collect()
    assert closed == [folder]
    opened.close()


def test_a_library_that_is_rebuilt_with_another_model_is_told(
    place: Path,
    small_models: Path,
    tmp_path: Path,
    pincite: Pincite,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    shutil.copytree(place / "library", tmp_path / "library")
    opened = _opened(tmp_path / "library", small_models)

    async def use(client: Client) -> None:
        question = {"question": "When was the bridge opened?"}
        assert not (await client.call_tool("ask", question)).is_error
        monkeypatch.setenv("PINCITE_MODEL", str(small_models / "cls"))
        assert pincite("rebuild").status == 0
        assert "was made with model" in _refused(await client.call_tool("ask", question))

    _used(AssistantServer(opened), use)
    opened.close()


def test_many_questions_at_once_are_answered_or_told_to_wait(here: AssistantServer) -> None:
    async def use(client: Client) -> list[CallToolResult]:
        results: list[CallToolResult] = []

        async def ask() -> None:
            question = {"question": "When was the harbour bridge opened?"}
            results.append(await client.call_tool("ask", question))

        async with anyio.create_task_group() as group:
            for _ in range(60):
                group.start_soon(ask)
            # What is quickly told does not wait behind them.
            assert not (await client.call_tool("documents", {})).is_error
        return results

    results = _used(here, use)

    answered = [one for one in results if not one.is_error]
    assert len(answered) >= 20
    for one in results:
        if one.is_error:
            assert "too many questions are waiting" in _refused(one)
