"""Format 4: conversations that go on in threads elsewhere."""

import sqlalchemy as sa
from alembic import op

revision = "4"
down_revision: str | None = "3"


def upgrade() -> None:
    """Add the table of threads."""
    op.create_table(
        "threads",
        sa.Column("place", sa.Text, primary_key=True),
        sa.Column(
            "conversation",
            sa.Integer,
            sa.ForeignKey("conversations.key", ondelete="CASCADE"),
            nullable=False,
            index=True,
        ),
    )
