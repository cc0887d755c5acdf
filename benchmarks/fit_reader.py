"""Fits what the reader's evidence weighs, and writes it into qa/coefficients.json.

Run with `make fit-reader`, after `make fit`. It sees only what the reader has not learnt and what
is meant for tuning: SQuAD's articles that are kept back for this, and three of the five corpora of
the chunking evaluation.
"""

import argparse
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from rich.progress import track
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import cross_val_predict

from benchmarks.bench import add_data_option
from benchmarks.fit import (
    FALSE_REFUSALS,
    TUNING_CORPORA,
    Choice,
    choice,
    listwise,
    passage_gold,
    sentence_gold,
    write,
)
from benchmarks.reader.trying import words_f1
from benchmarks.sets import chunking, squad_reading
from benchmarks.shapes import Question, QuestionSet
from benchmarks.systems.pincite import filled
from index import Hit, Library, PassageJudgement, Reader, SentenceEmbedder
from qa.coefficients import weighted
from qa.confidence import THRESHOLD
from qa.ranking import rank
from qa.reranking import bearing, evidence_of, margins

_EVIDENCE = ("score", "answerable", "span")
# Which sentences join a quote, and which quotes are shown, was set on our own scores: whatever is
# added in full spreads them further apart. Chosen by hand on the sets that are fitted on.
_OF_SENTENCES = 0.5
_SIGNALS = ("score", "answerable")
# An answer is right if it shares so much with one of the known ones, and so many are to be right.
_SHARED, _RIGHT = 0.5, 0.9


@dataclass(frozen=True, slots=True)
class Read:
    """What one question gave: of each passage that was read its evidence, best ranked first.

    `likeliest` has for each the margin of what answers best in it, and whether that is right.
    """

    passages: Choice | None
    sentences: Choice | None
    evidence: Sequence[Mapping[str, float]]
    likeliest: Sequence[tuple[float, bool]]
    subject: str
    answerable: bool


def read(
    question_set: QuestionSet, library: Library, embedder: SentenceEmbedder
) -> Iterator[Read]:
    """Ask the library all questions of a set, and have the best passages read."""
    reader = Reader(embedder)
    for question in track(question_set.questions, question_set.name, transient=True):
        ranked = rank(question.text, library.search(question.text))[: reader.candidates]
        judged = bearing(reader.judge(question.text, [one.hit for one in ranked]))
        seen = [
            (one, each, {"score": one.score, **evidence_of(each)})
            for one, each in zip(ranked, judged, strict=True)
            if each is not None
        ]
        if seen:
            yield Read(
                passages=choice(
                    [(evidence, passage_gold(one.hit, question)) for one, _, evidence in seen],
                    _EVIDENCE,
                ),
                sentences=choice(
                    [
                        (
                            {"score": score, "answerable": each.score, "span": margin},
                            sentence_gold(one.hit, span, question),
                        )
                        for one, each, _ in seen
                        for score, margin, span in zip(
                            one.sentence_scores, margins(each), one.hit.sentences, strict=True
                        )
                    ],
                    _EVIDENCE,
                ),
                evidence=[evidence for *_, evidence in seen],
                likeliest=[_likeliest(one.hit, each, question) for one, each, _ in seen],
                subject=question_set.name,
                answerable=question.answerable,
            )


def _likeliest(hit: Hit, judgement: PassageJudgement, question: Question) -> tuple[float, bool]:
    answers = [one for one in judgement.answers if one]
    best = max(answers, key=lambda one: (one.margin, -one.start))
    words = hit.document.text[best.start : best.end]
    shared = max((words_f1(right, words) for right in question.answers), default=0.0)
    return best.margin, shared >= _SHARED


def fitted_pointing(questions: Sequence[Read], passage: Mapping[str, float]) -> dict[str, float]:
    """The least margin from which so many of the first passages' likeliest answers are right.

    Of questions whose answers are known by their words, and of those without an answer.
    """
    told = []
    for one in questions:
        if one.subject == questions[0].subject:
            scores = [_mixed(evidence, passage) for evidence in one.evidence]
            told.append(one.likeliest[scores.index(max(scores))])
    told.sort(reverse=True)
    right = np.cumsum([is_right for _, is_right in told]) / np.arange(1, len(told) + 1)
    return {"margin": told[int(np.flatnonzero(right >= _RIGHT)[-1])][0]}


def fitted_confidence(questions: Sequence[Read], passage: Mapping[str, float]) -> dict[str, float]:
    """Logistic regression on the signals.

    The share of the question's words that a passage holds would count against it, for SQuAD's
    unanswerable questions borrow theirs from the passage: it is left out. Where the reader is
    off another confidence counts, with one threshold for both: the bias is such that here, too,
    it refuses so many of the answerable questions of all sets.
    """
    rows = np.array([_signals(one.evidence, passage) for one in questions])
    truth = np.array([one.answerable for one in questions])
    known = np.array([one.subject == questions[0].subject for one in questions])
    model = LogisticRegression(C=30, max_iter=5000, class_weight="balanced")
    held_back = cross_val_predict(model, rows[known], truth[known], cv=5, method="predict_proba")[
        :, 1
    ]
    print(f"AUROC of the confidence, five-fold: {roc_auc_score(truth[known], held_back):.3f}")
    weights = model.fit(rows[known], truth[known]).coef_[0]
    lowest = float(np.quantile(rows[truth] @ weights, FALSE_REFUSALS))
    bias = float(np.log(THRESHOLD / (1 - THRESHOLD))) - lowest
    return {"bias": bias, **dict(zip(_SIGNALS, weights.tolist(), strict=True))}


def _weights(choices: Sequence[Choice], share: float = 1.0) -> dict[str, float]:
    """The weights of the reader's evidence, where our own score has a weight of 1."""
    score, *others = listwise(choices)
    return {
        name: share * float(value / score)
        for name, value in zip(_EVIDENCE[1:], others, strict=True)
    }


def _signals(evidence: Sequence[Mapping[str, float]], passage: Mapping[str, float]) -> list[float]:
    mixed = [{**one, "score": _mixed(one, passage)} for one in evidence]
    return [max(one[name] for one in mixed) for name in _SIGNALS]


def _mixed(evidence: Mapping[str, float], passage: Mapping[str, float]) -> float:
    return evidence["score"] + weighted({name: evidence[name] for name in passage}, passage)


def _sets(data: Path, most: int) -> list[QuestionSet]:
    corpora = chunking(data, most)
    tuned = [one for one in corpora.questions if set(one.relevant) & set(TUNING_CORPORA)]
    return [squad_reading(data, most), replace(corpora, questions=tuned)]


def main() -> None:
    """Fit on the sets and write the file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--questions", type=int, default=2000, help="the most of a set")
    add_data_option(parser)
    told = parser.parse_args()
    if not told.data.is_dir():
        parser.exit(message=f"skipped: {told.data} is not there; set PINCITE_DATA\n")
    embedder = SentenceEmbedder()
    found: list[Read] = []
    for question_set in _sets(told.data, told.questions):
        with filled(question_set, embedder) as library:
            found += read(question_set, library, embedder)
    passage = _weights([one.passages for one in found if one.passages])
    write(
        {
            "read_passage": passage,
            "read_sentence": _weights(
                [one.sentences for one in found if one.sentences], _OF_SENTENCES
            ),
            "read_confidence": fitted_confidence(found, passage),
            "read_pointing": fitted_pointing(found, passage),
        }
    )


if __name__ == "__main__":
    main()
