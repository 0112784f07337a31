"""Tables of the knowledge base (知识库), Article 13: articles, their versions, the revision, and what was learnt."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Date, ForeignKey, Index, Integer, String, Text, UniqueConstraint

from bot.storage.mapping import Base, Mapped, mapped_column
from bot.storage.tables import now
from bot.storage.types import Instant


class ArticleRow(Base):
    """An article (知识条目), and what its versions come to, kept so that it can be searched for.

    ``external_id`` is the owner's own name for it. ``newest`` is the number of its last version and ``state`` that
    version's; ``published`` the number of the version that citizens see, if any. ``title``, ``category`` and ``words``
    are the newest version's; the dates are those of the published one, or of the newest where none is.
    ``revision`` is the knowledge base's when citizens last saw this article change.
    """

    __tablename__ = "articles"
    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    owner: Mapped[str] = mapped_column(String(64), nullable=False)
    external_id: Mapped[str] = mapped_column(String(64), nullable=False)
    newest: Mapped[int] = mapped_column(Integer, nullable=False)
    published: Mapped[int | None] = mapped_column(Integer)
    state: Mapped[str] = mapped_column(String(12), nullable=False, index=True)
    title: Mapped[str] = mapped_column(String(64), nullable=False)
    category: Mapped[str] = mapped_column(String(72), nullable=False)
    words: Mapped[str] = mapped_column(Text, nullable=False)
    reviewed_on: Mapped[date | None] = mapped_column(Date)
    valid_from: Mapped[date | None] = mapped_column(Date)
    valid_to: Mapped[date | None] = mapped_column(Date)
    revision: Mapped[int] = mapped_column(Integer, nullable=False, default=0, index=True)
    created_at: Mapped[datetime] = mapped_column(Instant, nullable=False, default=now)
    updated_at: Mapped[datetime] = mapped_column(Instant, nullable=False, default=now, onupdate=now)
    __table_args__ = (UniqueConstraint("owner", "external_id", name="articles_owner_external_id"),)


class ArticleVersion(Base):
    """One version of an article (版本): its content never changes, only its state.

    ``author`` wrote it; ``decided_by`` published it or sent it back, and said why in ``decision``.
    """

    __tablename__ = "article_versions"
    article_id: Mapped[str] = mapped_column(String(64), ForeignKey("articles.id"), primary_key=True)
    number: Mapped[int] = mapped_column(Integer, primary_key=True)
    content: Mapped[dict[str, Any]] = mapped_column(JSON, nullable=False)
    digest: Mapped[str] = mapped_column(String(64), nullable=False)
    state: Mapped[str] = mapped_column(String(12), nullable=False)
    author: Mapped[str] = mapped_column(String(64), nullable=False)
    unit: Mapped[str] = mapped_column(String(64), nullable=False)
    note: Mapped[str] = mapped_column(Text, nullable=False, default="")
    created_at: Mapped[datetime] = mapped_column(Instant, nullable=False, default=now)
    decided_by: Mapped[str | None] = mapped_column(String(64))
    decided_at: Mapped[datetime | None] = mapped_column(Instant)
    decision: Mapped[str | None] = mapped_column(Text)
    __table_args__ = (Index("article_versions_state", "state"),)


class KnowledgeRevision(Base):
    """One row: the number that grows with every publication, in its transaction."""

    __tablename__ = "kb_revision"
    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    revision: Mapped[int] = mapped_column(Integer, nullable=False)


class GapMark(Base):
    """A question without an answer that somebody has seen to: an article is written, or none is wanted (None)."""

    __tablename__ = "kb_gap_marks"
    observation_id: Mapped[int] = mapped_column(
        Integer, ForeignKey("observations.id", ondelete="CASCADE"), primary_key=True
    )
    article_id: Mapped[str | None] = mapped_column(String(64))
    marked_by: Mapped[str] = mapped_column(String(64), nullable=False)
    created_at: Mapped[datetime] = mapped_column(Instant, nullable=False, default=now)
