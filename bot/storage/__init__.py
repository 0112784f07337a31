"""Storage: one SQLAlchemy engine for every table, on SQLite (WAL) or PostgreSQL."""

# Imported so that `Base.metadata` is whole, whichever module of tables is asked for first.
from bot.storage import tables_knowledge as _tables_knowledge  # noqa: F401
from bot.storage import tables_wechat as _tables_wechat  # noqa: F401
from bot.storage.engine import OUT_OF_ORDER, Database, database

__all__ = ["OUT_OF_ORDER", "Database", "database"]
