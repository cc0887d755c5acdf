"""The tables of a library's database, and its manifest."""

from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    select,
    update,
)

# Every change to the tables is a migration of this number (`index/migrations`).
FORMAT_VERSION = 5
# SQLite takes a limited number of variables in one statement.
MANY = 500
DATABASE = "library.sqlite"
LOCK = "writer.lock"

metadata = MetaData()

manifest = Table(
    "manifest",
    metadata,
    Column("name", Text, primary_key=True),
    Column("value", Text, nullable=False),
)

# Every file that was looked at, also those that gave no document.
files = Table(
    "files",
    metadata,
    Column("source", Text, primary_key=True),
    Column("state", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("fingerprint", Text, nullable=False),
    Column("silent_pages", Text, nullable=False),
)

documents = Table(
    "documents",
    metadata,
    Column("key", Integer, primary_key=True),
    Column("id", Text, nullable=False, unique=True),
    Column("source", Text, nullable=False, unique=True),
    Column("sha256", Text, nullable=False, index=True),
    Column("media_type", Text, nullable=False),
    Column("title", Text),
    Column("author", Text),
    # Indexed so that a filter need not walk past the texts.
    Column("date", Text, index=True),
    Column("language", Text),
    Column("bibliography", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("marks", Text, nullable=False),
    Column("tags", Text, nullable=False, server_default="[]"),
    # The item that a library of references gave, kept when the file is read again.
    Column("reference", Text, nullable=False, server_default="{}"),
    Column("citation_key", Text, nullable=False, server_default="", index=True),
    sqlite_autoincrement=True,
)

# What documents are filtered by, a row a value (see `index/facets.py`).
facets = Table(
    "facets",
    metadata,
    Column("document", ForeignKey("documents.key"), nullable=False, index=True),
    Column("kind", Text, nullable=False),
    Column("value", Text, nullable=False),
    Column("folded", Text, nullable=False),
    Index("ix_facets_kind", "kind", "folded", "document"),
)

# Keys are never used twice, so a vector that stands under a key stays true.
passages = Table(
    "passages",
    metadata,
    Column("key", Integer, primary_key=True),
    Column("document", ForeignKey("documents.key"), nullable=False, index=True),
    Column("start", Integer, nullable=False),
    Column("end", Integer, nullable=False),
    Column("context", Text, nullable=False),
    Column("digest", LargeBinary, nullable=False, index=True),
    Column("vector", LargeBinary, nullable=False),
    Column("sentences", LargeBinary, nullable=False),
    Column("sentence_vectors", LargeBinary, nullable=False),
    sqlite_autoincrement=True,
)

conversations = Table(
    "conversations",
    metadata,
    Column("key", Integer, primary_key=True),
    Column("id", Text, nullable=False, unique=True),
    Column("title", Text, nullable=False),
    Column("created", Text, nullable=False),
    Column("changed", Text, nullable=False, index=True),
    sqlite_autoincrement=True,
)

# A question of a conversation and, as JSON, the answer that was shown.
turns = Table(
    "turns",
    metadata,
    Column("conversation", ForeignKey("conversations.key", ondelete="CASCADE"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("question", Text, nullable=False),
    Column("follow_up", Boolean, nullable=False),
    Column("only", Text, nullable=False),
    Column("answer", Text, nullable=False),
    Column("asked", Text, nullable=False),
)

feedback = Table(
    "feedback",
    metadata,
    Column("conversation", Integer, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("verdict", Text, nullable=False),
    Column("note", Text, nullable=False),
    Column("given", Text, nullable=False, index=True),
    ForeignKeyConstraint(
        ["conversation", "number"], ["turns.conversation", "turns.number"], ondelete="CASCADE"
    ),
)

# Which conversation goes on at which place elsewhere.
threads = Table(
    "threads",
    metadata,
    Column("place", Text, primary_key=True),
    Column(
        "conversation",
        ForeignKey("conversations.key", ondelete="CASCADE"),
        nullable=False,
        index=True,
    ),
)


def read_manifest(connection: Connection) -> dict[str, str]:
    """The manifest: format, splitter, model, library (an identity), generation, dimension."""
    return {row.name: row.value for row in connection.execute(select(manifest))}


def write_manifest(connection: Connection, **values: str) -> None:
    """Set rows of the manifest that are there already."""
    for name, value in values.items():
        connection.execute(update(manifest).where(manifest.c.name == name).values(value=value))
