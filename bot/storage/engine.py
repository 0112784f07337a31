"""The engine, its transactions, and the migration at start."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, contextmanager, suppress
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine, event
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.engine.url import make_url
from sqlalchemy.exc import InterfaceError, InternalError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import Session
from sqlalchemy.pool import QueuePool
from tenacity import retry, retry_if_exception, stop_after_delay, wait_random

from bot.settings import settings
from bot.storage.unit import Unit, current

T = TypeVar("T")
OUT_OF_ORDER = (OperationalError, InternalError, InterfaceError, PoolTimeout)
"""What a transaction raises when the disk is full, or the database is gone, locked or may not be written."""
_MIGRATING = 12345
"""Key of PostgreSQL's advisory lock for the migration."""
MIGRATIONS = Path(__file__).parent / "migrations"


class Database:
    """A store of the service. Every use goes through a transaction that commits whole or not at all."""

    def __init__(self, url: str) -> None:
        self.url = url
        sqlite = url.startswith("sqlite")
        if sqlite:
            _close_to_others(url)
            # Kept open: by default this release opens the file anew, and sets it up, for every transaction.
            pool: dict[str, Any] = {"poolclass": QueuePool, "connect_args": {"timeout": 30, "check_same_thread": False}}
        else:
            # A connection that the server dropped meanwhile is replaced, not handed out.
            pool = {"pool_pre_ping": True}
        # SQLite has one writer at a time: the others wait in line here, and not each in a thread that a reader needs.
        self._writer = ThreadPoolExecutor(1, "writer") if sqlite else None
        # An error that is logged says what failed, and never with whose name or words.
        self.engine = create_engine(url, future=True, pool_size=10, hide_parameters=True, **pool)
        if sqlite:
            event.listen(self.engine, "connect", _tune_sqlite)
            event.listen(self.engine, "begin", _begin_sqlite)
        self._reading = self.engine.execution_options(reads=True)

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """A session that commits at the end, and rolls back on any error."""
        with Session(self.engine, future=True) as session, session.begin():
            yield session

    async def run(self, work: Callable[[Session], T]) -> T:
        """Runs ``work(session)`` in one transaction in a thread, so that the event loop never waits for a disk.

        Inside a `unit` it is a step of the unit's transaction.
        """
        if unit := self._unit():
            return await unit.step(work)
        return await asyncio.get_running_loop().run_in_executor(self._writer, self._transact, self.engine, work)

    async def read(self, work: Callable[[Session], T]) -> T:
        """Runs ``work(session)``, which only reads: on SQLite it waits for nobody. It sees what its unit wrote."""
        if (unit := self._unit()) and unit.session:
            return await unit.step(work)
        return await asyncio.to_thread(self._transact, self._reading, work)

    @asynccontextmanager
    async def unit(self) -> AsyncIterator[None]:
        """All that this task writes in here is one transaction, which an error takes back."""
        unit = Unit(self.engine)
        token = current.set(unit)
        try:
            yield
            await unit.commit()
        finally:
            current.reset(token)
            unit.close()

    def _unit(self) -> Unit | None:
        unit = current.get()
        return unit if unit and unit.open and unit.engine is self.engine else None

    def _transact(self, engine: Engine, work: Callable[[Session], T]) -> T:
        with Session(engine, future=True) as session, session.begin():
            return work(session)

    def migrate(self) -> None:
        """Brings the tables to the newest revision."""
        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS))
        with self.engine.begin() as connection:
            if self.engine.dialect.name == "postgresql":
                # Several processes may start at once: one migrates, the others wait and find it done.
                connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_MIGRATING})")
            config.attributes["connection"] = connection
            command.upgrade(config, "head")


def _begin_sqlite(connection: Connection) -> None:
    # A reader sees what was there when it began, and waits for nobody; a writer asks for the lock before it reads.
    connection.exec_driver_sql("BEGIN" if connection.get_execution_options().get("reads") else "BEGIN IMMEDIATE")


def _close_to_others(url: str) -> None:
    """Only the owner reads the file of a SQLite database; what SQLite puts beside it takes its permissions."""
    name = make_url(url).database
    if name and not name.startswith((":memory:", "file:")):
        with suppress(OSError):  # somebody else's file, or none that can be made: opening it says more
            Path(name).touch(0o600)
            Path(name).chmod(0o600)


def _tune_sqlite(connection: Any, _: Any) -> None:
    # Let SQLAlchemy's "begin" event open the transaction, so that a reader never turns writer half-way.
    connection.isolation_level = None
    cursor = connection.cursor()
    _write_ahead(cursor)
    # FULL, not NORMAL: a number that the citizen was told must survive a power cut.
    for pragma in ("synchronous=FULL", "foreign_keys=ON", "busy_timeout=30000"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _is_locked(error: BaseException) -> bool:
    return isinstance(error, sqlite3.OperationalError) and error.sqlite_errorcode == sqlite3.SQLITE_BUSY


@retry(retry=retry_if_exception(_is_locked), stop=stop_after_delay(30), wait=wait_random(0.01, 0.1), reraise=True)
def _write_ahead(cursor: sqlite3.Cursor) -> None:
    # Where several processes find a new file at once, SQLite does not wait for its lock with this pragma alone.
    cursor.execute("PRAGMA journal_mode=WAL")


@lru_cache(maxsize=1)
def database() -> Database:
    """The database of this process, migrated."""
    store = Database(settings().database)
    store.migrate()
    return store
