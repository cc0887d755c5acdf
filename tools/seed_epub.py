"""Writes the sample electronic book: EPUB 3 with a page list."""

import re
from html import escape
from pathlib import Path

import seed_prose as prose
from seed_shared import AUTHOR, blocks, write_archive

_CONTAINER = """<?xml version="1.0" encoding="utf-8"?>
<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container" version="1.0">
  <rootfiles>
    <rootfile full-path="OEBPS/content.opf" media-type="application/oebps-package+xml"/>
  </rootfiles>
</container>
"""

_PACKAGE = """<?xml version="1.0" encoding="utf-8"?>
<package xmlns="http://www.idpf.org/2007/opf" version="3.0" unique-identifier="id" xml:lang="en">
  <metadata xmlns:dc="http://purl.org/dc/elements/1.1/">
    <dc:identifier id="id">urn:uuid:6f1d3c52-3b0e-4c1e-9a57-1f0b6d2f8e11</dc:identifier>
    <dc:title>{title}</dc:title>
    <dc:creator>{author}</dc:creator>
    <dc:language>en</dc:language>
    <dc:date>2026-01-19</dc:date>
    <dc:rights>MIT licence</dc:rights>
    <meta property="dcterms:modified">2026-01-19T09:00:00Z</meta>
  </metadata>
  <manifest>
    <item id="nav" href="nav.xhtml" media-type="application/xhtml+xml" properties="nav"/>
{items}
  </manifest>
  <spine>
{references}
  </spine>
</package>
"""

_PAGE = """<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE html>
<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops" lang="en" \
xml:lang="en">
<head>
<title>{title}</title>
</head>
<body>
{body}
</body>
</html>
"""

_BREAK = (
    r'<span epub:type="pagebreak" role="doc-pagebreak" id="page\1" aria-label="\1" title="\1"/>'
)


def write_epub(target: Path) -> None:
    """Write the book: three chapters, navigation, and the breaks of its printed pages."""
    chapters: dict[str, bytes] = {}
    contents: list[str] = []
    pages: list[str] = []
    for number, source in enumerate(prose.EPUB_CHAPTERS, 1):
        name = f"chapter{number}.xhtml"
        title, body = _chapter(source)
        chapters[name] = _page(title, body)
        contents.append(_link(name, title))
        pages += [_link(f"{name}#page{page}", page) for page in re.findall(r"\{(\d+)\}", source)]
    package = _PACKAGE.format(
        title=prose.EPUB_TITLE,
        author=AUTHOR,
        items="\n".join(
            f'    <item id="c{number}" href="{name}" media-type="application/xhtml+xml"/>'
            for number, name in enumerate(chapters, 1)
        ),
        references="\n".join(
            f'    <itemref idref="c{number}"/>' for number in range(1, len(chapters) + 1)
        ),
    )
    navigation = _list("toc", "Contents", contents) + "\n" + _list("page-list", "Pages", pages)
    write_archive(
        target,
        {
            "mimetype": b"application/epub+zip",
            "META-INF/container.xml": _CONTAINER.encode(),
            "OEBPS/content.opf": package.encode(),
            "OEBPS/nav.xhtml": _page(prose.EPUB_TITLE, navigation),
            **{f"OEBPS/{name}": content for name, content in chapters.items()},
        },
    )


def _chapter(source: str) -> tuple[str, str]:
    """Return a chapter's title and its body as XHTML."""
    (_, title), *paragraphs = blocks(source)
    lines = [f"<h1>{escape(title)}</h1>"]
    for _, text in paragraphs:
        marked = re.sub(r"\{(\d+)\} ", _BREAK, escape(text, quote=False))
        lines.append(f"<p>{marked}</p>")
    return title, "\n".join(lines)


def _page(title: str, body: str) -> bytes:
    return _PAGE.format(title=escape(title), body=body).encode()


def _link(target: str, text: str) -> str:
    return f'<li><a href="{target}">{escape(text)}</a></li>'


def _list(kind: str, title: str, entries: list[str]) -> str:
    """Return one navigation list of the given `epub:type`."""
    return (
        f'<nav epub:type="{kind}" id="{kind}">\n<h2>{title}</h2>\n<ol>\n'
        + "\n".join(entries)
        + "\n</ol>\n</nav>"
    )
