"""What a case expects, found in documents and among places in them."""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from pathlib import Path

from index import Document, Library, Span, absolute
from qa.cases import Case

Place = tuple[Document, int, int]


def first_holding(case: Case, places: Iterable[Place]) -> int | None:
    """The number, from 1, of the first place that holds an expected quote whole."""
    return _first(case, places, whole=True)


def first_sharing(case: Case, places: Iterable[Place]) -> int | None:
    """The number, from 1, of the first place that shares at least half with an expected quote.

    Half of the shorter of both: passages end where they must, also within a quote.
    """
    return _first(case, places, whole=False)


def unfounded(library: Library, cases: Sequence[Case]) -> dict[int, str]:
    """Which cases no answer could meet, by line, and what it is that the library lacks."""
    sought = [case for case in cases if case.answerable]
    named: set[int] = set()
    held: set[int] = set()
    for file in library.files() if sought else ():
        document = library.document(file.document) if file.document else None
        if document is None:
            continue
        for case in sought:
            if case.line not in held and _is_of(case, document):
                named.add(case.line)
                if not case.quotes or next(_occurrences(case, document.text), None):
                    held.add(case.line)
    return {case.line: _lack(case, case.line in named) for case in sought if case.line not in held}


def _lack(case: Case, named: bool) -> str:
    documents = " or ".join(repr(name) for name in case.documents)
    if case.documents and not named:
        return f"the library holds no document {documents}"
    return f"the expected words stand nowhere in {documents or 'the library'}"


def _first(case: Case, places: Iterable[Place], *, whole: bool) -> int | None:
    for number, (document, start, end) in enumerate(places, 1):
        if _is_of(case, document) and (
            not case.quotes
            or any(
                _shares((start, end), span, whole=whole)
                for span in _occurrences(case, document.text)
            )
        ):
            return number
    return None


def _shares(place: Span, quote: Span, *, whole: bool) -> bool:
    shared = min(place[1], quote[1]) - max(place[0], quote[0])
    length = quote[1] - quote[0]
    return shared == length if whole else 2 * shared >= min(place[1] - place[0], length)


def _is_of(case: Case, document: Document) -> bool:
    return not case.documents or any(_names(name, document) for name in case.documents)


def _names(name: str, document: Document) -> bool:
    """Whether a path, or the last parts of one, a title or an id means the document."""
    ending = "/" + name.replace("\\", "/").removeprefix("./")
    return (
        name == document.id
        or f"/{document.source}".replace("\\", "/").endswith(ending)
        or str(absolute(Path(name))) == document.source
        or " ".join(name.casefold().split()) == document.name.casefold()
    )


def _occurrences(case: Case, text: str) -> Iterator[Span]:
    """Where the expected quotes stand, white space folded."""
    return (match.span() for quote in case.quotes for match in _folded(quote).finditer(text))


@lru_cache(maxsize=1024)
def _folded(quote: str) -> re.Pattern[str]:
    return re.compile(r"\s+".join(re.escape(word) for word in quote.split()))
