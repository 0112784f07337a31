"""Filing a work order, finding it, and what its requester may do with it."""

from __future__ import annotations

import secrets
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from difflib import SequenceMatcher
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.exc import IntegrityError

from bot.clock import local, local_now
from bot.deadlines import due_date
from bot.settings import settings
from bot.storage import Database
from bot.storage.tables import Media, Proof, WorkOrderEvent, WorkOrderRow
from bot.storage.types import digest
from bot.workorders.life import OPEN, state

_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""No 0, 1, I, L, O: a number is read aloud and copied by hand."""
SAME_FACT = 0.75
"""Likeness (0 to 1) of two accounts of one requester from which they tell the same fact (Article 15 (5))."""
SAME_PLACE = 0.6
"""Likeness of two places below which two accounts tell different facts."""
RATING_DAYS = 30
"""Days after the reply within which it can be rated (Article 30)."""
URGES_A_DAY = 2
TRIES = 5
"""How often a number is drawn anew; five repeats in a row are no chance but a fault."""


class Refused(Exception):
    """A move that is not allowed; ``reason`` is a key of the phrases."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Draft:
    """What is filed: one matter, complete. ``key`` makes filing it twice give the same number."""

    key: str
    visitor_id: str
    channel: str
    kind: str
    category: list[str]
    unit: str
    region: str
    description: str
    location: str | None = None
    occurred_at: str | None = None
    name: str | None = None
    phone: str | None = None
    urgency: str = "standard"
    immediate: bool = False
    confidential: bool = True


@dataclass(frozen=True)
class WorkOrder:
    """A filed work order as its requester sees it."""

    number: str
    status: str
    kind: str
    category: list[str]
    unit: str
    region: str
    urgency: str
    due_date: date
    due_provisional: bool
    location: str | None
    description: str
    occurred_at: str | None
    created_at: datetime
    rating: str | None
    supplements: list[str]
    reply: str | None

    def to_json(self) -> dict[str, Any]:
        """The shape of the web API."""
        return {
            **asdict(self),
            "due_date": self.due_date.isoformat(),
            "created_at": local(self.created_at).isoformat(timespec="seconds"),
        }


class WorkOrders:
    """The work orders of one store."""

    def __init__(self, store: Database) -> None:
        self._store = store

    async def file(self, drafts: list[Draft]) -> list[WorkOrder]:
        """Files all drafts or none; a draft that was filed before gives the order that it became."""
        for left in reversed(range(TRIES)):
            try:
                return await self._store.run(lambda session: [_file(session, draft) for draft in drafts])
            except IntegrityError:
                # The number was drawn before, or another process has just filed this draft: look again.
                if not left:
                    raise
        raise AssertionError("unreachable")

    async def own(self, visitor_id: str) -> list[WorkOrder]:
        """The orders filed in this session or proven in it, newest first."""
        query = select(WorkOrderRow).where(_is_own(visitor_id)).order_by(WorkOrderRow.id.desc())
        return await self._store.run(lambda session: [_view(row) for row in session.scalars(query)])

    async def find(self, number: str, visitor_id: str, phone: str | None = None) -> WorkOrder | None:
        """The order, if the asker filed it in this session or proves it by the phone that was left; else None."""
        who = or_(_is_own(visitor_id), WorkOrderRow.phone_digest == digest(phone)) if phone else _is_own(visitor_id)
        query = select(WorkOrderRow).where(WorkOrderRow.number == number, who)

        def look(session: Any) -> WorkOrder | None:
            row = session.scalars(query).first()
            if row is None:
                return None
            if row.visitor_id != visitor_id:
                # What was proven once need not be proven again in this session.
                session.merge(Proof(visitor_id=visitor_id, number=number))
            return _view(row)

        return await self._store.run(look)

    async def same_fact(self, draft: Draft) -> WorkOrder | None:
        """An order of the same requester about the same fact that was not withdrawn, or None.

        The same requester is who filed in this session. A telephone number alone proves nothing: whoever knows it
        could otherwise find out what its owner has reported.
        """
        since = local_now() - timedelta(days=365)
        query = (
            select(WorkOrderRow)
            .where(WorkOrderRow.visitor_id == draft.visitor_id, WorkOrderRow.created_at >= since)
            .order_by(WorkOrderRow.id.desc())
        )

        def look(session: Any) -> WorkOrder | None:
            for row in session.scalars(query.limit(50)):
                order = _view(row)
                if order.status != "withdrawn" and _same(order, draft):
                    return order
            return None

        return await self._store.run(look)

    async def similar_of_others(self, draft: Draft) -> int:
        """How many open orders of other people name the same place and class; says nothing about who they are."""
        if not draft.location:
            return 0
        query = select(WorkOrderRow).where(
            WorkOrderRow.visitor_id != draft.visitor_id,
            WorkOrderRow.region == draft.region,
            WorkOrderRow.created_at >= local_now() - timedelta(days=30),
        )

        def count(session: Any) -> int:
            rows = session.scalars(query.order_by(WorkOrderRow.id.desc()).limit(200))
            return sum(
                row.category == draft.category
                and row.location == draft.location
                and _state(row) in OPEN
                and not (draft.phone and row.phone_digest == digest(draft.phone))
                for row in rows
            )

        return await self._store.run(count)

    async def loose_media(self, visitor_id: str) -> int:
        """How many uploads of a visitor belong to no order yet: the next filing or supplement takes them."""
        return await self._store.run(lambda session: len(_loose(session, visitor_id)))

    async def supplement(self, number: str, text: str, visitor_id: str) -> None:
        """Adds what is new to an order, with what this visitor uploaded; refused when it was withdrawn."""
        await self._move(number, "supplemented", {"text": text}, refuse_in=("withdrawn",), uploads_of=visitor_id)

    async def urge(self, number: str) -> None:
        """Records an urging (催办); refused when nothing is left to do, or too often in a day."""

        def check(row: Any) -> None:
            today = local_now().date()
            if (
                sum(event.kind == "urged" and local(event.created_at).date() == today for event in row.events)
                >= URGES_A_DAY
            ):
                raise Refused("urged_enough")

        await self._move(number, "urged", {}, refuse_in=("closed", "withdrawn", "replied"), check=check)

    async def withdraw(self, number: str) -> None:
        """Withdraws an order (撤单); refused when it is finished."""
        await self._move(number, "withdrawn", {}, refuse_in=("closed", "withdrawn", "replied"))

    async def rate(self, number: str, rating: str, reason: str | None = None) -> None:
        """Rates the outcome (评价); refused before the reply, a second time, or after 30 days."""

        def check(row: Any) -> None:
            if _state(row) not in ("replied", "closed"):
                raise Refused("not_finished")
            if any(event.kind == "rated" for event in row.events):
                raise Refused("rated_already")
            replied = max(event.created_at for event in row.events if event.kind in ("replied", "closed"))
            if local_now() - replied > timedelta(days=RATING_DAYS):
                raise Refused("rating_too_late")

        await self._move(number, "rated", {"rating": rating, "reason": reason}, check=check)

    async def _move(
        self,
        number: str,
        kind: str,
        data: dict[str, Any],
        refuse_in: tuple[str, ...] = (),
        check: Any = None,
        uploads_of: str | None = None,
    ) -> None:
        def move(session: Any) -> None:
            row = session.scalars(select(WorkOrderRow).where(WorkOrderRow.number == number)).one()
            if (current := _state(row)) in refuse_in:
                raise Refused(current)
            if check:
                check(row)
            session.add(WorkOrderEvent(order_id=row.id, kind=kind, data=data))
            if uploads_of:
                _attach(session, number, uploads_of)

        await self._store.run(move)


def new_number(day: date) -> str:
    """A number that cannot be guessed: prefix, day of registration, six random signs (30 bits)."""
    return f"{settings().number_prefix}{day:%Y%m%d}-{''.join(secrets.choice(_ALPHABET) for _ in range(6))}"


def _file(session: Any, draft: Draft) -> WorkOrder:
    known = session.scalars(select(WorkOrderRow).where(WorkOrderRow.draft_key == draft.key)).first()
    if known:
        return _view(known)
    registered = local_now()
    due = due_date(registered, draft.urgency)
    row = WorkOrderRow(
        number=new_number(registered.date()),
        draft_key=draft.key,
        visitor_id=draft.visitor_id,
        phone_digest=digest(draft.phone) if draft.phone else None,
        requester={"name": draft.name, "phone": draft.phone},
        channel=draft.channel,
        kind=draft.kind,
        category=draft.category,
        unit=draft.unit,
        region=draft.region,
        location=draft.location,
        description=draft.description,
        occurred_at=draft.occurred_at,
        urgency=draft.urgency,
        immediate=draft.immediate,
        confidential=draft.confidential,
        due_date=due.day,
        due_provisional=due.provisional,
        created_at=registered,
    )
    row.events.append(WorkOrderEvent(kind="registered", data={"channel": draft.channel}, created_at=registered))
    session.add(row)
    session.flush()
    _attach(session, row.number, draft.visitor_id)
    return _view(row)


def _is_own(visitor_id: str) -> Any:
    proven = select(Proof.number).where(Proof.visitor_id == visitor_id)
    return or_(WorkOrderRow.visitor_id == visitor_id, WorkOrderRow.number.in_(proven))


def _attach(session: Any, number: str, visitor_id: str) -> None:
    for item in _loose(session, visitor_id):
        item.order_number = number


def _loose(session: Any, visitor_id: str) -> list[Any]:
    query = select(Media).where(Media.visitor_id == visitor_id, Media.order_number.is_(None))
    return list(session.scalars(query.where(Media.created_at >= local_now() - timedelta(days=1))))


def _state(row: Any) -> str:
    return state(event.kind for event in row.events)


def _view(row: Any) -> WorkOrder:
    rated = [event.data["rating"] for event in row.events if event.kind == "rated"]
    replies = [event.data["text"] for event in row.events if event.kind == "replied"]
    return WorkOrder(
        number=row.number,
        status=_state(row),
        kind=row.kind,
        category=list(row.category),
        unit=row.unit,
        region=row.region,
        urgency=row.urgency,
        due_date=row.due_date,
        due_provisional=row.due_provisional,
        location=row.location,
        description=row.description,
        occurred_at=row.occurred_at,
        created_at=row.created_at,
        rating=rated[-1] if rated else None,
        supplements=[event.data["text"] for event in row.events if event.kind == "supplemented"],
        reply=replies[-1] if replies else None,
    )


def _same(order: WorkOrder, draft: Draft) -> bool:
    here, there = draft.location or "", order.location or ""
    if here and there and SequenceMatcher(None, here, there).ratio() < SAME_PLACE:
        return False
    likeness = SequenceMatcher(None, order.description, draft.description, autojunk=False).ratio()
    return likeness >= SAME_FACT or (
        order.category == draft.category
        and bool(draft.location)
        and draft.location == order.location
        and likeness >= 0.5
    )
