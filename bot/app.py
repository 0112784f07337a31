"""Puts the process together: Rasa, actions, channels and pages in one Sanic app on one port."""

from __future__ import annotations

import asyncio
import gc
import logging
from typing import Any

import bot.quiet as quiet
from bot.engine import rasa  # after `quiet`, before anything else of Rasa
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from rasa.core.channels.channel import register
from sanic import HTTPResponse, Request, Sanic
from sanic import json as json_response
from sanic.exceptions import SanicException
from sqlalchemy import text

from bot.gate import Refusal
from bot.media import LARGEST
from bot.metrics import REFUSED
from bot.nlu.encoder import encoder
from bot.settings import settings
from bot.storage import database
from channels.web.api import WebChannel
from channels.web.page import page
from kb.search import knowledge_base

log = logging.getLogger(__name__)

_CODES = {400: "bad_request", 404: "not_found", 405: "method_not_allowed", 413: "too_large", 503: "unavailable"}
_MESSAGES = {
    404: "没有这个地址。",
    405: "这个地址不接受这种请求。",
    413: "内容太大了。",
}


def create_app() -> Sanic:
    """The service. The model and the knowledge base are loaded before the first request is taken."""
    app = Sanic("hotline", configure_logging=False)
    app.config.REQUEST_MAX_SIZE = LARGEST + 64 * 1024
    app.config.KEEP_ALIVE_TIMEOUT = 30
    app.config.RESPONSE_TIMEOUT = 60
    app.config.FALLBACK_ERROR_FORMAT = "json"
    database()
    register([WebChannel()], app, route="/webhooks/")
    app.blueprint(page)
    app.register_listener(_load, "before_server_start")
    app.error_handler.add(Refusal, _refused)
    app.error_handler.add(SanicException, _failed)
    app.error_handler.add(Exception, _broken)
    app.add_route(_live, "/health/live")
    app.add_route(_ready, "/health/ready")
    app.add_route(_ready, "/health", name="health")
    app.add_route(_metrics, "/metrics")
    return app


def serve() -> None:
    """Runs the service until it is told to stop."""
    quiet.configure_logging(settings().log_level)
    app = create_app()
    app.run(host=settings().host, port=settings().port, workers=1, access_log=False, motd=False)


async def _load(app: Sanic, _: Any) -> None:
    await asyncio.to_thread(knowledge_base)
    app.ctx.agent = await rasa.load()
    # The first message would otherwise wait for the models that are loaded on first use.
    await rasa.warm("您好")
    await app.ctx.agent.parse_message("您好，莲都区的路灯坏了")
    # What was loaded stays: it need not be looked through for garbage again.
    gc.collect()
    gc.freeze()
    gc.enable()
    log.info("ready on http://%s:%s", settings().host, settings().port)


def error_response(status: int, code: str, message: str, retry_after: int | None = None) -> HTTPResponse:
    """An error in the shape of the contracts."""
    REFUSED.labels(code).inc()
    headers = {"Retry-After": str(retry_after)} if retry_after else {}
    return json_response({"error": {"code": code, "message": message}}, status=status, headers=headers)


async def _refused(request: Request, refusal: Refusal) -> HTTPResponse:
    return error_response(refusal.status, refusal.code, refusal.message, refusal.retry_after)


async def _failed(request: Request, error: SanicException) -> HTTPResponse:
    status = error.status_code
    return error_response(status, _CODES.get(status, "error"), _MESSAGES.get(status, "请求有问题，请重试。"))


async def _broken(request: Request, error: Exception) -> HTTPResponse:
    log.error("a request failed", exc_info=error)
    return error_response(500, "internal", "我这边出了点问题，您刚才说的没有丢，请再发一次。")


async def _live(request: Request) -> HTTPResponse:
    return json_response({"status": "live"})


async def _ready(request: Request) -> HTTPResponse:
    ready = hasattr(request.app.ctx, "agent")
    await database().run(lambda session: session.execute(text("SELECT 1")))
    state = {
        "status": "ready" if ready else "starting",
        "encoder": encoder().name.rsplit("/", 1)[-1],
        "articles": len(knowledge_base().articles),
    }
    return json_response(state, status=200 if ready else 503)


async def _metrics(request: Request) -> HTTPResponse:
    return HTTPResponse(generate_latest(), content_type=CONTENT_TYPE_LATEST)
