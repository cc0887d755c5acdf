"""Where words stand in a library: word for word, nearly, and several runs one after the other."""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from index.document_rows import sources_of
from index.documents import Document
from index.occurrences import occurrences
from index.resemblance import resembling
from index.runs import Run
from index.sentences import Span
from index.vectors import Keys

Load = Callable[[Iterable[int]], Mapping[int, Document]]


@dataclass(frozen=True, slots=True)
class Stretch:
    """The characters start:end of a document."""

    document: Document
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Standing:
    """Where words stand.

    `exact` are the first of `total` places in `documents` documents, by source and
    place. `similar` are passages of other documents that share many words with
    them, most first.
    """

    exact: tuple[Stretch, ...]
    total: int
    documents: int
    similar: tuple[Stretch, ...]


def standing(
    connection: Connection, words: str, among: Keys | None, load: Load, *, most: int, similar: bool
) -> Standing:
    """Where the words stand, at most so many places, in documents with passages `among` the keys.

    Passages that are only `similar` are looked for if wanted.
    """
    runs = Run.readings(words)
    found: dict[int, list[Span]] = {}
    for run in runs:
        if found := occurrences(connection, run, among):
            break
    places = [(key, *span) for key in sources_of(connection, found) for span in found[key]]
    near = resembling(connection, runs[0], among, besides=found) if similar else []
    documents = load({key for key, _, _ in (*places[:most], *near)})
    return Standing(
        exact=tuple(Stretch(documents[key], *span) for key, *span in places[:most]),
        total=len(places),
        documents=len(found),
        similar=tuple(Stretch(documents[key], *span) for key, *span in near),
    )


def standing_in_order(
    connection: Connection, parts: Sequence[str], among: Keys | None, load: Load
) -> tuple[tuple[Stretch, ...], ...]:
    """A stretch for each of the parts, one after the other, in each document that has them so.

    Of several the closest together. Documents are in the order of their sources.
    """
    held: list[dict[int, list[Span]]] = []
    for part in parts:
        found: dict[int, list[Span]] = {}
        for run in Run.readings(part):
            if found := occurrences(connection, run, among):
                break
        held.append(found)
    common = set.intersection(*(set(found) for found in held)) if held else set()
    closest = {key: chain for key in common if (chain := _closest([found[key] for found in held]))}
    documents = load(closest)
    return tuple(
        tuple(Stretch(documents[key], *span) for span in closest[key])
        for key in sources_of(connection, closest)
    )


def _closest(places: Sequence[Sequence[Span]]) -> list[Span]:
    """A place of each, in order and apart, with the least text from the first to the last."""
    best: list[Span] = []
    for first in places[0]:
        chain = [first]
        for later in places[1:]:
            following = bisect_left(later, chain[-1][1], key=lambda span: span[0])
            if following == len(later):
                return best
            chain.append(later[following])
        if not best or chain[-1][1] - chain[0][0] < best[-1][1] - best[0][0]:
            best = chain
    return best
