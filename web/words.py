"""How templates show a quote, a file and a time."""

from itertools import pairwise

from qa import marked
from web.texts import say


def pieces(question: str, quote: str) -> list[tuple[str, bool]]:
    """The quote in runs, each with whether it is a word of the question."""
    spans = marked(question, quote)
    starts = {start for start, _ in spans}
    cuts = sorted({0, len(quote), *(place for span in spans for place in span)})
    return [(quote[start:end], start in starts) for start, end in pairwise(cuts)]


def file_name(source: str, parts: int = 1) -> str:
    """The last parts of a path or an address."""
    return "/".join(source.replace("\\", "/").rstrip("/").split("/")[-parts:])


def duration(milliseconds: float) -> str:
    """A time as people say it: in whole milliseconds, from a second on in tenths of one."""
    if milliseconds < 1000:
        return say("time.milliseconds", number=f"{milliseconds:.0f}")
    return say("time.seconds", number=f"{milliseconds / 1000:.1f}")
