"""A citation for the web: a block quote, a Web Annotation, a link to the very words."""

import base64
import json
import re
from urllib.parse import quote as percent

from index import Document, locate
from qa.errors import FormatError
from qa.permanence import permanent_link
from qa.styles.items import item_of, web_address
from qa.styles.markup import in_html, paragraphs

_AROUND = 32
_LONGEST_EXACT = 200
_WORDS_AT_END = 6
_WORDS_AROUND = 4
_LONGEST_WORDS = 100
_LIST_MARK = re.compile(r"^\s*(?:[-*•]|\d{1,3}[.)])\s+")
_CLAUSE = re.compile(r"[，。、；：！？,.;:!?]")


def as_block_quote(document: Document, start: int, end: int, citation: str, base: str) -> str:
    """`<figure>` with the quote and, below it, the citation, which is HTML already."""
    address = web_address(item_of(document))
    if not address and base:
        address = base + permanent_link(document, start, end)
    cite = f' cite="{in_html(address)}"' if address else ""
    quoted = "".join(f"<p>{in_html(one)}</p>\n" for one in paragraphs(document.text[start:end]))
    return (
        f"<figure>\n<blockquote{cite}>\n{quoted}</blockquote>\n"
        f"<figcaption>{citation}</figcaption>\n</figure>"
    )


def as_annotation(document: Document, start: int, end: int, citation: str, base: str) -> str:
    """A W3C Web Annotation; positions count characters of the document's text in this library.

    Without an address the source is named by the hash of the file's bytes.
    """
    text = document.text
    address = web_address(item_of(document))
    if not address:
        address = f"{base}/d/{document.id}" if base else _named_by_hash(document.sha256)
    annotation = {
        "@context": "http://www.w3.org/ns/anno.jsonld",
        "type": "Annotation",
        "motivation": "highlighting",
        "body": {"type": "TextualBody", "format": "text/plain", "value": citation},
        "target": {
            "source": address,
            "selector": [
                {
                    "type": "TextQuoteSelector",
                    "exact": text[start:end],
                    "prefix": text[max(0, start - _AROUND) : start],
                    "suffix": text[end : end + _AROUND],
                },
                {"type": "TextPositionSelector", "start": start, "end": end},
            ],
        },
    }
    return json.dumps(annotation, ensure_ascii=False, indent=2)


def as_link(document: Document, start: int, end: int) -> str:
    """The web address with a fragment that leads to the words, or to the page of a PDF.

    Raises `FormatError` where the source is not on the web.
    """
    address = web_address(item_of(document))
    if not address:
        msg = (
            f"“{document.name}” has no web address, so there is no link to its words; give it a "
            "URL (in its sidecar, its front matter or a bibliography), or choose another format"
        )
        raise FormatError(msg)
    if document.media_type == "application/pdf":
        page = locate(document, start, end).page
        return f"{address.partition('#')[0]}#page={page}"
    mark = "" if "#" in address else "#"
    return f"{address}{mark}:~:text={_directive(document, start, end)}"


def _directive(document: Document, start: int, end: int) -> str:
    """The words to look for, with those around them where they stand more than once."""
    text, quote = document.text, document.text[start:end]
    # What stands on two lines, or in two cells, may be two blocks of the page.
    between = r"\n+| \| " if document.table_at(start) else r"\n+"
    blocks = [_LIST_MARK.sub("", one).strip() for one in re.split(between, quote)]
    blocks = [one for one in blocks if one] or [quote.strip()]
    if len(blocks) == 1 and len(blocks[0]) <= _LONGEST_EXACT:
        said = _encoded(blocks[0])
    else:
        first = _short(" ".join(blocks[0].split()[:_WORDS_AT_END]), last=False)
        last = _short(" ".join(blocks[-1].split()[-_WORDS_AT_END:]), last=True)
        said = _encoded(first) if first == last else f"{_encoded(first)},{_encoded(last)}"
    if text.count(quote) == 1:
        return said
    before = _short(" ".join(text[:start].split()[-_WORDS_AROUND:]), last=True)
    after = _short(" ".join(text[end:].split()[:_WORDS_AROUND]), last=False)
    prefix = f"{_encoded(before)}-," if before else ""
    suffix = f",-{_encoded(after)}" if after else ""
    return f"{prefix}{said}{suffix}"


def _short(words: str, *, last: bool) -> str:
    """A few words; where none are told apart by spaces, what stands before or after a mark."""
    if len(words) <= _LONGEST_WORDS:
        return words
    clauses = [clause for clause in _CLAUSE.split(words) if clause.strip()] or [words]
    return clauses[-1 if last else 0].strip()


def _encoded(words: str) -> str:
    # A hyphen of the text is no sign of the directive.
    return percent(words, safe="").replace("-", "%2D")


def _named_by_hash(sha256: str) -> str:
    """RFC 6920's name of a file by its bytes."""
    digest = base64.urlsafe_b64encode(bytes.fromhex(sha256)).decode().rstrip("=")
    return f"ni:///sha-256;{digest}"
