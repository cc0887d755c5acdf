"""The reader points at words of the passage, the same way each time, and names its base."""

import json
import re
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from conftest import WordEmbedder
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from safetensors import safe_open
from safetensors.torch import load_file, save_file
from torch import Tensor

from index import (
    Document,
    Hit,
    Library,
    PinciteError,
    Reader,
    SentenceEmbedder,
    sentence_spans,
    token_counter,
)
from index.models import TURN, Row, TokenScores, all_threads, token_scorer, weights_digest
from index.reader import ADAPTERS, BUDGET, WHOLE
from qa import Settings
from web.opening import open_bot

QUESTION = "Who drew the harbour bridge?"
BRIDGE = (
    "The harbour bridge of Holm was opened in the spring of 1904. It was drawn by the engineer "
    "Nils Lund, who had studied in Berg. The town paid four million crowns for it."
)


# Letters, and what is written on or joined to the sign before it.
_IN_A_WORD = re.compile(
    r"[^\W_][^\W_]|.[\u0300-\u036f\u200d\ufe0f🏻-🏿]|\u200d|[\u0300-\u036f][^\W_]"
)


@pytest.fixture(scope="session")
def reader(sentence_embedder: SentenceEmbedder) -> Reader:
    return Reader(sentence_embedder)


def hit(text: str, *, context: str = "Holm", language: str | None = None, lead: str = "") -> Hit:
    """A passage that stands in a document after its `lead`."""
    whole = lead + text
    document = Document(
        id="holm",
        source="/holm.txt",
        sha256="0" * 64,
        text=whole,
        media_type="text/plain",
        language=language,
    )
    spans = tuple(sentence_spans(whole, len(lead), len(whole), language))
    spans = spans or ((len(lead), len(whole)),)
    return Hit(document, len(lead), len(whole), context, spans, 0.5, 1.0, 0.5, (0.5,) * len(spans))


def answers(reader: Reader, question: str, one: Hit) -> list[str | None]:
    """What answers best in each sentence, by its words."""
    (judgement,) = reader.judge(question, [one])
    assert judgement is not None
    return [
        one.document.text[each.start : each.end] if each else None for each in judgement.answers
    ]


def test_the_answer_is_pointed_at_wherever_the_passage_stands(reader: Reader) -> None:
    for lead in ("", "Another passage about the market. "):
        one = hit(BRIDGE, lead=lead)
        (judgement,) = reader.judge(QUESTION, [one])

        assert judgement is not None
        best = max((each for each in judgement.answers if each), key=lambda each: each.margin)
        assert "Nils Lund" in one.document.text[best.start : best.end]
        assert best.margin > 0
        assert judgement.score > 0


def test_a_passage_that_does_not_answer_is_told_from_one_that_does(reader: Reader) -> None:
    questions = (QUESTION, "How deep is the lake of Berg?", "Who painted the town hall?")
    found = [reader.judge(question, [hit(BRIDGE)])[0] for question in questions]

    scores = [one.score for one in found if one]
    assert scores[0] > 0 > max(scores[1:])


@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    text=st.lists(
        st.sampled_from(
            [
                "The tower",
                "of Holm",
                "cost",
                "4,000 crowns.",
                "naïve",
                "日本",
                "the 👩‍👩‍👧",
                "Jose\u0301",
                "De\u0301sire\u0301 Pave\u0301",
                "👍🏽",
                "日本語AAAA",
                "❤️",
                "\n",
                "  ",
            ]
        ),
        min_size=1,
        max_size=60,
    ).map(" ".join),
    lead=st.sampled_from(["", "Before it the market. ", "é👍 "]),
    context=st.sampled_from(["", "Holm", "Holm › the tower"]),
)
def test_what_is_pointed_at_stands_within_its_sentence(
    reader: Reader, text: str, lead: str, context: str
) -> None:
    one = hit(f"It is the {text}", lead=lead, context=context)
    judged = reader.judge("What did the tower cost?", [one] * (WHOLE + 1))

    for judgement in (judged[0], judged[WHOLE]):
        assert judgement is not None
        assert len(judgement.answers) == len(one.sentences)
        for (start, end), found in zip(one.sentences, judgement.answers, strict=True):
            if found:
                assert start <= found.start < found.end <= end
                for edge in {found.start, found.end} - {start, end}:
                    assert not _IN_A_WORD.match(one.document.text, edge - 1)
                assert found.margin == round(found.margin, 2)


def test_of_what_ranks_lower_it_reads_what_is_around_the_nearest_sentence(reader: Reader) -> None:
    before = "The market of the town is old and was held on the square. " * 8
    long = hit(before + BRIDGE + " The ferry of the town is gone, and so is its inn." * 8)
    nearest = next(n for n, span in enumerate(long.sentences) if _holds(long, span, "Nils Lund"))
    scores = [0.9 - 0.1 * abs(n - nearest) for n in range(len(long.sentences))]

    *whole, part = reader.judge(
        QUESTION, [replace(long, sentence_scores=tuple(scores))] * (WHOLE + 1)
    )

    assert part is not None
    assert all(one == whole[0] for one in whole)
    read = [n for n, one in enumerate(part.answers) if one]
    assert read == list(range(read[0], read[-1] + 1))
    assert nearest in read
    assert len(read) < len(long.sentences) // 2
    own = part.answers[nearest]
    assert own is not None
    assert own.margin > 0
    assert "Nils Lund" in long.document.text[own.start : own.end]


def test_a_sentence_that_is_longer_than_a_part_is_read_alone(reader: Reader) -> None:
    paid = "The harbour bridge was paid for " + "by the people of the town and " * 15
    long = hit(f"{paid}was drawn by the engineer Nils Lund. Nobody has drawn another.")
    nearest = replace(long, sentence_scores=(0.9, 0.1))

    *_, part = reader.judge(QUESTION, [nearest] * (WHOLE + 1))

    assert part is not None
    own, after = part.answers
    assert own is not None
    assert after is None
    assert "Nils Lund" in long.document.text[own.start : own.end]


def _holds(one: Hit, span: tuple[int, int], words: str) -> bool:
    return words in one.document.text[slice(*span)]


def test_what_lies_beyond_the_window_is_not_read(reader: Reader) -> None:
    long = hit("The market of the town is old. " * 60 + "It was drawn by Nils Lund.")

    found = answers(reader, QUESTION, long)

    assert found[0] is not None
    assert found[-1] is None


def test_a_question_waits_for_no_file_that_is_added(reader: Reader) -> None:
    reader.judge(QUESTION, [hit(BRIDGE)])
    found: list[object] = []

    with TURN:  # as while passages are embedded
        asking = threading.Thread(
            target=lambda: found.extend(reader.judge(QUESTION, [hit(BRIDGE)])), daemon=True
        )
        asking.start()
        asking.join(timeout=20)
        assert found

    assert not asking.is_alive()


def test_equal_passages_are_judged_alike_and_the_order_changes_nothing(reader: Reader) -> None:
    other = hit("The market was opened in the year of the flood.")
    forward = reader.judge(QUESTION, [hit(BRIDGE), other, hit(BRIDGE)])
    backward = reader.judge(QUESTION, [other, hit(BRIDGE)])

    assert forward[0] == forward[2]
    assert forward[:2] == backward[::-1]


def test_only_english_prose_is_read(reader: Reader) -> None:
    german = "Die Brücke wurde im Jahre 1904 eröffnet und von Nils Lund gezeichnet."
    table = "Name: Holm; Year: 1904; Engineer: Nils Lund"

    assert reader.judge(QUESTION, [hit(german), hit(table)]) == [None, None]
    assert reader.judge(QUESTION, []) == []


@pytest.mark.parametrize(
    ("declared", "read"),
    [
        *((one, True) for one in ("en", "en-GB", "en_US", "EN", " en", "eng", "und", "mul")),
        *((one, True) for one in ("English", "British English", "en, de", "")),
        *((one, False) for one in ("de", "de-AT", "deu", "fr_CA", "grc")),
    ],
)
def test_what_is_declared_to_be_in_another_language_is_not_read(
    reader: Reader, declared: str, *, read: bool
) -> None:
    (judgement,) = reader.judge(QUESTION, [hit(BRIDGE, language=declared)])

    assert (judgement is not None) == read


def test_german_that_is_declared_by_its_name_is_not_read(reader: Reader) -> None:
    german = "Die Brücke wurde im Jahre 1904 eröffnet und von Nils Lund gezeichnet."

    assert reader.judge(QUESTION, [hit(german, language="German")]) == [None]


def test_the_embedding_model_stays_as_it_was(sentence_embedder: SentenceEmbedder) -> None:
    before = sentence_embedder.question(QUESTION)
    Reader(sentence_embedder).judge(QUESTION, [hit(BRIDGE)])

    assert np.array_equal(before, sentence_embedder.question(QUESTION))


def test_without_bfloat16_it_reads_the_same_answer(
    reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    import torch

    monkeypatch.setattr(torch.cpu, "get_capabilities", dict)
    plain = SentenceEmbedder()
    assert plain.model[0].auto_model.dtype == torch.float32

    assert answers(Reader(plain), QUESTION, hit(BRIDGE)) == answers(reader, QUESTION, hit(BRIDGE))


def _changed(source: Path, path: Path, **metadata: str) -> Path:
    with safe_open(source, framework="pt") as file:
        kept = file.metadata()
    save_file(load_file(source), path, {**kept, **metadata})
    return path


@pytest.mark.parametrize(
    ("make", "said"),
    [
        pytest.param(lambda path: path, "cannot be read", id="missing"),
        pytest.param(
            lambda path: _written(path, b"not tensors"), "cannot be read", id="not-tensors"
        ),
        pytest.param(
            lambda path: _written(path, ADAPTERS.read_bytes()[:-9]), "cannot be read", id="cut"
        ),
        pytest.param(
            lambda path: _changed(ADAPTERS, path, base="0" * 64),
            "fits another model",
            id="another-base",
        ),
        pytest.param(lambda path: _altered(path, _zeroed), "is damaged", id="zeros"),
        pytest.param(lambda path: _signed(path, _without("head")), "is damaged", id="no-head"),
        pytest.param(
            lambda path: _signed(path, _without("encoder")), "is damaged", id="no-layers"
        ),
        pytest.param(lambda path: _signed(path, _shorter), "is damaged", id="shape"),
        pytest.param(lambda path: _signed(path, _endless), "is damaged", id="not-finite"),
        pytest.param(lambda path: _altered(path, _shortened), "is damaged", id="bfloat16"),
    ],
)
def test_a_file_that_does_not_fit_is_refused(
    sentence_embedder: SentenceEmbedder, tmp_path: Path, make: Callable[[Path], Path], said: str
) -> None:
    broken = Reader(sentence_embedder, adapters=make(tmp_path / "reader.safetensors"))

    with pytest.raises(PinciteError, match=f"reader.safetensors {said}.*PINCITE_RERANKER=off"):
        broken.judge(QUESTION, [hit(BRIDGE)])


def _written(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


def _altered(path: Path, change: Callable[[dict[str, Tensor]], dict[str, Tensor]]) -> Path:
    with safe_open(ADAPTERS, framework="pt") as file:
        kept = file.metadata()
    save_file(change(load_file(ADAPTERS)), path, kept)
    return path


def _signed(path: Path, change: Callable[[dict[str, Tensor]], dict[str, Tensor]]) -> Path:
    """As if it had been written so."""
    weights = change(load_file(ADAPTERS))
    return _changed(_altered(path, change), path, weights=weights_digest(weights))


def _zeroed(weights: dict[str, Tensor]) -> dict[str, Tensor]:
    (first, *_) = weights
    return {**weights, first: weights[first] * 0}


def _without(part: str) -> Callable[[dict[str, Tensor]], dict[str, Tensor]]:
    return lambda weights: {name: one for name, one in weights.items() if part not in name}


def _shorter(weights: dict[str, Tensor]) -> dict[str, Tensor]:
    return {**weights, "head.weight": weights["head.weight"][:2].contiguous()}


def _shortened(weights: dict[str, Tensor]) -> dict[str, Tensor]:
    return {name: one.bfloat16() for name, one in weights.items()}


def _endless(weights: dict[str, Tensor]) -> dict[str, Tensor]:
    return {**weights, "head.bias": weights["head.bias"] / 0}


def test_another_embedding_model_is_refused(small_models: Path) -> None:
    other = SentenceEmbedder(str(small_models / "mean"))

    with pytest.raises(PinciteError, match="was trained on 'all-MiniLM-L6-v2' and does not fit"):
        Reader(other).judge(QUESTION, [hit(BRIDGE)])


def test_a_library_of_another_model_is_asked_without_the_reader(tmp_path: Path) -> None:
    with Library.open(
        tmp_path, embedder=WordEmbedder(), count=token_counter(), create=True
    ) as library:
        open_bot(Settings(library=tmp_path), library).warm_up()

    assert not (tmp_path / "reader.json").exists()


def test_the_number_of_passages_is_decided_once_for_a_library(
    sentence_embedder: SentenceEmbedder, tmp_path: Path
) -> None:
    decided = Reader(sentence_embedder, tmp_path).candidates
    kept, told = tmp_path / "reader.json", {"model": "all-MiniLM-L6-v2", "most": 7}
    assert json.loads(kept.read_text()) == {**told, "candidates": decided}
    assert 1 <= decided <= 7

    kept.write_text(json.dumps({**told, "candidates": 2}))
    assert Reader(sentence_embedder, tmp_path).candidates == 2


def test_a_slow_processor_reads_fewer(
    sentence_embedder: SentenceEmbedder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scored = token_scorer(ADAPTERS, sentence_embedder.name, sentence_embedder.model)

    def slowly(rows: Sequence[Row], threads: int = 0) -> list[TokenScores]:
        end = time.thread_time() + 0.05 * all_threads() * len(rows)
        found = scored(rows, threads)
        while time.thread_time() < end:
            pass
        return found

    monkeypatch.setattr("index.reader.token_scorer", lambda *_: slowly)

    assert Reader(sentence_embedder, tmp_path).candidates in {1, 2}


def test_it_is_counted_that_parts_are_read_faster(
    sentence_embedder: SentenceEmbedder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def as_long_as_they_are(rows: Sequence[Row], threads: int = 0) -> list[TokenScores]:
        seconds = sum(0.03 if len(ids) > 180 else 0.001 for ids, _ in rows)
        end = time.thread_time() + seconds * all_threads()
        while time.thread_time() < end:
            pass
        return []

    monkeypatch.setattr("index.reader.token_scorer", lambda *_: as_long_as_they_are)

    assert Reader(sentence_embedder, tmp_path).candidates == BUDGET.most


@pytest.mark.parametrize(
    ("seconds", "number"), [(0.001, 7), (0.024, 7), (0.03, 5), (0.06, 2), (0.5, 1)]
)
def test_as_many_passages_as_fit_the_budget(seconds: float, number: int) -> None:
    assert BUDGET.affords([*[seconds] * WHOLE, *[seconds / 2] * 10]) == number


def test_the_reader_is_small_and_says_what_it_is() -> None:
    with safe_open(ADAPTERS, framework="pt") as file:
        told = file.metadata()

    assert ADAPTERS.stat().st_size < 4_000_000
    assert set(told) == {"base", "weights", "steps", "seed"}
