"""The HTTP interface for programs."""

from typing import Annotated, Any

from flask import Blueprint, Response, jsonify, request
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError
from werkzeug.exceptions import BadRequest, RequestEntityTooLarge

from index import FileRecord, Filter, Library
from qa import Turn, answer_json
from web.problems import problem
from web.state import current_bot, current_library

api = Blueprint("api", __name__)

_EXAMPLE = '{"question": "…", "limit": 5}'
_MOST_TURNS = 20
_MOST_EXCERPTS = 50


class Cited(BaseModel):
    """Characters of a document that answered an earlier question."""

    model_config = ConfigDict(extra="forbid", strict=True)

    document: str
    start: int = Field(ge=0)
    end: int = Field(ge=0)


class EarlierTurn(BaseModel):
    """An earlier question of a conversation and what was quoted in answer."""

    model_config = ConfigDict(extra="forbid", strict=True)

    question: str
    excerpts: list[Cited] = Field(default=[], max_length=_MOST_EXCERPTS)


def _as_tuple(value: object) -> object:
    """A single value, or a list of them, as the model takes it."""
    if isinstance(value, list):
        return tuple(value)
    return (value,) if isinstance(value, str) else value


_Values = Annotated[tuple[str, ...], BeforeValidator(_as_tuple)]


class AskRequest(BaseModel):
    """The body of a question; a filter of several values takes a list of them."""

    model_config = ConfigDict(extra="forbid", strict=True)

    question: str
    limit: int = Field(default=5, ge=1, le=50)
    history: list[EarlierTurn] = Field(default=[], max_length=_MOST_TURNS)
    follow_up: bool = True
    explain: bool = False
    within: _Values = Field(default=(), alias="in")
    author: _Values = ()
    tag: _Values = ()
    after: str | None = None
    before: str | None = None

    def only(self) -> Filter | None:
        """The filter of the body; raises `FilterError`."""
        chosen = Filter(
            within=self.within,
            authors=self.author,
            tags=self.tag,
            after=self.after,
            before=self.before,
        )
        return chosen or None


@api.post("/api/ask")
def ask() -> Response:
    """Answer a question, in the one answer schema."""
    if not request.is_json:
        detail = f"the body must be application/json, not {request.mimetype or 'untyped'}"
        return problem(415, "Unsupported Media Type", detail)
    try:
        asked = AskRequest.model_validate(request.get_json())
    except (BadRequest, RecursionError):
        return problem(400, "Bad Request", f"the body is not JSON; send {_EXAMPLE}")
    except RequestEntityTooLarge:
        detail = f"the body is larger than {request.max_content_length:,} bytes; ask in fewer"
        return problem(413, "Content Too Large", detail)
    except ValidationError as error:
        return problem(422, "The question cannot be asked", _first_problem(error))
    answer = current_bot().ask(
        asked.question,
        limit=asked.limit,
        only=asked.only(),
        history=[_turn(turn, current_library()) for turn in asked.history],
        follow_up=asked.follow_up,
        explain=asked.explain,
    )
    return jsonify(answer_json(answer))


@api.get("/api/documents")
def documents() -> Response:
    """Every file that was looked at, how it ended, and the document it gave."""
    return jsonify({"schema": 1, "documents": [_file(file) for file in current_library().files()]})


@api.get("/healthz")
def health() -> Response:
    """Whether the library can be read."""
    return jsonify({"status": "ok", "passages": current_library().passage_count()})


def _turn(turn: EarlierTurn, library: Library) -> Turn:
    """The turn with its best quote that is still in the library."""
    quotes = (_quote(cited, library) for cited in turn.excerpts)
    quote = next((quote for quote in quotes if quote), None)
    return Turn(turn.question, () if quote is None else (quote,))


def _quote(cited: Cited, library: Library) -> str:
    document = library.document(cited.document)
    return document.text[cited.start : cited.end] if document else ""


def _file(file: FileRecord) -> dict[str, Any]:
    return {
        "id": file.document,
        "title": file.title,
        "author": file.author,
        "date": file.date,
        "tags": list(file.tags),
        "source": file.source,
        "media_type": file.media_type,
        "state": file.state,
        "reason": file.reason,
        "passages": file.passages,
        "pages_without_text": list(file.silent_pages),
        "link": f"/d/{file.document}" if file.document else None,
    }


def _first_problem(error: ValidationError) -> str:
    """The first thing wrong with a body, in a sentence."""
    first = error.errors(include_url=False, include_context=False)[0]
    if not first["loc"]:
        return f"the body must be an object; send {_EXAMPLE}"
    where = ".".join(str(part) for part in first["loc"])
    return f"{where}: {first['msg']}; send {_EXAMPLE}"
