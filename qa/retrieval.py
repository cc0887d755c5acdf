"""Retrieval: from a question as it was typed, and those before it, to what is found."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from index import Filter, FilterError, Found, Library
from qa.errors import QuestionError
from qa.followups import Leaning, Turn, in_context, leaning
from qa.questions import LONGEST_QUESTION, Question, understood

# How much nearer the best passage must come with words of earlier questions. A question that
# leans on them may even lose a little; one that is merely thin must gain.
_NEARER = {Leaning.YES: -0.1, Leaning.MAYBE: 0.05}

# And how much more with those of an older question than with the latest one's alone.
_OLDER = 0.02


@dataclass(frozen=True, slots=True)
class Retrieved:
    """What was asked and searched, and what was found.

    `text` is what was searched without filters; the `phrases` stand literally in
    what was found. `nowhere`: they stand nowhere, and what was found is found
    without them.
    """

    asked: Question
    searched: str
    text: str
    phrases: tuple[str, ...]
    found: Found
    nowhere: bool


def retrieved(
    library: Library, typed: str, *, only: Filter | None = None, history: Sequence[Turn] = ()
) -> Retrieved:
    """Search for a question as it was typed; raises `QuestionError` and `FilterError`."""
    asked = understood(typed)
    kept = only.and_also(asked.only) if only else asked.only
    earlier = [_checked(number, turn) for number, turn in enumerate(history, 1)]
    carried, found, nowhere = "", None, False
    if asked.phrases:
        found = library.search(asked.text, only=kept, phrases=asked.phrases)
        nowhere = not found.hits
    if found is None or nowhere:
        carried, found = _in_context(library, asked.text, kept, [] if nowhere else earlier)
    return Retrieved(
        asked=asked,
        searched=asked.typed + carried,
        text=asked.text + carried,
        phrases=() if nowhere else asked.phrases,
        found=found,
        nowhere=nowhere,
    )


def _in_context(
    library: Library, asked: str, only: Filter | None, history: Sequence[Turn]
) -> tuple[str, Found]:
    """What is added to the question, and what is then found; added words must earn their place."""
    alone = library.search(asked, only=only)
    lean = leaning(asked, library.distinctness) if history else Leaning.NO
    best, nearest = ("", alone), _nearest(alone)
    if lean is Leaning.NO:
        return best
    least = _NEARER[lean]
    for joined in in_context(asked, history, library.distinctness):
        if len(joined) > LONGEST_QUESTION:
            continue
        found = library.search(joined, only=only)
        if _nearest(found) - nearest > least:
            best, nearest, least = (joined.removeprefix(asked), found), _nearest(found), _OLDER
    return best


def _checked(number: int, turn: Turn) -> Turn:
    """An earlier turn by its words; raises `QuestionError` with its number."""
    try:
        return replace(turn, question=understood(turn.question).text)
    except (QuestionError, FilterError) as error:
        raise QuestionError(f"turn {number} of the history: {error}") from None


def _nearest(found: Found) -> float:
    return max((hit.dense for hit in found.hits), default=0.0)
