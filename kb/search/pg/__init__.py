"""The index in PostgreSQL, for more articles than a process holds: pgvector for meaning, full text for words."""
