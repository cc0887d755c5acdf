"""A re-ranker orders passages anew, the same way every time, and decides nothing else."""

import json
import threading
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import repeat
from pathlib import Path

import pytest
from conftest import SEEDS, Pincite

from index import CrossEncoder, Library, PinciteError
from index.affordable import passages_to_read
from index.reranking import BUDGET
from qa import Bot, RankedPassage, answer_json
from web import create_app

QUESTION = "Which tower or bridge was opened in spring?"

_NOTES = {
    "bridge.txt": "The harbour bridge was opened in spring.\n",
    "mill.txt": "The old mill tower near the river was opened in spring as well.\n",
    "tower.txt": "The clock tower has four faces, and a bridge to the town hall.\n",
}


@pytest.fixture
def notes(tmp_path: Path, make_library: Callable[[Path], Library]) -> Library:
    folder = tmp_path / "notes"
    folder.mkdir()
    for name, text in _NOTES.items():
        (folder / name).write_text(text)
    return make_library(folder)


def _passages(bot: Bot) -> list[RankedPassage]:
    explained = bot.ask(QUESTION, explain=True).explanation
    assert explained is not None
    return [one.ranked for one in explained.passages]


def _names(bot: Bot) -> list[str]:
    return [Path(one.hit.document.source).stem for one in _passages(bot)]


def _likes(word: str) -> Callable[[Sequence[tuple[str, str]]], list[float]]:
    return lambda pairs: [9.0 if word in passage else -9.0 for _, passage in pairs]


def test_the_mean_of_both_standardised_scores_orders_the_passages(notes: Library) -> None:
    before = _passages(Bot(notes, threshold=0.0))
    given = iter([[3.0, 1.0, 2.0]])
    bot = Bot(notes, threshold=0.0, reranker=CrossEncoder(lambda _: next(given), 5))

    after = _passages(bot)

    # Of 3, 1, 2 the standardised scores are ±√1.5 and 0.
    ours = [one.score for one in before]
    middle = sum(ours) / 3
    spread = (sum((score - middle) ** 2 for score in ours) / 3) ** 0.5
    expected = [
        middle + ((score - middle) + spread * z) / 2
        for score, z in zip(ours, [1.5**0.5, -(1.5**0.5), 0.0], strict=True)
    ]
    assert sorted([one.score for one in after], reverse=True) == [one.score for one in after]
    assert {one.hit.document.id: one.score for one in after} == pytest.approx(
        {one.hit.document.id: score for one, score in zip(before, expected, strict=True)}, abs=1e-5
    )
    assert sorted(one.reranked or 0 for one in after) == [1.0, 2.0, 3.0]


def test_what_the_re_ranker_likes_comes_forward(notes: Library) -> None:
    assert _names(Bot(notes, threshold=0.0))[0] == "bridge"

    bot = Bot(notes, threshold=0.0, reranker=CrossEncoder(_likes("mill"), 5))

    assert _names(bot)[0] == "mill"
    assert "mill" in bot.ask(QUESTION).excerpts[0].quote


def test_only_the_candidates_are_scored_and_the_others_keep_their_scores(notes: Library) -> None:
    before = {one.hit.document.id: one.score for one in _passages(Bot(notes, threshold=0.0))}

    after = _passages(Bot(notes, threshold=0.0, reranker=CrossEncoder(_likes("mill"), 2)))

    (left,) = [one for one in after if one.reranked is None]
    assert left.score == before[left.hit.document.id]


def test_where_a_score_is_no_number_our_own_order_stays(notes: Library) -> None:
    given = iter([[float("nan"), 1.0, 2.0]])
    bot = Bot(notes, threshold=0.0, reranker=CrossEncoder(lambda _: next(given), 5))

    assert _names(bot) == _names(Bot(notes, threshold=0.0))


@pytest.mark.parametrize("question", [QUESTION, "What is the capital of Australia?"])
def test_the_confidence_stays_that_of_our_own_order(notes: Library, question: str) -> None:
    plain = Bot(notes, threshold=0.5).ask(question)
    ordered = Bot(notes, threshold=0.5, reranker=CrossEncoder(_likes("mill"), 5)).ask(question)

    assert (ordered.confidence, ordered.answered) == (plain.confidence, plain.answered)


def test_the_model_reads_the_question_and_the_passage_with_its_headings(
    seed_library: Library,
) -> None:
    seen: list[tuple[str, str]] = []

    def score(pairs: Sequence[tuple[str, str]]) -> list[float]:
        seen.extend(pairs)
        return [0.0] * len(pairs)

    question = "Which nations sent soldiers to the Kavkaz exercise?"
    Bot(seed_library, threshold=0.5, reranker=CrossEncoder(score, 5)).ask(question)

    assert [asked for asked, _ in seen] == [question] * 5
    text = (SEEDS / "kavkaz-2020.md").read_text()
    heading, _, body = seen[0][1].partition("\n")
    assert "Kavkaz 2020" in heading
    assert body in text


def test_an_empty_library_has_nothing_to_re_rank(
    tmp_path: Path, make_library: Callable[[Path], Library]
) -> None:
    (tmp_path / "empty").mkdir()
    bot = Bot(
        make_library(tmp_path / "empty"), threshold=0.0, reranker=CrossEncoder(_likes("mill"), 5)
    )

    assert bot.ask(QUESTION).answered is False


def test_a_real_model_gives_the_same_answer_each_time_it_is_opened(
    notes: Library, cross_encoders: Path
) -> None:
    answers = set()
    for _ in range(2):
        reranker = CrossEncoder.open(str(cross_encoders / "one"), notes.folder)
        bot = Bot(notes, threshold=0.0, reranker=reranker)
        for _ in range(2):
            told = answer_json(bot.ask(QUESTION, explain=True))
            told["explanation"]["steps_ms"] = {}
            answers.add(json.dumps({**told, "took_ms": 0}))
        scores = [one["reranked"] for one in told["explanation"]["passages"]]
        assert len(set(scores)) == len(_NOTES)

    assert len(answers) == 1


def test_the_number_of_candidates_is_decided_once_for_a_library_and_model(
    notes: Library, cross_encoders: Path
) -> None:
    name = str(cross_encoders / "one")
    kept = notes.folder / "reranker.json"

    decided = CrossEncoder.open(name, notes.folder).candidates
    assert json.loads(kept.read_text()) == {
        "model": name,
        "candidates": decided,
        "most": 40,
    }
    assert 5 <= decided <= 40

    other = 7 if decided != 7 else 8
    kept.write_text(json.dumps({"model": name, "candidates": other, "most": 40}))
    assert CrossEncoder.open(name, notes.folder).candidates == other


@pytest.mark.parametrize(
    "damaged",
    ["", "{", "[]", '{"model": "other", "candidates": 7}', '{"candidates": 7}']
    + [
        f'{{"model": "NAME", "candidates": {value}, "most": 40}}'
        for value in ("0", "41", '"7"', "null", "true")
    ]
    + ['{"model": "NAME", "candidates": 7}', '{"model": "NAME", "candidates": 7, "most": 20}'],
)
def test_a_decision_that_is_not_for_this_model_is_taken_anew(
    tmp_path: Path, cross_encoders: Path, damaged: str
) -> None:
    name = str(cross_encoders / "one")
    (tmp_path / "reranker.json").write_text(damaged.replace("NAME", name))

    decided = CrossEncoder.open(name, tmp_path).candidates

    assert json.loads((tmp_path / "reranker.json").read_text()) == {
        "model": name,
        "candidates": decided,
        "most": 40,
    }


def test_two_that_decide_at_once_come_to_one_number(tmp_path: Path) -> None:
    kept = tmp_path / "reranker.json"
    together = threading.Barrier(2)

    def decided(seconds: float) -> int:
        def measured() -> Iterable[float]:
            together.wait(timeout=10)
            return repeat(seconds)

        return passages_to_read(kept, "model", BUDGET, measured)

    with ThreadPoolExecutor(2) as pool:
        numbers = list(pool.map(decided, (0.02, 0.05)))

    assert numbers == [json.loads(kept.read_text())["candidates"]] * 2
    assert list(tmp_path.iterdir()) == [kept]


def test_where_the_number_cannot_be_kept_no_clock_decides(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    gone = tmp_path / "gone" / "reranker.json"

    numbers = {
        passages_to_read(gone, "model", BUDGET, lambda: repeat(0.02)),
        passages_to_read(gone, "model", BUDGET, lambda: repeat(0.05)),
    }

    assert numbers == {BUDGET.fewest}
    assert f"{gone} cannot be written" in caplog.text


@pytest.mark.parametrize(
    ("seconds", "number"), [(0.0, 40), (0.001, 40), (0.02, 25), (0.1, 5), (3.0, 5)]
)
def test_as_many_pairs_as_fit_the_budget_within_limits(seconds: float, number: int) -> None:
    assert BUDGET.affords(repeat(seconds)) == number


@pytest.mark.parametrize(
    ("model", "said"),
    [
        pytest.param("nothing/here", "cannot be loaded", id="not-there"),
        pytest.param("bert", "does not give one score a pair", id="no-head"),
        pytest.param("three", "does not give one score a pair", id="three-outputs"),
    ],
)
def test_a_model_that_is_no_re_ranker_is_refused(
    tmp_path: Path, cross_encoders: Path, model: str, said: str
) -> None:
    name = model if "/" in model else str(cross_encoders / model)

    with pytest.raises(PinciteError, match=f"{name}' {said}.*; set PINCITE_RERANKER to "):
        CrossEncoder.open(name, tmp_path)


def test_a_re_ranker_that_cannot_be_loaded_is_one_line_on_the_command_line(
    pincite: Pincite, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "notes.txt").write_text("The harbour bridge was opened in spring.\n")
    pincite("add", tmp_path / "notes.txt")
    monkeypatch.setenv("PINCITE_RERANKER", str(tmp_path / "gone"))

    outcome = pincite("ask", "Which bridge?")

    assert (outcome.status, outcome.out, outcome.err.count("\n")) == (1, "", 1)
    assert f"the re-ranker '{tmp_path / 'gone'}' cannot be loaded" in outcome.err


def test_the_setting_re_ranks_on_the_command_line_and_over_http(
    pincite: Pincite, tmp_path: Path, cross_encoders: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "notes").mkdir()
    for name, text in _NOTES.items():
        (tmp_path / "notes" / name).write_text(text)
    pincite("add", tmp_path / "notes")
    monkeypatch.setenv("PINCITE_RERANKER", str(cross_encoders / "one"))

    outcome = pincite("ask", QUESTION, "--explain")
    assert (outcome.status, outcome.err) == (0, "")
    assert "sentence reranker score place" in " ".join(outcome.out.split())
    assert ", rerank " in outcome.out

    app = create_app()
    body = {"question": QUESTION, "explain": True}
    told = app.test_client().post("/api/ask", json=body).json
    app.extensions["pincite.library"].close()
    assert told is not None
    assert all(one["reranked"] is not None for one in told["explanation"]["passages"])
