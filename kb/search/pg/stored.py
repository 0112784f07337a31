"""The base whose index and articles stay in PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from sqlalchemy import and_, column, select, table

from bot.language.nlu.encoder import encoder
from bot.storage import Database
from bot.storage.tables_knowledge import ArticleVersion
from kb.search.base import Base, Now
from kb.search.pg.filling import KnownEncoder, bring, fingerprint
from kb.search.pg.searching import StoredIndex
from kb.search.pg.tables import SCHEMA
from kb.search.schema import Article

_DOCUMENTS = table("documents", column("id"), column("version"), schema=SCHEMA)


class StoredArticles(Mapping[str, Article]):
    """The articles that the index has, read one by one in the very version that was indexed."""

    def __init__(self, store: Database, count: int) -> None:
        """``count`` is how many there are: whoever asks only for that need not wait for the database."""
        self._store, self._count = store, count

    def __getitem__(self, name: str) -> Article:
        this = and_(ArticleVersion.article_id == _DOCUMENTS.c.id, ArticleVersion.number == _DOCUMENTS.c.version)
        query = select(ArticleVersion.content).join(_DOCUMENTS, this).where(_DOCUMENTS.c.id == name)
        with self._store.transaction() as session:
            content = session.scalar(query)
        if content is None:
            raise KeyError(name)
        return Article(**{**content, "id": name})

    def __iter__(self) -> Iterator[str]:
        with self._store.transaction() as session:
            names = session.scalars(select(_DOCUMENTS.c.id).order_by(_DOCUMENTS.c.id)).all()
        return iter(names)

    def __len__(self) -> int:
        return self._count


class InPostgresql:
    """Brings the tables to what is published; any number of processes search in them."""

    def __init__(self, store: Database, kept: KnownEncoder) -> None:
        self._store, self._kept = store, kept

    def now(self, day: date | None = None, progress: str | None = None) -> Now:
        """What holds on a day, today unless given."""
        state = bring(self._store, self._kept, day, progress)
        index = StoredIndex(self._store, encoder(), fingerprint(self._kept))
        return Now(Base(StoredArticles(self._store, state.documents), index), state.revision, state.day)
