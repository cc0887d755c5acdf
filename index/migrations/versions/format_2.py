"""Format 2: what documents are filtered by."""

import sqlalchemy as sa
from alembic import op

revision = "2"
down_revision: str | None = "1"


def upgrade() -> None:
    """Add tags, the table of facets, and an index over dates."""
    op.add_column("documents", sa.Column("tags", sa.Text, nullable=False, server_default="[]"))
    op.create_index("ix_documents_date", "documents", ["date"])
    op.create_table(
        "facets",
        sa.Column(
            "document", sa.Integer, sa.ForeignKey("documents.key"), nullable=False, index=True
        ),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("value", sa.Text, nullable=False),
        sa.Column("folded", sa.Text, nullable=False),
    )
    op.create_index("ix_facets_kind", "facets", ["kind", "folded", "document"])
