"""A citation's link finds its words again, or says that they are gone."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index import Document
from qa import Whereabouts, fingerprint, found_again

QUOTE = "“The lamp,” she wrote in 1.5 exam-\nple letters, “was lit.”"
TEXT = f"It was spring. Nobody came. {QUOTE} Nobody stayed, and the lamp was cold."

WORDS = st.sampled_from(
    "the lamp was lit and étude e\u0301tude ﬁne straße 日本語 नमस्ते ١٢ 1.5 €20 well-known".split()
)
SEPARATORS = st.sampled_from([" ", " ", "\n", "\n\n", ", ", ". ", " – ", "\u00a0", "… "])
TEXTS = st.lists(st.tuples(WORDS, SEPARATORS), min_size=1, max_size=30).map(
    lambda pairs: "".join(word + separator for word, separator in pairs)
)


def document(text: str) -> Document:
    return Document(id="d", source="/d.txt", sha256="", text=text, media_type="text/plain")


def found(text: str, quote: str, changed: str) -> Whereabouts:
    """Where the quote of a text is found in the changed text."""
    start = text.index(quote)
    end = start + len(quote)
    return found_again(document(changed), start, end, fingerprint(text, start, end))


def test_a_quote_in_its_place_is_unchanged() -> None:
    start = TEXT.index(QUOTE)

    assert found(TEXT, QUOTE, TEXT) == Whereabouts("unchanged", start, start + len(QUOTE))


def test_a_quote_is_followed_to_where_it_moved_with_its_punctuation() -> None:
    changed = f"A new beginning. {TEXT}"

    where = found(TEXT, QUOTE, changed)

    assert where.state == "moved"
    assert changed[where.start : where.end] == QUOTE


@pytest.mark.parametrize(
    "rewritten",
    [
        pytest.param(QUOTE.replace("exam-\nple", "example"), id="line_end_hyphen"),
        pytest.param(QUOTE.replace("exam-\nple", "exam\u00adple"), id="soft_hyphen"),
        pytest.param(QUOTE.replace(" ", "\n"), id="line_ends"),
        pytest.param(QUOTE.replace("“", '"').replace("”", '"'), id="quotation_marks"),
        pytest.param(QUOTE.upper(), id="case"),
        pytest.param(QUOTE.replace(",", ""), id="commas"),
    ],
)
def test_what_is_no_word_makes_no_difference(rewritten: str) -> None:
    where = found(TEXT, QUOTE, f"New. {TEXT.replace(QUOTE, rewritten)}")

    assert where.state == "moved"


@pytest.mark.parametrize(
    "rewritten",
    [
        pytest.param(QUOTE.replace("lit", "out"), id="another_word"),
        pytest.param(QUOTE.replace("was lit", "lit was"), id="another_order"),
        pytest.param(QUOTE.replace("1.5", "15"), id="decimal_point"),
        pytest.param(QUOTE.replace("she wrote", "shewrote"), id="joined_words"),
        pytest.param(QUOTE.replace("lit", "not lit"), id="inserted_word"),
        pytest.param(QUOTE.replace("letters", "letter"), id="lost_letter"),
        pytest.param("", id="removed"),
    ],
)
def test_another_wording_is_not_the_quote(rewritten: str) -> None:
    assert found(TEXT, QUOTE, TEXT.replace(QUOTE, rewritten)) == Whereabouts("gone")
    assert found(TEXT, QUOTE, f"New. {TEXT.replace(QUOTE, rewritten)}") == Whereabouts("gone")


def test_the_beginning_of_another_word_is_not_the_quote() -> None:
    text = "He came. No. She left."

    assert found(text, "No.", "He came. Nobody left, and nobody said piano.") == Whereabouts(
        "gone"
    )
    assert found(text, "No.", "He came. Nothing. No! She left.").state == "moved"
    assert found("the cat sat", "the cat", "the cats sat") == Whereabouts("gone")


def test_of_ideographs_each_is_a_word() -> None:
    where = found("日本語の本。", "日本語", "これは日本語の本。")

    assert where == Whereabouts("moved", 3, 6)
    assert found("日本語の本。", "日本語", "これは日\n本語の本。") == Whereabouts("moved", 3, 7)


def test_a_span_that_cuts_a_word_is_known_in_its_place_alone() -> None:
    assert found("A pincite.", "cite", "A pincite. More.") == Whereabouts("unchanged", 5, 9)
    assert found("A pincite.", "cite", "I cite.") == Whereabouts("gone")


def test_a_number_that_follows_a_number_is_found() -> None:
    changed = "In 1999, 5 apples fell."

    where = found("There were 5 apples.", "5 apples", changed)

    assert changed[where.start : where.end] == "5 apples"


def test_of_several_places_the_nearest_is_taken() -> None:
    text = "x. " * 5 + "The lamp. " + "x. " * 200
    changed = "The lamp. " + "y. " * 5 + "The lamp. " + "x. " * 200

    where = found(text, "The lamp.", changed)

    assert (where.state, where.start) == ("moved", changed.rindex("The lamp."))


def test_composed_and_decomposed_letters_are_the_same() -> None:
    changed = "Une autre e\u0301tude. Fin."

    where = found("Une étude.", "étude.", changed)

    assert changed[where.start : where.end] == "e\u0301tude."


@given(before=TEXTS, quote=TEXTS, put_before=TEXTS, put_after=TEXTS, kept=st.integers(0, 200))
def test_text_around_a_quote_may_come_and_go(
    before: str, quote: str, put_before: str, put_after: str, kept: int
) -> None:
    quote = f"“Xylophones {quote} nowhere else.”"
    start, end = len(before), len(before) + len(quote)
    known = fingerprint(f"{before}{quote} And more.", start, end)
    changed = f"{put_before}{before[kept:]}{quote} {put_after}"

    where = found_again(document(changed), start, end, known)

    assert changed[where.start : where.end] == quote
    assert where.state == ("unchanged" if changed.index(quote) == start else "moved")


@given(text=TEXTS, data=st.data())
def test_what_is_found_again_has_the_same_words(text: str, data: st.DataObject) -> None:
    words = text.split()
    first = data.draw(st.integers(0, len(words) - 1))
    last = data.draw(st.integers(first + 1, len(words)))
    quote = " ".join(words[first:last])
    start, end = len("Before. "), len("Before. ") + len(quote)
    known = fingerprint(f"Before. {quote}", start, end)

    where = found_again(document(f"Now before. {text}"), start, end, known)

    found = f"Now before. {text}"[where.start : where.end]
    assert where.state == ("moved" if _letters(quote) else "gone")
    assert _letters(found) == _letters(quote)


def _letters(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text).casefold()
    return "".join(one for one in plain if unicodedata.category(one)[0] in "LMNS")


@given(before=TEXTS, quote=st.lists(WORDS, min_size=1, max_size=8), at=st.integers(0, 7))
def test_a_changed_word_makes_a_quote_gone(before: str, quote: list[str], at: int) -> None:
    at %= len(quote)
    said = " ".join(["Xylophones", *quote])
    now = " ".join(["Xylophones", *quote[:at], "zebra", *quote[at + 1 :]])
    start, end = len(before), len(before) + len(said)
    known = fingerprint(before + said, start, end)

    assert found_again(document(before + now), start, end, known) == Whereabouts("gone")
    assert found_again(document(now), start, end, known) == Whereabouts("gone")


@given(text=st.text(), start=st.integers(-5, 40), end=st.integers(-5, 40), known=st.text())
def test_any_text_may_be_given_as_a_fingerprint(
    text: str, start: int, end: int, known: str
) -> None:
    assert found_again(document(text), start, end, known).state in {"gone", "unchanged"}


@given(
    text=st.text(max_size=80),
    start=st.integers(0, 90),
    length=st.integers(1, 90),
    known=st.from_regex(r"\A[a-z2-7]{12}[0-9]{1,9}\Z"),
)
def test_a_strange_fingerprint_is_gone_and_every_own_one_is_unchanged(
    text: str, start: int, length: int, known: str
) -> None:
    assert found_again(document(text), start, start + length, known) == Whereabouts("gone")
    end = start + length
    if end <= len(text):
        own = fingerprint(text, start, end)
        assert own.isalnum()
        assert own.isascii()
        assert found_again(document(text), start, end, own) == Whereabouts("unchanged", start, end)


def test_a_fingerprint_is_the_same_on_every_machine() -> None:
    assert fingerprint(TEXT, TEXT.index(QUOTE), len(TEXT)) == "wjvj4ndwdubb68"
