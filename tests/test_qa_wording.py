"""Words are found where they stand, whatever the typography, and what differs is told."""

import random
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from conftest import WordEmbedder
from fpdf import FPDF
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from index import Filter, Library, Reading, add_files, token_counter
from qa import QuotationError, Wording, find_parts, find_words, wording_json

MakeLibrary = Callable[[Path], Library]

LONG = (
    "The committee met on the fourth of March and decided not to renew the contract with the "
    "shipping company, because the price of 1,250 crowns a ton was said to be too high."
)


@pytest.fixture
def library_of(tmp_path: Path, make_library: MakeLibrary) -> Callable[..., Library]:
    """Makes a library of texts, each a file of its name."""

    def make(**texts: str) -> Library:
        folder = tmp_path / "folder"
        folder.mkdir()
        for name, text in texts.items():
            (folder / f"{name}.txt").write_text(text, encoding="utf-8")
        return make_library(folder)

    return make


def quotes(found: Wording) -> list[str]:
    """The exact places, each held to its document and its place in the schema."""
    told = wording_json(found)
    for place, wire in zip(found.exact, told["exact"], strict=True):
        span = wire["span"]
        text = place.document.text
        assert place.quote == wire["quote"] == text[span["start"] : span["end"]]
        assert wire["citation"] == place.citation
    return [place.quote for place in found.exact]


CASES = [
    pytest.param("He said “stop” – twice.", 'he said "stop" - twice.', id="quotes_and_dashes"),
    pytest.param("He said “stop”—twice", "he said 'stop' -- twice", id="spaces_around_dashes"),
    pytest.param(
        "It’s the writers’ ﬁnal oﬃce.", "it's the writers' final office.", id="ligatures"
    ),
    pytest.param(
        "a co-\noperation of well-\nknown", "a cooperation of well-known", id="line_ends"
    ),
    pytest.param("of war; and\n• product supply", "of war; and • product supply", id="bullets"),
    pytest.param("a well-known man", "a well-\nknown man", id="line_end_in_what_is_asked"),
    pytest.param("co\u00adoper\u00adation was had", "cooperation was had", id="soft_hyphens"),
    pytest.param("null\n \tand\u00a0void\u202f!", "NULL and void!", id="white_space"),
    pytest.param("cafe\u0301 au lait", "café au lait", id="unicode_form"),
    pytest.param("die Straße ist lang", "DIE STRASSE IST LANG", id="sharp_s"),
    pytest.param("wait … and see", "wait... and see", id="dots"),
    pytest.param("It cost $5.5 million (40 %)", "it cost $5.5 million (40%)", id="signs"),
    pytest.param("from 2 mg to (>3 mg) by US$5 in", "from 2 mg to (>", id="a_sign_at_the_end"),
    pytest.param("from 2 mg to (>3 mg) by US$5 in", "$5 in", id="a_sign_at_the_beginning"),
    pytest.param("the end .", "the end.", id="space_before_a_sign"),
    pytest.param("ＡＢ－１２ ist da", "AB-12 ist da", id="full_width"),
    pytest.param("人工智能是\n未来", "工智能是未", id="chinese"),
    pytest.param("ภาษาไทยง่ายมาก", "ภาษาไทยง่าย", id="thai"),
    pytest.param("قال الوزير إن الاتفاق جيد", "الوزير إن الاتفاق", id="arabic"),
    pytest.param("한국어 문서를 읽는다", "한국어 문서", id="korean"),
    pytest.param("हिन्दी में लिखा है", "हिन्दी में लिखा", id="hindi"),
    pytest.param("foot and footnotes", "foot", id="one_word"),
]


OTHER = [
    pytest.param("the version 3.5 came", "version 3", id="part_of_a_number"),
    pytest.param("barefoot in the park", "foot in the park", id="part_of_a_word"),
    pytest.param("It cost $5 million", "it cost €5 million", id="another_sign"),
    pytest.param("a well known man", "a well-known man", id="a_hyphen"),
    pytest.param("he said, it was", "he said it was", id="a_comma"),
    pytest.param("Did he say so?", "Did he say so!", id="another_end"),
    pytest.param("null or void", "null and void", id="another_word"),
    pytest.param("café au lait", "cafe au lait", id="an_accent"),
]


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    """A library with a file of each of the texts; tests only read it."""
    folder = tmp_path_factory.mktemp("shelf")
    texts = [str(case.values[0]) for case in (*CASES, *OTHER)]
    for number, text in enumerate(texts):
        around = f"Nothing here.\n\nBefore it {text} after it."
        (folder / f"{number}.txt").write_text(around, encoding="utf-8")
    (folder / "minutes.txt").write_text(f"Minutes.\n\n{LONG}\n\nSigned.", encoding="utf-8")
    with Library.open(
        folder / "library", embedder=WordEmbedder(), count=token_counter(), create=True
    ) as library:
        list(add_files(library, sorted(folder.glob("*.txt")), seconds=60))
        yield library


@pytest.mark.parametrize(("text", "words"), CASES)
def test_words_are_found_as_the_document_has_them(shelf: Library, text: str, words: str) -> None:
    number = [case.values for case in CASES].index((text, words))
    only = Filter(within=(f"{number}.txt",))

    found = find_words(shelf, words, only=only)

    (quote,) = quotes(found)
    assert quote in text
    assert (found.total, found.documents) == (1, 1)
    assert find_words(shelf, f"“{quote}”", only=only).exact == found.exact


@pytest.mark.parametrize(("text", "words"), OTHER)
def test_other_words_are_not_these(shelf: Library, text: str, words: str) -> None:
    number = len(CASES) + [case.values for case in OTHER].index((text, words))

    assert find_words(shelf, words, only=Filter(within=(f"{number}.txt",))).exact == ()


def test_every_place_counts_and_the_most_are_shown_in_a_stable_order(
    library_of: Callable[..., Library],
) -> None:
    library = library_of(
        b="One of the two. One of the three.", a="one of\nthe ten", c="One or the other."
    )

    found = find_words(library, "one of the", most=2)

    assert quotes(found) == ["one of\nthe", "One of the"]
    assert [Path(place.document.source).stem for place in found.exact] == ["a", "b"]
    assert (found.total, found.documents) == (3, 2)


def test_two_sources_of_the_same_text_are_both_told(library_of: Callable[..., Library]) -> None:
    library = library_of(first=LONG, second=LONG)

    found = find_words(library, LONG)

    assert [Path(one.document.source).stem for one in found.exact] == ["first", "second"]
    assert quotes(found) == [LONG, LONG]


def test_a_filter_holds_for_all_that_is_found(library_of: Callable[..., Library]) -> None:
    library = library_of(first=LONG, second=LONG.replace("March", "May"))

    found = find_words(library, LONG, only=Filter(within=("second.txt",)))

    assert found.exact == ()
    (near,) = found.near
    assert Path(near.document.source).stem == "second"
    (changed,) = [change for change in near.changes if change.kind != "same"]
    assert (changed.kind, changed.theirs, changed.ours) == ("replaced", "March ", "May ")


def test_a_source_that_was_removed_is_found_no_more(library_of: Callable[..., Library]) -> None:
    library = library_of(first=LONG, second="Something else.")
    (place,) = find_words(library, LONG).exact

    library.remove(place.document.id)

    found = find_words(library, LONG)
    assert (found.total, found.exact, found.near, found.alike) == (0, (), (), ())


@pytest.mark.parametrize("between", ["\n\n", "\n\n## A heading\n\n", "\n\n\n\n"])
def test_words_are_found_across_paragraphs_and_headings(
    tmp_path: Path, make_library: MakeLibrary, between: str
) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    first, second = "It ended with the last word", "And so it was that we began"
    (folder / "a.md").write_text(f"# Top\n\n{first}{between}{second}, again.", encoding="utf-8")
    heading = between.strip("\n# ")

    library = make_library(folder)

    for words in (f"{first} {heading} {second}", f"the last word {heading} and so it"):
        (quote,) = quotes(find_words(library, words))
        assert quote.replace("#", "").casefold().split() == words.casefold().split()


def test_words_are_found_across_pages_and_past_a_running_head(
    tmp_path: Path, make_library: MakeLibrary
) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    for name, head in (("plain", ""), ("headed", "Annual report")):
        pdf = FPDF()
        pdf.set_font("helvetica", size=12)
        for text in (
            "They agreed in the end that the harbour would",
            "not be closed before the spring of 1932 at all.",
        ):
            pdf.add_page()
            if head:
                pdf.cell(text=head, new_x="LMARGIN", new_y="NEXT")
            pdf.cell(text=text)
        pdf.output(str(folder / f"{name}.pdf"))

    found = find_words(
        make_library(folder), "that the harbour would not be closed before the spring"
    )

    (place,) = found.exact
    assert Path(place.document.source).stem == "plain"
    assert (place.locator.page, place.locator.last_page) == (1, 2)
    (near,) = found.near
    assert [(one.kind, one.ours.split()) for one in near.changes if one.kind != "same"] == [
        ("missing", ["Annual", "report"])
    ]


ALTERED = [
    pytest.param("was said to be too low", [("replaced", "low", "high")], id="the_last_word"),
    pytest.param(
        "The board met on the fourth of March", [("replaced", "board", "committee")], id="a_name"
    ),
    pytest.param("decided to renew the contract", [("missing", "", "not")], id="a_dropped_not"),
    pytest.param("the price of 1,350 crowns a ton", [("replaced", "1,350", "1,250")], id="number"),
    pytest.param(
        "the contract with the big shipping company", [("added", "big", "")], id="a_word_more"
    ),
    pytest.param(
        "shipping company because the price", [("replaced", "company", "company,")], id="a_comma"
    ),
]


@pytest.mark.parametrize(("words", "changes"), ALTERED)
def test_altered_words_are_found_with_what_differs(
    shelf: Library, words: str, changes: list[tuple[str, str, str]]
) -> None:
    found = find_words(shelf, words)

    assert found.exact == ()
    (near,) = found.near
    assert near.quote in LONG
    assert "".join(change.ours for change in near.changes) == near.quote
    assert "".join(change.theirs for change in near.changes) == words
    told = [(one.kind, one.theirs.strip(), one.ours.strip()) for one in near.changes]
    assert [one for one in told if one[0] != "same"] == changes


def test_a_long_quotation_with_ten_altered_words_is_found(
    library_of: Callable[..., Library],
) -> None:
    chance = random.Random(7)
    words = [f"word{chance.randrange(400)}" for _ in range(500)]
    text = " ".join(words)
    altered = words[100:300]
    for place in range(5, 200, 20):
        altered[place] = "other"
    library = library_of(a=text, b=" ".join(f"word{chance.randrange(400)}" for _ in range(500)))

    near = find_words(library, " ".join(altered)).near[0]

    assert near.quote == " ".join(words[100:300])
    assert near.likeness == 0.95
    assert sum(change.kind == "replaced" for change in near.changes) == 10


def test_a_few_common_words_in_common_are_not_near(library_of: Callable[..., Library]) -> None:
    library = library_of(a=LONG, b="It was said that the end of it was the best of all.")

    assert find_words(library, "the king of France was the bald one of the two").near == ()
    assert find_words(library, "on the third floor of his mother's old house").near == ()


def test_only_punctuation_differs_at_a_likeness_of_one(shelf: Library) -> None:
    (near,) = find_words(shelf, "shipping company because the price of").near

    assert near.likeness == 1


def test_passages_that_say_it_in_other_words_are_told_apart(
    seed_library: Library,
) -> None:
    found = find_words(seed_library, "Soldiers of six countries took part in the drill")

    assert found.exact == ()
    assert any("a thousand soldiers" in one.quote for one in found.alike)
    told = wording_json(found)
    assert [one["quote"] for one in told["alike"]] == [one.quote for one in found.alike]
    assert find_words(seed_library, "The price of bread rose sharply in Cairo").alike == ()
    without = find_words(
        seed_library, "Soldiers of six countries took part in the drill", meaning=False
    )
    assert without.alike == ()


def test_what_was_not_looked_for_is_said(shelf: Library) -> None:
    found = find_words(shelf, "harbour")

    assert (found.exact, found.near, found.alike) == ((), (), ())
    assert "one word is looked for only as it stands" in found.remarks[0]


def test_of_very_many_words_it_is_said_that_nothing_near_was_looked_for(shelf: Library) -> None:
    found = find_words(shelf, "人工" * 2000)

    assert (found.exact, found.near) == ((), ())
    assert "4,000 words are looked for only as they stand" in found.remarks[0]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        pytest.param("", "is empty", id="empty"),
        pytest.param(" \n ", "is empty", id="blank"),
        pytest.param("?! …", "has no words", id="no_words"),
        pytest.param("a\x00b", "control characters", id="control"),
        pytest.param("x" * 10_001, "10,001 characters; at most 10,000", id="too_long"),
    ],
)
def test_what_cannot_be_looked_for_is_refused(shelf: Library, words: str, said: str) -> None:
    with pytest.raises(QuotationError, match=said):
        find_words(shelf, words)


def test_ten_thousand_characters_are_found(library_of: Callable[..., Library]) -> None:
    chance = random.Random(1)
    text = " ".join(chance.choice("alpha beta gamma delta the of").lower() for _ in range(9000))
    words = text[2001:11999].strip()

    found = find_words(library_of(a=text), words)

    assert [place.start for place in found.exact] == [text.index(words)]


def test_parts_are_found_in_order_and_close_together(library_of: Callable[..., Library]) -> None:
    library = library_of(
        a="The dog ran. Then the cat slept. The dog ate, and the cat slept again.",
        b="The cat slept before the dog ran.",
        c="The dog ran. The cat slept.",
    )

    chains = find_parts(library, ["the dog", "cat slept"])

    assert [[place.quote for place in chain] for chain in chains] == [
        ["The dog", "cat slept"],
        ["The dog", "cat slept"],
    ]
    assert [Path(chain[0].document.source).stem for chain in chains] == ["a", "c"]
    assert chains[0][0].start == chains[0][0].document.text.index("The dog ate")
    assert find_parts(library, ["cat slept again", "dog ran"]) == ()


WORDS = (
    "zebra law of the naïve ﬁne co-\nop 日本 It’s 3.5 $ >3 US$5 cafe\u0301 o\u00adne Straße a"
).split(" ")
GAPS = [" ", " ", " ", ", ", ". ", "\n\n", " – ", " “", "” ", "-", "…", " ("]


@settings(max_examples=50, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(st.tuples(st.sampled_from(WORDS), st.sampled_from(GAPS)), min_size=3, max_size=80),
    st.data(),
)
def test_any_words_are_found_in_disguise_at_their_own_place(
    pairs: list[tuple[str, str]], data: st.DataObject
) -> None:
    first = data.draw(st.integers(0, len(pairs) - 1))
    last = data.draw(st.integers(first, len(pairs) - 1))
    text = "".join(word + gap for word, gap in pairs)
    start = sum(len(word + gap) for word, gap in pairs[:first])
    end = start + sum(len(word + gap) for word, gap in pairs[first : last + 1])
    end -= len(pairs[last][1])
    asked = text[start:end]
    assume(any(map(str.isalnum, asked)))
    disguised = _disguised(asked, data.draw(st.randoms(use_true_random=False)))
    with (
        TemporaryDirectory() as folder,
        Library.open(
            Path(folder), embedder=WordEmbedder(), count=token_counter(), create=True
        ) as library,
    ):
        reading = Reading(text=f"Begin.\n\n{text}".strip(), media_type="text/plain")
        with library.writer() as writer:
            writer.add(reading, source="a", sha256="a", fingerprint="", bibliography={})
        found = find_words(library, disguised, most=1000, meaning=False)
        begin = len("Begin.\n\n") + start
        # Of words that repeat themselves an earlier place may hold some of these.
        assert any(place.start < begin + len(asked) and begin < place.end for place in found.exact)
        assert begin + len(asked) <= len(reading.text)
    for one, other in pairwise(found.exact):
        assert one.end <= other.start


def _disguised(text: str, chance: random.Random) -> str:
    shown = []
    for place, sign in enumerate(text):
        if sign in "“”":
            sign = chance.choice('"“”„«')
        elif sign == "’":
            sign = chance.choice("'’")
        elif sign in "-–" and text[place + 1 : place + 2] != "\n":
            sign = chance.choice("-–—‐")
        elif sign == " ":
            sign = chance.choice([" ", "\n", "\u00a0", "  "])
        elif sign.isalpha() and chance.random() < 0.2 and len(sign.swapcase()) == 1:
            sign = sign.swapcase()
        shown.append(sign)
    return "".join(shown)
