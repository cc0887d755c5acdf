"""Receiving files: the body of a request, written to the disk as it comes."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, BinaryIO, cast

from flask import Request
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.formparser import FormDataParser
from werkzeug.wsgi import get_input_stream

from web.uploads import Incoming, TooLarge, Uploads

MOST_FILES = 100

# The parser counts what it holds of a file at once as well.
_MOST_FIELD_BYTES = 2**20
# So much of what is refused is read to its end, as a browser shows no answer before.
_MOST_DRAINED = 2**30
_BLOCK = 2**20


@contextmanager
def received(request: Request, uploads: Uploads) -> Iterator[Sequence[Incoming]]:
    """The files of a multipart request, on the disk; those not kept are deleted in the end.

    Raises `TooLarge` for a file, `RequestEntityTooLarge` for too many of them or too
    much that is no file, `ValueError` for a body that is no multipart, and `OSError`.
    """
    files: list[Incoming] = []

    def receive(*_sizes: object, filename: str | None = None, **_more: object) -> BinaryIO:
        files.append(uploads.receive(filename or ""))
        # The parser does no more with it than `Incoming` can.
        return cast("BinaryIO", files[-1])

    stream = get_input_stream(request.environ)
    parser = FormDataParser(
        stream_factory=cast("Any", receive),
        max_form_memory_size=_MOST_FIELD_BYTES,
        max_form_parts=MOST_FILES,
        silent=False,
    )
    try:
        parser.parse(
            stream, request.mimetype, request.content_length, dict(request.mimetype_params)
        )
        yield files
    except (TooLarge, RequestEntityTooLarge):
        _drain(stream)
        raise
    finally:
        for file in files:
            uploads.drop(file)


def _drain(stream: Any) -> None:  # werkzeug's type for a stream is its own
    left = _MOST_DRAINED
    while left > 0 and (block := stream.read(_BLOCK)):
        left -= len(block)
