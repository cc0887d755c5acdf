"""Filters keep just the documents they name, before the best passages are chosen."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from conftest import WordEmbedder
from hypothesis import given
from hypothesis import strategies as st

from index import Filter, FilterError, Library, add_files, find_files, token_counter
from index.filters import first_day, last_day

PAPERS = {
    "2019/plan.md": ("The plan", "Jane Smith; John Doe", "2019", ["Draft"]),
    "2020/annual-report.md": ("Year of rope", "Smith, Anna", "2020-05-17", ["finance", "rope"]),
    "2020/letters/über alles.md": ("Straße und Größe", "Jürgen Müller", "2020-06", []),
    "old/undated.md": ("年次報告書", None, None, ["#old stuff"]),
}


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("filters")


@pytest.fixture(scope="module")
def papers(place: Path) -> Iterator[Library]:
    """Four documents that all speak of rope; tests only read them."""
    for name, (title, author, date, tags) in PAPERS.items():
        path = place / "papers" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        matter = {"title": title, "author": (author or "").split("; "), "date": date, "tags": tags}
        path.write_text(f"---\n{json.dumps(matter)}\n---\n\nThe rope in {name} is long.\n")
    with Library.open(
        place / "library", embedder=WordEmbedder(), count=token_counter(), create=True
    ) as library:
        for _ in add_files(library, find_files([place / "papers"]), seconds=60):
            pass
        yield library


def kept(library: Library, only: Filter) -> set[str]:
    """The names of the files that a filter keeps, by both indexes."""
    hits = library.search("rope", only=only).hits
    assert all(hit.lexical > 0 for hit in hits)
    return {Path(hit.document.source).name for hit in hits}


@pytest.mark.parametrize(
    ("only", "names"),
    [
        pytest.param(Filter(within=("2020",)), {"annual-report.md", "über alles.md"}, id="folder"),
        pytest.param(Filter(within=("2020/letters",)), {"über alles.md"}, id="folders"),
        pytest.param(Filter(within=("letters/",)), {"über alles.md"}, id="slash_at_its_end"),
        pytest.param(
            Filter(within=(r"2020\LETTERS",)), {"über alles.md"}, id="backslash_and_case"
        ),
        pytest.param(Filter(within=("plan.md",)), {"plan.md"}, id="file"),
        pytest.param(Filter(within=("annual report",)), {"annual-report.md"}, id="words_of_name"),
        pytest.param(Filter(within=("of ROPE",)), {"annual-report.md"}, id="words_of_title"),
        pytest.param(Filter(within=("strasse UND",)), {"über alles.md"}, id="sharp_s"),
        pytest.param(Filter(within=("uber alles",)), {"über alles.md"}, id="accents"),
        pytest.param(Filter(within=("報告",)), {"undated.md"}, id="no_spaces"),
        pytest.param(Filter(within=("plan", "old")), {"plan.md", "undated.md"}, id="any_place"),
        pytest.param(Filter(authors=("smith",)), {"plan.md", "annual-report.md"}, id="surname"),
        pytest.param(Filter(authors=("Anna Smith",)), {"annual-report.md"}, id="any_order"),
        pytest.param(Filter(authors=("MULLER",)), {"über alles.md"}, id="author_accents"),
        pytest.param(Filter(authors=("Ju\u0308rgen",)), {"über alles.md"}, id="decomposed"),
        pytest.param(Filter(tags=("FINANCE",)), {"annual-report.md"}, id="tag"),
        pytest.param(Filter(tags=("old  stuff",)), {"undated.md"}, id="tag_of_two_words"),
        pytest.param(Filter(tags=("#draft", "rope")), {"plan.md", "annual-report.md"}, id="tags"),
        pytest.param(
            Filter(tags=("draft", "rope"), authors=("anna",)), {"annual-report.md"}, id="all_kinds"
        ),
        pytest.param(
            Filter(tags=("draft", "rope"), also=Filter(tags=("rope",))),
            {"annual-report.md"},
            id="also",
        ),
        pytest.param(Filter(after="2020"), {"annual-report.md", "über alles.md"}, id="after_year"),
        pytest.param(Filter(after="2020-05-18"), {"über alles.md"}, id="after_day"),
        pytest.param(
            Filter(after="2020-05-17"), {"annual-report.md", "über alles.md"}, id="on_the_day"
        ),
        pytest.param(Filter(after="2020-06-30"), {"über alles.md"}, id="in_a_month"),
        pytest.param(Filter(before="2019-02"), {"plan.md"}, id="year_around_a_month"),
        pytest.param(Filter(before="2020-05"), {"plan.md", "annual-report.md"}, id="before_month"),
        pytest.param(Filter(after="2019-12", before="2019-12"), {"plan.md"}, id="one_month"),
        pytest.param(Filter(after="2020-06", before="2020"), {"über alles.md"}, id="between"),
    ],
)
def test_a_filter_keeps_just_what_it_names(papers: Library, only: Filter, names: set[str]) -> None:
    assert kept(papers, only) == names


def test_a_place_is_a_path_from_the_root_or_an_id(
    papers: Library, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(place))
    plan = papers.file(str(place / "papers" / "2019" / "plan.md"))
    assert plan is not None
    assert plan.document is not None

    for named in (str(place / "papers" / "2019"), plan.source, plan.document, "~/papers/2019/"):
        assert kept(papers, Filter(within=(named,))) == {"plan.md"}
    assert len(kept(papers, Filter(within=("/",)))) == len(PAPERS)
    with pytest.raises(FilterError, match="no document is in '/2019'"):
        kept(papers, Filter(within=("/2019",)))


@pytest.mark.parametrize(
    ("only", "said"),
    [
        pytest.param(Filter(tags=("finances",)), "tag 'finances'; did you mean 'finance'", id="t"),
        pytest.param(Filter(tags=("zzz",)), "the tags are 'Draft', 'finance',", id="tags"),
        pytest.param(Filter(authors=("Smyth",)), "author 'Smyth'; did you mean '", id="author"),
        pytest.param(Filter(authors=("...",)), "by an author '...'", id="no_words"),
        pytest.param(Filter(within=("leters",)), "'leters'.* did you mean 'letters'", id="in"),
        pytest.param(Filter(within=("/zz",)), "the documents are 'Straße", id="documents"),
        pytest.param(Filter(after="2031"), "after '2031'; .* 2019 to 2020-06", id="after"),
        pytest.param(Filter(before="1999"), "before '1999'; .* 2019 to 2020-06", id="before"),
        pytest.param(
            Filter(tags=("draft",), authors=("anna",)),
            "all the filters at once .*author 'anna', tag 'draft'",
            id="together",
        ),
        pytest.param(Filter(tags=("draft",), also=Filter(tags=("rope",))), "at once", id="also"),
    ],
)
def test_a_filter_that_keeps_nothing_is_refused_with_what_comes_nearest(
    papers: Library, only: Filter, said: str
) -> None:
    with pytest.raises(FilterError, match=said):
        papers.search("rope", only=only)


@pytest.mark.parametrize(
    "date", ["", "20", "2020-13", "2020-02-30", "May 2020", "２０２０", "0000"]
)
def test_a_malformed_date_is_refused_with_its_value(date: str) -> None:
    with pytest.raises(FilterError, match=rf"after '{date}' is no date; write 2020"):
        Filter(after=date)
    with pytest.raises(FilterError, match=rf"before '{date}' is no date; write 2020"):
        Filter(before=date)


def test_dates_that_exclude_each_other_are_refused() -> None:
    with pytest.raises(FilterError, match="both after '2020-06' and before '2020-05'"):
        Filter(after="2020-06", before="2020-05")


@pytest.mark.parametrize("value", ["", "  ", "a" * 2000, "\ud800", "a\0"])
def test_a_value_that_is_none_is_refused(value: str) -> None:
    refused = r"no value|too long or no valid text"
    with pytest.raises(FilterError, match=refused):
        Filter(within=(value,))
    with pytest.raises(FilterError, match=refused):
        Filter(authors=(value,))
    with pytest.raises(FilterError, match=refused):
        Filter(tags=(value,))


def test_filters_without_end_are_refused(papers: Library) -> None:
    with pytest.raises(FilterError, match="51 values of 'tag' are too many"):
        Filter(tags=("a",) * 51)
    with pytest.raises(FilterError, match=r"the author 'a\.a\..*' has over 20 words"):
        Filter(authors=("a." * 21,))
    most = Filter(within=("a b " * 250,) * 50, authors=("a b " * 10,) * 50, tags=("a",) * 50)
    with pytest.raises(FilterError, match="no document is in 'a b a b"):
        papers.search("rope", only=most)


dates = st.one_of(
    st.dates().map(lambda day: day.isoformat()),
    st.dates().map(lambda day: day.isoformat()[:7]),
    st.integers(1, 9999).map("{:04}".format),
)


@given(dates)
def test_a_date_begins_before_it_ends(date: str) -> None:
    assert first_day(date, "after") <= last_day(date, "before")
    assert first_day(date, "after").startswith(date)
    assert len(last_day(date, "before")) == len("2020-09-22")


def test_an_empty_library_says_so(tmp_path: Path, make_library: Callable[[Path], Library]) -> None:
    (tmp_path / "empty").mkdir()

    with pytest.raises(FilterError, match="no documents"):
        make_library(tmp_path / "empty").search("rope", only=Filter(tags=("a",)))


def test_one_passage_among_thousands_is_found_by_both_indexes(
    tmp_path: Path, make_library: Callable[[Path], Library]
) -> None:
    """It is far down in both, so a filter that comes after the best were chosen loses it."""
    folder = tmp_path / "folder"
    folder.mkdir()
    common = "".join(f"# Part {n}\n\nZebras zebras zebras zebras.\n\n" for n in range(2000))
    (folder / "common.md").write_text(common)
    rare = "A zebra is mentioned once among many other words of no matter whatsoever."
    (folder / "rare.md").write_text(f"---\ntags: one\n---\n\n{rare}")
    library = make_library(folder)
    assert library.passage_count() > 2000
    assert "rare.md" not in {Path(h.document.source).name for h in library.search("zebras").hits}

    (hit,) = library.search("zebras", only=Filter(tags=("one",))).hits

    assert Path(hit.document.source).name == "rare.md"
    assert hit.lexical > 0
    rarity = library.search("zebras").rarity
    assert library.search("zebras", only=Filter(tags=("one",))).rarity == rarity


def test_of_many_documents_it_is_said_how_many_they_are(
    tmp_path: Path, make_library: Callable[[Path], Library]
) -> None:
    folder = tmp_path / "documents"
    folder.mkdir()
    for number in range(11):
        (folder / f"{number}.md").write_text(f"# Otter {number}\n\nOtter {number} swims.\n")
    library = make_library(folder)

    with pytest.raises(FilterError, match=r"; the library has 11 documents$"):
        library.search("otter", only=Filter(within=("/nowhere",)))
