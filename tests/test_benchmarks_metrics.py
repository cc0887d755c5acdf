"""The measures, against cases worked out by hand."""

import math

import pytest

from benchmarks.metrics import (
    Bin,
    Overlap,
    auroc,
    calibration_error,
    documents,
    f1,
    hit_at,
    ndcg_at,
    overlap,
    quoted,
    refusal_curve,
    refused_at,
    reliability,
    touches,
    union,
)
from benchmarks.shapes import Range


def at(start: int, end: int, document: str = "a") -> Range:
    return Range(document, start, end)


@pytest.mark.parametrize(
    ("retrieved", "marked", "expected"),
    [
        pytest.param([at(0, 10)], [at(0, 10)], Overlap(1, 1, 1), id="exact"),
        pytest.param([at(0, 20)], [at(0, 10)], Overlap(1, 0.5, 0.5), id="twice-as-much"),
        pytest.param([at(0, 5)], [at(0, 10)], Overlap(0.5, 1, 0.5), id="half"),
        pytest.param([at(0, 10)], [at(20, 30)], Overlap(0, 0, 0), id="beside-it"),
        pytest.param([at(0, 10, "b")], [at(0, 10)], Overlap(0, 0, 0), id="another-document"),
        pytest.param(
            [at(0, 10), at(0, 10)], [at(0, 10)], Overlap(1, 0.5, 0.5), id="shown-twice-costs"
        ),
        pytest.param(
            [at(0, 8), at(4, 12)],
            [at(0, 10), at(20, 30)],
            Overlap(0.5, 10 / 16, 10 / 26),
            id="two",
        ),
        pytest.param(
            [at(0, 10), at(0, 30, "b")], [at(0, 10)], Overlap(1, 0.25, 0.25), id="others-cost"
        ),
        pytest.param([], [at(0, 10)], Overlap(0, 0, 0), id="nothing-shown"),
    ],
)
def test_overlap_counts_characters_as_the_chunking_evaluation_does(
    retrieved: list[Range], marked: list[Range], expected: Overlap
) -> None:
    assert overlap(retrieved, marked) == expected


def test_a_union_counts_each_character_once() -> None:
    assert union([at(5, 10), at(0, 6), at(8, 9), at(0, 3, "b"), at(20, 20)]) == 13


def test_documents_rank_by_their_best_range() -> None:
    ranges = [at(0, 1, "b"), at(0, 1, "a"), at(5, 6, "b"), at(0, 1, "c")]

    assert documents(ranges) == ["b", "a", "c"]


def test_a_hit_is_any_relevant_document_among_the_first() -> None:
    assert hit_at(["a", "b", "c"], {"b": 1}, 2)
    assert not hit_at(["a", "b", "c"], {"c": 1}, 2)


def test_ndcg_takes_grades_as_gains_and_the_best_order_as_one() -> None:
    relevant = {"a": 3, "b": 1}

    assert ndcg_at(["a", "b"], relevant, 10) == 1
    assert ndcg_at(["x", "a"], {"a": 1}, 10) == pytest.approx(1 / math.log2(3))
    assert ndcg_at(["b", "a"], relevant, 10) == pytest.approx(
        (1 + 3 / math.log2(3)) / (3 + 1 / math.log2(3))
    )
    assert ndcg_at(["x", "y"], relevant, 10) == 0


def test_ndcg_looks_no_further_than_asked_on_either_side() -> None:
    assert ndcg_at(["x", "a"], {"a": 1}, 1) == 0
    assert ndcg_at(["a"], {"a": 1, "b": 1, "c": 1}, 1) == 1


def test_a_page_is_touched_by_one_character_of_its_own_document() -> None:
    assert touches([at(0, 11)], [at(10, 20)])
    assert not touches([at(0, 10)], [at(10, 20)])
    assert not touches([at(10, 20, "b")], [at(10, 20)])


def test_a_sentence_is_quoted_from_half_of_its_characters_on() -> None:
    sentences = {"a": (at(0, 10), at(10, 20), at(20, 30)), "b": (at(0, 10, "b"),)}

    assert quoted([at(5, 14)], sentences) == {at(0, 10)}
    assert quoted([at(5, 8), at(7, 15)], sentences) == {at(0, 10), at(10, 20)}
    assert quoted([at(0, 5, "b")], sentences) == {at(0, 10, "b")}


def test_f1_agrees_with_the_nearest_person() -> None:
    found = {at(0, 10), at(10, 20)}

    assert f1(found, [[at(0, 10)], [at(20, 30)]]) == pytest.approx(2 / 3)
    assert f1(found, [[at(0, 10)], [at(0, 10), at(10, 20)]]) == 1
    assert f1(set(), [[at(0, 10)]]) == 0


def test_auroc_counts_the_pairs_in_order_and_ties_as_half() -> None:
    assert auroc([0.9, 0.5], [0.1, 0.5]) == pytest.approx(3.5 / 4)


def test_foreign_questions_are_refused_at_a_share_of_false_refusals() -> None:
    answerable = [n / 20 for n in range(1, 21)]

    assert refused_at(answerable, [0.01, 0.05, 0.09, 0.5], false_refusals=0.05) == 0.75
    assert refused_at(answerable, [0.01, 0.05, 0.09, 0.5], false_refusals=0.0) == 0.25


def test_the_refusal_curve_runs_from_no_refusal_to_all() -> None:
    false_refusals, refused = refusal_curve([0.5, 0.9], [0.1, 0.5])

    assert list(zip(false_refusals, refused, strict=True)) == [
        (0, 0),
        (0, 0.5),
        (0.5, 1),
        (1, 1),
    ]


def test_reliability_compares_confidence_with_what_came_true() -> None:
    bins = reliability([0.95, 1.0, 0.15], [0.05, 0.15, 0.16], 10)

    assert [one.count for one in bins] == [1, 3, 2]
    assert [one.observed for one in bins] == pytest.approx([0, 1 / 3, 1])
    assert [one.predicted for one in bins] == pytest.approx([0.05, 0.46 / 3, 0.975])


def test_the_calibration_error_weighs_bins_by_their_questions() -> None:
    assert calibration_error([Bin(0.2, 0.0, 3), Bin(0.9, 1.0, 1)]) == pytest.approx(0.175)
