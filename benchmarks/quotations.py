"""Quotations drawn from documents: as they stand, set in other ways, and altered."""

import random
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from index import Document, words_in

# With the soft hyphens of a disguise it has at most 10,000 characters.
_LONGEST = 9_600


@dataclass(frozen=True, slots=True)
class Quotation:
    """Characters start:end of a document, as they are quoted."""

    document: Document
    start: int
    end: int
    words: str


class Drawer:
    """Draws quotations from documents, the longer ones the more often."""

    def __init__(self, documents: Sequence[Document], seed: str) -> None:
        self.chance = random.Random(seed)
        self._documents = documents
        self._weights = [len(document.text) for document in documents]
        # Long documents are drawn often, and reading their words takes long.
        self._words = lru_cache(maxsize=100)(words_in)

    def quotation(self, count: int) -> Quotation:
        """So many words, most of which have letters."""
        while True:
            (document,) = self.chance.choices(self._documents, self._weights)
            words = self._words(document.text)
            if len(words) <= count:
                continue
            first = self.chance.randrange(len(words) - count)
            spans = words.spans[first : first + count]
            lettered = sum(key.isalpha() for key in words.keys[first : first + count])
            start, end = spans[0][0], spans[-1][1]
            if lettered > 0.7 * count and words.keys[first].isalpha():
                quoted = document.text[start : min(end, start + _LONGEST)]
                if start + len(quoted) < end:
                    quoted = quoted.rpartition(" ")[0].rstrip()
                if all(sign.isprintable() or sign.isspace() for sign in quoted):
                    return Quotation(document, start, start + len(quoted), quoted)


def disguised(text: str, chance: random.Random) -> str:
    """The text set in other ways: marks, dashes, spaces, case, ligatures, soft hyphens."""
    alike = {
        '"': '“”«"',
        "'": "’‘'",
        "-": "-–‐",
        " ": " \n\u00a0",
        "“": '"“',
        "”": '"”',
        "’": "'’",
    }
    shown = []
    for place, sign in enumerate(text):
        following = text[place + 1 : place + 2]
        if sign in alike and not (sign == "-" and following.isspace()):
            shown.append(chance.choice(alike[sign]))
        elif sign.isalpha() and following.isalpha() and chance.random() < 0.02:
            shown.append(sign + "\u00ad")
        else:
            shown.append(sign.upper() if sign.isascii() and chance.random() < 0.02 else sign)
    return "".join(shown).replace("fi", "ﬁ")


def altered(text: str, count: int, vocabulary: Sequence[str], chance: random.Random) -> str:
    """The text with so many alterations: a changed number, a word less, more, another, moved."""
    parts = text.split(" ")
    for _ in range(count):
        numbers = [n for n, part in enumerate(parts) if re.search(r"\d", part)]
        negations = [n for n, part in enumerate(parts) if part in {"not", "no", "never"}]
        place, kind = chance.randrange(len(parts)), chance.random()
        if negations and kind < 0.3:
            del parts[negations[0]]
        elif numbers and kind < 0.5:
            place = chance.choice(numbers)
            parts[place] = re.sub(r"\d", lambda one: str((int(one[0]) + 1) % 10), parts[place])
        elif kind < 0.6 and len(parts) > 4:
            del parts[place]
        elif kind < 0.7:
            parts.insert(place, chance.choice(vocabulary))
        elif kind < 0.8 and place and parts[place - 1] != parts[place]:
            parts[place - 1], parts[place] = parts[place], parts[place - 1]
        else:
            parts[place] = chance.choice(vocabulary)
    return " ".join(parts)
