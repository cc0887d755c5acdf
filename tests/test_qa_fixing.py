"""Fixing drafts: true wording and right citations, and nothing else."""

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from test_qa_checking import BRIDGE, TUNNEL

from index import Library
from qa import Draft, Fixed, check_draft, fixed
from web.check_view import check_view


@pytest.fixture
def library(tmp_path: Path, make_library: Callable[[Path], Library]) -> Library:
    folder = tmp_path / "documents"
    folder.mkdir()
    (folder / "bridge.md").write_text(BRIDGE)
    (folder / "tunnel.md").write_text(TUNNEL)
    return make_library(folder)


@pytest.mark.parametrize(
    ("draft", "after"),
    [
        (
            "“It cost ten million crowns”, she wrote [@holm1998].",
            "“It cost nine million crowns”, she wrote [@holm1998].",
        ),
        (
            "“It cost nine million crowns”, she wrote [@berg2004]; so [@holm1998].",
            "“It cost nine million crowns”, she wrote [@holm1998, line 7]; so [@holm1998].",
        ),
        (
            "“It cost nine million crowns”, she wrote. See [@berg2004].",
            "“It cost nine million crowns” [@holm1998, line 7], she wrote. See [@berg2004].",
        ),
        (
            "> It cost ten million crowns. [@holm1998]\n\nAnd so on.",
            "> It cost nine million crowns. [@holm1998]\n\nAnd so on.",
        ),
        (
            "“It cost ten million crowns [@holm1998]”, she wrote.",
            "“It cost nine million crowns [@holm1998]”, she wrote.",
        ),
        (
            "“It cost ten million crowns [@berg2004]”, she wrote.",
            "“It cost nine million crowns [@holm1998, line 7]”, she wrote.",
        ),
        (
            "&ldquo;It cost nine million crowns&rdquo;, she. See [@berg2004].",
            "&ldquo;It cost nine million crowns&rdquo; [@holm1998, line 7], she. See [@berg2004].",
        ),
        (
            "“It leaks, said he” [see the long remarks I once made on @berg2004, and others].",
            "“It leaks, said he” [see the long remarks I once made on @berg2004, and others].",
        ),
        (
            "“It cost nine million” [as I and many others do not @berg2004].",
            "“It cost nine million” [@holm1998, line 7] [as I and many others do not @berg2004].",
        ),
        (
            "« it cost ten million crowns » [@holm1998].",
            "« it cost nine million crowns » [@holm1998].",
        ),
        (
            "“It cost ten million crowns.[^1]” [@holm1998]\n\n[^1]: Holm, 1998.",
            "“It cost nine million crowns.[^1]” [@holm1998]\n\n[^1]: Holm, 1998.",
        ),
        (
            "“The harbour bridge was opened in 1931 […] It cost ten million crowns” [@holm1998].",
            "“The harbour bridge was opened in 1931 […] It cost ten million crowns” [@holm1998].",
        ),
        (
            "“It leaks every blue moon”, she wrote [@holm1998].",
            "“It leaks every blue moon”, she wrote [@holm1998].",
        ),
    ],
)
def test_only_what_is_wrong_is_changed(library: Library, draft: str, after: str) -> None:
    check = check_draft(library, draft, look_up=False)

    assert fixed(check, markdown=True).text == after


def test_notes_are_added_where_the_draft_has_no_keys(library: Library) -> None:
    draft = 'He said: "It leaks, said the engineer." And she: “It cost ten million crowns”.\n'
    check = check_draft(library, draft, look_up=False)

    markdown, text = fixed(check, markdown=True), fixed(check, markdown=False)

    assert markdown.text == (
        'He said: "It leaks, said the engineer."[^pincite-1] '
        "And she: “It cost nine million crowns”.[^pincite-2]\n\n"
        "[^pincite-1]: Nils Berg, “Below the harbour,” January 9, 2004, line 7.\n"
        "[^pincite-2]: Ada Holm, “The harbour bridge,” May 2, 1998, line 7.\n"
    ).replace("harbour bridge", "Harbour Bridge").replace("the harbour,", "the Harbour,")
    assert (markdown.reworded, markdown.cited) == (1, 2)
    assert text.text.endswith("[2] Ada Holm, “The Harbour Bridge,” May 2, 1998, line 7.\n")


def test_what_is_fixed_passes_when_it_is_checked_again(library: Library) -> None:
    draft = (
        "“It cost ten million crowns” (Berg 2004). “It leaks, said the engineer”.[^1] "
        "“Nobody has never found out who drew it”, and\n\n"
        "> The harbour bridge was opened in 1931, as the papers said.\n> — Nils Berg\n\n"
        "[^1]: Ada Holm, 1998.\n"
    )
    check = check_draft(library, draft, look_up=False)
    assert not check.passes

    again = check_draft(library, fixed(check, markdown=True).text, look_up=False)

    assert [one.judgement.verdict for one in again.quotations] == ["exact"] * 4
    assert again.passes


def test_what_is_fixed_is_not_fixed_again_in_plain_text(library: Library) -> None:
    draft = "“It cost ten million crowns”, she wrote. “It leaks, said the engineer”.\n"
    once = fixed(check_draft(library, draft, markdown=False, look_up=False), markdown=False)

    check = check_draft(library, once.text, markdown=False, look_up=False)

    assert check.passes
    assert fixed(check, markdown=False) == Fixed(once.text, 0, 0)


def test_marks_inside_of_a_quotation_stay_apart_from_its_own(
    tmp_path: Path, make_library: Callable[[Path], Library]
) -> None:
    (tmp_path / "a.txt").write_text('She called it "a bridge of sighs" before the whole council.')
    library = make_library(tmp_path / "a.txt")
    draft = "“She called it ‘a bridge of cries’ before the whole council”, they say.\n"

    check = check_draft(library, draft, look_up=False)

    assert fixed(check, markdown=True).text.startswith(
        "“She called it 'a bridge of sighs' before the whole council”,[^pincite-1] they say."
    )


def test_notes_of_a_fixed_draft_keep_their_numbers(library: Library) -> None:
    draft = "“It cost ten million crowns”, she wrote.\n"
    once = fixed(check_draft(library, draft, look_up=False), markdown=True).text

    again = once.replace("\n\n[^pincite-1]", " “It leaks, said the engineer”.\n\n[^pincite-1]")
    twice = fixed(check_draft(library, again, look_up=False), markdown=True).text

    assert twice.count("[^pincite-1]:") == 1
    assert "“It leaks, said the engineer”.[^pincite-2]" in twice


PIECES = (
    *("“", "”", '"', "‘", "’", "> ", "\n", "\n\n", " ", ".", "?", "…", "[…]", "[^1]", "🦊"),
    *("[@holm1998]", "[@berg2004]", "@holm1998", "(Holm 1998)", "^[Berg 2004]", "— Nils Berg"),
    *("[^1]: Ada Holm.\n", "It cost ten million crowns", "It leaks, said the engineer", "nobody"),
)


@given(st.lists(st.sampled_from(PIECES), min_size=1, max_size=25))
@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_draft_is_checked_shown_and_fixed_once_for_all(
    library: Library, pieces: list[str]
) -> None:
    draft = "".join(pieces)
    assume(draft.strip())

    check = check_draft(library, draft, look_up=False)
    view = check_view(Draft("a.md", draft, markdown=True), check)
    copy = fixed(check, markdown=True)

    assert all(
        0 <= one.quotation.start <= one.quotation.end <= len(draft) for one in check.quotations
    )
    assert sum(len(one.notes) for one in view.paragraphs) >= len(check.quotations)
    assert copy.text or not draft.strip()
