"""The stand-in as a Sanic app: the account's calls, the control, and the page at ``/``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx
from sanic import Blueprint, HTTPResponse, Request, Sanic
from sanic import json as json_response
from sanic.response import file

from tools.wechat_standin.account import Account
from tools.wechat_standin.api import api
from tools.wechat_standin.api_messages import messages
from tools.wechat_standin.control import control
from tools.wechat_standin.notices import Template
from tools.wechat_standin.platform import Platform

PAGE = Path(__file__).parent / "page"
LONGEST = 60.0
"""Seconds after which any exchange ends; the platform's patience normally ends it long before."""
_HEADERS = {
    "Content-Security-Policy": "default-src 'self'; img-src 'self' blob: data:; frame-ancestors 'none'; base-uri 'none'",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-cache",
}


def create_app(
    account: Account, base_url: str, templates: list[Template], name: str = "wechat_standin"
) -> Sanic[Any, Any]:
    """The app for one account. ``base_url`` is where it will be found; ``name`` is unique within the process."""
    app = Sanic(name, configure_logging=False)
    app.config.GRACEFUL_SHUTDOWN_TIMEOUT = 0.5
    app.config.RESPONSE_TIMEOUT = 120
    app.blueprint(Blueprint.group(messages, api, control))
    app.static("/page", PAGE)

    @app.before_server_start
    async def open_(app: Sanic[Any, Any], _: Any) -> None:
        # A connection that is kept could be closed by the account just when it is used: it would look like no answer.
        app.ctx.http = httpx.AsyncClient(
            trust_env=False, timeout=LONGEST, limits=httpx.Limits(max_keepalive_connections=0)
        )
        app.ctx.platform = Platform(account, base_url, app.ctx.http, templates)

    @app.before_server_stop
    async def let_go(app: Sanic[Any, Any], _: Any) -> None:
        app.ctx.platform.close()

    @app.after_server_stop
    async def close(app: Sanic[Any, Any], _: Any) -> None:
        await app.ctx.http.aclose()

    @app.post("/standin/reset")
    async def reset(request: Request) -> HTTPResponse:
        app.ctx.platform.close()
        app.ctx.platform = Platform(account, base_url, app.ctx.http, templates)
        return json_response({"ok": True})

    @app.get("/")
    async def index(request: Request) -> HTTPResponse:
        return await file(PAGE / "index.html", headers=_HEADERS)

    return app
