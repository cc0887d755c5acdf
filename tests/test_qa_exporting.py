"""What Markdown renders of an exported conversation is what was asked and quoted."""

import re
from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st
from lxml import html
from markdown_it import MarkdownIt

from index import Conversation, KeptTurn
from qa import to_markdown

# Everything that common Markdown knows, tables and struck-out text too.
RENDERER = MarkdownIt("commonmark").enable(["table", "strikethrough"])

TIME = "2026-01-02T03:04:05.000006Z"

TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]) | st.sampled_from("\n\t"))
MARKUP = st.lists(
    st.sampled_from("# > - + * _ = 1. 1) ``` ~~~ | --- : [a](b) <b> & \\ ! \n a".split(" "))
)


def exported(question: str, *quotes: str, **answer: Any) -> str:
    place = {"citation": "“A [b](c)”, p. *iii*.", "link": "/d/0#1-2"}
    shown = {
        "searched": question,
        "answered": True,
        "excerpts": [{"quote": quote, **place} for quote in quotes],
        "closest": [],
        **answer,
    }
    turn = KeptTurn("x", 1, question, follow_up=True, only={}, answer=shown, asked=TIME)
    kept = Conversation("x", question, created=TIME, changed=TIME, turns=1)
    return to_markdown(kept, [turn], base="http://127.0.0.1:8000")


def words(text: str) -> str:
    """Text as a page shows it, where all white space is alike."""
    return " ".join(text.split())


@settings(max_examples=60)
@given(TEXTS | MARKUP.map(" ".join) | MARKUP.map("".join))
@example("    code\n\n\tcode")
@example("1. one\n2) two\n- three\n***\nfour\n====\na | b\n--- | ---\n")
@example("see https://example.org, www.example.org or a@b.c :smile: &amp; <!-- x -->")
def test_a_quote_is_rendered_as_it_stands(quote: str) -> None:
    page: Any = html.fromstring(f"<div>{RENDERER.render(exported('Who?', quote))}</div>")

    (shown,) = page.xpath("./blockquote")
    assert {node.tag for node in shown.iter()} <= {"blockquote", "p", "br"}
    assert words(shown.text_content()) == words(f"{quote}[^1]")
    assert page.xpath("//a/@href | //img") == ["http://127.0.0.1:8000/d/0#1-2"]


@settings(max_examples=40)
@given(MARKUP.map(" ".join))
def test_a_question_is_rendered_as_it_stands(question: str) -> None:
    page: Any = html.fromstring(f"<div>{RENDERER.render(exported(question))}</div>")

    (shown,) = page.xpath("./h2")
    assert [node.tag for node in shown.iter()] == ["h2"]
    assert words(shown.text_content()) == words(f"1. {question}")


def test_what_was_removed_and_what_only_came_close_are_named() -> None:
    closest = [{"quote": "Zebras.", "citation": "“Z”, line 1.", "link": "/d/1#0-7"}]
    text = exported(
        "Who?", answered=False, searched="Who? (zebras)", closest=closest, withheld=[2]
    )

    parts = [part for part in re.split(r"\n\n", text) if part.strip()]
    assert parts[2:] == [
        "## 1. Who?",
        "Searched: Who? (zebras)",
        "Your documents do not say.",
        "What came closest, which answers nothing:",
        "> Zebras.[^1]",
        "Excerpt 2 is from a document that was removed.",
        "[^1]: “Z”, line 1. [Open](http://127.0.0.1:8000/d/1#0-7)\n",
    ]
