"""The HTTP interface for programs: asking, and whether the server is well."""

from typing import Annotated

from flask import Blueprint, Response, jsonify, request
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from typing_extensions import TypedDict

from index import Filter, Library
from qa import AnswerJson, Format, Turn, answer_in_formats
from web.operations import Body, Operation, describes
from web.state import current_bot, current_crowd, current_library

api = Blueprint("api", __name__)

_MOST_TURNS = 20
_MOST_EXCERPTS = 50
MOST_FORMATS = 20


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


_Values = Annotated[
    tuple[str, ...], BeforeValidator(_as_tuple, json_schema_input_type=str | list[str])
]


class Filtered(Body):
    """What is asked of the documents that a filter keeps."""

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


class Asked(Filtered):
    """A question and what it is asked of; a filter of several values takes a list of them."""

    example = '{"question": "…", "limit": 5}'

    question: Annotated[str, Field(json_schema_extra={"minLength": 1})]
    limit: int = Field(default=5, ge=1, le=50)
    follow_up: bool = True


class AskRequest(Asked):
    """A question, after those of `history`, oldest first, and the formats of its citations."""

    history: list[EarlierTurn] = Field(default=[], max_length=_MOST_TURNS)
    explain: bool = False
    formats: list[Format] = Field(default=[], max_length=MOST_FORMATS)


class HealthJson(TypedDict):
    """That the library can be read, and how many passages can be found in it."""

    status: str
    passages: int


@api.post("/api/ask")
@describes(Operation(summary="Ask a question", tag="asking", body=AskRequest, answers=AnswerJson))
def ask(body: AskRequest) -> Response:
    """Answer a question, in the one answer schema."""
    with current_crowd().turn():
        answer = current_bot().ask(
            body.question,
            limit=body.limit,
            only=body.only(),
            history=[_turn(turn, current_library()) for turn in body.history],
            follow_up=body.follow_up,
            explain=body.explain,
        )
    base = request.host_url.rstrip("/")
    return jsonify(answer_in_formats(answer, body.formats, base=base))


@api.get("/healthz")
@describes(Operation(summary="Whether the library can be read", tag="server", answers=HealthJson))
def health() -> Response:
    """Whether the library can be read."""
    told: HealthJson = {"status": "ok", "passages": current_library().passage_count()}
    return jsonify(told)


def _turn(turn: EarlierTurn, library: Library) -> Turn:
    """The turn with its best quote that is still in the library."""
    quotes = (_quote(cited, library) for cited in turn.excerpts)
    quote = next((quote for quote in quotes if quote), None)
    return Turn(turn.question, () if quote is None else (quote,))


def _quote(cited: Cited, library: Library) -> str:
    document = library.document(cited.document)
    return document.text[cited.start : cited.end] if document else ""
