"""Format 5: what a library of references says of a document, and citation keys."""

import sqlalchemy as sa
from alembic import op

revision = "5"
down_revision: str | None = "4"


def upgrade() -> None:
    """Add the columns of the given item and of the citation key, and an index over the latter."""
    op.add_column(
        "documents", sa.Column("reference", sa.Text, nullable=False, server_default="{}")
    )
    op.add_column(
        "documents", sa.Column("citation_key", sa.Text, nullable=False, server_default="")
    )
    op.create_index("ix_documents_citation_key", "documents", ["citation_key"])
