"""Format 3: conversations and what was said of their answers."""

import sqlalchemy as sa
from alembic import op

revision = "3"
down_revision: str | None = "2"


def upgrade() -> None:
    """Add the tables of conversations, their turns and the feedback."""
    op.create_table(
        "conversations",
        sa.Column("key", sa.Integer, primary_key=True),
        sa.Column("id", sa.Text, nullable=False, unique=True),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("created", sa.Text, nullable=False),
        sa.Column("changed", sa.Text, nullable=False, index=True),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "turns",
        sa.Column(
            "conversation",
            sa.Integer,
            sa.ForeignKey("conversations.key", ondelete="CASCADE"),
            primary_key=True,
        ),
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("question", sa.Text, nullable=False),
        sa.Column("follow_up", sa.Boolean, nullable=False),
        sa.Column("only", sa.Text, nullable=False),
        sa.Column("answer", sa.Text, nullable=False),
        sa.Column("asked", sa.Text, nullable=False),
    )
    op.create_table(
        "feedback",
        sa.Column("conversation", sa.Integer, primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("verdict", sa.Text, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("given", sa.Text, nullable=False, index=True),
        sa.ForeignKeyConstraint(
            ["conversation", "number"],
            ["turns.conversation", "turns.number"],
            ondelete="CASCADE",
        ),
    )
