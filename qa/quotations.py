"""The quotations of a draft: where each stands, and the words that it claims.

Quotation marks of all kinds count, and block quotes of Markdown.
"""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from index import Span
from qa.marks import Unbalanced, marked
from qa.prose import TAG, UNSEEN, blanked, prose_of

Kind = Literal["marks", "block"]

# What ends the paragraph before it: a blank line, a list, a heading, code, a rule, a note.
BEGINS_BLOCK = (
    r"[^\S\n]*(?:$|[-*+][^\S\n]|\d{1,9}[.)][^\S\n]|\#{1,6}[^\S\n]|`{3}|~{3}|[<\x00]"
    r"|(?:[-*_][^\S\n]*){3,}$|\[\^[^\[\]\s]+\]:)"
)
LIST_ITEM = r"(?:[-*+]|\d{1,9}[.)])[^\S\n]{1,4}"
_QUOTED_LINE = re.compile(r"\A[^\S\n]{0,8}(?:>[^\S\n]?)+")
# The next line of a paragraph needs no sign.
_QUOTED_TEXT = (
    r"(?:>[^\S\n]?)+(?:[^\S\n]*+[^\s#].*"
    rf"(?:\n(?!{BEGINS_BLOCK}|[^\S\n]*>)[^\S\n]*+\S.*)*|.*)"
)
_QUOTED_LINES = re.compile(
    rf"^(?:[^\S\n]{{0,3}}{LIST_ITEM})?(?P<block>[^\S\n]{{0,3}}{_QUOTED_TEXT}"
    rf"(?:\n[^\S\n]{{0,8}}{_QUOTED_TEXT})*)",
    re.M,
)
# A dash that begins one of the last lines, or follows what is said: — Jane Doe, 1999.
_DASH = r"(?:[—–―]|--)"
_LED_BY_A_DASH = re.compile(rf"(?<=\n)[^\S\n]*+{_DASH}.*(?:\n.*\S.*){{0,2}}\Z")
_AFTER_A_DASH = re.compile(
    rf"(?<=[\s.!?…\"”’»›“\x01)\]]){_DASH}\s?(?P<said>(?:[^\W\d_a-z]|\x01)[^\n]{{0,80}}?)\Z"
)
_ENDS_SENTENCE = (".", "!", "?", "…", "”", '"')
# A name, a title or a date has few of them.
_COMMON_WORD = re.compile(r"\b[^\W\d_A-Z]{4,}")
_MOST_COMMON_WORDS = 2
_CALLOUT = re.compile(
    r"\[![A-Za-z]+\]"
    r"|\*\*(?:Note|Tip|Important|Warning|Caution|Info|Hint|Hinweis|Achtung|Tipp|Wichtig)"
    r"(?::\*\*|\*\*:)",
    re.IGNORECASE,
)
# Who speaks in an interview.
_SPEAKER = re.compile(r"\A\s*\*\*[^*\n]{1,30}(?::\*\*|\*\*:)\s*")
_LINK = re.compile(r"!?\[([^\[\]]*)\]\([^()\s]*(?:\s+\"[^\"\n]*\")?\)")
_EMPHASIS = re.compile(
    r"(?<![\\\w])([*_]{1,3})(?=\S)(.{1,300}?)(?<=\S)\1(?!\w)|(?<![\\*])\*{1,3}", re.DOTALL
)

# A mark behind space; each run of space is looked at once.
_AGAIN = re.compile(r"(?<!\s)\s++[“„«»\"]")
_UNREAD = re.compile(rf"<!--.*?-->|{TAG}", re.DOTALL)
_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_UNWRITTEN = re.compile(r"[\s\x00-\x1f\x7f-\x9f]+")
_CONTROL = re.compile(r"(?:(?<![^\S\n])[^\S\n]+)?[\x00-\x08\x0e-\x1f\x7f-\x9f]+")


@dataclass(frozen=True, slots=True)
class Quotation:
    """Words that a draft claims to be a source's.

    draft[start:end] is what stands between the marks, or the lines of a block
    quote; `words` are those without what the draft's form adds. `within` are the
    lines of the block quote that what is between marks stands in, if it does.
    """

    start: int
    end: int
    words: str
    kind: Kind
    within: Span | None = None


def quotations(draft: str, *, markdown: bool) -> tuple[list[Quotation], list[Unbalanced]]:
    """All quotations of a draft in order, and the marks that have no partner."""
    prose = prose_of(draft, markdown=markdown)
    found: list[Quotation] = []
    unbalanced: list[Unbalanced] = []
    blocks = list(_blocks(prose)) if markdown else []
    for block in blocks:
        found += _quoted(draft, prose, block)
    # The lines of a block are no marks' business, whether or not it is a quotation itself.
    for one in marked(blanked(prose, blocks, UNSEEN)):
        if isinstance(one, Unbalanced):
            unbalanced.append(one)
        else:
            start, end = one
            words = _words(draft[start:end], markdown=markdown)
            found.append(Quotation(start, end, words, "marks"))
    return sorted(found, key=lambda one: one.start), unbalanced


def _blocks(prose: str) -> Iterator[Span]:
    """The lines of each block quote."""
    for match in _QUOTED_LINES.finditer(prose):
        said = _QUOTED_LINE.sub("", match["block"])
        if not _CALLOUT.match(said.lstrip()) and UNSEEN not in said[:1]:
            yield match.span("block")


def _quoted(draft: str, prose: str, block: Span) -> Iterator[Quotation]:
    """What a block quotes: all of it, or what is between marks if that is most of it."""
    start, end = block
    own = _unsigned(draft[start:end])
    said = _unattributed(_unsigned(prose[start:end]).rstrip())
    inside = [one for one in marked(said) if not isinstance(one, Unbalanced)]
    if sum(_size(said[first:last]) for first, last in inside) * 2 > _size(said):
        for first, last in inside:
            words = _words(_unindented(own[first:last]), markdown=True)
            yield Quotation(start + first, start + last, words, "marks", within=block)
    elif words := _words(_SPEAKER.sub("", _unindented(own[: len(said)])), markdown=True):
        yield Quotation(start, end, words, "block")


def _unsigned(block: str) -> str:
    """The lines of a block with spaces for its signs, for all to keep its place."""
    return "\n".join(
        _QUOTED_LINE.sub(lambda match: " " * len(match[0]), line) for line in block.split("\n")
    )


def _unattributed(text: str) -> str:
    """The text without what stands behind a dash at its end, if it tells whose words they are."""
    if led := _LED_BY_A_DASH.search(text):
        return text[: led.start()].rstrip()
    dash = _AFTER_A_DASH.search(text, text.rfind("\n") + 1)
    if dash is None:
        return text
    before, said = text[: dash.start()].rstrip(), dash["said"].rstrip()
    is_name = len(_COMMON_WORD.findall(said)) <= _MOST_COMMON_WORDS
    ended = before.endswith((*_ENDS_SENTENCE, "\x01"))
    return before if is_name and (ended or not said.endswith(_ENDS_SENTENCE)) else text


def _unindented(text: str) -> str:
    return "\n".join(line.strip() for line in text.split("\n"))


def _size(text: str) -> int:
    """How many characters can be seen."""
    return len(_UNWRITTEN.sub("", text))


def _words(text: str, *, markdown: bool) -> str:
    """What is claimed, without the marks that begin further paragraphs, and without emphasis."""
    text = _CONTROL.sub("", _AGAIN.sub(lambda match: _parting(match[0]), text))
    if markdown:
        text = _UNREAD.sub("", _BREAK.sub(" ", _LINK.sub(r"\1", text)))
        text = _EMPHASIS.sub(lambda match: match[2] or "", text)
        text = re.sub(r"\\(?=[!-/:-@\[-`{-~]|\r?\n)", "", text)
        text = _ENTITY.sub(lambda match: html.unescape(match[0]), text)
    return text.strip()


def _parting(text: str) -> str:
    """Space and a mark, without the mark if there is a blank line before it."""
    return text[:-1] if text.count("\n") > 1 else text
