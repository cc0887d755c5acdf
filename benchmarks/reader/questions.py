"""What is asked of each set that the reader learns from, and which part of it is kept back."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.followups import sources as mtrag_sources
from benchmarks.followups import tasks
from benchmarks.sets import (
    Part,
    halves,
    lines,
    located,
    read_json,
    scifact_claims,
    squad_paragraphs,
    squad_parts,
)
from benchmarks.sets import clapnq as clapnq_set
from benchmarks.sets import scifact as scifact_set
from benchmarks.shapes import Source

Ranges = tuple[tuple[int, int], ...]

# Of MTRAG's conversations one half is kept back.
_HALVES: tuple[Part, Part] = ("learn", "report")

_ALL = 1_000_000


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, and the documents that it was written on or that bear on it.

    Of each document the ranges of characters that answer are told, if they are known;
    SQuAD's are not, but the `answers` are words of it. The `article` is the one that the
    question is about, "" outside SQuAD.
    """

    text: str
    part: Part
    answerable: bool
    documents: Mapping[str, Ranges]
    answers: tuple[str, ...] = ()
    article: str = ""


@dataclass(frozen=True, slots=True)
class Material:
    """The documents of a set, which make one library, and what is asked of it."""

    name: str
    sources: Sequence[Source]
    asked: Sequence[Asked]


def squad(data: Path) -> Material:
    """SQuAD 2.0 (dev) and the articles that only 1.1 has, each paragraph a document."""
    newer: list[Any] = read_json(data / "squad" / "squad_v2.json")["data"]
    older: list[Any] = read_json(data / "squad" / "squad_v1_other_articles.json")["data"]
    parts = squad_parts(data)
    asked = [
        Asked(
            text=one["question"],
            part=parts[article["title"]],
            answerable=not one.get("is_impossible", False),
            documents={f"{article['title']}/{number}": ()},
            # Of an unanswerable question these are the words that only seem to answer.
            answers=()
            if one.get("is_impossible", False)
            else tuple(each["text"] for each in one["answers"]),
            article=article["title"],
        )
        for article in (*newer, *older)
        for number, paragraph in enumerate(article["paragraphs"])
        for one in paragraph["qas"]
    ]
    return Material("squad", list(squad_paragraphs([*newer, *older])), asked)


def clapnq(data: Path) -> Material:
    """CLAPnq's passages and questions, answered by the sentences that people marked."""
    whole = clapnq_set(data, _ALL)
    asked = [
        Asked(
            text=one.text,
            part=part,
            answerable=one.answerable,
            documents={
                one.written_on: tuple(
                    sorted({(each.start, each.end) for own in one.marked for each in own})
                )
            },
        )
        for one, part in zip(whole.questions, halves(whole.questions), strict=True)
        if part
    ]
    return Material("clapnq", whole.sources, asked)


def mtrag(data: Path) -> Material:
    """MTRAG's passages and the first turns of its conversations, without places of answers."""
    asked = [
        Asked(one.question, _HALVES[one.half], True, dict.fromkeys(sorted(one.relevant), ()))
        for one in tasks(data / "mtrag")
        if not one.asked
    ]
    return Material("mtrag", mtrag_sources(data / "mtrag"), asked)


def scifact(data: Path) -> Material:
    """SciFact's abstracts and training claims, answered by the sentences of their rationale.

    A claim that no abstract bears out or refutes is one that its abstracts do not answer.
    """
    folder = data / "scifact"
    sources = scifact_set(data, 0).sources
    claims = scifact_claims(data)
    texts = {one.id: one.reading.text for one in sources}
    sentences = {one["_id"]: one["sentences"] for one in lines(folder / "corpus.jsonl")}
    rationale: dict[str, dict[str, set[int]]] = {}
    for one in lines(folder / "evidence_train.jsonl"):
        own = rationale.setdefault(one["claim_id"], {})
        own.setdefault(one["doc_id"], set()).update(one["sentences"])
    parts = halves([claim for _, claim in claims])
    asked = []
    for (number, claim), part in zip(claims, parts, strict=True):
        if not part:
            continue
        documents: dict[str, Ranges] = dict.fromkeys(claim.relevant, ())
        for document, chosen in rationale.get(number, {}).items():
            stripped = [each.strip() for each in sentences[document]]
            places = list(located(document, texts[document], stripped))
            documents[document] = tuple(
                (places[each].start, places[each].end) for each in sorted(chosen)
            )
        asked.append(Asked(claim.text, part, number in rationale, documents))
    return Material("scifact", sources, asked)


MATERIALS: dict[str, Callable[[Path], Material]] = {
    "squad": squad,
    "clapnq": clapnq,
    "mtrag": mtrag,
    "scifact": scifact,
}
"""From the folder of all sets to what is asked of one; each stands in a folder of its name."""
