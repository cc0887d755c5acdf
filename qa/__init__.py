"""From a question to an answer with citations."""

from qa.alignment import Change
from qa.answers import Answer, Excerpt
from qa.bot import Bot
from qa.cases import Case, read_cases
from qa.checking import check_draft
from qa.checks import FAILING, Check, CheckedCitation, CheckedClaim, CheckedQuotation
from qa.citations import cite, spoken_date
from qa.conversing import ask_in, erase_removed, shown_feedback, shown_turns
from qa.drafts import Draft, read_draft
from qa.errors import (
    CasesError,
    DraftError,
    FormatError,
    QuestionError,
    QuotationError,
    SettingsError,
)
from qa.evaluation import Figure, Outcome, evaluate, figures, is_exact
from qa.expected import unfounded
from qa.explanations import ExplainedPassage, Explanation, Signal
from qa.exporting import to_markdown
from qa.fingerprints import fingerprint
from qa.fixing import Edit, Fixed, fixed, rewording
from qa.followups import Turn
from qa.judged import case_lines
from qa.judging import Verdict
from qa.marking import marked
from qa.marks import Unbalanced
from qa.permanence import State, Whereabouts, found_again
from qa.places import Place
from qa.questions import LONGEST_QUESTION, literal
from qa.ranking import RankedPassage
from qa.settings import NO_RERANKER, READER, Settings
from qa.styles import (
    FORMATS,
    Format,
    formatted,
    formatted_html,
    formatted_together,
    item_of,
    references,
)
from qa.wire import (
    SCHEMA,
    AnswerJson,
    CitationJson,
    ExcerptJson,
    PlaceJson,
    answer_json,
    citation_json,
)
from qa.wire_check import CheckJson, check_json
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
from qa.wire_files import FileJson, file_json
from qa.wire_formats import SpanJson, answer_in_formats, span_in_formats, wording_in_formats
from qa.wire_quotes import WordingJson, wording_json
from qa.wording import NearPlace, Wording, find_parts, find_words

__all__ = [
    "FAILING",
    "FORMATS",
    "LONGEST_QUESTION",
    "NO_RERANKER",
    "READER",
    "SCHEMA",
    "Answer",
    "AnswerJson",
    "Bot",
    "Case",
    "CasesError",
    "Change",
    "Check",
    "CheckJson",
    "CheckedCitation",
    "CheckedClaim",
    "CheckedQuotation",
    "CitationJson",
    "ConversationJson",
    "Draft",
    "DraftError",
    "Edit",
    "Excerpt",
    "ExcerptJson",
    "ExplainedPassage",
    "Explanation",
    "FeedbackJson",
    "Figure",
    "FileJson",
    "FilterJson",
    "Fixed",
    "Format",
    "FormatError",
    "JudgedJson",
    "NearPlace",
    "Outcome",
    "Place",
    "PlaceJson",
    "QuestionError",
    "QuotationError",
    "RankedPassage",
    "Settings",
    "SettingsError",
    "Signal",
    "SpanJson",
    "State",
    "Turn",
    "TurnJson",
    "Unbalanced",
    "Verdict",
    "Whereabouts",
    "Wording",
    "WordingJson",
    "answer_in_formats",
    "answer_json",
    "ask_in",
    "case_lines",
    "check_draft",
    "check_json",
    "citation_json",
    "cite",
    "conversation_json",
    "erase_removed",
    "evaluate",
    "feedback_json",
    "figures",
    "file_json",
    "find_parts",
    "find_words",
    "fingerprint",
    "fixed",
    "formatted",
    "formatted_html",
    "formatted_together",
    "found_again",
    "is_exact",
    "item_of",
    "judged_json",
    "literal",
    "marked",
    "read_cases",
    "read_draft",
    "references",
    "rewording",
    "shown_feedback",
    "shown_turns",
    "span_in_formats",
    "spoken_date",
    "to_markdown",
    "turn_json",
    "unfounded",
    "wording_in_formats",
    "wording_json",
]
