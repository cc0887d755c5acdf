"""Other systems, each run as a process of their own virtual environment."""

import hashlib
import json
import os
import subprocess
import tempfile
from pathlib import Path

from benchmarks.bench import ROOT
from benchmarks.shapes import QuestionSet, Range, Response

PEERS = {"LangChain": "langchain", "LlamaIndex": "llamaindex", "txtai": "txtai"}

_SCRIPTS = ROOT / "benchmarks" / "peers"
_REQUIREMENTS = _SCRIPTS / "requirements.txt"


def peer(question_set: QuestionSet, script: str, *, python: Path, kept: Path) -> list[Response]:
    """Ask a peer; what it answered to the same before is kept in a folder and taken from there.

    Raises `subprocess.CalledProcessError` where its script fails.
    """
    task = json.dumps(
        {
            "documents": [
                {"id": one.id, "title": one.reading.title or "", "text": one.reading.text}
                for one in question_set.sources
            ],
            "questions": [one.text for one in question_set.questions],
        }
    )
    path = _SCRIPTS / f"run_{script}.py"
    made_by = [path, _SCRIPTS / "exchange.py", _REQUIREMENTS]
    parts = [task.encode(), *(one.read_bytes() for one in made_by)]
    known = kept / f"{script}-{hashlib.sha256(b''.join(parts)).hexdigest()[:16]}.json"
    if not known.is_file():
        kept.mkdir(parents=True, exist_ok=True)
        _run(f"benchmarks.peers.{path.stem}", task, known, python)
    return [_response(found) for found in json.loads(known.read_text(encoding="utf-8"))]


def versions() -> dict[str, str]:
    """The pinned versions of what the peers are made of."""
    lines = _REQUIREMENTS.read_text(encoding="utf-8").splitlines()
    return dict(line.split("==", 1) for line in lines if "==" in line)


def _run(module: str, task: str, wanted: Path, python: Path) -> None:
    with tempfile.TemporaryDirectory() as folder:
        given, found = Path(folder) / "task.json", Path(folder) / "found.json"
        given.write_text(task, encoding="utf-8")
        # Nothing is fetched and nothing reported, whatever their defaults.
        quiet = {"HF_HUB_OFFLINE": "1", "LANGSMITH_TRACING": "false", "PYTHONWARNINGS": "ignore"}
        subprocess.run(  # noqa: S603 (our own script)
            [python, "-m", module, given, found], cwd=ROOT, env=os.environ | quiet, check=True
        )
        wanted.write_bytes(found.read_bytes())


def _response(found: list[dict[str, float]]) -> Response:
    ranges = tuple(
        Range(str(one["document"]), int(one["start"]), int(one["end"])) for one in found
    )
    return Response(ranges, ranges[:5], found[0]["score"])
