"""An explanation holds the very numbers that led to the answer."""

import math
from itertools import pairwise
from pathlib import Path

import pytest
from conftest import WordEmbedder

from index import Library, token_counter
from qa import Bot, answer_json

KAVKAZ = "Which nations sent soldiers to the Kavkaz exercise?"
FOREIGN = "What is the capital of Australia?"


@pytest.fixture
def bot(seed_library: Library) -> Bot:
    return Bot(seed_library, threshold=0.5)


@pytest.mark.parametrize("question", [KAVKAZ, FOREIGN])
def test_the_signals_give_the_confidence(bot: Bot, question: str) -> None:
    answer = bot.ask(question, explain=True)
    explained = answer.explanation
    assert explained is not None

    total = explained.bias + sum(one.value * one.weight for one in explained.signals)

    assert answer.confidence == pytest.approx(1 / (1 + math.exp(-total)), abs=1e-4)
    assert answer.answered == (answer.confidence >= explained.threshold == 0.5)


@pytest.mark.parametrize("question", [KAVKAZ, FOREIGN])
def test_every_excerpt_comes_from_a_passage_that_is_explained(bot: Bot, question: str) -> None:
    answer = bot.ask(question, limit=3, explain=True)
    explained = answer.explanation
    assert explained is not None
    shown = answer.excerpts or answer.closest

    numbers = sorted(number for one in explained.passages for number in one.excerpts)
    assert numbers == list(range(1, len(shown) + 1))
    for passage in explained.passages:
        for number in passage.excerpts:
            excerpt, hit = shown[number - 1], passage.ranked.hit
            assert excerpt.document.id == hit.document.id
            assert hit.start <= excerpt.start < excerpt.end <= hit.end
    scores = [one.ranked.score for one in explained.passages]
    assert scores == sorted(scores, reverse=True)
    assert len(scores) >= 10


def test_the_rarest_words_of_the_question_weigh_most(bot: Bot) -> None:
    explained = bot.ask("Which nations sent soldiers to the Kavkaz zebra?", explain=True)
    assert explained.explanation is not None

    rarity = explained.explanation.rarity
    assert set(rarity) == {"nations", "sent", "soldiers", "kavkaz", "zebra"}
    assert max(rarity, key=lambda word: rarity[word]) == "zebra"


def test_the_steps_take_no_longer_than_the_whole(bot: Bot) -> None:
    answer = bot.ask(KAVKAZ, explain=True)
    assert answer.explanation is not None

    assert list(answer.explanation.steps) == ["retrieve", "rank", "decide", "quote"]
    assert sum(answer.explanation.steps.values()) == pytest.approx(answer.took_ms, abs=0.1)


def test_an_explanation_changes_nothing_else_and_is_there_only_when_asked_for(bot: Bot) -> None:
    plain, explained = answer_json(bot.ask(KAVKAZ)), answer_json(bot.ask(KAVKAZ, explain=True))

    assert list(explained) == [*plain, "explanation"]
    explained.pop("explanation")
    assert {**plain, "took_ms": 0} == {**explained, "took_ms": 0}


def test_the_explanation_on_the_wire(bot: Bot) -> None:
    told = answer_json(bot.ask(KAVKAZ, explain=True))["explanation"]

    assert list(told) == ["rarity", "passages", "bias", "signals", "threshold", "steps_ms"]
    assert " ".join(told["passages"][0]) == (
        "number document span place dense lexical combined sentence evidence reranked score "
        "excerpts"
    )
    assert [one["number"] for one in told["passages"]] == [*range(1, len(told["passages"]) + 1)]
    assert told["passages"][0]["document"]["title"].startswith("Kavkaz 2020")
    assert all(first["score"] >= second["score"] for first, second in pairwise(told["passages"]))
    assert [list(one) for one in told["signals"]] == [["name", "value", "weight"]] * len(
        told["signals"]
    )


def test_an_empty_library_is_explained_too(tmp_path: Path) -> None:
    with Library.open(
        tmp_path, embedder=WordEmbedder(), count=token_counter(), create=True
    ) as library:
        explained = Bot(library, threshold=0.5).ask("Anything?", explain=True).explanation

    assert explained is not None
    assert (explained.passages, explained.signals) == ((), ())
