"""Ranking, excerpts and silence on SQuAD 2, and the fit of the confidence's coefficients.

Run with `make bench-squad`. Half of the articles, every paragraph a document, are one library. It
is asked questions that it answers, and questions about the other half, which it does not. Ranking
weights and coefficients were chosen on these same articles, so the figures flatter them.
"""

import argparse
import json
import random
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import cross_val_predict

from index import Library, Reading, SentenceEmbedder, token_counter
from qa.confidence import signals
from qa.excerpts import excerpts
from qa.ranking import RankedPassage, rank

SQUAD = Path(__file__).parents[2] / "shared" / "data" / "squad" / "squad_v2.json"
FALSE_REFUSALS = 0.05


@dataclass(frozen=True, slots=True)
class Question:
    """A question, the paragraph that answers it, and the answers' wordings."""

    text: str
    source: str
    answers: tuple[str, ...]


def questions(articles: Sequence[dict[str, Any]]) -> Iterator[Question]:
    """The answerable questions of some articles."""
    for article in articles:
        for number, paragraph in enumerate(article["paragraphs"]):
            for one in paragraph["qas"]:
                if not one["is_impossible"]:
                    found = tuple(answer["text"] for answer in one["answers"])
                    yield Question(one["question"], f"{article['title']}/{number}", found)


def fill(library: Library, articles: Sequence[dict[str, Any]]) -> None:
    """Add every paragraph as a document of its own."""
    with library.writer() as writer:
        for article in articles:
            title = article["title"].replace("_", " ")
            for number, paragraph in enumerate(article["paragraphs"]):
                source = f"{article['title']}/{number}"
                text = paragraph["context"]
                writer.add(
                    Reading(text=text, media_type="text/plain", title=title),
                    source=source,
                    sha256=source,
                    fingerprint="",
                    bibliography={},
                )


def report_ranking(asked: Sequence[tuple[Question, list[RankedPassage]]]) -> None:
    """Print how often the right paragraph and an answer come first."""
    first = five = inside_first = inside_three = 0
    for question, ranked in asked:
        sources = [one.hit.document.source for one in ranked]
        first += sources[0] == question.source
        five += question.source in sources[:5]
        holding = [
            any(answer in one.quote for answer in question.answers)
            for one in excerpts(ranked, limit=3)
        ]
        inside_first += holding[0]
        inside_three += any(holding)
    for name, number in (
        ("right paragraph first", first),
        ("right paragraph in the first five", five),
        ("an answer inside the first excerpt", inside_first),
        ("an answer inside the first three", inside_three),
    ):
        print(f"{name:40} {number / len(asked):6.1%}")


def report_silence(
    answered: Sequence[list[RankedPassage]], foreign: Sequence[list[RankedPassage]]
) -> None:
    """Fit the confidence and print its coefficients and what it refuses."""
    names = list(signals(answered[0]))
    rows = np.array([[signals(one)[name] for name in names] for one in [*answered, *foreign]])
    truth = np.array([1] * len(answered) + [0] * len(foreign))
    model = LogisticRegression(C=30, max_iter=2000)
    held_back = cross_val_predict(model, rows, truth, cv=5, method="predict_proba")[:, 1]
    threshold = float(np.quantile(held_back[truth == 1], FALSE_REFUSALS))
    refused = float((held_back[truth == 0] < threshold).mean())
    fitted = model.fit(rows, truth)
    print(f"{'AUROC of the confidence (5-fold)':40} {roc_auc_score(truth, held_back):6.3f}")
    print(f"{'foreign refused at 5 % false refusals':40} {refused:6.1%}")
    print(f"{'the confidence there':40} {threshold:6.2f}")
    weights = ", ".join(
        f"{name} {weight:.1f}" for name, weight in zip(names, fitted.coef_[0], strict=True)
    )
    print(f"coefficients: bias {fitted.intercept_[0]:.1f}, {weights}")


def main() -> None:
    """Build the library, ask it, and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--questions", type=int, default=400, help="how many of each kind")
    number = parser.parse_args().questions
    if not SQUAD.is_file():
        print(f"skipped: {SQUAD} is not there")
        return
    articles = json.loads(SQUAD.read_text(encoding="utf-8"))["data"]
    chance = random.Random(5)
    own = chance.sample(list(questions(articles[::2])), number)
    foreign = chance.sample(list(questions(articles[1::2])), number)
    with (
        tempfile.TemporaryDirectory() as folder,
        Library.open(
            Path(folder), embedder=SentenceEmbedder(), count=token_counter(), create=True
        ) as library,
    ):
        fill(library, articles[::2])
        print(f"{library.passage_count()} passages, {number} questions of each kind")
        asked = [(question, rank(library.search(question.text))) for question in own]
        report_ranking(asked)
        report_silence(
            [ranked for _, ranked in asked],
            [rank(library.search(question.text)) for question in foreign],
        )


if __name__ == "__main__":
    main()
