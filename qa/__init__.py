"""From a question to an answer with citations."""

from qa.answers import Answer, Excerpt
from qa.bot import LONGEST_QUESTION, Bot, checked_question
from qa.citations import cite, spoken_date
from qa.errors import QuestionError, SettingsError
from qa.settings import Settings
from qa.wire import AnswerJson, DocumentJson, answer_json, document_json

__all__ = [
    "LONGEST_QUESTION",
    "Answer",
    "AnswerJson",
    "Bot",
    "DocumentJson",
    "Excerpt",
    "QuestionError",
    "Settings",
    "SettingsError",
    "answer_json",
    "checked_question",
    "cite",
    "document_json",
    "spoken_date",
]
