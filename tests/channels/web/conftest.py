"""The web channel behind one proxy, without an engine."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sanic import Sanic

from bot.app import service
from bot.settings import settings
from channels.web.api import WebChannel
from tests.ports import free_port
from tests.tools.wechat_standin.serving import served


async def _nobody(message: object) -> None:
    """The engine: no messages are sent here."""


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """The web channel behind one proxy."""
    Sanic.test_mode = True
    with pytest.MonkeyPatch.context() as changed:
        changed.setenv("BOT_TRUSTED_PROXIES", "127.0.0.1")
        settings.cache_clear()
        app = service.create_service("events")
        app.blueprint(WebChannel().blueprint(_nobody), url_prefix="/api/web")
        with served(app, free_port()) as url:
            yield f"{url}/api/web"
    settings.cache_clear()
