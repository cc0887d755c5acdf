"""Repeats: whether two quotes say the same in the same words."""

from collections import Counter

from index import FUNCTION_WORDS, words_of

# Small words that turn a statement around.
_TURNING = {"no", "not", "never", "none", "nor", "without"}
_SMALL = FUNCTION_WORDS - _TURNING

# Of all words, how many may differ, and only small ones.
_DIFFERENT = 0.1


def says_the_same(one: str, other: str) -> bool:
    """Whether one holds the other, or they differ in a few small words only.

    Case, punctuation and white space do not count. A different name or number is
    a different statement.
    """
    first, second = words_of(one), words_of(other)
    if not first or not second:
        return False
    shorter, longer = sorted((f" {' '.join(first)} ", f" {' '.join(second)} "), key=len)
    if shorter in longer:
        return True
    counts, others = Counter(first), Counter(second)
    different = (counts - others) + (others - counts)
    small = all(word in _SMALL for word in different)
    return small and different.total() <= _DIFFERENT * (len(first) + len(second))
