"""A private database with an empty index, and an encoder that counts what it is asked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from sqlalchemy import create_engine

from bot.language.nlu.encoder import Encoder, Kind, Vectors
from bot.storage import Database
from tests import tiny_bert


class Counted:
    """A tiny encoder, and what it was asked to encode."""

    def __init__(self, folder: Path) -> None:
        self._encoder = Encoder(tiny_bert.make(folder))
        self.fingerprint, self.dim = self._encoder.fingerprint, self._encoder.dim
        self.asked: list[str] = []

    def encode(self, texts: Sequence[str], kind: Kind = "query", progress: str | None = None) -> Vectors:
        self.asked += texts
        return self._encoder.encode(texts, kind, progress)


@pytest.fixture(scope="session")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Counted:
    return Counted(tmp_path_factory.mktemp("tiny"))


@pytest.fixture
def encoder(tiny: Counted, monkeypatch: pytest.MonkeyPatch) -> Counted:
    """In the place of the service's own."""
    tiny.asked.clear()
    for module in ("kb.search.pg.stored", "kb.search.base", "kb.search.live"):
        monkeypatch.setattr(f"{module}.encoder", lambda: tiny)
    return tiny


@pytest.fixture(scope="session")
def migrated(postgresql_server: str) -> Iterator[Database]:
    """A database of these tests alone."""
    database = another(postgresql_server, "index")
    database.migrate()
    yield database
    database.engine.dispose()


@pytest.fixture
def empty(migrated: Database) -> Database:
    """The same without articles and index."""
    with migrated.engine.begin() as connection:
        connection.exec_driver_sql("DROP SCHEMA IF EXISTS kb_index CASCADE")
        connection.exec_driver_sql("TRUNCATE articles, article_versions, kb_revision CASCADE")
    return migrated


def another(server: str, name: str, user: str | None = None) -> Database:
    """A new database on the server."""
    admin = create_engine(server, isolation_level="AUTOCOMMIT", future=True)
    with admin.connect() as connection:
        connection.exec_driver_sql(f'CREATE DATABASE "{name}"')
    admin.dispose()
    url = server.rsplit("/", 1)[0] + f"/{name}"
    return Database(url.replace("tests@", f"{user}@") if user else url)
