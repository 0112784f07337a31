"""The tables. Personal data and what people wrote stand in `Encrypted` columns."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

from sqlalchemy import JSON, Boolean, Column, Date, Float, ForeignKey, Index, Integer, String, Text, text
from sqlalchemy.orm import declarative_base, relationship

from bot.storage.queue import Queued
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
    """A work order (工单).

    ``status`` is what follows from the events, kept so that it can be searched for. ``external_id`` is the number
    that the ticket backend gave it; ``cluster`` the number of the first order about the same problem.
    """

    __tablename__ = "work_orders"
    id = Column(Integer, primary_key=True)
    number = Column(String(24), nullable=False, unique=True)
    draft_key = Column(String(64), nullable=False, unique=True)
    visitor_id = Column(String(64), nullable=False, index=True)
    phone_digest = Column(String(64), index=True)
    place_digest = Column(String(64), index=True)
    cluster = Column(String(24), index=True)
    requester = Column(Encrypted, nullable=False)
    channel = Column(String(16), nullable=False)
    kind = Column(String(16), nullable=False)
    category = Column(JSON, nullable=False)
    unit = Column(String(64), nullable=False)
    co_units = Column(JSON)
    confidence = Column(Float)
    runner_up = Column(JSON)
    catalogue_version = Column(Integer)
    special_period = Column(String(8))
    region = Column(String(32), nullable=False)
    location = Column(Encrypted)
    description = Column(Encrypted, nullable=False)
    occurred_at = Column(Encrypted)
    urgency = Column(String(16), nullable=False)
    immediate = Column(Boolean, nullable=False, default=False)
    confidential = Column(Boolean, nullable=False, default=True)
    due_date = Column(Date, nullable=False)
    due_provisional = Column(Boolean, nullable=False, default=False)
    status = Column(String(16), nullable=False, default="registered", index=True)
    external_id = Column(String(128), index=True)
    created_at = Column(Instant, nullable=False, default=now, index=True)
    events = relationship("WorkOrderEvent", order_by="WorkOrderEvent.id", lazy="selectin")


class WorkOrderEvent(Base):
    """One step in the life of a work order."""

    __tablename__ = "work_order_events"
    id = Column(Integer, primary_key=True)
    order_id = Column(Integer, ForeignKey("work_orders.id"), nullable=False, index=True)
    kind = Column(String(24), nullable=False)
    actor = Column(String(16), nullable=False, default="requester")
    who = Column(String(64))
    data = Column(Encrypted)
    created_at = Column(Instant, nullable=False, default=now)


class OutboxRow(Queued, Base):
    """Something that the ticket backend must be told (待送出), kept in the same transaction as what it tells."""

    __tablename__ = "outbox"
    id = Column(Integer, primary_key=True)
    key = Column(String(48), nullable=False, unique=True)
    order_id = Column(Integer, ForeignKey("work_orders.id"), nullable=False, index=True)
    event_id = Column(Integer, ForeignKey("work_order_events.id"))
    kind = Column(String(24), nullable=False)
    created_at = Column(Instant, nullable=False, default=now)
    delivered_at = Column(Instant)
    __table_args__ = (Index("outbox_due", "state", "next_try_at"),)


class InboxRow(Base):
    """An event that the ticket backend reported (已收回执): applied once, or waiting for an earlier one."""

    __tablename__ = "inbox"
    id = Column(String(128), primary_key=True)
    number = Column(String(24), nullable=False, index=True)
    state = Column(String(12), nullable=False)
    event = Column(Encrypted, nullable=False)
    created_at = Column(Instant, nullable=False, default=now)


class CatalogueChange(Base):
    """A decision that changed the dispatch catalogue (派单目录变更), Article 19; its id is the catalogue's version."""

    __tablename__ = "catalogue_changes"
    id = Column(Integer, primary_key=True)
    category1 = Column(String(32), nullable=False)
    category2 = Column(String(32), nullable=False)
    region = Column(String(32))
    values = Column(JSON, nullable=False)
    decided_by = Column(String(64), nullable=False)
    reason = Column(Text, nullable=False)
    created_at = Column(Instant, nullable=False, default=now)


class Access(Base):
    """Who read whose order through an open interface (访问记录), Article 34."""

    __tablename__ = "accesses"
    id = Column(Integer, primary_key=True)
    who = Column(String(64), nullable=False)
    what = Column(String(64), nullable=False)
    number = Column(String(24), index=True)
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


_OPEN_PLACE = text("state IN ('waiting', 'served')")


class Handoff(Base):
    """A person's place in the queue for a human agent (转人工)."""

    __tablename__ = "handoffs"
    id = Column(Integer, primary_key=True)
    visitor_id = Column(String(64), nullable=False, index=True)
    queue = Column(String(24), nullable=False, default="general")
    state = Column(String(16), nullable=False, default="waiting")
    created_at = Column(Instant, nullable=False, default=now)
    ended_at = Column(Instant)
    __table_args__ = (
        Index("handoffs_waiting", "state", "queue", "id"),
        # One open place a person, also when two processes take them in at the same moment.
        Index("handoffs_one_place", "visitor_id", unique=True, sqlite_where=_OPEN_PLACE, postgresql_where=_OPEN_PLACE),
    )


class Notice(Base):
    """Something to tell a person outside the turn (通知)."""

    __tablename__ = "notices"
    id = Column(Integer, primary_key=True)
    visitor_id = Column(String(64), nullable=False, index=True)
    content = Column(Encrypted, nullable=False)
    order_number = Column(String(24), index=True)
    kind = Column(String(24))
    delivered_at = Column(Instant, index=True)
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
