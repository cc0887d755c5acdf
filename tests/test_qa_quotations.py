"""The quotations of a draft are found, whatever marks it has, and nothing else is."""

import pytest

from qa.quotations import quotations


def found(draft: str) -> list[str]:
    return [one.words for one in quotations(draft, markdown=True)[0]]


@pytest.mark.parametrize(
    ("draft", "words"),
    [
        pytest.param(
            "In the '90s they said „so it is“, and “the prisoners' own” view.",
            ["so it is", "the prisoners' own"],
            id="decades",
        ),
        pytest.param("In the '90s the workers' view was theirs.", [], id="decade-and-genitive"),
        pytest.param("'Tis the workers' view.", [], id="words-cut-short"),
        pytest.param(
            "the 'old and “very old ' thing” 'is'", ["very old ' thing", "is"], id="crossing"
        ),
    ],
)
def test_quotations(draft: str, words: list[str]) -> None:
    assert found(draft) == words
