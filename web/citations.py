"""Citations as a resource: what became of the quote that a permanent link names."""

from flask import Blueprint, Response, abort, jsonify

from qa import CitationJson, Whereabouts, citation_json
from web.addresses import named_document, named_span
from web.operations import Operation, describes

citations = Blueprint("citations", __name__)


@citations.get("/api/citations/<document_id>/<span>")
@describes(
    Operation(
        summary="Find a citation's quote again", tag="documents", answers=CitationJson, etag=True
    )
)
def citation(document_id: str, span: str) -> Response:
    """Whether the quote is unchanged, moved or gone, and where it stands now."""
    document = named_document(document_id)
    (start, end), state = named_span(document, span)
    if state is None:
        abort(
            404,
            f"{span!r} has no fingerprint, by which the quote could be found again; give the "
            "whole link of a citation, /d/ID/START-END-FINGERPRINT",
        )
    return jsonify(citation_json(document, Whereabouts(state, start, end)))
