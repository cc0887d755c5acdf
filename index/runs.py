"""A run of words that is looked for, as it is typed and as it is compared."""

import unicodedata
from dataclasses import dataclass

from index.lexical import closed
from index.typography import Words, gap_key, is_mark, words_in


@dataclass(frozen=True, slots=True)
class Run:
    """A run of words that is looked for: its text, without marks around it, and its words.

    `lead` and `tail` are the signs before its first and after its last word, each
    as `gap_key` has it.
    """

    text: str
    words: Words
    lead: tuple[str, ...]
    tail: tuple[str, ...]

    @classmethod
    def readings(cls, text: str) -> list["Run"]:
        """The run of words of a text; two where a hyphen at a line end may belong to a word."""
        first, last = 0, len(text)
        while first < last and is_mark(text[first]):
            first += 1
        while first < last and is_mark(text[last - 1]):
            last -= 1
        bare = text[first:last]
        closed_words = words_in(bare)
        open_words = words_in(bare, parted=None)
        return [cls._of(bare, words) for words in dict.fromkeys((closed_words, open_words))]

    @classmethod
    def _of(cls, text: str, words: Words) -> "Run":
        start, end = (words.spans[0][0], words.spans[-1][1]) if words.spans else (0, 0)
        lead, tail = (
            tuple(filter(None, map(gap_key, side))) for side in (text[:start], text[end:])
        )
        return cls(text, words, lead, tail)

    def word(self, position: int) -> str:
        """A word as it is typed, with line ends closed."""
        return closed(self.text[slice(*self.words.spans[position])])

    def phrase(self, first: int, last: int) -> str:
        """The words first:last as the words' index has them."""
        return unicodedata.normalize("NFKC", " ".join(map(self.word, range(first, last))))

    def length(self, first: int, last: int) -> int:
        """How many characters the words first:last have."""
        return self.words.spans[last - 1][1] - self.words.spans[first][0] if first < last else 0

    def is_indexed(self, position: int) -> bool:
        """Whether the words' index has the word, and not a sign."""
        return any(map(str.isalnum, self.words.keys[position]))

    def is_hyphenated(self, position: int) -> bool:
        """Whether the word is beside a hyphen, which may be closed in the index."""
        before = self.words.gaps[position - 1] if position else ""
        after = self.words.gaps[position] if position + 1 < len(self.words) else ""
        return "-" in before + after
