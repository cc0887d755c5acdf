"""Which documents a citation names, without a library."""

import time

import pytest

from index import CatalogueEntry
from qa.draft_citations import DraftCitation
from qa.naming import Catalogue


def entry(document: str, *addresses: str, key: str = "", title: str = "") -> CatalogueEntry:
    return CatalogueEntry(document, key or document, title, (), "", addresses)


def told(text: str) -> DraftCitation:
    return DraftCitation(0, len(text), text, "note")


def named(entries: list[CatalogueEntry], text: str) -> list[str]:
    return list(Catalogue(entries).named(told(text)).documents)


@pytest.mark.parametrize(
    ("text", "documents"),
    [
        ("https://doi.org/10.1234/abc.1", ["first"]),
        ("https://doi.org/10.1234/abc.12", ["twelfth"]),
        ("See doi:10.1234/ABC.1, p. 3", ["first"]),
        ("See https://dx.doi.org/10.1234/abc.1.", ["first"]),
        ("https://publisher.example/doi/10.1234/abc.1", ["first"]),
        ("10.1234/abc.1 and 10.1234/abc.12", ["first", "twelfth"]),
        ("https://doi.org/10.1234/abc.1-2", []),
        ("https://doi.org/10.1234/abc.1(2)", []),
        ("https://doi.org/10.1234/abc", []),
        ("https://doi.org/110.1234/abc.1", []),
        ("https://news.example", ["home"]),
        ("(https://www.news.example/)", ["home"]),
        ("https://news.example/2020/bridge", ["article"]),
        ("http://www.news.example/2020/bridge/#top", ["article"]),
        ("https://news.example/2020/ferry", []),
        ("https://news.example/2020/bridge?page=2", []),
        ("https://old-news.example", []),
        ("https://old.news.example/2020/bridge", []),
        ("someone@news.example", []),
        ("/papers/my notes.md", ["notes"]),
        ("/papers/my notes.md.txt", []),
        ("https://elsewhere.example/", []),
        ("localhost", []),
    ],
)
def test_an_address_names_what_stands_there_and_nothing_else(
    text: str, documents: list[str]
) -> None:
    entries = [
        entry("first", "10.1234/abc.1", "https://publisher.example/a"),
        entry("twelfth", "https://doi.org/10.1234/abc.12"),
        entry("home", "https://news.example/"),
        entry("article", "https://www.news.example/2020/bridge"),
        entry("notes", "/papers/my notes.md"),
        entry("empty", "https://", "https://doi.org/", "/", "http://localhost"),
    ]

    assert named(entries, text) == documents


def test_of_addresses_within_another_the_longest_counts() -> None:
    entries = [
        entry("whole", "https://publisher.example/doi/10.1234/abc"),
        entry("part", "10.1234/abc"),
    ]

    assert named(entries, "https://publisher.example/doi/10.1234/abc") == ["whole"]
    assert named(entries, "https://doi.org/10.1234/abc") == ["part"]


def test_documents_at_one_address_are_all_named() -> None:
    entries = [entry("a", "10.1234/abc"), entry("b", "https://doi.org/10.1234/abc")]

    assert named(entries, "doi.org/10.1234/abc") == ["a", "b"]


def test_a_key_that_is_written_in_another_way_is_told() -> None:
    catalogue = Catalogue([entry("1", key="Müller1998"), entry("2", key="muller1998")])

    def keyed(key: str) -> DraftCitation:
        return DraftCitation(0, 1, key, "key", key=key)

    assert catalogue.named(keyed("Müller1998")).documents == ("1",)
    assert catalogue.named(keyed("muller1998")).documents == ("2",)
    other = catalogue.named(keyed("MULLER1998"))
    assert (other.documents, "is it 'Müller1998'?" in other.remark) == ((), True)
    assert "status --all" in catalogue.named(keyed("nobody")).remark


def test_many_citations_of_a_large_library_take_little_time() -> None:
    catalogue = Catalogue(
        entry(
            str(number),
            f"10.1234/abc.{number}",
            f"/home/papers/of the year/{number}.pdf",
            key=f"key{number}",
            title=f"The history of {number}",
        )
        for number in range(5_000)
    )
    began = time.perf_counter()

    for number in range(2_000):
        assert not catalogue.named(DraftCitation(0, 3, "@aa", "key", key="aa")).documents
        said = f"The history of {number}, https://doi.org/10.1234/abc.{number}"
        assert catalogue.named(told(said)).documents == (str(number),)
        assert catalogue.named(told(f"the history of {number}.")).documents == (str(number),)
        assert not catalogue.named(told("the 10.1234/abc./home/papers/of the year")).documents
        assert not catalogue.is_title("the history of the town")

    assert time.perf_counter() - began < 3
