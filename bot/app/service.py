"""What every process of the service has: errors, health, figures, the open interfaces, and the work in the background.

`bot.app.application` adds the dialogue. Nothing here needs the language model.
"""

from __future__ import annotations

import asyncio
import contextlib
import errno
import logging
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from sanic import HTTPResponse, Request, Sanic
from sanic import json as json_response
from sanic.exceptions import SanicException
from sanic.response import BaseHTTPResponse
from sanic_routing import Route

import bot.quiet as quiet
from bot.app import cities, health, memory
from bot.app.connections import SMALL, Connection
from bot.app.openapi import description
from bot.app.strict import LONGEST_HEAD
from bot.dialogue.gate import Limiter
from bot.dialogue.lifelines import Lifelines, lifelines, raw_text
from bot.dialogue.phrases import case_event
from bot.dialogue.wording import say
from bot.errors import Refusal
from bot.hotline.tickets import outbox
from bot.hotline.tickets.backends import ticket_backend
from bot.hotline.tickets.chores import chores, poll
from bot.language.extract.conceal import conceal
from bot.metrics import REFUSED
from bot.settings import settings
from bot.storage import OUT_OF_ORDER, database
from bot.storage.queue import measure
from channels.address import address_of
from channels.backend.api import backend_events
from channels.open311.server import open311

log = logging.getLogger(__name__)

_CODES = {
    400: "bad_request",
    404: "not_found",
    405: "method_not_allowed",
    408: "too_slow",
    413: "too_large",
    414: "address_too_long",
    431: "headers_too_long",
    503: "unavailable",
}
_MESSAGES = {
    404: "web.not_found",
    405: "web.not_allowed",
    413: "web.body_too_large",
}


_BESIDE = ThreadPoolExecutor(1, "refusals")
"""Looks for danger in what is refused: very many refusals keep no other thread from its work."""
_LOOKING = asyncio.Semaphore(4)
LOOKS = "10/minute"
"""Refusals of one address that are looked at; those beyond name all lines, which costs nothing."""
SWITCH = 0.0005
"""Seconds after which a thread that computes lets others go on; with Python's own 5 ms an answer, which goes through several
threads, waits as long at each."""
_HEARD = ("/api/web/message", "/open311/v2/requests", "/open311/v2/servicerequestupdates")
"""Where a citizen's own words come in: nothing of theirs is refused without the emergency lines."""


def create_service(name: str = "hotline") -> Sanic[Any, Any]:
    """An app with the open interfaces, which delivers to the ticket backend while it runs; raises `CityError`."""
    cities.checked()
    app = Sanic(name, configure_logging=False)
    app.config.REQUEST_MAX_SIZE = SMALL
    app.config.REQUEST_MAX_HEADER_SIZE = LONGEST_HEAD
    app.config.KEEP_ALIVE_TIMEOUT = 30
    app.config.RESPONSE_TIMEOUT = 60
    app.config.FALLBACK_ERROR_FORMAT = "json"
    app.ctx.health = dict
    app.ctx.keeps_files = False
    app.ctx.looks = Limiter(LOOKS, "looks for danger")
    database()
    app.blueprint(backend_events)
    app.blueprint(open311)
    app.error_handler.add(Refusal, _refused)
    app.error_handler.add(SanicException, _failed)
    for kind in OUT_OF_ORDER:
        app.error_handler.add(kind, _unavailable)
    app.error_handler.add(Exception, _broken)
    app.add_route(health.live, "/health/live")
    app.add_route(health.ready, "/health/ready")
    app.add_route(health.ready, "/health", name="health")
    app.add_route(_metrics, "/metrics")
    app.add_route(_openapi, "/openapi.json")
    app.add_signal(_largest_body, "http.routing.after")
    app.register_middleware(_for_browsers, "response")
    app.register_listener(_begin, "after_server_start")
    app.register_listener(_end, "before_server_stop")
    return app


def run(app: Sanic[Any, Any]) -> None:
    """Runs an app until it is told to stop."""
    quiet.configure_logging(settings().log_level)
    sys.setswitchinterval(SWITCH)
    memory.give_back_large_blocks()
    app.run(
        host=settings().host,
        port=settings().port,
        protocol=Connection,
        backlog=1024,
        single_process=True,
        access_log=False,
        motd=False,
    )


async def _begin(app: Sanic[Any, Any], _: Any) -> None:
    backend = ticket_backend(case_event, conceal)
    app.ctx.backend = backend
    app.ctx.background = [
        asyncio.create_task(outbox.Outbox(database(), backend).run()),
        asyncio.create_task(chores(database())),
        asyncio.create_task(poll(database(), backend, settings().open311_poll)),
        asyncio.create_task(memory.give_back_small_blocks()),
    ]
    app.ctx.started = True
    log.info("ready on http://%s:%s", settings().host, settings().port)


async def _largest_body(request: Request, route: Route, **_: Any) -> None:
    # Before the body is read: a call that takes a file says how large it may be.
    if request.stream is not None:
        request.stream.request_max_size = getattr(route.ctx, "largest_body", SMALL)


async def _for_browsers(request: Request, response: BaseHTTPResponse) -> HTTPResponse | None:
    """What nobody has said of an answer: no browser guesses its type, and none keeps data."""
    response.headers.setdefault("X-Content-Type-Options", "nosniff")
    if (response.content_type or "").startswith("application/json"):
        response.headers.setdefault("Cache-Control", "no-store")
    return None


async def _end(app: Sanic[Any, Any], _: Any) -> None:
    for task in app.ctx.background:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
    await app.ctx.backend.close()


async def error_response(
    request: Request, status: int, code: str, message: str, retry_after: int | None = None
) -> HTTPResponse:
    """An error in the shape of the contracts. ``line`` is there where the words that were sent tell of danger."""
    REFUSED.labels(code).inc()
    headers = {"Retry-After": str(retry_after)} if retry_after else {}
    error = {"code": code, "message": message}
    if request is not None and request.method == "POST" and request.path.startswith(_HEARD):
        lines = await _lines_for(request)
        error |= {"message": lines.beside(message)} | ({"line": lines.line} if lines.line else {})
    return json_response({"error": error}, status=status, headers=headers)


async def _lines_for(request: Request) -> Lifelines:
    """The lines for what was refused; all of them where looking at so much would take the time of all others."""
    # A body that was too large or too slow was not read: it may say anything.
    unread = not request.body and {"content-length", "transfer-encoding"} & set(request.headers)
    if unread or _LOOKING.locked() or not request.app.ctx.looks.hit(address_of(request)):
        return lifelines(None)
    async with _LOOKING:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(_BESIDE, lambda: lifelines(raw_text(request.body or b"")))


async def _refused(request: Request, refusal: Refusal) -> HTTPResponse:
    return await error_response(request, refusal.status, refusal.code, refusal.message, refusal.retry_after)


async def _failed(request: Request, error: SanicException) -> HTTPResponse:
    status = error.status_code
    message = say(_MESSAGES.get(status, "web.failed"))
    return await error_response(request, status, _CODES.get(status, "error"), message)


async def _unavailable(request: Request, error: Exception) -> HTTPResponse:
    log.error("the database takes nothing: %s", type(error).__name__)
    message = say("gate.unavailable")
    if not request.path.startswith(_HEARD):
        # Whoever opens a session or sends a picture may be in danger too.
        message = lifelines(None).beside(message)
    return await error_response(request, 503, "unavailable", message, 60)


async def _broken(request: Request, error: Exception) -> HTTPResponse:
    if isinstance(error, OSError) and error.errno == errno.ENAMETOOLONG:
        # A file of a page whose name no file can have.
        return await error_response(request, 404, "not_found", say("web.not_found"))
    log.error("a request failed", exc_info=error)
    return await error_response(request, 500, "internal", say("web.broken"))


async def _openapi(request: Request) -> HTTPResponse:
    return json_response(description())


async def _metrics(request: Request) -> HTTPResponse:
    def look(session: Any) -> None:
        outbox.count(session)
        measure(session)

    await database().run(look)
    return HTTPResponse(generate_latest(), content_type=CONTENT_TYPE_LATEST)
