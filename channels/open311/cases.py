"""The orders as another system reads them, as far as its key reaches; every read is written down (Article 34)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from datetime import datetime, time, timedelta
from typing import Any

from sanic.request import RequestParameters
from sqlalchemy import String, cast, or_, select
from sqlalchemy.orm import Session
from sqlalchemy.sql import ClauseElement, Select

from bot.clock import ZONE, local, local_now
from bot.dialogue.wording import say
from bot.hotline.catalogue import catalogue
from bot.hotline.requester import Requester
from bot.hotline.workorders.life import OPEN, STATES, happened
from bot.hotline.workorders.model import WorkOrder
from bot.hotline.workorders.record import history, view
from bot.language.extract.conceal import conceal
from bot.storage.tables import Access, Media, WorkOrderRow
from channels.open311.attributes import entry_of
from channels.open311.keys import Key
from channels.open311.render import Problem

MOST = 1000
"""Orders in one answer."""
SPAN = timedelta(days=90)
"""What one answer may span, and what it spans unless told."""
_STATES = {"open": OPEN, "closed": tuple(state for state in STATES if state not in OPEN)}


def query_of(args: RequestParameters, key: Key) -> Select:
    """The orders that these parameters ask for, newest first; raises `Problem`."""
    query = _visible(key).order_by(WorkOrderRow.created_at.desc(), WorkOrderRow.id.desc())
    if numbers := _listed(args, "service_request_id"):
        if len(numbers) > MOST:
            raise Problem(400, f"At most {MOST} service_request_id at once.")
        return query.where(WorkOrderRow.number.in_(numbers))
    start, end = _span(args)
    query = query.where(WorkOrderRow.created_at >= start, WorkOrderRow.created_at <= end)
    if codes := _listed(args, "service_code"):
        query = query.where(or_(*(_of_class(code) for code in codes)))
    if states := _listed(args, "status"):
        if unknown := set(states) - set(_STATES):
            raise Problem(400, f"status is open or closed, not {min(unknown)[:32]}.")
        query = query.where(WorkOrderRow.status.in_([state for name in states for state in _STATES[name]]))
    page, size = _counted(args, "page", 1), _counted(args, "page_size", MOST)
    if size > MOST:
        raise Problem(400, f"page_size is at most {MOST}.")
    return query.limit(size).offset((page - 1) * size)


def one(number: str, key: Key) -> Select:
    """The order of this number, if the key may see it."""
    return _visible(key).where(WorkOrderRow.number == _plain(number))


def read(session: Session, query: Select, key: Key, base: str) -> list[dict[str, Any]]:
    """Reads orders and writes down that this key did; ``base`` is the address before ``/open311``."""
    rows = list(session.scalars(query))
    numbers = [row.number for row in rows]
    _note(session, key, "open311:requests", numbers)
    media = _first_media(session, numbers) if "personal" in key.scopes else {}
    return [_item(row, key, media.get(row.number), base) for row in rows]


def read_media(session: Session, media_id: str, key: Key) -> tuple[str, str]:
    """Name and type of an attachment of an order that the key may see; raises `Problem` 404."""
    found = session.scalars(select(Media).where(Media.id == media_id[:32])).first()
    if found is None or session.scalars(one(found.order_number or "", key)).first() is None:
        raise Problem(404, "There is no such attachment.")
    _note(session, key, "open311:media", [found.order_number])
    return found.name, found.content_type


def expected(order: WorkOrder) -> str:
    """What is said about the term of an order."""
    key = "open311.expected_provisional" if order.due_provisional else "open311.expected"
    return say(key, due=order.due_date)


def _visible(key: Key) -> Select:
    query = select(WorkOrderRow)
    return query if "read" in key.scopes else query.where(WorkOrderRow.visitor_id == key.visitor_id)


def _note(session: Session, key: Key, what: str, numbers: Iterable[str]) -> None:
    session.add_all(Access(who=key.name, what=what, number=number) for number in numbers)


def _first_media(session: Session, numbers: Sequence[str]) -> dict[str, str]:
    query = select(Media.order_number, Media.id).where(Media.order_number.in_(numbers))
    # Newest first, so that the oldest of an order stays.
    found = session.execute(query.order_by(Media.created_at.desc(), Media.id.desc()))
    return {row.order_number: row.id for row in found}


def _item(row: WorkOrderRow, key: Key, media_id: str | None, base: str) -> dict[str, Any]:
    order, known = view(row), history(row)
    entry = catalogue().entry(order.category)
    # Who filed an order knows what it wrote; only the centre reads whom the texts of all others point to.
    told_all = "personal" in key.scopes or row.visitor_id == key.visitor_id

    def shown(text: str | None) -> str | None:
        return text if told_all or text is None else conceal(text, **row.requester)

    dispatched = order.status != "registered" and happened(known, "dispatched")
    item = {
        "service_request_id": order.number,
        "status": "open" if order.status in OPEN else "closed",
        "status_notes": say("open311.withdrawn") if order.status == "withdrawn" else shown(order.reply),
        "service_name": entry.category[1] if entry else "/".join(order.category) or say("open311.no_class"),
        "service_code": entry.code if entry else "0000",
        "description": shown(order.description),
        "agency_responsible": order.unit if dispatched else None,
        "service_notice": expected(order),
        "requested_datetime": _iso(order.created_at),
        "updated_datetime": _iso(known[-1].at),
        "expected_datetime": _iso(datetime.combine(order.due_date, time(23, 59, 59), ZONE)),
        "address": shown(order.location),
        "address_id": None,
        "zipcode": None,
        "lat": None,
        "long": None,
        "media_url": f"{base}/open311/v2/media/{media_id}" if media_id else None,
        "extended_attributes": {
            "number": order.number,
            "kind": order.kind,
            "category": "/".join(order.category),
            "region": order.region,
            "urgency": order.urgency,
            "immediate": row.immediate,
            "confidential": row.confidential,
            "occurred_at": shown(order.occurred_at),
            "due_date": order.due_date.isoformat(),
            "status": order.status,
            "status_text": say(f"order.state.{order.status}"),
            "supplements": shown("\n".join(order.supplements)) or None,
        },
    }
    if "personal" in key.scopes:
        requester = Requester.of(row)
        item |= {"first_name": requester.name, "phone": requester.phone}
    return item


def _of_class(code: str) -> ClauseElement:
    entry = entry_of(code)
    paths = [list(entry.category)] + ([[entry.category[0]]] if entry.category[1] == "其他" else [])
    # Compared as text: not every database can compare JSON.
    return cast(WorkOrderRow.category, String).in_([json.dumps(path) for path in paths])


def _listed(args: RequestParameters, name: str) -> list[str]:
    """The values of a parameter that may be given several times or with commas."""
    texts = [_plain(text) for value in args.getlist(name) or [] for text in value.split(",")]
    return [text for text in texts if text]


def _plain(text: str) -> str:
    """Without the sign that no database takes in a text."""
    return text.replace("\0", "").strip()


def _counted(args: RequestParameters, name: str, default: int) -> int:
    text = args.get(name, str(default)) or ""
    if not re.fullmatch(r"[1-9]\d{0,6}", text, re.ASCII):
        raise Problem(400, f"{name} is a whole number from 1 on.")
    return int(text)


def _span(args: RequestParameters) -> tuple[datetime, datetime]:
    start, end = _moment(args, "start_date"), _moment(args, "end_date")
    if start is None:
        end = end or local_now()
        start = end - SPAN
    end = end or start + SPAN
    if end - start > SPAN:
        raise Problem(400, f"start_date and end_date may be at most {SPAN.days} days apart.")
    return start, end


def _moment(args: RequestParameters, name: str) -> datetime | None:
    text = args.get(name)
    if text is None:
        return None
    try:
        # A plus sign that was not escaped arrives as a space.
        moment = datetime.fromisoformat(re.sub(r"(?<=T\d\d:\d\d:\d\d) (?=\d\d:\d\d$)", "+", text))
        if not 1970 <= moment.year < 9999:
            raise ValueError(text)
        return local(moment if moment.tzinfo else moment.replace(tzinfo=ZONE))
    except ValueError as error:
        raise Problem(400, f"{name} is no time such as 2026-08-03T00:00:00Z.") from error


def _iso(moment: datetime) -> str:
    return local(moment).isoformat(timespec="seconds")
