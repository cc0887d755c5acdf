"""Answers in the Markdown that Mattermost and Rocket.Chat share."""

import re
from collections.abc import Sequence

from qa import AnswerJson, ExcerptJson, PlaceJson
from web.fitting import SHORT_LINE, address_of_all, fitting, one_line
from web.texts import say

# A post of Mattermost holds as many.
LONGEST = 16_383

_MOST = 50
_MOST_COPIES = 3

# Joins words without being seen: what it stands in is no address, no name and no mark.
_JOINER = "\u2060"

# Where a joiner keeps text from coming to life.
_LIVE = re.compile(
    r"(?<=:)(?=//)"  # an address with a scheme
    r"|(?<=\w\.)(?=[^\W\d_])"  # a host's name
    r"|(?<=[@<&])"  # a mention, Slack's <!channel>, an entity
    r"|(?<=\])(?=[(\[:])"  # a link, or where it leads to
    r"|(?<=:)(?=[\w+-]+:)"  # an emoji
    r"|(?:^|(?<=\r))(?=[^\S\n]|[#>+=|:-]|\d+[.)])",  # code, a heading, list, quote, table, rule
    re.MULTILINE,
)

# Both take a backslash before these, and Rocket.Chat before no others.
_MARKS = re.compile(r"[\\`*_~]")


def neutral(text: str) -> str:
    """The text as Markdown that shows just it: no marks, no mention, no link."""
    return _MARKS.sub(r"\\\g<0>", _LIVE.sub(_JOINER, text))


def answer_markdown(answer: AnswerJson, *, base: str) -> str:
    """An answer with its question, in at most `LONGEST` characters.

    `base` is the address of our server, or empty: then nothing is linked. At least
    one whole citation is shown, and the quotes that fit.
    """
    excerpts: Sequence[ExcerptJson] = answer["excerpts"]
    parts = [f"**{neutral(one_line(answer['question'], SHORT_LINE))}**"]
    if answer["searched"] != answer["question"]:
        searched = neutral(one_line(answer["searched"], SHORT_LINE))
        parts.append(f"{say('answer.searched')} {searched}")
    if withheld := answer.get("withheld"):
        parts.append(say("message.withheld", count=len(withheld)))
    if not answer["answered"]:
        excerpts = answer["closest"]
        parts.append(say("answer.silent"))
        if excerpts:
            parts.append(f"{say('answer.closest')}:")

    def more(count: int) -> str:
        label = say("message.left_out", count=count)
        return f"[{label}]({address_of_all(answer, base)})" if base else label

    room = LONGEST - len("\n\n".join([*parts, more(len(excerpts)), ""]))
    pieces = fitting(
        excerpts,
        room,
        # An empty line stands between two.
        size=lambda piece: len(piece) + 2,
        whole=[
            lambda one: _excerpt(one, one["quote"], base, answer, also=True),
            lambda one: _excerpt(one, one["quote"], base, answer),
        ],
        begun=lambda one, quote: _excerpt(one, quote, base, answer, say("message.goes_on")),
        most=_MOST,
    )
    left_out = len(excerpts) - len(pieces)
    return "\n\n".join([*parts, *pieces, *([more(left_out)] if left_out else [])])


def _excerpt(
    excerpt: ExcerptJson,
    quote: str,
    base: str,
    answer: AnswerJson,
    note: str = "",
    *,
    also: bool = False,
) -> str:
    mark = f"[{excerpt['number']}]" if answer["answered"] else "–"
    header = neutral(one_line(excerpt["header"], SHORT_LINE))
    quoted = "\n".join(f"> {line}" for line in neutral(quote).split("\n")) if quote else ""
    lines = [f"{mark} {_place(excerpt, base)}"]
    if also:
        lines += [
            say("answer.also", citation=_place(other, base))
            for other in excerpt["also"][:_MOST_COPIES]
        ]
    return "\n\n".join(filter(None, (header, quoted, note, "\n".join(lines))))


def _place(place: PlaceJson | ExcerptJson, base: str) -> str:
    citation = neutral(one_line(place["citation"]))
    return f"{citation} [{say('answer.place')}]({base}{place['link']})" if base else citation
