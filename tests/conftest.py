"""A clean environment, a predictable embedder and libraries of real files, for every test."""

import hashlib
import json
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import settings

from index import (
    Embedder,
    Library,
    PassageText,
    PassageVectors,
    SentenceEmbedder,
    add_files,
    find_files,
    token_counter,
    words_of,
)
from index.embedder import Vector
from qa import Settings
from web import create_app
from web.app import close_app
from web.cli import main

# Read when torch and the hub's client are first imported, here and in subprocesses:
# several threads that wait for a busy core are slower than one, and nothing is fetched.
os.environ["OMP_NUM_THREADS"] = "1"
os.environ["HF_HUB_OFFLINE"] = "1"

# A slow machine must not make a property look broken.
settings.register_profile("pincite", deadline=None)
settings.load_profile("pincite")

SEEDS = Path(__file__).parents[1] / "seeds"

GOLDEN_QUESTIONS = Path(__file__).with_name("golden_questions.jsonl")

# Named, not imported: processes that tests start import this module for its embedders alone.
pytest_plugins = ["browsing", "chatting"]

_PATIENCE = 30.0
_DIMENSION = 64
_STEM = 5


class WordEmbedder:
    """An embedder whose vectors tell which words a text holds, the same on every machine.

    A word is a token, and its first letters stand for it, so that "rules" is near
    "rule". `embedded` counts the passages that were embedded.
    """

    def __init__(self, name: str = "words") -> None:
        self.name = name
        self.window = 250
        self.embedded = 0

    def measure(self, texts: Sequence[str]) -> Sequence[int]:
        """The number of words in each text."""
        return [len(text.split()) for text in texts]

    def passages(self, texts: Sequence[PassageText]) -> list[PassageVectors]:
        """A vector a passage and a vector a sentence."""
        self.embedded += len(texts)
        return [
            PassageVectors(
                _of_words(f"{text.context}\n{text.body}").astype(np.float16),
                np.stack(
                    [_of_words(text.body[start:end]) for start, end in text.sentences]
                ).astype(np.float16),
            )
            for text in texts
        ]

    def question(self, text: str) -> Vector:
        """The vector to search with."""
        return _of_words(text)


class PausingEmbedder(WordEmbedder):
    """Embeds a passage with the word "pause" only when a test lets it."""

    def __init__(self) -> None:
        super().__init__()
        self.reached = threading.Event()
        self.go_on = threading.Event()

    def passages(self, texts: Sequence[PassageText]) -> list[PassageVectors]:
        """Vectors, but not before a test lets them be."""
        if any("pause" in text.body for text in texts):
            self.reached.set()
            assert self.go_on.wait(_PATIENCE)
        return super().passages(texts)


def _of_words(text: str) -> Vector:
    vector = np.zeros(_DIMENSION, dtype=np.float32)
    for word in words_of(text):
        digest = hashlib.sha256(word.casefold()[:_STEM].encode()).digest()
        vector[digest[0] % _DIMENSION] += 1 if digest[1] % 2 else -1
    if not vector.any():
        vector[0] = 1
    return vector / np.linalg.norm(vector)


class Outcome(NamedTuple):
    """How a command ended and what it said."""

    status: int
    out: str
    err: str


Pincite = Callable[..., Outcome]


@pytest.fixture(autouse=True, scope="session")
def interrupts_are_heard() -> None:
    """Tests that run in the background of a shell, and what they start, would not hear any."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No setting of whoever runs the tests reaches them."""
    for name in [name for name in os.environ if name.startswith("PINCITE_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")


@pytest.fixture
def embedder() -> WordEmbedder:
    return WordEmbedder()


@pytest.fixture
def make_library(tmp_path: Path, embedder: WordEmbedder) -> Iterator[Callable[[Path], Library]]:
    """Gives a function that adds all files of a folder to the test's own library."""
    made: list[Library] = []

    def make(folder: Path) -> Library:
        library = _library_of(folder, tmp_path / "library", embedder)
        made.append(library)
        return library

    yield make
    for library in made:
        library.close()


@pytest.fixture(scope="session")
def sentence_embedder() -> SentenceEmbedder:
    """The real model, loaded once."""
    return SentenceEmbedder()


@pytest.fixture(scope="session")
def seed_library(
    tmp_path_factory: pytest.TempPathFactory, sentence_embedder: SentenceEmbedder
) -> Iterator[Library]:
    """The sample documents with the real model; tests only read it."""
    folder = tmp_path_factory.mktemp("seeds") / "library"
    with _library_of(SEEDS, folder, sentence_embedder) as library:
        assert [file.source for file in library.files() if file.state != "indexed"] == []
        yield library


@pytest.fixture(scope="session")
def seed_app(seed_library: Library, sentence_embedder: SentenceEmbedder) -> Iterator[Flask]:
    """The application over the sample documents; tests only read from it."""
    app = create_app(Settings(library=seed_library.folder), embedder=sentence_embedder)
    yield app
    close_app(app)


@pytest.fixture(scope="session")
def small_models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folders `mean` and `cls`: sentence-transformers models, small, untrained, that spell."""
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Pooling, Transformer
    from transformers import BertConfig, BertModel, BertTokenizer

    folder = tmp_path_factory.mktemp("models")
    letters = "abcdefghijklmnopqrstuvwxyz0123456789"
    tokens = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *letters, *(f"##{c}" for c in letters)]
    shape = BertConfig(
        vocab_size=len(tokens),
        hidden_size=32,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=64,
    )
    with torch.random.fork_rng():
        torch.manual_seed(1)
        BertModel(shape).save_pretrained(folder / "bert")
    BertTokenizer(vocab={token: n for n, token in enumerate(tokens)}).save_pretrained(
        folder / "bert"
    )
    for pooling in ("mean", "cls"):
        words = Transformer(str(folder / "bert"), max_seq_length=256)
        model = SentenceTransformer(
            modules=[words, Pooling(shape.hidden_size, pooling_mode=pooling)], device="cpu"
        )
        model.save(str(folder / pooling))
    return folder


@pytest.fixture(scope="session")
def cross_encoders(small_models: Path) -> Path:
    """Folders `one` and `three`: small, untrained CrossEncoders with as many outputs."""
    import torch
    from transformers import BertConfig, BertForSequenceClassification, BertTokenizer

    for name, outputs in (("one", 1), ("three", 3)):
        shape = BertConfig.from_pretrained(
            small_models / "bert", num_labels=outputs, initializer_range=0.5
        )
        with torch.random.fork_rng():
            torch.manual_seed(3)
            BertForSequenceClassification(shape).save_pretrained(small_models / name)
        BertTokenizer.from_pretrained(small_models / "bert").save_pretrained(small_models / name)
    return small_models


@pytest.fixture(scope="session")
def golden_questions() -> list[str]:
    """One question for each sample document, and one that none of them answers."""
    by_file: dict[str, str] = {}
    for line in GOLDEN_QUESTIONS.read_text(encoding="utf-8").splitlines():
        golden = json.loads(line)
        by_file.setdefault(golden["file"], golden["question"])
    return list(by_file.values())


@pytest.fixture
def app(tmp_path: Path, embedder: WordEmbedder) -> Iterator[Flask]:
    """The application over the library that `make_library` makes, which must be there first."""
    app = create_app(Settings(library=tmp_path / "library"), embedder=embedder)
    yield app
    close_app(app)


@pytest.fixture
def client(seed_app: Flask) -> FlaskClient:
    """Asks the sample documents over HTTP."""
    return seed_app.test_client()


@pytest.fixture
def pincite(
    tmp_path: Path,
    small_models: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Pincite:
    """Runs a command here, over a library of the test's own with a small model."""
    monkeypatch.setenv("PINCITE_LIBRARY", str(tmp_path / "library"))
    monkeypatch.setenv("PINCITE_MODEL", str(small_models / "mean"))
    monkeypatch.setenv("PINCITE_THRESHOLD", "0")

    def run(*arguments: object) -> Outcome:
        monkeypatch.setattr(sys, "argv", ["pincite", *map(str, arguments)])
        capsys.readouterr()
        status = 0
        try:
            main()
        except SystemExit as leaving:
            status = int(leaving.code or 0)
        out, err = capsys.readouterr()
        assert "Traceback" not in out + err
        return Outcome(status, out, err)

    return run


class Desk:
    """A folder with one document, its library and who asks for it."""

    def __init__(self, path: Path, library: Library, app: Flask) -> None:
        self.path = path
        self.library = library
        self.client = app.test_client()

    def read(self, content: str | bytes) -> None:
        """Write the document anew and read it."""
        data = content.encode() if isinstance(content, str) else content
        self.path.write_bytes(data)
        (report,) = add_files(self.library, [self.path], seconds=60)
        assert report.state == "indexed"

    @property
    def document(self) -> str:
        """The document's id."""
        (file,) = self.library.files()
        return str(file.document)

    def link(self, question: str = "When was the bridge opened?") -> str:
        """The link of the first excerpt."""
        answer: Any = self.client.post("/api/ask", json={"question": question}).json
        return str(answer["excerpts"][0]["link"])

    def get(self, path: str) -> Any:
        """The JSON that a path answers."""
        response = self.client.get(path)
        assert response.status_code == 200, response.text
        return response.json


OpenDesk = Callable[[str, str | bytes], Desk]


@pytest.fixture
def open_desk(
    tmp_path: Path, make_library: Callable[[Path], Library], embedder: WordEmbedder
) -> Iterator[OpenDesk]:
    """Gives a function that makes a desk with a document of a name and a content."""
    apps: list[Flask] = []

    def make(name: str, content: str | bytes) -> Desk:
        folder = tmp_path / "documents"
        folder.mkdir()
        library = make_library(folder)
        app = create_app(Settings(library=library.folder, threshold=0), embedder=embedder)
        apps.append(app)
        desk = Desk(folder / name, library, app)
        desk.read(content)
        return desk

    yield make
    for app in apps:
        close_app(app)


def _library_of(folder: Path, place: Path, embedder: Embedder) -> Library:
    library = Library.open(place, embedder=embedder, count=token_counter(), create=True)
    for _ in add_files(library, find_files([folder]), seconds=60):
        pass
    return library


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--kills", type=int, default=4, help="how often the kill test kills (default: 4)"
    )


@pytest.fixture
def kills(request: pytest.FixtureRequest) -> int:
    """How often the kill test kills."""
    return int(request.config.getoption("--kills"))


def assert_not_found(client: FlaskClient, path: str, said: str) -> None:
    """The path ends in a problem document that is not kept, and whose detail has those words."""
    response = client.get(path)
    assert (response.status_code, response.mimetype) == (404, "application/problem+json")
    assert response.json is not None
    assert said in response.json["detail"]
    assert response.headers["Cache-Control"] == "no-store"
