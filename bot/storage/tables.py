"""The tables. Personal data and what people wrote stand in `Encrypted` columns."""

from __future__ import annotations

from datetime import date, datetime, timezone
from typing import Any

from sqlalchemy import JSON, Boolean, Date, Float, ForeignKey, Index, Integer, String, Text, text

from bot.storage.mapping import Base, Mapped, mapped_column, related
from bot.storage.queue import Queued
from bot.storage.types import Encrypted, Instant


def now() -> datetime:
    """This instant, in UTC."""
    return datetime.now(timezone.utc)


class Visitor(Base):
    """A person's session on one channel (会话): who may speak, and which buttons were offered."""

    __tablename__ = "visitors"
    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    channel: Mapped[str] = mapped_column(String(16), nullable=False)
    token_digest: Mapped[str | None] = mapped_column(String(64), unique=True)
    address_digest: Mapped[str | None] = mapped_column(String(64))
    offered: Mapped[list[dict[str, Any]]] = mapped_column(Encrypted, nullable=False)
    expects: Mapped[str | None] = mapped_column(String(32))
    created_at: Mapped[datetime] = mapped_column(Instant, nullable=False, default=now, index=True)


class Conversation(Base):
    """What the dialogue engine remembers of a person: a bounded record, one row a person."""

    __tablename__ = "conversations"
    visitor_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    state: Mapped[list[dict[str, Any]]] = mapped_column(Encrypted, nullable=False)
    updated_at: Mapped[datetime] = mapped_column(Instant, nullable=False, default=now, onupdate=now, index=True)


class Answered(Base):
    """The first answer to a ``client_id``, so that a repeat does nothing twice."""

    __tablename__ = "answered"
    visitor_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    client_id: Mapped[str] = mapped_column(String(128), primary_key=True)
    answer: Mapped[dict[str, Any]] = mapped_column(Encrypted, nullable=False)
    created_at: Mapped[datetime] = mapped_column(Instant, nullable=False, default=now, index=True)


class Utterance(Base):
    """One line of the transcript (对话记录), for the agent who takes over."""

    __tablename__ = "utterances"
    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    visitor_id: Mapped[str] = mapped_column(String(64), nullable=False, index=True)
    speaker: Mapped[str] = mapped_column(String(8), nullable=False)
    content: Mapped[str | list[dict[str, Any]]] = mapped_column(Encrypted, nullable=False)
    created_at: Mapped[datetime] = mapped_column(Instant, nullable=False, default=now, index=True)


class WorkOrderRow(Base):
    """A work order (工单).

    ``status`` is what follows from the events, kept so that it can be searched for. ``external_id`` is the number
    that the ticket backend gave it; ``cluster`` the number of the first order about the same problem.
    """

    __tablename__ = "work_orders"
    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    number: Mapped[str] = mapped_column(String(24), nullable=False, unique=True)
    draft_key: Mapped[str] = mapped_column(String(64), nullable=False, unique=True)
    visitor_id: Mapped[str] = mapped_column(String(64), nullable=False, index=True)
    phone_digest: Mapped[str | None] = mapped_column(String(64), index=True)
    place_digest: Mapped[str | None] = mapped_column(String(64), index=True)
    cluster: Mapped[str | None] = mapped_column(String(24), index=True)
    requester: Mapped[dict[str, str | None]] = mapped_column(Encrypted, nullable=False)
    channel: Mapped[str] = mapped_column(String(16), nullable=False)
    kind: Mapped[str] = mapped_column(String(16), nullable=False)
    category: Mapped[list[str]] = mapped_column(JSON, nullable=False)
    unit: Mapped[str] = mapped_column(String(64), nullable=False)
    co_units: Mapped[list[str] | None] = mapped_column(JSON)
    confidence: Mapped[float | None] = mapped_column(Float)
    runner_up: Mapped[list[str] | None] = mapped_column(JSON)
    catalogue_version: Mapped[int | None] = mapped_column(Integer)
    special_period: Mapped[str | None] = mapped_column(String(8))
    region: Mapped[str] = mapped_column(String(32), nullable=False)
    location: Mapped[str | None] = mapped_column(Encrypted)
    description: Mapped[str] = mapped_column(Encrypted, nullable=False)
    occurred_at: Mapped[str | None] = mapped_column(Encrypted)
    urgency: Mapped[str] = mapped_column(String(16), nullable=False)
    immediate: Mapped[bool] = mapped_column(Boolean, nullable=False, default=False)
    confidential: Mapped[bool] = mapped_column(Boolean, nullable=False, default=True)
    due_date: Mapped[date] = mapped_column(Date, nullable=False)
    due_provisional: Mapped[bool] = mapped_column(Boolean, nullable=False, default=False)
    status: Mapped[str] = mapped_column(String(16), nullable=False, default="registered", index=True)
    external_id: Mapped[str | None] = mapped_column(String(128), index=True)
    created_at: Mapped[datetime] = mapped_column(Instant, nullable=False, default=now, index=True)
    events: Mapped[list[WorkOrderEvent]] = related("WorkOrderEvent", order_by="WorkOrderEvent.id", lazy="selectin")


class WorkOrderEvent(Base):
    """One step in the life of a work order."""

    __tablename__ = "work_order_events"
    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    order_id: Mapped[int] = mapped_column(Integer, ForeignKey("work_orders.id"), nullable=False, index=True)
    kind: Mapped[str] = mapped_column(String(24), nullable=False)
    actor: Mapped[str] = mapped_column(String(16), nullable=False, default="requester")
    who: Mapped[str | None] = mapped_column(String(64))
    data: Mapped[dict[str, Any] | None] = mapped_column(Encrypted)
    created_at: Mapped[datetime] = mapped_column(Instant, nullable=False, default=now)


class OutboxRow(Queued, Base):
    """Something that the ticket backend must be told (待送出), kept in the same transaction as what it tells."""

    __tablename__ = "outbox"
    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    key: Mapped[str] = mapped_column(String(48), nullable=False, unique=True)
    order_id: Mapped[int] = mapped_column(Integer, ForeignKey("work_orders.id"), nullable=False, index=True)
    event_id: Mapped[int | None] = mapped_column(Integer, ForeignKey("work_order_events.id"))
    kind: Mapped[str] = mapped_column(String(24), nullable=False)
    created_at: Mapped[datetime] = mapped_column(Instant, nullable=False, default=now)
    delivered_at: Mapped[datetime | None] = mapped_column(Instant)
    __table_args__ = (Index("outbox_due", "state", "next_try_at"),)


class InboxRow(Queued, Base):
    """An event that the ticket backend reported (已收回执): applied once, or waiting for an earlier one.

    ``state`` is ``applied``, ``waiting``, or ``dead``: it has waited so long that people are told; it is still applied
    when the earlier event comes. ``error`` is what it was refused for.
    """

    __tablename__ = "inbox"
    id: Mapped[str] = mapped_column(String(128), primary_key=True)
    number: Mapped[str] = mapped_column(String(24), nullable=False, index=True)
    event: Mapped[dict[str, Any]] = mapped_column(Encrypted, nullable=False)
    created_at: Mapped[datetime] = mapped_column(Instant, nullable=False, default=now)
    __table_args__ = (Index("inbox_due", "state", "next_try_at"),)


class CatalogueChange(Base):
    """A decision that changed the dispatch catalogue (派单目录变更), Article 19; its id is the catalogue's version."""

    __tablename__ = "catalogue_changes"
    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    category1: Mapped[str] = mapped_column(String(32), nullable=False)
    category2: Mapped[str] = mapped_column(String(32), nullable=False)
    region: Mapped[str | None] = mapped_column(String(32))
    values: Mapped[dict[str, Any]] = mapped_column(JSON, nullable=False)
    decided_by: Mapped[str] = mapped_column(String(64), nullable=False)
    reason: Mapped[str] = mapped_column(Text, nullable=False)
    created_at: Mapped[datetime] = mapped_column(Instant, nullable=False, default=now)


class Access(Base):
    """Who read whose order through an open interface (访问记录), Article 34."""

    __tablename__ = "accesses"
    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    who: Mapped[str] = mapped_column(String(64), nullable=False)
    what: Mapped[str] = mapped_column(String(64), nullable=False)
    number: Mapped[str | None] = mapped_column(String(24), index=True)
    created_at: Mapped[datetime] = mapped_column(Instant, nullable=False, default=now, index=True)


class Proof(Base):
    """An order of another session that a visitor proved to own, by its number and telephone together."""

    __tablename__ = "proofs"
    visitor_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    number: Mapped[str] = mapped_column(String(24), primary_key=True)


class Guesses(Base):
    """Wrong guesses of the telephone of an order (猜号), by what they have in common: ``order:…``, ``person:…``…"""

    __tablename__ = "guesses"
    subject: Mapped[str] = mapped_column(String(80), primary_key=True)
    wrong: Mapped[int] = mapped_column(Integer, nullable=False)
    last_at: Mapped[datetime] = mapped_column(Instant, nullable=False)


class Media(Base):
    """A picture, recording or document that belongs to a matter (附件)."""

    __tablename__ = "media"
    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    visitor_id: Mapped[str] = mapped_column(String(64), nullable=False, index=True)
    order_number: Mapped[str | None] = mapped_column(String(24), index=True)
    name: Mapped[str] = mapped_column(Encrypted, nullable=False)
    content_type: Mapped[str] = mapped_column(String(64), nullable=False)
    size: Mapped[int] = mapped_column(Integer, nullable=False)
    address_digest: Mapped[str | None] = mapped_column(String(64), index=True)
    created_at: Mapped[datetime] = mapped_column(Instant, nullable=False, default=now)


_OPEN_PLACE = text("state IN ('waiting', 'served')")


class Handoff(Base):
    """A person's place in the queue for a human agent (转人工)."""

    __tablename__ = "handoffs"
    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    visitor_id: Mapped[str] = mapped_column(String(64), nullable=False, index=True)
    queue: Mapped[str] = mapped_column(String(24), nullable=False, default="general")
    state: Mapped[str] = mapped_column(String(16), nullable=False, default="waiting")
    created_at: Mapped[datetime] = mapped_column(Instant, nullable=False, default=now)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)
    __table_args__ = (
        Index("handoffs_waiting", "state", "queue", "id"),
        # One open place a person, also when two processes take them in at the same moment.
        Index("handoffs_one_place", "visitor_id", unique=True, sqlite_where=_OPEN_PLACE, postgresql_where=_OPEN_PLACE),
    )


class Notice(Base):
    """Something to tell a person outside the turn (通知)."""

    __tablename__ = "notices"
    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    visitor_id: Mapped[str] = mapped_column(String(64), nullable=False, index=True)
    content: Mapped[dict[str, Any]] = mapped_column(Encrypted, nullable=False)
    order_number: Mapped[str | None] = mapped_column(String(24), index=True)
    kind: Mapped[str | None] = mapped_column(String(24))
    delivered_at: Mapped[datetime | None] = mapped_column(Instant, index=True)
    created_at: Mapped[datetime] = mapped_column(Instant, nullable=False, default=now)


class Observation(Base):
    """What people and units should look at: alerts, unanswered questions, abuse, verdicts on answers (预警、留痕)."""

    __tablename__ = "observations"
    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    kind: Mapped[str] = mapped_column(String(24), nullable=False, index=True)
    visitor_id: Mapped[str] = mapped_column(String(64), nullable=False)
    subject: Mapped[str | None] = mapped_column(String(64))
    content: Mapped[str | None] = mapped_column(Encrypted)
    created_at: Mapped[datetime] = mapped_column(Instant, nullable=False, default=now, index=True)
