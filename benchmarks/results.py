"""The figures of a run: kept as JSON, shown as a Markdown table."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

WITHOUT_READER = "Pincite, no reader"

SYSTEMS = (
    "Pincite",
    WITHOUT_READER,
    "BM25 alone",
    "dense alone",
    "LangChain",
    "LlamaIndex",
    "txtai",
)

TITLES = {
    "squad": "SQuAD 2.0",
    "foreign": "SQuAD 2.0, questions about articles left out",
    "chunking": "Chunking evaluation",
    "scifact": "SciFact",
    "clapnq": "CLAPnq",
    "cranfield": "Cranfield",
    "financebench": "FinanceBench, all filings",
    "financebench, one filing": "FinanceBench, the right filing",
}


@dataclass(frozen=True, slots=True)
class Row:
    """One measure on one set, and each system's value in the measure's unit."""

    set: str
    measure: str
    questions: int
    unit: str
    values: dict[str, float]


@dataclass(frozen=True, slots=True)
class Results:
    """What a run measured, on what, and the confidences behind its curves.

    `confidences` holds, by set and system, those in answerable questions and
    those in the others.
    """

    rows: list[Row] = field(default_factory=list)
    confidences: dict[str, dict[str, tuple[list[float], list[float]]]] = field(
        default_factory=dict
    )
    versions: dict[str, str] = field(default_factory=dict)

    def save(self, path: Path) -> None:
        """Write all of it as JSON."""
        path.write_text(json.dumps(asdict(self), indent=1) + "\n", encoding="utf-8")

    @classmethod
    def load(cls, path: Path) -> "Results":
        """Read what `save` wrote."""
        kept: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        return cls([Row(**row) for row in kept["rows"]], kept["confidences"], kept["versions"])


def table(rows: Sequence[Row]) -> str:
    """A Markdown table, the best value of each row in bold; a dash where nothing was measured."""
    systems = [name for name in SYSTEMS if any(name in row.values for row in rows)]
    lines = [
        "| | questions | " + " | ".join(systems) + " |",
        "|---" + "|---:" * (len(systems) + 1) + "|",
    ]
    last = ""
    for row in rows:
        if row.set != last:
            lines.append(f"| **{TITLES[row.set]}** |" + " |" * (len(systems) + 1))
            last = row.set
        shown = {name: _shown(value, row.unit) for name, value in row.values.items()}
        # The shorter an excerpt the better, unless the answer is not in it.
        best = "" if row.unit == "characters" else _shown(max(row.values.values()), row.unit)
        cells = [
            f"**{shown[name]}**" if shown.get(name) == best else shown.get(name, "–")
            for name in systems
        ]
        lines.append(f"| {row.measure} | {row.questions:,} | " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def _shown(value: float, unit: str) -> str:
    if unit == "%":
        return f"{100 * value:.1f} %"
    return f"{value:.0f}" if unit == "characters" else f"{value:.3f}"
