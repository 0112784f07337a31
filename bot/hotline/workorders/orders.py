"""Filing a work order, finding it, and what its requester and those who handle it may do with it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from sqlalchemy.sql import ClauseElement

from bot.clock import local_now
from bot.hotline import guesses
from bot.hotline.catalogue import catalogue
from bot.hotline.deadlines import due_date
from bot.hotline.notices import wake
from bot.hotline.workorders import duplicates
from bot.hotline.workorders.life import REQUESTER, SERVICE, Happening, Refused, happened, since
from bot.hotline.workorders.model import Draft, WorkOrder
from bot.hotline.workorders.number import new_number
from bot.hotline.workorders.record import deliver, flag, history, locked, record, view
from bot.storage import Database
from bot.storage.tables import Media, Notice, Proof, WorkOrderEvent, WorkOrderRow
from bot.storage.types import digest, digests

TRIES = 5
"""How often a number is drawn anew; five repeats in a row are no chance but a fault."""


class WorkOrders:
    """The work orders of one store."""

    def __init__(self, store: Database) -> None:
        self._store = store

    async def file(self, drafts: list[Draft]) -> list[WorkOrder]:
        """Files all drafts or none; a draft that was filed before gives the order that it became."""
        for left in reversed(range(TRIES)):
            try:
                return await self._store.run(lambda session: [file_one(session, draft) for draft in drafts])
            except IntegrityError:
                # The number was drawn before, or another process has just filed this draft: look again.
                if not left:
                    raise
        raise AssertionError("unreachable")

    # Finding ------------------------------------------------------------------------------------------------------

    async def own(self, visitor_id: str) -> list[WorkOrder]:
        """The orders filed in this session or proven in it, newest first."""
        query = select(WorkOrderRow).where(is_own(visitor_id)).order_by(WorkOrderRow.id.desc())
        return await self._store.read(lambda session: [view(row) for row in session.scalars(query)])

    async def find(self, number: str, visitor_id: str, phone: str | None = None) -> WorkOrder | None:
        """The order, if the asker filed it in this session or proves it by the phone that was left; else None.

        Raises `TooManyGuesses` for an order that is not the asker's own, whether there is one or not.
        """
        query = select(WorkOrderRow).where(WorkOrderRow.number == number)

        def own(session: Session) -> WorkOrder | None:
            row = session.scalars(query.where(is_own(visitor_id))).first()
            return view(row) if row else None

        def prove(session: Session) -> WorkOrder | None:
            counts = guesses.check(session, number, visitor_id)
            row = session.scalars(query.where(WorkOrderRow.phone_digest.in_(digests(phone or "")))).first()
            if row is None:
                guesses.wrong(session, counts)
                return None
            # What was proven once need not be proven again in this session.
            session.merge(Proof(visitor_id=visitor_id, number=number))
            return view(row)

        return await self._store.read(own) or (await self._store.run(prove) if phone else None)

    async def same_fact(self, draft: Draft) -> WorkOrder | None:
        """An order of the same requester about the same fact that was not withdrawn, or None (Article 15 (5))."""

        def look(session: Session) -> WorkOrder | None:
            row = duplicates.same_fact(session, draft)
            return view(row) if row else None

        return await self._store.read(look)

    async def similar_of_others(self, draft: Draft) -> int:
        """How many open orders of other people name the same place and class; says nothing about who they are.

        Counted without the phone: whoever tries phones would see the number change with the right one.
        """
        unnamed = replace(draft, requester=draft.requester.unnamed())
        return await self._store.read(lambda session: len(duplicates.like_it(session, unnamed)))

    async def loose_media(self, visitor_id: str) -> int:
        """How many uploads of a visitor belong to no order yet: the next filing or supplement takes them."""
        return await self._store.read(lambda session: len(_loose(session, visitor_id)))

    # What the requester does --------------------------------------------------------------------------------------

    async def supplement(self, number: str, text: str, visitor_id: str) -> WorkOrder:
        """Adds what is new to an order, with what this visitor uploaded; refused when it was withdrawn."""
        return await self.move(
            number, "supplemented", REQUESTER, {"text": text}, also=lambda session: _attach(session, number, visitor_id)
        )

    async def urge(self, number: str) -> WorkOrder:
        """Records an urging (催办); refused when nothing is left to do, or too often in a day."""
        return await self.move(number, "urged", REQUESTER)

    async def withdraw(self, number: str) -> WorkOrder:
        """Withdraws an order (撤单); refused when it is finished."""
        return await self.move(number, "withdrawn", REQUESTER)

    async def rate(self, number: str, rating: str | None) -> WorkOrder:
        """Rates the outcome (评价); refused before the reply, a second time, or after 30 days; and without a rating.

        ``dissatisfied`` sends the order back to its unit to be verified (Article 30) in the same transaction: it
        counts although the person says no more.
        """
        return await self.move(number, "rated", REQUESTER, {"rating": rating})

    async def explain_rating(self, number: str, reason: str) -> WorkOrder:
        """Adds why the requester is dissatisfied."""
        return await self.move(number, "rating_explained", REQUESTER, {"text": reason})

    async def told(self, notice_id: int) -> None:
        """Notes that a channel has brought a notice. Asking for a rating after closing is the follow-up (回访)."""

        def work(session: Session) -> None:
            notice = session.get(Notice, notice_id, with_for_update=True)
            if notice is None or notice.delivered_at is not None:
                return
            notice.delivered_at = now = local_now()
            number = notice.order_number if notice.kind == "closed" else None
            row = locked(session, number) if number else None
            if row is None or row.status != "closed" or happened(since(history(row), "closed"), "followed_up"):
                return
            record(session, row, Happening("followed_up", SERVICE, now, {"means": "message"}))

        await self._store.run(work)

    # What anybody does --------------------------------------------------------------------------------------------

    async def move(
        self,
        number: str,
        kind: str,
        by: str,
        data: dict[str, Any] | None = None,
        who: str | None = None,
        at: datetime | None = None,
        also: Callable[[Session], None] | None = None,
    ) -> WorkOrder:
        """Makes a move of the table (`bot.hotline.workorders.life.MOVES`); raises `Refused` with the reason, and
        `KeyError` for a number that does not exist. ``also`` is done in the same transaction."""

        def work(session: Session) -> tuple[WorkOrder, str]:
            row = locked(session, number)
            if row is None:
                raise KeyError(number)
            record(session, row, Happening(kind, by, at or local_now(), data or {}), who)
            if also:
                also(session)
            return view(row), row.visitor_id

        order, visitor_id = await self._store.run(work)
        wake(visitor_id)
        return order


def file_one(session: Session, draft: Draft) -> WorkOrder:
    """Files a draft in an open transaction: the order, its first events and its delivery, whole or not at all."""
    known = session.scalars(select(WorkOrderRow).where(WorkOrderRow.draft_key == draft.key)).first()
    if known:
        return view(known)
    registered = local_now()
    what, who = draft.classification, draft.requester
    entry = catalogue().entry(what.category)
    due = due_date(registered, what.urgency, special := entry.period_for(what.kind) if entry else None)
    alike = duplicates.like_it(session, draft)
    number = new_number(registered.date())
    cluster = alike[0] if alike else number
    row = WorkOrderRow(
        number=number,
        draft_key=draft.key,
        visitor_id=draft.visitor_id,
        phone_digest=digest(who.phone) if who.phone else None,
        place_digest=digest(place) if (place := duplicates.place_of(draft)) else None,
        cluster=cluster,
        requester={"name": who.name, "phone": who.phone},
        channel=draft.channel,
        unit=draft.unit,
        region=draft.region,
        location=draft.location,
        description=draft.description,
        occurred_at=draft.occurred_at,
        confidential=who.confidential,
        catalogue_version=catalogue().version,
        special_period=special,
        due_date=due.day,
        due_provisional=due.provisional,
        status="registered",
        created_at=registered,
        **asdict(what),
    )
    data = {"channel": draft.channel, "due_date": due.day.isoformat()}
    row.events.append(WorkOrderEvent(kind="registered", actor=REQUESTER, data=data, created_at=registered))
    session.add(row)
    session.flush()
    record(session, row, Happening("accepted", SERVICE, registered))
    deliver(session, row, "registered")
    _attach(session, number, draft.visitor_id)
    if duplicates.people_of(session, cluster) >= duplicates.SEVERAL:
        flag(session, row, "same_problem")
    return view(row)


def is_own(visitor_id: str) -> ClauseElement:
    """Whether an order was filed or proven in this session."""
    proven = select(Proof.number).where(Proof.visitor_id == visitor_id)
    return or_(WorkOrderRow.visitor_id == visitor_id, WorkOrderRow.number.in_(proven))


def _attach(session: Session, number: str, visitor_id: str) -> None:
    for item in _loose(session, visitor_id):
        item.order_number = number


def _loose(session: Session, visitor_id: str) -> list[Media]:
    query = select(Media).where(Media.visitor_id == visitor_id, Media.order_number.is_(None))
    return list(session.scalars(query.where(Media.created_at >= local_now() - timedelta(days=1))))


__all__ = ["Draft", "Refused", "WorkOrder", "WorkOrders", "file_one"]
