"""The material: reading, passages, vectors, storage, search."""

from index.catalogue import CatalogueEntry
from index.citation_keys import made_key
from index.conversations import Conversation, Conversations, KeptTurn, title_of
from index.documents import Document, Heading, Landmark, Reading, Table
from index.embedder import Embedder, PassageText, PassageVectors
from index.embedding import SentenceEmbedder
from index.errors import (
    Cancelled,
    ConversationMissing,
    FilterError,
    LibraryDamaged,
    LibraryError,
    LibraryLocked,
    LibraryMismatch,
    LibraryMissing,
    LibraryNotWritable,
    NothingKept,
    PinciteError,
    SkippedFile,
    TooBusy,
    UnreadableFile,
)
from index.facets import folded, folded_words, is_text, names_of
from index.feedback import Feedback, FeedbackBook, Judged, Verdict
from index.file_rows import FileRecord, FileState
from index.files import LARGEST_FILE, absolute, described_by, find_files, is_gone, is_left_out
from index.filters import Filter
from index.inbox import Entry, Inbox
from index.ingest import FileReport, add_files
from index.lexical import FUNCTION_WORDS, content_words, words_of
from index.library import Library
from index.locators import Locator, locate
from index.manuscripts import Manuscript, read_manuscript
from index.models import DEFAULT_MODEL
from index.pages import PAGE_SCALE, PageView, PageViewer, page_count
from index.passages import Passage, split
from index.phrases import is_phrase, literal_spans
from index.reader import Reader
from index.reading.process import ReaderProcess
from index.reading.signatures import unread_format
from index.reading.variables import parts_of, person_of
from index.rebuild import rebuild_library
from index.references.loading import load_references
from index.references.matching import Match, Matching
from index.removal import Removed
from index.reranking import CrossEncoder, PassageJudgement, Reranker, SentenceAnswer
from index.search import Found, Hit
from index.sentences import Span, sentence_spans
from index.standing import Standing, Stretch
from index.threads import Threads
from index.tokens import token_counter
from index.typography import Words, words_in
from index.writing import Labelling

__all__ = [
    "DEFAULT_MODEL",
    "FUNCTION_WORDS",
    "LARGEST_FILE",
    "PAGE_SCALE",
    "Cancelled",
    "CatalogueEntry",
    "Conversation",
    "ConversationMissing",
    "Conversations",
    "CrossEncoder",
    "Document",
    "Embedder",
    "Entry",
    "Feedback",
    "FeedbackBook",
    "FileRecord",
    "FileReport",
    "FileState",
    "Filter",
    "FilterError",
    "Found",
    "Heading",
    "Hit",
    "Inbox",
    "Judged",
    "KeptTurn",
    "Labelling",
    "Landmark",
    "Library",
    "LibraryDamaged",
    "LibraryError",
    "LibraryLocked",
    "LibraryMismatch",
    "LibraryMissing",
    "LibraryNotWritable",
    "Locator",
    "Manuscript",
    "Match",
    "Matching",
    "NothingKept",
    "PageView",
    "PageViewer",
    "Passage",
    "PassageJudgement",
    "PassageText",
    "PassageVectors",
    "PinciteError",
    "Reader",
    "ReaderProcess",
    "Reading",
    "Removed",
    "Reranker",
    "SentenceAnswer",
    "SentenceEmbedder",
    "SkippedFile",
    "Span",
    "Standing",
    "Stretch",
    "Table",
    "Threads",
    "TooBusy",
    "UnreadableFile",
    "Verdict",
    "Words",
    "absolute",
    "add_files",
    "content_words",
    "described_by",
    "find_files",
    "folded",
    "folded_words",
    "is_gone",
    "is_left_out",
    "is_phrase",
    "is_text",
    "literal_spans",
    "load_references",
    "locate",
    "made_key",
    "names_of",
    "page_count",
    "parts_of",
    "person_of",
    "read_manuscript",
    "rebuild_library",
    "sentence_spans",
    "split",
    "title_of",
    "token_counter",
    "unread_format",
    "words_in",
    "words_of",
]
