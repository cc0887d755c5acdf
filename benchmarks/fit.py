"""Fits the coefficients of ranking, excerpts and confidence, and writes qa/coefficients.json.

Run with `make fit`. It sees only what is meant for tuning: the articles that SQuAD 1.1 alone has,
three of the five corpora of the chunking evaluation, and half of CLAPnq's questions. Sentences and
confidence are fitted to the passages' scores as they were before: run it until nothing changes.
"""

import argparse
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
from rich.progress import track
from scipy.optimize import minimize
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import cross_val_predict

from benchmarks.bench import ROOT, add_data_option
from benchmarks.sets import chunking, clapnq, squad_tuning
from benchmarks.shapes import Question, QuestionSet, Range
from benchmarks.systems.pincite import filled
from index import Hit, Library, SentenceEmbedder
from qa import coefficients
from qa.confidence import weighed
from qa.evidence import wanted
from qa.ranking import rank, sentence_features

FILE = ROOT / "qa" / "coefficients.json"
TUNING_CORPORA = ("chatlogs", "finance", "state_of_the_union")
FALSE_REFUSALS = 0.05

_BEST = 5
_PASSAGE = ("dense", "lexical", "sentence", "sentence_words", "words", "pairs", "kind")
_SENTENCE = ("passage", "cosine", "words", "pairs", "kind", "beside")

Numbers = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Choice:
    """Rows of features to choose from, and how right each is: (n, features) and (n,)."""

    rows: Numbers
    gold: Numbers


@dataclass(frozen=True, slots=True)
class Asked:
    """What one question gave; `passages` and `sentences` are None where nothing is right."""

    passages: Choice | None
    sentences: Choice | None
    signals: Mapping[str, float]
    subject: str
    answerable: bool


def tuning_sets(data: Path, most: int) -> list[QuestionSet]:
    """The sets to learn from."""
    corpora = chunking(data, most)
    passages = clapnq(data, most)
    return [
        squad_tuning(data, most),
        replace(
            corpora,
            questions=[
                one for one in corpora.questions if set(one.relevant) & set(TUNING_CORPORA)
            ],
        ),
        replace(passages, questions=passages.questions[::2]),
    ]


def asked(question_set: QuestionSet, library: Library) -> Iterator[Asked]:
    """Ask the library all questions of a set."""
    for question in track(question_set.questions, question_set.name, transient=True):
        found = library.search(question.text)
        sought = wanted(question.text, found.rarity)
        ranked = rank(question.text, found)
        yield Asked(
            passages=choice(
                [(one.evidence, passage_gold(one.hit, question)) for one in ranked],
                _PASSAGE,
            ),
            sentences=choice(
                [
                    ({"passage": one.score, **features}, sentence_gold(one.hit, span, question))
                    for one in ranked[:_BEST]
                    for span, features in zip(
                        one.hit.sentences, sentence_features(one.hit, sought), strict=True
                    )
                ],
                _SENTENCE,
            ),
            signals=weighed(ranked).signals,
            subject=question_set.name,
            answerable=question.answerable,
        )


def choice(
    pairs: Sequence[tuple[Mapping[str, float], float]], names: Sequence[str]
) -> Choice | None:
    """The features of those names, and how right each is; None where nothing is."""
    gold = np.array([right for _, right in pairs])
    if gold.sum() <= 0:
        return None
    rows = np.array([[features[name] for name in names] for features, _ in pairs])
    return Choice(rows, gold / gold.sum())


def passage_gold(hit: Hit, question: Question) -> float:
    """How right a passage is."""
    if question.marked and not question.answers:
        return _shared(hit, (hit.start, hit.end), question) / 100
    return float(hit.document.source in question.relevant)


def sentence_gold(hit: Hit, span: tuple[int, int], question: Question) -> float:
    """How right a sentence is."""
    if question.answers:
        text = hit.document.text[span[0] : span[1]]
        inside = any(answer in text for answer in question.answers)
        return float(inside and hit.document.source in question.relevant)
    return float(2 * _shared(hit, span, question) > span[1] - span[0])


def _shared(hit: Hit, span: tuple[int, int], question: Question) -> int:
    own = Range(hit.document.source, *span)
    return max((sum(own.shared(one) for one in choice) for choice in question.marked), default=0)


def listwise(choices: Sequence[Choice], penalty: float = 0.01) -> Numbers:
    """Weights under which the right rows are likeliest (softmax over each question's rows).

    Features are standardised for the penalty; no weight is negative, so that more
    evidence never counts against a passage.
    """
    spread = np.vstack([choice.rows for choice in choices]).std(axis=0)
    spread[spread < 1e-9] = 1.0
    scaled = [(choice.rows / spread, choice.gold) for choice in choices]

    def loss(weights: Numbers) -> tuple[float, Numbers]:
        total, slope = penalty * weights @ weights, 2 * penalty * weights
        for rows, gold in scaled:
            scores = rows @ weights
            scores = scores - scores.max()
            likely = np.exp(scores) / np.exp(scores).sum()
            total -= float(gold @ np.log(likely + 1e-300)) / len(scaled)
            slope = slope + (likely - gold) @ rows / len(scaled)
        return float(total), slope

    start = np.ones(len(spread))
    bounds = [(0.0, None)] * len(spread)
    fitted = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=bounds)
    return np.asarray(fitted.x / spread)


def fitted_confidence(questions: Sequence[Asked]) -> dict[str, float]:
    """Logistic regression on the signals, and the threshold at the false refusals allowed.

    It learns from questions on the articles and on others, in equal parts; the
    threshold is that of the answerable questions of all sets.
    """
    known = [one for one in questions if one.subject == "squad 1.1"]
    rows = np.array([list(one.signals.values()) for one in known])
    truth = np.array([one.answerable for one in known])
    model = LogisticRegression(C=30, max_iter=5000, class_weight="balanced")
    held_back = cross_val_predict(model, rows, truth, cv=5, method="predict_proba")[:, 1]
    print(f"AUROC of the confidence, five-fold: {roc_auc_score(truth, held_back):.3f}")
    model.fit(rows, truth)
    answerable = np.array([list(one.signals.values()) for one in questions if one.answerable])
    certain = model.predict_proba(answerable)[:, 1]
    return {
        "threshold": float(np.quantile(certain, FALSE_REFUSALS)),
        "bias": float(model.intercept_[0]),
        **dict(zip(known[0].signals, model.coef_[0].tolist(), strict=True)),
    }


def _fitted(questions: Sequence[Asked]) -> dict[str, dict[str, float]]:
    passages = listwise([one.passages for one in questions if one.passages])
    sentences = listwise([one.sentences for one in questions if one.sentences])
    return {
        "passage": {
            **dict(zip(_PASSAGE, passages.tolist(), strict=True)),
            # Not linear, so tried by hand.
            "beside": coefficients.PASSAGE["beside"],
        },
        "sentence": dict(zip(_SENTENCE, sentences.tolist(), strict=True)),
        "confidence": fitted_confidence(questions),
    }


def write(fitted: Mapping[str, Mapping[str, float]]) -> None:
    """Put these parts into the file of coefficients, and print them."""
    rounded = {
        part: {name: round(value, 3) for name, value in values.items()}
        for part, values in fitted.items()
    }
    print(json.dumps(rounded, indent=2))
    kept = json.loads(FILE.read_text(encoding="utf-8"))
    FILE.write_text(json.dumps({**kept, **rounded}, indent=2) + "\n", encoding="utf-8")


def main() -> None:
    """Fit on the tuning sets and write the file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--questions", type=int, default=800, help="the most of a set")
    add_data_option(parser)
    arguments = parser.parse_args()
    if not arguments.data.is_dir():
        parser.exit(message=f"skipped: {arguments.data} is not there; set PINCITE_DATA\n")
    embedder = SentenceEmbedder()
    found: list[Asked] = []
    for question_set in tuning_sets(arguments.data, arguments.questions):
        with filled(question_set, embedder) as library:
            found += asked(question_set, library)
    write(_fitted(found))


if __name__ == "__main__":
    main()
