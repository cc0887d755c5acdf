"""The training of the reader, on a few questions of its own."""

import json
from pathlib import Path

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from safetensors.torch import load_file
from tokenizers import Tokenizer

from benchmarks.reader.batches import encoded, epoch, tensors
from benchmarks.reader.examples import (
    Pair,
    articles,
    read_pairs,
    read_trials,
)
from benchmarks.reader.model import MODEL, Reader, loss
from benchmarks.reader.train import prepare, train

_THINGS = ("bridge", "tunnel", "ferry", "tower", "harbour", "market", "station", "castle")


def _article(number: int) -> dict[str, object]:
    thing = _THINGS[number]
    cost = f"It cost {number + 2} million crowns"
    text = f"The {thing} of Holm was built in 19{number}4. {cost} and was paid for by the town."
    other = f"The {thing} of Berg was drawn by Nils Lund. Nobody has used it since the war."
    start = text.index(cost)
    return {
        "title": f"The_{thing}",
        "paragraphs": [
            {
                "context": text,
                "qas": [
                    {
                        "question": f"What did the {thing} of Holm cost?",
                        "answers": [
                            {"text": f"{number + 2} million crowns", "answer_start_first": start}
                        ],
                    },
                    {
                        "question": f"Who painted the {thing} of Holm?",
                        "answers": [],
                        "is_impossible": True,
                    },
                ],
            },
            {
                "context": other,
                "qas": [
                    {
                        "question": f"Who drew the {thing} of Berg?",
                        "answers": [{"text": "Nils Lund", "answer_start_first": 0}],
                    }
                ],
            },
        ],
    }


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("reader")
    (folder / "data" / "squad").mkdir(parents=True)
    for name, numbers in (("squad_v2", range(5)), ("squad_v1_other_articles", range(5, 8))):
        told = {"data": [_article(number) for number in numbers]}
        (folder / "data" / "squad" / f"{name}.json").write_text(json.dumps(told))
    prepare(folder / "data", folder, seed=1)
    return folder


def _copy(prepared: Path, folder: Path) -> Path:
    for name in ("pairs.jsonl", "trials.jsonl"):
        (folder / name).write_bytes((prepared / name).read_bytes())
    return folder


def test_whole_articles_are_kept_back(prepared: Path) -> None:
    learn, validate, fit = articles(prepared / "data")
    passages = {one.passage for one in read_pairs(prepared / "pairs.jsonl")}

    assert [one["title"] for one in validate] == ["The_harbour"]
    assert [one["title"] for one in fit] == ["The_station"]
    assert len(learn) == 6
    assert not any("harbour" in one or "station" in one for one in passages)


def test_what_answers_is_marked_and_what_does_not_is_not(prepared: Path) -> None:
    pairs = read_pairs(prepared / "pairs.jsonl")
    marked = {one.question: one.passage[slice(*one.spans[0])] for one in pairs if one.spans}

    assert marked["What did the ferry of Holm cost?"] == "4 million crowns"
    assert marked["Who drew the ferry of Berg?"] == "Nils Lund"
    assert not any(one.spans for one in pairs if "painted" in one.question)
    assert any(not one.spans for one in pairs if "drew" in one.question)


def test_questions_that_validate_have_their_best_passages(prepared: Path) -> None:
    trials = read_trials(prepared / "trials.jsonl")

    assert sorted(one.answerable for one in trials) == [False, True, True]
    for one in trials:
        assert list(one.scores) == sorted(one.scores, reverse=True)
        if one.gold is not None:
            assert one.pairs[one.gold].spans


def test_training_goes_on_where_it_was_stopped(prepared: Path, tmp_path: Path) -> None:
    (tmp_path / "whole").mkdir()
    (tmp_path / "parts").mkdir()
    parts = _copy(prepared, tmp_path / "parts")

    whole = train(_copy(prepared, tmp_path / "whole"), steps=3, every=1)
    train(parts, steps=3, until=1, every=1)
    resumed = train(parts, steps=3, every=1)

    first, second = load_file(whole), load_file(resumed)
    assert first.keys() == second.keys()
    assert all(torch.equal(first[name], second[name]) for name in first)
    assert any(bool(value.any()) for name, value in first.items() if name.endswith("up"))
    assert whole.stat().st_size < 4_000_000
    assert (tmp_path / "whole" / "training.png").stat().st_size > 1000


def test_without_an_answer_the_first_token_is_right() -> None:
    tokenizer = Tokenizer.from_file(str(MODEL / "tokenizer.json"))
    pairs = encoded(
        [
            Pair("Who drew it?", "The bridge", "Nils Lund drew it.", ((0, 9),)),
            Pair("Who drew it?", "The bridge", "It was built."),
        ],
        tokenizer,
    )
    batch = tensors(pairs)
    certain = torch.full((2, 2, batch.ids.shape[1]), -20.0)
    certain[0, 0, pairs[0].spans[0][0]] = certain[0, 1, pairs[0].spans[0][1]] = 0.0
    certain[1, :, 0] = 0.0

    with torch.inference_mode():
        likely = Reader().eval()(batch.ids, batch.types, batch.mask, batch.allowed)

    assert float(loss(certain, batch.spans, batch.known)) == pytest.approx(0.0)
    assert torch.allclose(likely.exp().sum(dim=-1), torch.ones(2, 2))
    assert likely[~batch.allowed[:, None].expand_as(likely)].max() < -100


@given(st.text(max_size=60), st.text(min_size=1, max_size=200), st.data())
def test_the_tokens_of_an_answer_cover_it(context: str, passage: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(passage) - 1))
    end = data.draw(st.integers(start + 1, len(passage)))
    tokenizer = Tokenizer.from_file(str(MODEL / "tokenizer.json"))

    (one,) = encoded([Pair("So?", context, passage, ((start, end),))], tokenizer)

    assert len(one.ids) == len(one.types) == one.first + len(one.offsets) + 1
    for first, last in one.spans:
        low, high = one.offsets[first - one.first][0], one.offsets[last - one.first][1]
        assert low < end
        assert high > start


def test_an_epoch_has_every_pair_once() -> None:
    tokenizer = Tokenizer.from_file(str(MODEL / "tokenizer.json"))
    pairs = encoded([Pair("So?", "", "word " * n) for n in range(1, 60)], tokenizer)

    numbers = [n for batch in epoch(pairs, 3) for n in batch]

    assert sorted(numbers) == list(range(59))
    assert epoch(pairs, 3) == epoch(pairs, 3) != epoch(pairs, 4)
