"""What is measured on each set, from the responses to its questions."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Literal

from benchmarks import metrics
from benchmarks.shapes import Question, QuestionSet, Response

FALSE_REFUSALS = 0.05

Asked = Sequence[tuple[Question, Response]]


@dataclass(frozen=True, slots=True)
class Figure:
    """One system's value in one measure over so many questions; shares are from 0 to 1."""

    measure: str
    value: float
    questions: int
    unit: Literal["%", "score", "characters"]


def measured(question_set: QuestionSet, responses: Sequence[Response]) -> list[Figure]:
    """All figures of a set."""
    asked = list(zip(question_set.questions, responses, strict=True))
    return list(_MEASURES[question_set.name](question_set, asked))


def confidences(
    question_set: QuestionSet, responses: Sequence[Response]
) -> tuple[list[float], list[float]]:
    """The confidence in answerable questions, and in those that are not."""
    asked = zip(question_set.questions, responses, strict=True)
    scores = [(question.answerable, response.confidence) for question, response in asked]
    return (
        [score for answerable, score in scores if answerable],
        [score for answerable, score in scores if not answerable],
    )


def _squad(question_set: QuestionSet, asked: Asked) -> Iterator[Figure]:
    texts = {source.id: source.reading.text for source in question_set.sources}
    answerable = _answerable(asked)

    def says(question: Question, response: Response, most: int) -> bool:
        shown = [texts[one.document][one.start : one.end] for one in response.excerpts[:most]]
        return any(answer in text for answer in question.answers for text in shown)

    def right(question: Question, response: Response, most: int) -> bool:
        return metrics.hit_at(metrics.documents(response.passages), question.relevant, most)

    yield _share("right paragraph first", answerable, lambda q, r: right(q, r, 1))
    yield _share("right paragraph in the first 5", answerable, lambda q, r: right(q, r, 5))
    yield _share("answer inside the first excerpt", answerable, lambda q, r: says(q, r, 1))
    yield _share("answer inside the first three", answerable, lambda q, r: says(q, r, 3))
    lengths = [len(response.excerpts[0]) for _, response in answerable if response.excerpts]
    yield Figure("length of the first excerpt", fmean(lengths), len(lengths), "characters")
    yield _auroc("AUROC, adversarial questions", question_set, asked)


def _foreign(question_set: QuestionSet, asked: Asked) -> Iterator[Figure]:
    own, other = confidences(question_set, [response for _, response in asked])
    refused = metrics.refused_at(own, other, false_refusals=FALSE_REFUSALS)
    yield Figure("refused at 5 % false refusals", refused, len(asked), "%")
    yield _auroc("AUROC", question_set, asked)


def _chunking(question_set: QuestionSet, asked: Asked) -> Iterator[Figure]:
    first_five = [metrics.overlap(r.passages[:5], q.marked[0]) for q, r in asked]
    shown = [metrics.overlap(r.excerpts, q.marked[0]) for q, r in asked]
    first = [metrics.overlap(r.excerpts[:1], q.marked[0]) for q, r in asked]
    for name, values in (
        ("recall of the first 5 passages", [one.recall for one in first_five]),
        ("precision of the first 5 passages", [one.precision for one in first_five]),
        ("IoU of the first 5 passages", [one.iou for one in first_five]),
        ("recall of the excerpts shown", [one.recall for one in shown]),
        ("IoU of the excerpts shown", [one.iou for one in shown]),
        ("IoU of the first excerpt", [one.iou for one in first]),
    ):
        yield Figure(name, fmean(values), len(asked), "%")


def _ranking(question_set: QuestionSet, asked: Asked) -> Iterator[Figure]:
    gains = [metrics.ndcg_at(metrics.documents(r.passages), q.relevant, 10) for q, r in asked]
    yield Figure("nDCG@10", fmean(gains), len(asked), "score")


def _clapnq(question_set: QuestionSet, asked: Asked) -> Iterator[Figure]:
    marked = [(question, response) for question, response in asked if question.marked]
    for name, most in (("first excerpt", 1), ("first three", 3), ("first five", 5)):
        values = [
            metrics.f1(metrics.quoted(r.excerpts[:most], question_set.sentences), q.marked)
            for q, r in marked
        ]
        yield Figure(f"F1 of the sentences, {name}", fmean(values), len(marked), "%")
    yield _auroc("AUROC, on the topic only", question_set, asked)


def _financebench(question_set: QuestionSet, asked: Asked) -> Iterator[Figure]:
    yield _share(
        "evidence page among the first 5 cited",
        asked,
        lambda question, response: metrics.touches(response.excerpts[:5], question.marked[0]),
    )
    yield _share(
        "evidence page among the first 5 passages",
        asked,
        lambda question, response: metrics.touches(response.passages[:5], question.marked[0]),
    )


def _answerable(asked: Asked) -> Asked:
    return [(question, response) for question, response in asked if question.answerable]


def _share(name: str, asked: Asked, holds: Callable[[Question, Response], bool]) -> Figure:
    share = fmean(holds(question, response) for question, response in asked)
    return Figure(name, share, len(asked), "%")


def _auroc(name: str, question_set: QuestionSet, asked: Asked) -> Figure:
    own, other = confidences(question_set, [response for _, response in asked])
    return Figure(name, metrics.auroc(own, other), len(asked), "score")


_MEASURES: dict[str, Callable[[QuestionSet, Asked], Iterator[Figure]]] = {
    "squad": _squad,
    "foreign": _foreign,
    "chunking": _chunking,
    "scifact": _ranking,
    "clapnq": _clapnq,
    "cranfield": _ranking,
    "financebench": _financebench,
    "financebench, one filing": _financebench,
}
