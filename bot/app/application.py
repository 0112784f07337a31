"""Puts the process together: Rasa, actions, channels and pages in one Sanic app on one port."""

from __future__ import annotations

import asyncio
import gc
from functools import partial
from typing import Any

from rasa.core.channels.channel import register
from sanic import Sanic

import bot.quiet  # noqa: F401
from bot.app.service import create_service
from bot.cities import city
from bot.dialogue.engine import rasa  # after `quiet`, before anything else of Rasa
from bot.dialogue.engine.reading import warm
from bot.dialogue.wording import say
from bot.hotline import media
from bot.hotline.catalogue import catalogue
from bot.language.nlu.encoder import encoder
from bot.storage import database
from channels.kb.server import knowledge
from channels.pages.routes import pages
from channels.web.api import WebChannel
from channels.web.page import page
from channels.wechat.channel import WeChatChannel
from kb.search.language import Guess, Language
from kb.search.live import live
from kb.upkeep.seed import seed

PATIENCE = 30.0
"""Seconds that a guess may take before it is given up, so that no thread waits for a loop that has ended."""


def create_app() -> Sanic[Any, Any]:
    """The service. The model and the knowledge base are loaded before the first request is taken."""
    app = create_service()
    register([WebChannel(), WeChatChannel()], app, route="/webhooks/")
    app.blueprint(page)
    app.blueprint(pages())
    app.blueprint(knowledge)
    app.register_listener(_load, "before_server_start")
    app.register_listener(_follow, "after_server_start")
    app.ctx.health = _health
    app.ctx.keeps_files = True
    return app


async def _load(app: Sanic[Any, Any], _: Any) -> None:
    await asyncio.to_thread(media.tidy)
    await asyncio.to_thread(seed, database())
    held = await asyncio.to_thread(live)
    app.ctx.agent = await rasa.load()
    guess = partial(_guess, app.ctx.agent, asyncio.get_running_loop())
    app.ctx.kb_language = Language(held.search, encoder(), guess, held.explain)
    # The first message would otherwise wait for the models that are loaded on first use.
    await warm("您好")
    await app.ctx.agent.parse_message(say("intake.place", place=city().example_place))
    rasa.read_in_time(app.ctx.agent)
    # What was loaded stays: it need not be looked through for garbage again.
    gc.collect()
    gc.freeze()
    gc.enable()


async def _follow(app: Sanic[Any, Any], _: Any) -> None:
    app.ctx.background.append(asyncio.create_task(live().follow()))
    app.ctx.background.append(asyncio.create_task(media.upkeep(database())))


def _guess(agent: Any, loop: asyncio.AbstractEventLoop, question: str) -> Guess | None:
    """The class of a question as a message of it would get, for a thread beside the loop."""

    understanding = asyncio.run_coroutine_threadsafe(rasa.understand(agent, question), loop).result(PATIENCE)
    category = tuple(understanding["category"])
    entry = catalogue().entries.get(category)
    return Guess(category, entry.unit_city) if entry else None


def _health() -> dict[str, Any]:
    return {"encoder": encoder().name.rsplit("/", 1)[-1], "articles": len(live().base.articles)}
