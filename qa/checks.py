"""What a checked draft is: each quotation, citation and claim with what was found of it."""

from dataclasses import dataclass

from index import Document
from qa.claims import Claim, Support
from qa.draft_citations import DraftCitation
from qa.judging import Judgement, Verdict
from qa.marks import Unbalanced
from qa.quotations import Quotation

FAILING: frozenset[Verdict] = frozenset({"altered", "misattributed", "not found"})


@dataclass(frozen=True, slots=True)
class CheckedQuotation:
    """A quotation of a draft, what is cited for it, and what was found of its words."""

    quotation: Quotation
    citations: tuple[DraftCitation, ...]
    cited: tuple[Document, ...]
    judgement: Judgement


@dataclass(frozen=True, slots=True)
class CheckedCitation:
    """A citation of a draft and the documents that it means; `remark` says what is wrong."""

    citation: DraftCitation
    documents: tuple[Document, ...]
    remark: str


@dataclass(frozen=True, slots=True)
class CheckedClaim:
    """A sentence that claims something, and the passage that comes nearest to it."""

    claim: Claim
    support: Support

    @property
    def is_supported(self) -> bool:
        """Whether the passage speaks of all that is told."""
        return self.support.place is not None and not self.support.missing


@dataclass(frozen=True, slots=True)
class Check:
    """What is in a draft, each in the order of the draft.

    `passed_over` counts the quotations that were not judged: in notes, titles of
    documents, and those of few words without a citation.
    """

    draft: str
    quotations: tuple[CheckedQuotation, ...]
    citations: tuple[CheckedCitation, ...]
    claims: tuple[CheckedClaim, ...]
    unbalanced: tuple[Unbalanced, ...]
    passed_over: int

    @property
    def passes(self) -> bool:
        """Whether nothing is altered, misattributed or not found."""
        return not any(one.judgement.verdict in FAILING for one in self.quotations) and all(
            one.documents for one in self.citations
        )
