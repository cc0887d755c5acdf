"""Reading in a process that may hang, grow, crash or be asked to write."""

import hashlib
import io
import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.documents import Heading, Landmark, Reading, Table
from index.errors import PinciteError, SkippedFile, UnreadableFile
from index.reading.process import ReaderProcess
from index.reading.wire import (
    encode_frame,
    marks_from_json,
    marks_to_json,
    read_frame,
    reading_from_json,
    reading_to_json,
    write_frame,
)

_ANSWER = """
import sys
from index.reading.worker import serve
{imports}

def read(data, name):
    if data == b"well":
        return Reading(text="well", media_type="text/plain")
    {body}

from index.documents import Reading
serve(read, seconds=float(sys.argv[1]), memory=int(sys.argv[2]))
"""


def _file(folder: Path, content: bytes, name: str = "note.txt") -> tuple[Path, str]:
    path = folder / name
    path.write_bytes(content)
    return path, hashlib.sha256(content).hexdigest()


def _worker(folder: Path, monkeypatch: pytest.MonkeyPatch, body: str, imports: str = "") -> str:
    """A worker whose reader misbehaves on every file but one that is well."""
    (folder / "misbehaving.py").write_text(_ANSWER.format(body=body, imports=imports))
    monkeypatch.syspath_prepend(folder)
    return "misbehaving"


def _children() -> list[int]:
    """Those of this process, without Python's own that stays after any pool of processes."""
    own = Path(f"/proc/{os.getpid()}/task")
    found = [int(pid) for task in own.iterdir() for pid in (task / "children").read_text().split()]
    return [
        pid
        for pid in found
        if b"resource_tracker" not in Path(f"/proc/{pid}/cmdline").read_bytes()
    ]


def test_a_file_is_read_in_another_process(tmp_path: Path) -> None:
    with ReaderProcess() as reader:
        reading = reader.read(*_file(tmp_path, b"Rope costs 12.\n\nTwine costs 3."))

        assert reading.text == "Rope costs 12.\n\nTwine costs 3."
        assert len(_children()) == 1
    assert _children() == []


def test_one_worker_reads_many_files(tmp_path: Path) -> None:
    with ReaderProcess() as reader:
        reader.read(*_file(tmp_path, b"One note."))
        before = _children()
        assert reader.read(*_file(tmp_path, b"Another note.")).text == "Another note."
        assert _children() == before


def test_a_file_name_that_is_no_unicode_is_read(tmp_path: Path) -> None:
    path, sha256 = _file(tmp_path, b"A note.", os.fsdecode(b"caf\xe9.txt"))

    with ReaderProcess() as reader:
        assert reader.read(path, sha256).text == "A note."


@pytest.mark.parametrize(
    ("content", "name", "kind", "reason"),
    [
        (b"\x89PNG\r\n\x1a\n" + bytes(50), "picture.png", SkippedFile, "."),
        (b"PK\x03\x04" + bytes(50), "half.docx", UnreadableFile, "truncated or damaged"),
    ],
)
def test_the_reason_for_no_reading_comes_back(
    tmp_path: Path, content: bytes, name: str, kind: type[UnreadableFile], reason: str
) -> None:
    with ReaderProcess() as reader:
        with pytest.raises(UnreadableFile, match=reason) as caught:
            reader.read(*_file(tmp_path, content, name))
        assert type(caught.value) is kind
        assert reader.read(*_file(tmp_path, b"A note.")).text == "A note."


def test_a_file_that_changed_since_it_was_hashed_is_refused(tmp_path: Path) -> None:
    path, sha256 = _file(tmp_path, b"Before.")
    path.write_bytes(b"After.")

    with ReaderProcess() as reader, pytest.raises(UnreadableFile, match="changed since"):
        reader.read(path, sha256)


def test_what_is_no_regular_file_is_refused(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe.txt"
    os.mkfifo(pipe)

    with ReaderProcess() as reader:
        with pytest.raises(UnreadableFile, match="not a regular file"):
            reader.read(pipe, "")
        with pytest.raises(UnreadableFile, match="cannot be opened: no such file"):
            reader.read(tmp_path / "gone.txt", "")


def test_a_file_over_the_size_limit_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "big.txt"
    with path.open("wb") as file:
        file.truncate(300 * 2**20)

    with ReaderProcess() as reader, pytest.raises(UnreadableFile, match=r"300 MiB .*200 MiB"):
        reader.read(path, "")


def test_a_slow_file_is_given_up(tmp_path: Path) -> None:
    slow = _file(tmp_path, b'a,"b ""c"" d",e\n' * 2_000_000, "slow.csv")

    with ReaderProcess(seconds=0.3) as reader:
        started = time.monotonic()
        with pytest.raises(UnreadableFile, match=r"took longer than 0\.3 s to read"):
            reader.read(*slow)
        assert time.monotonic() - started < 10
        assert reader.read(*_file(tmp_path, b"A note.")).text == "A note."


def test_a_reader_that_hangs_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    worker = _worker(tmp_path, monkeypatch, "time.sleep(100)", "import time")

    with ReaderProcess(seconds=0.5, worker=worker) as reader:
        with pytest.raises(UnreadableFile, match=r"took longer than 0\.5 s"):
            reader.read(*_file(tmp_path, b"hang"))
        assert reader.read(*_file(tmp_path, b"well")).text == "well"


def test_a_file_that_needs_too_much_memory_is_given_up(tmp_path: Path) -> None:
    greedy = _file(tmp_path, b"0123456789,\n" * 1_500_000, "greedy.csv")

    with ReaderProcess(memory=96 * 2**20) as reader:
        with pytest.raises(UnreadableFile, match="needs more than 96 MiB of memory"):
            reader.read(*greedy)
        assert reader.read(*_file(tmp_path, b"A note.")).text == "A note."


@pytest.mark.parametrize(
    "body",
    [
        "raise MemoryError",
        "bytearray(2**40)",
        "\n    ".join(
            [
                "try: bytearray(2**40)",
                "except MemoryError as error: raise ValueError('damaged') from error",
            ]
        ),
    ],
)
def test_memory_is_named_though_a_reader_calls_it_something_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, body: str
) -> None:
    worker = _worker(tmp_path, monkeypatch, body)

    with ReaderProcess(worker=worker) as reader, pytest.raises(UnreadableFile, match="memory"):
        reader.read(*_file(tmp_path, b"greedy"))


def test_an_error_inside_a_reader_leaves_the_worker_alive(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    worker = _worker(tmp_path, monkeypatch, "raise KeyError('styles')")

    with ReaderProcess(worker=worker) as reader:
        with pytest.raises(UnreadableFile, match=r"crashed on it .KeyError: 'styles'"):
            reader.read(*_file(tmp_path, b"broken"))
        before = _children()
        assert reader.read(*_file(tmp_path, b"well")).text == "well"
        assert _children() == before


@pytest.mark.parametrize(
    ("body", "reason"),
    [("os.abort()", "SIGABRT"), ("os._exit(3)", "exit status 3")],
)
def test_a_worker_that_dies_is_replaced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, body: str, reason: str
) -> None:
    worker = _worker(tmp_path, monkeypatch, body, "import os")

    with ReaderProcess(worker=worker) as reader:
        for _ in range(2):
            with pytest.raises(UnreadableFile, match=f"crashed on it .*{reason}"):
                reader.read(*_file(tmp_path, b"deadly"))
            assert reader.read(*_file(tmp_path, b"well")).text == "well"


def test_a_worker_killed_while_it_waits_does_not_cost_the_next_file(tmp_path: Path) -> None:
    with ReaderProcess() as reader:
        reader.read(*_file(tmp_path, b"One note."))
        (worker,) = _children()
        os.kill(worker, signal.SIGKILL)
        assert reader.read(*_file(tmp_path, b"Another note.")).text == "Another note."


def test_what_a_library_prints_or_asks_does_not_disturb(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    lines = [
        "print('noise' * 10_000, flush=True)",
        "os.write(1, b'noise')",
        "os.write(2, b'noise')",
        "warnings.warn('noise')",
        "asked = sys.stdin.read()",
        "return Reading(text=f'read {asked!r}', media_type='text/plain')",
    ]
    worker = _worker(tmp_path, monkeypatch, "\n    ".join(lines), "import os, warnings")

    with ReaderProcess(worker=worker) as reader:
        assert reader.read(*_file(tmp_path, b"noisy")).text == "read ''"
        assert reader.read(*_file(tmp_path, b"well")).text == "well"
    assert capfd.readouterr() == ("", "")


def test_nothing_can_be_written_to_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "written"
    worker = _worker(tmp_path, monkeypatch, f"open({str(target)!r}, 'wb', 0).write(b'x')")

    with (
        ReaderProcess(worker=worker) as reader,
        pytest.raises(UnreadableFile, match="File too large"),
    ):
        reader.read(*_file(tmp_path, b"writes"))
    assert target.read_bytes() == b""


def test_secrets_in_settings_do_not_reach_the_worker(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PINCITE_PASSWORD", "secret")
    body = "return Reading(text=os.environ.get('PINCITE_PASSWORD', 'none'), media_type='')"
    worker = _worker(tmp_path, monkeypatch, body, "import os")

    with ReaderProcess(worker=worker) as reader:
        assert reader.read(*_file(tmp_path, b"asks")).text == "none"


def test_modules_in_the_current_folder_are_not_imported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "json.py").write_text("raise SystemExit('imported from the current folder')")
    monkeypatch.chdir(tmp_path)

    with ReaderProcess() as reader:
        assert reader.read(*_file(tmp_path, b"A note.")).text == "A note."


def test_a_worker_that_cannot_start_is_no_fault_of_the_file(tmp_path: Path) -> None:
    with (
        ReaderProcess(worker="index.no_such_worker") as reader,
        pytest.raises(
            PinciteError, match=r"did not start .exit status 1.*no_such_worker"
        ) as caught,
    ):
        reader.read(*_file(tmp_path, b"A note."))
    assert not isinstance(caught.value, UnreadableFile)


def test_an_interrupt_in_the_terminal_does_not_reach_the_worker(tmp_path: Path) -> None:
    with ReaderProcess() as reader:
        reader.read(*_file(tmp_path, b"One note."))
        (worker,) = _children()
        assert os.getsid(worker) == worker
        os.kill(worker, signal.SIGINT)
        assert reader.read(*_file(tmp_path, b"Another note.")).text == "Another note."
        assert _children() == [worker]


def test_an_interrupt_while_reading_ends_the_worker(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    worker = _worker(tmp_path, monkeypatch, "time.sleep(100)", "import time")

    with ReaderProcess(worker=worker) as reader:
        assert reader.read(*_file(tmp_path, b"well")).text == "well"
        ctrl_c = threading.Timer(0.5, os.kill, (os.getpid(), signal.SIGINT))
        ctrl_c.start()
        with pytest.raises(KeyboardInterrupt):
            reader.read(*_file(tmp_path, b"hang"))
        assert _children() == []
        assert reader.read(*_file(tmp_path, b"well")).text == "well"


def test_the_worker_ends_with_its_parent(tmp_path: Path) -> None:
    path, sha256 = _file(tmp_path, b"A note.")
    parent = f"""
import os, signal
from pathlib import Path
from index.reading.process import ReaderProcess
reader = ReaderProcess()
reader.read(Path({str(path)!r}), {sha256!r})
children = Path(f"/proc/{{os.getpid()}}/task/{{os.getpid()}}/children").read_text()
print(children, flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""
    ended = subprocess.run([sys.executable, "-c", parent], capture_output=True, check=False)
    worker = Path("/proc", ended.stdout.decode().strip())

    assert ended.returncode == -signal.SIGKILL
    deadline = time.monotonic() + 20
    while _is_alive(worker) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not _is_alive(worker)


def _is_alive(process: Path) -> bool:
    try:
        return ") Z " not in (process / "stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False


def _readings() -> st.SearchStrategy[Reading]:
    offset = st.integers(0, 10**9)
    text = st.text(max_size=20)
    optional = st.none() | text
    kinds = st.sampled_from(["page", "slide", "sheet", "row", "part"])
    return st.builds(
        Reading,
        text=text,
        media_type=text,
        title=optional,
        author=optional,
        date=optional,
        language=optional,
        headings=st.lists(st.builds(Heading, offset, offset, offset, text)).map(tuple),
        landmarks=st.lists(st.builds(Landmark, kinds, offset, offset, optional)).map(tuple),
        tables=st.lists(st.builds(Table, offset, offset, offset)).map(tuple),
        silent_pages=st.lists(offset).map(tuple),
    )


@given(_readings())
def test_a_reading_survives_json(reading: Reading) -> None:
    assert reading_from_json(json.loads(json.dumps(reading_to_json(reading)))) == reading


@given(_readings())
def test_the_marks_survive_json(reading: Reading) -> None:
    assert marks_from_json(marks_to_json(reading)) == {
        "headings": reading.headings,
        "landmarks": reading.landmarks,
        "tables": reading.tables,
        "silent_pages": reading.silent_pages,
    }


@given(st.dictionaries(st.text(), st.text(st.characters())))
def test_a_message_survives_the_pipe(message: dict[str, str]) -> None:
    pipe = io.BytesIO()
    write_frame(pipe, encode_frame(message))
    pipe.seek(0)

    assert read_frame(pipe) == message
    assert read_frame(pipe) is None


@pytest.mark.parametrize(
    "sent",
    [b"\xff" * 8, b"\0\0\0\0\0\0\0\x02[]", b"\0\0\0\0\0\0\0\x02{{"],
    ids=["absurd length", "no object", "no JSON"],
)
def test_what_is_no_message_is_refused(sent: bytes) -> None:
    with pytest.raises(ValueError, match=r"message|Expecting"):
        read_frame(io.BytesIO(sent))


def test_a_message_cut_short_is_none() -> None:
    assert read_frame(io.BytesIO(b"\0\0\0\0\0\0\0\x09{}")) is None
