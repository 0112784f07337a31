"""The tables. Personal data and what people wrote stand in `Encrypted` columns."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

from sqlalchemy import JSON, Boolean, Column, Date, ForeignKey, Index, Integer, LargeBinary, String
from sqlalchemy.orm import declarative_base, relationship

from bot.storage.types import Encrypted, Instant

Base: Any = declarative_base()


def now() -> datetime:
    """This instant, in UTC."""
    return datetime.now(timezone.utc)


class Visitor(Base):
    """A person's session on one channel (会话): who may speak, and which buttons were offered."""

    __tablename__ = "visitors"
    id = Column(String(64), primary_key=True)
    channel = Column(String(16), nullable=False)
    token_digest = Column(String(64), unique=True)
    offered = Column(Encrypted, nullable=False)
    expects = Column(String(32))
    created_at = Column(Instant, nullable=False, default=now)


class Conversation(Base):
    """What the dialogue engine remembers of a person: a bounded record, one row a person."""

    __tablename__ = "conversations"
    visitor_id = Column(String(64), primary_key=True)
    state = Column(Encrypted, nullable=False)
    updated_at = Column(Instant, nullable=False, default=now, onupdate=now)


class Answered(Base):
    """The first answer to a ``client_id``, so that a repeat does nothing twice."""

    __tablename__ = "answered"
    visitor_id = Column(String(64), primary_key=True)
    client_id = Column(String(128), primary_key=True)
    answer = Column(Encrypted, nullable=False)
    created_at = Column(Instant, nullable=False, default=now, index=True)


class Utterance(Base):
    """One line of the transcript (对话记录), for the agent who takes over."""

    __tablename__ = "utterances"
    id = Column(Integer, primary_key=True)
    visitor_id = Column(String(64), nullable=False, index=True)
    speaker = Column(String(8), nullable=False)
    content = Column(Encrypted, nullable=False)
    created_at = Column(Instant, nullable=False, default=now)


class WorkOrderRow(Base):
    """A work order (工单). Its state follows from its events."""

    __tablename__ = "work_orders"
    id = Column(Integer, primary_key=True)
    number = Column(String(24), nullable=False, unique=True)
    draft_key = Column(String(64), nullable=False, unique=True)
    visitor_id = Column(String(64), nullable=False, index=True)
    phone_digest = Column(String(64), index=True)
    requester = Column(Encrypted, nullable=False)
    channel = Column(String(16), nullable=False)
    kind = Column(String(16), nullable=False)
    category = Column(JSON, nullable=False)
    unit = Column(String(64), nullable=False)
    region = Column(String(32), nullable=False)
    location = Column(Encrypted)
    description = Column(Encrypted, nullable=False)
    occurred_at = Column(Encrypted)
    urgency = Column(String(16), nullable=False)
    immediate = Column(Boolean, nullable=False, default=False)
    confidential = Column(Boolean, nullable=False, default=True)
    due_date = Column(Date, nullable=False)
    due_provisional = Column(Boolean, nullable=False, default=False)
    created_at = Column(Instant, nullable=False, default=now)
    events = relationship("WorkOrderEvent", order_by="WorkOrderEvent.id", lazy="selectin")


class WorkOrderEvent(Base):
    """One step in the life of a work order."""

    __tablename__ = "work_order_events"
    id = Column(Integer, primary_key=True)
    order_id = Column(Integer, ForeignKey("work_orders.id"), nullable=False, index=True)
    kind = Column(String(24), nullable=False)
    data = Column(Encrypted)
    created_at = Column(Instant, nullable=False, default=now)


class Proof(Base):
    """An order of another session that a visitor proved to own, by its number and telephone together."""

    __tablename__ = "proofs"
    visitor_id = Column(String(64), primary_key=True)
    number = Column(String(24), primary_key=True)


class Media(Base):
    """A picture, recording or document that belongs to a matter (附件)."""

    __tablename__ = "media"
    id = Column(String(32), primary_key=True)
    visitor_id = Column(String(64), nullable=False, index=True)
    order_number = Column(String(24), index=True)
    name = Column(Encrypted, nullable=False)
    content_type = Column(String(64), nullable=False)
    size = Column(Integer, nullable=False)
    created_at = Column(Instant, nullable=False, default=now)


class Handoff(Base):
    """A person's place in the queue for a human agent (转人工)."""

    __tablename__ = "handoffs"
    id = Column(Integer, primary_key=True)
    visitor_id = Column(String(64), nullable=False, index=True)
    queue = Column(String(24), nullable=False, default="general")
    state = Column(String(16), nullable=False, default="waiting")
    created_at = Column(Instant, nullable=False, default=now)
    ended_at = Column(Instant)
    __table_args__ = (Index("handoffs_waiting", "state", "queue", "id"),)


class Notice(Base):
    """Something to tell a person outside the turn (通知)."""

    __tablename__ = "notices"
    id = Column(Integer, primary_key=True)
    visitor_id = Column(String(64), nullable=False, index=True)
    content = Column(Encrypted, nullable=False)
    created_at = Column(Instant, nullable=False, default=now)


class Observation(Base):
    """What people and units should look at: alerts, unanswered questions, abuse, verdicts on answers (预警、留痕)."""

    __tablename__ = "observations"
    id = Column(Integer, primary_key=True)
    kind = Column(String(24), nullable=False, index=True)
    visitor_id = Column(String(64), nullable=False)
    subject = Column(String(64))
    content = Column(Encrypted)
    created_at = Column(Instant, nullable=False, default=now)


class Vector(Base):
    """The sentence vector of a text of the knowledge base, kept by what was encoded and by which encoder."""

    __tablename__ = "vectors"
    digest = Column(String(64), primary_key=True)
    values = Column(LargeBinary, nullable=False)
