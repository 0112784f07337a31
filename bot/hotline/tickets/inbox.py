"""The inbox (回执): what the ticket backend reports is genuine, fresh, applied once, and may come out of order."""

from __future__ import annotations

import hashlib
import hmac
import logging
import time
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from bot.clock import local_now
from bot.hotline.notices import wake
from bot.hotline.tickets.seam import Report
from bot.hotline.workorders.life import HOTLINE, MOVES, STATES, UNIT, Happening, Refused
from bot.hotline.workorders.record import locked, record
from bot.metrics import EVENTS
from bot.storage import Database
from bot.storage.queue import FROM_BACKEND, Queue, measured
from bot.storage.tables import InboxRow, Observation, WorkOrderRow

log = logging.getLogger(__name__)

WINDOW = 300
"""Seconds by which a signature's time may differ from ours."""
_MAY_COME = (*STATES, "not_verified", "no_return_asked", "return_pending")
"""Reasons of a refusal that an event on its way may do away with."""
BACKEND_MOVES = tuple(kind for kind, move in MOVES.items() if {UNIT, HOTLINE} & set(move.by) and kind != "accepted")
"""The events that a backend may report."""
_TEXTS = ("unit", "proposed_unit", "reason", "text", "ground", "due_date")
_LONGEST_NAME = 64
"""Characters of the name of a unit or of who did it."""


WAITS = ("waiting", "dead")
"""States of a report that is applied as soon as the earlier event comes."""
AT_ONCE = 100
"""Orders whose waiting reports are tried again in one round."""


def _tell_people(session: Session, row: InboxRow, error: str) -> None:
    query = select(WorkOrderRow.visitor_id).where(WorkOrderRow.number == row.number)
    visitor_id = session.scalar(query) or ""
    session.add(Observation(kind="dead_letter", visitor_id=visitor_id, subject=row.number, content=error))


QUEUE = measured(Queue("inbox", InboxRow, FROM_BACKEND, timedelta(0), ready=("waiting",), on_dead=_tell_people))
"""Reports that wait. They are claimed by their order, whose row is locked while they are applied."""


class BadSignature(Exception):
    """The signature is missing, wrong or stale."""


class BadReport(ValueError):
    """The report is not of the form that is documented."""


class UnknownNumber(LookupError):
    """There is no such order."""


class AppliedBefore(Exception):
    """This event was applied before; nothing was done."""


def sign(secret: str, timestamp: str, body: bytes) -> str:
    """HMAC-SHA256 over timestamp, a full stop and the body; hex."""
    return hmac.new(secret.encode(), timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()


def verify(secret: str, timestamp: str | None, body: bytes, signature: str | None) -> None:
    """Raises `BadSignature` unless the body was signed with the secret within `WINDOW`."""
    if not timestamp or not signature:
        raise BadSignature("the headers X-Hotline-Timestamp and X-Hotline-Signature are needed")
    if not hmac.compare_digest(sign(secret, timestamp, body).encode(), signature.encode()):
        raise BadSignature("the signature does not fit timestamp and body")
    if not timestamp.isdecimal() or abs(time.time() - int(timestamp)) > WINDOW:
        raise BadSignature(f"the timestamp is more than {WINDOW} seconds away from this server's clock")


def parse(data: Mapping[str, Any]) -> Report:
    """A report from its JSON; raises `BadReport` that says what to mend."""
    for name in ("id", "number", "event", "by"):
        if not isinstance(data.get(name), str) or not data[name].strip():
            raise BadReport(f"{name} is missing or no text")
    if data["event"] not in BACKEND_MOVES:
        raise BadReport(f"event is one of {', '.join(BACKEND_MOVES)}")
    if data["by"] not in MOVES[data["event"]].by:
        raise BadReport(f"{data['event']} is done by {' or '.join(MOVES[data['event']].by)}")
    details = data.get("data") or {}
    if not isinstance(details, dict):
        raise BadReport("data is no object")
    if len(data["id"]) > 128:
        raise BadReport("id is longer than 128 characters")
    _check_details(data["event"], details)
    at, who = data.get("at"), data.get("who")
    try:
        moment = datetime.fromisoformat(at) if at else None
    except (TypeError, ValueError) as error:
        raise BadReport("at is no time such as 2026-08-03T09:30:00+08:00") from error
    if moment is not None and moment.tzinfo is None:
        raise BadReport("at has no offset such as +08:00")
    if who is not None and not isinstance(who, str):
        raise BadReport("who is no text")
    for name, value in (("who", who), ("data.unit", details.get("unit"))):
        if isinstance(value, str) and len(value) > _LONGEST_NAME:
            raise BadReport(f"{name} is longer than {_LONGEST_NAME} characters")
    if any("\0" in str(value) for value in (*data.values(), *details.values())):
        raise BadReport("no text may hold the sign NUL")
    return Report(data["id"], data["number"].strip().upper(), data["event"], data["by"], details, who, moment)


def _check_details(kind: str, details: Mapping[str, Any]) -> None:
    # Here, and not only when it is applied: what waits for an earlier event is complete.
    for name in MOVES[kind].needs:
        value = details.get(name)
        if name in _TEXTS and not (isinstance(value, str) and value.strip()):
            raise BadReport(f"data.{name} is missing or no text")
        if name == "sound" and not isinstance(value, bool):
            raise BadReport("data.sound is missing or neither true nor false")
        if value in (None, "", []):
            raise BadReport(f"data.{name} is missing")


class Inbox:
    """The reports of one store."""

    def __init__(self, store: Database) -> None:
        self._store = store

    async def take(self, report: Report, may_wait: bool = True) -> str:
        """Applies a report: ``applied``, or ``waiting`` if an earlier event is still missing and it ``may_wait``.

        Raises `AppliedBefore`, `UnknownNumber`, or `Refused` with the reason (then it may be sent again, mended).
        """
        try:
            result, visitor_id = await self._store.run(lambda session: _take(session, report, may_wait))
        except IntegrityError as error:
            # The same id for another order, at the same moment.
            raise AppliedBefore(report.id) from error
        wake(visitor_id)
        EVENTS.labels(result).inc()
        return result

    async def waiting(self) -> list[dict[str, Any]]:
        """Reports that wait for an earlier event, oldest first."""
        query = select(InboxRow).where(InboxRow.state.in_(WAITS)).order_by(InboxRow.created_at)
        return await self._store.run(
            lambda session: [{"id": row.id, "number": row.number, **row.event} for row in session.scalars(query)]
        )

    async def apply_due(self) -> None:
        """Tries again what waits: the earlier event may have come another way, by an operator for example."""
        query = select(InboxRow.number).where(QUEUE.due()).distinct().order_by(InboxRow.number).limit(AT_ONCE)
        for number in await self._store.run(lambda session: list(session.scalars(query))):
            try:
                if visitor_id := await self._store.run(lambda session, number=number: _try_again(session, number)):  # type: ignore[misc]
                    wake(visitor_id)
            except Exception:
                # One order that is in disorder holds up no other.
                log.exception("reports that wait for %s could not be tried again", number)


def _try_again(session: Session, number: str) -> str | None:
    """Applies what waits for an order; gives its visitor if anything was. What is refused again waits longer, and
    people are told in the end."""
    row = locked(session, number)
    if row is None:
        return None
    applied = _apply_waiting(session, row)
    for item in session.scalars(select(InboxRow).where(InboxRow.number == number, QUEUE.due())):
        QUEUE.begin(item)
        if not QUEUE.retry(item, item.error or ""):
            QUEUE.bury(session, item, f"still waits after {item.attempts} attempts: {item.error}")
    return row.visitor_id if applied else None


def _take(session: Session, report: Report, may_wait: bool) -> tuple[str, str]:
    row = locked(session, report.number)
    if row is None:
        raise UnknownNumber(report.number)
    # The order is held by this transaction: a second copy of the report waits here, and then finds the first.
    if session.get(InboxRow, report.id):
        raise AppliedBefore(report.id)
    kept = {"kind": report.kind, "by": report.by, "data": report.data, "who": report.who}
    kept["at"] = report.at.isoformat() if report.at else None
    inbox_row = InboxRow(id=report.id, number=report.number, state="applied", attempts=0, event=kept)
    try:
        with session.begin_nested():
            _apply(session, row, kept)
    except Refused as refused:
        # A state that does not fit (yet) may be one that an event on its way will bring about.
        if not may_wait or refused.reason not in _MAY_COME or row.status == "withdrawn":
            raise
        inbox_row.state = "waiting"
        QUEUE.begin(inbox_row)
        QUEUE.retry(inbox_row, refused.reason)
    session.add(inbox_row)
    session.flush()
    if inbox_row.state == "applied":
        _apply_waiting(session, row)
    return inbox_row.state, row.visitor_id


def _apply(session: Session, row: WorkOrderRow, kept: dict[str, Any]) -> None:
    at = datetime.fromisoformat(kept["at"]) if kept["at"] else None
    now = local_now()
    # A clock that runs ahead, or a time before the last event, would put terms into disorder.
    if at is None or at > now or at < row.events[-1].created_at:
        at = now
    record(session, row, Happening(kept["kind"], kept["by"], at, kept["data"]), kept["who"])


def _apply_waiting(session: Session, row: WorkOrderRow) -> int:
    """Applies what waits for this order, in the order of when it happened; gives how many."""
    query = select(InboxRow).where(InboxRow.number == row.number, InboxRow.state.in_(WAITS))
    for item in sorted(session.scalars(query), key=_when):
        try:
            with session.begin_nested():
                _apply(session, row, item.event)
        except Refused as refused:
            item.error = refused.reason
            continue
        QUEUE.done(item, "applied")
        session.flush()
        return 1 + _apply_waiting(session, row)
    return 0


def _when(item: InboxRow) -> datetime:
    return datetime.fromisoformat(item.event["at"]) if item.event["at"] else item.created_at
