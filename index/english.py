"""Whether a passage is English prose, which is all that the reader was trained to read."""

import re

from index.lexical import words_of

# Frequent in English and rare in other languages, as "in", "was" and "for" are not.
_WORDS = frozenset(
    """the and of to that with from which their this been were are not or than it its be they you
    your has""".split()
)
_LEAST = 0.06

# A language's code (BCP 47); and those that tell of no language.
_CODE = re.compile(r"([A-Za-z]{2,3})(?:[-_]\w+)*")
_ENGLISH, _NO_LANGUAGE = frozenset({"en", "eng"}), frozenset({"und", "mul", "mis", "zxx"})


def is_english(text: str, declared: str | None) -> bool:
    """Whether a text is English prose, given the language that its document declares, if any.

    What is declared otherwise than by the code of a language is not gone by.
    """
    code = _CODE.fullmatch((declared or "").strip())
    if code and code[1].casefold() not in _ENGLISH | _NO_LANGUAGE:
        return False
    words = words_of(text)
    return sum(word in _WORDS for word in words) >= max(1.0, _LEAST * len(words))
