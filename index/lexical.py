"""The lexical index: which passages hold a question's words, ranked by BM25."""

import json
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence

import numpy as np
from sqlalchemy import Connection, text

from index.vectors import Keys

# Words that every question has and no passage is about.
FUNCTION_WORDS = frozenset(
    """a about an and any are as at be been being but by can could did do does doing done for from
    had has have having he her him his how i if in into is it its may me might must my no not of on
    or our shall she should so some such than that the their them then there these they this those
    to too upon us was we were what when where which who whom whose why will with would you your
    say says said tell""".split()
)

# Name and heading words weigh more than the body's: few words, chosen to tell things apart.
_WEIGHTS = "1.5, 1.5, 1.0"

# Scripts written without spaces: every character is indexed as a word of its own.
UNSPACED = re.compile("([\u0e00-\u0e7f\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af])")
_RUN = re.compile(f"(?:{UNSPACED.pattern})+")
_LINE_END_HYPHEN = re.compile(r"(?<=[^\W\d_])[-\u2010]\n(?=[^\W\d_])")
_SOFT_HYPHEN = re.compile("\u00ad\n?")
_TOKEN = re.compile(r"[^\W_]+(?:['’.,/_-]?[^\W_]+)*")
_POSSESSIVE = ("'s", "’s")

_SEARCH = text(
    f"SELECT rowid, -bm25(words, {_WEIGHTS}) AS score FROM words "  # noqa: S608 (a constant)
    "WHERE words MATCH :match ORDER BY score DESC, rowid LIMIT :limit"
)
# The plus keeps SQLite from asking the index once for every key.
_SEARCH_AMONG = text(
    f"SELECT rowid, -bm25(words, {_WEIGHTS}) AS score FROM words "  # noqa: S608 (a constant)
    "WHERE words MATCH :match AND +rowid IN (SELECT value FROM json_each(:among)) "
    "ORDER BY score DESC, rowid LIMIT :limit"
)
_MATCHING = text("SELECT group_concat(rowid) FROM words WHERE words MATCH :match")
_COUNT = text("SELECT count(*) FROM words WHERE words MATCH :match")
_INSERT = text(
    "INSERT INTO words (rowid, name, context, body) VALUES (:key, :name, :context, :body)"
)
_DELETE = text(
    "DELETE FROM words WHERE rowid IN (SELECT key FROM passages WHERE document = :document)"
)


def index_words(connection: Connection, rows: Sequence[tuple[int, str, str, str]]) -> None:
    """Index passages given as (key, document name, context, body)."""
    connection.execute(
        _INSERT,
        [
            {
                "key": key,
                "name": searchable(name),
                "context": searchable(context),
                "body": searchable(body),
            }
            for key, name, context, body in rows
        ],
    )


def forget_words(connection: Connection, document: int) -> None:
    """Drop the words of a document's passages, which must still be there."""
    connection.execute(_DELETE, {"document": document})


def merge_words(connection: Connection) -> None:
    """Write the index anew without what was dropped from it."""
    connection.execute(text("INSERT INTO words (words) VALUES ('optimize')"))


def lexical_scores(
    connection: Connection, words: Iterable[str], limit: int, among: Keys | None = None
) -> dict[int, float]:
    """The best passages by BM25 (higher is better), of those `among` the keys; key to score."""
    match = " OR ".join(as_phrase(word) for word in words)
    if not match:
        return {}
    wanted: dict[str, object] = {"match": match, "limit": limit}
    if among is None:
        rows = connection.execute(_SEARCH, wanted)
    else:
        rows = connection.execute(_SEARCH_AMONG, {**wanted, "among": json.dumps(among.tolist())})
    return {row.rowid: row.score for row in rows}


def passages_matching(connection: Connection, match: str) -> Keys:
    """The keys of the passages that an expression of FTS5 matches, ascending."""
    return listed_keys(connection.execute(_MATCHING, {"match": match}).scalar())


def listed_keys(listed: str | None) -> Keys:
    """Keys that SQLite joined with commas, which takes a tenth of the time of a row each."""
    return np.sort(np.fromstring(listed or "", dtype=np.int64, sep=","))


def passages_with(connection: Connection, word: str) -> int:
    """In how many passages a word stands, in any of its forms."""
    return int(connection.execute(_COUNT, {"match": as_phrase(word)}).scalar_one())


def words_of(text: str) -> list[str]:
    """The words of a text, folded to lower case, in order.

    Identifiers ("rfc-2119", "co-op") stay whole, a possessive ending goes, and
    scripts written without spaces give pairs of characters.
    """
    plain = unicodedata.normalize("NFKC", closed(text)).casefold()
    tokens = _TOKEN.findall(plain)
    if UNSPACED.search(plain):
        return [part for token in tokens for part in _parts(token)]
    return [token[:-2] if token.endswith(_POSSESSIVE) else token for token in tokens]


def content_words(question: str) -> list[str]:
    """The words of a question that carry meaning, without repeats.

    A question of nothing but function words keeps them.
    """
    found = list(dict.fromkeys(words_of(question)))
    return [word for word in found if word not in FUNCTION_WORDS] or found


def searchable(text: str) -> str:
    """What is indexed of a text: compatibility forms folded, line-end hyphens closed."""
    return UNSPACED.sub(r" \1 ", unicodedata.normalize("NFKC", closed(text)))


def closed(text: str) -> str:
    """Words that a line end or a soft hyphen parts, made whole."""
    return _LINE_END_HYPHEN.sub("", _SOFT_HYPHEN.sub("", text))


def _parts(token: str) -> Iterator[str]:
    """The words of a token that may hold a script written without spaces."""
    last = 0
    for run in _RUN.finditer(token):
        if before := token[last : run.start()]:
            yield before
        yield from (run[0][n : n + 2] for n in range(max(1, len(run[0]) - 1)))
        last = run.end()
    after = token[last:]
    if after and after not in _POSSESSIVE:
        yield after[:-2] if after.endswith(_POSSESSIVE) else after


def as_phrase(word: str) -> str:
    """A word as FTS5 takes it: a phrase of its parts, of its characters where unspaced."""
    spaced = " ".join(UNSPACED.sub(r" \1 ", word).split())
    return '"' + spaced.replace('"', " ") + '"'
