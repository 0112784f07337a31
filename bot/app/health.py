"""Whether the service can do its work (健康检查), and what keeps it from it."""

from __future__ import annotations

import asyncio
import logging
from threading import Lock

from cachetools import TTLCache, cached
from sanic import HTTPResponse, Request
from sanic import json as json_response
from sqlalchemy import text
from sqlalchemy.orm import Session

from bot.hotline import media
from bot.hotline.tickets import outbox
from bot.storage import OUT_OF_ORDER, database

log = logging.getLogger(__name__)

LOOK = 5.0
"""Seconds for which the state of the disk holds: whoever asks more often writes no more often."""


async def live(request: Request) -> HTTPResponse:
    """Whether the process answers."""
    return json_response({"status": "live"})


async def ready(request: Request) -> HTTPResponse:
    """Whether it can keep what it is told; ``reasons`` says what is wrong."""

    def look(session: Session) -> dict[str, int]:
        session.execute(text("SELECT 1"))
        return outbox.count(session)

    reasons = [] if getattr(request.app.ctx, "started", False) else ["starting"]
    undelivered = {}
    try:
        undelivered = await database().run(look)
    except OUT_OF_ORDER as error:
        log.error("the database does not answer: %s", type(error).__name__)
        reasons.append("database")
    if request.app.ctx.keeps_files:
        reasons += await asyncio.to_thread(_disk)
    status = "ready" if not reasons else "starting" if reasons == ["starting"] else "not_ready"
    state = {"status": status, "reasons": reasons, "outbox": undelivered, **request.app.ctx.health()}
    return json_response(state, status=503 if reasons else 200)


@cached(TTLCache(1, LOOK), lock=Lock())
def _disk() -> list[str]:
    try:
        media.probe()
        return ["disk_space"] if media.space_is_short() else []
    except OSError as error:
        log.error("the disk takes nothing: %s", error.strerror)
        return ["disk_write"]
