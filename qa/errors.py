"""The errors of asking, one small tree below `index.PinciteError`.

PinciteError
├── QuestionError    a question that cannot be asked
└── SettingsError    a setting that makes no sense
"""

from index import PinciteError


class QuestionError(PinciteError, ValueError):
    """A question is empty, too long or no text; the message says which."""


class SettingsError(PinciteError, ValueError):
    """A setting has a value that cannot be used; the message names it."""
