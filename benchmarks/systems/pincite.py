"""Pincite, through its public interface."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from rich.progress import track

from benchmarks.bench import temporary_library
from benchmarks.results import WITHOUT_READER
from benchmarks.shapes import QuestionSet, Range, Response
from benchmarks.systems.passages import cut, embed
from index import Embedder, Hit, Library, PassageJudgement, Reader
from qa import Bot

_PASSAGES = 50


def pincite(
    question_set: QuestionSet, embedder: Embedder, reader: Reader | None = None
) -> list[Response]:
    """Fill a new library and ask it; the threshold is 0, so that excerpts are always shown."""
    name = "Pincite" if reader else WITHOUT_READER
    embed(question_set.name, [text for _, text in cut(question_set, embedder)], embedder)
    with filled(question_set, embedder) as library:
        bot = Bot(library, threshold=0.0, reranker=reader and _ReadingOnce(reader))
        return [
            _response(bot, question.text)
            for question in track(
                question_set.questions, f"{question_set.name}: {name}", transient=True
            )
        ]


@contextmanager
def filled(question_set: QuestionSet, embedder: Embedder) -> Iterator[Library]:
    """A new library, deleted in the end, with every source as a document whose path is its id."""
    with temporary_library(embedder) as library:
        with library.writer() as writer:
            for source in track(
                question_set.sources, f"{question_set.name}: adding", transient=True
            ):
                writer.add(
                    source.reading,
                    source=source.id,
                    sha256=source.id,
                    fingerprint="",
                    bibliography={},
                )
        yield library


class _ReadingOnce:
    """A reader that reads no passage twice: what it quotes from is asked for by itself."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._read: dict[tuple[object, ...], list[PassageJudgement | None]] = {}
        self.candidates = reader.candidates

    def judge(self, question: str, passages: Sequence[Hit]) -> list[PassageJudgement | None]:
        """What the reader says of each passage."""
        key = (question, *((one.document.id, one.start) for one in passages))
        if key not in self._read:
            self._read[key] = self._reader.judge(question, passages)
        return self._read[key]


def _response(bot: Bot, question: str) -> Response:
    answer = bot.ask(question)
    return Response(
        passages=tuple(
            Range(one.hit.document.source, one.hit.start, one.hit.end)
            for one in bot.passages(question, limit=_PASSAGES)
        ),
        excerpts=tuple(Range(one.document.source, one.start, one.end) for one in answer.excerpts),
        confidence=answer.confidence,
    )
