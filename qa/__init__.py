"""From a question to an answer with citations."""

from qa.answers import Answer, Excerpt
from qa.bot import Bot
from qa.citations import cite, spoken_date
from qa.errors import QuestionError, SettingsError
from qa.followups import Turn
from qa.settings import Settings
from qa.wire import AnswerJson, answer_json

__all__ = [
    "Answer",
    "AnswerJson",
    "Bot",
    "Excerpt",
    "QuestionError",
    "Settings",
    "SettingsError",
    "Turn",
    "answer_json",
    "cite",
    "spoken_date",
]
