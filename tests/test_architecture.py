"""Imports point one way, and each heavy package has one door."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

MAY_IMPORT = {"index": {"index"}, "qa": {"index", "qa"}, "web": {"index", "qa", "web"}}

DOORS = {
    "alembic": ("index/creation.py", "index/migrations/"),
    "tiktoken": ("index/tokens.py",),
    "sentence_transformers": ("index/models/",),
    "transformers": ("index/models/",),
    "torch": ("index/models/",),
    "safetensors": ("index/models/",),
    "faiss": ("index/vectors.py",),
    "flask": ("web/",),
    "watchfiles": ("web/watching.py",),
    "bibtexparser": ("index/references/",),
    "pylatexenc": ("index/references/",),
    "rispy": ("index/references/",),
    "mcp": ("web/mcp_",),
    "mcp_types": ("web/mcp_",),
    "uvicorn": ("web/mcp_",),
    "slack_bolt": ("web/slack.py",),
    "slack_sdk": ("web/slack.py",),
    "pypdfium2": ("index/reading/",),
    "PIL": ("index/reading/",),
    "trafilatura": ("index/reading/",),
    "docx": ("index/reading/",),
    "pptx": ("index/reading/",),
    "openpyxl": ("index/reading/",),
}


def violations(root: Path) -> list[str]:
    """What the modules below a root import that they must not."""
    return [
        f"{path.relative_to(root).as_posix()} imports {imported}"
        for package in MAY_IMPORT
        for path in sorted((root / package).rglob("*.py"))
        for imported in imports(path)
        if not allowed(path.relative_to(root).as_posix(), package, imported.partition(".")[0])
    ]


def allowed(path: str, package: str, imported: str) -> bool:
    if imported in MAY_IMPORT:
        return imported in MAY_IMPORT[package]
    return path.startswith(DOORS.get(imported, ("",)))


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield "." if node.level else node.module or ""
        elif isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "import_module":
            yield from (str(part.value) for part in node.args if isinstance(part, ast.Constant))


def test_imports_point_one_way_and_through_one_door() -> None:
    assert violations(ROOT) == []


@pytest.mark.parametrize(
    ("path", "line"),
    [
        pytest.param("index/planted.py", "from qa import Bot", id="index-imports-qa"),
        pytest.param("index/planted.py", "import web.cli", id="index-imports-web"),
        pytest.param("qa/planted.py", "from web import create_app", id="qa-imports-web"),
        pytest.param("qa/planted.py", "import faiss", id="faiss-in-qa"),
        pytest.param("index/planted.py", "def f():\n    import torch", id="torch-in-a-function"),
        pytest.param("index/planted.py", "from tiktoken.load import x", id="second-tiktoken-door"),
        pytest.param("index/planted.py", "import flask", id="flask-in-index"),
        pytest.param("web/planted.py", "from slack_sdk import WebClient", id="slack-elsewhere"),
        pytest.param(
            "web/planted.py", "import importlib\nimportlib.import_module('faiss')", id="by-name"
        ),
    ],
)
def test_a_planted_violation_is_found(tmp_path: Path, path: str, line: str) -> None:
    planted = tmp_path / path
    planted.parent.mkdir()
    planted.write_text(line, encoding="utf-8")

    assert [found.partition(" ")[0] for found in violations(tmp_path)] == [path]


def test_the_walk_sees_every_package() -> None:
    assert all(list((ROOT / package).rglob("*.py")) for package in MAY_IMPORT)
