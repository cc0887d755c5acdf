"""What of a draft its reader reads: all else is blank, and every character keeps its place."""

import html
import re
from bisect import bisect_right
from collections.abc import Iterable

from index import Span

TAG = r"</?[A-Za-z][A-Za-z0-9-]*(?:[\s/][^<>\n“”„«»]*)?>|<[a-z]+:[^<>\s]*>"
"""A tag of HTML, or an address as Markdown has it."""

# What no reader of the finished text reads as a text.
_UNREAD = (
    r"\A---[ \t\r]*\n(?![ \t\r]*\n).*?\n(?:---|\.\.\.)[ \t\r]*(?=\n|\Z)"
    r"|^[ \t]*(?P<fence>`{3,}+(?![^\n]*`)|~{3,}+)[^\n]*\n"
    r"(?:.*?^[ \t]*(?P=fence)[`~]*[ \t\r]*$|.*\Z)"
    r"|<!--.*?(?:-->|\Z)"
    r"|(?<!`)(?P<ticks>`++)[^\n]{1,1000}?(?<!`)(?P=ticks)(?!`)"
)
_FLAGS = re.MULTILINE | re.DOTALL
_NO_TEXT = re.compile(_UNREAD, _FLAGS)
_NO_PROSE = re.compile(
    rf"{_UNREAD}"
    r"|(?<=\])\([^()\s]*(?:\s+(?:\"[^\"\n]*\"|'[^'\n]*'))?\)"
    rf"|{TAG}",
    _FLAGS,
)
UNSEEN = "\x00"
"""Stands for each character that no reader sees."""

# A paragraph with this comment is the writer's own business.
_SKIP = re.compile(r"<!--\s{0,9}pincite:\s?skip\s{0,9}-->")
_BLANK_LINE = re.compile(r"\n[^\S\n]*+\n")
# What also writes a quotation mark; one behind space, or another sign, opens.
_NAMED_MARK = re.compile(
    r"(?P<opens>(?<!\S)|(?<=[(\[>—–\x00]))?"
    r"&(?:(?:[lrb]d|[lr]s?a)quo|quot"
    r"|#(?:34|171|187|8220|8221|8222|[xX](?:22|[aA][bB]|[bB][bB]|201[cCdDeE])));"
)


def prose_of(draft: str, *, markdown: bool) -> str:
    """The draft, as long as it is, with all that no reader sees replaced by NUL.

    A quotation mark that is written as an entity stands beside what it encloses.
    """
    if not markdown:
        return draft
    prose = _NO_PROSE.sub(lambda match: _blank(match[0]), draft)
    return _NAMED_MARK.sub(_padded, _kept(prose, draft))


def _padded(named: re.Match[str]) -> str:
    mark, size = html.unescape(named[0]), len(named[0])
    return mark.ljust(size, UNSEEN) if named["opens"] is None else mark.rjust(size, UNSEEN)


def linked_prose_of(draft: str, *, markdown: bool) -> str:
    """As `prose_of`, but with the targets of links, and tags."""
    if not markdown:
        return draft
    return _kept(_NO_TEXT.sub(lambda match: _blank(match[0]), draft), draft)


def _kept(prose: str, draft: str) -> str:
    """The prose of a draft without the paragraphs that the writer wants skipped."""
    if not _SKIP.search(draft):
        return prose
    # In code the comment is an example.
    comments = (match for match in _NO_TEXT.finditer(draft) if _SKIP.fullmatch(match[0]))
    edges = [0, *(match.end() for match in _BLANK_LINE.finditer(draft)), len(draft)]
    places = {bisect_right(edges, comment.start()) for comment in comments}
    return blanked(prose, [(edges[place - 1], edges[place]) for place in places], UNSEEN)


def blanked(text: str, spans: Iterable[Span], sign: str) -> str:
    """The text, as long as it is, with the sign in place of what the spans hold but line ends."""
    parts: list[str] = []
    position = 0
    for start, end in sorted(spans):
        if end > position:
            begin = max(start, position)
            parts += [text[position:begin], _blank(text[begin:end], sign)]
            position = end
    return "".join([*parts, text[position:]])


def _blank(text: str, sign: str = UNSEEN) -> str:
    return re.sub(r"[^\n]", sign, text)
