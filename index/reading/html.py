"""Web pages: their content, without the navigation around it."""

from lxml.html import HtmlElement

from index.documents import Reading
from index.reading.draft import Draft
from index.reading.html_content import main_content
from index.reading.html_metadata import page_metadata
from index.reading.inline import inline_text, is_unseen
from index.reading.markup import parse_markup, write_markup


def read_html(data: bytes) -> Reading:
    """Read a web page; nothing that it refers to is ever fetched."""
    root = parse_markup(data)
    metadata = page_metadata(root)
    title = _sole_title(root)
    draft = Draft()
    content = main_content(root)
    if content is None:
        write_markup(draft, root)
    else:
        if title and next(content.iter("h1"), None) is None:
            draft.heading(1, title)
        write_markup(draft, content)
    return draft.reading(
        "text/html",
        title=metadata.title,
        author=metadata.author,
        date=metadata.date,
        language=metadata.language,
        tags=metadata.tags,
        bibliography=metadata.bibliography,
    )


def _sole_title(root: HtmlElement) -> str | None:
    """Return the page's one heading of the first level, which may stand outside its content."""
    headings = [heading for heading in root.iter("h1") if not is_unseen(heading)]
    return inline_text(headings[0]) if len(headings) == 1 else None
