"""What time itself asks for (到期事项): deemed acceptance, overdue orders, follow-ups, recomputed terms, progress."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from datetime import date

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session, aliased
from sqlalchemy.sql import ClauseElement, Select

from bot.clock import local, local_now
from bot.hotline import guesses, retention
from bot.hotline.catalogue_log import CatalogueLog
from bot.hotline.deadlines import due_date, follow_up_by, return_by
from bot.hotline.tickets.inbox import AppliedBefore, Inbox, UnknownNumber
from bot.hotline.tickets.outbox import case_of
from bot.hotline.tickets.seam import TicketBackend, Unavailable
from bot.hotline.workorders.life import OPEN, SERVICE, Happening, Refused, last, return_is_open
from bot.hotline.workorders.record import flag, history, locked, record
from bot.storage import Database
from bot.storage.tables import Observation, WorkOrderEvent, WorkOrderRow

log = logging.getLogger(__name__)

LOOK = 2.0
"""Seconds between two looks for decisions about the catalogue."""
ROUND = 30
"""Looks from one round of chores to the next: a minute."""
A_DAY = 24 * 60 * ROUND
"""Looks from one enforcement of the terms of retention to the next."""
ANSWERS = ("replied", "put_right")


async def chores(store: Database) -> None:
    """Does what is due, until it is cancelled. Several processes may: each chore is done once."""
    looks = 0
    while True:
        try:
            await asyncio.to_thread(CatalogueLog(store).refresh)
            if looks % ROUND == 0:
                await do_chores(store)
        except Exception:
            log.exception("a chore failed")
        if looks % A_DAY == 0:
            try:
                removed = await retention.enforce(store)
                log.info("past its term and removed: %s", {name: count for name, count in removed.items() if count})
            except Exception:
                log.exception("the terms of retention could not be enforced")
        looks += 1
        await asyncio.sleep(LOOK)


async def poll(store: Database, backend: TicketBackend, seconds: float) -> None:
    """Asks a backend that does not report by itself for progress, until it is cancelled."""
    while seconds > 0 and backend.name != "local":
        await asyncio.sleep(seconds)
        try:
            await take_reports(store, backend)
        except Unavailable as error:
            log.warning("no progress from the ticket backend: %s", error)
        except Exception:
            log.exception("the ticket backend's progress could not be taken")


async def take_reports(store: Database, backend: TicketBackend) -> int:
    """Asks once and applies what is new; gives how many reports were applied."""
    query = select(WorkOrderRow).where(
        WorkOrderRow.status.in_((*OPEN, "replied")), WorkOrderRow.external_id.is_not(None)
    )
    cases = await store.run(lambda session: [case_of(session, row) for row in session.scalars(query)])
    inbox, applied = Inbox(store), 0
    for report in await backend.reports(cases):
        try:
            # What does not fit yet is asked for again next time: kept, it would be applied when it is no longer true.
            applied += await inbox.take(report, may_wait=False) == "applied"
        except (AppliedBefore, Refused, UnknownNumber):
            continue
    return applied


async def do_chores(store: Database) -> None:
    """One round, each order in a transaction of its own."""
    today = local_now().date()
    for numbers, chore in (
        (_numbers("dispatched"), _deem_signed),
        (_numbers(*OPEN).where(WorkOrderRow.due_date < today), _flag_overdue),
        (_numbers(*OPEN).where(WorkOrderRow.due_provisional.is_(True)), _reschedule),
        (_to_follow_up(), _remind_to_follow_up),
    ):
        for number in await store.run(lambda session, numbers=numbers: list(session.scalars(numbers))):  # type: ignore[misc]
            try:
                await store.run(_one(number, chore, today))
            except Exception:
                # One order that cannot be read, or is in disorder, holds up no other.
                log.exception("a chore failed for %s", number)
    await Inbox(store).apply_due()
    await store.run(guesses.forget)


def _numbers(*states: str) -> Select:
    return select(WorkOrderRow.number).where(WorkOrderRow.status.in_(states)).order_by(WorkOrderRow.id)


def _to_follow_up() -> Select:
    """Closed orders that are still to be followed up; without those that are done, which become more every day."""
    done = or_(_has("followed_up", "closed"), _has("rated", *ANSWERS))
    return _numbers("closed").where(~done, ~_reminded())


def _has(kind: str, *after: str) -> ClauseElement:
    """Whether an order has an event of this kind after its newest one of the others."""
    event, begin = aliased(WorkOrderEvent), aliased(WorkOrderEvent)
    newest = select(func.coalesce(func.max(begin.id), 0)).where(begin.order_id == event.order_id, begin.kind.in_(after))
    query = select(event.id).where(event.order_id == WorkOrderRow.id, event.kind == kind)
    return query.where(event.id > newest.correlate(event).scalar_subquery()).correlate(WorkOrderRow).exists()


def _reminded() -> ClauseElement:
    """Whether somebody was reminded since the newest closing."""
    closed = select(func.max(WorkOrderEvent.created_at)).where(
        WorkOrderEvent.order_id == WorkOrderRow.id, WorkOrderEvent.kind == "closed"
    )
    query = select(Observation.id).where(
        Observation.kind == "follow_up_due",
        Observation.subject == WorkOrderRow.number,
        Observation.created_at >= closed.correlate(WorkOrderRow).scalar_subquery(),
    )
    return query.correlate(WorkOrderRow).exists()


def _one(number: str, chore: Callable[[Session, WorkOrderRow, date], None], today: date) -> Callable[[Session], None]:
    def work(session: Session) -> None:
        row = locked(session, number)
        if row is not None:
            chore(session, row, today)

    return work


def _deem_signed(session: Session, row: WorkOrderRow, today: date) -> None:
    """Who has not asked to return an order in time has accepted it (Article 18)."""
    known = history(row)
    dispatched = last(known, "dispatched")
    if (
        row.status == "dispatched"
        and dispatched
        and not return_is_open(known)
        and return_by(local(dispatched.at)) < today
    ):
        record(session, row, Happening("signed", SERVICE, local_now(), {"deemed": True}), row.unit)


def _flag_overdue(session: Session, row: WorkOrderRow, today: date) -> None:
    if row.status in OPEN and row.due_date < today:
        flag(session, row, "overdue")


def _reschedule(session: Session, row: WorkOrderRow, today: date) -> None:
    """Counts a provisional term anew: the calendar of its year may have been announced since."""
    reopened = last(history(row), "reopened")
    due = due_date(local(reopened.at if reopened else row.created_at), row.urgency, row.special_period)
    if row.status in OPEN and row.due_provisional and (due.day, due.provisional) != (row.due_date, True):
        data = {"due_date": due.day.isoformat(), "provisional": due.provisional, "before": row.due_date.isoformat()}
        record(session, row, Happening("rescheduled", SERVICE, local_now(), data))


def _remind_to_follow_up(session: Session, row: WorkOrderRow, today: date) -> None:
    """Where no message reached the person, an agent has to call, at the latest on this day (Article 30)."""
    closed = last(history(row), "closed")
    if closed is None or follow_up_by(local(closed.at)) > today:
        return
    # Asked again, with the order held: another process may have been quicker.
    if session.scalar(_to_follow_up().where(WorkOrderRow.id == row.id)):
        session.add(Observation(kind="follow_up_due", visitor_id=row.visitor_id, subject=row.number))
