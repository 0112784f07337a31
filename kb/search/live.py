"""The knowledge base that this process answers from, always of the newest publication."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from typing import Protocol

from bot.language.nlu.encoder import encoder
from bot.settings import settings
from bot.storage import Database, database
from kb.search.base import Base, KnowledgeBase, Now, Result
from kb.search.explaining import explained
from kb.search.index import Encodes
from kb.search.language import Parts
from kb.search.pg.stored import InPostgresql
from kb.search.published import Known, load_published, watch
from kb.search.vectors import kept_vectors

log = logging.getLogger(__name__)


class Source(Protocol):
    """Where the base comes from."""

    def now(self, day: date | None = None, progress: str | None = None) -> Now:
        """What is published and holds on a day, today unless given."""
        ...


class InMemory:
    """Reads the articles and indexes them in this process."""

    def __init__(self, store: Database, kept: Encodes) -> None:
        """``kept`` encodes only what it has not encoded before."""
        self._store, self._kept = store, kept
        self._known: Known = {}

    def now(self, day: date | None = None, progress: str | None = None) -> Now:
        """A base of its own for each publication."""
        found = load_published(self._store, day, self._known)
        self._known = found.known
        return Now(KnowledgeBase(found.articles, self._kept, progress), found.revision, found.day)


class Live:
    """Holds what citizens see. A change is indexed beside it and then takes its place, so that nobody waits.

    Whoever looks twice for one answer keeps ``base``: a second look may meet the next one.
    """

    def __init__(
        self, store: Database, kept: Encodes, progress: str | None = None, source: Source | None = None
    ) -> None:
        """What is published, indexed in memory unless there is another ``source``."""
        self._store, self._kept = store, kept
        self._source = source or InMemory(store, kept)
        # In one piece: other threads search, and must never see a base with another's revision.
        self._now = self._source.now(progress=progress)

    @property
    def base(self) -> Base:
        """What is answered from now."""
        return self._now.base

    @property
    def revision(self) -> int:
        """The publication that ``base`` is of."""
        return self._now.revision

    def search(self, query: str, top: int = 10) -> Result:
        """The best articles for a question, of those of now."""
        return self.base.search(query, top)

    def explain(self, question: str, article_ids: Sequence[str]) -> dict[str, Parts]:
        """What each article has in common with a question."""
        articles = self.base.articles
        found = filter(None, map(articles.get, article_ids))
        return {article.id: explained(question, article, encoder(), self._kept) for article in found}

    async def follow(self) -> None:
        """Takes over every publication by any process, and what begins or ends at midnight. Runs until cancelled."""
        await watch(self._store, self._take_over, (self._now.revision, self._now.day))

    async def _take_over(self, revision: int, day: date) -> None:
        self._now = await asyncio.to_thread(self._source.now, day)
        log.info("knowledge base: revision %d, %d articles", self._now.revision, len(self._now.base.articles))


@lru_cache(maxsize=1)
def live(progress: str | None = None) -> Live:
    """The one of this process, made on first use of what is published."""
    store, kept = database(), kept_vectors()
    return Live(store, kept, progress, InPostgresql(store, kept) if settings().kb_index == "postgresql" else None)


def knowledge_base() -> Base:
    """What this process answers from now."""
    return live().base
