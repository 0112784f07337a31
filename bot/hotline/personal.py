"""What is kept of one person (个人信息查阅、复制、删除), PIPL Articles 45 and 47.

A person is who holds the session, with the orders that were filed or proven in it, as for their progress.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from bot.clock import local, local_now
from bot.hotline.retention import WANTED, erase_media, erase_order, settled
from bot.hotline.workorders.orders import is_own
from bot.hotline.workorders.record import view
from bot.storage import Database
from bot.storage.signing import Ended, NotOurs, sign, signed
from bot.storage.tables import (
    Access,
    Answered,
    Conversation,
    Handoff,
    Media,
    Notice,
    Observation,
    Utterance,
    Visitor,
    WorkOrderRow,
)
from bot.storage.tables_wechat import WeChatDelivery, WeChatInbound

LIFETIME = 1800
"""Seconds for which a link to one's own data is good."""
RECORDS = (*WANTED, "abuse", "emergency", "dead_letter")
"""Observations that the regulation wants kept, or that stand for something to be done; they go after their term."""


@dataclass(frozen=True)
class Orders:
    """How many orders can be erased, and how many have to stay until they are settled."""

    settled: int
    under_way: int


class Personal:
    """What one store keeps of a person."""

    def __init__(self, store: Database) -> None:
        self._store = store

    async def export(self, visitor_id: str) -> dict[str, Any]:
        """All of it, as plain values."""
        return await self._store.run(lambda session: _exported(session, visitor_id))

    async def orders(self, visitor_id: str) -> Orders:
        """What `erase` would do to the person's orders."""

        def count(session: Session) -> Orders:
            query = select(func.count()).select_from(WorkOrderRow).where(is_own(visitor_id))
            erased = int(session.scalar(query.where(settled())) or 0)
            return Orders(erased, int(session.scalar(query) or 0) - erased)

        return await self._store.run(count)

    async def erase(self, visitor_id: str) -> Orders:
        """Removes what is kept of the person, but for orders under way. That it was done is recorded."""
        return await self._store.run(lambda session: _erased(session, visitor_id))


def _exported(session: Session, visitor_id: str) -> dict[str, Any]:
    rows = session.scalars(select(WorkOrderRow).where(is_own(visitor_id)).order_by(WorkOrderRow.id))
    said = session.scalars(select(Utterance).where(Utterance.visitor_id == visitor_id).order_by(Utterance.id))
    loose = session.scalars(select(Media).where(Media.visitor_id == visitor_id, Media.order_number.is_(None)))
    return {
        "exported_at": local_now().isoformat(timespec="seconds"),
        "orders": [_order(session, row) for row in rows],
        "transcript": [{"at": _at(one), "speaker": one.speaker, "content": one.content} for one in said],
        "unfiled_uploads": [_upload(item) for item in loose],
        "dialogue": session.scalar(select(Conversation.state).where(Conversation.visitor_id == visitor_id)) or [],
    }


def _order(session: Session, row: WorkOrderRow) -> dict[str, Any]:
    files = session.scalars(select(Media).where(Media.order_number == row.number).order_by(Media.created_at))
    looks = session.scalars(select(Access).where(Access.number == row.number).order_by(Access.id))
    return {
        **view(row).to_json(),
        **row.requester,
        "confidential": row.confidential,
        "uploads": [_upload(item) for item in files],
        "accesses": [{"at": _at(look), "who": look.who, "what": look.what} for look in looks],
    }


def _upload(item: Media) -> dict[str, Any]:
    return {"at": _at(item), "name": item.name, "type": item.content_type, "bytes": item.size}


def _at(row: Any) -> str:
    return local(row.created_at).isoformat(timespec="seconds")


def _erased(session: Session, visitor_id: str) -> Orders:
    rows = list(session.scalars(select(WorkOrderRow).where(is_own(visitor_id), settled()).with_for_update()))
    for row in rows:
        session.add(Access(who="requester", what="erased", number=row.number))
        erase_order(session, row)
    erase_media(session, (Media.visitor_id == visitor_id) & Media.order_number.is_(None))
    for table, which in (
        (Utterance, Utterance.visitor_id == visitor_id),
        (Conversation, Conversation.visitor_id == visitor_id),
        (Answered, Answered.visitor_id == visitor_id),
        (Notice, (Notice.visitor_id == visitor_id) & Notice.delivered_at.is_not(None)),
        (Handoff, (Handoff.visitor_id == visitor_id) & Handoff.ended_at.is_not(None)),
        (Observation, (Observation.visitor_id == visitor_id) & Observation.kind.not_in(RECORDS)),
        (WeChatInbound, (WeChatInbound.visitor_id == visitor_id) & (WeChatInbound.state == "done")),
        (WeChatDelivery, (WeChatDelivery.visitor_id == visitor_id) & WeChatDelivery.state.in_(("done", "dropped"))),
    ):
        session.execute(delete(table).where(which).execution_options(synchronize_session=False))
    visitor = session.get(Visitor, visitor_id, with_for_update=True)
    if visitor is not None:
        visitor.offered, visitor.expects = [], None
    left = session.scalar(select(func.count()).select_from(WorkOrderRow).where(is_own(visitor_id)))
    return Orders(len(rows), int(left or 0))


def link_token(visitor_id: str, now: float | None = None) -> str:
    """The signed part of a link to what is kept of a person."""
    return sign("own data", visitor_id, LIFETIME, now)


def visitor_of(token: str) -> str | None:
    """Whose data the link shows, or None where it is not ours or its time is over."""
    try:
        return signed("own data", token)
    except (NotOurs, Ended):
        return None
