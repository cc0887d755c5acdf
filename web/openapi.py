"""The OpenAPI 3.1 document, made of the routes and of what their operations take and give."""

import re
from collections.abc import Iterator, Mapping
from http import HTTPStatus
from typing import Any

from flask import Flask
from pydantic import TypeAdapter
from pydantic.json_schema import JsonSchemaMode
from werkzeug.routing import Rule

from qa import SCHEMA
from web.operations import Operation, operation_of
from web.problems import ProblemJson

Json = dict[str, Any]

_REFERENCES = "#/components/schemas/{model}"
_PLACE = re.compile(r"<(?:(?P<kind>\w+)(?:\([^)]*\))?:)?(?P<name>\w+)>")
_KINDS = {"int": {"type": "integer", "minimum": 0}}
_PROBLEM = "application/problem+json"

_ABOUT = (
    "Ask your own documents; get verbatim excerpts with pinpoint citations. Places count from 1, "
    "spans are characters with the end exclusive, times are UTC. Writes are JSON, and a browser's "
    "must come from the server's own pages."
)


def openapi(app: Flask) -> Json:
    """The document of every operation of an application, in the order of its routes."""
    found = list(operations(app))
    types: list[tuple[type, JsonSchemaMode]] = [(ProblemJson, "serialization")]
    for _, _, one in found:
        types += [(model, "validation") for model in (one.body, one.query) if model]
        types += [(one.answers, "serialization")] if one.answers else []
    schemas, shared = TypeAdapter.json_schemas(
        [(kind, mode, TypeAdapter(kind)) for kind, mode in dict.fromkeys(types)],
        ref_template=_REFERENCES,
    )
    cookie = app.config["SESSION_COOKIE_NAME"]
    paths: dict[str, Json] = {}
    for rule, method, one in found:
        path = _PLACE.sub(r"{\g<name>}", rule.rule)
        paths.setdefault(path, {})[method.lower()] = _described(rule, one, schemas, shared)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Pincite", "version": str(SCHEMA), "description": _ABOUT},
        "tags": [{"name": name} for name in dict.fromkeys(one.tag for _, _, one in found)],
        "paths": paths,
        "components": {
            "schemas": shared.get("$defs", {}),
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer"},
                "login": {"type": "apiKey", "in": "cookie", "name": cookie},
            },
        },
        # Without a password, the server answers its own machine alone and asks for none.
        "security": [{}, {"token": []}, {"login": []}],
    }


def operations(app: Flask) -> Iterator[tuple[Rule, str, Operation]]:
    """The described routes of an application, each with its method."""
    for rule in app.url_map.iter_rules():
        described = operation_of(app.view_functions[rule.endpoint])
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            if described is not None:
                yield rule, method, described


def _described(rule: Rule, one: Operation, schemas: Mapping[Any, Json], shared: Json) -> Json:
    said: Json = {
        "operationId": rule.endpoint.replace(".", "_"),
        "summary": one.summary,
        "tags": [one.tag],
        "parameters": [*_path_parameters(rule), *_query_parameters(one, schemas, shared)],
        "responses": {
            str(one.status): _success(one, schemas),
            **({"304": {"description": "Not Modified"}} if one.etag else {}),
            **{str(status): _refused(status) for status in _refusals(rule, one)},
        },
    }
    if one.body is not None:
        content = {"application/json": {"schema": schemas[one.body, "validation"]}}
        said["requestBody"] = {"required": True, "content": content}
    elif one.upload is not None:
        said["requestBody"] = {
            "required": True,
            "content": {"multipart/form-data": {"schema": dict(one.upload)}},
        }
    return said


def _path_parameters(rule: Rule) -> Iterator[Json]:
    for place in _PLACE.finditer(rule.rule):
        schema = _KINDS.get(place["kind"] or "", {"type": "string", "minLength": 1})
        yield {"name": place["name"], "in": "path", "required": True, "schema": schema}


def _query_parameters(one: Operation, schemas: Mapping[Any, Json], shared: Json) -> Iterator[Json]:
    if one.query is None:
        return
    reference = schemas[one.query, "validation"]["$ref"]
    model = shared["$defs"][reference.rpartition("/")[2]]
    for name, schema in model["properties"].items():
        required = name in model.get("required", [])
        said = {"description": schema["description"]} if "description" in schema else {}
        yield {"name": name, "in": "query", "required": required, "schema": schema, **said}


def _success(one: Operation, schemas: Mapping[Any, Json]) -> Json:
    response: Json = {"description": HTTPStatus(one.status).phrase}
    if one.status == HTTPStatus.CREATED:
        response["headers"] = {"Location": {"schema": {"type": "string"}, "required": True}}
    if one.etag:
        response["headers"] = {"ETag": {"schema": {"type": "string"}, "required": True}}
    if one.status != HTTPStatus.NO_CONTENT:
        schema = schemas[one.answers, "serialization"] if one.answers else None
        response["content"] = {
            kind: {"schema": schema} if schema and kind == "application/json" else {}
            for kind in one.media_types
        }
    return response


def _refusals(rule: Rule, one: Operation) -> list[int]:
    """The statuses that an operation may end with besides its own."""
    found = {400, 401, 403, 500, 503, *one.problems}
    if one.body or one.upload:
        found |= {413, 415, 422}
    if one.query:
        found.add(422)
    if rule.arguments:
        found.add(404)
    return sorted(found)


def _refused(status: int) -> Json:
    schema = {"$ref": _REFERENCES.format(model=ProblemJson.__name__)}
    return {"description": HTTPStatus(status).phrase, "content": {_PROBLEM: {"schema": schema}}}
