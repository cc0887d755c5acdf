"""Long lists page by page: a cursor says where the next page begins, and means nothing else."""

import binascii
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Sequence
from typing import Annotated, Any, TypeVar

from pydantic import Field
from werkzeug.exceptions import UnprocessableEntity

from index import Conversation
from web.operations import Number, Query
from web.state import current_library

_MOST = 500
_MOST_TURNS = 999_999

Item = TypeVar("Item")
Place = tuple[str | int, ...]
Found = tuple[Sequence[Item], str | None]

Limit = Annotated[Number, Field(ge=1, le=_MOST, description="The most to give at once.")]
Cursor = Annotated[str | None, Field(description="`next` of the page before.")]


class PageQuery(Query):
    """A page of a list."""

    limit: Limit = 50
    cursor: Cursor = None


def page_of(
    limit: int | None,
    cursor: str | None,
    *,
    kinds: tuple[type, ...],
    place: Callable[[Item], Place],
    read: Callable[[int | None, Any], Sequence[Item]],  # a place is of the kinds
) -> Found[Item]:
    """Up to `limit` items of a list from the cursor on, and the cursor of those that follow.

    `place` says where an item stands, in values of these `kinds`, and `read` gives up
    to so many items after a place, or from the start where it is None.
    """
    after = None if cursor is None else _place_of(cursor, kinds)
    # One more tells whether there is a next page.
    found = read(None if limit is None else limit + 1, after)
    page = found[:limit]
    return page, _cursor_after(place(page[-1])) if len(page) < len(found) else None


def latest_conversations(limit: int, cursor: str | None) -> Found[Conversation]:
    """A page of the conversations, the one changed last first."""
    kept = current_library().conversations
    return page_of(
        limit,
        cursor,
        kinds=(str, str),
        place=lambda one: (one.changed, one.id),
        read=lambda most, before: kept.latest(most, before=before),
    )


def _cursor_after(place: Place) -> str:
    written = json.dumps(place, ensure_ascii=False).encode()
    return urlsafe_b64encode(written).decode().rstrip("=")


def _place_of(cursor: str, kinds: tuple[type, ...]) -> Place:
    """The place of a cursor; refused if it is none of ours."""
    try:
        place = tuple(json.loads(urlsafe_b64decode(f"{cursor}{'=' * (-len(cursor) % 4)}")))
        huge = any(isinstance(part, int) and part > _MOST_TURNS for part in place)
        if not huge and tuple(map(type, place)) == kinds and _cursor_after(place) == cursor:
            return place
    except (binascii.Error, ValueError, TypeError, RecursionError):
        pass
    raise UnprocessableEntity(f"cursor: {cursor!r} is none; give `next` of the page before")
