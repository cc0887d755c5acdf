"""Counting tokens with tiktoken, whose table comes along. The one door to tiktoken."""

import os
from collections.abc import Callable, Sequence
from functools import lru_cache
from pathlib import Path

import tiktoken
from tiktoken.load import load_tiktoken_bpe

from index.errors import PinciteError

Measure = Callable[[Sequence[str]], Sequence[int]]

_TABLE = Path(__file__).parent / "data" / "cl100k_base.tiktoken"
_TABLE_SHA256 = "223921b76ee99bde995b7ff738513eef100fb51d18c93597a113bcffe865b2a7"
# The encoding's definition, as tiktoken publishes it: how text falls into pieces.
_PIECES = (
    r"'(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}++|\p{N}{1,3}+"
    r"| ?[^\s\p{L}\p{N}]++[\r\n]*+|\s++$|\s*[\r\n]|\s+(?!\S)|\s"
)


def token_counter(encoding_name: str = "cl100k_base") -> Measure:
    """How many tokens each text has in a tiktoken encoding.

    `cl100k_base` comes with Pincite; another name is fetched by tiktoken, and a
    `PinciteError` says so when it cannot be had. Loaded with the first count.
    """
    return lambda texts: [len(_encoding(encoding_name).encode_ordinary(text)) for text in texts]


@lru_cache(maxsize=2)
def _encoding(name: str) -> tiktoken.Encoding:
    return _shipped_encoding() if name == "cl100k_base" else _fetched_encoding(name)


def _shipped_encoding() -> tiktoken.Encoding:
    # The loader copies what it loads into a cache folder unless this is empty.
    cache = os.environ.get("TIKTOKEN_CACHE_DIR")
    os.environ["TIKTOKEN_CACHE_DIR"] = ""
    try:
        ranks = load_tiktoken_bpe(str(_TABLE), expected_hash=_TABLE_SHA256)
    finally:
        if cache is None:
            del os.environ["TIKTOKEN_CACHE_DIR"]
        else:
            os.environ["TIKTOKEN_CACHE_DIR"] = cache
    return tiktoken.Encoding(
        "cl100k_base", pat_str=_PIECES, mergeable_ranks=ranks, special_tokens={}
    )


def _fetched_encoding(name: str) -> tiktoken.Encoding:
    try:
        return tiktoken.get_encoding(name)
    except (ValueError, OSError) as error:
        msg = (
            f"the token encoding {name!r} cannot be had ({type(error).__name__}); "
            "set PINCITE_ENCODING=cl100k_base, which comes with Pincite"
        )
        raise PinciteError(msg) from error
