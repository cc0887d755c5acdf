"""Readers: bytes of one file to a canonical text with its marks."""

from index.reading.reader import read

__all__ = ["read"]
