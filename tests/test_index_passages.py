"""Passages tile their document, hold whole sentences, and fit the model."""

import hashlib
import os
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
import tiktoken
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from index import (
    Heading,
    Landmark,
    Passage,
    PinciteError,
    Reading,
    SentenceEmbedder,
    Table,
    split,
    token_counter,
)
from index.reading import read
from index.tokens import _encoding

TABLE = Path(__file__).parents[1] / "index" / "data" / "cl100k_base.tiktoken"


def words(texts: Sequence[str]) -> list[int]:
    return [len(text.split()) for text in texts]


def passages(reading: Reading, *, budget: int = 20, window: int = 60) -> list[Passage]:
    return split(reading, count=words, measure=words, window=window, budget=budget)


def bodies(reading: Reading, **limits: int) -> list[str]:
    return [reading.text[slice(*one.body)] for one in passages(reading, **limits)]


def test_a_short_text_is_one_passage_of_its_sentences() -> None:
    reading = Reading(text="One two. Three four.\n", media_type="text/plain", title="Counting")

    assert passages(reading) == [Passage(0, 21, ((0, 8), (9, 20)), "Counting")]


@pytest.mark.parametrize("gap", [" ", "\n\n"])
def test_passages_fill_evenly(gap: str) -> None:
    half = "One two three four five. Six seven eight nine ten. Eleven twelve three four five."

    assert bodies(Reading(text=half + gap + half, media_type="text/plain")) == [half, half]


def test_passages_end_with_paragraphs_where_they_can() -> None:
    short, long = (" ".join(["One two three four five six."] * number) for number in (2, 3))
    reading = Reading(text=f"{short}\n\n{long}", media_type="text/plain")

    assert bodies(reading) == [short, long]


def test_no_passage_crosses_a_heading_and_the_path_is_its_context() -> None:
    reading = read(b"# Law\n\nIntro.\n\n## Sanctions\n\nFirst. Second.\n\n# End\n", "a.md")

    assert [(reading.text[one.start : one.end], one.context) for one in passages(reading)] == [
        ("# Law\n\nIntro.\n\n", "Law"),
        ("## Sanctions\n\nFirst. Second.\n\n", "Law › Sanctions"),
        ("# End\n", "Law"),
    ]
    assert bodies(reading) == ["Intro.", "First. Second.", "# End"]


@pytest.mark.parametrize("kind", ["slide", "sheet", "part"])
def test_no_passage_crosses_a_slide_a_sheet_or_a_part(kind: str) -> None:
    marks = (Landmark(kind, 0, 1), Landmark(kind, 6, 2))  # type: ignore[arg-type]
    reading = Reading(text="One.\n\nTwo.", media_type="x", landmarks=marks)

    assert bodies(reading) == ["One.", "Two."]


def test_a_page_may_end_within_a_passage() -> None:
    marks = (Landmark("page", 0, 1), Landmark("page", 8, 2))
    reading = Reading(text="One two\nthree. Four.", media_type="x", landmarks=marks)

    assert bodies(reading) == ["One two\nthree. Four."]


def test_rows_stay_whole_and_know_their_header() -> None:
    lines = ["name,year", *(f"item {n} has a long name,{1900 + n}" for n in range(8))]
    reading = read("\n".join(lines).encode(), "a.csv")

    assert [reading.text[slice(*one.body)].splitlines() for one in passages(reading)] == [
        lines[1:4],
        lines[4:7],
        lines[7:9],
    ]
    assert {one.context for one in passages(reading)} == {"name,year"}
    assert [len(one.sentences) for one in passages(reading)] == [3, 3, 2]


def test_a_row_longer_than_the_budget_stays_whole_while_it_fits_the_window() -> None:
    row = " ".join(["cell"] * 30)
    marks = (Landmark("row", 0, 1), Landmark("row", 5, 2))
    table = Table(0, 5 + len(row), 4)
    reading = Reading(text=f"head\n{row}", media_type="x", landmarks=marks, tables=(table,))

    assert bodies(reading) == [row]


def test_a_sentence_too_long_for_a_passage_is_cut_between_words() -> None:
    text = " ".join(f"word{n}," for n in range(100))

    cut = bodies(Reading(text=text, media_type="x"))

    assert all(len(piece.split()) <= 20 for piece in cut)
    assert " ".join(cut) == text


def test_a_deep_path_does_not_eat_the_window() -> None:
    headings = "\n\n".join(f"{'#' * level} {'very long heading ' * 20}" for level in range(1, 7))
    reading = read(f"{headings}\n\nText.".encode(), "a.md")

    (passage,) = passages(reading, window=60)

    assert len(passage.context.split()) <= 20


@pytest.fixture(scope="module")
def published_encoding(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tiktoken.Encoding]:
    """The package's own definition, with the table put where it would be downloaded."""
    cache = tmp_path_factory.mktemp("cache")
    shutil.copy(TABLE, cache / "9b5ad71b2ce5302211f9c61530b329a4922fc6a4")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TIKTOKEN_CACHE_DIR", str(cache))
        yield tiktoken.get_encoding("cl100k_base")


TEXTS = st.text(
    st.one_of(
        st.sampled_from(" \n.,!?\u0301\u200d\ufe0f😀👩🏽🚀אבשلم日本。e-’“”\t|"),
        st.characters(exclude_categories=["Cs"], exclude_characters="\x00\r"),
    ),
    min_size=1,
    max_size=400,
).filter(lambda text: text.strip())


@st.composite
def readings(draw: st.DrawFn) -> Reading:
    text = draw(TEXTS)
    places = sorted(draw(st.sets(st.integers(0, len(text) - 1), max_size=6)))
    headings = tuple(
        Heading(start, min(start + 3, end), draw(st.integers(1, 6)), "T")
        for start, end in zip(places, [*places[1:], len(text)], strict=False)
    )
    marks = sorted(draw(st.sets(st.integers(0, len(text)), max_size=4)))
    return Reading(
        text=text,
        media_type="x",
        title=draw(st.none() | st.just("Title")),
        headings=headings,
        landmarks=tuple(Landmark("slide", place, n) for n, place in enumerate(marks, 1)),
    )


@given(reading=readings(), budget=st.integers(1, 30), window=st.integers(3, 40))
def test_passages_tile_any_document_and_hold_their_sentences(
    reading: Reading, budget: int, window: int
) -> None:
    found = passages(reading, budget=budget, window=window)

    assert "".join(reading.text[one.start : one.end] for one in found) == reading.text
    assert all(one.sentences for one in found)
    for one in found:
        assert one.start <= one.body[0] < one.body[1] <= one.end
        assert all(a < b for a, b in one.sentences)
        pairs = zip(one.sentences, one.sentences[1:], strict=False)
        assert all(before[1] <= after[0] for before, after in pairs)
        texts = [reading.text[a:b] for a, b in one.sentences]
        assert sum(words(texts)) <= max(budget, 1)


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=TEXTS)
def test_no_passage_exceeds_the_real_model_s_window(
    sentence_embedder: SentenceEmbedder, text: str
) -> None:
    reading = Reading(text=(text + " ") * 20, media_type="x", title="A title")
    found = split(
        reading,
        count=token_counter(),
        measure=sentence_embedder.measure,
        window=sentence_embedder.window,
    )
    whole = [f"{one.context}\n{reading.text[slice(*one.body)]}" for one in found]

    assert max(sentence_embedder.measure(whole)) <= sentence_embedder.window + 2


@pytest.mark.parametrize(
    "line",
    [
        pytest.param("x" * 200_000, id="one-word"),
        pytest.param("word, other " * 16_667, id="no-full-stop"),
        pytest.param("日本語" * 66_667, id="no-spaces"),
        pytest.param("e\u0301" * 100_000, id="combining-marks"),
    ],
)
def test_a_line_of_200000_characters_is_cut_between_characters(
    sentence_embedder: SentenceEmbedder, line: str
) -> None:
    reading = Reading(text=line, media_type="x")
    found = split(
        reading,
        count=token_counter(),
        measure=sentence_embedder.measure,
        window=sentence_embedder.window,
    )

    assert "".join(line[one.start : one.end] for one in found) == line
    assert max(token_counter()([line[slice(*one.body)] for one in found])) <= 240
    assert not any(line[one.start] == "\u0301" for one in found)


@given(text=TEXTS)
def test_the_shipped_encoding_counts_as_tiktoken_does(
    published_encoding: tiktoken.Encoding, text: str
) -> None:
    assert token_counter()([text]) == [len(published_encoding.encode_ordinary(text))]


def test_the_shipped_table_is_the_published_one() -> None:
    assert hashlib.sha256(TABLE.read_bytes()).hexdigest() == (
        "223921b76ee99bde995b7ff738513eef100fb51d18c93597a113bcffe865b2a7"
    )


def test_loading_the_table_writes_no_cache(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TIKTOKEN_CACHE_DIR", str(tmp_path))
    _encoding.cache_clear()

    token_counter()(["text"])

    assert list(tmp_path.iterdir()) == []
    assert os.environ["TIKTOKEN_CACHE_DIR"] == str(tmp_path)


@pytest.mark.parametrize("name", ["no_such_encoding", ""])
def test_an_encoding_that_cannot_be_had_says_so(name: str) -> None:
    with pytest.raises(PinciteError, match="PINCITE_ENCODING=cl100k_base"):
        token_counter(name)(["text"])
