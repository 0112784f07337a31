"""What citizens see: the articles that hold today, the revision they are of, and word of every change."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from pydantic import ValidationError
from sqlalchemy import and_, or_, select, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session
from sqlalchemy.sql import Select

from bot.clock import local_now
from bot.storage import Database
from bot.storage.tables_knowledge import ArticleRow, ArticleVersion, KnowledgeRevision
from kb.search.schema import Article

log = logging.getLogger(__name__)

EVERY = 0.5
"""Seconds between two looks at the revision."""

Known = Mapping[tuple[str, int], Article]
"""Articles that were read before, by id and version."""


@dataclass(frozen=True)
class Published:
    """What holds on ``day``, in the order of ids, as of ``revision`` or later."""

    known: Known
    revision: int
    day: date

    @property
    def articles(self) -> list[Article]:
        """The articles."""
        return list(self.known.values())


def today() -> date:
    """The day in the hotline's time zone."""
    return local_now().date()


def load_published(store: Database, day: date | None = None, known: Known | None = None) -> Published:
    """Reads what holds on a day (today). What is ``known`` is not checked again: its versions never change."""
    day = day or today()
    with store.transaction() as session:
        # First the revision: articles that are newer than it only make for one look too many.
        revision = current_revision(session)
        return Published(published_articles(session, day, known=known), revision, day)


def published_ids(day: date) -> Select:
    """A query of the ids of what holds on a day."""
    begun = or_(ArticleRow.valid_from.is_(None), ArticleRow.valid_from <= day)
    not_over = or_(ArticleRow.valid_to.is_(None), ArticleRow.valid_to >= day)
    return select(ArticleRow.id).where(ArticleRow.published.is_not(None), begun, not_over)


def published_articles(
    session: Session, day: date, ids: Sequence[str] | None = None, known: Known | None = None
) -> dict[tuple[str, int], Article]:
    """What holds on a day, of these ids or of all. An article that no longer fits the schema is left out, and logged."""
    this = and_(ArticleVersion.article_id == ArticleRow.id, ArticleVersion.number == ArticleRow.published)
    query = published_ids(day).add_columns(ArticleVersion.number, ArticleVersion.content).join(ArticleVersion, this)
    if ids is not None:
        query = query.where(ArticleRow.id.in_(ids))
    found: dict[tuple[str, int], Article] = {}
    for article_id, number, content in session.execute(query.order_by(ArticleRow.id)):
        version = (article_id, number)
        try:
            found[version] = known[version] if known and version in known else Article(**{**content, "id": article_id})
        except ValidationError as error:
            log.error("article %s is left out: %s", article_id, error)
    return found


def current_revision(session: Session) -> int:
    """The number of publications so far."""
    return int(session.scalar(select(KnowledgeRevision.revision)) or 0)


def lock(session: Session) -> None:
    """Lets one publication at a time through. Always before an article's own lock, so that none waits for another."""
    if session.get(KnowledgeRevision, 1, with_for_update=True) is None:
        # Two that are the first do no harm: the second waits here, and finds the row.
        session.connection().exec_driver_sql(
            "INSERT INTO kb_revision (id, revision) VALUES (1, 0) ON CONFLICT (id) DO NOTHING"
        )
        session.get(KnowledgeRevision, 1, with_for_update=True, populate_existing=True)


def grow(session: Session) -> int:
    """The next revision, in the transaction of a publication that holds the `lock`."""
    session.execute(update(KnowledgeRevision).values(revision=KnowledgeRevision.revision + 1))
    return current_revision(session)


async def watch(
    store: Database,
    on_change: Callable[[int, date], Awaitable[None]],
    seen: tuple[int, date] | None = None,
    day: Callable[[], date] = today,
) -> None:
    """Calls ``on_change(revision, day)`` within two seconds of every publication by any process, and at midnight.

    ``seen`` is what the caller has loaded already. Runs until cancelled; a change that could not be taken over, or a
    store that does not answer, is tried again.
    """
    while True:
        try:
            found = (await store.run(current_revision), day())
            if found != seen:
                await on_change(*found)
                seen = found
        except SQLAlchemyError:
            log.warning("the knowledge base's revision cannot be read", exc_info=True)
        except Exception:
            log.exception("a change of the knowledge base was not taken over")
        await asyncio.sleep(EVERY)
