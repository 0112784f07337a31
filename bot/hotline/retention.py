"""How long what is kept (保存期限), PIPL Articles 19 and 47: past its term it is removed, unless it is not settled yet.

Not settled are orders under way, deliveries and reports that wait or failed, people in the queue, and what belongs to
them. Removed is in batches, so that nobody waits long; to be stopped in between does no harm.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, delete, func, select, tuple_
from sqlalchemy.orm import Session
from sqlalchemy.sql import ClauseElement

from bot.hotline.media.files import remove as remove_file
from bot.settings import settings
from bot.storage import Database
from bot.storage.tables import (
    Access,
    Answered,
    Conversation,
    Handoff,
    InboxRow,
    Media,
    Notice,
    Observation,
    OutboxRow,
    Proof,
    Utterance,
    Visitor,
    WorkOrderEvent,
    WorkOrderRow,
    now,
)
from bot.storage.tables_wechat import WeChatDelivery, WeChatInbound, WeChatPerson

BATCH = 200
"""Rows of one transaction."""
SETTLED = ("closed", "withdrawn")
"""States of an order in which nothing is under way."""
REPEATS = timedelta(days=1)
"""How long a first answer is kept for its repeats."""
WANTED = ("follow_up_due",)
"""Observations that stand for something still to be done; they go with their order."""


@dataclass(frozen=True)
class Term:
    """Rows of a table that are past the term of their kind (conversations, drafts, orders, logs)."""

    kind: str
    table: type[Any]
    past: ClauseElement


async def enforce(store: Database, dry_run: bool = False) -> dict[str, int]:
    """Removes what is past its term, or only counts it; gives how much by kind and table."""
    at = now()
    removed = {}
    for term in terms(at):
        name = f"{term.kind}: {term.table.__tablename__}"
        if dry_run:
            removed[name] = await store.run(lambda session, term=term: _count(session, term))  # type: ignore[misc]
            continue
        removed[name] = 0
        while count := await store.run(lambda session, term=term: _remove(session, term)):  # type: ignore[misc]
            removed[name] += count
    return removed


def terms(at: datetime) -> Iterator[Term]:
    """What is past its term at this moment."""
    limits = settings()
    conversations, drafts, orders, logs = (
        at - timedelta(days=days)
        for days in (limits.keep_conversations, limits.keep_drafts, limits.keep_orders, limits.keep_logs)
    )
    waiting = select(Handoff.visitor_id).where(Handoff.state.in_(("waiting", "served")))
    busy = select(WorkOrderRow.visitor_id).where(WorkOrderRow.status.not_in(SETTLED))
    yield Term("answers", Answered, Answered.created_at < at - REPEATS)
    yield Term(
        "drafts", Conversation, _all(Conversation.updated_at < drafts, _not_in(Conversation.visitor_id, waiting))
    )
    yield Term(
        "conversations",
        Utterance,
        _all(Utterance.created_at < conversations, *(_not_in(Utterance.visitor_id, some) for some in (waiting, busy))),
    )
    yield Term("conversations", Notice, _all(Notice.created_at < conversations, Notice.delivered_at.is_not(None)))
    yield Term("conversations", Handoff, Handoff.ended_at < conversations)
    yield Term(
        "conversations", WeChatInbound, _all(WeChatInbound.received_at < conversations, WeChatInbound.state == "done")
    )
    ended = WeChatDelivery.state.in_(("done", "dropped"))
    yield Term("conversations", WeChatDelivery, _all(WeChatDelivery.created_at < conversations, ended))
    yield Term("orders", WorkOrderRow, _past_orders(orders))
    yield Term("conversations", Visitor, _gone(Visitor.created_at < conversations, Visitor.id, conversations, drafts))
    lapsed = _all(WeChatPerson.created_at < conversations, WeChatPerson.following.is_(False))
    yield Term("conversations", WeChatPerson, _gone(lapsed, WeChatPerson.visitor_id, conversations, drafts))
    yield Term("logs", Access, Access.created_at < logs)
    yield Term("logs", Observation, _all(Observation.created_at < logs, Observation.kind.not_in(WANTED)))


def _past_orders(before: datetime) -> ClauseElement:
    lately = select(WorkOrderEvent.id).where(
        WorkOrderEvent.order_id == WorkOrderRow.id, WorkOrderEvent.created_at >= before
    )
    return _all(WorkOrderRow.created_at < before, ~lately.correlate(WorkOrderRow).exists(), settled())


def settled() -> ClauseElement:
    """Whether nothing of an order is under way: no work, no delivery, no report."""
    delivery = select(OutboxRow.id).where(OutboxRow.order_id == WorkOrderRow.id, OutboxRow.state != "delivered")
    report = select(InboxRow.id).where(InboxRow.number == WorkOrderRow.number, InboxRow.state != "applied")
    waiting = (query.correlate(WorkOrderRow).exists() for query in (delivery, report))
    return _all(WorkOrderRow.status.in_(SETTLED), *(~some for some in waiting))


def _gone(old: ClauseElement, visitor_id: Any, conversations: datetime, drafts: datetime) -> ClauseElement:
    """Whether nothing is left that belongs to a visitor."""
    left = (
        select(Utterance.visitor_id).where(Utterance.created_at >= conversations),
        select(Conversation.visitor_id).where(Conversation.updated_at >= drafts),
        select(WorkOrderRow.visitor_id),
        select(Proof.visitor_id),
        select(Handoff.visitor_id).where(Handoff.state.in_(("waiting", "served"))),
        select(WeChatPerson.visitor_id).where(WeChatPerson.following.is_(True)),
        select(WeChatInbound.visitor_id).where(WeChatInbound.state != "done"),
        select(Notice.visitor_id).where(Notice.delivered_at.is_(None), Notice.created_at >= conversations),
    )
    return _all(old, *(_not_in(visitor_id, some) for some in left))


def _count(session: Session, term: Term) -> int:
    return int(session.scalar(select(func.count()).select_from(term.table).where(term.past)) or 0)


def _remove(session: Session, term: Term) -> int:
    if term.table is WorkOrderRow:
        rows = list(session.scalars(select(WorkOrderRow).where(term.past).limit(BATCH).with_for_update()))
        for row in rows:
            erase_order(session, row)
        return len(rows)
    keys = list(term.table.__table__.primary_key.columns)
    found = [tuple(row) for row in session.execute(select(*keys).where(term.past).limit(BATCH))]
    if found:
        # Asked again with the deletion: somebody may have come back meanwhile.
        statement = delete(term.table).where(tuple_(*keys).in_(found), term.past)
        session.execute(statement.execution_options(synchronize_session=False))
    return len(found)


def erase_order(session: Session, row: WorkOrderRow) -> None:
    """Removes an order with everything that belongs to it; who looked at it stays in the log for its own term."""
    numbered = (
        (OutboxRow, OutboxRow.order_id == row.id),
        (WorkOrderEvent, WorkOrderEvent.order_id == row.id),
        (InboxRow, InboxRow.number == row.number),
        (Proof, Proof.number == row.number),
        (Notice, Notice.order_number == row.number),
        (Observation, and_(Observation.subject == row.number, Observation.kind.in_((*WANTED, "dead_letter")))),
    )
    erase_media(session, Media.order_number == row.number)
    for table, which in (*numbered, (WorkOrderRow, WorkOrderRow.id == row.id)):
        session.execute(delete(table).where(which).execution_options(synchronize_session=False))


def erase_media(session: Session, which: ClauseElement) -> None:
    """Removes uploads: the files first, so that a kill leaves a row without a file, which the next run removes."""
    for media_id in session.scalars(select(Media.id).where(which)):
        remove_file(media_id)
    session.execute(delete(Media).where(which).execution_options(synchronize_session=False))


def _not_in(column: Any, some: Any) -> ClauseElement:
    inner = some.subquery()
    absent: ClauseElement = ~select(inner).where(inner.c[0] == column).exists()
    return absent


def _all(*conditions: ClauseElement) -> ClauseElement:
    joined: ClauseElement = and_(*conditions)
    return joined
