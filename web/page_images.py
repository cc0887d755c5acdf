"""The pages of PDF files as images, and the rectangles that cover a quote on them."""

from flask import Blueprint, Response, abort, jsonify, render_template, request, url_for
from pydantic import Field
from typing_extensions import TypedDict

from index import PAGE_SCALE, Document, PageView, page_count
from web.addresses import named_document, named_span
from web.operations import Operation, Query, describes
from web.problems import problem
from web.state import current_page_viewer

page_images = Blueprint("page_images", __name__)


class PageQuery(Query):
    """Which characters are wanted."""

    span: str | None = Field(
        default=None, description="START-END or START-END-FINGERPRINT, as in a citation's link."
    )


class PageJson(TypedDict):
    """A page of a PDF; rectangles are left, top, right and bottom in shares of the image."""

    schema: int
    number: int
    label: str | None
    pages: int
    previous: int | None
    next: int | None
    image: str | None
    width: int
    height: int
    rectangles: list[list[float]]
    reason: str | None


@page_images.get("/d/<document_id>/pages/<int:number>.png")
def image(document_id: str, number: int) -> Response:
    """The image of a page."""
    document = named_document(document_id)
    check_page(document, number)
    etag = f"{document.sha256}-{number}-{PAGE_SCALE:g}"
    if request.if_none_match.contains(etag):
        response = Response(status=304)
    else:
        view = current_page_viewer().view(document, number)
        if view.image is None:
            return problem(404, "No image of this page", view.reason or "")
        response = Response(view.image, mimetype="image/png")
    response.set_etag(etag)
    # A browser may keep it, but asks each time: the same address may be re-read from a new file.
    response.headers["Cache-Control"] = "private, no-cache"
    return response


@page_images.get("/d/<document_id>/pages/<int:number>")
def figure(document_id: str, number: int) -> str:
    """A page alone, for a reader who has the document open, with the span of `?span=`."""
    document = named_document(document_id)
    check_page(document, number)
    wanted = request.args.get("span")
    view, _ = _view(document, number, wanted)
    return render_template("figure.html", document=document, wanted=wanted, page=view)


@page_images.get("/api/documents/<document_id>/pages/<int:number>")
@describes(
    Operation(
        summary="A page of a PDF",
        tag="documents",
        query=PageQuery,
        answers=PageJson,
        etag=True,
        problems=(503,),
    )
)
def page(query: PageQuery, document_id: str, number: int) -> Response:
    """What is known of a page, and where on its image the characters of `?span=` stand."""
    document = named_document(document_id)
    check_page(document, number)
    view, gone = _view(document, number, query.span)
    reason = "the document has changed; the quote is gone" if gone else None
    return jsonify(_page(document, view, view.reason or reason))


def check_page(document: Document, number: int) -> None:
    """End the request with 404 where a document has no such page."""
    pages = page_count(document)
    if not pages:
        abort(404, f"{document.name!r} is no PDF; it has no pages to show")
    if not 1 <= number <= pages:
        abort(404, f"there is no page {number} in {document.name!r}; it has {pages}")


def _view(document: Document, number: int, wanted: str | None) -> tuple[PageView, bool]:
    """A page with the span that is wanted on it, and whether that is gone."""
    quote, state = named_span(document, wanted) if wanted else (None, None)
    gone = state == "gone"
    return current_page_viewer().view(document, number, None if gone else quote), gone


def _page(document: Document, view: PageView, reason: str | None) -> PageJson:
    address = url_for("page_images.image", document_id=document.id, number=view.number)
    return {
        "schema": 1,
        "number": view.number,
        "label": view.label,
        "pages": view.pages,
        "previous": view.number - 1 if view.number > 1 else None,
        "next": view.number + 1 if view.number < view.pages else None,
        "image": address if view.image else None,
        "width": view.width,
        "height": view.height,
        "rectangles": [list(rectangle) for rectangle in view.rectangles],
        "reason": reason,
    }
