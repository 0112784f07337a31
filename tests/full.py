"""A store on a full disk: it can be read, and every write fails."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import event

from bot.storage import Database


@dataclass
class Disk:
    """The disk of a store."""

    full: bool = False


@contextmanager
def disk_of(store: Database, full: bool = False) -> Iterator[Disk]:
    """A disk that can be filled and emptied while others use the store."""
    disk, sqlite = Disk(full), store.engine.dialect.name == "sqlite"

    def begin(connection: Any) -> None:
        if disk.full:
            connection.exec_driver_sql("PRAGMA query_only=1" if sqlite else "SET TRANSACTION READ ONLY")

    def end(connection: Any) -> None:
        if sqlite:
            # It holds for the connection, and even `BEGIN IMMEDIATE` would fail.
            connection.connection.execute("PRAGMA query_only=0")

    listeners = (("begin", begin), ("commit", end), ("rollback", end))
    for name, listener in listeners:
        event.listen(store.engine, name, listener)
    try:
        yield disk
    finally:
        for name, listener in listeners:
            event.remove(store.engine, name, listener)
