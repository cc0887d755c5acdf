"""Long lists page by page: a cursor says where the next page begins, and means nothing else."""

import binascii
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from typing import Annotated, Any

from pydantic import Field
from werkzeug.exceptions import UnprocessableEntity

from index import Conversation
from web.operations import Number, Query
from web.state import current_library

_MOST = 500
_MOST_TURNS = 999_999

Limit = Annotated[Number, Field(ge=1, le=_MOST, description="The most to give at once.")]
Cursor = Annotated[str | None, Field(description="`next` of the page before.")]


class PageQuery(Query):
    """A page of a list."""

    limit: Limit = 50
    cursor: Cursor = None


def cursor_after(*place: str | int) -> str:
    """The cursor of the page that follows what stands at the place."""
    written = json.dumps(place, ensure_ascii=False).encode()
    return urlsafe_b64encode(written).decode().rstrip("=")


def place_of(cursor: str, *kinds: type) -> Sequence[Any]:
    """The place of a cursor, whose parts are of those kinds; refused if it is none of ours."""
    try:
        place = json.loads(urlsafe_b64decode(f"{cursor}{'=' * (-len(cursor) % 4)}"))
        huge = any(isinstance(part, int) and part > _MOST_TURNS for part in place)
        if (
            not huge
            and [type(part) for part in place] == list(kinds)
            and cursor_after(*place) == cursor
        ):
            return tuple(place)
    except (binascii.Error, ValueError, TypeError, RecursionError):
        pass
    raise UnprocessableEntity(f"cursor: {cursor!r} is none; give `next` of the page before")


def latest_conversations(
    limit: int, cursor: str | None
) -> tuple[Sequence[Conversation], str | None]:
    """Conversations, the one changed last first, and the cursor of those that follow."""
    before = None
    if cursor is not None:
        changed, last = place_of(cursor, str, str)
        before = (changed, last)
    # One more tells whether there is a next page.
    found = current_library().conversations.latest(limit + 1, before=before)
    page = found[:limit]
    following = cursor_after(page[-1].changed, page[-1].id) if len(page) < len(found) else None
    return page, following
