"""The queue for human agents (人工队列), and who holds a conversation."""

from __future__ import annotations

from typing import Literal

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from bot.storage import Database
from bot.storage.tables import Handoff, now

State = Literal["bot", "queued", "agent"]
QUEUES = ("general", "enterprise", "foreign_language", "medical_insurance", "social_security", "housing_fund")
"""Queues of Article 10: 综合、涉企、外语、医保、人社、公积金."""


class Queue:
    """The people who wait for an agent, in the order in which they asked."""

    def __init__(self, store: Database) -> None:
        self._store = store

    async def join(self, visitor_id: str, queue: str = "general") -> int:
        """Joins (once) and returns the position, 1 for the next to be served."""

        def enter(session: Session) -> int:
            place = _open_place(session, visitor_id)
            if place is None:
                place = Handoff(visitor_id=visitor_id, queue=queue)
                session.add(place)
                session.flush()
            return _position(session, place)

        try:
            return await self._store.run(enter)
        except IntegrityError:
            # Another process has just given this person a place: it is there now.
            return await self._store.run(enter)

    async def leave(self, visitor_id: str) -> bool:
        """Gives up a place that still waits; False if there was none."""

        def give_up(session: Session) -> bool:
            place = _open_place(session, visitor_id)
            if place is None or place.state != "waiting":
                return False
            place.state, place.ended_at = "left", now()
            return True

        return await self._store.run(give_up)

    async def state(self, visitor_id: str) -> State:
        """Who speaks with the visitor now."""

        def look(session: Session) -> State:
            place = _open_place(session, visitor_id)
            if place is None:
                return "bot"
            return "agent" if place.state == "served" else "queued"

        return await self._store.read(look)


def _open_place(session: Session, visitor_id: str) -> Handoff | None:
    query = select(Handoff).where(Handoff.visitor_id == visitor_id, Handoff.state.in_(("waiting", "served")))
    place: Handoff | None = session.scalars(query.order_by(Handoff.id.desc())).first()
    return place


def _position(session: Session, place: Handoff) -> int:
    ahead = select(func.count()).where(Handoff.state == "waiting", Handoff.queue == place.queue, Handoff.id < place.id)
    return int(session.scalar(ahead) or 0) + 1
