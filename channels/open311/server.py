"""GeoReport v2 (Open311) under ``/open311/v2``: other systems of the city file and read through it. See docs/open311.md."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Coroutine
from functools import partial
from typing import Any
from urllib.parse import quote, unquote

from sanic import Blueprint, HTTPResponse, Request, Sanic
from sqlalchemy import select

from bot.dialogue.lifelines import lifelines, raw_text
from bot.dialogue.wording import say
from bot.hotline import media as attachments
from bot.hotline.workorders.orders import WorkOrders
from bot.settings import settings
from bot.storage import database
from bot.storage.tables import WorkOrderRow
from channels.bodies import form_of
from channels.keys import long_enough
from channels.open311 import attributes, cases, filing, keys
from channels.open311.keys import key_of
from channels.open311.render import FORMATS, Problem, problem, rendered

CHANGED = "2026-08-01T00:00:00+08:00"
"""When these interfaces last changed, for discovery."""
SPECIFICATION = "http://wiki.open311.org/GeoReport_v2"

open311 = Blueprint("open311", url_prefix="/open311")
Answer = tuple[str, Any, int]
"""The outermost element of XML, the content, the HTTP status."""
Handler = Callable[..., Awaitable[Answer]]


def call(uri: str, method: str = "GET") -> Callable[[Handler], Handler]:
    """Serves a call in every format; a uri that ends in ``<named>`` takes the name without its ending."""

    def register(handler: Handler) -> Handler:
        if uri.endswith("<named>"):
            _add(partial(_answer_named, handler), uri, method)
        else:
            for format_ in FORMATS:
                _add(partial(_answer, handler, format_), f"{uri}.{format_}", method)
        return handler

    return register


def _add(handler: Callable[..., Coroutine[Any, Any, HTTPResponse]], uri: str, method: str) -> None:
    open311.add_route(handler, uri, methods=[method], name=re.sub(r"\W+", "_", method + uri))


async def _answer_named(handler: Handler, request: Request, named: str) -> HTTPResponse:
    name, _, format_ = named.rpartition(".")
    if format_ not in FORMATS:
        return await _unknown(request)
    return await _answer(handler, format_, request, unquote(name))


async def _answer(handler: Handler, format_: str, request: Request, *names: str) -> HTTPResponse:
    try:
        root, content, status = await handler(request, *names)
    except Problem as error:
        if request.method == "POST":
            # What is not filed may be a cry for help, which the other system can pass on.
            written = str(request.form.get("description") or "") if request.form else raw_text(request.body)
            error = Problem(error.status, (await asyncio.to_thread(lifelines, written)).beside(error.description))
        return problem(error, format_)
    return rendered(root, content, format_, status)


@open311.before_server_start
async def check_keys(app: Sanic[Any, Any], _: Any) -> None:
    """A mistake in the keys is seen at the start, not by the first who calls."""
    long_enough(keys.parse(settings().open311_keys or ""), "BOT_OPEN311_KEYS")


# What may be asked ----------------------------------------------------------------------------------------------------


@call("/discovery")
@call("/v2/discovery")
async def discovery(request: Request) -> Answer:
    endpoint = {
        "specification": SPECIFICATION,
        "url": f"{_base(request)}/open311/v2",
        "changeset": CHANGED,
        "type": "production",
        "formats": ["application/json", "text/xml"],
    }
    found = {
        "changeset": CHANGED,
        "contact": say("open311.contact"),
        "key_service": say("open311.keys"),
        "endpoints": [endpoint],
    }
    return "discovery", found, 200


@call("/v2/services")
async def services(request: Request) -> Answer:
    return "services", attributes.services(), 200


@call("/v2/services/<named>")
async def service_definition(request: Request, code: str) -> Answer:
    return "service_definition", attributes.definition(attributes.entry_of(code)), 200


# Filing ---------------------------------------------------------------------------------------------------------------


@call("/v2/requests", "POST")
async def file_request(request: Request) -> Answer:
    key = key_of(request, "file")
    draft = filing.draft(form_of(request), key, request.headers.get("idempotency-key"))
    [order] = await WorkOrders(database()).file([draft])
    filed = {"service_request_id": order.number, "service_notice": cases.expected(order), "account_id": None}
    return "service_requests", [filed], 201


@call("/v2/tokens/<named>")
async def token(request: Request, named: str) -> Answer:
    """A filing is answered with its number at once; who lost the answer asks by its ``Idempotency-Key``."""
    key = key_of(request, "file")
    query = select(WorkOrderRow.number).where(WorkOrderRow.draft_key == filing.draft_key(key, named))
    number = await database().run(lambda session: session.scalar(query))
    if number is None:
        raise Problem(404, "This api_key has filed nothing with such an Idempotency-Key.")
    return "service_requests", [{"token": named, "service_request_id": number}], 200


@call("/v2/servicerequestupdates", "POST")
async def update_request(request: Request) -> Answer:
    key = key_of(request, "file")
    update_id = await filing.update(database(), form_of(request), key)
    return "service_request_updates", [{"update_id": update_id}], 200


# Reading --------------------------------------------------------------------------------------------------------------


@call("/v2/requests")
async def requests(request: Request) -> Answer:
    key = key_of(request, "file", "read")
    query = cases.query_of(request.args, key)
    found = await database().run(lambda session: cases.read(session, query, key, _base(request)))
    return "service_requests", found, 200


@call("/v2/requests/<named>")
async def request_of_number(request: Request, number: str) -> Answer:
    key = key_of(request, "file", "read")
    found = await database().run(lambda session: cases.read(session, cases.one(number, key), key, _base(request)))
    if not found:
        raise Problem(404, "There is no such service_request_id that this api_key may see.")
    return "service_requests", found, 200


@open311.get("/v2/media/<media_id>")
async def media(request: Request, media_id: str) -> HTTPResponse:
    """The attachment itself; errors come as JSON, as the address has no format."""
    try:
        key = key_of(request, "personal")
        name, content_type = await database().run(lambda session: cases.read_media(session, media_id, key))
        content = await attachments.read(media_id)
    except Problem as error:
        return problem(error, "json")
    except FileNotFoundError:
        return problem(Problem(404, "The attachment is not kept any more."), "json")
    headers = {
        "Cache-Control": "no-store",
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(name, safe='', errors='replace')}",
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "X-Content-Type-Options": "nosniff",
    }
    return HTTPResponse(content, headers=headers, content_type=attachments.served_type(content_type))


async def unknown(request: Request, rest: str) -> HTTPResponse:
    """Any other address below this one."""
    return await _unknown(request)


open311.add_route(unknown, "/<rest:path>", methods=["GET", "POST"])


async def _unknown(request: Request) -> HTTPResponse:
    return problem(Problem(404, f"There is no such call; the formats are {' and '.join(FORMATS)}."), "json")


def _base(request: Request) -> str:
    return (settings().public_url or f"{request.scheme}://{request.host}").rstrip("/")
