"""Answers and notices as Slack shows them: Block Kit as plain values, and a text beside it.

All words of documents and people stand in rich text, whose texts Slack shows letter by
letter: in mrkdwn a quote would lose its asterisks, and an address would become a link.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from qa import AnswerJson, ExcerptJson, PlaceJson
from web.fitting import SHORT_LINE, address_of_all, beginning, fitting, one_line
from web.mrkdwn import answer_text, neutral
from web.texts import say
from web.words import duration

Block = dict[str, Any]

# Slack counts the characters of all blocks with what holds them, and refuses some
# 13,000; nobody says how it counts, so the whole of the JSON counts here.
LARGEST = 12_000

_LONGEST_PLAIN = 3000

# Of 50 blocks that a message may have, what is not an excerpt needs a few.
_MOST_EXCERPTS = 40
_MOST_COPIES = 3


@dataclass(frozen=True, slots=True)
class Message:
    """What is posted; `text` is for notifications, and for where blocks are refused."""

    text: str
    blocks: tuple[Block, ...]


def notice(text: str) -> Message:
    """A message that is no answer, shown as it is."""
    shown = beginning(text, lambda part: _size([_rich(_section(_text(part)))]) <= LARGEST) or "…"
    return Message(neutral(shown), (_rich(_section(_text(shown))),))


def unfurled(quote: str, citation: str) -> list[Block]:
    """What a link to a quote shows below the message that holds it."""
    # Slack is not known to take rich text here, and plain text is shown letter by letter too.
    shown = beginning(quote, lambda part: len(part) <= _LONGEST_PLAIN - 2)
    below = [one_line(citation), *([say("message.goes_on")] if shown != quote else [])]
    return [
        {"type": "section", "text": _plain(f"“{shown}”")},
        {"type": "context", "elements": [_plain(line) for line in below]},
    ]


def answer_message(
    answer: AnswerJson,
    *,
    base: str,
    shareable: bool = False,
    conversation: str | None = None,
    turn: int | None = None,
    context: bool = False,
) -> Message:
    """An answer with the question, and buttons if its turn of a conversation is known.

    `base` is the address of our server, or empty: then nothing is linked. `context`
    shows what stands around each quote. `shareable` offers to show a private answer
    to all. At least one whole citation is shown, and the quotes that fit.
    """
    excerpts = answer["excerpts"] if answer["answered"] else answer["closest"]
    state = _state(conversation, turn) if conversation is not None and turn is not None else None
    head, foot = list(_head(answer)), list(_foot(answer, excerpts, state, shareable, context))
    all_of_it = f"{base}/c/{conversation}#turn-{turn}" if state else address_of_all(answer, base)

    def shown(
        excerpt: ExcerptJson, quote: str | None = None, *, around: bool = False, also: bool = False
    ) -> Block:
        return _excerpt(
            excerpt, quote, base=base, numbered=answer["answered"], around=around, also=also
        )

    pieces = fitting(
        excerpts,
        LARGEST - _size([*head, _left_out(len(excerpts), base and all_of_it), *foot]),
        # A comma and a space stand between two blocks.
        size=lambda block: _size(block) + 2,
        whole=[
            lambda excerpt: shown(excerpt, around=context, also=True),
            lambda excerpt: shown(excerpt, also=True),
            lambda excerpt: shown(excerpt),
        ],
        begun=shown,
        most=_MOST_EXCERPTS,
    )
    left_out = len(excerpts) - len(pieces)
    more = [_left_out(left_out, base and all_of_it)] if left_out else []
    return Message(
        answer_text(answer, base=base, all_of_it=all_of_it), (*head, *pieces, *more, *foot)
    )


def asked_turn(value: str) -> tuple[str, int] | None:
    """Conversation and number of the turn that a button's value tells; None for any other."""
    try:
        told = json.loads(value)
        conversation, turn = told["conversation"], told["turn"]
    except (ValueError, TypeError, KeyError):
        return None
    known = isinstance(conversation, str) and type(turn) is int
    return (conversation, turn) if known else None


def _state(conversation: str, turn: int) -> str:
    return json.dumps({"conversation": conversation, "turn": turn})


def _head(answer: AnswerJson) -> Iterator[Block]:
    """The question, for a command hides it, and what comes before the quotes."""
    sections = [_section(_text(one_line(answer["question"], SHORT_LINE), bold=True))]
    if answer["searched"] != answer["question"]:
        searched = f"{say('answer.searched')} {one_line(answer['searched'], SHORT_LINE)}"
        sections.append(_section(_text(searched, italic=True)))
    if withheld := answer.get("withheld"):
        sections.append(_section(_text(say("message.withheld", count=len(withheld)))))
    if not answer["answered"]:
        sections.append(_section(_text(say("answer.silent"))))
        if answer["closest"]:
            sections.append(_section(_text(say("answer.closest") + ":", italic=True)))
    yield _rich(*sections)


def _excerpt(
    excerpt: ExcerptJson, begun: str | None, *, base: str, numbered: bool, around: bool, also: bool
) -> Block:
    """A quote, whole unless it is `begun`, and where it stands."""
    quote = excerpt["quote"] if begun is None else begun
    before, after = (excerpt["before"], excerpt["after"]) if around else ("", "")
    parts = []
    if header := one_line(excerpt["header"], SHORT_LINE):
        parts.append(_section(_text(header, italic=True)))
    if before.strip():
        parts.append(_section(_text(before)))
    if quote:
        parts.append({"type": "rich_text_quote", "elements": _quoted(excerpt, quote)})
    if begun is not None:
        parts.append(_section(_text(say("message.goes_on"), italic=True)))
    if after.strip():
        parts.append(_section(_text(after)))
    mark = f"[{excerpt['number']}] " if numbered else "– "
    parts.append(_section(_text(mark), _place(excerpt, base)))
    if also:
        parts += [
            _section(_text(say("answer.also", citation="")), _place(other, base))
            for other in excerpt["also"][:_MOST_COPIES]
        ]
    return _rich(*parts)


def _quoted(excerpt: ExcerptJson, quote: str) -> list[Block]:
    """The quote, or its beginning, with what answers in bold."""
    answer, first = excerpt["answer_span"], excerpt["span"]["start"]
    if not answer:
        return [_text(quote)]
    start, end = (min(answer[edge] - first, len(quote)) for edge in ("start", "end"))
    runs = ((quote[:start], False), (quote[start:end], True), (quote[end:], False))
    return [_text(run, bold=True) if bold else _text(run) for run, bold in runs if run]


def _left_out(count: int, url: str) -> Block:
    more = say("message.left_out", count=count)
    return _rich(_section(_link(url, more) if url else _text(more)))


def _foot(
    answer: AnswerJson,
    excerpts: list[ExcerptJson],
    state: str | None,
    shareable: bool,
    context: bool,
) -> Iterator[Block]:
    said = say(
        "answer.took" if answer["answered"] else "answer.took_silent",
        time=duration(answer["took_ms"]),
        percent=f"{answer['confidence'] * 100:.0f}",
    )
    yield {"type": "context", "elements": [_plain(said)]}
    if state is None:
        return
    buttons = []
    if not context and any((one["before"] + one["after"]).strip() for one in excerpts):
        buttons.append(_button("context", say("answer.context"), state))
    if shareable:
        buttons.append(_button("share", say("message.share"), state))
    buttons.append(_button("helpful", say("feedback.helpful"), state))
    if excerpts:
        buttons.append(_button("wrong_source", say("feedback.wrong_source"), state))
    yield {"type": "actions", "elements": buttons}


def _place(place: PlaceJson | ExcerptJson, base: str) -> Block:
    citation = one_line(place["citation"])
    return _link(base + place["link"], citation) if base else _text(citation)


def _rich(*parts: Block) -> Block:
    return {"type": "rich_text", "elements": list(parts)}


def _section(*elements: Block) -> Block:
    return {"type": "rich_text_section", "elements": list(elements)}


def _text(text: str, **style: bool) -> Block:
    return {"type": "text", "text": text} | ({"style": style} if style else {})


def _plain(text: str) -> Block:
    return {"type": "plain_text", "text": text, "emoji": False}


def _link(url: str, label: str) -> Block:
    return {"type": "link", "url": url, "text": label}


def _button(action: str, label: str, state: str) -> Block:
    return {
        "type": "button",
        "action_id": action,
        "text": _plain(label),
        "value": state,
    }


def _size(blocks: object) -> int:
    return len(json.dumps(blocks, ensure_ascii=False))
