"""What the reader learns from, and what is kept from it: pairs of a question and a passage.

Passages are those that Pincite cuts and finds. Whole articles are kept back: some to
validate the reader, others to fit what mixes it with the ranking.
"""

import json
import random
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from rich.progress import track

from benchmarks.bench import temporary_library
from benchmarks.sets import squad_paragraphs
from benchmarks.shapes import QuestionSet
from benchmarks.systems.passages import Remembering, cut, embed
from benchmarks.systems.pincite import fill
from index import Embedder, Library
from qa.ranking import RankedPassage, rank

# Every fifth article of SQuAD 2.0 validates, every fourth of those that only 1.1 has is fitted on.
_VALIDATE = slice(4, None, 5)
_FIT = slice(1, None, 4)

# As many passages as the reader will look at, for each question that validates.
CANDIDATES = 5
_HARD = 0.8
_AMONG = 5
_MOST_SPANS = 8


@dataclass(frozen=True, slots=True)
class Pair:
    """A question and a passage with what stands above it.

    `spans` are the characters of the passage that answer; none if it does not.
    """

    question: str
    context: str
    passage: str
    spans: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Trial:
    """A question that validates, with the best passages and their rank scores.

    `gold` is the place among them of the passage that answers, None where it is not among
    them. The `source` is the passage that the question was written on.
    """

    pairs: tuple[Pair, ...]
    scores: tuple[float, ...]
    gold: int | None
    source: Pair
    answers: tuple[str, ...]
    answerable: bool


@dataclass(frozen=True, slots=True)
class _Asked:
    """A question on one paragraph of an article."""

    text: str
    document: str
    answers: tuple[str, ...]
    answerable: bool


Article = Mapping[str, Any]


def articles(data: Path) -> tuple[list[Article], list[Article], list[Article]]:
    """The articles to learn from, those to validate with, and those that fitting is left."""
    newer = _json(data / "squad" / "squad_v2.json")["data"]
    older = _json(data / "squad" / "squad_v1_other_articles.json")["data"]
    validate, fit = newer[_VALIDATE], older[_FIT]
    kept = {one["title"] for one in (*validate, *fit)}
    return [one for one in (*newer, *older) if one["title"] not in kept], validate, fit


def training_pairs(some: Sequence[Article], embedder: Embedder, seed: int) -> Iterator[Pair]:
    """The passage that answers each question, or seems to, and for most a wrong one besides.

    A wrong passage is one of the best that Pincite finds elsewhere, without the answer's words.
    """
    chance = random.Random(seed)
    asked = list(_asked(some))
    with _filled(some, embedder, "to learn from") as library:
        for one in track(asked, "finding passages", transient=True):
            ranked = rank(one.text, library.search(one.text))
            found = [each for each in ranked if each.hit.document.source == one.document]
            right = next((each for each in found if _spans(each, one)), None)
            if one.answerable and right is not None:
                yield _pair(right, one)
            elif not one.answerable and found:
                yield _pair(found[0], one)
            wrong = [
                each
                for each in ranked[: _AMONG + 1]
                if each.hit.document.source != one.document and not _holds(each, one)
            ][:_AMONG]
            if wrong and chance.random() < _HARD:
                yield _pair(chance.choice(wrong), one)


def trials(
    some: Sequence[Article],
    everything: Sequence[Article],
    embedder: Embedder,
    *,
    most: int,
    seed: int,
) -> Iterator[Trial]:
    """Questions of some articles, with what is found for them among the paragraphs of all."""
    asked = list(_asked(some))
    random.Random(seed).shuffle(asked)
    with _filled(everything, embedder, "to validate with") as library:
        for one in track(asked[:most], "finding passages", transient=True):
            ranked = rank(one.text, library.search(one.text))
            best = ranked[:CANDIDATES]
            own = [each for each in ranked if each.hit.document.source == one.document]
            source = next((each for each in own if _spans(each, one)), own[0] if own else None)
            if source is None:
                continue
            right = [n for n, each in enumerate(best) if one.answerable and _spans(each, one)]
            yield Trial(
                pairs=tuple(_pair(each, one) for each in best),
                scores=tuple(each.score for each in best),
                gold=right[0] if right else None,
                source=_pair(source, one),
                answers=one.answers,
                answerable=one.answerable,
            )


def write(path: Path, values: Sequence[Pair] | Sequence[Trial]) -> None:
    """Keep them as lines of JSON, whole or not at all."""
    written = path.with_suffix(".part")
    lines = (json.dumps(asdict(one), ensure_ascii=False) for one in values)
    written.write_text("\n".join(lines) + "\n", encoding="utf-8")
    written.replace(path)


def read_pairs(path: Path) -> list[Pair]:
    """The pairs that were kept."""
    return [_read_pair(json.loads(line)) for line in _lines(path)]


def read_trials(path: Path) -> list[Trial]:
    """The trials that were kept."""
    return [
        Trial(
            pairs=tuple(map(_read_pair, one["pairs"])),
            scores=tuple(one["scores"]),
            gold=one["gold"],
            source=_read_pair(one["source"]),
            answers=tuple(one["answers"]),
            answerable=one["answerable"],
        )
        for one in map(json.loads, _lines(path))
    ]


def _read_pair(value: Mapping[str, Any]) -> Pair:
    spans = tuple((start, end) for start, end in value["spans"])
    return Pair(value["question"], value["context"], value["passage"], spans)


def _lines(path: Path) -> Iterator[str]:
    with path.open(encoding="utf-8") as file:
        yield from file


@contextmanager
def _filled(some: Sequence[Article], embedder: Embedder, name: str) -> Iterator[Library]:
    """A library that holds every paragraph of some articles as a document."""
    paragraphs = QuestionSet(name, list(squad_paragraphs(some)), [])
    known = Remembering(embedder)
    embed(name, [text for _, text in cut(paragraphs, known)], known)
    with temporary_library(known) as library:
        fill(library, paragraphs)
        yield library


def _asked(some: Sequence[Article]) -> Iterator[_Asked]:
    for article in some:
        for number, paragraph in enumerate(article["paragraphs"]):
            for one in paragraph["qas"]:
                answerable = not one.get("is_impossible", False)
                answers = tuple(each["text"] for each in one["answers"]) if answerable else ()
                document = f"{article['title']}/{number}"
                yield _Asked(one["question"], document, answers, answerable)


def _pair(found: RankedPassage, asked: _Asked) -> Pair:
    hit = found.hit
    own = hit.document.source == asked.document
    return Pair(
        asked.text,
        hit.context,
        hit.document.text[hit.start : hit.end],
        tuple(_spans(found, asked)) if own else (),
    )


def _spans(found: RankedPassage, asked: _Asked) -> list[tuple[int, int]]:
    """Where in a passage the answers stand.

    SQuAD tells their words alone. Of answers that people gave the shorter ones mostly stand
    in the longest: only where none does, each of their places counts.
    """
    passage = found.hit.document.text[found.hit.start : found.hit.end]
    answers = sorted(set(asked.answers), key=lambda one: (-len(one), one))
    places: list[tuple[int, int]] = []
    for answer in answers:
        own = [match.span() for match in re.finditer(re.escape(answer), passage)]
        inside = [
            span
            for span in own
            if any(start <= span[0] and span[1] <= end for start, end in places)
        ]
        places += inside or own
    return places[:_MOST_SPANS]


def _holds(found: RankedPassage, asked: _Asked) -> bool:
    """Whether a passage has an answer's words, and may answer whatever it was written for."""
    text = found.hit.document.text[found.hit.start : found.hit.end].casefold()
    return any(answer.casefold() in text for answer in asked.answers)


def _json(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))
