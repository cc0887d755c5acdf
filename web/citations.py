"""Citations as a resource: what became of a permanent link's quote, and its formats."""

from typing import Literal

from flask import Blueprint, Response, abort, jsonify, request
from pydantic import Field

from index import Document
from qa import (
    CitationJson,
    Format,
    FormatError,
    Whereabouts,
    citation_json,
    formatted,
    formatted_html,
    item_of,
)
from web.addresses import named_document, named_span
from web.operations import Number, Operation, Query, describes

citations = Blueprint("citations", __name__)

# Those for programs are files, under names that they know.
_FILES = {
    "bibtex": ("application/x-bibtex", "bib"),
    "ris": ("application/x-research-info-systems", "ris"),
    "csl": ("application/vnd.citationstyles.csl+json", "json"),
    "annotation": ("application/ld+json", "jsonld"),
}


class CitationQuery(Query):
    """How the citation is wanted: as JSON that tells its state, unless a format is given."""

    format: Format | None = Field(
        default=None,
        description="Give the quote, as it stands now, with its citation in this format.",
    )
    number: Number = Field(
        default=1, ge=1, le=9999, description="The number of the note, or of the entry."
    )
    markup: Literal["text", "html"] = Field(
        default="text",
        description="“html” keeps the italics of chicago, apa, mla and ieee.",
    )


@citations.get("/api/citations/<document_id>/<span>")
@describes(
    Operation(
        summary="Find a citation's quote again, or give it in a format",
        tag="documents",
        query=CitationQuery,
        answers=CitationJson,
        media_types=("application/json", "text/plain", *(kind for kind, _ in _FILES.values())),
        etag=True,
    )
)
def citation(document_id: str, span: str, query: CitationQuery) -> Response:
    """Whether the quote is unchanged, moved or gone, and where it stands now."""
    document = named_document(document_id)
    (start, end), state = named_span(document, span)
    if query.format is not None:
        return _in_format(document, Whereabouts(state or "unchanged", start, end), query)
    if state is None:
        abort(
            404,
            f"{span!r} has no fingerprint, by which the quote could be found again; give the "
            "whole link of a citation, /d/ID/START-END-FINGERPRINT",
        )
    return jsonify(citation_json(document, Whereabouts(state, start, end)))


def _in_format(document: Document, place: Whereabouts, query: CitationQuery) -> Response:
    wanted = query.format
    if wanted is None or place.state == "gone":
        abort(404, "the document has changed, and the quote is gone from it")
    base = request.host_url.rstrip("/")
    try:
        text = formatted(place, document, wanted, number=query.number, base=base)
    except FormatError as error:
        abort(404, str(error))
    if query.markup == "html":
        text = formatted_html(place, document, wanted, number=query.number) or text
    kind, ending = _FILES.get(wanted, ("text/plain", ""))
    charset = "" if kind.endswith("json") else "; charset=utf-8"
    response = Response(text, content_type=f"{kind}{charset}")
    if ending:
        name = "".join(sign for sign in str(item_of(document)["id"]) if sign.isalnum())
        named = name if name.isascii() and name else "citation"
        response.headers["Content-Disposition"] = f'attachment; filename="{named}.{ending}"'
    return response
