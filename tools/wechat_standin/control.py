"""The control of the stand-in (``/standin/…``): tests and the page act as citizens, look, skip time, order trouble.

Nothing of this exists in reality. JSON both ways; a wrong request answers 400 or 404 with ``{"error": "…"}``.

=======================================  ==============================================================================
``GET health``                           ``{"ok": true}``
``POST reset``                           forgets everything but the account and the templates given at the start
``GET``, ``POST account``                the account's settings; POST changes those in the body (``mode``, ``kind``…)
``POST verify``                          checks the account's server (接入验证): ``{"ok", "status", "body"}``
``POST users``                           a citizen (``openid`` may be given): their state
``GET users/<openid>``                   following, quota, typing, subscriptions
``POST users/<openid>/<what>``           does what :data:`.acts.ACTS` names; returns when the account has been heard:
                                         ``{"result", "tries", "msg_id", "shown"}``, see :class:`.push.Outcome`
``GET users/<openid>/seen``              the conversation; ``after=N``, ``wait=SECONDS`` (waits while there is nothing)
``GET log``                              the raw exchange; ``after``, ``wait``
``GET violations``, ``GET counts``       breaches of the protocol; numbers of calls and pushes
``GET``, ``POST clock``                  ``{"now"}``; POST ``{"advance": SECONDS}``
``POST faults``                          orders trouble, see :class:`.faults.Fault`
``POST tokens``                          spoils all tokens: ``{"how": "expired" | "replaced" | "unknown"}``
``GET``, ``POST templates``              adds a template, see :class:`.notices.Template`
``POST settle``                          waits until reports on notices (``TEMPLATESENDJOBFINISH``…) are through
``GET menu``, ``GET media/<id>``         the account's menu; a file
=======================================  ==============================================================================
"""

from __future__ import annotations

import dataclasses
from collections.abc import Awaitable, Callable
from functools import wraps
from typing import Any

from sanic import Blueprint, HTTPResponse, Request
from sanic import json as json_response

from tools.wechat_standin.acts import ACTS
from tools.wechat_standin.errors import ApiError
from tools.wechat_standin.faults import Fault
from tools.wechat_standin.feed import Feed
from tools.wechat_standin.notices import Template
from tools.wechat_standin.platform import Platform
from tools.wechat_standin.push import do
from tools.wechat_standin.push import verify as verify_account
from tools.wechat_standin.users import User

control = Blueprint("standin_control", url_prefix="/standin")
Handler = Callable[..., Awaitable[Any]]


class Unknown(Exception):
    """Something that is not there."""


def serve(uri: str, method: str = "GET") -> Callable[[Handler], Handler]:
    """Serves a control; the handler gets the platform, the body or the parameters, and the names in the address."""

    def register(handler: Handler) -> Handler:
        @wraps(handler)
        async def answer(request: Request, **names: str) -> HTTPResponse:
            platform: Platform = request.app.ctx.platform
            try:
                given = (
                    (request.json or {})
                    if method == "POST"
                    else {name: request.args.get(name) for name in request.args}
                )
                found = await handler(platform, given, **names)
            except Unknown as error:
                return json_response({"error": str(error)}, status=404)
            except (KeyError, TypeError, ValueError, ApiError) as error:
                return json_response({"error": f"{type(error).__name__}: {error}"}, status=400)
            return found if isinstance(found, HTTPResponse) else json_response(found, ensure_ascii=False)

        control.add_route(answer, uri, methods=[method], name=handler.__name__)
        return handler

    return register


def _user(platform: Platform, openid: str) -> User:
    user = platform.users.get(openid)
    if user is None:
        raise Unknown("there is no such citizen")
    return user


async def _read(feed: Feed, given: dict[str, str]) -> dict[str, Any]:
    items = await feed.wait_after(int(given.get("after", 0)), float(given.get("wait", 0)))
    return {"items": items, "last": feed.last}


@serve("/health")
async def health(platform: Platform, given: dict[str, Any]) -> Any:
    return {"ok": True}


@serve("/account")
async def account(platform: Platform, given: dict[str, Any]) -> Any:
    return {**dataclasses.asdict(platform.account), "original_id": platform.account.original_id}


@serve("/account", "POST")
async def change_account(platform: Platform, given: dict[str, Any]) -> Any:
    platform.account = dataclasses.replace(platform.account, **given)
    return await account(platform, {})


@serve("/verify", "POST")
async def verify(platform: Platform, given: dict[str, Any]) -> Any:
    return await verify_account(platform)


@serve("/users", "POST")
async def add_user(platform: Platform, given: dict[str, Any]) -> Any:
    return platform.users.add(given.get("openid")).state(platform.now())


@serve("/users/<openid>")
async def user_state(platform: Platform, given: dict[str, Any], openid: str) -> Any:
    return _user(platform, openid).state(platform.now())


@serve("/users/<openid>/seen")
async def seen(platform: Platform, given: dict[str, str], openid: str) -> Any:
    user = _user(platform, openid)
    return {**await _read(user.seen, given), "state": user.state(platform.now())}


@serve("/users/<openid>/<what>", "POST")
async def act(platform: Platform, given: dict[str, Any], openid: str, what: str) -> Any:
    user = _user(platform, openid)
    if what not in ACTS:
        raise Unknown("citizens can do: " + ", ".join(ACTS))
    if not user.following and what != "follow":
        raise ValueError("only who follows the account can do this")
    return dataclasses.asdict(await do(platform, user, what, given))


@serve("/log")
async def log(platform: Platform, given: dict[str, str]) -> Any:
    return await _read(platform.journal.log, given)


@serve("/violations")
async def violations(platform: Platform, given: dict[str, str]) -> Any:
    return {"violations": platform.journal.violations}


@serve("/counts")
async def counts(platform: Platform, given: dict[str, str]) -> Any:
    return platform.journal.counts()


@serve("/clock")
async def clock(platform: Platform, given: dict[str, Any]) -> Any:
    return {"now": platform.now()}


@serve("/clock", "POST")
async def advance(platform: Platform, given: dict[str, Any]) -> Any:
    platform.clock.advance(given["advance"])
    return {"now": platform.now()}


@serve("/faults", "POST")
async def order_fault(platform: Platform, given: dict[str, Any]) -> Any:
    platform.faults.waiting.append(Fault(**given))
    return {"waiting": len(platform.faults.waiting)}


@serve("/tokens", "POST")
async def spoil_tokens(platform: Platform, given: dict[str, Any]) -> Any:
    if given["how"] not in ("expired", "replaced", "unknown"):
        raise ValueError("how: expired, replaced or unknown")
    platform.tokens.spoil(platform.now(), given["how"])
    return {"ok": True}


@serve("/templates")
async def templates(platform: Platform, given: dict[str, Any]) -> Any:
    return {"templates": [dataclasses.asdict(template) for template in platform.templates.values()]}


@serve("/templates", "POST")
async def add_template(platform: Platform, given: dict[str, Any]) -> Any:
    template = Template(**given)
    platform.templates[template.id] = template
    return {"fields": template.fields}


@serve("/settle", "POST")
async def settle(platform: Platform, given: dict[str, Any]) -> Any:
    await platform.settle()
    return {"ok": True}


@serve("/menu")
async def menu(platform: Platform, given: dict[str, Any]) -> Any:
    return {"button": platform.menu or []}


@serve("/media/<id_>")
async def media(platform: Platform, given: dict[str, Any], id_: str) -> Any:
    medium = platform.media.get(id_, platform.now())
    return HTTPResponse(medium.content, content_type=medium.content_type)
