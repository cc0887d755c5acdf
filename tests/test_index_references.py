"""Libraries of references: what is read of them, and which of their entries is which file."""

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from index import (
    Document,
    Library,
    Matching,
    PinciteError,
    add_files,
    find_files,
    load_references,
    made_key,
)
from index.reading import read
from index.reading.variables import date_of, person_of
from index.references.bibtex import read_bibtex
from index.references.csl_json import read_csl_json
from index.references.ris import read_ris

GOOD = "@book{fenn, title = {Margins}, year = 2001}\n"


def bibtex(text: str) -> list[dict[str, Any]]:
    return [dict(entry.item) for entry in read_bibtex(text)[0]]


def troubles(path: Path, text: str) -> list[tuple[int, str]]:
    path.write_text(text, encoding="utf-8")
    return [(one.line, one.what) for one in load_references(path).troubles]


def test_an_entry_of_bibtex_is_an_item() -> None:
    (item,) = bibtex(
        r"""@string{oup = "Oxford Press"}
        @incollection{ochieng2014,
          author = {Ochieng, Grace and Ludwig van Beethoven and {World Bank} and others},
          title = {Reading the {NASA} margins: \"Ubung \& caf{\'e}},
          booktitle = "Handbook", editor = {Strunk, Jr., William},
          publisher = oup, address = {Oxford}, pages = {29--58}, date = {2014-03-02},
          doi = {10.1000/a\_b%c}, url = {https://e.example/~x?a=1\&b=2}, urldate = {2020-01-05},
          keywords = {margins, ink},
        }"""
    )

    assert item == {
        "type": "chapter",
        "title": "Reading the NASA margins: Übung & café",
        "author": [
            {"given": "Grace", "family": "Ochieng"},
            {"given": "Ludwig", "non-dropping-particle": "van", "family": "Beethoven"},
            {"literal": "World Bank"},
        ],
        "editor": [{"given": "William", "family": "Strunk", "suffix": "Jr."}],
        "container-title": "Handbook",
        "publisher": "Oxford Press",
        "publisher-place": "Oxford",
        "keyword": "margins, ink",
        "DOI": "10.1000/a_b%c",
        "URL": "https://e.example/~x?a=1&b=2",
        "page": "29-58",
        "issued": {"date-parts": [[2014, 3, 2]]},
        "accessed": {"date-parts": [[2020, 1, 5]]},
        "id": "ochieng2014",
        "citation-key": "ochieng2014",
    }


def test_a_record_of_ris_is_an_item() -> None:
    text = (
        "TY  - JOUR\nID  - hyland99\nAU  - Hyland, Ken\nAU  - World Bank\nTI  - Academic\n"
        "  attribution\nT2  - Applied Linguistics\nVL  - 20\nIS  - 3\nSP  - 341\nEP  - 367\n"
        "PY  - 1999\nDA  - 1999/03/04/\nDO  - 10.1000/x\nUR  - https://e.example/a;b\nER  - \n"
    )

    ((entry,), wrong) = read_ris(text)

    assert wrong == []
    assert entry.item == {
        "type": "article-journal",
        "title": "Academic attribution",
        "container-title": "Applied Linguistics",
        "DOI": "10.1000/x",
        "URL": "https://e.example/a;b",
        "volume": "20",
        "issue": "3",
        "author": [{"family": "Hyland", "given": "Ken"}, {"literal": "World Bank"}],
        "page": "341-367",
        "issued": {"date-parts": [[1999, 3, 4]]},
        "id": "hyland99",
        "citation-key": "hyland99",
    }


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(
            GOOD + "@book{broken,\n  title = {No end,\n\n@book{last, title={L}}\n",
            [(2, "'broken' cannot be read")],
            id="open-brace",
        ),
        pytest.param(
            GOOD + "@book{fenn, title = {Other}}",
            [(2, "the key 'fenn' is that of line 1 too; this entry differs, and both are kept")],
            id="same-key",
        ),
        pytest.param(
            GOOD + GOOD,
            [(2, "the key 'fenn' is that of line 1 too; this entry says the same")],
            id="twice",
        ),
        pytest.param(
            GOOD + "@misc{x, title={A}, title={B}}",
            [(2, "'x': the field title is given more than once; the first counts")],
            id="same-field",
        ),
        pytest.param(GOOD + "@misc{, title={A}}", [(2, "an entry without a key")], id="no-key"),
        pytest.param(
            GOOD + "\nbook{lost,\n title = {A}}\n",
            [(3, "'book' looks like an entry without its @")],
            id="no-at",
        ),
        pytest.param(
            GOOD + "@misc{x, title={A}, year={c. 1900}}",
            [(2, "'x': issued is not a certain date: 'c. 1900'")],
            id="date",
        ),
    ],
)
def test_what_is_wrong_in_bibtex_is_named_by_line(
    tmp_path: Path, text: str, expected: list[tuple[int, str]]
) -> None:
    found = troubles(tmp_path / "refs.bib", text)

    assert [line for line, _ in found] == [line for line, _ in expected]
    for (_, what), (_, said) in zip(found, expected, strict=True):
        assert what.startswith(said)
    assert "fenn" in [entry.key for entry in load_references(tmp_path / "refs.bib").entries]


def test_what_follows_a_broken_entry_is_read() -> None:
    entries, wrong = read_bibtex("@book{a, title = {No end,\n@book{b, title = {B}}\n")

    assert [entry.key for entry in entries] == ["b"]
    assert [one.line for one in wrong] == [1]


def test_what_is_wrong_in_ris_and_csl_json_is_named_by_line(tmp_path: Path) -> None:
    ris = "AU  - Nobody\nTY  - BOOK\nTI  - A\nER  - \nTY  - BOOK\nAU  - Roe\nER  - \n"
    csl = '[{"id": "a", "title": "A"},\n 3,\n {"id": "b", "title": ["B"]},\n {"id": "c", ]'

    assert [line for line, _ in troubles(tmp_path / "r.ris", ris)] == [1, 5]
    found = troubles(tmp_path / "r.json", csl)
    assert [line for line, _ in found] == [2, 3, 4]
    assert "'b': title must be a text" in found[1][1]
    assert "what stands above is kept" in found[2][1]
    kept = load_references(tmp_path / "r.json").entries
    assert [(one.key, "title" in one.item) for one in kept] == [("a", True), ("b", False)]


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("refs.bib", "nothing here", "no entry that can be read; give BibTeX"),
        ("refs.bib", "@book{a, title={", "line 1: 'a' cannot be read"),
        ("refs.json", '"text"', "it is no list of CSL-JSON items"),
        ("refs.json", "{", "cannot be read: "),
    ],
    ids=["prose", "all-broken", "text", "half"],
)
def test_a_library_without_an_entry_is_refused(
    tmp_path: Path, name: str, text: str, said: str
) -> None:
    (tmp_path / name).write_text(text)

    with pytest.raises(PinciteError) as refused:
        load_references(tmp_path / name)

    assert said in str(refused.value)
    assert repr(str(tmp_path / name)) in str(refused.value)


@given(st.text() | st.lists(st.sampled_from('@book{ a , = { } " title 2020 \n # , \\'.split(" "))))
@example("@book{a, author = {{{}")
@example("@book{a, author = {, , ,}, file = {:::}}")
def test_nothing_written_in_bibtex_breaks_the_reader(text: str | list[str]) -> None:
    read_bibtex("".join(text))


@given(
    st.text() | st.lists(st.sampled_from(["TY  - BOOK\n", "ER  - \n", "TI  - a\n", "KW  - \n"]))
)
def test_nothing_written_in_ris_or_json_breaks_the_reader(text: str | list[str]) -> None:
    written = "".join(text)
    read_ris(written)
    try:
        read_csl_json(f"[{written}")
    except ValueError as error:
        pytest.fail(str(error))


@pytest.mark.parametrize(
    ("written", "files"),
    [
        ("papers/a.pdf", ("papers/a.pdf",)),
        (":papers/a.pdf:PDF", ("papers/a.pdf",)),
        (
            "Full Text:files/12/a b.pdf:application/pdf;Snap:b.html:text/html",
            ("files/12/a b.pdf", "b.html"),
        ),
        (r":C\:\\x\\a.pdf:PDF", (r"C:\x\a.pdf",)),
        (r"C:\x\a.pdf", (r"C:\x\a.pdf",)),
    ],
    ids=["bibdesk", "jabref", "zotero", "drive-escaped", "drive"],
)
def test_the_files_of_an_entry_are_found(written: str, files: tuple[str, ...]) -> None:
    ((entry,), _) = read_bibtex(f"@misc{{a, title={{A}}, file = {{{written}}}}}")

    assert entry.files == files


@pytest.mark.parametrize(
    ("name", "person"),
    [
        ("Jane Smith", {"given": "Jane", "family": "Smith"}),
        ("Smith, Jane", {"family": "Smith", "given": "Jane"}),
        ("J. R. R. Tolkien", {"given": "J. R. R.", "family": "Tolkien"}),
        (
            "Ludwig van Beethoven",
            {"given": "Ludwig", "non-dropping-particle": "van", "family": "Beethoven"},
        ),
        ("William Strunk Jr.", {"given": "William", "family": "Strunk", "suffix": "Jr."}),
        ("The Pincite authors", {"literal": "The Pincite authors"}),
        ("Ministry of Ports", {"literal": "Ministry of Ports"}),
        ("Standards Desk", {"literal": "Standards Desk"}),
        ("Reuters", {"literal": "Reuters"}),
        ("IAEA", {"literal": "IAEA"}),
        ("王小明", {"literal": "王小明"}),
    ],
)
def test_names_are_taken_apart_where_they_are_plain(name: str, person: dict[str, str]) -> None:
    assert person_of(name) == person


@pytest.mark.parametrize(
    ("written", "date"),
    [
        ("2020", {"date-parts": [[2020]]}),
        ("2020 sep", {"date-parts": [[2020, 9]]}),
        ("2020 9 1", {"date-parts": [[2020, 9, 1]]}),
        ("2020-09-22T10:00", {"date-parts": [[2020, 9, 22]]}),
        ("forthcoming", {"literal": "forthcoming"}),
        ("", None),
    ],
)
def test_dates_are_read_as_far_as_they_are_certain(written: str, date: object) -> None:
    assert date_of(written) == date


def test_front_matter_says_where_a_text_was_published() -> None:
    front = (
        "title: Ports\nauthor:\n  - {family: Roe, given: Ann}\ncitation-key: roe2020\n"
        "type: article-newspaper\nnewspaper: The Courier\ndoi: 10.1/x\nurl: https://e.example\n"
        "publisher: Harbour\npages: 12--14\neditor: Jane Smith\naccessed: 2020-05-01\nvolume: 3"
    )

    reading = read(f"---\n{front}\n---\n\nText.\n".encode(), "a.md")

    assert reading.bibliography == {
        "citation-key": "roe2020",
        "type": "article-newspaper",
        "container-title": "The Courier",
        "DOI": "10.1/x",
        "URL": "https://e.example",
        "publisher": "Harbour",
        "page": "12-14",
        "editor": [{"given": "Jane", "family": "Smith"}],
        "accessed": {"date-parts": [[2020, 5, 1]]},
        "volume": "3",
        "author": [{"family": "Roe", "given": "Ann"}],
    }


def test_a_web_page_says_where_it_was_published() -> None:
    page = (
        "<html><head><title>Ports</title><link rel='canonical' href='https://e.example/ports'>"
        "<meta property='og:site_name' content='The Courier'>"
        "<meta name='citation_doi' content='doi:10.1/x'>"
        '<script type="application/ld+json">{"@type": "NewsArticle", "headline": "Ports", '
        '"datePublished": "2020-01-02"}</script></head><body><p>Ports are open.</p></body></html>'
    )

    assert read(page.encode(), "a.html").bibliography == {
        "type": "article-newspaper",
        "container-title": "The Courier",
        "DOI": "10.1/x",
        "URL": "https://e.example/ports",
    }


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Five files, each with another sign of what it is."""
    place = tmp_path / "documents"
    place.mkdir()
    (place / "scan-17.txt").write_text("Ropes are made of hemp. A rope holds.\n")
    (place / "fenn2001.txt").write_text("Margins are wide. They hold notes.\n")
    (place / "b.md").write_text("---\ndoi: 10.1000/ABC\n---\n\nTwo columns tell one story.\n")
    (place / "c.md").write_text("# The lighthouse at the strait\n\nIt is lit at night.\n")
    (place / "none.txt").write_text("Nobody wrote of this.\n")
    (place / "photo.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(40))
    return place


def refs(folder: Path, *extra: str) -> Path:
    """A library of references that names four of the files."""
    path = folder.parent / "refs.bib"
    sha256 = hashlib.sha256((folder / "scan-17.txt").read_bytes()).hexdigest()
    entries = [
        f"@book{{rope, title={{On ropes}}, author={{Roe, Ann}}, year=1990, sha256={{{sha256}}}}}",
        "@book{fenn2001, title={Margins}, author={Fenn, Peter}, year=2001}",
        "@article{ramos, title={Columns}, doi={https://doi.org/10.1000/abc}, year=2009}",
        "@misc{light, title={{The Lighthouse} at the Strait}, year=1950}",
        "@misc{nowhere, title={A book that nobody has}}",
        *extra,
    ]
    path.write_text("\n".join(entries), encoding="utf-8")
    return path


def added(
    library: Library, folder: Path, bibliography: Path | None
) -> tuple[Matching | None, Any]:
    matching = Matching(load_references(bibliography)) if bibliography else None
    reports = list(add_files(library, find_files([folder]), seconds=60, matching=matching))
    return matching, {Path(one.source).name: one.state for one in reports}


def keys(library: Library) -> dict[str, tuple[str, str | None]]:
    found = {}
    for file in library.files():
        if file.document and (document := library.document(file.document)):
            found[Path(file.source).name] = (document.citation_key, document.date)
    return found


def test_files_are_matched_by_hash_name_doi_and_title_and_it_stays(
    make_library: Callable[[Path], Library], folder: Path, tmp_path: Path
) -> None:
    (tmp_path / "empty").mkdir()
    library = make_library(tmp_path / "empty")

    matching, _ = added(library, folder, refs(folder))

    assert matching is not None
    expected = {
        "scan-17.txt": (("rope",), "hash"),
        "fenn2001.txt": (("fenn2001",), "file name"),
        "b.md": (("ramos",), "DOI"),
        "c.md": (("light",), "title"),
    }
    told = {Path(one.source).name: (one.keys, one.by) for one in matching.decided}
    assert told == expected
    assert [Path(one).name for one in matching.without_entry] == ["none.txt"]
    assert [entry.key for entry in matching.without_file] == ["nowhere"]
    known = {
        "scan-17.txt": ("rope", "1990"),
        "fenn2001.txt": ("fenn2001", "2001"),
        "b.md": ("ramos", "2009"),
        "c.md": ("light", "1950"),
        "none.txt": ("none", None),
    }
    assert keys(library) == known

    # It is nothing new, with the library of references and without it.
    for bibliography in (refs(folder), None):
        states = added(library, folder, bibliography)[1]
        assert states.pop("photo.png") == "skipped"
        assert set(states.values()) == {"unchanged"}
        assert keys(library) == known

    # It stays when a file changes or moves, and changes with its entry.
    (folder / "scan-17.txt").write_text("Ropes are made of nylon now.\n")
    (folder / "c.md").rename(folder / "d.md")
    states = added(library, folder, None)[1]
    assert {name for name, state in states.items() if state == "indexed"} == {
        "scan-17.txt",
        "d.md",
    }
    assert keys(library)["scan-17.txt"] == ("rope", "1990")
    assert keys(library)["d.md"] == ("light", "1950")
    path = tmp_path / "refs.bib"
    path.write_text(path.read_text().replace("year=1990", "year=1991"))
    matching, states = added(library, folder, path)
    assert matching is not None
    assert keys(library)["scan-17.txt"] == ("rope", "1991")
    assert {name for name, state in states.items() if state == "indexed"} == {"scan-17.txt"}
    by = {Path(one.source).name: one.by for one in matching.decided}
    assert (by["scan-17.txt"], by["d.md"]) == ("key", "key")


def test_of_two_entries_none_is_taken_and_one_entry_may_have_two_files(
    make_library: Callable[[Path], Library], folder: Path, tmp_path: Path
) -> None:
    (tmp_path / "empty").mkdir()
    library = make_library(tmp_path / "empty")
    (folder / "fenn2001.md").write_text("Margins are wide.\n")
    twin = "@misc{lights, title={The lighthouse at the strait}, year=1951}"

    matching, _ = added(library, folder, refs(folder, twin))

    assert matching is not None
    (undecided,) = matching.undecided
    assert (Path(undecided.source).name, undecided.keys, undecided.by) == (
        "c.md",
        ("light", "lights"),
        "title",
    )
    assert keys(library)["c.md"] == ("lighthouse", None)
    assert keys(library)["fenn2001.md"] == keys(library)["fenn2001.txt"] == ("fenn2001", "2001")
    assert [entry.key for entry in matching.without_file] == ["nowhere"]


def test_a_sidecar_goes_before_a_library_of_references(
    make_library: Callable[[Path], Library], folder: Path, tmp_path: Path
) -> None:
    (tmp_path / "empty").mkdir()
    library = make_library(tmp_path / "empty")
    own = {"id": "own", "title": "My margins", "publisher": "Me"}
    (folder / "fenn2001.txt.meta.json").write_text(json.dumps(own))

    added(library, folder, refs(folder))

    file = library.file(str(folder / "fenn2001.txt"))
    assert file is not None
    document = library.document(str(file.document))
    assert document is not None
    assert (document.title, document.author, document.date) == ("My margins", "Peter Fenn", "2001")
    assert document.bibliography["publisher"] == "Me"
    assert document.reference["id"] == "fenn2001"


def test_made_keys_are_told_apart_and_stay(
    make_library: Callable[[Path], Library], tmp_path: Path
) -> None:
    folder = tmp_path / "documents"
    folder.mkdir()
    front = "---\ntitle: The rope\nauthor: Jane Smith\ndate: 2020\n---\n\n"
    for name in ("a.md", "b.md"):
        (folder / name).write_text(f"{front}Text of {name}.\n")
    library = make_library(folder)
    assert keys(library) == {"a.md": ("smith2020rope", "2020"), "b.md": ("smith2020ropeb", "2020")}

    (folder / "b.md").write_text(f"{front.replace('rope', 'twine')}Other text.\n")
    added(library, folder, None)

    assert keys(library)["b.md"] == ("smith2020ropeb", "2020")


MINUTES = Document(
    id="d", source="/m.txt", sha256="", text="", media_type="text/plain", title="Minutes"
)


def test_thousands_of_like_documents_ask_for_their_key_a_few_times() -> None:
    taken: set[str] = set()
    asked = 0

    def is_taken(key: str) -> bool:
        nonlocal asked
        asked += 1
        return key in taken

    made = []
    for _ in range(3000):
        made.append(made_key(MINUTES, is_taken))
        taken.add(made[-1])

    assert made[:3] + made[25:28] == [
        "minutes",
        "minutesb",
        "minutesc",
        "minutesz",
        "minutes-27",
        "minutes-28",
    ]
    assert made[-1] == "minutes-3000"
    assert len(taken) == len(made)
    assert asked <= 3000 * 30


@pytest.fixture(scope="module")
def alike() -> list[str]:
    """The keys of 201 documents that are alike, in their order."""
    made: list[str] = []
    for _ in range(201):
        made.append(made_key(MINUTES, made.__contains__))
    return made


@given(places=st.sets(st.integers(0, 200)))
@example(places={0, 1, 3, 7, 15, 31})
@example(places={0, 1, 3, 4})
def test_a_made_key_is_never_taken(alike: list[str], places: set[int]) -> None:
    taken = {alike[place] for place in places}

    assert made_key(MINUTES, taken.__contains__) not in taken


def test_of_files_of_one_name_the_path_decides(tmp_path: Path) -> None:
    bibliography = tmp_path / "refs.bib"
    named = "file = {Full Text:files/%d/Full Text.txt:text/plain}"
    entries = [f"@misc{{k{n}, title={{T}}, {named % n}}}" for n in (1, 2)]
    bibliography.write_text("\n".join(entries))
    matching = Matching(load_references(bibliography))

    for n in (1, 2):
        path = tmp_path / "files" / str(n) / "Full Text.txt"
        assert (matching.find(path, "", None, {}) or {})["id"] == f"k{n}"
    assert matching.find(tmp_path / "Full Text.txt", "", None, {}) is None
    (undecided,) = matching.undecided
    assert undecided.keys == ("k1", "k2")
