"""Repeats: whether two quotes say the same in the same words."""

import re

from index import sentence_spans, words_of

# Words that may come and go without a difference.
_SMALL = frozenset("a an the that this these those and then there".split())
_SIGN = re.compile(r"(?<!\w)[-−+±]\s?(?=[\d.,]*\d)|[$€£¥%‰≤≥<>=#²³]|(?<=\w)\+\+")

_Said = tuple[tuple[str, ...], tuple[str, ...]]


def says_the_same(one: str, other: str) -> bool:
    """Whether the sentences of one are among those of the other, one after another.

    Case, punctuation, white space and articles do not count. Any other word, its
    place, a number or a sign makes a different statement.
    """
    shorter, longer = sorted((_sentences(one), _sentences(other)), key=len)
    if not shorter:
        return False
    places = range(len(longer) - len(shorter) + 1)
    return any(longer[place : place + len(shorter)] == shorter for place in places)


def _sentences(text: str) -> list[_Said]:
    spans = sentence_spans(text, 0, len(text), None)
    said = [_said(text[start:end]) for start, end in spans]
    return [one for one in said if one[0]]


def _said(sentence: str) -> _Said:
    words = tuple(word for word in words_of(sentence) if word not in _SMALL)
    return words, tuple(sign[0].strip() for sign in _SIGN.finditer(sentence))
