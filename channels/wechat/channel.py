"""The WeChat channel as Rasa's input channel: puts the parts together and runs them."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable
from typing import Any

from rasa.core.channels.channel import InputChannel
from sanic import Blueprint, Sanic

from bot.dialogue.engine.rasa import RasaEngine
from bot.dialogue.gate import Engine, Gate
from bot.storage import Database, database
from channels.pages.links import address
from channels.wechat.answers import Answers
from channels.wechat.client import WeChatApi
from channels.wechat.crypto import Seal
from channels.wechat.deliverer import Deliverer
from channels.wechat.kept import Inbox
from channels.wechat.reception import Reception, Times
from channels.wechat.server import webhook
from channels.wechat.settings import WeChatSettings, wechat_settings

log = logging.getLogger(__name__)


class WeChatChannel(InputChannel):
    """Mounted under ``/webhooks/wechat``. Without a token it has no routes, and says so at start."""

    @classmethod
    def name(cls) -> str:
        return "wechat"

    @classmethod
    def from_credentials(cls, credentials: dict[str, Any] | None) -> WeChatChannel:
        return cls()

    def blueprint(self, on_new_message: Callable[[Any], Awaitable[Any]]) -> Blueprint:
        """The routes; ``on_new_message`` is Rasa's handler."""
        settings = wechat_settings()
        if not settings.on:
            return _off()
        return wechat(settings, database(), RasaEngine(on_new_message))


def wechat(settings: WeChatSettings, store: Database, engine: Engine, times: Times | None = None) -> Blueprint:
    """The channel for one account on a store, with an engine."""
    api = _api(settings, store)
    inbox = Inbox(store, settings.app_id)
    deliverer = Deliverer(store, api, settings, inbox, address)
    answers = Answers(store, Gate(store, engine), api, address, settings.notice_template)
    reception = Reception(store, inbox, answers, api, deliverer.menus, deliverer.wake, settings.transfer, times)
    token = settings.token.get_secret_value() if settings.token else ""
    routes = webhook(Seal(token, settings.app_id, settings.aes_keys), reception, settings.encrypted_only)

    @routes.before_server_start
    async def recall(app: Sanic[Any, Any], _: Any) -> None:
        await deliverer.recall()

    @routes.after_server_start
    async def begin(app: Sanic[Any, Any], _: Any) -> None:
        app.ctx.wechat = [asyncio.create_task(reception.run()), asyncio.create_task(deliverer.run())]
        log.info("WeChat is on%s", "" if api else "; without WECHAT_APP_SECRET only passive replies are possible")

    @routes.before_server_stop
    async def end(app: Sanic[Any, Any], _: Any) -> None:
        await reception.close()
        for task in app.ctx.wechat:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task
        if api:
            await api.close()

    return routes


def _api(settings: WeChatSettings, store: Database) -> WeChatApi | None:
    if settings.app_secret is None:
        return None
    return WeChatApi(settings.api_base, settings.app_id, settings.app_secret.get_secret_value(), store)


def _off() -> Blueprint:
    routes = Blueprint("wechat_webhook")

    @routes.after_server_start
    async def say(app: Sanic[Any, Any], _: Any) -> None:
        log.info("WeChat is off: WECHAT_TOKEN is not set")

    return routes
