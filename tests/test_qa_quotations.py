"""The quotations of a draft are found, whatever marks it has, and so is what is cited for them."""

import re
import time
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from qa.attaching import attached
from qa.claims import claims
from qa.draft_citations import draft_citations
from qa.fragments import fragments
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
        pytest.param("He is 6' 2\" tall, and 12″ wide.", [], id="feet-and-inches"),
        pytest.param('He is 6\' 2" tall, "or so they say".', ["or so they say"], id="inches"),
        pytest.param('"He is 6\' 2" tall", they say.', ["He is 6' 2\" tall"], id="inches-inside"),
        pytest.param(
            "“It isn’t ‘so’, he said”, she said.", ["It isn’t ‘so’, he said"], id="nested"
        ),
        pytest.param("« C’est la vie », dit-il.", ["C’est la vie"], id="french"),
        pytest.param("»So ist es«, „und so“.", ["So ist es", "und so"], id="german"),
        pytest.param("“One.\n\n“Two.”", ["One.\n\nTwo."], id="several-paragraphs"),
        pytest.param('`"a b c d"` <a title="a b c d">x</a> [x](y "a b c")', [], id="unseen"),
        pytest.param("```\n“a b c d”\n```\n\n    “e f”", ["e f"], id="fenced"),
        pytest.param(
            "> Words of *old*\n> and new.\n> — Somebody", ["Words of old\nand new."], id="block"
        ),
        pytest.param("```\r\n“a b”\r\n```\r\n“c d”\r\n", ["c d"], id="carriage-returns"),
        pytest.param("> So it\nwas then.\n\nNot so.", ["So it\nwas then."], id="lazy"),
        pytest.param("> So it was.\n>\nNot so.", ["So it was."], id="not-lazy"),
        pytest.param("> So it was.\n- Not so.", ["So it was."], id="list-behind-a-block"),
        pytest.param(
            "- > So it was.\n- > Not\n  > so.\n\n1. > Or so.",
            ["So it was.", "Not\nso.", "Or so."],
            id="blocks-in-lists",
        ),
        pytest.param("> It was — as ever — so.", ["It was — as ever — so."], id="dashes"),
        pytest.param("> It was so. — Ada Holm", ["It was so."], id="attribution-behind"),
        pytest.param("> It was so — Ada Holm, 1998", ["It was so"], id="attribution-no-stop"),
        pytest.param(
            "&ldquo;Nine&nbsp;million, AT&amp;T&rdquo; and &bdquo;so&ldquo;, (&quot;why&quot;)",
            ["Nine\xa0million, AT&T", "so", "why"],
            id="entities",
        ),
        pytest.param(
            "> It cost <b>nine</b> million [crowns](a.md).\n\n“<i>So</i> [it](b.md) was”",
            ["It cost nine million crowns.", "So it was"],
            id="tags-and-links",
        ),
        pytest.param("> **Note:** It was so.", [], id="callout"),
        pytest.param("> **Haley:** It was so.", ["It was so."], id="speaker"),
        pytest.param(
            "> It was. — Never has it been so wrong, they say",
            ["It was. — Never has it been so wrong, they say"],
            id="a-sentence-behind-a-dash",
        ),
        pytest.param(
            "> It was.\n>\n> — Ada Holm, The long\n> way", ["It was."], id="wrapped-attribution"
        ),
        pytest.param("> It was.\n> — Ada Holm, The long\nway", ["It was."], id="lazy-attribution"),
        pytest.param("```a``` is\n\n“so it was”", ["so it was"], id="ticks-in-a-line"),
        pytest.param("---\n\n“so it was”\n\n---\n\nx", ["so it was"], id="a-rule-at-the-top"),
        pytest.param("If a <b then “so it was” and c> d", ["so it was"], id="less-than"),
        pytest.param("“so<br>it<br />was”", ["so it was"], id="breaks"),
        pytest.param("”So var det”, »så var det»", ["So var det", "så var det"], id="swedish"),
        pytest.param("&#x201C;so it was&#x201D;", ["so it was"], id="hexadecimal"),
        pytest.param("“so it was\\* for *b*”", ["so it was* for b"], id="escaped"),
        pytest.param(
            "```html\n<!-- pincite: skip -->\n```\n“so” `<!-- pincite: skip -->`",
            ["so"],
            id="to-skip-in-code",
        ),
        pytest.param("> So a > b\nand b > c.", ["So a > b\nand b > c."], id="greater-than"),
        pytest.param("“One million \\\ncrowns”", ["One million \ncrowns"], id="hard-break"),
        pytest.param(
            "> “It cost nine million\n> crowns”, she wrote, and “paid for by the town”.",
            ["It cost nine million\ncrowns", "paid for by the town"],
            id="marks-in-a-block",
        ),
        pytest.param(
            "> It cost nine million crowns, “so they say”.",
            ["It cost nine million crowns, “so they say”."],
            id="few-marks-in-a-block",
        ),
    ],
)
def test_quotations(draft: str, words: list[str]) -> None:
    assert found(draft) == words


@pytest.mark.parametrize(
    ("draft", "marks"),
    [
        ("He said “it was so.\n\nThe end.", ["“"]),
        ("It was so”, he said.", ["”"]),
        ('He said "it was so.\n\nThe end.', ['"']),
        ("He said «it was so.", ["«"]),
        ("It wasn’t the workers’ day, nor the ’90s'.", []),
    ],
)
def test_marks_that_nothing_closes_are_told(draft: str, marks: list[str]) -> None:
    assert [one.mark for one in quotations(draft, markdown=True)[1]] == marks


@pytest.mark.parametrize(
    ("before", "again", "after"),
    [
        ("> ", "—", "\n> x"),
        ("> a", " ", "x"),
        ("“a", " ", "b”"),
        ("", ">\n", "> x"),
        ("", "[^", ""),
        ("“a” ", ".[^", ""),
        ("](/d/a/1-1-", "x", ""),
        ("(a, 1", " ", "x)"),
        ("(a, 1999", " ", "x)"),
        ("", " ", "x"),
        ("", "Aa ", ""),
        ("> a", "\n(Holm)", ""),
        ("> a", "\n- - -", "x"),
    ],
)
def test_no_draft_takes_more_time_than_its_length(before: str, again: str, after: str) -> None:
    draft = f"{before}{again * (60_000 // len(again))}{after}"
    began = time.process_time()

    told, _ = quotations(draft, markdown=True)
    attached(draft, told, draft_citations(draft, markdown=True))
    list(claims(draft, []))

    # If the time went with the square of the length, this would be a minute.
    assert time.process_time() - began < 5


@pytest.mark.parametrize(
    "draft",
    [
        "---\nauthor: me@example.org @lund\n---\n",
        "`@lund`",
        "---\na: @b\n---\n\n~~~\na @b\n~~~\n\nSo it was.\n",
        "```\n@lund [@lund] (Lund) [a](https://p.example/d/a/1-2-b)\n```",
        "<!-- [@lund] ^[Lund] -->",
        "[here](https://example.org/?to=@lund)",
        "<https://example.org/?to=@lund>",
    ],
)
def test_what_is_no_prose_cites_nothing(draft: str) -> None:
    assert draft_citations(draft, markdown=True) == []
    assert draft_citations(draft.replace("\n", "\r\n"), markdown=True) == []


@pytest.mark.parametrize(
    "draft",
    [
        "[a](https://p.example/d/abc/1-2-x)",
        "<https://p.example/d/abc/1-2-x>",
        "([Holm](https://p.example/d/abc/1-2-x))",
        "^[Holm, [p. 3](https://p.example/d/abc/1-2-x).]",
        "Tram.[^1]\n\n[^1]: [Holm](https://p.example/d/abc/1-2-x)",
    ],
)
def test_the_targets_of_links_cite(draft: str) -> None:
    (one,) = draft_citations(draft, markdown=True)

    assert one.document == "abc"


def test_of_citations_that_overlap_the_first_counts() -> None:
    (one,) = draft_citations("So (see [@lund) and more].", markdown=True)

    assert (one.key, one.kind) == ("lund", "parentheses")


@pytest.mark.parametrize(
    ("said", "pages"),
    [
        ("p. 4", ("4", "4")),
        ("pp. 4–7", ("4", "7")),
        ("pp. 4, 5", ("4", "5")),
        ("pp. 4, 9--11", ("4", "11")),
        ("pp. 4 and 7", ("4", "7")),
        ("p. 4, 1998", ("4", "4")),
        ("pp. 123–25", ("123", "125")),
        ("S. iv–vi", ("iv", "vi")),
        ("12", ("12", "12")),
        ("lines 3, 5", None),
        ("the guild's 2026 edition", None),
        ("a pp. mild booklet", None),
        ("p. " + "1" * 5000, None),
    ],
)
def test_pages_as_they_are_told(said: str, pages: tuple[str, str] | None) -> None:
    (one,) = draft_citations(f"“So it was” (Holm 1998, {said}).", markdown=True)

    assert one.pages == pages


def test_a_key_alone_is_bare() -> None:
    draft = "@a, @b [p. 3], [@c], @{d}"

    told = {one.key: one.bare for one in draft_citations(draft, markdown=True)}

    assert told == {"a": True, "b": False, "c": False, "d": False}


_WORDS = st.lists(
    st.sampled_from(
        "harbour don't it's workers’ 1931 Zürich l’eau well-known 3.5 (perhaps) so, then: and "
        "5,000 § naïve 東京".split()
    ),
    min_size=2,
    max_size=12,
).map(" ".join)
_MARKS = st.sampled_from(
    [
        ("“", "”"),
        ('"', '"'),
        ("„", "“"),
        ("„", "”"),
        ("«", "»"),
        ("« ", " »"),
        ("»", "«"),
        ("「", "」"),
    ]
)
_BETWEEN = st.sampled_from(
    [
        "That isn't so.",
        "In the '90s it was.",
        "The towns' rules, its 6' 2\" boards and 12″ plates.",
        'See `say("so it is")`.',
        'It is [here](https://example.org "so it is").',
        '<b title="so it is">Bold</b> and *plain*.',
        "- a point\n- one more",
        "l'eau, d’eau",
    ]
)
_CITED = st.sampled_from(["", " [@holm1998]", " [see @berg2004, p. 3]", " (Holm 1998)", "[^1]"])


@st.composite
def drafts(draw: st.DrawFn) -> tuple[str, list[tuple[str, str]]]:
    """A draft, and the quotations that it was composed of, each with what is cited for it."""
    parts: list[str] = []
    quoted: list[tuple[str, str]] = []
    for _ in range(draw(st.integers(1, 6))):
        words, cited = draw(_WORDS), draw(_CITED)
        first, last = draw(_MARKS)
        if draw(st.booleans()):
            parts.append(f"\n\n> {words}{cited}\n\n" if cited != "[^1]" else f"\n\n> {words}\n\n")
            cited = "" if cited == "[^1]" else cited
        elif draw(st.booleans()):
            parts.append(f"\n\nAs @lund1977 has it, {first}{words}{last}.\n\n")
            cited = "@lund1977"
        else:
            parts.append(f"It is said: {first}{words}{last}{cited}.\n\n")
        quoted.append((words, cited.strip(" [(])")))
        parts.append(draw(_BETWEEN) + draw(st.sampled_from([" ", "\n\n", "\n"])))
    return "".join(parts) + "\n\n[^1]: Holm, “The harbour bridge”, 1998.\n", quoted


@given(drafts())
def test_a_draft_gives_back_what_it_is_composed_of(
    composed: tuple[str, list[tuple[str, str]]],
) -> None:
    draft, quoted = composed
    # What names no document is none.
    citations = [one for one in draft_citations(draft, markdown=True) if one.text != "perhaps"]

    told, unbalanced = quotations(draft, markdown=True)
    own = [one for one in told if one.start < draft.rfind("[^1]:")]

    words = [
        re.sub(r"\s*[\[(][^\[(]*(?:holm1998|berg2004, p\. 3|Holm 1998)[\])]$", "", one.words)
        for one in own
    ]
    assert words == [words for words, _ in quoted]
    assert unbalanced == []
    cited = [
        one.citations[0].text if one.citations else "" for one in attached(draft, own, citations)
    ]
    expected = [
        "Holm, “The harbour bridge”, 1998." if cited == "^1" else cited for _, cited in quoted
    ]
    assert cited == expected


_ANYTHING = st.lists(
    st.sampled_from(
        [
            *"\"'“”‘’„«»‹›「」‚ \n>a1sB.,;:!?-—*_`[](){}@^<|/\\~#…\x00\x01é東",
            "\n\n",
            "[^1]:",
            "http://a/d/b/1-2-c",
            " (1998)",
        ]
    ),
    max_size=80,
).map("".join)


def test_marks_in_a_block_quote_are_where_they_stand() -> None:
    draft = "Says she:\n\n> “It cost nine\n> million”, and “so on and on”.\n> — Holm\n"

    told, _ = quotations(draft, markdown=True)

    assert [draft[one.start : one.end] for one in told] == [
        "It cost nine\n> million",
        "so on and on",
    ]


@pytest.mark.parametrize(
    "draft",
    [
        "Says @lund:\n\n> “It cost nine million”, and “so on”.",
        "> “It cost nine million.” “It leaks.” [@lund]",
        "> “It cost nine million”, and “so on”.\n\n[@lund]",
    ],
)
def test_a_citation_of_a_block_quote_is_that_of_all_marks_in_it(draft: str) -> None:
    told, _ = quotations(draft, markdown=True)

    pairs = attached(draft, told, draft_citations(draft, markdown=True))

    assert [[each.key for each in pair.citations] for pair in pairs] == [["lund"], ["lund"]]


@given(_ANYTHING, st.booleans())
@example("“a\n\n“b “c\n\n“d” e”", True)
@example("> “a\n\n> b”", True)
def test_spans_lie_in_the_draft_and_apart(draft: str, markdown: bool) -> None:
    told, unbalanced = quotations(draft, markdown=markdown)

    assert all(0 <= one.start <= one.end <= len(draft) for one in told)
    assert all(one.end <= other.start for one, other in pairwise(told))
    assert not any(set(one.words) & {"\x00", "\x01"} for one in told)
    assert all(draft[one.start] == one.mark for one in unbalanced)


@given(_ANYTHING, st.booleans())
def test_citations_lie_in_the_draft_in_order(draft: str, markdown: bool) -> None:
    told = draft_citations(draft, markdown=markdown)
    spans = list(dict.fromkeys((one.start, one.end) for one in told))

    assert all(0 <= start < end <= len(draft) for start, end in spans)
    assert all(first[1] <= second[0] for first, second in pairwise(spans))
    assert all(one.text for one in told)


@given(_ANYTHING)
def test_each_quotation_has_citations_of_one_place(draft: str) -> None:
    told, _ = quotations(draft, markdown=True)
    citations = draft_citations(draft, markdown=True)

    pairs = attached(draft, told, citations)

    assert [pair.quotation for pair in pairs] == told
    assert all(len({one.start for one in pair.citations}) <= 1 for pair in pairs)
    assert all(one in citations for pair in pairs for one in pair.citations)


@given(_ANYTHING)
def test_fragments_are_what_stands_between_gaps(words: str) -> None:
    told = fragments(words)

    assert [one.gap for one in told[:1]] == ["beginning"] * bool(told)
    assert not any("…" in one.words for one in told)
    assert all(any(sign.isalnum() or sign == "_" for sign in one.words) for one in told)
    bare = re.sub(r"[\[\]]", "", words)
    position = 0
    for one in told:
        piece = re.sub(r"[\[\]]", "", one.words)
        position = bare.find(piece, position)
        assert position >= 0
        position += len(piece)


@given(st.lists(st.text("abc ,", min_size=1), min_size=1))
def test_what_is_left_out_parts_a_quotation(parts: list[str]) -> None:
    told = fragments(" […] ".join(parts))

    assert [one.words for one in told] == [
        part.strip() for part in parts if re.search(r"\w", part)
    ]
    assert all(one.gap == "ellipsis" for one in told[1:])
