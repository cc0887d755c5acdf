"""From a question to an answer with citations."""

from qa.answers import Answer, Excerpt
from qa.bot import Bot
from qa.cases import Case, read_cases
from qa.citations import cite, spoken_date
from qa.conversing import ask_in, erase_removed, shown_feedback, shown_turns
from qa.errors import CasesError, FormatError, QuestionError, SettingsError
from qa.evaluation import Figure, Outcome, evaluate, figures, is_exact
from qa.expected import unfounded
from qa.explanations import ExplainedPassage, Explanation, Signal
from qa.exporting import to_markdown
from qa.fingerprints import fingerprint
from qa.followups import Turn
from qa.judged import case_lines
from qa.marking import marked
from qa.permanence import State, Whereabouts, found_again
from qa.ranking import RankedPassage
from qa.settings import Settings
from qa.styles import FORMATS, Format, formatted, formatted_html, formatted_together, item_of
from qa.wire import SCHEMA, AnswerJson, CitationJson, answer_json, citation_json
from qa.wire_conversations import (
    ConversationJson,
    FeedbackJson,
    FilterJson,
    JudgedJson,
    TurnJson,
    conversation_json,
    feedback_json,
    judged_json,
    turn_json,
)
from qa.wire_formats import answer_in_formats

__all__ = [
    "FORMATS",
    "SCHEMA",
    "Answer",
    "AnswerJson",
    "Bot",
    "Case",
    "CasesError",
    "CitationJson",
    "ConversationJson",
    "Excerpt",
    "ExplainedPassage",
    "Explanation",
    "FeedbackJson",
    "Figure",
    "FilterJson",
    "Format",
    "FormatError",
    "JudgedJson",
    "Outcome",
    "QuestionError",
    "RankedPassage",
    "Settings",
    "SettingsError",
    "Signal",
    "State",
    "Turn",
    "TurnJson",
    "Whereabouts",
    "answer_in_formats",
    "answer_json",
    "ask_in",
    "case_lines",
    "citation_json",
    "cite",
    "conversation_json",
    "erase_removed",
    "evaluate",
    "feedback_json",
    "figures",
    "fingerprint",
    "formatted",
    "formatted_html",
    "formatted_together",
    "found_again",
    "is_exact",
    "item_of",
    "judged_json",
    "marked",
    "read_cases",
    "shown_feedback",
    "shown_turns",
    "spoken_date",
    "to_markdown",
    "turn_json",
    "unfounded",
]
