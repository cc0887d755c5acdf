"""Other systems, each run by its own virtual environment; nothing here is imported by Pincite."""
