"""Checking drafts: which planted errors are found, and whether anybody is accused wrongly.

Run with `make bench-check`. Drafts of 200 quotations are composed of the texts of six sets, so
that it is known of each quotation what is right and what is wrong with it (`planting.py`).
Vectors are drawn, because quotations are judged without them. Exit status 1 if an altered,
misattributed or invented quotation is not found, or too many others are accused.
"""

import argparse
import json
import random
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path
from time import perf_counter
from typing import Any, get_args

import numpy as np

from benchmarks.bench import add_data_option, add_output_option, temporary_library
from benchmarks.drafting import drafted
from benchmarks.planting import KINDS, Planted, Planter
from benchmarks.plots import draw_checking
from benchmarks.wording import Drawn, fill, foreign
from index import Library, Reading, token_counter
from qa import FAILING, CheckedQuotation, Verdict, check_draft

_SETS = ("squad", "chunking", "scifact", "cranfield", "clapnq", "financebench")
_FOLDERS = ("squad", "chunking_evaluation", "scifact", "cranfield", "clapnq", "mtrag")
_DRAFT = 200
_SEED = 23

# How many of 1,000 quotations are of which kind.
_SHARES = {
    "as it stands": 150,
    "set in other type": 150,
    "words left out or in brackets": 100,
    "a negation more or less": 80,
    "another number": 80,
    "another name": 80,
    "another word": 60,
    "another word, and some left out": 40,
    "another document cited": 120,
    "words of other texts": 60,
    "two quotations in one": 40,
    "another page cited": 40,
}
_RIGHT = ("as it stands", "set in other type", "words left out or in brackets")
_PAGED = "another page cited"
_UNSEEN = "not seen"
_VERDICTS: tuple[str, ...] = (*get_args(Verdict), _UNSEEN)
_LEAST_PRECISION = 0.995

# Names that are no words, so that nobody is cited by chance; none holds another.
_NAMES = [
    f"{one}{two}"
    for one, two in product(
        "Quar Zeld Wych Jorv Xand Kvel Thry Blox Drux Prax Skov Vlad Grym Zwet Fyth".split(),
        "anek ulmo ertz ovik ibbe yxen osky adde empf ikov".split(),
    )
]


@dataclass(frozen=True, slots=True)
class Outcome:
    """A planted quotation of a draft and what became of it."""

    draft: int
    planted: Planted
    verdict: str
    remark: str


def described(number: int, reading: Reading) -> Reading:
    """A document with an author, a year and a key that no other has."""
    family, year = _NAMES[number % len(_NAMES)], 1900 + number // len(_NAMES)
    return replace(
        reading,
        author=f"Ada {family}",
        date=f"{year}-01-01",
        bibliography={**reading.bibliography, "citation-key": f"{family.lower()}{year}"},
    )


def check(
    library: Library, planter: Planter, number: int, planted: Sequence[Planted]
) -> tuple[list[Outcome], list[float], str, list[str]]:
    """The outcomes of a draft, the milliseconds of each quotation, and what was made up."""
    draft = drafted(number, planted, planter.chance)
    moments = [perf_counter()]
    found = check_draft(
        library,
        draft.text,
        look_up=False,
        done=lambda _done, _all: moments.append(perf_counter()),
    )
    took = [1000 * float(one) for one in np.diff(moments)]
    outcomes = []
    known: set[int] = set()
    for one, (start, end) in draft.quoted:
        over = [
            place
            for place, each in enumerate(found.quotations)
            if each.quotation.start < end and start < each.quotation.end
        ]
        known.update(over)
        outcomes.append(_outcome(number, one, [found.quotations[place] for place in over]))
    besides = [
        each.quotation.words for place, each in enumerate(found.quotations) if place not in known
    ]
    # What the first one took holds reading the draft and the catalogue.
    return outcomes, took, draft.text, besides


def _outcome(draft: int, one: Planted, found: Sequence[CheckedQuotation]) -> Outcome:
    if not found:
        return Outcome(draft, one, _UNSEEN, "")
    worst = max(found, key=lambda each: _VERDICTS.index(each.judgement.verdict))
    return Outcome(draft, one, worst.judgement.verdict, worst.judgement.remark)


def kinds(count: int, chance: random.Random, *, paged: bool) -> list[str]:
    """The kinds of so many quotations, in an order of chance."""
    shares = {kind: share for kind, share in _SHARES.items() if paged or kind != _PAGED}
    total = sum(shares.values())
    found = [kind for kind, share in shares.items() for _ in range(count * share // total)]
    found += chance.choices(list(shares), k=count - len(found))
    chance.shuffle(found)
    return found


def confusion(outcomes: Iterable[Outcome]) -> dict[str, Counter[str]]:
    """How many of each kind were judged to be what."""
    found = {kind: Counter[str]() for kind in KINDS}
    for one in outcomes:
        found[one.planted.kind][one.verdict] += 1
    return {kind: counts for kind, counts in found.items() if counts}


def figures(
    matrix: dict[str, Counter[str]], took: Sequence[float], besides: int
) -> dict[str, float]:
    """Recall of the planted errors, precision of the accusations, and times in milliseconds."""
    wrong = {kind: counts for kind, counts in matrix.items() if kind not in (*_RIGHT, _PAGED)}
    right = {kind: counts for kind, counts in matrix.items() if kind in (*_RIGHT, _PAGED)}
    planted = sum(counts.total() for counts in wrong.values())
    caught = sum(counts[verdict] for counts in wrong.values() for verdict in FAILING)
    accused = sum(counts[verdict] for counts in right.values() for verdict in FAILING)
    p50, p95 = np.percentile(took, [50, 95])
    return {
        "planted": planted,
        "found": caught,
        "right": sum(counts.total() for counts in right.values()),
        "accused wrongly": accused,
        "quotations that are none": besides,
        "p50_ms": float(p50),
        "p95_ms": float(p95),
    }


def table(matrix: dict[str, Counter[str]], told: dict[str, float], title: str) -> str:
    """The confusion matrix and the figures, in Markdown."""
    shown = [one for one in _VERDICTS if any(counts[one] for counts in matrix.values())]
    lines = [
        f"| {title} | quotations | {' | '.join(shown)} |",
        "|---" + "|---:" * (len(shown) + 1) + "|",
    ]
    for kind, counts in matrix.items():
        cells = [f"{counts[verdict]:,}" if counts[verdict] else "" for verdict in shown]
        lines.append(f"| {kind} | {counts.total():,} | {' | '.join(cells)} |")
    found, planted = told["found"], told["planted"]
    wrongly, right = told["accused wrongly"], told["right"]
    lines += [
        "",
        "| | measured |",
        "|---|---:|",
        f"| altered, misattributed and invented ones found | {found:,.0f} of {planted:,.0f} |",
        f"| right ones accused | {wrongly:,.0f} of {right:,.0f} |",
        f"| accusations that are right | {100 * precision(told):.2f} % |",
        f"| a quotation | p50 {told['p50_ms']:.0f} ms, p95 {told['p95_ms']:.0f} ms |",
    ]
    return "\n".join(lines) + "\n"


def precision(told: dict[str, float]) -> float:
    """The share of the accusations that are right."""
    return told["found"] / max(1.0, told["found"] + told["accused wrongly"])


def main() -> None:
    """Fill a library, compose drafts, check them, and write the table."""
    arguments = _arguments()
    missing = sorted(one for one in _FOLDERS if not (arguments.data / one).is_dir())
    if missing:
        sys.exit(f"skipped: {arguments.data} has no {', '.join(missing)}; set PINCITE_DATA")
    sets = [one for one in _SETS if (arguments.data / one).is_dir() or one == "chunking"]
    if len(sets) < len(_SETS):
        print("without pages: there is no folder financebench")
    with _library(arguments.library) as library:
        documents = fill(library, arguments.data, sets, described)
        strangers = [one for some in foreign(arguments.data).values() for one in some]
        characters = sum(len(one.text) for some in documents.values() for one in some)
        print(f"{characters:,} characters, {library.passage_count():,} passages", flush=True)
        planter = Planter(documents, strangers, arguments.seed)
        outcomes, took, besides = [], [], []
        for number in range(1, arguments.drafts + 1):
            wanted = kinds(_DRAFT, planter.chance, paged=len(sets) == len(_SETS))
            planted = [planter.plant(kind) for kind in wanted]
            found, times, text, more = check(library, planter, number, planted)
            outcomes += found
            took += times
            besides += more
            if arguments.keep:
                arguments.keep.mkdir(parents=True, exist_ok=True)
                (arguments.keep / f"draft-{number}.md").write_text(text, encoding="utf-8")
            for one in _wrong(found):
                print(json.dumps(_told(one), ensure_ascii=False), flush=True)
            print(f"draft {number}: {sum(times) / 1000:.0f} s", flush=True)
    for words in besides:
        print(f"no quotation, but judged: {words!r}")
    matrix = confusion(outcomes)
    told = figures(matrix, took, len(besides))
    title = f"{arguments.drafts} drafts, {characters:,} characters"
    shown = table(matrix, told, title)
    print(shown)
    if arguments.drafts * _DRAFT >= 2000 and arguments.seed == _SEED:
        (arguments.output / "check.md").write_text(shown, encoding="utf-8")
        kept = {"characters": characters, "seed": _SEED, "matrix": matrix, "figures": told}
        (arguments.output / "check.json").write_text(json.dumps(kept, indent=1) + "\n", "utf-8")
        draw_checking(matrix, _VERDICTS, arguments.output / "check.png")
    if told["found"] < told["planted"] or precision(told) < _LEAST_PRECISION or besides:
        sys.exit(1)


def _wrong(outcomes: Iterable[Outcome]) -> Iterator[Outcome]:
    """Those that were not judged as they should be."""
    for one in outcomes:
        accused = one.verdict in FAILING
        if one.planted.kind in _RIGHT:
            if accused or one.verdict not in {"exact", "elided"}:
                yield one
        elif one.planted.kind == _PAGED:
            if one.verdict != "wrong page":
                yield one
        elif not accused:
            yield one


def _told(one: Outcome) -> dict[str, Any]:
    return {
        "draft": one.draft,
        "planted": one.planted.kind,
        "verdict": one.verdict,
        "remark": one.remark,
        "words": one.planted.words,
        "cited": one.planted.cited.citation_key,
        "page": one.planted.page,
    }


def _library(folder: Path | None) -> AbstractContextManager[Library]:
    if folder is None:
        return temporary_library(Drawn())
    return Library.open(folder, embedder=Drawn(), count=token_counter(), create=True)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--drafts", type=int, default=12, help="drafts of 200 quotations")
    parser.add_argument("--seed", type=int, default=_SEED, help="draws other quotations")
    parser.add_argument("--keep", type=Path, help="a folder to keep the drafts in")
    parser.add_argument(
        "--library", type=Path, help="a library to fill and keep (default: one that is deleted)"
    )
    add_data_option(parser)
    add_output_option(parser)
    return parser.parse_args()


if __name__ == "__main__":
    main()
