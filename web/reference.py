"""The description of the HTTP interface: for programs, and as a page."""

from typing import Any

from flask import Blueprint, Response, current_app, jsonify, render_template

from web.openapi import openapi
from web.operations import Operation, describes

reference = Blueprint("reference", __name__)


@reference.get("/api/openapi.json")
@describes(Operation(summary="This description, in OpenAPI 3.1", tag="server"))
def description() -> Response:
    """The OpenAPI document."""
    return jsonify(_document())


@reference.get("/api/")
def page() -> str:
    """The same for people."""
    document = _document()
    groups: dict[str, list[dict[str, Any]]] = {tag["name"]: [] for tag in document["tags"]}
    for path, methods in document["paths"].items():
        for method, said in methods.items():
            groups[said["tags"][0]].append({"path": path, "method": method.upper(), **said})
    return render_template("api.html", document=document, groups=groups)


def _document() -> dict[str, Any]:
    return openapi(current_app)
