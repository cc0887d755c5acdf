"""Libraries of references: BibTeX, RIS and CSL-JSON, and which of their entries is which file."""

from index.references.matching import Match, Matching

__all__ = ["Match", "Matching"]
