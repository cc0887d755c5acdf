"""Prepares the cases: asks Pincite each question, in as many processes as there are cores."""

import os
import re
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import cache, partial
from multiprocessing import get_context
from pathlib import Path

import torch
from rich.progress import track

from benchmarks.reader.examples import Candidate, Case, Passage, write
from benchmarks.reader.questions import MATERIALS, Asked, Material, Ranges
from benchmarks.shapes import QuestionSet
from benchmarks.systems.passages import Remembering, cut, embed
from benchmarks.systems.pincite import filled
from index import Hit, Library, SentenceEmbedder, token_counter
from qa.ranking import RankedPassage, rank

# So many of the best passages are kept for each question.
_BEST = 10
_MOST_SPANS = 8
_AT_ONCE = 250


def prepare(data: Path, work: Path, *, processes: int | None = None) -> list[Path]:
    """The files of cases, made where they are not there yet; what has no data is told of.

    Without `processes` there are as many as cores.
    """
    found = []
    for name, load in MATERIALS.items():
        path = work / f"{name}.json"
        if not path.exists():
            if not (data / name).is_dir():
                print(f"{name}: skipped, {data / name} is not there; set PINCITE_DATA", flush=True)
                continue
            material = load(data)
            print(f"{name}: {len(material.asked):,} questions are asked", flush=True)
            write(path, list(_cases(material, processes or os.cpu_count() or 1)))
        found.append(path)
    return found


def _cases(material: Material, processes: int) -> Iterator[Case]:
    """What Pincite finds for each question, in their order."""
    asked = QuestionSet(material.name, material.sources, [])
    known = Remembering(_embedder())
    embed(material.name, [text for _, text in cut(asked, known)], known)
    starts = range(0, len(material.asked), _AT_ONCE)
    shares = [material.asked[start : start + _AT_ONCE] for start in starts]
    with filled(asked, known) as library:
        ask = partial(_share, library.folder, material.name)
        if processes == 1:
            for share in shares:
                yield from ask(share)
            return
        # What a process inherits of another's threads is not safe: each begins anew.
        with ProcessPoolExecutor(
            processes,
            mp_context=get_context("spawn"),
            initializer=torch.set_num_threads,
            initargs=(1,),
        ) as pool:
            title = f"{material.name}: finding passages"
            for cases in track(pool.map(ask, shares), title, len(shares), transient=True):
                yield from cases


@cache
def _embedder() -> SentenceEmbedder:
    return SentenceEmbedder()


def _share(folder: Path, of: str, share: Sequence[Asked]) -> list[Case]:
    """The cases of some questions to a library that others ask at the same time."""
    with Library.open(folder, embedder=_embedder(), count=token_counter()) as library:
        return [_case(of, one, rank(one.text, library.search(one.text))) for one in share]


def _case(of: str, asked: Asked, ranked: Sequence[RankedPassage]) -> Case:
    return Case(
        of=of,
        part=asked.part,
        article=asked.article,
        question=asked.text,
        answers=asked.answers,
        answerable=asked.answerable,
        candidates=tuple(
            _candidate(asked, place, one)
            for place, one in enumerate(ranked)
            if place < _BEST or one.hit.document.source in asked.documents
        ),
    )


def _candidate(asked: Asked, place: int, found: RankedPassage) -> Candidate:
    hit = found.hit
    text = hit.text
    folded = text.casefold()
    return Candidate(
        passage=Passage(
            hit.context, text, hit.document.source.rpartition("/")[0] if asked.article else ""
        ),
        place=place,
        score=found.score,
        spans=_spans(asked, hit, text) if asked.answerable else (),
        own=hit.document.source in asked.documents,
        holds=any(answer.casefold() in folded for answer in asked.answers),
    )


def _spans(asked: Asked, hit: Hit, text: str) -> Ranges:
    """Where in one of its own passages the answers stand."""
    if hit.document.source not in asked.documents:
        return ()
    if asked.answers:
        return _places(asked.answers, text)
    return tuple(
        (max(start, hit.start) - hit.start, min(end, hit.end) - hit.start)
        for start, end in asked.documents[hit.document.source]
        # A sentence may reach into the next passage by its full stop.
        if start < hit.end - 1 and end > hit.start + 1
    )


def _places(answers: Sequence[str], text: str) -> Ranges:
    """Where the words of the answers stand.

    Of answers that people gave the shorter ones mostly stand in the longest: only where none
    does, each of their places counts.
    """
    places: list[tuple[int, int]] = []
    for answer in sorted(set(answers), key=lambda one: (-len(one), one)):
        own = [match.span() for match in re.finditer(re.escape(answer), text)]
        inside = [
            span
            for span in own
            if any(start <= span[0] and span[1] <= end for start, end in places)
        ]
        places += inside or own
    return tuple(places[:_MOST_SPANS])
