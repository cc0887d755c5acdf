"""Marking: where the words of a question stand in a quote."""

import re
from collections.abc import Iterator
from itertools import pairwise

from index import Span, content_words
from qa.evidence import stems

_TOKEN = re.compile(r"[^\W_]+(?:['’.,/_-]?[^\W_]+)*")


def marked(question: str, text: str) -> list[Span]:
    """The spans of a text's words that are words of the question, in order, none overlapping.

    The ending of a word makes no difference, and function words do not count. Of
    words that a hyphen joins one is enough; scripts without spaces are compared by
    pairs of characters.
    """
    sought = {stem for word in content_words(question) for stem in stems(word)}
    joined: list[Span] = []
    for start, end in _found(sought, text):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return joined


def _found(sought: set[str], text: str) -> Iterator[Span]:
    for token in _TOKEN.finditer(text):
        own = stems(token[0])
        if sought.isdisjoint(own):
            continue
        pairs = [(n, n + 2) for n, _ in enumerate(pairwise(token[0]))]
        within = [span for span in pairs if token[0][slice(*span)] in sought]
        if len(own) > 1 and within:
            # Pairs of characters are the words of a script without spaces.
            yield from ((token.start() + start, token.start() + end) for start, end in within)
        else:
            yield token.span()
