"""Tables of the knowledge base (知识库), Article 13: articles, their versions, the revision, and what was learnt."""

from __future__ import annotations

from sqlalchemy import JSON, Column, Date, ForeignKey, Index, Integer, String, Text, UniqueConstraint

from bot.storage.tables import Base, now
from bot.storage.types import Instant


class ArticleRow(Base):
    """An article (知识条目), and what its versions come to, kept so that it can be searched for.

    ``external_id`` is the owner's own name for it. ``newest`` is the number of its last version and ``state`` that
    version's; ``published`` the number of the version that citizens see, if any. ``title``, ``category`` and ``words``
    are the newest version's; the dates are those of the published one, or of the newest where none is.
    ``revision`` is the knowledge base's when citizens last saw this article change.
    """

    __tablename__ = "articles"
    id = Column(String(64), primary_key=True)
    owner = Column(String(64), nullable=False)
    external_id = Column(String(64), nullable=False)
    newest = Column(Integer, nullable=False)
    published = Column(Integer)
    state = Column(String(12), nullable=False, index=True)
    title = Column(String(64), nullable=False)
    category = Column(String(72), nullable=False)
    words = Column(Text, nullable=False)
    reviewed_on = Column(Date)
    valid_from = Column(Date)
    valid_to = Column(Date)
    revision = Column(Integer, nullable=False, default=0, index=True)
    created_at = Column(Instant, nullable=False, default=now)
    updated_at = Column(Instant, nullable=False, default=now, onupdate=now)
    __table_args__ = (UniqueConstraint("owner", "external_id", name="articles_owner_external_id"),)


class ArticleVersion(Base):
    """One version of an article (版本): its content never changes, only its state.

    ``author`` wrote it; ``decided_by`` published it or sent it back, and said why in ``decision``.
    """

    __tablename__ = "article_versions"
    article_id = Column(String(64), ForeignKey("articles.id"), primary_key=True)
    number = Column(Integer, primary_key=True)
    content = Column(JSON, nullable=False)
    digest = Column(String(64), nullable=False)
    state = Column(String(12), nullable=False)
    author = Column(String(64), nullable=False)
    unit = Column(String(64), nullable=False)
    note = Column(Text, nullable=False, default="")
    created_at = Column(Instant, nullable=False, default=now)
    decided_by = Column(String(64))
    decided_at = Column(Instant)
    decision = Column(Text)
    __table_args__ = (Index("article_versions_state", "state"),)


class KnowledgeRevision(Base):
    """One row: the number that grows with every publication, in its transaction."""

    __tablename__ = "kb_revision"
    id = Column(Integer, primary_key=True)
    revision = Column(Integer, nullable=False)


class GapMark(Base):
    """A question without an answer that somebody has seen to: an article is written, or none is wanted (None)."""

    __tablename__ = "kb_gap_marks"
    observation_id = Column(Integer, ForeignKey("observations.id", ondelete="CASCADE"), primary_key=True)
    article_id = Column(String(64))
    marked_by = Column(String(64), nullable=False)
    created_at = Column(Instant, nullable=False, default=now)
