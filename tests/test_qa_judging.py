"""Judging quotations against real documents."""

from collections.abc import Callable
from pathlib import Path

import pytest

from index import Library
from qa.judging import Judgement, judged

BRIDGE = (
    "The harbour bridge was not opened in 1931, as the papers said. It cost nine million crowns "
    "and was paid for by the town. Nobody has ever found out who drew it.\n"
)
TUNNEL = (
    "The tunnel below the harbour was dug in winter. It leaks, said the engineer, every spring.\n"
)


@pytest.fixture
def library(tmp_path: Path, make_library: Callable[[Path], Library]) -> Library:
    folder = tmp_path / "documents"
    folder.mkdir()
    (folder / "bridge.txt").write_text(BRIDGE)
    (folder / "tunnel.txt").write_text(TUNNEL)
    return make_library(folder)


def cited(library: Library, name: str) -> str:
    """The id of a document."""
    document = next(file.document for file in library.files() if name in file.source)
    assert document is not None
    return document


def true_wording(judgement: Judgement) -> str:
    return judgement.places[0].quote


@pytest.mark.parametrize(
    ("words", "verdict"),
    [
        ("It cost nine million crowns", "exact"),
        ("it COST nine million crowns", "exact"),
        ("It cost … crowns and was paid for", "elided"),
        ("[I]t cost nine million crowns", "elided"),
        ("It [the bridge] cost nine million crowns", "elided"),
        ("It cost nine [sic] million crowns", "elided"),
        ("It cost[s] nine million crowns and [is] paid for", "elided"),
        ("The harbour bridge was opened in 1931", "altered"),
        ("Nobody [2, 3] has ever found out who drew it", "altered"),
        ("It cost six million crowns and was paid for by the town", "altered"),
        ("It cost nine million crowns and was paid for by the king", "altered"),
        ("Nobody has ever … It cost nine million crowns", "altered"),
        ("The harbour bridge … every spring", "altered"),
        ("The harbour bridge was not opened in 1931 […] paid for by the king", "altered"),
        ("Trains have run over the old viaduct since the war", "not found"),
    ],
)
def test_verdicts(library: Library, words: str, verdict: str) -> None:
    assert judged(library, words).verdict == verdict


def test_the_true_wording_is_shown_word_by_word(library: Library) -> None:
    judgement = judged(library, "The harbour bridge was opened in 1931")

    assert true_wording(judgement).startswith("The harbour bridge was not opened in 1931")
    assert ("missing", "not") in {(one.kind, one.ours.strip()) for one in judgement.changes}


def test_words_of_another_source_than_the_one_cited(library: Library) -> None:
    bridge, tunnel = cited(library, "bridge"), cited(library, "tunnel")
    words = "It leaks, said the engineer, every spring"

    assert judged(library, words, cited={tunnel: []}).verdict == "exact"
    judgement = judged(library, words, cited={bridge: []})
    assert judgement.verdict == "misattributed"
    assert judgement.places[0].document.id == tunnel


def test_each_part_is_set_beside_its_own_true_wording(library: Library) -> None:
    judgement = judged(
        library, "The harbour bridge was opened in 1931 […] It cost nine million crowns"
    )

    assert judgement.verdict == "altered"
    assert [place.quote for place in judgement.places] == [
        "The harbour bridge was not opened in 1931",
        "It cost nine million crowns",
    ]
    told = "".join(change.ours for change in judgement.changes)
    assert told == "The harbour bridge was not opened in 1931 […] It cost nine million crowns"


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("The harbour bridge was […] opened in 1931", True),
        ("It cost [not] nine million crowns", True),
        ("It cost […] crowns", False),
        ("The harbour bridge was [not] opened in 1931", False),
    ],
)
def test_a_negation_that_is_left_out_or_put_in_is_told(
    library: Library, words: str, told: bool
) -> None:
    judgement = judged(library, words)

    assert judgement.verdict == "elided"
    assert ("has a negation" in judgement.remark) == told


def test_the_number_of_a_page_that_is_passed_is_no_word(seed_library: Library) -> None:
    words = "Give the index only for a page that bears no number, and call it what it is"

    judgement = judged(seed_library, words)

    assert judgement.verdict == "exact"
    assert (judgement.places[0].locator.page, judgement.places[0].locator.last_page) == (5, 6)


@pytest.mark.parametrize(
    ("words", "verdict"),
    [
        ("the whole diag-\nnostic market of the town", "exact"),
        ("the whole diagnostic market of the town", "exact"),
        ("the whole diag nostic market of the town", "altered"),
        ("the whole, diagnostic market of the town", "altered"),
        ("They took the whóle diagnostic market of the town then", "altered"),
    ],
)
def test_a_word_that_a_line_end_once_parted_is_the_same(
    tmp_path: Path, make_library: Callable[[Path], Library], words: str, verdict: str
) -> None:
    (tmp_path / "a.txt").write_text("They took the whole diag- nostic market of the town then.")

    assert judged(make_library(tmp_path / "a.txt"), words).verdict == verdict


@pytest.mark.parametrize(
    ("words", "verdict"),
    [
        ("a missing link [Journal of Bridges, vol. 12, p. 907] in the puzzle of it", "exact"),
        ("a missing link [Journal of Bridges, vol. 12, p. 97] in the puzzle of it", "altered"),
        ("a missing link […] in the puzzle of it", "elided"),
        ("the puzzle of it [here], they said", "elided"),
    ],
)
def test_what_a_source_has_in_brackets_must_stand_there(
    tmp_path: Path, make_library: Callable[[Path], Library], words: str, verdict: str
) -> None:
    (tmp_path / "a.txt").write_text(
        "It was a missing link [Journal of Bridges, vol. 12, p. 907] in the puzzle of it, "
        "they said."
    )

    assert judged(make_library(tmp_path / "a.txt"), words).verdict == verdict
