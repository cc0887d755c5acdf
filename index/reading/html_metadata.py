"""What a web page declares about itself: title, author, date, language, tags."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from lxml.html import HtmlElement

from index.reading.dates import parse_date
from index.reading.inline import inline_text
from index.reading.tags import tags_in

_TITLES = ("citation_title", "dc.title", "dcterms.title", "og:title", "twitter:title", "title")
_AUTHORS = ("citation_author", "author", "dc.creator", "dcterms.creator", "article:author")
_DATES = (
    "citation_publication_date",
    "citation_date",
    "article:published_time",
    "dc.date.issued",
    "dcterms.issued",
    "dc.date",
    "dcterms.date",
    "dcterms.created",
    "date",
    "pubdate",
    "datepublished",
)
_KEYWORDS = ("keywords", "citation_keywords", "news_keywords", "article:tag", "dc.subject")
_PUBLICATION = {
    "container-title": ("citation_journal_title", "citation_inbook_title", "og:site_name"),
    "publisher": ("citation_publisher", "dc.publisher", "dcterms.publisher"),
    "DOI": ("citation_doi",),
    "ISBN": ("citation_isbn",),
    "ISSN": ("citation_issn",),
    "volume": ("citation_volume",),
    "issue": ("citation_issue",),
}
_PAGES = ("citation_firstpage", "citation_lastpage")
_LINKED_TYPES = {
    "NewsArticle": "article-newspaper",
    "ReportageNewsArticle": "article-newspaper",
    "OpinionNewsArticle": "article-newspaper",
    "AnalysisNewsArticle": "article-newspaper",
    "BlogPosting": "post-weblog",
    "ScholarlyArticle": "article-journal",
    "Dataset": "dataset",
}
_WEB_ADDRESS = re.compile(r"https?://[^\s<>\"]+$", re.IGNORECASE)
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})*")
_ADDRESS = re.compile(r"https?://|@\S+$|^/", re.IGNORECASE)
_SITE_NAME = re.compile(r"\s+[|–—·»-]\s+[^|–—·»]+$")
_LONGEST_TITLE = 500
_LONGEST_JSON = 1 << 20
_MOST_AUTHORS = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class PageMetadata:
    """Declared metadata, None or empty where the page declares none."""

    title: str | None = None
    author: str | None = None
    date: str | None = None
    language: str | None = None
    tags: tuple[str, ...] = ()
    bibliography: Mapping[str, Any] = field(default_factory=dict)


def page_metadata(root: HtmlElement) -> PageMetadata:
    """Read the head's declarations, then linked data, then what is marked in the page."""
    declared = _declarations(root)
    linked = _linked_data(root)
    return PageMetadata(
        title=_title(root, declared, linked),
        author=_authors(declared) or _linked_authors(linked),
        date=_date(root, declared, linked),
        language=_language(root, declared),
        tags=tags_in(*(value for name in _KEYWORDS for value in declared.get(name, []))),
        bibliography=dict(_publication(root, declared, linked)),
    )


def _publication(
    root: HtmlElement, declared: Mapping[str, list[str]], linked: Mapping[str, Any]
) -> Iterator[tuple[str, str]]:
    """Say where the page was published, as CSL-JSON variables."""
    if kind := _type(declared, linked):
        yield "type", kind
    for variable, names in _PUBLICATION.items():
        if value := _first(declared, names):
            yield variable, value.removeprefix("doi:") if variable == "DOI" else value
    pages = [value for name in _PAGES if (value := _first(declared, (name,)))]
    if pages:
        yield "page", "-".join(pages)
    links = (link.get("href") for link in root.iterfind(".//link[@rel='canonical']"))
    for address in (*links, _first(declared, ("og:url", "citation_public_url"))):
        if address and _WEB_ADDRESS.match(address.strip()):
            yield "URL", address.strip()
            return


def _type(declared: Mapping[str, list[str]], linked: Mapping[str, Any]) -> str | None:
    if "citation_journal_title" in declared:
        return "article-journal"
    if "citation_inbook_title" in declared:
        return "chapter"
    kinds = linked.get("@type")
    named = kinds if isinstance(kinds, list) else [kinds]
    return next((_LINKED_TYPES[one] for one in named if one in _LINKED_TYPES), None)


def _declarations(root: HtmlElement) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for meta in root.iter("meta"):
        name = meta.get("property") or meta.get("name") or meta.get("itemprop")
        name = name or meta.get("http-equiv") or ""
        content = _line(meta.get("content"))
        if content:
            found.setdefault(name.strip().lower(), []).append(content)
    return found


def _first(declared: Mapping[str, list[str]], names: tuple[str, ...]) -> str | None:
    return next((declared[name][0] for name in names if name in declared), None)


def _title(
    root: HtmlElement, declared: Mapping[str, list[str]], linked: Mapping[str, Any]
) -> str | None:
    """Return the title, without the site's name if the page's own heading shows which it is."""
    title = _first(declared, _TITLES) or _line(linked.get("headline"))
    title = title or next((_line(found.text_content()) for found in root.iter("title")), None)
    if not title or len(title) > _LONGEST_TITLE:
        return None
    headings = [_line(inline_text(heading)) for heading in root.iter("h1")]
    if len(headings) == 1 and headings[0] == _SITE_NAME.sub("", title):
        return headings[0]
    return title


def _authors(declared: Mapping[str, list[str]]) -> str | None:
    for name in _AUTHORS:
        people = [person for person in declared.get(name, []) if not _ADDRESS.search(person)]
        if people:
            return "; ".join(dict.fromkeys(people[:_MOST_AUTHORS]))
    return None


def _date(
    root: HtmlElement, declared: Mapping[str, list[str]], linked: Mapping[str, Any]
) -> str | None:
    candidates = [value for name in _DATES for value in declared.get(name, [])]
    candidates.append(str(linked.get("datePublished") or ""))
    certain = next(filter(None, map(parse_date, candidates)), None)
    return certain or _marked_date(root)


def _marked_date(root: HtmlElement) -> str | None:
    """Return the date of a <time> that is marked as the page's own, or is its only one."""
    dates: set[str] = set()
    for element in root.iter("time"):
        date = parse_date(element.get("datetime") or inline_text(element))
        marks = f"{element.get('itemprop')} {element.get('class')}".lower()
        if date and ("publi" in marks or element.get("pubdate") is not None):
            return date
        if date:
            dates.add(date)
    return dates.pop() if len(dates) == 1 else None


def _language(root: HtmlElement, declared: Mapping[str, list[str]]) -> str | None:
    html_namespace = "{http://www.w3.org/XML/1998/namespace}lang"
    declared_language = _first(declared, ("content-language", "dc.language", "og:locale"))
    for value in (root.get("lang"), root.get(html_namespace), declared_language):
        if value and _LANGUAGE.fullmatch(value.strip()):
            return value.strip().replace("_", "-")
    return None


def _linked_data(root: HtmlElement) -> Mapping[str, Any]:
    """Return the article that schema.org markup describes."""
    for script in root.iterfind(".//script[@type='application/ld+json']"):
        source = script.text or ""
        if len(source) > _LONGEST_JSON:
            continue
        try:
            items = list(_items(json.loads(source)))
        except (ValueError, RecursionError):
            continue
        for item in items:
            if "headline" in item and "datePublished" in item:
                return item
    return {}


def _items(value: Any) -> Iterator[Mapping[str, Any]]:
    items = value if isinstance(value, list) else [value]
    for item in items:
        if isinstance(item, dict):
            yield item
            graph = item.get("@graph")
            yield from (part for part in graph or () if isinstance(part, dict))


def _linked_authors(linked: Mapping[str, Any]) -> str | None:
    value = linked.get("author")
    people = value if isinstance(value, list) else [value]
    names = (_line(man.get("name") if isinstance(man, dict) else man) for man in people)
    return "; ".join(name for name in names if name and not _ADDRESS.search(name)) or None


def _line(value: object) -> str | None:
    return " ".join(value.split()) or None if isinstance(value, str) else None
