"""What an address names: a document, and characters of it."""

import re

from flask import abort

from index import Document, Span
from qa import State, found_again
from web.state import current_library

_SPAN = re.compile(r"([0-9]{1,12})-([0-9]{1,12})(?:-([a-z2-7]{12}[0-9]{1,9}))?")


def named_document(document_id: str) -> Document:
    """The document of the id; ends the request with 404 where there is none."""
    found = current_library().document(document_id)
    if found is None:
        abort(
            404, f"there is no document {document_id!r} in this library; it may have been removed"
        )
    return found


def named_span(document: Document, wanted: str) -> tuple[Span, State | None]:
    """The characters that START-END-FINGERPRINT names now, and what became of them.

    Without a fingerprint they are taken as they are, and the state is None. Where
    they are gone the span is empty. Ends the request with 404 where it names none.
    """
    match = _SPAN.fullmatch(wanted)
    start, end = (int(match[1]), int(match[2])) if match else (0, 0)
    if match and match[3] and start < end:
        found = found_again(document, start, end, match[3])
        return (found.start, found.end), found.state
    if not 0 <= start < end <= len(document.text):
        abort(
            404,
            f"there is no span {wanted!r}; give two numbers such as 0-20, at most "
            f"{len(document.text)}, or the whole link of a citation",
        )
    return (start, end), None
