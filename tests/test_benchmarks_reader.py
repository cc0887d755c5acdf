"""The training of the reader, on a few questions of its own."""

import json
import random
from collections.abc import Sequence
from pathlib import Path

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from safetensors import safe_open
from safetensors.torch import load_file, save_file
from tokenizers import Tokenizer

from benchmarks.reader import model
from benchmarks.reader import train as command
from benchmarks.reader.batches import Batch, encoded, learnable, mixed, tensors
from benchmarks.reader.examples import Case, Pair, Passage, drawn, read, write
from benchmarks.reader.losses import disagreement, loss, span_losses
from benchmarks.reader.model import Reader, opened
from benchmarks.reader.model import write as write_adapter
from benchmarks.reader.preparing import prepare
from benchmarks.reader.train import train
from benchmarks.reader.training import Training
from benchmarks.reader.trying import figures
from benchmarks.reader.twists import OPPOSITES, ArticleWords, twisted
from benchmarks.sets import LOADERS
from index import Document, Hit, SentenceEmbedder
from index import Reader as PinciteReader
from index.models import bundled_digest, weights_digest
from index.reader import ADAPTERS

_THINGS = ("bridge", "tunnel", "ferry", "tower", "harbour", "market", "station", "castle")


def _article(number: int) -> dict[str, object]:
    thing = _THINGS[number]
    cost = f"It cost {number + 2} million crowns"
    text = f"The {thing} of Holm was built in 19{number}4. {cost} and was paid for by the town."
    other = f"The {thing} of Berg was drawn by Nils Lund. Nobody has used it since the war."
    return {
        "title": f"The_{thing}",
        "paragraphs": [
            {
                "context": text,
                "qas": [
                    {
                        "question": f"What did the {thing} of Holm cost?",
                        "answers": [{"text": f"{number + 2} million crowns"}],
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
                        "answers": [{"text": "Nils Lund"}],
                    }
                ],
            },
        ],
    }


def _lines(path: Path, rows: Sequence[object]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(map(json.dumps, rows)) + "\n", encoding="utf-8")


def _write_clapnq(folder: Path) -> None:
    def row(bird: str, question: str, *chosen: str) -> dict[str, object]:
        sentences = [f"The {bird} nests in reeds .", "It eats fish ."]
        passage = {"title": bird, "text": " ".join(sentences), "sentences": sentences}
        return {
            "input": question,
            "passages": [passage],
            "output": [{"selected_sentences": chosen}],
        }

    answerable = [
        row("heron", "what does the heron eat", "It eats fish ."),
        row("bittern", "what does the bittern eat", "It eats fish ."),
    ]
    unanswerable = [
        row("heron", "when did the heron die out"),
        row("bittern", "when did the bittern die out"),
        row("heron", "who counted the heron"),
        # Of a passage that others ask about to learn: this one can report nothing.
        row("heron", "where does the heron winter"),
    ]
    _lines(folder / "answerable.jsonl", answerable)
    _lines(folder / "unanswerable.jsonl", unanswerable)


def _write_mtrag(folder: Path) -> None:
    towns = ("Aven", "Brod", "Crest", "Dahl")
    corpus = [
        {"_id": town, "title": "", "text": f"{town} has a mill by the river."} for town in towns
    ]
    told = [
        {
            "_id": f"{town}<::>1",
            "question": f"What is there in {town}?",
            "relevant": [town],
            "history": [],
        }
        for town in towns
    ]
    _lines(folder / "corpus.jsonl", corpus)
    _lines(folder / "tasks_un.jsonl", told)
    _lines(folder / "tasks_human_subset.jsonl", [told[0] | {"history": [["user", "Hello?"]]}])


def _write_scifact(folder: Path) -> None:
    corpus = [
        {
            "_id": number,
            "title": f"{drug} in mice",
            "text": f"{drug} was given to mice. It lowered their fever.",
            "sentences": [f"{drug} was given to mice.", " It lowered their fever."],
        }
        for number, drug in (("1", "Aprine"), ("2", "Belol"), ("3", "Cerin"))
    ]
    claims = ["Aprine lowers fever.", "Belol lowers fever.", "Cerin heals bones."]
    # Of an abstract that the first bears on: this one can report nothing.
    claims.append("Aprine raises fever.")
    _lines(folder / "corpus.jsonl", corpus)
    _lines(
        folder / "queries_train.jsonl",
        [{"_id": str(n), "text": text} for n, text in enumerate(claims)],
    )
    _lines(
        folder / "evidence_train.jsonl",
        [{"claim_id": str(n), "doc_id": str(n + 1), "sentences": [1]} for n in (0, 1)],
    )
    cited = "".join(f"{n}\t{n % 3 + 1}\t1\n" for n in range(4))
    (folder / "qrels_train.tsv").write_text(f"query-id\tcorpus-id\tscore\n{cited}")


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("data")
    (folder / "squad").mkdir()
    for name, numbers in (("squad_v2", range(5)), ("squad_v1_other_articles", range(5, 8))):
        told = {"data": [_article(number) for number in numbers]}
        (folder / "squad" / f"{name}.json").write_text(json.dumps(told))
    _write_clapnq(folder / "clapnq")
    _write_mtrag(folder / "mtrag")
    _write_scifact(folder / "scifact")
    return folder


@pytest.fixture(scope="module")
def work(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the cases prepared."""
    folder = tmp_path_factory.mktemp("work")
    prepare(data, folder, processes=1)
    return folder


@pytest.fixture(scope="module")
def cases(work: Path) -> list[Case]:
    return [case for path in sorted(work.glob("*.json")) for case in read(path)]


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    return model.tokenizer()


def test_whole_articles_and_halves_are_kept_back(cases: list[Case]) -> None:
    parts: dict[str, set[str]] = {}
    for case in cases:
        parts.setdefault(case.part, set()).add(case.article or case.question)

    assert {"The_harbour", "what does the bittern eat"} < parts["report"]
    assert {"Belol lowers fever.", "when did the bittern die out"} < parts["report"]
    assert parts["fit"] == {"The_ferry", "The_station"}
    assert not parts["learn"] & (parts["fit"] | parts["report"])
    assert not any("Aprine raises fever." in part for part in parts.values())


@pytest.mark.parametrize("name", ["clapnq", "scifact"])
def test_what_is_reported_of_a_half_is_what_training_keeps_back(
    data: Path, cases: list[Case], name: str
) -> None:
    reported = {question.text for question in LOADERS[name](data, 100).questions}
    learnt = {case.question for case in cases if case.of == name and case.part == "learn"}

    assert reported == {case.question for case in cases if case.of == name} - learnt
    assert not reported & {"where does the heron winter", "Aprine raises fever."}


@given(st.integers())
def test_nothing_kept_back_is_in_a_pair_to_learn_from(cases: list[Case], seed: int) -> None:
    kept = [case for case in cases if case.part != "learn"]
    titles = {case.article for case in kept} - {""}
    passages = {one.passage for case in kept for one in case.candidates if one.own}

    pairs = drawn(cases, random.Random(seed))

    assert not {pair.question for pair in pairs} & {case.question for case in kept}
    assert not {pair.passage.article for pair in pairs} & titles
    assert not {pair.passage for pair in pairs} & passages


def test_what_answers_is_marked_and_what_does_not_is_not(cases: list[Case]) -> None:
    pairs = drawn(cases, random.Random(1))
    marked = {one.question: one.passage.text[slice(*one.spans[0])] for one in pairs if one.spans}
    somewhere = {one.question for one in pairs if one.somewhere}
    asked = {case.question: case for case in cases}

    assert marked["What did the tunnel of Holm cost?"] == "3 million crowns"
    assert marked["Who drew the castle of Berg?"] == "Nils Lund"
    assert marked["what does the heron eat"] == "It eats fish ."
    assert marked["Aprine lowers fever."] == "It lowered their fever."
    assert all(asked[question].answerable for question in (*marked, *somewhere))
    assert {asked[question].of for question in somewhere} == {"mtrag"}
    assert any("painted" in one.question for one in pairs)


def test_an_epoch_has_its_own_wrong_passages_and_twists(cases: list[Case]) -> None:
    learnt = {case.question: case for case in cases if case.part == "learn"}
    first, same, other = (drawn(cases, random.Random(seed)) for seed in (1, 1, 2))
    wrong = [pair for pair in first if pair.question in learnt and not pair.spans]
    twists = [pair for pair in first if pair.question not in learnt]

    assert first == same != other
    assert twists
    assert not any(pair.spans or pair.somewhere for pair in twists)
    for pair in wrong:
        if learnt[pair.question].answerable and not pair.somewhere:
            assert not any(answer in pair.passage.text for answer in learnt[pair.question].answers)


def test_what_is_prepared_stays_as_it_was(cases: list[Case], data: Path, work: Path) -> None:
    before = {path.name: path.stat().st_mtime_ns for path in work.iterdir()}
    own = [case for case in cases if case.of == "squad"]

    prepare(data, work, processes=1)
    write(work.parent / "again.json", own)

    assert {path.name: path.stat().st_mtime_ns for path in work.iterdir()} == before
    assert read(work.parent / "again.json") == own
    for case in own:
        scores = [one.score for one in case.candidates]
        assert scores == sorted(scores, reverse=True)


def test_processes_find_what_one_does(
    data: Path, cases: list[Case], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "clapnq").symlink_to(data / "clapnq")

    (path,) = prepare(tmp_path / "data", tmp_path, processes=2)

    assert read(path) == [case for case in cases if case.of == "clapnq"]
    assert f"squad: skipped, {tmp_path / 'data' / 'squad'} is not there" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("question", "all_that_can_be"),
    [
        pytest.param("Who came first?", {"Who came last?"}, id="opposite"),
        pytest.param("Where did it go?", {"Where didn't it go?"}, id="negation"),
        pytest.param("Who ruled Norway?", {"Who ruled Iceland?"}, id="name"),
        pytest.param("Which 12 came?", {"Which 31 came?"}, id="number"),
        pytest.param("Who saw the harvest?", {"Who saw the longest?"}, id="word"),
        pytest.param("Who came?", {None}, id="none takes"),
    ],
)
def test_a_question_is_twisted_by_one_word(
    question: str, all_that_can_be: set[str | None]
) -> None:
    article = ArticleWords.of("In 31 they came to Iceland by the longest way.")

    found = {
        twisted(question, "They came in 12.", article, random.Random(seed)) for seed in range(20)
    }

    assert found - {None} == all_that_can_be - {None}


_WORDS = st.lists(
    st.sampled_from(
        [*"Who What Norway the Duchy of 1066 12 people first is did nothing,".split(), *OPPOSITES]
    ),
    max_size=12,
).map(" ".join)


@given(_WORDS | st.text(), _WORDS | st.text(), _WORDS | st.text(), st.integers())
def test_a_twist_is_another_question_or_none(
    question: str, passage: str, article: str, seed: int
) -> None:
    words = ArticleWords.of(f"{passage} {article}")

    found = twisted(question, passage, words, random.Random(seed))

    assert found is None or found != question
    assert found == twisted(question, passage, words, random.Random(seed))


def test_training_goes_on_where_it_was_stopped(cases: list[Case], tmp_path: Path) -> None:
    (tmp_path / "whole").mkdir()
    (tmp_path / "parts").mkdir()
    few = [case for case in cases if case.of == "squad"][:4]

    # Of these an epoch is one step.
    whole = train(few, tmp_path / "whole", steps=3, every=1)
    train(few, tmp_path / "parts", steps=3, until=1, every=1)
    resumed = train(few, tmp_path / "parts", steps=3, every=1)

    first, second = load_file(whole), load_file(resumed)
    assert first.keys() == second.keys()
    assert all(torch.equal(first[name], second[name]) for name in first)
    assert any(bool(value.any()) for name, value in first.items() if name.endswith("up"))
    assert whole.stat().st_size < 4_000_000
    assert (tmp_path / "whole" / "training.png").stat().st_size > 1000


def test_what_was_begun_otherwise_is_not_gone_on_with(
    cases: list[Case],
    data: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    write(tmp_path / "squad.json", [case for case in cases if case.of == "squad"][:4])
    for name in ("clapnq", "mtrag", "scifact"):
        write(tmp_path / f"{name}.json", [])
    given = ["train", "--work", str(tmp_path), "--data", str(data), "--rank", "4"]
    monkeypatch.setattr("sys.argv", [*given, "--steps", "1"])
    command.main()
    before = (tmp_path / "reader.safetensors").read_bytes()

    for other in (["--steps", "2"], ["--steps", "1", "--seed", "8"]):
        monkeypatch.setattr("sys.argv", [*given, *other])
        with pytest.raises(SystemExit, match=r"begun with steps 1, rank 4, seed 7, not .*--work"):
            command.main()

    assert (tmp_path / "reader.safetensors").read_bytes() == before


def test_a_batch_teaches_the_same_a_few_pairs_at_once(
    cases: list[Case], tokenizer: Tokenizer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(model, "_DROPPED", 0.0)
    pairs = learnable(drawn(cases, random.Random(0)), tokenizer)[:5]

    losses, gradients = [], []
    for at_once in (5, 3):
        training = Training(steps=1, rank=4, seed=1, device="cpu", at_once=at_once)
        losses.append(training.step(pairs))
        learnt = training.reader.learnt().values()
        gradients.append(
            torch.cat([value.grad.flatten() for value in learnt if value.grad is not None])
        )

    assert losses[0] == pytest.approx(losses[1], rel=0.01)
    assert float(torch.cosine_similarity(gradients[0], gradients[1], dim=0)) > 0.99


def test_an_adapter_names_the_layers_of_the_model_that_it_fits(
    cases: list[Case], tmp_path: Path
) -> None:
    path = train(cases[:1], tmp_path, steps=1, rank=4)
    learnt = load_file(path)

    with safe_open(path, "pt") as file:
        told = file.metadata()

    assert told == {
        "base": bundled_digest(),
        "weights": weights_digest(load_file(path)),
        "steps": "1",
        "seed": "7",
    }
    assert learnt["head.weight"].shape == (3, 384)
    assert learnt["head.bias"].shape == (3,)
    assert learnt["encoder.layer.0.attention.self.query.down"].shape == (4, 384)
    assert learnt["encoder.layer.5.intermediate.dense.up"].shape == (1536, 4)
    assert len(learnt) == 6 * 6 * 2 + 2
    assert {value.dtype for value in learnt.values()} == {torch.float16}
    assert all(
        torch.equal(value.half(), learnt[name]) for name, value in opened(path).learnt().items()
    )


def test_an_adapter_is_tried_on_what_is_kept_back(
    data: Path,
    work: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    path = tmp_path / "reader.safetensors"
    write_adapter(Reader(4), path, steps=0, seed=1)
    given = ["train", "--work", str(work), "--data", str(data)]

    monkeypatch.setattr("sys.argv", [*given, "--try", str(path)])
    command.main()
    told = capsys.readouterr().out

    assert "squad: 3 questions" in told
    assert "clapnq: 2 questions" in told
    assert "exact answer" in told

    save_file(load_file(path), path, {"base": "another"})
    with pytest.raises(SystemExit, match="another model than the bundled one"):
        command.main()
    monkeypatch.setattr("sys.argv", [*given, "--try", str(tmp_path / "missing")])
    with pytest.raises(SystemExit, match="missing cannot be tried"):
        command.main()
    damaged = tmp_path / "damaged"
    damaged.write_bytes(b"not tensors")
    monkeypatch.setattr("sys.argv", [*given, "--try", str(damaged)])
    with pytest.raises(SystemExit, match="damaged cannot be tried: it is no file of tensors"):
        command.main()
    save_file({"head.bias": torch.zeros(3)}, damaged, {"base": bundled_digest()})
    with pytest.raises(SystemExit, match="damaged cannot be tried: it holds other matrices"):
        command.main()


def test_pincite_reads_with_an_adapter_as_it_was_trained(
    cases: list[Case], tmp_path: Path, sentence_embedder: SentenceEmbedder
) -> None:
    trained = train(cases[:1], tmp_path, steps=1, rank=4)
    text = "The harbour bridge of Holm was drawn by the engineer Nils Lund."
    pair = Pair("Who drew the bridge?", Passage("Holm", text))
    document = Document(
        id="holm", source="/holm.txt", sha256="0" * 64, text=text, media_type="text/plain"
    )
    span = (0, len(text))
    hit = Hit(document, *span, "Holm", (span,), 0.5, 1.0, 0.5, (0.5,))

    for path in (trained, ADAPTERS):
        (judgement,) = PinciteReader(sentence_embedder, adapters=path).judge(pair.question, [hit])
        batch = tensors(encoded([pair], model.tokenizer()))
        reader = opened(path).eval()
        with torch.inference_mode():
            likely, answerable = reader(batch.ids, batch.types, batch.mask, batch.allowed)
        best = max(
            float(likely[0, 0, first] + likely[0, 1, last] - likely[0, :, 0].sum())
            for first in range(1, batch.ids.shape[1])
            for last in range(first, batch.ids.shape[1])
            if batch.allowed[0, first] and batch.allowed[0, last]
        )

        assert judgement is not None
        assert judgement.score == pytest.approx(float(answerable[0]), abs=0.2)
        (answer,) = judgement.answers
        assert answer is not None
        assert answer.margin == pytest.approx(best, abs=0.4)


def test_figures_are_shares(cases: list[Case]) -> None:
    own = [case for case in cases if case.of == "squad" and case.part == "report"]

    told = figures(Reader(2), own)

    assert set(told) == {
        "right passage first, ranking alone",
        "right passage first",
        "exact answer",
        "F1 of the answer",
        "AUROC in the right passage",
        "AUROC of all, ranking alone",
        "AUROC of all",
    }
    assert all(0 <= value <= 1 for value in told.values())


def _batch(tokenizer: Tokenizer) -> Batch:
    passage = Passage("The bridge", "Nils Lund drew it.")
    asked = "Who drew it?"
    return tensors(
        encoded(
            [
                Pair(asked, passage, ((0, 9),)),
                Pair(asked, Passage("The bridge", "It was built.")),
                Pair(asked, passage, somewhere=True),
            ],
            tokenizer,
        )
    )


def _certain(batch: Batch) -> torch.Tensor:
    """Log-probabilities that are right."""
    likely = torch.full((3, 2, batch.ids.shape[1]), -20.0)
    first, last = batch.spans[0, 0].tolist()
    likely[0, 0, first] = likely[0, 1, last] = 0.0
    likely[1, :, 0] = 0.0
    likely[2, :, int(first)] = 0.0
    return likely


def test_what_is_right_costs_nothing(tokenizer: Tokenizer) -> None:
    batch = _batch(tokenizer)
    likely = _certain(batch)
    sure = torch.tensor([20.0, -20.0, 20.0])

    twice = loss(torch.cat([likely, likely]), torch.cat([sure, sure]), batch.twice())

    assert span_losses(likely, batch).tolist() == pytest.approx([0.0, 0.0, 0.0], abs=1e-5)
    assert float(twice) == pytest.approx(0.0, abs=1e-5)


def test_what_is_wrong_costs(tokenizer: Tokenizer) -> None:
    batch = _batch(tokenizer)
    none = torch.full((3, 2, batch.ids.shape[1]), -20.0)
    none[:, :, 0] = 0.0
    right, unsure = _certain(batch), torch.zeros(6)

    answered, unanswered, somewhere = span_losses(none, batch).tolist()
    apart = loss(torch.cat([right, none]), unsure, batch.twice())
    together = loss(torch.cat([none, none]), unsure, batch.twice())

    assert answered == pytest.approx(40.0)
    assert unanswered == pytest.approx(0.0)
    assert somewhere > 5
    # To be wrong half of the time costs more than always, for the readings disagree.
    assert float(apart) > float(together)


@given(st.integers(), st.floats(0.01, 5))
def test_two_readings_disagree_the_same_both_ways(seed: int, width: float) -> None:
    chance = torch.Generator().manual_seed(abs(seed) % 2**32)
    one, other = (
        (width * torch.randn(2, 2, 7, generator=chance)).log_softmax(-1) for _ in range(2)
    )
    allowed = torch.ones(2, 7, dtype=torch.bool)

    there = disagreement(torch.cat([one, other]), allowed)
    back = disagreement(torch.cat([other, one]), allowed)

    assert float(there) == pytest.approx(float(back), rel=1e-4)
    assert float(there) > 0
    assert float(disagreement(torch.cat([one, one]), allowed)) == 0


def test_only_tokens_of_the_passage_can_answer(tokenizer: Tokenizer) -> None:
    batch = _batch(tokenizer)

    with torch.inference_mode():
        likely, answerable = Reader().eval()(batch.ids, batch.types, batch.mask, batch.allowed)

    assert answerable.shape == (3,)
    assert torch.allclose(likely.exp().sum(dim=-1), torch.ones(3, 2))
    assert likely[~batch.allowed[:, None].expand_as(likely)].max() < -100


def test_an_answer_that_is_cut_away_teaches_nothing(tokenizer: Tokenizer) -> None:
    text = "word " * 400
    pairs = [Pair("So?", Passage("", text), (span,)) for span in ((0, 4), (1990, 1994))]

    assert [one.spans for one in learnable(pairs, tokenizer)] == [((4, 4),)]


@given(st.text(max_size=60), st.text(min_size=1, max_size=200), st.data())
def test_the_tokens_of_an_answer_cover_it(
    tokenizer: Tokenizer, context: str, passage: str, data: st.DataObject
) -> None:
    start = data.draw(st.integers(0, len(passage) - 1))
    end = data.draw(st.integers(start + 1, len(passage)))

    (one,) = encoded([Pair("So?", Passage(context, passage), ((start, end),))], tokenizer)

    assert len(one.ids) == len(one.types) == one.first + len(one.offsets) + 1
    for first, last in one.spans:
        low, high = one.offsets[first - one.first][0], one.offsets[last - one.first][1]
        assert low < end
        assert high > start


def test_an_epoch_has_every_pair_once(tokenizer: Tokenizer) -> None:
    pairs = encoded([Pair("So?", Passage("", "word " * (n % 3))) for n in range(129)], tokenizer)
    first, same, other = (mixed(pairs, random.Random(seed)) for seed in (3, 3, 4))

    assert sorted(n for batch in first for n in batch) == list(range(129))
    assert first == same != other
