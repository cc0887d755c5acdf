"""From a question to an answer with citations."""

from qa.answers import Answer, Excerpt
from qa.bot import Bot
from qa.cases import Case, read_cases
from qa.citations import cite, spoken_date
from qa.errors import CasesError, QuestionError, SettingsError
from qa.evaluation import Figure, Outcome, evaluate, figures, is_exact
from qa.expected import unfounded
from qa.explanations import ExplainedPassage, Explanation, Signal
from qa.fingerprints import fingerprint
from qa.followups import Turn
from qa.permanence import State, Whereabouts, found_again
from qa.ranking import RankedPassage
from qa.settings import Settings
from qa.wire import AnswerJson, CitationJson, answer_json, citation_json

__all__ = [
    "Answer",
    "AnswerJson",
    "Bot",
    "Case",
    "CasesError",
    "CitationJson",
    "Excerpt",
    "ExplainedPassage",
    "Explanation",
    "Figure",
    "Outcome",
    "QuestionError",
    "RankedPassage",
    "Settings",
    "SettingsError",
    "Signal",
    "State",
    "Turn",
    "Whereabouts",
    "answer_json",
    "citation_json",
    "cite",
    "evaluate",
    "figures",
    "fingerprint",
    "found_again",
    "is_exact",
    "read_cases",
    "spoken_date",
    "unfounded",
]
