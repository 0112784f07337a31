"""What another system sends: a filing, or an update of what it filed."""

from __future__ import annotations

import hashlib
import re
import secrets
from typing import Any

from sanic.request import RequestParameters
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from bot.dialogue.wording import say
from bot.hotline.catalogue import catalogue
from bot.hotline.classification import KINDS, Classification
from bot.hotline.requester import Requester
from bot.hotline.workorders.life import MOVES, RATINGS, REQUESTER, SERVICE, Refused
from bot.hotline.workorders.orders import Draft, WorkOrders
from bot.privacy import find_phone
from bot.storage import Database
from bot.storage.tables import InboxRow, WorkOrderRow
from channels.open311 import attributes
from channels.open311.keys import Key
from channels.open311.render import Problem

LONGEST = {"description": 5000, "address_string": 500, "first_name": 64, "last_name": 64, "phone": 32,
           "media_url": 500, "update_id": 64}  # fmt: skip
"""Characters of a field; 200 for all others."""
REQUESTERS = ("supplemented", "urged", "withdrawn", "rated", "rating_explained")
"""The events by which the requester moves an order."""
_REFUSALS = {
    "withdrawn": "The order was withdrawn.",
    "not_finished": "The order is not answered yet and cannot be rated.",
    "rated_already": "This reply is rated already.",
    "rating_too_late": "The term for a rating is over.",
    "not_dissatisfied": "Only a rating as dissatisfied can be explained.",
    "urged_enough": "The order was urged often enough today.",
    "unknown_rating": f"attribute[rating] is one of {', '.join(RATINGS)}.",
    "missing_rating": f"attribute[rating] is missing: one of {', '.join(RATINGS)}.",
    "missing_text": "description is missing.",
}


def draft_key(key: Key, idempotency: str | None) -> str:
    """The same for the same ``Idempotency-Key`` of the same system; without one, never the same."""
    return hashlib.sha256(f"{key.name}\0{idempotency or secrets.token_hex(16)}".encode()).hexdigest()


def draft(form: RequestParameters, key: Key, idempotency: str | None) -> Draft:
    """The filing that a form describes; raises `Problem` that says what to mend."""
    entry = attributes.entry_of(_field(form, "service_code"))
    description = _field(form, "description")
    if not description:
        raise Problem(400, "description is missing.")
    address = _field(form, "address_string") or _position(form)
    if address is None and entry.needs_location == "required":
        raise Problem(400, f"Service {entry.code} needs address_string, or lat and long.")
    given = _attributes(form)
    if "occurred_at" not in given and entry.needs_time == "required":
        raise Problem(400, f"Service {entry.code} needs attribute[occurred_at].")
    phone = _field(form, "phone")
    region = attributes.region(given.get("region"), _field(form, "address_string"))
    return Draft(
        key=draft_key(key, idempotency),
        visitor_id=key.visitor_id,
        channel="open311",
        classification=Classification(
            attributes.one_of("kind", given.get("kind"), KINDS) or "complaint",
            list(entry.category),
            attributes.one_of("urgency", given.get("urgency"), attributes.urgencies()) or entry.urgency,
            attributes.one_of("immediate", given.get("immediate"), attributes.YES_NO) == "true",
        ),
        unit=catalogue().responsible_unit(list(entry.category), region),
        region=region,
        description=_with_media(description, form),
        location=address,
        occurred_at=given.get("occurred_at"),
        requester=Requester(
            _name(_field(form, "first_name"), _field(form, "last_name")),
            find_phone(phone) or phone if phone else None,
            attributes.one_of("confidential", given.get("confidential"), attributes.YES_NO) != "false",
        ),
    )


async def update(store: Database, form: RequestParameters, key: Key) -> str:
    """Makes the move that an update describes, once; gives its ``update_id``. Raises `Problem`."""
    number, update_id = _field(form, "service_request_id"), _field(form, "update_id")
    if not number or not update_id:
        raise Problem(400, "service_request_id and update_id are needed.")
    kind, data = _move(form)
    inbox_id = f"{key.visitor_id}:{update_id}"

    def own(session: Session) -> bool:
        query = select(WorkOrderRow.visitor_id).where(WorkOrderRow.number == number)
        return bool(session.scalar(query) == key.visitor_id)

    def remember(session: Session) -> None:
        session.add(InboxRow(id=inbox_id, number=number, state="applied", event={"kind": kind, "data": data}))

    if not await store.run(own):
        raise Problem(404, "This api_key has filed no such order.")
    try:
        await WorkOrders(store).move(number, kind, REQUESTER, data, who=key.name, also=remember)
    except (Refused, IntegrityError) as error:
        # A repeat breaks the inbox's key, or is no legal move any more: it gets the answer of the first.
        if await store.run(lambda session: session.get(InboxRow, inbox_id) is None):
            if not isinstance(error, Refused):
                raise
            words = _REFUSALS.get(error.reason, f"Not possible while the order is {error.reason}.")
            raise Problem(400, words) from error
    return update_id


def _move(form: RequestParameters) -> tuple[str, dict[str, Any]]:
    given = _attributes(form)
    event, text = given.get("event", "supplemented"), _with_media(_field(form, "description") or "", form)
    if event == "rated":
        return event, {"rating": given.get("rating"), **({"reason": text} if text else {})}
    if event in ("urged", "withdrawn"):
        return event, {}
    if event in REQUESTERS:
        return event, {"text": text}
    if event in MOVES and SERVICE in MOVES[event].by:
        # What another hotline's own service does to its order is news for ours, but moves nothing here.
        return "supplemented", {"text": text}
    raise Problem(400, f"attribute[event] is one of {', '.join(REQUESTERS)}.")


def _field(form: RequestParameters, name: str) -> str | None:
    text = str(form.get(name) or "").replace("\0", "").strip()
    if len(text) > (most := LONGEST.get(name, 200)):
        raise Problem(400, f"{name} has at most {most} characters.")
    return text or None


def _attributes(form: RequestParameters) -> dict[str, str]:
    names = {name: match[1] for name in form if (match := re.fullmatch(r"attribute\[(\w{1,32})\](?:\[\])?", name))}
    return {short: text for name, short in names.items() if (text := _field(form, name))}


def _position(form: RequestParameters) -> str | None:
    """A place that is only known by its coordinates (WGS 84), in words."""
    texts = [_field(form, name) for name in ("lat", "long")]
    if texts == [None, None]:
        return None
    try:
        lat, long = (float(text or "") for text in texts)
    except ValueError as error:
        raise Problem(400, "lat and long are two numbers.") from error
    if not (-90 <= lat <= 90 and -180 <= long <= 180):
        raise Problem(400, "lat is from -90 to 90, long from -180 to 180.")
    return say("open311.position", latitude=f"{lat:.6f}", longitude=f"{long:.6f}")


def _name(first: str | None, last: str | None) -> str | None:
    if first and last and re.search("[一-鿿]", first + last):
        return last + first
    return " ".join(filter(None, (first, last))) or None


def _with_media(text: str, form: RequestParameters) -> str:
    """A file of the other system stays there; its address goes with the text."""
    url = _field(form, "media_url")
    if url is None:
        return text
    if not re.fullmatch(r"https?://\S+", url):
        raise Problem(400, "media_url is no http address.")
    return f"{text}\n{say('open311.attachment', url=url)}".strip()
