"""Events of the ticket backend: ``POST /api/backend/events``, signed with HMAC-SHA256 over timestamp and body."""

from __future__ import annotations

from sanic import Blueprint, HTTPResponse, Request
from sanic import json as json_response

from bot.errors import Refusal
from bot.hotline.tickets import inbox
from bot.hotline.workorders.life import Refused
from bot.metrics import EVENTS
from bot.settings import settings
from bot.storage import database
from channels import wrong_keys
from channels.bodies import parsed

LONGEST = 64 * 1024
"""Bytes of one report."""

backend_events = Blueprint("backend_events", url_prefix="/api/backend")


@backend_events.post("/events")
async def events(request: Request) -> HTTPResponse:
    """Takes one report; answers ``{"result": "applied"}`` or, with 202, ``{"result": "waiting"}``."""
    try:
        result = await _take(request)
    except Refusal as refusal:
        EVENTS.labels(refusal.code).inc()
        raise
    return json_response({"result": result}, status=202 if result == "waiting" else 200)


async def _take(request: Request) -> str:
    secret = settings().backend_secret
    # An empty one, as in `BOT_BACKEND_SECRET=`, would be known to everybody.
    if secret is None or not secret.get_secret_value():
        raise Refusal(503, "off", "BOT_BACKEND_SECRET is not set: no events are taken.")
    if len(request.body) > LONGEST:
        raise Refusal(413, "too_large", f"A report has at most {LONGEST} bytes.")
    wrong_keys.check(request)
    timestamp, signature = request.headers.get("x-hotline-timestamp"), request.headers.get("x-hotline-signature")
    try:
        inbox.verify(secret.get_secret_value(), timestamp, request.body, signature)
        data = parsed(request.body)
        if not isinstance(data, dict):
            raise inbox.BadReport("the body is no JSON object")
        return await inbox.Inbox(database()).take(inbox.parse(data))
    except inbox.BadSignature as error:
        wrong_keys.count(request)
        raise Refusal(401, "bad_signature", str(error)) from error
    except inbox.BadReport as error:
        raise Refusal(422, "bad_report", str(error)) from error
    except (ValueError, RecursionError) as error:
        raise Refusal(400, "bad_json", "The body is not valid JSON.") from error
    except inbox.UnknownNumber as error:
        raise Refusal(404, "unknown_number", f"There is no order {error}.") from error
    except inbox.AppliedBefore as error:
        raise Refusal(409, "applied_before", f"Event {error} was taken before; nothing was done.") from error
    except Refused as refused:
        raise Refusal(409, "illegal_move", f"This move is not allowed: {refused.reason}.") from refused
