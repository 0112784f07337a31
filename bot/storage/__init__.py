"""Storage: one SQLAlchemy engine for every table, on SQLite (WAL) or PostgreSQL."""

from bot.storage.engine import Database, database

__all__ = ["Database", "database"]
