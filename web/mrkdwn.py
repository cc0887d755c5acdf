"""Text from documents and people in Slack's mrkdwn: shown, and never acted upon."""

import re
from collections.abc import Sequence

from qa import AnswerJson, ExcerptJson
from web.fitting import fitting, one_line
from web.texts import say

# Slack shows what is longer in two messages.
_ROOM = 3500
_MOST = 50

# Joins words without being seen, and is part of no address.
_JOINER = "\u2060"

# Where it keeps text from coming to life.
_LIVE = re.compile(
    r"(?<=:)(?=//)"  # an address with a scheme
    r"|(?<=\w\.)(?=[^\W\d_])"  # a host's name
    r"|(?<=@)"  # a mention
    r"|(?<=:)(?=[\w+-]+:)"  # an emoji
)


def neutral(text: str) -> str:
    """The text with `&<>` escaped, in which no mention and no link comes to life.

    An address keeps its looks but has an invisible character in it.
    """
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return _LIVE.sub(_JOINER, escaped)


def answer_text(answer: AnswerJson, *, base: str, all_of_it: str) -> str:
    """An answer without blocks: quotes and where each stands, in about 3,500 characters.

    It begins with the first quote, for notifications show no more. What does not
    fit is counted, with the link `all_of_it`. To be sent with `mrkdwn` false, or a
    quote's asterisks become bold type.
    """
    excerpts: Sequence[ExcerptJson] = answer["excerpts"]
    lines = []
    if not answer["answered"]:
        excerpts = answer["closest"]
        lines += [say("answer.silent"), *([say("answer.closest") + ":"] if excerpts else [])]
    if withheld := answer.get("withheld"):
        lines.append(say("message.withheld", count=len(withheld)))

    def shown(excerpt: ExcerptJson, quote: str, note: str = "") -> str:
        mark = f"[{excerpt['number']}]" if answer["answered"] else "–"
        words = [f"“{neutral(quote)}”"] if quote else []
        place = f"{mark} {neutral(one_line(excerpt['citation']))}"
        if base:
            # As it is: without mrkdwn, which would change the quotes, no link has a label.
            place += f"\n{base}{excerpt['link']}"
        return "\n".join([*words, *([note] if note else []), place])

    pieces = fitting(
        excerpts,
        _ROOM,
        size=len,
        whole=[lambda excerpt: shown(excerpt, excerpt["quote"])],
        begun=lambda excerpt, quote: shown(excerpt, quote, say("message.goes_on")),
        most=_MOST,
    )
    lines += pieces
    if left_out := len(excerpts) - len(pieces):
        more = say("message.left_out", count=left_out)
        lines.append(f"{more}: {all_of_it}" if base else more)
    return "\n".join(lines)
