"""The knowledge base that this process answers from, always of the newest publication."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from datetime import date
from functools import lru_cache

from bot.nlu.encoder import encoder
from bot.storage import Database, database
from kb.explaining import explained
from kb.index import Encodes
from kb.language import Parts
from kb.published import Published, load_published, watch
from kb.search import KnowledgeBase, Result
from kb.seed import seed
from kb.vectors import kept_vectors

log = logging.getLogger(__name__)


class Live:
    """Holds what citizens see. A change is indexed beside it and then takes its place, so that nobody waits.

    Whoever looks twice for one answer keeps ``base``: a second look may meet the next one.
    """

    def __init__(self, store: Database, kept: Encodes, progress: str | None = None) -> None:
        """Reads and indexes what is published; ``kept`` encodes only what it has not encoded before."""
        self._store, self._kept = store, kept
        published = load_published(store)
        # In one piece: other threads search, and must never see a base with another's revision.
        self._now = published, self._indexed(published, progress)

    @property
    def base(self) -> KnowledgeBase:
        """What is answered from now."""
        return self._now[1]

    @property
    def revision(self) -> int:
        """The publication that ``base`` is of."""
        return self._now[0].revision

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
        published = self._now[0]
        await watch(self._store, self._take_over, (published.revision, published.day))

    async def _take_over(self, revision: int, day: date) -> None:
        fresh = await asyncio.to_thread(load_published, self._store, day, self._now[0].known)
        self._now = fresh, await asyncio.to_thread(self._indexed, fresh)
        log.info("knowledge base: revision %d, %d articles", fresh.revision, len(fresh.articles))

    def _indexed(self, found: Published, progress: str | None = None) -> KnowledgeBase:
        return KnowledgeBase(found.articles, self._kept, progress)


@lru_cache(maxsize=1)
def live(progress: str | None = None) -> Live:
    """The one of this process, made on first use: brings the articles of the files into the store before."""
    store = database()
    seed(store)
    return Live(store, kept_vectors(), progress)


def knowledge_base() -> KnowledgeBase:
    """What this process answers from now."""
    return live().base
