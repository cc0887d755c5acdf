"""What there is to say of a checked draft, in the words of every report of it."""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from qa import (
    Change,
    Check,
    CheckedCitation,
    CheckedClaim,
    CheckedQuotation,
    Place,
    Unbalanced,
    Verdict,
)

Kind = Literal[
    Verdict, "unknown source", "doubtful citation", "unbalanced", "supported", "unsupported"
]
Level = Literal["error", "warning", "note", "none"]

LEVELS: Mapping[Kind, Level] = {
    "exact": "none",
    "elided": "none",
    "altered": "error",
    "misattributed": "error",
    "wrong page": "warning",
    "not found": "error",
    "not judged": "warning",
    "unknown source": "error",
    "doubtful citation": "warning",
    "unbalanced": "warning",
    "supported": "none",
    "unsupported": "note",
}
TITLES: Mapping[Kind, str] = {
    "unknown source": "unknown source",
    "doubtful citation": "citation",
    "unbalanced": "unbalanced mark",
    "supported": "supported by a passage",
    "unsupported": "no support found",
}
# What each says, for those who meet it first.
MEANINGS: Mapping[Kind, str] = {
    "exact": "The words stand there.",
    "elided": "Words are left out or put in brackets; all others stand there.",
    "altered": "The source has other words.",
    "misattributed": "The words stand in another source than the one cited.",
    "wrong page": "The words stand in the source, on another page.",
    "not found": "The words stand in no document that was searched.",
    "not judged": "The words cannot be looked for.",
    "unknown source": "No document of the library is what is cited.",
    "doubtful citation": "The source is known; what else it says is wrong, or cannot be checked.",
    "unbalanced": "This quotation mark has no partner, and begins or ends no quotation.",
    "supported": "A passage has the numbers and names of the sentence, and most of the rest.",
    "unsupported": "No passage has the numbers and names of the sentence, and most of the rest.",
}

_PLACES: Mapping[Kind, str] = {
    "altered": "The true wording is from",
    "not found": "A part of them stands in",
    "supported": "Supported by",
}
_CONTEXT = 40


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to say of draft[start:end].

    `words` are those of the draft, `places` what was found for them, and `changes`
    what differs there. `cited` is the citation in the draft's words, `missing` what
    the place lacks that a claim tells.
    """

    start: int
    end: int
    kind: Kind
    words: str
    places: tuple[Place, ...] = ()
    changes: tuple[Change, ...] = ()
    cited: str = ""
    missing: tuple[str, ...] = ()
    remark: str = ""
    checked: CheckedQuotation | None = None

    @property
    def level(self) -> Level:
        """How bad it is, in SARIF's words; nothing is to be done where it is none."""
        if self.kind == "elided" and self.remark:
            return "warning"
        return LEVELS[self.kind]

    @property
    def title(self) -> str:
        """The finding in a few words."""
        return TITLES.get(self.kind, self.kind)

    @property
    def meaning(self) -> str:
        """The finding in a sentence."""
        return MEANINGS[self.kind]

    @property
    def wording(self) -> str:
        """What the source has in the place of altered words, on one line; else empty."""
        return " ".join("".join(change.ours for change in self.changes).split())

    @property
    def places_told(self) -> str:
        """What the places are to the words; empty where there are none."""
        if not self.places:
            return ""
        if self.kind == "unsupported":
            return f"The nearest passage lacks {', '.join(self.missing)}"
        return _PLACES.get(self.kind, "They stand in")


def findings(check: Check) -> list[Finding]:
    """All that is to be said of a draft, in its order; what is fine is among it."""
    return sorted(
        [
            *(_quotation(one) for one in check.quotations),
            *_citations(check.citations),
            *(_unbalanced(check.draft, one) for one in check.unbalanced),
            *(_claim(one) for one in check.claims),
        ],
        key=lambda one: (one.start, -one.end),
    )


def _quotation(one: CheckedQuotation) -> Finding:
    judgement = one.judgement
    told = dict.fromkeys(citation.text for citation in one.citations)
    return Finding(
        one.quotation.start,
        one.quotation.end,
        judgement.verdict,
        one.quotation.words,
        places=judgement.places,
        changes=judgement.changes,
        cited="; ".join(told),
        remark=judgement.remark,
        checked=one,
    )


def _citations(checked: tuple[CheckedCitation, ...]) -> Iterator[Finding]:
    for one in checked:
        if one.documents and not one.remark:
            continue
        said = one.citation
        kind: Kind = "doubtful citation" if one.documents else "unknown source"
        yield Finding(said.start, said.end, kind, said.text, remark=one.remark)


def _unbalanced(draft: str, one: Unbalanced) -> Finding:
    end = one.start + len(one.mark)
    around = draft[one.start : end + _CONTEXT].partition("\n")[0]
    return Finding(one.start, end, "unbalanced", around)


def _claim(one: CheckedClaim) -> Finding:
    place = one.support.place
    return Finding(
        one.claim.start,
        one.claim.end,
        "supported" if one.is_supported else "unsupported",
        one.claim.text,
        places=(place,) if place else (),
        missing=one.support.missing,
    )


def summary(check: Check, told: Sequence[Finding]) -> str:
    """How much there is of each."""
    counts = Counter(one.kind for one in told)
    quoted = counted(len(check.quotations), "quotation")
    verdicts = {one.kind for one in told if one.checked}
    parts = [_listed(quoted, [f"{counts[kind]:,} {kind}" for kind in LEVELS if kind in verdicts])]
    if check.passed_over:
        parts.append(f"{check.passed_over:,} passed over (titles, notes, a few words)")
    if check.citations:
        wrong = [f"{counts['unknown source']:,} of an unknown source"]
        cited = counted(len(check.citations), "citation")
        parts.append(_listed(cited, wrong if counts["unknown source"] else []))
    if counts["unbalanced"]:
        parts.append(counted(counts["unbalanced"], "unbalanced mark"))
    if check.claims:
        supported, without = counts["supported"], counts["unsupported"]
        claimed = [f"{supported:,} supported by a passage"] if supported else []
        claimed += [f"{without:,} without support"] if without else []
        parts.append(_listed(counted(len(check.claims), "claim"), claimed))
    return f"{'; '.join(parts)}."


def _listed(what: str, parts: Iterable[str]) -> str:
    return f"{what}: {', '.join(told)}" if (told := list(parts)) else what


def counted(number: int, what: str) -> str:
    """So many of something, in words: “1 claim”, “no claims”."""
    return f"{number:,} {what}" if number == 1 else f"{number or 'no'} {what}s"


class Lines:
    """The lines and columns of a text, both counted from 1."""

    def __init__(self, text: str) -> None:
        self._ends = [match.start() for match in re.finditer("\n", text)]

    def at(self, offset: int) -> tuple[int, int]:
        """The line and the column of a character."""
        line = bisect_left(self._ends, offset)
        return line + 1, offset - (self._ends[line - 1] if line else -1)
