"""Drafts in Markdown as a person writes them, composed of quotations and of sentences between."""

import random
import re
import textwrap
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from benchmarks.planting import Planted
from index import Document, Span

# What stands between, with all that looks like a quotation and is none.
_BETWEEN = (
    "That is not what everybody expected, and it wasn't what we had hoped for.",
    "The workers' view differs; it's told elsewhere.",
    "In the '90s, as in the 1890s, few would have agreed.",
    "The sample was 6' 2\" tall and stood on a 12″ plate.",
    "Some call it the “open” question, others the 'old' one.",
    'See `print("hello there my old friend")` for how it is computed.',
    'More is on [the project\'s page](https://example.org "A page with more on this").',
    '<span title="not a quotation of anybody">Nobody</span> has said so since.',
    "What follows from it is a matter of debate.",
    "I come back to this below.",
    "*Nothing* of this was **new** at the time.",
    "- a first point, which doesn't matter\n- a second one",
    "It rose by 5--7 units (see below) and fell again.",
)
_LEADING = ("It is said that", "One reads:", "As has been put elsewhere,", "The text goes on:")
_SAYING = ("The source says:", "There we read:", "It is put like this:", "And further on:")
_UNCITED = 0.15
_PLAIN_TITLE = re.compile(r"[A-Z][A-Za-z0-9 ,:-]{8,90}[A-Za-z0-9]")


@dataclass(slots=True)
class Draft:
    """A draft as it grows; `quoted` are its quotations and the spans that they fill."""

    text: str = ""
    notes: list[str] = field(default_factory=list)
    quoted: list[tuple[Planted, Span]] = field(default_factory=list)

    def add(self, before: str, one: Planted, said: str, after: str) -> None:
        """Write a quotation and what is around it."""
        start = len(self.text) + len(before)
        self.text += before + said + after
        self.quoted.append((one, (start, start + len(said))))

    def note(self, text: str) -> str:
        """The call of a new footnote."""
        self.notes.append(text)
        return f"[^{len(self.notes)}]"


Write = Callable[[Draft, Planted, random.Random], None]


def drafted(number: int, quotations: Sequence[Planted], chance: random.Random) -> Draft:
    """A draft that quotes just these, in their order."""
    draft = Draft(f'---\ntitle: "Draft {number}"\n---\n\n# A draft, the {number}th\n\n')
    for one in quotations:
        chance.choice(_WAYS)(draft, one, chance)
        if chance.random() < 0.4:
            draft.text += chance.choice((" ", "\n\n")) if draft.text[-1] != "\n" else ""
            draft.text += chance.choice(_BETWEEN)
        if draft.text[-1] != "\n":
            # Paragraphs hold one quotation or several.
            draft.text += chance.choice(("\n\n", "\n\n", " ", "\n"))
    draft.text += "\n\n" + "\n".join(
        f"[^{place}]: {text}" for place, text in enumerate(draft.notes, 1)
    )
    draft.text += "\n"
    return draft


def _marked(draft: Draft, one: Planted, chance: random.Random) -> None:
    """Between marks, with what is cited behind it."""
    first, last, said = _between_marks(one.words, chance)
    cited = _behind(draft, one, chance)
    after = chance.choice((f"{last} {cited}.", f",{last} they say {cited}."))
    if cited.startswith("[^"):
        after = chance.choice((f"{last}{cited}.", f".{last}{cited}", f"{last}.{cited}"))
    elif not cited:
        after = chance.choice((f"{last}.\n\n", f".{last}\n\n"))
    draft.add(f"{chance.choice(_LEADING)} {first}", one, said, re.sub(r"\s+\.", ".", after))


def _led(draft: Draft, one: Planted, chance: random.Random) -> None:
    """Between marks, with what is cited before it."""
    first, last, said = _between_marks(one.words, chance)
    locator = f" [p. {one.page}]" if one.page else ""
    before = f"As @{one.cited.citation_key}{locator} puts it, {first}"
    draft.add(before, one, said, f"{last}.\n\n")


def _block(draft: Draft, one: Planted, chance: random.Random) -> None:
    """As a block quote, with what is cited in its last line or below it."""
    said = "\n".join(
        f"> {part}"
        for line in one.words.split("\n")
        for part in textwrap.wrap(line, 76, break_long_words=False, break_on_hyphens=False)
    )
    cited = _behind(draft, one, chance)
    if not cited:
        after = ""
    elif chance.random() < 0.3:
        after = f"\n>\n> — {_told(one)}"
    elif cited.startswith("[@") and chance.random() < 0.5:
        after = f"\n\n{cited}"
    else:
        after = f"{'' if cited.startswith('[^') else ' '}{cited}"
    _own_paragraph(draft)
    draft.add(f"{chance.choice(_SAYING)}\n\n", one, said, f"{after}\n\n")


def _marked_in_block(draft: Draft, one: Planted, chance: random.Random) -> None:
    """Between marks in a block quote, of which it is most, with what is cited at its end."""
    leading = chance.choice(_LEADING)
    if len(one.words) < 2 * len(leading):
        _block(draft, one, chance)
        return
    first, last, said = _between_marks(one.words, chance)
    cited = _behind(draft, one, chance)
    after = f"{last}{cited}." if cited.startswith("[^") else f"{last} {cited}".rstrip() + "."
    _own_paragraph(draft)
    draft.add(f"> {leading} {first}", one, said.replace("\n", "\n> "), f"{after}\n\n")


_WAYS: Sequence[Write] = (_marked, _marked, _marked, _led, _block, _marked_in_block)


def _own_paragraph(draft: Draft) -> None:
    draft.text = f"{draft.text.rstrip()}\n\n"


def _between_marks(words: str, chance: random.Random) -> tuple[str, str, str]:
    """The marks, and the words with others in the places of the same ones."""
    first, last, inside = chance.choice(
        (
            ('"', '"', "''"),
            ("“", "”", "‘’"),
            ("„", "“", "‚’"),
            ("«", "»", "“”"),
            ("« ", " »", "“”"),
        )
    )
    said = re.sub(
        r'["“”„«»]',
        lambda mark: inside[0 if re.match(r"[\s(\[]|\Z", words[mark.start() - 1 :][:1]) else 1],
        words,
    )
    return first, last, said


def _behind(draft: Draft, one: Planted, chance: random.Random) -> str:
    """What is cited, in one of the forms; empty if nothing is."""
    may_be_without = one.kind not in {"another document cited", "another page cited"}
    if may_be_without and chance.random() < _UNCITED:
        return ""
    locator = f", p. {one.page}" if one.page else ""
    form = chance.random()
    if form < 0.4:
        return f"[@{one.cited.citation_key}{locator}]"
    if form < 0.7:
        return draft.note(f"{_told(one)}.")
    family, year = _family(one.cited), (one.cited.date or "")[:4]
    if form < 0.8 and _is_plain(one.cited):
        return f"(“{one.cited.title}”, {year}{locator})"
    return chance.choice((f"({family} {year}{locator})", f"({family}, {year}{locator})"))


def _told(one: Planted) -> str:
    """What a note says of a document."""
    title = f"“{one.cited.title}”, " if _is_plain(one.cited) else ""
    locator = f", p. {one.page}" if one.page else ""
    return f"{one.cited.author}, {title}{(one.cited.date or '')[:4]}{locator}"


def _is_plain(document: Document) -> bool:
    title = document.title or ""
    return len(title.split()) > 1 and _PLAIN_TITLE.fullmatch(title) is not None


def _family(document: Document) -> str:
    return (document.author or "").rpartition(" ")[2]
