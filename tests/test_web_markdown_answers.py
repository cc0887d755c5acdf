"""Answers in Markdown: what a Markdown reader makes of them is just the words."""

import re

from answers import BASE, answer, answers, excerpt, place, quotes
from hypothesis import given, settings
from markdown_it import MarkdownIt
from markdown_it.token import Token

from qa import AnswerJson
from web.markdown_answers import LONGEST, answer_markdown, neutral

READER = MarkdownIt("commonmark", {"linkify": False}).enable(["table", "strikethrough"])


def inline(text: str) -> list[Token]:
    return [
        token
        for block in READER.parse(text)
        for token in (block.children or [])
        if block.type == "inline"
    ]


def blocks(text: str) -> set[str]:
    return {token.tag for token in READER.parse(text) if token.tag}


def spoken(text: str) -> str:
    """What is read of a text, without what is not seen."""
    shown = "".join(
        "\n" if token.type in {"softbreak", "hardbreak"} else token.content
        for token in inline(text)
    )
    return shown.replace("\u2060", "")


@settings(max_examples=60)
@given(quotes.map(lambda text: text[:3000]))
def test_a_quote_is_read_as_it_is_written(quote: str) -> None:
    quote = quote.replace("\u2060", "").replace("\r", "").replace("\x00", "").strip()

    text = neutral(quote)

    assert {token.type for token in inline(text)} <= {
        "text",
        "softbreak",
        "hardbreak",
        "text_special",
    }
    assert blocks(text) <= {"p"}
    told, wanted = ("".join(one.split()) for one in (spoken(text), quote))
    assert told == wanted


@settings(max_examples=40)
@given(answers())
def test_every_answer_fits_links_to_our_server_alone_and_pings_nobody(told: AnswerJson) -> None:
    text = answer_markdown(told, base=BASE)

    assert len(text) <= LONGEST == 16_383
    shown = told["excerpts"] if told["answered"] else told["closest"]
    assert f"]({BASE}{shown[0]['link']})" in text
    targets = re.findall(r"\]\(([^)\n]*)", text)
    assert all(target.startswith(f"{BASE}/") for target in targets)
    plain = re.sub(r"\]\([^)\n]*\)", "", text)
    assert not re.search(r"://|@\w|\w\.[^\W\d_]|<[!@#h]", plain)
    assert blocks(text) <= {"p", "blockquote"}


def test_an_answer_is_a_quote_with_its_place() -> None:
    told = answer(excerpt(quote="It was opened\nin 1931.", also=[place(citation="“Copy”, p. 2.")]))

    assert answer_markdown(told, base=BASE) == (
        "**When was the bridge opened?**\n\n"
        "> It was opened\n> in 1931.\n\n"
        "[1] “The bridge”, line 3. "
        "[See it in its place](https://pincite.example/d/abc/0-22-abcdefghijkl3)\n"
        "Also in “Copy”, p. 2. "
        "[See it in its place](https://pincite.example/d/abc/0-22-abcdefghijkl3)"
    )


def test_silence_and_what_comes_closest() -> None:
    assert answer_markdown(answer(excerpt(), answered=False), base="") == (
        "**When was the bridge opened?**\n\n"
        "Your documents do not say.\n\n"
        "What comes closest, without answering:\n\n"
        "> It was opened in 1931.\n\n"
        "– “The bridge”, line 3."
    )


def test_a_quote_that_is_too_long_ends_with_a_sentence_and_the_rest_is_counted() -> None:
    sentences = " ".join(f"This is sentence number {n} of many." for n in range(1000))

    text = answer_markdown(answer(excerpt(quote=sentences), excerpt(2, "word " * 9000)), base=BASE)

    assert "of many.\n\nThe quote goes on in the source.\n\n[1] “The bridge”, line 3. [" in text
    assert text.endswith(
        "[1 more excerpt](https://pincite.example/?q=When%20was%20the%20bridge%20opened%3F)"
    )
