"""The errors of asking, one small tree below `index.PinciteError`.

PinciteError
├── CasesError       evaluation questions that cannot be read
├── DraftError       a draft that cannot be checked
├── FormatError      a citation that cannot be given in a format
├── QuestionError    a question that cannot be asked
├── QuotationError   words that cannot be looked for
└── SettingsError    a setting that makes no sense
"""

from collections.abc import Sequence

from index import PinciteError


class CasesError(PinciteError, ValueError):
    """Lines of an evaluation file cannot be used; `problems` says which and why."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = tuple(problems)


class DraftError(PinciteError, ValueError):
    """A draft is empty, too long or cannot be read; the message says which."""


class FormatError(PinciteError, ValueError):
    """A citation cannot be given in a format; the message says why, or which formats there are."""


class QuestionError(PinciteError, ValueError):
    """A question is empty, too long or no text; the message says which."""


class QuotationError(PinciteError, ValueError):
    """Words to look for are none, too many or no text; the message says which."""


class SettingsError(PinciteError, ValueError):
    """A setting has a value that cannot be used; the message names it."""
