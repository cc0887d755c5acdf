"""The errors of the material, one small tree.

PinciteError
├── UnreadableFile      one file, which the rest of the folder does not suffer from
│   └── SkippedFile     a file that Pincite does not read by design
├── NotPlaced           a quote whose place on a page's image is not certain
├── TooBusy             a page that too many others are to be drawn before
├── Cancelled           a file that is no longer wanted; nothing of it is kept
├── FilterError         a filter that is malformed
│   └── NothingKept     one that keeps no document
├── ConversationMissing a conversation, or a turn of one, that is not there
└── LibraryError        the library as a whole
    ├── LibraryMissing
    ├── LibraryMismatch
    ├── LibraryLocked
    ├── LibraryDamaged
    └── LibraryNotWritable
"""


class PinciteError(Exception):
    """Anything Pincite refuses to do; the message says what happened and what to do."""


class UnreadableFile(PinciteError):
    """A file gave no text; the message is the reason shown in reports."""


class SkippedFile(UnreadableFile):
    """A file of a kind that is not read; the message is the reason shown in reports."""


class NotPlaced(PinciteError):
    """The characters of a quote have no certain place on a page's image; the message is why."""


class TooBusy(PinciteError):
    """So much is to be done already that this is not begun; the message says what to do."""


class Cancelled(PinciteError):
    """A file is no longer wanted by who wanted it added; nothing of it is kept."""


class FilterError(PinciteError, ValueError):
    """A filter is malformed or keeps no document; the message names its value."""


class NothingKept(FilterError):
    """No document passes a filter; the message names what comes nearest in the whole library."""


class ConversationMissing(PinciteError, LookupError):
    """There is no such conversation, or no such turn in it; the message names it."""


class LibraryError(PinciteError):
    """A library cannot be used as asked."""


class LibraryMissing(LibraryError):
    """There is no library in the folder."""


class LibraryMismatch(LibraryError):
    """The library was made with another format, model or splitter."""


class LibraryLocked(LibraryError):
    """Another process is writing to the library."""


class LibraryDamaged(LibraryError):
    """The library's database cannot be read."""


class LibraryNotWritable(LibraryError):
    """The library's folder or disk refuses to be written."""
