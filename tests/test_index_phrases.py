"""A quoted phrase is found where it stands literally, and nowhere else."""

import random
import unicodedata
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from index import Filter, Library, is_phrase, literal_spans

CASES = [
    pytest.param("It is null and void.", "null and void", ["null and void"], id="words"),
    pytest.param("It is NULL AND Void.", "null and void", ["NULL AND Void"], id="case"),
    pytest.param("null\n  and\u00a0void", "null and void", ["null\n  and\u00a0void"], id="space"),
    pytest.param("null or void; null, and void", "null and void", [], id="other_words"),
    pytest.param("footnotes and foot", "foot", ["foot"], id="whole_words"),
    pytest.param("barefoot", "foot", [], id="end_of_a_word"),
    pytest.param("don’t—ever", "don't-ever", ["don’t—ever"], id="quotes_and_dashes"),
    pytest.param("he said “stop” twice", 'said "stop"', ["said “stop”"], id="quotes_inside"),
    pytest.param("cafe\u0301 au lait", "café au", ["cafe\u0301 au"], id="unicode_form"),
    pytest.param("café", "cafe", [], id="accents_matter"),
    pytest.param("the ﬁnal oﬃce", "final office", ["ﬁnal oﬃce"], id="ligatures"),
    pytest.param("the ﬁnal word", "f", [], id="half_a_ligature"),
    pytest.param("part AB-1234/7 is", "ab-1234/7", ["AB-1234/7"], id="identifier"),
    pytest.param("part AB-1234/77", "AB-1234/7", [], id="longer_identifier"),
    pytest.param("ＡＢ－１２３４", "AB-1234", ["ＡＢ－１２３４"], id="full_width"),
    pytest.param("see § 12(3) there", "§ 12(3)", ["§ 12(3)"], id="section_sign"),
    pytest.param("see § 12(4), 12 3", "§ 12(3)", [], id="punctuation_matters"),
    pytest.param("a co-\noperation", "cooperation", ["co-\noperation"], id="line_end_hyphen"),
    pytest.param("a well-\nknown man", "well-known man", ["well-\nknown man"], id="real_hyphen"),
    pytest.param("co-\noperation", "co", [], id="half_of_a_parted_word"),
    pytest.param("co\u00adoper\u00adation", "cooperation", ["co\u00adoper\u00adation"], id="soft"),
    pytest.param("人工智能是未来", "工智能", ["工智能"], id="no_spaces"),
    pytest.param("人工\n智能", "人工智能", ["人工\n智能"], id="no_spaces_over_lines"),
    pytest.param("한국어 문서", "한국어 문서", ["한국어 문서"], id="korean"),
    pytest.param("a a a a", "a a", ["a a", "a a"], id="no_overlap"),
    pytest.param("xa a a", "a a", ["a a"], id="after_half_a_word"),
    pytest.param("?!", "?!", [], id="no_words"),
]


@pytest.mark.parametrize(("text", "phrase", "found"), CASES)
def test_a_phrase_stands_where_its_words_do(text: str, phrase: str, found: list[str]) -> None:
    assert [text[start:end] for start, end in literal_spans(text, phrase)] == found


def test_the_passages_that_hold_a_phrase_are_found(
    tmp_path: Path, make_library: Callable[[Path], Library]
) -> None:
    """The index never misses what stands literally in the text."""
    folder = tmp_path / "folder"
    folder.mkdir()
    for number, case in enumerate(CASES):
        (folder / f"{number}.txt").write_text(f"One.\n\nBefore {case.values[0]} after.\n\nTwo.")
    library = make_library(folder)

    for number, case in enumerate(CASES):
        _, phrase, spans = case.values
        only = Filter(within=(f"{number}.txt",))
        hits = library.search("before", phrases=[str(phrase)], only=only).hits
        assert (case.id, bool(hits)) == (case.id, bool(spans))


def test_spans_are_those_of_the_text_between_two_places() -> None:
    text = "rope ﬁve rope"

    assert literal_spans(text, "rope", 1) == [(9, 13)]
    assert literal_spans(text, "five", 5, 8) == [(5, 8)]
    assert literal_spans(text, "rope", 0, 3) == []


texts = st.lists(st.sampled_from([*"ab é ﬁ - ’ \n 中 文 \u0301 a\u00adb . 1"]), max_size=40).map(
    "".join
)


@given(texts, texts, texts)
@example("", "a \u00ad a", "")
def test_what_stands_between_spaces_is_found(before: str, phrase: str, after: str) -> None:
    text = f"{before} . {phrase} . {after}"
    wanted = " ".join(phrase.split())
    # Nobody parts a letter from its accent.
    bare = phrase.replace("\u00ad", "").lstrip()
    apart = "\u00ad\u0301" in text or unicodedata.combining(bare[:1] or "a")
    if not is_phrase(wanted) or apart:
        return

    spans = literal_spans(text, wanted)

    assert spans
    for start, end in spans:
        assert literal_spans(text[start:end], wanted) == [(0, end - start)]


@given(texts, texts)
def test_spans_are_in_order_and_hold_the_phrase(text: str, phrase: str) -> None:
    spans = literal_spans(text, phrase)

    assert spans == sorted(spans)
    for (_, end), (start, _) in pairwise(spans):
        assert end <= start
    for start, end in spans:
        assert 0 <= start < end <= len(text)


def test_every_phrase_must_stand_in_what_is_found_and_the_filter_holds(
    tmp_path: Path, make_library: Callable[[Path], Library]
) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "both.txt").write_text("The rope is long. The twine is short.")
    (folder / "rope.txt").write_text("The rope is long.")
    (folder / "twine.txt").write_text("The twine is short.")
    library = make_library(folder)

    def names(*phrases: str, only: Filter | None = None) -> set[str]:
        hits = library.search("rope and twine", phrases=phrases, only=only).hits
        return {Path(hit.document.source).name for hit in hits}

    assert names("rope is long") == {"both.txt", "rope.txt"}
    assert names("rope is long", "twine is short") == {"both.txt"}
    assert names("rope is long", only=Filter(within=("rope.txt",))) == {"rope.txt"}
    assert names("rope is short") == set()


def test_just_the_passages_that_hold_a_phrase_are_found_whatever_they_are_made_of(
    tmp_path: Path, make_library: Callable[[Path], Library]
) -> None:
    """What the index finds is compared with reading every passage."""
    chance = random.Random(3)
    words = (
        "rope well-known well-\nknown wellknown co-\noperation cooperation Don’t don't ﬁve "
        "five café cafe\u0301 CAFÉ ＡＢ-12 AB-12/7 §\u00a012(3) § 人工智能 人工\n智能 "
        "o\u00adper\u00adation x_y 1990–\n1995 1990-1995 e.g. “so” naïve İstanbul"
    ).split(" ")
    parts = [" ".join(chance.choices(words, k=12)) for _ in range(150)]
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "all.md").write_text(
        "\n\n".join(f"# Part {number}\n\n{part}" for number, part in enumerate(parts))
    )
    library = make_library(tmp_path / "folder")
    assert library.passage_count() == len(parts)

    compared = 0
    for _ in range(150):
        start = chance.randrange(10)
        phrase = " ".join(chance.choice(parts).split(" ")[start : start + chance.choice([1, 2])])
        expected = [part for part in parts if literal_spans(part, phrase)]
        if not is_phrase(phrase) or not 0 < len(expected) <= 50:
            continue
        compared += 1
        hits = library.search("part", phrases=[phrase]).hits
        found = [hit.document.text[hit.start : hit.end] for hit in hits]
        assert sorted(one.split("\n\n", 1)[1].strip() for one in found) == sorted(expected), phrase
    assert compared > 50
