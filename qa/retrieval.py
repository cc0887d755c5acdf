"""Retrieval: from a question as it was typed, and those before it, to ranked passages."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from index import Filter, FilterError, Found, Library
from qa.confidence import confidence
from qa.errors import QuestionError
from qa.followups import Leaning, Turn, carried_words, leaning
from qa.merging import affinity, merged
from qa.questions import LONGEST_QUESTION, Question, understood
from qa.ranking import RankedPassage, rank
from qa.stopwatch import Stopwatch

# A question that is merely thin leans on the one before if both look for the same passages, and
# those may answer that one: so do 81 % of 104 thin questions of MTRAG's conversations, and 16 %
# of them after the questions of another conversation.
_AKIN = 0.003

# How much nearer the best passage must come with words of older questions too.
_OLDER = 0.05


@dataclass(frozen=True, slots=True)
class Retrieved:
    """What was asked and searched, what was found, and how it ranks, best first.

    `searched` is the question with all words that it took over, `text` the same
    without filters, which is what `found` was found with. `nowhere`: the phrases
    asked for stand nowhere, and what was found is found without them.
    """

    asked: Question
    searched: str
    text: str
    found: Found
    ranked: Sequence[RankedPassage]
    nowhere: bool


@dataclass(frozen=True, slots=True)
class _Search:
    """Searches the documents that a filter keeps, and ranks what it finds."""

    library: Library
    only: Filter | None
    watch: Stopwatch

    def __call__(
        self, text: str, phrases: Sequence[str] = ()
    ) -> tuple[Found, list[RankedPassage]]:
        found = self.library.search(text, only=self.only, phrases=phrases)
        self.watch.finish("retrieve")
        ranked = rank(text, found, phrases=phrases)
        self.watch.finish("rank")
        return found, ranked


def retrieved(
    library: Library,
    typed: str,
    *,
    only: Filter | None = None,
    history: Sequence[Turn] = (),
    watch: Stopwatch,
) -> Retrieved:
    """Search for a question as it was typed; raises `QuestionError` and `FilterError`.

    A question that leans on those before it is searched by itself, with words of
    the latest, and with words of older ones too: whichever of the words were
    meant, what was meant ranks well with all of them.
    """
    asked = understood(typed)
    earlier = [_checked(number, turn) for number, turn in enumerate(history, 1)]
    search = _Search(library, only.and_also(asked.only) if only else asked.only, watch)
    found, ranked = search(asked.text, asked.phrases)
    nowhere = bool(asked.phrases) and not found.hits
    if nowhere:
        found, ranked = search(asked.text)
    rankings, addition = [ranked], ""
    if earlier and not asked.phrases and _leans(asked.text, ranked, earlier[-1], search):
        for words in _carried(library, asked.text, earlier):
            further, ranked = search(f"{asked.text} ({words})")
            if not addition or _nearest(further) - _nearest(found) > _OLDER:
                found, addition = further, f" ({words})"
                rankings.append(ranked)
    return Retrieved(
        asked=asked,
        searched=asked.typed + addition,
        text=asked.text + addition,
        found=found,
        ranked=merged(rankings),
        nowhere=nowhere,
    )


def _leans(asked: str, ranked: Sequence[RankedPassage], before: Turn, search: _Search) -> bool:
    lean = leaning(asked, search.library.distinctness)
    if lean is not Leaning.MAYBE:
        return lean is Leaning.YES
    _, other = search(before.question)
    return affinity(ranked, other) * confidence(other) > _AKIN


def _carried(library: Library, asked: str, history: Sequence[Turn]) -> list[str]:
    """The words of the latest question that gives any, and those of all; none where none do."""
    most = LONGEST_QUESTION - len(asked) - len(" ()")
    carried = carried_words(asked, history, library.distinctness)
    fitting = [words for words in carried if len(words) <= most]
    return fitting if len(fitting) < 2 else [fitting[0], fitting[-1]]


def _checked(number: int, turn: Turn) -> Turn:
    """An earlier turn by its words; raises `QuestionError` with its number."""
    try:
        return replace(turn, question=understood(turn.question).text)
    except (QuestionError, FilterError) as error:
        raise QuestionError(f"turn {number} of the history: {error}") from None


def _nearest(found: Found) -> float:
    return max((hit.dense for hit in found.hits), default=0.0)
