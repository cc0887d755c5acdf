"""Answers as Slack shows them: within every limit, letter by letter, and never a ping."""

import html
import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from answers import BASE, answer, answers, excerpt, place
from hypothesis import example, given, settings
from hypothesis import strategies as st
from slack_sdk.models.blocks import Block

from qa import AnswerJson
from web.blocks import LARGEST, Message, answer_message, asked_turn, notice

GOES_ON = "The quote goes on in the source."
LITERAL = {"text", "link"}
PARTS = {"rich_text_section", "rich_text_quote"}


def elements(message: Message) -> Iterator[dict[str, Any]]:
    """What stands in the rich text of a message, in its order."""
    for block in message.blocks:
        if block["type"] == "rich_text":
            for part in block["elements"]:
                yield from part["elements"]


def words(message: Message) -> str:
    return " ".join(element["text"] for element in elements(message))


def quoted(message: Message) -> list[str]:
    return [
        "".join(element["text"] for element in part["elements"])
        for block in message.blocks
        if block["type"] == "rich_text"
        for part in block["elements"]
        if part["type"] == "rich_text_quote"
    ]


def actions(message: Message) -> dict[str, Any]:
    return {
        button["action_id"]: button
        for block in message.blocks
        if block["type"] == "actions"
        for button in block["elements"]
    }


def check_limits(message: Message) -> None:
    """Every limit that Slack documents, and the one that it does not."""
    for parsed in Block.parse_all(list(message.blocks)):
        assert parsed is not None
        parsed.validate_json()
    assert 1 <= len(message.blocks) <= 50
    assert len(json.dumps(message.blocks, ensure_ascii=False)) <= LARGEST == 12_000
    assert 1 <= len(message.text) <= 40_000
    for block in message.blocks:
        if block["type"] == "actions":
            assert 1 <= len(block["elements"]) <= 25
            for button in block["elements"]:
                assert len(button["text"]["text"]) <= 75
                assert len(button["value"]) <= 2000
                assert len(button["action_id"]) <= 255
        elif block["type"] == "context":
            assert 1 <= len(block["elements"]) <= 10
        else:
            assert block["type"] == "rich_text"
            assert {part["type"] for part in block["elements"]} <= PARTS
    for element in elements(message):
        assert len(element["text"]) >= 1
        assert len(element.get("url", "")) <= 3000


def check_harmless(message: Message) -> None:
    """Nothing pings, and nothing leads anywhere but to our own server."""
    assert "mrkdwn" not in {
        element.get("type") for block in message.blocks for element in block["elements"]
    }
    for element in elements(message):
        assert element["type"] in LITERAL
        if element["type"] == "link":
            assert element["url"].startswith(f"{BASE}/")
    theirs = re.sub(rf"(?m)(?:^|(?<=: )){re.escape(BASE)}/[!-~]*$", "", message.text)
    assert not re.search(r"://|\w\.[^\W\d_]|@\w|<|>", theirs)


@settings(max_examples=40)
@given(answers(), st.booleans(), st.booleans(), st.booleans())
@example(answer(excerpt(quote="x" * 20_000, citation="y" * 20_000)), True, False, True)
@example(
    answer(excerpt(quote='"' * 20_000, header='"' * 9000, citation='"' * 999)), True, True, True
)
def test_every_message_keeps_to_the_limits_and_does_no_harm(
    told: AnswerJson, kept: bool, shareable: bool, context: bool
) -> None:
    message = answer_message(
        told,
        base=BASE,
        shareable=shareable,
        conversation="c" * 22 if kept else None,
        turn=12 if kept else None,
        context=context,
    )

    check_limits(message)
    check_harmless(message)


@settings(max_examples=40)
@given(answers())
def test_quotes_are_whole_or_begun_by_whole_words_and_one_citation_is_always_there(
    told: AnswerJson,
) -> None:
    message = answer_message(told, base=BASE)

    shown = told["excerpts"] if told["answered"] else told["closest"]
    whole = {one["quote"] for one in shown}
    first = shown[0]["quote"]
    for position, quote in enumerate(quoted(message)):
        if quote not in whole:
            assert position == 0
            assert first.startswith(quote)
            assert not (quote[-1:].isalnum() and first[len(quote)].isalnum())
            assert GOES_ON in words(message)
    links = [element for element in elements(message) if element["type"] == "link"]
    citation = " ".join(shown[0]["citation"].split())
    assert links[0]["url"] == BASE + shown[0]["link"]
    if len(citation) <= 1000 and citation.isprintable():
        assert links[0]["text"] == citation
    else:
        assert len(links[0]["text"]) <= 1000


def test_an_answer_shows_question_quote_citation_and_link() -> None:
    told = answer(excerpt(before="Long ago. ", after=" It stands."), excerpt(2, "In 1931."))

    message = answer_message(told, base=BASE, conversation="c1", turn=2)

    assert quoted(message) == ["It was opened in 1931.", "In 1931."]
    assert message.blocks[0]["elements"][0]["elements"] == [
        {"type": "text", "text": "When was the bridge opened?", "style": {"bold": True}}
    ]
    assert message.blocks[1]["elements"][1]["elements"] == [
        {"type": "text", "text": "[1] "},
        {
            "type": "link",
            "url": "https://pincite.example/d/abc/0-22-abcdefghijkl3",
            "text": "“The bridge”, line 3.",
        },
    ]
    assert "Quoted word for word in 31 ms; confidence 93 %." in json.dumps(message.blocks)
    assert message.text.split("\n")[:3] == [
        "“It was opened in 1931.”",
        "[1] “The bridge”, line 3.",
        "https://pincite.example/d/abc/0-22-abcdefghijkl3",
    ]


@pytest.mark.parametrize(
    ("span", "runs"),
    [
        pytest.param(
            (17, 21), [("It was opened in ", False), ("1931", True), (".", False)], id="in"
        ),
        pytest.param((0, 6), [("It was", True), (" opened in 1931.", False)], id="first"),
        pytest.param((0, 22), [("It was opened in 1931.", True)], id="all"),
    ],
)
def test_what_answers_is_bold(span: tuple[int, int], runs: list[tuple[str, bool]]) -> None:
    told = excerpt(answer_span={"start": 700 + span[0], "end": 700 + span[1]})
    told["span"] = {"start": 700, "end": 722}

    message = answer_message(answer(told), base=BASE)

    quote = message.blocks[1]["elements"][0]
    assert quote["type"] == "rich_text_quote"
    assert [(one["text"], "style" in one) for one in quote["elements"]] == runs
    assert quoted(message) == ["It was opened in 1931."]


def test_an_answer_beyond_what_is_shown_of_a_quote_is_not_marked() -> None:
    long = excerpt(quote="It was opened late. " * 900 + "In 1931.")
    long["answer_span"] = {"start": 18003, "end": 18007}

    message = answer_message(answer(long), base=BASE)

    (shown,) = quoted(message)
    assert long["quote"].startswith(shown)
    assert "bold" not in json.dumps(message.blocks[1:])


def test_letters_that_mean_something_to_slack_are_shown_as_letters() -> None:
    quote = "<!channel> *not bold* AT&T <https://evil.example|x> :tada: evil.py"

    message = answer_message(answer(excerpt(quote=quote)), base=BASE)

    assert quoted(message) == [quote]
    shown = html.unescape(message.text.split("\n")[0].replace("\u2060", ""))
    assert shown == f"“{quote}”"
    assert "&lt;!channel&gt;" in message.text


def test_buttons_tell_the_turn_they_are_of() -> None:
    told = answer(excerpt(before="Long ago. "))

    private = actions(answer_message(told, base=BASE, shareable=True, conversation="c", turn=7))
    shared = actions(answer_message(told, base=BASE, conversation="c", turn=7, context=True))

    assert list(private) == ["context", "share", "helpful", "wrong_source"]
    assert list(shared) == ["helpful", "wrong_source"]
    assert {asked_turn(button["value"]) for button in private.values()} == {("c", 7)}
    assert actions(answer_message(told, base=BASE, shareable=True)) == {}
    assert "context" not in actions(
        answer_message(answer(excerpt()), base=BASE, conversation="c", turn=7)
    )


@pytest.mark.parametrize(
    "value",
    ["", "c:7", "[]", "7", "null", '{"conversation": "c"}', '{"conversation": 1, "turn": 2}'],
)
def test_a_value_that_no_button_has_tells_no_turn(value: str) -> None:
    assert asked_turn(value) is None


def test_context_is_shown_around_the_quote() -> None:
    told = answer(excerpt(before="Long ago. ", after=" It stands."))

    around = answer_message(told, base=BASE, context=True)

    assert "Long ago.  It was opened in 1931.  It stands." in words(around)
    assert "Long ago." not in words(answer_message(told, base=BASE))


def test_silence_names_no_answer_and_offers_what_comes_closest() -> None:
    message = answer_message(answer(excerpt(), answered=False), base=BASE)
    nothing = answer_message(answer(answered=False), base=BASE, conversation="c", turn=1)

    assert "Your documents do not say." in words(message)
    assert "What comes closest, without answering:" in words(message)
    assert "[1]" not in words(message) + message.text
    assert message.text.startswith("Your documents do not say.\n")
    assert quoted(message) == ["It was opened in 1931."]
    assert nothing.text == "Your documents do not say."
    assert list(actions(nothing)) == ["helpful"]


def test_a_quote_that_is_too_long_ends_with_a_sentence_and_says_so() -> None:
    sentences = " ".join(f"This is sentence number {n} of many." for n in range(1000))

    message = answer_message(answer(excerpt(quote=sentences), excerpt(2)), base=BASE)

    (begun,) = quoted(message)
    assert sentences.startswith(f"{begun} ")
    assert begun.endswith("of many.")
    assert len(begun) > 10_000
    assert GOES_ON in words(message)
    assert "1 more excerpt" in words(message)
    assert GOES_ON in message.text


def test_a_quote_of_one_word_without_end_is_not_cut() -> None:
    message = answer_message(answer(excerpt(quote="x" * 20_000)), base=BASE)

    assert quoted(message) == []
    assert "“The bridge”, line 3." in words(message)
    assert "xx" not in words(message) + message.text


def test_excerpts_that_do_not_fit_are_counted_and_linked() -> None:
    told = answer(excerpt(1), excerpt(2, "long " * 3000), excerpt(3, "Short."))

    alone = answer_message(told, base=BASE)
    kept = answer_message(told, base=BASE, conversation="c", turn=3)

    assert quoted(alone) == ["It was opened in 1931.", "Short."]
    more = [one for one in elements(alone) if one["text"] == "1 more excerpt"]
    assert more[0]["url"] == f"{BASE}/?q=When%20was%20the%20bridge%20opened%3F"
    assert f"{BASE}/c/c#turn-3" in json.dumps(kept.blocks)
    assert f"1 more excerpt: {BASE}/c/c#turn-3" in kept.text


def test_what_says_the_same_what_was_searched_and_what_was_withheld_is_told() -> None:
    told = answer(
        excerpt(also=[place(citation="“The copy”, p. 2.")], header="Year | Event"),
        searched="bridge opened",
        withheld=[2],
    )

    shown = words(answer_message(told, base=BASE))

    assert "Also in  “The copy”, p. 2." in shown
    assert "Searched as a follow-up: bridge opened" in shown
    assert (
        "1 excerpt is from a document that was removed, or that may not be quoted here." in shown
    )
    assert "Year | Event" in shown


def test_without_an_address_of_our_own_nothing_is_linked() -> None:
    told = answer(excerpt(), excerpt(2, "long " * 3000))

    message = answer_message(told, base="")

    assert {element["type"] for element in elements(message)} == {"text"}
    assert "<" not in message.text
    assert "“The bridge”, line 3." in message.text


@settings(max_examples=40)
@given(st.text() | st.text(min_size=1).map(lambda text: text * 5000))
def test_a_notice_shows_its_text_and_no_more(text: str) -> None:
    message = notice(text)

    check_harmless(message)
    check_limits(message)
    if 0 < len(text) < 1000:
        assert words(message) == text
