"""The README says what is there, with real output."""

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from index import Library, Reader, SentenceEmbedder
from qa import (
    FORMATS,
    Bot,
    Settings,
    Turn,
    answer_json,
    evaluate,
    figures,
    find_words,
    formatted,
    read_cases,
)
from web.cli import commands
from web.explaining import show_explanation
from web.wording_report import show_wording

README = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")


RESULTS = Path(__file__).parents[1] / "benchmarks" / "results"


@pytest.mark.parametrize(
    "table",
    ["quality.md", "latency.md", "serving.md", "slack.md", "wording.md", "check.md"],
)
def test_the_figures_in_the_readme_are_those_measured(table: str) -> None:
    assert (RESULTS / table).read_text(encoding="utf-8") in README


@pytest.mark.parametrize("image", re.findall(r"!\[.+?\]\((.+?)\)", README))
def test_every_image_of_the_readme_is_there(image: str) -> None:
    assert (RESULTS.parents[1] / image).is_file()


def test_the_help_in_the_readme_is_the_help() -> None:
    shown = CliRunner().invoke(commands, ["--help"], prog_name="pincite", terminal_width=80).output

    assert shown.strip() in README


@pytest.mark.parametrize("command", sorted(commands.commands))
def test_every_command_is_in_the_readme_and_its_help_shows_an_example(command: str) -> None:
    shown = CliRunner().invoke(commands, [command, "--help"], prog_name="pincite").output

    assert f"  {command} " in README
    assert "Examples:" in shown
    assert f"  pincite {command}" in shown


@pytest.mark.parametrize("name", sorted(Settings.__dataclass_fields__))
def test_every_setting_is_in_the_readme(name: str) -> None:
    assert f"`PINCITE_{name.upper()}`" in README


@pytest.fixture
def bot(seed_library: Library, sentence_embedder: SentenceEmbedder) -> Bot:
    return Bot(seed_library, threshold=0.5, reranker=Reader(sentence_embedder))


def test_the_answer_in_the_readme_is_the_answer(bot: Bot) -> None:
    shown = re.search(r"```json\n(\{.*?\n\})\n```", README, re.DOTALL)
    assert shown is not None
    expected = json.loads(shown[1])

    answer = bot.ask(expected["question"], limit=1)

    told = json.loads(json.dumps(answer_json(answer)))
    for volatile in (expected, told):
        # Scores differ between processors, sources and so ids between machines.
        volatile.update(took_ms=0, confidence=0)
        for excerpt in volatile["excerpts"]:
            excerpt.update(score=0, link="")
            excerpt["document"].update(id="", source="")
    assert told == expected


def test_the_example_in_the_readme_is_what_is_quoted(bot: Bot) -> None:
    shown = re.search(r'\$ pincite ask "(.+?)" -n 1\n(.*?)\n```', README, re.DOTALL)
    assert shown is not None

    (excerpt,) = bot.ask(shown[1], limit=1).excerpts

    words = " ".join(shown[2].split())
    assert " ".join(excerpt.quote.split()) in words
    assert excerpt.citation in words


def test_the_wording_in_the_readme_is_what_is_found(
    seed_library: Library, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    shown = re.search(r'\$ pincite quote "(.+?)"\n(.*?)\n```', README, re.DOTALL)
    assert shown is not None
    monkeypatch.setenv("COLUMNS", "80")

    show_wording(find_words(seed_library, shown[1]))

    told = capsys.readouterr().out.strip().splitlines()
    assert told[:-1] == shown[2].splitlines()[:-1]
    assert told[-1].endswith(shown[2].splitlines()[-1].strip())


@pytest.mark.parametrize("name", [figure.name for figure in figures([])])
def test_every_figure_of_an_evaluation_is_in_the_readme(name: str) -> None:
    assert f"`{name}`" in README


def test_the_evaluation_in_the_readme_is_met(seed_library: Library) -> None:
    shown = re.search(r"```jsonl\n(.*?)```", README, re.DOTALL)
    assert shown is not None

    cases = read_cases(shown[1].encode())
    outcomes = list(evaluate(Bot(seed_library, threshold=0.5), seed_library, cases))

    assert [outcome.met for outcome in outcomes] == [True] * 4


def test_the_explanation_in_the_readme_is_what_is_shown(
    bot: Bot,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    shown = re.search(r'\$ pincite ask "([^"]+)" -n 1 --explain\n…\n(.*?)\n```', README, re.DOTALL)
    assert shown is not None
    monkeypatch.setenv("COLUMNS", "80")

    show_explanation(bot.ask(shown[1], limit=1, explain=True))

    # Scores differ in their last digits between processors, and times always.
    numbers = re.compile(r"\d+\.\d+")
    told = [numbers.sub("n", line).split() for line in capsys.readouterr().out.splitlines()]
    assert told == [numbers.sub("n", line).split() for line in shown[2].splitlines()]


def test_the_citation_in_the_readme_is_what_is_printed(bot: Bot) -> None:
    shown = re.search(
        r'\$ pincite ask "([^"]+)" -n 1 --format (\w+)\n(.*?)\n```', README, re.DOTALL
    )
    assert shown is not None

    (excerpt,) = bot.ask(shown[1], limit=1).excerpts

    assert formatted(excerpt, excerpt.document, shown[2]) == shown[3]


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_is_in_the_readme(name: str) -> None:
    assert f"`{name}`" in README


def test_the_follow_up_in_the_readme_is_what_is_searched(seed_library: Library) -> None:
    shown = re.search(
        r'\$ pincite ask "([^"]+)" --follow-up-to "([^"]+)" -n 1\n(.*?)\n```', README, re.DOTALL
    )
    assert shown is not None

    answer = Bot(seed_library, threshold=0.5).ask(shown[1], limit=1, history=[Turn(shown[2])])

    words = " ".join(shown[3].split())
    assert f"Searched: {answer.searched} 1 “" in words
    assert " ".join(answer.excerpts[0].quote.split()) in words
    assert answer.excerpts[0].citation in words
