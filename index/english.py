"""Whether a passage is English prose, which is all that the reader was trained to read."""

from index.lexical import words_of

# Frequent in English and rare in other languages, as "in", "was" and "for" are not.
_WORDS = frozenset(
    """the and of to that with from which their this been were are not or than it its be they you
    your has""".split()
)
_LEAST = 0.06


def is_english(text: str, declared: str | None) -> bool:
    """Whether a text is English prose, given the language that its document declares, if any."""
    if declared and declared.partition("-")[0].partition("_")[0].casefold() not in {"en", "eng"}:
        return False
    words = words_of(text)
    return sum(word in _WORDS for word in words) >= max(1.0, _LEAST * len(words))
