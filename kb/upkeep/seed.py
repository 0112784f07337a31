"""The first articles (初始条目): the files ``kb/articles/*.yml``, brought into the store at every start."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.storage import Database
from bot.storage.tables_knowledge import ArticleRow
from kb.search import published
from kb.search.schema import Article
from kb.search.store import load_articles
from kb.upkeep import review
from kb.upkeep.editing import Editor, append, blank, content_of, digest, version

log = logging.getLogger(__name__)

SEED = Editor("初始条目", None, frozenset({"read", "write", "publish"}), alone=True)
"""Author of what comes from the files. Whatever has a newer version by anybody else is theirs from then on."""


@dataclass(frozen=True)
class Seeded:
    """How many articles of the files are new, were changed in the files, were taken out of them, are edited here."""

    new: int = 0
    changed: int = 0
    gone: int = 0
    edited: int = 0


def seed(store: Database, articles: Sequence[Article] | None = None) -> Seeded:
    """Publishes what is new in the files, in one transaction; does nothing twice, and never undoes an editor's work."""
    articles = load_articles() if articles is None else articles
    with store.transaction() as session:
        published.lock(session)
        known = {row.id: row for row in session.scalars(select(ArticleRow).with_for_update())}
        done = [_take(session, known.get(article.id), article) for article in articles]
        gone = [row for name, row in known.items() if name not in {article.id for article in articles}]
        done += [_let_go(session, row) for row in gone]
    counts = {name: done.count(name) for name in ("new", "changed", "gone", "edited")}
    if any(counts[name] for name in ("new", "changed", "gone")):
        log.info("articles of the files: %s", counts)
    return Seeded(**counts)


def _take(session: Session, row: ArticleRow | None, article: Article) -> str:
    content = content_of(article)
    known = row is not None
    if row is None:
        own_name = select(ArticleRow.id).where(ArticleRow.owner == article.unit, ArticleRow.external_id == article.id)
        if session.scalar(own_name):
            return "edited"
        row = blank(article.id, article.unit, article.id)
        session.add(row)
        session.flush()
    else:
        newest = version(session, row)
        if newest.author != SEED.name:
            return "edited"
        if newest.state == "published" and newest.digest == digest(content):
            return "same"
    review.show(session, row, append(session, SEED, row, content, "", "published", decided=True))
    return "changed" if known else "new"


def _let_go(session: Session, row: ArticleRow) -> str:
    newest = version(session, row)
    if newest.author != SEED.name or newest.state != "published":
        return "other"
    review.withdraw(session, SEED, row.id, "已从初始条目中删去")
    return "gone"
