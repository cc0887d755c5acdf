"""A question that leans on earlier ones is searched with their words; any other is left alone."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index import Library, words_of
from qa import Answer, Bot, QuestionError, Turn, answer_json
from qa.followups import Leaning, carried_words, leaning

GOLDEN = [
    json.loads(line)["question"]
    for line in (Path(__file__).parent / "golden_questions.jsonl").read_text().splitlines()
]

# Earlier questions about other things than the sample documents.
UNRELATED = [
    Turn("How do bees find their way back to the hive?"),
    Turn("Who composed the Goldberg Variations?"),
    Turn("How long should sourdough bread rise?"),
]

ZARIF = Turn("Who is Javad Zarif?")


@pytest.fixture
def bot(seed_library: Library) -> Bot:
    return Bot(seed_library, threshold=0.5)


def untimed(answer: Answer) -> Answer:
    return replace(answer, took_ms=0)


def alike(text: str) -> dict[str, float]:
    """Every word but the commonest weighs half of what a word can."""
    common = set(
        "a about and are did do does how in is it of that the was what when who why".split()
    )
    return {word: 0.5 for word in words_of(text) if word not in common}


@pytest.mark.parametrize(
    ("earlier", "question", "searched", "quoted"),
    [
        pytest.param(
            "Who is Javad Zarif?",
            "What did he say about Idlib?",
            "What did he say about Idlib? (Javad Zarif)",
            "cleaned out",
            id="pronoun",
        ),
        pytest.param(
            "What did demonstrators in Basra set on fire?",
            "Who reported that?",
            "Who reported that? (demonstrators Basra set fire)",
            "The Washington Post reported",
            id="demonstrative",
        ),
        pytest.param(
            "Which nations sent soldiers to the Kavkaz exercise?",
            "And in 2020?",
            "And in 2020? (nations sent soldiers Kavkaz exercise)",
            "had sent a thousand soldiers",
            id="another-year",
        ),
        pytest.param(
            "Did South Korea stop buying Iranian oil?",
            "Why?",
            "Why? (South Korea buying Iranian oil)",
            "South Korea was the first country",
            id="one-word",
        ),
    ],
)
def test_a_question_that_leans_is_searched_with_what_it_leans_on(
    bot: Bot, earlier: str, question: str, searched: str, quoted: str
) -> None:
    answer = bot.ask(question, history=[*UNRELATED, Turn(earlier)])

    assert (answer.question, answer.searched) == (question, searched)
    assert any(quoted in one.quote for one in answer.excerpts[:2])


def test_what_was_searched_can_be_asked_and_has_the_same_first_excerpt(bot: Bot) -> None:
    answer = bot.ask("What did he say about Idlib?", history=[ZARIF])

    again = bot.ask(answer.searched)

    assert again.excerpts[0].quote == answer.excerpts[0].quote


def test_the_passages_ranked_are_those_quoted_from(bot: Bot) -> None:
    answer = bot.ask("What did he say about Idlib?", history=[ZARIF])

    (best, *_) = bot.passages("What did he say about Idlib?", history=[ZARIF])
    (alone, *_) = bot.passages("What did he say about Idlib?", history=[ZARIF], follow_up=False)

    quote = answer.excerpts[0]
    assert best.hit.document == quote.document
    assert best.hit.start <= quote.start < quote.end <= best.hit.end
    assert alone == bot.passages("What did he say about Idlib?")[0]


@pytest.mark.parametrize("question", GOLDEN)
def test_a_question_that_stands_alone_has_its_own_answer_after_any_others(
    bot: Bot, question: str
) -> None:
    alone = bot.ask(question)

    assert alone.searched == question
    assert untimed(bot.ask(question, history=UNRELATED)) == untimed(alone)
    assert untimed(bot.ask(question, history=[*UNRELATED, ZARIF])) == untimed(alone)


def test_a_follow_up_can_be_overruled(bot: Bot) -> None:
    question = "What did he say about Idlib?"

    overruled = bot.ask(question, history=[ZARIF], follow_up=False)

    assert overruled.searched == question
    assert (
        untimed(overruled) == untimed(bot.ask(question)) == untimed(bot.ask(question, history=[]))
    )


def test_the_same_conversation_has_the_same_answer_byte_for_byte(bot: Bot) -> None:
    told = {
        json.dumps({**answer_json(bot.ask("Why?", history=[*UNRELATED, ZARIF])), "took_ms": 0})
        for _ in range(5)
    }

    assert len(told) == 1


def test_after_a_refusal_the_question_s_words_are_carried_all_the_same(bot: Bot) -> None:
    refused = bot.ask("How many inhabitants does Canberra have?")
    assert not refused.answered

    answer = bot.ask("Who governs it?", history=[Turn(refused.question)])

    assert "Canberra" in answer.searched
    assert not answer.answered


def test_where_no_question_names_anything_the_quote_does(bot: Bot) -> None:
    quote = bot.ask("What happened to Iran's consulate in Basra?").excerpts[0].quote

    answer = bot.ask("Why was that?", history=[Turn("And what was this?", quotes=(quote,))])

    assert answer.searched == "Why was that? (demonstrators Iraqi port Basra way)"
    assert answer.excerpts[0].quote == quote


def test_words_are_found_in_a_small_library_of_plain_files(
    tmp_path: Path, make_library: Callable[[Path], Library]
) -> None:
    folder = tmp_path / "documents"
    folder.mkdir()
    for year, sum_ in ((2021, "four"), (2022, "seven")):
        (folder / f"{year}.txt").write_text(f"Acme's revenue was {sum_} million in {year}.\n")
    (folder / "other.txt").write_text("In 2022 the harbour bridge was painted green.\n")
    bot = Bot(make_library(folder), threshold=0)

    answer = bot.ask("and in 2022?", history=[Turn("What was Acme's revenue in 2021?")])

    assert answer.searched == "and in 2022? (Acme's revenue)"
    assert answer.excerpts[0].quote == "Acme's revenue was seven million in 2022."


@pytest.mark.parametrize(
    "question",
    [
        "How does it work?",
        "What did they decide?",
        "How many faces does it have?",
        "When was she born?",
        "Who signed this treaty?",
        "And who was Hubble?",
        "but why not?",
        "What about the second one?",
        "how about Germany?",
        "What is the weather like there?",
        "What happened after that?",
        "I meant the river",
        "Are you sure?",
        "Do these rules apply?",
    ],
)
def test_it_reads_as_a_follow_up(question: str) -> None:
    assert leaning(question, alike) is Leaning.YES


@pytest.mark.parametrize(
    "question",
    [
        "How old was Frédéric Chopin when he moved with his family?",
        "How long does it take to bake sourdough bread properly?",
        "What is sourdough bread and how does it rise?",
        "What does the city council divide itself into?",
        "Which cells have membranes that fold inwards?",
        "How do the fees compare to those at other schools?",
        "How many rows of combs are there?",
        "By the way, when was their in vitro method developed?",
        "Why do sourdough loaves rise overnight?",
        "Andorra borders which two countries?",
    ],
)
def test_it_reads_as_standing_alone(question: str) -> None:
    assert leaning(question, alike) is Leaning.NO


@pytest.mark.parametrize(
    ("earlier", "question", "joined"),
    [
        pytest.param(
            ["What is the capital of France?"], "And Germany?", "And Germany? (capital)", id="name"
        ),
        pytest.param(
            ["Does France export wine to Italy?"],
            "And Germany?",
            "And Germany? (France export wine to Italy)",
            id="which-name-is-unclear",
        ),
        pytest.param(
            ["Who led the 1519 voyage?"],
            "And that in 1577?",
            "And that in 1577? (led voyage)",
            id="number",
        ),
        pytest.param(
            ["Who wrote “Emma” (1815)?"],
            "When did she die?",
            "When did she die? (wrote Emma 1815)",
            id="marks",
        ),
        pytest.param(
            ["How tall are giraffes?", "Ok, thanks!"],
            "Why?",
            "Why? (tall giraffes)",
            id="thanks",
        ),
        pytest.param(["What is it?", "Why?"], "How?", None, id="nothing-to-carry"),
        pytest.param(
            ["How do bees swarm over long and windy meadows?", "Who is Ada Lovelace?"],
            "Where did she live?",
            "Where did she live? (Ada Lovelace bees swarm over)",
            id="the-last-question-first",
        ),
        pytest.param(
            ["How do bees swarm?", "Which tall trees grow along old Roman roads?"],
            "Who planted these?",
            "Who planted these? (Which tall trees grow Roman)",
            id="no-further-than-a-question-with-a-subject",
        ),
    ],
)
def test_what_is_carried(earlier: list[str], question: str, joined: str | None) -> None:
    ways = carried_words(question, [Turn(one) for one in earlier], alike)

    assert (f"{question} ({ways[-1]})" if ways else None) == joined


@given(
    question=st.text(min_size=1, max_size=60),
    earlier=st.lists(st.text(max_size=200), max_size=30),
    quotes=st.lists(st.text(max_size=200), max_size=3),
)
def test_whatever_was_said_only_few_of_its_words_are_added(
    question: str, earlier: list[str], quotes: list[str]
) -> None:
    history = [Turn(one, tuple(quotes)) for one in earlier]

    ways = carried_words(question, history, alike)

    assert len(ways) <= 5
    for words in ways:
        assert words.strip()
        assert len(words) < 600
    assert ways == carried_words(question, history, alike)


def test_a_long_history_is_not_followed_for_ever(bot: Bot) -> None:
    history = [ZARIF, *[Turn("Thank you!")] * 500]

    assert "Zarif" not in bot.ask("Why is that?", history=history).searched


def test_a_question_near_the_limit_takes_nothing_over(bot: Bot) -> None:
    question = "And " + "a " * 990 + "he?"

    assert bot.ask(question, history=[ZARIF]).searched == question


@pytest.mark.parametrize(
    ("question", "said"),
    [
        pytest.param(" ", "turn 2 of the history: the question is empty", id="empty"),
        pytest.param("what\x00", "turn 2 of the history: .* control characters", id="control"),
        pytest.param("x" * 2001, "turn 2 of the history: .* 2,001 characters", id="long"),
        pytest.param(None, "turn 2 of the history: .* must be text", id="none"),
    ],
)
def test_a_turn_that_could_not_be_asked_is_refused_by_its_number(
    bot: Bot, question: str, said: str
) -> None:
    with pytest.raises(QuestionError, match=said):
        bot.ask("Why?", history=[ZARIF, Turn(question)])


@pytest.mark.parametrize(
    "earlier",
    [
        '"AND OR NOT" NEAR(*) ^col:',
        "'; DROP TABLE words; --",
        "日本語はなんですか",
        "😀 a",
        "a" * 2000,
    ],
)
def test_any_text_can_have_been_asked(bot: Bot, earlier: str) -> None:
    assert bot.ask("Why is that?", history=[Turn(earlier)]).question == "Why is that?"
