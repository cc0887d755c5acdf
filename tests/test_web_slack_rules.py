"""Rules of channels and teams: what somebody may not be told is told by no route."""

from typing import Any

import pytest
from chatting import CHANNEL, HOOK_TOKEN, TEAM, OpenChat, buttons

from index import Filter, Labelling

PUBLIC = Filter(within=("public/",))
FORBIDDEN = "When will the harbour tunnel be dug?"
SECRET_WORDS = "dug in winter"
ALLOWED = "When was the harbour bridge opened?"


def links_of(message: dict[str, Any]) -> list[str]:
    """All addresses that a message links to."""
    return [
        part["url"]
        for block in message["blocks"]
        for section in block.get("elements", [])
        for part in section.get("elements", [])
        if part["type"] == "link"
    ]


def test_rules_of_a_channel_and_its_team_hold_together(open_chat: OpenChat) -> None:
    with open_chat(channels={CHANNEL: PUBLIC}, teams={TEAM: Filter(within=(".txt",))}) as chat:
        chat.mention(ALLOWED, ts="1700000001.000100")
        chat.mention("What did it cost?", thread="1700000001.000100")

        first, second = chat.slack.wait_for(2)
        assert "opened in spring" in first.words
        assert "nine million" in second.words


@pytest.mark.parametrize("filters", ["tag:zzz", "author:zzz", "in:zzz", "tag:draft"])
def test_what_comes_nearest_to_a_filter_is_not_told(
    open_chat: OpenChat, filters: str, tag_plan: None
) -> None:
    with open_chat(channels={CHANNEL: PUBLIC}) as chat:
        chat.command(f"bridge {filters}")
        fields = {"token": HOOK_TOKEN, "text": f"bridge {filters}", "channel_id": CHANNEL}
        hook = chat.form("/hooks/slash", fields)

        (call,) = chat.slack.wait_for(1)
        for told in (call.body["text"], hook.json["text"]):
            assert "No document that may be quoted here passes these filters." in told


@pytest.fixture
def tag_plan(open_chat: OpenChat) -> None:
    """A tag of the document that is not for everyone."""
    with open_chat() as chat, chat.library.writer() as writer:
        (plan,) = (file.document for file in chat.library.files() if "plan" in file.source)
        assert plan is not None
        writer.label(plan, Labelling(add=("draft",)))


def test_an_answer_of_before_a_rule_is_shown_to_nobody(open_chat: OpenChat) -> None:
    with open_chat() as chat:
        chat.command(FORBIDDEN)
        chat.mention(FORBIDDEN, ts="1700000001.000100")
        answers = chat.settled()
    assert all(SECRET_WORDS in answer.words for answer in answers)
    private = next(answer for answer in answers if answer.path.startswith("/commands/"))

    with open_chat(channels={CHANNEL: PUBLIC}) as chat:
        share = buttons(private.body)["share"]
        for button in ("context", "share"):
            chat.press({**share, "action_id": button}, private=True)
        chat.mention("And who will do that?", thread="1700000001.000100")
        later = chat.settled()[len(answers) :]

    assert len(later) == 4
    assert not any(SECRET_WORDS in call.words for call in later)
    assert "may not be quoted here" in later[0].words


def test_a_draft_is_shown_nothing_where_a_channel_has_a_rule(open_chat: OpenChat) -> None:
    with open_chat() as chat:
        chat.mention(FORBIDDEN)
        (answer,) = chat.slack.wait_for(1)
    with open_chat(channels={"C0OTHER": PUBLIC}) as chat:
        chat.happens(composed(links_of(answer.body)))
        chat.settled()
        assert chat.slack.wait_for(0, "/api/chat.unfurl") == []
    with open_chat() as chat:
        chat.happens(composed(links_of(answer.body)))
        (call,) = chat.slack.wait_for(1, "/api/chat.unfurl")
        assert SECRET_WORDS in call.words


def composed(links: list[str]) -> dict[str, object]:
    """The event of links in a message that is still being written."""
    return {
        "type": "link_shared",
        "user": "U0ASKS",
        "channel": "COMPOSER",
        "message_ts": "Uxxx-1",
        "unfurl_id": "C1.2.3",
        "source": "composer",
        "links": [{"domain": "pincite.example", "url": link} for link in links],
    }


def test_the_public_name_opens_no_page_without_a_password(open_chat: OpenChat) -> None:
    with open_chat() as chat:
        public = {"Host": "pincite.example"}
        for path in ("/", "/api/documents", "/healthz"):
            assert chat.post(path, b"", public, method="GET").status == 400
        assert chat.mention(ALLOWED, headers=public).status == 200
