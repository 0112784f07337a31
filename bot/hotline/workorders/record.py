"""Writes one event into the life of an order, with all that follows from it, in an open transaction.

What follows is the state, the unit and the term of the order; a notice to the requester; a delivery to the ticket
backend; and further events that the regulation attaches (a bad rating sends the order back to be verified).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.clock import local, local_now
from bot.hotline.deadlines import due_date, rate_by
from bot.hotline.notices import add_notice
from bot.hotline.workorders.life import (
    ANSWERED,
    HOTLINE,
    REQUESTER,
    SERVICE,
    UNIT,
    Happening,
    check,
    last,
    rating_counts,
    state,
)
from bot.hotline.workorders.model import Step, WorkOrder
from bot.storage.tables import OutboxRow, WorkOrderEvent, WorkOrderRow

TOLD = ("accepted", "dispatched", "signed", "extended", "replied", "closed", "reopened", "verified", "put_right",
        "withdrawn", "supplemented", "urged", "rated")  # fmt: skip
"""Events that stand in the history which the requester reads; the rest is between hotline and unit."""
NEWS = ("dispatched", "extended", "replied", "closed", "reopened", "verified", "put_right")
"""Events of hotline and unit that the requester hears of at once."""
OWN = (REQUESTER, SERVICE)
"""Who makes moves here that the ticket backend has to be told."""


def row_of(session: Session, number: str) -> WorkOrderRow | None:
    """The row of an order, or None."""
    return session.scalars(select(WorkOrderRow).where(WorkOrderRow.number == number)).first()


def locked(session: Session, number: str) -> WorkOrderRow | None:
    """The row of an order, held by this transaction: nobody else moves it meanwhile."""
    return session.scalars(select(WorkOrderRow).where(WorkOrderRow.number == number).with_for_update()).first()


def history(row: WorkOrderRow) -> list[Happening]:
    """What happened to the order, oldest first."""
    return [Happening(event.kind, event.actor, event.created_at, event.data or {}) for event in row.events]


def record(session: Session, row: WorkOrderRow, happening: Happening, who: str | None = None) -> WorkOrderEvent:
    """Appends an event; ``who`` names the unit or agent. Raises `Refused` and writes nothing if it is not legal."""
    check(history(row), happening)
    event = WorkOrderEvent(
        kind=happening.kind, actor=happening.by, who=who, data=happening.data, created_at=happening.at
    )
    row.events.append(event)
    row.status = state(known.kind for known in row.events)
    _take_over(row, happening)
    session.flush()
    if happening.by in OWN and happening.kind not in ("registered", "accepted", "rescheduled"):
        deliver(session, row, happening.kind, event.id)
    # What a rule of this service does is told by the answer that it belongs to; only a new date is news.
    news = happening.by in (UNIT, HOTLINE) or happening.kind == "rescheduled"
    if news and _is_news(happening):
        content = {"order": view(row).to_data(), "data": happening.data}
        add_notice(session, row.visitor_id, content, row.number, happening.kind)
    _follow(session, row, happening)
    return event


def _is_news(happening: Happening) -> bool:
    """Whether the requester hears of it; the rest concerns only hotline and unit."""
    if happening.kind == "rescheduled":
        return bool(happening.data["before"] != happening.data["due_date"])
    return happening.kind in NEWS


def deliver(session: Session, row: WorkOrderRow, kind: str, event_id: int | None = None) -> None:
    """Puts a delivery to the ticket backend into the outbox, in the same transaction as what it tells."""
    key = row.number if event_id is None else f"{row.number}-{event_id}"
    session.add(OutboxRow(key=key, order_id=row.id, kind=kind, event_id=event_id, next_try_at=local_now()))


def _take_over(row: WorkOrderRow, happening: Happening) -> None:
    data = happening.data
    if happening.kind == "dispatched":
        row.unit = data["unit"]
        row.co_units = [name for name in data.get("co_units") or row.co_units or [] if name != row.unit]
    elif happening.kind == "co_units_named":
        row.co_units = list(data["units"])
    elif happening.kind in ("extended", "rescheduled"):
        row.due_date = date.fromisoformat(data["due_date"])
        row.due_provisional = happening.kind == "rescheduled" and bool(data.get("provisional"))
    elif happening.kind == "reopened":
        # Article 30 names no term for verifying: the unit has the same one again.
        due = due_date(local(happening.at), row.urgency, row.special_period)
        row.due_date, row.due_provisional = due.day, due.provisional


def _follow(session: Session, row: WorkOrderRow, happening: Happening) -> None:
    if happening.kind == "rated" and happening.data["rating"] == "dissatisfied":
        record(session, row, Happening("reopened", SERVICE, happening.at, {"reason": "rated_dissatisfied"}))
    elif happening.kind == "reopened" and sum(event.kind == "reopened" for event in row.events) > 1:
        flag(session, row, "repeated")


def flag(session: Session, row: WorkOrderRow, ground: str) -> None:
    """Flags an order for supervision (督办) on a ground, once."""
    known = history(row)
    if any(event.kind == "supervised" and event.data["ground"] == ground for event in known):
        return
    if not rating_counts(known):
        return
    record(session, row, Happening("supervised", SERVICE, local_now(), {"ground": ground}))


def view(row: WorkOrderRow) -> WorkOrder:
    """The order as its requester sees it."""
    known = history(row)
    answers = ("replied", "put_right")
    reply = last(known, *answers)
    answered = reply or last(known, "closed")
    rated = last(known, "rated")
    extended = last(known, "extended")
    return WorkOrder(
        number=row.number,
        status=row.status,
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
        rating=rated.data["rating"] if rated and not _answered_again(known) else None,
        supplements=[event.data["text"] for event in known if event.kind == "supplemented"],
        reply=reply.data["text"] if reply else None,
        co_units=list(row.co_units or []),
        extension=extended.data["reason"] if extended and row.status == "extended" else None,
        rate_by=rate_by(local(answered.at)) if answered and row.status in ANSWERED else None,
        special_period=row.special_period,
        history=list(_steps(known)),
    )


def _answered_again(known: list[Happening]) -> bool:
    newest = last(known, "rated", "replied", "put_right")
    return newest is not None and newest.kind != "rated"


def _steps(known: Iterable[Happening]) -> Iterable[Step]:
    for event in known:
        if event.kind in TOLD:
            yield Step(event.kind, event.at, event.data.get("text") or event.data.get("reason"))
