"""The web channel: JSON over HTTP, as fixed in the contracts, on top of the gate."""

from __future__ import annotations

import json
import re
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import nullcontext
from functools import wraps
from typing import Any

from pydantic import StrictStr, validator
from rasa.core.channels.channel import InputChannel
from sanic import Blueprint, HTTPResponse, Request
from sanic import json as json_response

from bot.dialogue.admission import Turns, turns
from bot.dialogue.engine.rasa import RasaEngine
from bot.dialogue.gate import Gate, IncomingMessage, Limiter
from bot.dialogue.notices import Announcements
from bot.dialogue.phrases import worded
from bot.dialogue.visitors import Visitors
from bot.dialogue.wording import say
from bot.errors import Refusal
from bot.hotline import media
from bot.hotline.handoff import Queue
from bot.hotline.workorders.orders import WorkOrders
from bot.settings import settings
from bot.storage import database
from channels.address import address_of
from channels.bodies import Body, json_object, sent
from channels.web.streams import Streams

Handler = Callable[..., Coroutine[Any, Any, HTTPResponse | None]]

_STATUS = {
    "unwanted_media": 415, "too_large": 413, "too_many_files": 429, "no_space": 507, "infected": 422, "not_checked": 503
}  # fmt: skip
"""The status of each reason for which an upload is not kept."""


class Message(Body):
    """A message of the citizen: a text or a button, and what names a repeat."""

    text: StrictStr | None = sent(None, lambda: say("web.no_text", name="text"), "bad_text")
    button: StrictStr | None = sent(None, lambda: say("web.no_text", name="button"), "bad_button")
    client_id: StrictStr | None = sent(
        None, lambda: say("web.bad_client_id", most=128), "bad_client_id", min_length=1, max_length=128
    )

    @validator("client_id")
    def _visible(cls, value: str | None) -> str | None:
        if value is not None and not value.isprintable():
            raise ValueError("signs that nobody sees")
        return value


class WebChannel(InputChannel):
    """Mounted under ``/api/web``."""

    @classmethod
    def name(cls) -> str:
        return "web"

    @classmethod
    def from_credentials(cls, credentials: dict[str, Any] | None) -> WebChannel:
        return cls()

    def url_prefix(self) -> str:
        return "/api/web"

    def blueprint(self, on_new_message: Callable[[Any], Awaitable[Any]]) -> Blueprint:
        """The routes; ``on_new_message`` is Rasa's handler."""
        store = database()
        gate = Gate(store, RasaEngine(on_new_message))
        visitors, queue, orders, notices = Visitors(store), Queue(store), WorkOrders(store), Announcements(store)
        uploads = Limiter(settings().rate_limit, "uploads")
        sessions = Limiter(settings().session_rate_limit, "sessions")
        streams = Streams(settings().streams_per_address)
        routes = Blueprint("web_channel")

        workshop = Turns(together=1)

        def bounded(handler: Handler) -> Handler:
            @wraps(handler)
            async def check(request: Request, **values: Any) -> HTTPResponse | None:
                # Before anything is looked up.
                with turns().call(address_of(request)):
                    return await handler(request, **values)

            return check

        def authenticated(handler: Handler) -> Handler:
            @wraps(handler)
            async def check(request: Request, **values: Any) -> HTTPResponse | None:
                token = request.token
                visitor_id = await visitors.by_token(token) if token else None
                if visitor_id is None:
                    raise Refusal(401, "unauthorized", say("web.unauthorized"))
                return await handler(request, visitor_id, **values)

            return check

        @routes.post("/session")
        @bounded
        async def open_session(request: Request) -> HTTPResponse:
            if request.body:
                json_object(request)
            address = address_of(request)
            sessions.take(address)
            async with turns().turn(address):
                session = await visitors.open("web", address)
            answer = await gate.greet(session.id, "web", address)
            return json_response({"session": session.id, "token": session.token, **answer.to_json()})

        @routes.post("/message")
        @bounded
        @authenticated
        async def message(request: Request, visitor_id: str) -> HTTPResponse:
            said = Message.of(request) if request.body else Message()
            if (said.text is None) == (said.button is None):
                raise Refusal(422, "empty", say("gate.empty"))
            came = IncomingMessage(visitor_id, "web", said.text, said.button, said.client_id, address_of(request))
            return json_response((await gate.handle(came)).to_json())

        @routes.post("/media", ctx_largest_body=media.LARGEST + 64 * 1024)
        @bounded
        @authenticated
        async def upload(request: Request, visitor_id: str) -> HTTPResponse:
            file = request.files.get("file") if request.files else None
            if file is None or not file.body:
                raise Refusal(422, "no_file", say("web.no_file"))
            uploads.take(visitor_id)
            address = address_of(request)
            try:
                async with workshop.turn(address, visitor_id):
                    media_id = await media.keep(store, visitor_id, file.name, file.body, address)
            except media.MediaRefused as error:
                sentence = say(f"media.{error.reason}", megabytes=media.MEGABYTES)
                raise Refusal(_STATUS[error.reason], error.reason, sentence) from error
            return json_response({"media_id": media_id})

        @routes.get("/workorders")
        @bounded
        @authenticated
        async def workorders(request: Request, visitor_id: str) -> HTTPResponse:
            return json_response([worded(order).to_json() for order in await orders.own(visitor_id)])

        def counted(handler: Handler) -> Handler:
            @wraps(handler)
            async def check(request: Request, **values: Any) -> HTTPResponse | None:
                # By the token, before it is looked up: who is refused costs next to nothing.
                with streams.open(request.token, address_of(request)) if request.token else nullcontext():
                    return await handler(request, **values)

            return check

        @routes.get("/events")
        @counted
        @authenticated
        async def events(request: Request, visitor_id: str) -> None:
            seen = request.headers.get("last-event-id")
            if seen and not re.fullmatch(r"[0-9]{1,9}", seen):
                raise Refusal(400, "bad_event_id", say("web.bad_event_id"))
            # Without an id the page was opened anew: it gets what no page has brought yet.
            last = int(seen) if seen else await notices.brought(visitor_id)
            headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
            stream = await request.respond(content_type="text/event-stream", headers=headers)
            state = await queue.state(visitor_id)
            await stream.send(f"data: {json.dumps({'messages': [], 'state': state})}\n\n")
            while True:
                fresh = await notices.after(visitor_id, last)
                if fresh:
                    state = await queue.state(visitor_id)
                for last, content in fresh:
                    data = json.dumps({**content, "state": state}, ensure_ascii=False)
                    await stream.send(f"id: {last}\ndata: {data}\n\n")
                    await orders.told(last)
                if not fresh:
                    await stream.send(": still here\n\n")

        return routes
