"""How the tables came to be: one Alembic migration a format."""
