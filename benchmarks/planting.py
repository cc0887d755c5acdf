"""Quotations as a draft may have them: right, set in other type, and with one planted error each.

That a planted error is one, and that what is right is right, is seen to by a plain scan of all
texts (`scanning.py`): what stands somewhere by chance is drawn anew.
"""

import random
import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from benchmarks.quotations import Drawer, Quotation, disguised
from benchmarks.scanning import Scan, letters
from index import Document

SHORTEST, LONGEST = 5, 60

# What Markdown takes for its own.
_MARKUP = re.compile(r"[*_`<>|\\^#~@]|\[\^|\]\(|https?:|\$\$")
_NEGATIONS = frozenset({"not", "never", "no", "nor", "without"})
_AUXILIARIES = frozenset(
    "is was are were has have had can will may should could would did does do must".split()
)
_NAME = re.compile(r"[A-Z][a-z]{3,}")
_NUMBER = re.compile(r"\d")
_PLAIN_WORD = re.compile(r"[a-z]{4,}")
_ELLIPSES = (" […] ", " … ", " [...] ", " ... ", " (…) ", "… ", " . . . ")
_TRIES = 2000


@dataclass(frozen=True, slots=True)
class Planted:
    """A quotation of a known kind: the words as they are quoted, and what is cited for them."""

    kind: str
    words: str
    cited: Document
    page: str | None = None


class Planter:
    """Draws quotations of each kind from the documents of several sets."""

    def __init__(
        self,
        sets: dict[str, list[Document]],
        strangers: Sequence[Document],
        seed: int,
    ) -> None:
        self.chance = random.Random(seed)
        self._drawers = [Drawer(some, f"{name} {seed}") for name, some in sets.items()]
        self._paged = [
            Drawer(paged, f"pages {seed}")
            for some in sets.values()
            if (paged := [one for one in some if _page_edges(one)])
        ]
        self._everything = [document for some in sets.values() for document in some]
        self._stranger = Drawer(strangers, f"strangers {seed}")
        self._scan = Scan(self._everything)
        read = " ".join(one.text[:2000] for one in strangers[:400])
        self._names = sorted(set(_NAME.findall(read)))
        self._vocabulary = sorted(set(_PLAIN_WORD.findall(read)))

    def plant(self, kind: str) -> Planted:
        """A quotation of the kind; raises `ValueError` where the texts allow none."""
        for _ in range(_TRIES):
            if (planted := KINDS[kind](self, kind)) is not None:
                return planted
        raise ValueError(f"the texts give no quotation of the kind {kind!r}")

    def exact(self, kind: str) -> Planted | None:
        """Words as they stand, with the page where there are pages."""
        one = self._drawn()
        return None if one is None else self._right(kind, one, _copied(one.words))

    def typographic(self, kind: str) -> Planted | None:
        """Words as they stand, set in other type."""
        one = self._drawn()
        if one is None:
            return None
        words = disguised(_copied(one.words), self.chance).replace("fl", "ﬂ")
        if self.chance.random() < 0.3:
            words = unicodedata.normalize("NFD", words)
        if self.chance.random() < 0.5:
            words = _hyphenated(words, self.chance)
        return self._right(kind, one, words)

    def elided(self, kind: str) -> Planted | None:
        """Words left out, put in brackets or noted, in a way that is allowed."""
        one = self._drawn()
        if one is None or re.search(r"[\[\]…]|\.\s?\.", one.words):
            return None
        parts = _copied(one.words).split(" ")
        for change in self.chance.sample(
            (_left_out, _sic, _capital, _bracketed), self.chance.choice((1, 1, 2))
        ):
            parts = change(self, parts)
        words = re.sub(r"\s+", " ", " ".join(parts)).strip()
        return None if words == _copied(one.words) else Planted(kind, words, one.document)

    def negated(self, kind: str) -> Planted | None:
        """A negation less, or one more."""
        return self._altered(kind, _negation)

    def renumbered(self, kind: str) -> Planted | None:
        """Another number."""
        return self._altered(kind, _number)

    def renamed(self, kind: str) -> Planted | None:
        """Another name."""
        return self._altered(kind, lambda parts, chance: _name(parts, self._names, chance))

    def reworded(self, kind: str) -> Planted | None:
        """Another word."""
        return self._altered(kind, lambda parts, chance: _word(parts, self._vocabulary, chance))

    def reworded_and_elided(self, kind: str) -> Planted | None:
        """Words left out, which is allowed, and another word beside them, which is not."""
        one = self._drawn()
        parts = [] if one is None else _copied(one.words).split(" ")
        if one is None or len(parts) < 2 * SHORTEST or re.search(r"[\[\]…]|\.\s?\.", one.words):
            return None
        half = self.chance.randint(SHORTEST, len(parts) - SHORTEST)
        changed = _word(parts[:half], self._vocabulary, self.chance)
        if changed is None or self._scan.anywhere(" ".join(changed)):
            return None
        left = self.chance.randint(half + 1, len(parts) - 2)
        words = " ".join([*changed, self.chance.choice(_ELLIPSES).strip(), *parts[left:]])
        return Planted(kind, words, one.document)

    def misattributed(self, kind: str) -> Planted | None:
        """Words as they stand, in another document than the one cited."""
        one = self._drawn()
        if one is None:
            return None
        cited = self.chance.choice(self._everything)
        words = _copied(one.words)
        wrong = not self._scan.inside(words, [cited])
        return Planted(kind, words, cited) if wrong else None

    def foreign(self, kind: str) -> Planted | None:
        """Words of a text that is not in the library."""
        drawn = _readable(self._stranger.quotation(self._length()))
        if drawn is None or self._scan.anywhere(drawn.words):
            return None
        return Planted(kind, _copied(drawn.words), self.chance.choice(self._everything))

    def recombined(self, kind: str) -> Planted | None:
        """The beginning of one quotation and the end of another."""
        drawn = self._drawn(), self._drawn()
        if drawn[0] is None or drawn[1] is None:
            return None
        first, last = (_copied(one.words).split(" ") for one in drawn if one is not None)
        words = " ".join([*first[: (len(first) + 1) // 2], *last[len(last) // 2 :]])
        if self._scan.anywhere(words):
            return None
        return Planted(kind, words, drawn[0].document)

    def wrong_page(self, kind: str) -> Planted | None:
        """Words as they stand, on another page than the one cited."""
        if not self._paged:
            return None
        one = _readable(self.chance.choice(self._paged).quotation(self._length()))
        if one is None:
            return None
        pages = _page_edges(one.document)
        page = self.chance.choice(sorted(pages))
        sought = letters(one.words)
        # What a page is counted as may be printed on another.
        if any(sought in letters(one.document.text[slice(*span)]) for span in pages[page]):
            return None
        return Planted(kind, _copied(one.words), one.document, page)

    def _length(self) -> int:
        # Short ones are the hard ones, and what people quote.
        return int(SHORTEST * (LONGEST / SHORTEST) ** self.chance.random() + 0.5)

    def _drawn(self) -> Quotation | None:
        return _readable(self.chance.choice(self._drawers).quotation(self._length()))

    def _right(self, kind: str, one: Quotation, words: str) -> Planted | None:
        if not self._scan.inside(words, [one.document]):
            return None
        return Planted(kind, words, one.document, _page(one))

    def _altered(
        self, kind: str, change: Callable[[list[str], random.Random], list[str] | None]
    ) -> Planted | None:
        one = self._drawn()
        parts = None if one is None else change(_copied(one.words).split(" "), self.chance)
        if one is None or parts is None:
            return None
        words = " ".join(parts)
        # A number may stand otherwise in the same filing, and a word be another's synonym there.
        return None if self._scan.anywhere(words) else Planted(kind, words, one.document)


KINDS: dict[str, Callable[[Planter, str], Planted | None]] = {
    "as it stands": Planter.exact,
    "set in other type": Planter.typographic,
    "words left out or in brackets": Planter.elided,
    "a negation more or less": Planter.negated,
    "another number": Planter.renumbered,
    "another name": Planter.renamed,
    "another word": Planter.reworded,
    "another word, and some left out": Planter.reworded_and_elided,
    "another document cited": Planter.misattributed,
    "words of other texts": Planter.foreign,
    "two quotations in one": Planter.recombined,
    "another page cited": Planter.wrong_page,
}
"""How a quotation of each kind is made; None where the words drawn do not allow it."""


def _readable(one: Quotation) -> Quotation | None:
    """A quotation that a person could have put in a draft as it is."""
    return None if _MARKUP.search(one.words) or len(one.words.split()) < SHORTEST else one


def _copied(words: str) -> str:
    """The words on one line, but for what a line end parts."""
    return re.sub(r"(?<![-\u2010\u00ad])\s+", " ", words)


def _page_edges(document: Document) -> dict[str, list[tuple[int, int]]]:
    """The spans of the pages that a number may mean: it is printed on them, or counted."""
    marks = [one for one in document.landmarks if one.kind == "page"]
    edges = [*(one.start for one in marks), len(document.text)]
    found: dict[str, list[tuple[int, int]]] = {}
    for mark, start, end in zip(marks, edges, edges[1:], strict=False):
        for name in {str(mark.number), mark.label or str(mark.number)}:
            found.setdefault(name, []).append((start, end))
    return {name: spans for name, spans in found.items() if name.isdecimal()}


def _page(one: Quotation) -> str | None:
    """The page that a quotation stands on; None where it stands on two, or there are none."""
    return next(
        (
            name
            for name, spans in _page_edges(one.document).items()
            if any(start <= one.start and one.end <= end for start, end in spans)
        ),
        None,
    )


def _hyphenated(words: str, chance: random.Random) -> str:
    """The words with one parted by a line end."""
    long = list(re.finditer(r"[A-Za-z]{8,}", words))
    if not long:
        return words
    match = chance.choice(long)
    place = match.start() + chance.randint(3, len(match[0]) - 3)
    return f"{words[:place]}-\n{words[place:]}"


def _left_out(planter: Planter, parts: list[str]) -> list[str]:
    """Without up to ten words, two at least before and after."""
    if len(parts) < 5:
        return parts
    first = planter.chance.randrange(2, len(parts) - 2)
    last = planter.chance.randint(first + 1, min(first + 10, len(parts) - 2))
    return [*parts[:first], planter.chance.choice(_ELLIPSES), *parts[last:]]


def _sic(planter: Planter, parts: list[str]) -> list[str]:
    place = planter.chance.randrange(1, len(parts))
    return [*parts[:place], planter.chance.choice(("[sic]", "[sic!]", "[*sic*]")), *parts[place:]]


def _capital(_planter: Planter, parts: list[str]) -> list[str]:
    first = parts[0]
    if not first[:1].isalpha() or len(first) < 2:
        return parts
    return [f"[{first[0].swapcase()}]{first[1:]}", *parts[1:]]


def _bracketed(planter: Planter, parts: list[str]) -> list[str]:
    """A word in brackets, in the place of one or after it."""
    places = [n for n, part in enumerate(parts) if part.isalpha() and 1 < n < len(parts) - 2]
    if not places:
        return parts
    place = planter.chance.choice(places)
    word = planter.chance.choice(("they", "the authors", "it", "that is", "emphasis added"))
    return [*parts[: place + planter.chance.randrange(2)], f"[{word}]", *parts[place + 1 :]]


def _negation(parts: list[str], chance: random.Random) -> list[str] | None:
    places = [n for n, part in enumerate(parts) if part in _NEGATIONS]
    if places:
        del parts[chance.choice(places)]
        return parts if len(parts) >= SHORTEST - 1 else None
    places = [n for n, part in enumerate(parts[:-1]) if part in _AUXILIARIES]
    if not places:
        return None
    parts.insert(chance.choice(places) + 1, "not")
    return parts


def _number(parts: list[str], chance: random.Random) -> list[str] | None:
    places = [n for n, part in enumerate(parts) if _NUMBER.search(part)]
    if not places:
        return None
    place = chance.choice(places)
    digit = chance.choice([match.start() for match in _NUMBER.finditer(parts[place])])
    other = str((int(parts[place][digit]) + chance.randint(1, 9)) % 10)
    parts[place] = parts[place][:digit] + other + parts[place][digit + 1 :]
    return parts


def _name(parts: list[str], names: Sequence[str], chance: random.Random) -> list[str] | None:
    return _exchanged(parts, range(1, len(parts)), _NAME, names, chance)


def _word(parts: list[str], words: Sequence[str], chance: random.Random) -> list[str] | None:
    return _exchanged(parts, range(len(parts)), _PLAIN_WORD, words, chance)


def _exchanged(
    parts: list[str],
    among: Iterable[int],
    kind: re.Pattern[str],
    others: Sequence[str],
    chance: random.Random,
) -> list[str] | None:
    places = [n for n in among if kind.fullmatch(parts[n])]
    if not places:
        return None
    place = chance.choice(places)
    other = chance.choice(others)
    if other.casefold() == parts[place].casefold():
        return None
    parts[place] = other
    return parts
