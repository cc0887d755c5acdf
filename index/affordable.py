"""How many passages a model may read for a question, within its budget of time.

The same question must get the same answer, so no clock is looked at while one is answered:
the number is decided once for a library and a model, by what is measured then, and kept in a
file of the library's folder.
"""

import json
import logging
import os
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import accumulate, islice
from pathlib import Path

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Budget:
    """The seconds that reading may take, and the fewest and most passages to read."""

    seconds: float
    fewest: int
    most: int

    def affords(self, each: Iterable[float]) -> int:
        """How many passages, if these are the seconds of each, in the order of reading."""
        spent = accumulate(islice(each, self.most))
        return max(self.fewest, sum(round(total, 6) <= self.seconds for total in spent))


def passages_to_read(
    kept: Path, name: str, budget: Budget, measured: Callable[[], Iterable[float]]
) -> int:
    """The number that was decided on for the model of that name, or is now.

    What is `measured` then are the seconds of each passage, the best first. Where the number
    cannot be kept it is the fewest, lest every process decides otherwise.
    """
    known = _known(kept, name, budget)
    if known is not None:
        return known
    number = budget.affords(measured())
    try:
        with tempfile.TemporaryDirectory(dir=kept.parent) as folder:
            written = Path(folder) / kept.name
            written.write_text(
                json.dumps({"model": name, "candidates": number, "most": budget.most})
            )
            return _first_kept(written, kept, name, budget) or number
    except OSError as error:
        _LOG.warning(
            "%s cannot be written (%s), so no more than %d of the passages found are read",
            kept,
            error.strerror,
            budget.fewest,
        )
        return budget.fewest


def _first_kept(written: Path, kept: Path, name: str, budget: Budget) -> int | None:
    """Put what was written in its place, unless another process was faster: then its number."""
    try:
        os.link(written, kept)
    except OSError:  # there is one already, or the disk knows no links
        known = _known(kept, name, budget)
        if known is not None:
            return known
        written.replace(kept)
    return None


def _known(kept: Path, name: str, budget: Budget) -> int | None:
    """The number that is kept, if it is for this model and so many at most."""
    try:
        found = json.loads(kept.read_bytes())
        number = found["candidates"]
        sound = (
            found["model"] == name
            and found["most"] == budget.most
            and type(number) is int
            and budget.fewest <= number <= budget.most
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return number if sound else None
