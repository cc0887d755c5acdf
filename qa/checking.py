"""Checking a draft: what its quotations, its citations and its claims are worth."""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace

from index import Document, Filter, Library, NothingKept, Span, is_text
from qa.attaching import Attached, attached, ends_block
from qa.checks import FAILING, Check, CheckedCitation, CheckedClaim, CheckedQuotation
from qa.claims import Claim, claims, supported
from qa.confidence import THRESHOLD
from qa.draft_citations import DraftCitation, draft_citations, note_spans, several_sources
from qa.errors import DraftError, QuotationError
from qa.judging import Judgement, Pages, judged
from qa.naming import YEAR, Catalogue, Named
from qa.places import page_names
from qa.prose import UNSEEN, blanked, prose_of
from qa.quotations import quotations
from qa.wording import extent

LONGEST_DRAFT = 1_000_000
# Fewer words are no quotation that one is held to, unless a source is cited for them.
FEWEST_WORDS = 4
_STANDING = frozenset({"exact", "elided"})
_MASK = "\x01"
_ONE_UNKNOWN = "of the sources that are cited together one is not in the library"
_IBID = re.compile(r"(?:ibid|ibidem|idem|ebd|ebenda|a\. ?a\. ?O)\b", re.IGNORECASE)


def check_draft(
    library: Library,
    draft: str,
    *,
    markdown: bool = True,
    only: Filter | None = None,
    look_up: bool = True,
    threshold: float = THRESHOLD,
    done: Callable[[int, int], None] = lambda _done, _all: None,
) -> Check:
    """Judge the quotations and citations of a draft, and look up its claims if wanted.

    `done` is told how many of all of them are done. Raises `DraftError` for a draft
    that is empty, too long or no text, and `FilterError` for a filter that keeps no document.
    """
    _accept(draft)
    # For a filter that keeps nothing to be told before the first quotation is looked for.
    sources = _Sources(library, only)
    told = list(_each_source(draft_citations(draft, markdown=markdown), sources.catalogue))
    named = _named(told, sources.catalogue)
    cited = [one for one in told if named[one].documents or named[one].remark]
    # A note that names nothing known is still the note of its quotation, and so is a source
    # in the parentheses of another.
    known = {(one.start, one.end) for one in cited}
    placed = [one for one in told if one.kind == "note" or (one.start, one.end) in known]
    found, unbalanced = quotations(_masked(draft, placed), markdown=markdown)
    notes = note_spans(draft, markdown=markdown)
    pairs = [
        pair
        for pair in attached(draft, found, placed)
        if not _is_passed_over(pair, sources.catalogue, notes)
    ]
    quoted = [(pair.quotation.start, pair.quotation.end) for pair in pairs]
    # What is in parentheses without being a citation is part of its sentence.
    unread = [one for one in told if one.kind != "parentheses" or named[one].documents]
    claimed = _claims(draft, unread, notes, quoted, markdown=markdown) if look_up else []

    total = len(pairs) + len(claimed)
    checked = []
    for pair in pairs:
        checked.append(_checked(sources, pair, named))
        done(len(checked), total)
    looked_up = []
    for claim in claimed:
        looked_up.append(
            CheckedClaim(claim, supported(library, claim, only=only, threshold=threshold))
        )
        done(len(checked) + len(looked_up), total)
    return Check(
        draft=draft,
        quotations=tuple(checked),
        citations=tuple(_citation(sources, one, named[one]) for one in cited),
        claims=tuple(looked_up),
        unbalanced=tuple(unbalanced),
        passed_over=len(found) - len(pairs),
    )


def _each_source(
    citations: Sequence[DraftCitation], catalogue: Catalogue
) -> Iterator[DraftCitation]:
    """The citations, parted where their semicolons part sources and not a title."""
    for one in citations:
        several = several_sources(one)
        known = sum(bool(catalogue.named(each).documents) for each in several)
        if known > 1 or all(YEAR.search(each.text) for each in several):
            yield from several
        else:
            yield one


def _named(citations: Sequence[DraftCitation], catalogue: Catalogue) -> dict[DraftCitation, Named]:
    """What each citation names; a note that says “ibid.” what the note before it names."""
    named: dict[DraftCitation, Named] = {}
    before = Named()
    for one in citations:
        again = one.kind == "note" and _IBID.match(one.text)
        named[one] = before if again else catalogue.named(one)
        if not named[one].documents and _may_be_a_handle(one):
            named[one] = Named()
        if one.kind == "note":
            before = named[one]
    return named


def _may_be_a_handle(citation: DraftCitation) -> bool:
    """Whether an unknown key may be what somebody goes by elsewhere: keys mostly have a year."""
    return citation.bare and not any(sign.isdigit() for sign in citation.key or "")


class _Sources:
    """The documents that quotations are held against, loaded once each."""

    def __init__(self, library: Library, only: Filter | None) -> None:
        self.library = library
        self.only = only
        kept = library.catalogue(only)
        self.kept = {one.document for one in kept}
        # Also a title, or a key, of a document that is left out is known as such.
        self.catalogue = Catalogue(kept if only is None else library.catalogue())
        self._loaded: dict[str, Document | None] = {}

    def documents(self, ids: Sequence[str]) -> tuple[Document, ...]:
        """The documents with the ids that are still there."""
        for one in ids:
            if one not in self._loaded:
                self._loaded[one] = self.library.document(one)
        return tuple(document for one in ids if (document := self._loaded[one]) is not None)


def _accept(draft: str) -> None:
    if not draft.strip():
        raise DraftError("the draft is empty; give its text")
    if not is_text(draft):
        raise DraftError("the draft holds half a character or a NUL; give it as plain text")
    if len(draft) > LONGEST_DRAFT:
        raise DraftError(
            f"the draft has {len(draft):,} characters; at most {LONGEST_DRAFT:,} are taken: "
            "check it chapter by chapter"
        )


def _masked(draft: str, cited: Sequence[DraftCitation]) -> str:
    """The draft without the citations that may stand between quotation marks.

    What is in parentheses may be quoted too, but at the end of a block quote.
    """
    spans = [
        (one.start, one.end)
        for one in cited
        if one.kind in {"key", "note"} or (one.kind == "parentheses" and ends_block(draft, one))
    ]
    return blanked(draft, spans, _MASK)


def _is_passed_over(pair: Attached, catalogue: Catalogue, notes: Sequence[Span]) -> bool:
    quotation = pair.quotation
    place = bisect_right(notes, quotation.start, key=lambda note: note[0])
    if place and quotation.start < notes[place - 1][1]:
        # There titles stand between the marks.
        return True
    if catalogue.is_title(quotation.words):
        return True
    size = extent(quotation.words)
    return size < FEWEST_WORDS and not (pair.citations and pair.certain and size)


def _claims(
    draft: str,
    citations: Sequence[DraftCitation],
    notes: Sequence[Span],
    quoted: Sequence[Span],
    *,
    markdown: bool,
) -> list[Claim]:
    # Of a name with a year the name belongs to the sentence.
    starts = {one: draft.index("(", one.start) for one in citations if one.kind == "name"}
    unread = [*notes, *((starts.get(one, one.start), one.end) for one in citations)]
    prose = blanked(prose_of(draft, markdown=markdown).replace(UNSEEN, " "), unread, " ")
    return list(claims(prose, quoted))


def _checked(
    sources: _Sources, pair: Attached, named: Mapping[DraftCitation, Named]
) -> CheckedQuotation:
    """The quotation judged by its citations; by one that may not be its own only if it holds."""
    words = pair.quotation.words
    try:
        by_citation = _by_citations(sources, pair, named)
        holds = by_citation is not None and by_citation.verdict in _STANDING
        if by_citation is not None and (pair.certain or holds):
            judgement = by_citation
        else:
            judgement = judged(sources.library, words, only=sources.only)
    except QuotationError as error:
        holds = False
        judgement = Judgement("not judged", remark=str(error))
    if not (pair.certain or holds):
        return CheckedQuotation(pair.quotation, (), (), judgement)
    known = [named[one].documents for one in pair.citations]
    if judgement.verdict in FAILING and any(known) and not all(known):
        judgement = replace(judgement, remark=judgement.remark or _ONE_UNKNOWN)
    ids = dict.fromkeys(id_ for documents in known for id_ in documents)
    return CheckedQuotation(
        pair.quotation, pair.citations, sources.documents(list(ids)), judgement
    )


def _by_citations(
    sources: _Sources, pair: Attached, named: Mapping[DraftCitation, Named]
) -> Judgement | None:
    """What the documents that are cited make of the words; None if there are none."""
    pages: dict[str, list[Pages | None]] = {}
    for one in pair.citations:
        for id_ in named[one].documents:
            if id_ in sources.kept:
                pages.setdefault(id_, []).append(one.pages)
    # Where a document is also cited without pages, any will do.
    cited = {
        id_: [] if None in several else [each for each in dict.fromkeys(several) if each]
        for id_, several in pages.items()
    }
    if not cited:
        return None
    # A document may be removed meanwhile, and names nothing then.
    with suppress(NothingKept):
        return judged(sources.library, pair.quotation.words, cited=cited, only=sources.only)
    return None


def _citation(sources: _Sources, citation: DraftCitation, named: Named) -> CheckedCitation:
    documents = sources.documents(named.documents)
    remark = named.remark
    if citation.pages is not None and len(documents) == 1:
        remark = remark or _unknown_page(documents[0], citation.pages)
    return CheckedCitation(citation, documents, remark)


def _unknown_page(document: Document, pages: tuple[str, str]) -> str:
    known = page_names(document)
    if not known:
        return "the document has no pages: none was checked"
    beyond = [page for page in dict.fromkeys(pages) if page.casefold() not in known]
    return f"the document has no page {beyond[0]}" if beyond else ""
