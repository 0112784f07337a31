"""Puts the process together: Rasa, actions, channels and pages in one Sanic app on one port."""

from __future__ import annotations

import asyncio
import gc
from typing import Any

import bot.quiet  # noqa: F401
from bot.engine import rasa  # after `quiet`, before anything else of Rasa
from rasa.core.channels.channel import register
from sanic import Sanic

from bot.nlu.encoder import encoder
from bot.service import create_service
from channels.pages.routes import pages
from channels.web.api import WebChannel
from channels.web.page import page
from channels.wechat.channel import WeChatChannel
from kb.search import knowledge_base


def create_app() -> Sanic:
    """The service. The model and the knowledge base are loaded before the first request is taken."""
    app = create_service()
    register([WebChannel(), WeChatChannel()], app, route="/webhooks/")
    app.blueprint(page)
    app.blueprint(pages())
    app.register_listener(_load, "before_server_start")
    app.ctx.health = _health
    return app


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


def _health() -> dict[str, Any]:
    return {"encoder": encoder().name.rsplit("/", 1)[-1], "articles": len(knowledge_base().articles)}
