"""The outbox (待送出): delivers every case to the ticket backend once, whatever dies when.

A delivery is written in the transaction of what it tells. A relay claims it for a while, tells the backend with a key
that stays the same for every attempt, and writes down the outcome. If the relay dies in between, the claim runs out
and another attempt with the same key follows. What is delivered for one order keeps its order.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.clock import local_now
from bot.hotline.catalogue import catalogue
from bot.hotline.tickets.seam import Attachment, Case, CaseEvent, Rejected, TicketBackend, Unavailable
from bot.metrics import OUTBOX
from bot.storage import Database
from bot.storage.queue import TO_BACKEND, Queue, lock, measured, work_off
from bot.storage.tables import Media, Observation, OutboxRow, WorkOrderEvent, WorkOrderRow

log = logging.getLogger(__name__)

AT_ONCE = 8
"""Deliveries that one relay makes at the same time."""
LEASE = timedelta(seconds=45)
"""How long a claim holds; longer than the slowest attempt."""
TIMEOUT = 30.0
"""Seconds after which an attempt counts as failed."""
IDLE = 1.0
"""Seconds between two looks into an empty outbox."""


def _tell_people(session: Session, row: OutboxRow, error: str) -> None:
    # Only what can be read always: the case itself may be what is broken.
    query = select(WorkOrderRow.visitor_id, WorkOrderRow.number).where(WorkOrderRow.id == row.order_id)
    visitor_id, number = session.execute(query).one()
    session.add(Observation(kind="dead_letter", visitor_id=visitor_id, subject=number, content=error))


QUEUE = measured(Queue("outbox", OutboxRow, TO_BACKEND, LEASE, key=("order_id",), on_dead=_tell_people))
"""What one order tells goes in its order."""


@dataclass(frozen=True)
class Delivery:
    """One delivery that this relay has claimed."""

    id: int
    key: str
    kind: str
    attempt: int
    case: Case
    event: CaseEvent | None


@dataclass(frozen=True)
class Letter:
    """A delivery as an operator sees it."""

    id: int
    number: str
    kind: str
    state: str
    attempts: int
    error: str | None
    created_at: datetime
    next_try_at: datetime


class Outbox:
    """The deliveries of one store, and the relay that makes them."""

    def __init__(self, store: Database, backend: TicketBackend) -> None:
        self._store, self._backend = store, backend

    async def run(self) -> None:
        """Delivers until it is cancelled, `AT_ONCE` at a time: one that stalls does not hold up the others."""
        await asyncio.gather(*(self._work() for _ in range(AT_ONCE)))

    async def _work(self) -> None:
        await work_off(lambda: self.deliver_due(1), lambda: asyncio.sleep(IDLE), "the outbox could not be read")

    async def deliver_due(self, most: int = AT_ONCE) -> int:
        """Makes one round of attempts; gives how many."""
        deliveries = await self._store.run(lambda session: claim(session, most))
        await asyncio.gather(*(self._attempt(delivery) for delivery in deliveries))
        return len(deliveries)

    async def _attempt(self, delivery: Delivery) -> None:
        again = delivery.attempt > 1
        try:
            async with asyncio.timeout(TIMEOUT):
                if delivery.event is None:
                    external_id = await self._backend.file(delivery.case, delivery.key, again)
                else:
                    external_id = None
                    await self._backend.tell(delivery.case, delivery.event, delivery.key, again)
        except Rejected as error:
            why = str(error)
            await self._store.run(lambda session: _rejected(session, delivery, why))
        except (Unavailable, TimeoutError) as error:
            text = str(error) or "no answer in time"
            await self._store.run(lambda session: _failed(session, delivery, text))
        except Exception as error:
            log.exception("delivery %s failed", delivery.key)
            text = f"{type(error).__name__}: {error}"
            await self._store.run(lambda session: _failed(session, delivery, text))
        else:
            await self._store.run(lambda session: _done(session, delivery.id, external_id))

    async def letters(self, state: str | None = None) -> list[Letter]:
        """Deliveries that are not done, or those in one state (pending, delivered, dead), oldest first."""
        query = select(OutboxRow, WorkOrderRow.number).join(WorkOrderRow, WorkOrderRow.id == OutboxRow.order_id)
        query = query.where(OutboxRow.state == state if state else OutboxRow.state != "delivered")

        def read(session: Session) -> list[Letter]:
            return [
                Letter(r.id, number, r.kind, r.state, r.attempts, r.error, r.created_at, r.next_try_at)
                for r, number in session.execute(query.order_by(OutboxRow.id).limit(1000))
            ]

        return await self._store.run(read)

    async def send_again(self, ids: Sequence[int] | None = None) -> int:
        """Puts dead letters back (all of them, or these); gives how many."""
        return await self._store.run(lambda session: QUEUE.revive(session, ids))


def count(session: Session) -> dict[str, int]:
    """How many deliveries wait and how many are dead."""
    found = QUEUE.count(session)
    for state, number in found.items():
        OUTBOX.labels(state).set(number)
    return found


def claim(session: Session, most: int = AT_ONCE) -> list[Delivery]:
    """Claims what is due, for `LEASE`; on PostgreSQL several relays take different ones without waiting."""
    claimed = []
    for row in QUEUE.claim(session, most):
        try:
            claimed.append(_delivery(session, row))
        except Exception as error:
            # A case that cannot be read holds up no other.
            log.exception("delivery %s could not be read", row.key)
            _retry(session, row, f"{type(error).__name__}: {error}")
    return claimed


def _delivery(session: Session, row: OutboxRow) -> Delivery:
    event = session.get(WorkOrderEvent, row.event_id) if row.event_id else None
    told = CaseEvent(event.kind, event.created_at, event.data or {}) if event else None
    order = session.get(WorkOrderRow, row.order_id)
    if order is None:
        raise LookupError(f"no order {row.order_id}")
    return Delivery(row.id, row.key, row.kind, row.attempts, case_of(session, order), told)


def case_of(session: Session, row: WorkOrderRow) -> Case:
    """The case as a backend gets it."""
    files = session.scalars(select(Media).where(Media.order_number == row.number).order_by(Media.created_at))
    entry = catalogue().entry(list(row.category))
    suggested = catalogue().suggest(list(row.category), row.region).co_units if row.status == "registered" else ()
    return Case(
        number=row.number,
        channel=row.channel,
        kind=row.kind,
        category=list(row.category),
        service_code=entry.code if entry else "0000",
        unit=row.unit,
        co_units=list(row.co_units or suggested),
        confidence=row.confidence,
        runner_up=list(row.runner_up or []),
        region=row.region,
        location=row.location,
        description=row.description,
        occurred_at=row.occurred_at,
        urgency=row.urgency,
        immediate=row.immediate,
        confidential=row.confidential,
        name=row.requester.get("name"),
        phone=row.requester.get("phone"),
        due_date=row.due_date,
        created_at=row.created_at,
        status=row.status,
        cluster=row.cluster,
        external_id=row.external_id,
        attachments=[Attachment(item.id, item.name, item.content_type) for item in files],
    )


def _done(session: Session, delivery_id: int, external_id: str | None) -> None:
    # Whoever the backend has told that it took it is believed, also when its claim had run out.
    row = QUEUE.waiting(session, delivery_id)
    if row is None:
        return
    QUEUE.done(row, "delivered")
    row.delivered_at = local_now()
    if external_id:
        lock(session, WorkOrderRow, row.order_id).external_id = external_id


def _failed(session: Session, delivery: Delivery, error: str) -> None:
    if row := QUEUE.waiting(session, delivery.id, delivery.attempt):
        _retry(session, row, error)


def _rejected(session: Session, delivery: Delivery, error: str) -> None:
    if row := QUEUE.waiting(session, delivery.id, delivery.attempt):
        QUEUE.bury(session, row, error)


def _retry(session: Session, row: OutboxRow, error: str) -> None:
    if not QUEUE.retry(row, error):
        QUEUE.bury(session, row, f"given up after {row.attempts} attempts: {error}")
