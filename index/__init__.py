"""The material: reading, passages, vectors, storage, search."""

from index.documents import Document, Heading, Landmark, Reading, Table
from index.embedding import DEFAULT_MODEL, Embedder, PassageText, PassageVectors, SentenceEmbedder
from index.errors import (
    Cancelled,
    FilterError,
    LibraryDamaged,
    LibraryError,
    LibraryLocked,
    LibraryMismatch,
    LibraryMissing,
    LibraryNotWritable,
    PinciteError,
    SkippedFile,
    UnreadableFile,
)
from index.files import LARGEST_FILE, absolute, described_by, find_files, is_gone, is_left_out
from index.filters import Filter
from index.ingest import FileReport, add_files
from index.lexical import words_of
from index.library import Library
from index.locators import Locator, locate
from index.passages import Passage, split, token_counter
from index.phrases import is_phrase, literal_spans
from index.reading.process import ReaderProcess
from index.reading.signatures import unread_format
from index.rebuild import rebuild_library
from index.records import FileRecord
from index.removal import Removed
from index.reranking import Reranker
from index.search import Found, Hit
from index.sentences import Span, sentence_spans
from index.writing import Labelling

__all__ = [
    "DEFAULT_MODEL",
    "LARGEST_FILE",
    "Cancelled",
    "Document",
    "Embedder",
    "FileRecord",
    "FileReport",
    "Filter",
    "FilterError",
    "Found",
    "Heading",
    "Hit",
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
    "Passage",
    "PassageText",
    "PassageVectors",
    "PinciteError",
    "ReaderProcess",
    "Reading",
    "Removed",
    "Reranker",
    "SentenceEmbedder",
    "SkippedFile",
    "Span",
    "Table",
    "UnreadableFile",
    "absolute",
    "add_files",
    "described_by",
    "find_files",
    "is_gone",
    "is_left_out",
    "is_phrase",
    "literal_spans",
    "locate",
    "rebuild_library",
    "sentence_spans",
    "split",
    "token_counter",
    "unread_format",
    "words_of",
]
