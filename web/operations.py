"""Operations: what a request must be, said once to whoever asks and to the OpenAPI document."""

import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import wraps
from http import HTTPStatus
from typing import Annotated, Any, ClassVar

from flask import Response, make_response, request
from flask.typing import ResponseReturnValue
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    StringConstraints,
    ValidationError,
)
from werkzeug.exceptions import BadRequest, RequestEntityTooLarge

from web.problems import problem

View = Callable[..., ResponseReturnValue]

_OPERATION = "operation"


class Body(BaseModel):
    """A JSON body: of exactly these fields, each of exactly its type.

    `example` is what a refusal tells to send.
    """

    model_config = ConfigDict(extra="forbid", strict=True)

    example: ClassVar[str]


class Query(BaseModel):
    """Arguments after the question mark, each given once."""

    model_config = ConfigDict(extra="forbid")


def _in_digits(value: object) -> object:
    """A number as it stands in an address, and nothing else that `int` would take."""
    if isinstance(value, str) and not (value.isascii() and value.isdigit()):
        raise ValueError("give a number in digits")
    return value


def plain(text: str) -> str:
    """The text; raises `ValueError` where it holds what cannot be shown."""
    for sign in text:
        if unicodedata.category(sign) in {"Cc", "Cs"} and not sign.isspace():
            raise ValueError("it holds control characters; give plain text")
    return text


Number = Annotated[int, BeforeValidator(_in_digits)]

# Text of a person: without space at its ends, and without what cannot be shown.
PlainText = Annotated[str, StringConstraints(strip_whitespace=True), AfterValidator(plain)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """What an endpoint takes and gives.

    `body` and `query` are checked; `upload` is the JSON schema of a multipart body
    that the view reads by itself. `answers` is any type that pydantic knows, such
    as a TypedDict, and describes the JSON among the `media_types`. `etag`: the
    response carries one, and may be that nothing was modified. `largest`: the bytes
    that a body may have, where they are more than for others. `problems` are the
    statuses that it may end with besides those that follow from the other fields.
    """

    summary: str
    tag: str
    body: type[Body] | None = None
    query: type[Query] | None = None
    upload: Mapping[str, Any] | None = None
    answers: Any = None
    status: int = 200
    media_types: tuple[str, ...] = ("application/json",)
    etag: bool = False
    largest: int | None = None
    problems: tuple[int, ...] = ()


def describes(operation: Operation) -> Callable[[View], View]:
    """Describe a view, which goes below its route, and check what it is sent.

    The view is called with the values of its path and, where the operation has
    them, with the checked models as `body` and `query`.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def checked(**values: Any) -> ResponseReturnValue:
            if operation.largest is not None:
                request.max_content_length = operation.largest
            try:
                if operation.query is not None:
                    values["query"] = _checked_query(operation.query)
                if operation.body is not None:
                    values["body"] = _checked_body(operation.body)
            except _Refused as refused:
                return problem(refused.status, refused.title, str(refused))
            answer = view(**values)
            return unless_known(make_response(answer)) if operation.etag else answer

        setattr(checked, _OPERATION, operation)
        return checked

    return decorate


def unless_known(response: Response) -> Response:
    """A response with its ETag, or, to whoever has it already, that it is the same."""
    if response.status_code == HTTPStatus.OK:
        response.add_etag()
        response.make_conditional(request)
    return response


def operation_of(view: object) -> Operation | None:
    """What was said of a view, if anything was."""
    return getattr(view, _OPERATION, None)


class _Refused(Exception):
    """A request is not what its operation takes."""

    def __init__(self, status: int, title: str, detail: str) -> None:
        super().__init__(detail)
        self.status = status
        self.title = title


def _checked_query(model: type[Query]) -> Query:
    for name, values in request.args.lists():
        if len(values) > 1:
            detail = f"{name}: it is given {len(values)} times; give it once"
            raise _Refused(422, "The request cannot be used", detail)
    try:
        return model.model_validate(request.args.to_dict())
    except ValidationError as error:
        known = ", ".join(model.model_fields)
        detail = f"{_first_problem(error)}; what can be given: {known}"
        raise _Refused(422, "The request cannot be used", detail) from error


def _checked_body(model: type[Body]) -> Body:
    if not request.is_json:
        detail = f"the body must be application/json, not {request.mimetype or 'untyped'}"
        raise _Refused(415, "Unsupported Media Type", detail)
    try:
        return model.model_validate(request.get_json())
    except (BadRequest, RecursionError) as error:
        detail = f"the body is not JSON; send {model.example}"
        raise _Refused(400, "Bad Request", detail) from error
    except RequestEntityTooLarge as error:
        detail = f"the body is larger than {request.max_content_length:,} bytes; send less"
        raise _Refused(413, "Content Too Large", detail) from error
    except ValidationError as error:
        detail = f"{_first_problem(error)}; send {model.example}"
        raise _Refused(422, "The request cannot be used", detail) from error


def _first_problem(error: ValidationError) -> str:
    """The first thing wrong with what was sent, in a sentence."""
    first = error.errors(include_url=False, include_context=False)[0]
    if not first["loc"]:
        return "the body must be an object"
    where = ".".join(str(part) for part in first["loc"])
    return f"{where}: {first['msg']}"
