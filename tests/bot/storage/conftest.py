"""An empty database on either server, for what happens before and while the tables are made."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine

from bot.storage import Database


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A database without a table."""
    if request.param == "sqlite":
        database = Database(f"sqlite:///{tmp_path}/empty.db")
        yield database
        database.engine.dispose()
        return
    server: str = request.getfixturevalue("postgresql_server")
    admin = create_engine(server, isolation_level="AUTOCOMMIT", future=True)
    with admin.connect() as connection:
        connection.exec_driver_sql("CREATE DATABASE empty")
    database = Database(server.rsplit("/", 1)[0] + "/empty")
    yield database
    database.engine.dispose()
    with admin.connect() as connection:
        connection.exec_driver_sql("DROP DATABASE empty WITH (FORCE)")
    admin.dispose()
